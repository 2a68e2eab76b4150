// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The options of tools that import a model.

#ifndef PARTITA_FRONTEND_HUGGINGFACE_IMPORTFLAGS_H
#define PARTITA_FRONTEND_HUGGINGFACE_IMPORTFLAGS_H

#include "partita/Frontend/HuggingFace/HuggingFace.h"
#include "llvm/Support/CommandLine.h"

namespace partita {

/// The command-line form of HuggingFaceImportOptions. The options of a program
/// exist as long as this does.
struct HuggingFaceImportFlags {
  llvm::cl::OptionCategory category{"Hugging Face import (--import-hf)"};
  llvm::cl::opt<int64_t> batch{
      "import-batch", llvm::cl::cat(category), llvm::cl::init(1),
      llvm::cl::value_desc("N"),
      llvm::cl::desc("Sequences in the batch (default: 1)")};
  llvm::cl::opt<int64_t> sequence{
      "import-seq", llvm::cl::cat(category), llvm::cl::value_desc("N"),
      llvm::cl::desc(
          "Tokens of a sequence (default: 128, or as many as the model "
          "has positions)")};
  llvm::cl::opt<int64_t> decoderSequence{
      "import-decoder-seq", llvm::cl::cat(category), llvm::cl::value_desc("N"),
      llvm::cl::desc("Tokens of a sequence of the decoder (default: as "
                     "--import-seq)")};
  llvm::cl::opt<ImportTask> task{
      "import-task", llvm::cl::cat(category),
      llvm::cl::desc(
          "What to compute (default: by the config's architectures)"),
      llvm::cl::values(
          clEnumValN(ImportTask::CausalLM, "causal-lm",
                     "Logits of the next token (gpt2, llama, mixtral)"),
          clEnumValN(ImportTask::MaskedLM, "masked-lm",
                     "Logits of the token at each position (bert)"),
          clEnumValN(ImportTask::Encoder, "encoder",
                     "Hidden states of the encoder (bert, t5)"),
          clEnumValN(ImportTask::Seq2Seq, "seq2seq",
                     "Logits of the decoder's next token (t5)"))};
  llvm::cl::opt<bool> loss{
      "import-loss", llvm::cl::cat(category),
      llvm::cl::desc(
          "Take labels, and return their mean cross-entropy in place of "
          "the logits")};
  llvm::cl::opt<ElementKind> dtype{
      "import-dtype", llvm::cl::cat(category),
      llvm::cl::desc("Element type of parameters and activations (default: the "
                     "config's dtype, else f32)"),
      llvm::cl::values(
          clEnumValN(ElementKind::F32, "f32", "32 bits"),
          clEnumValN(ElementKind::BF16, "bf16", "Brain float, 16 bits"),
          clEnumValN(ElementKind::F16, "f16", "IEEE half, 16 bits"))};
  llvm::cl::opt<double> expertCapacity{
      "import-expert-capacity", llvm::cl::cat(category),
      llvm::cl::value_desc("F"),
      llvm::cl::desc(
          "Slots of an expert, as a multiple of its fair share of tokens; "
          "tokens beyond are dropped (default: none is)")};
  llvm::cl::opt<int64_t> layers{
      "import-layers", llvm::cl::cat(category), llvm::cl::value_desc("N"),
      llvm::cl::desc("Keep the first N layers only (default: all)")};

  HuggingFaceImportOptions getOptions() const;
};

} // namespace partita

#endif // PARTITA_FRONTEND_HUGGINGFACE_IMPORTFLAGS_H
