// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "partita/Frontend/HuggingFace/HuggingFace.h"

#include "mlir/Tools/mlir-translate/Translation.h"
#include "llvm/Support/SourceMgr.h"

using namespace mlir;
using namespace partita;
namespace cl = llvm::cl;

namespace {
/// The command-line form of HuggingFaceImportOptions.
struct ImportFlags {
  cl::OptionCategory category{"Hugging Face import (--import-hf)"};
  cl::opt<int64_t> batch{"import-batch", cl::cat(category), cl::init(1),
                         cl::value_desc("N"),
                         cl::desc("Sequences in the batch (default: 1)")};
  cl::opt<int64_t> sequence{
      "import-seq", cl::cat(category), cl::value_desc("N"),
      cl::desc("Tokens of a sequence (default: 128, or as many as the model "
               "has positions)")};
  cl::opt<int64_t> decoderSequence{
      "import-decoder-seq", cl::cat(category), cl::value_desc("N"),
      cl::desc("Tokens of a sequence of the decoder (default: as "
               "--import-seq)")};
  cl::opt<ImportTask> task{
      "import-task", cl::cat(category),
      cl::desc("What to compute (default: by the config's architectures)"),
      cl::values(clEnumValN(ImportTask::CausalLM, "causal-lm",
                            "Logits of the next token (gpt2, llama, mixtral)"),
                 clEnumValN(ImportTask::MaskedLM, "masked-lm",
                            "Logits of the token at each position (bert)"),
                 clEnumValN(ImportTask::Encoder, "encoder",
                            "Hidden states of the encoder (bert, t5)"),
                 clEnumValN(ImportTask::Seq2Seq, "seq2seq",
                            "Logits of the decoder's next token (t5)"))};
  cl::opt<bool> loss{
      "import-loss", cl::cat(category),
      cl::desc("Take labels, and return their mean cross-entropy in place of "
               "the logits")};
  cl::opt<ElementKind> dtype{
      "import-dtype", cl::cat(category),
      cl::desc("Element type of parameters and activations (default: the "
               "config's dtype, else f32)"),
      cl::values(clEnumValN(ElementKind::F32, "f32", "32 bits"),
                 clEnumValN(ElementKind::BF16, "bf16", "Brain float, 16 bits"),
                 clEnumValN(ElementKind::F16, "f16", "IEEE half, 16 bits"))};
  cl::opt<double> expertCapacity{
      "import-expert-capacity", cl::cat(category), cl::value_desc("F"),
      cl::desc("Slots of an expert, as a multiple of its fair share of tokens; "
               "tokens beyond are dropped (default: none is)")};
  cl::opt<int64_t> layers{
      "import-layers", cl::cat(category), cl::value_desc("N"),
      cl::desc("Keep the first N layers only (default: all)")};

  HuggingFaceImportOptions getOptions() const;
};
} // namespace

/// The value of a flag, if it was given.
template <typename T> static std::optional<T> given(const cl::opt<T> &flag) {
  if (flag.getNumOccurrences() == 0)
    return std::nullopt;
  return flag.getValue();
}

HuggingFaceImportOptions ImportFlags::getOptions() const {
  return {.batch = batch,
          .sequence = given(sequence),
          .decoderSequence = given(decoderSequence),
          .task = given(task),
          .loss = loss,
          .dtype = given(dtype),
          .expertCapacity = given(expertCapacity),
          .layers = given(layers)};
}

void partita::printModel(ModuleOp module, llvm::raw_ostream &os) {
  OpPrintingFlags flags;
  flags.enableDebugInfo(/*enable=*/true, /*prettyForm=*/false);
  flags.printNameLocAsPrefix();
  flags.assumeVerified();
  module->print(os, flags);
}

void partita::registerHuggingFaceTranslation() {
  static const ImportFlags flags;
  static TranslateRegistration registration(
      "import-hf", "Import a Hugging Face config.json, or the folder of one",
      [](const std::shared_ptr<llvm::SourceMgr> &sources,
         llvm::raw_ostream &output, MLIRContext *context) {
        const llvm::MemoryBuffer *config =
            sources->getMemoryBuffer(sources->getMainFileID());
        OwningOpRef<ModuleOp> module = importHuggingFace(
            *context, config->getBuffer(), config->getBufferIdentifier(),
            flags.getOptions());
        if (!module)
          return failure();
        printModel(*module, output);
        return success();
      });
}
