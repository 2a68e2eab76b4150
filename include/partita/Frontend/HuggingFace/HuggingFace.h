// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Builds the graph of a transformer from its Hugging Face config.json.

#ifndef PARTITA_FRONTEND_HUGGINGFACE_HUGGINGFACE_H
#define PARTITA_FRONTEND_HUGGINGFACE_HUGGINGFACE_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "partita/Support/ElementKind.h"
#include "llvm/ADT/StringRef.h"
#include <cstdint>
#include <optional>

namespace partita {

/// What the model computes from its ids.
enum class ImportTask {
  /// Logits of the next token at every position.
  CausalLM,
  /// Logits of the token at every position.
  MaskedLM,
  /// The hidden state after the last layer.
  Encoder,
  /// Logits of the next token at every position of the decoder.
  Seq2Seq,
};

/// The task as the command line spells it, such as "causal-lm".
llvm::StringRef getTaskName(ImportTask task);

/// What a config leaves open. Where there is no value, the config or the
/// family of the model decides.
struct HuggingFaceImportOptions {
  int64_t batch = 1;
  /// Tokens of a sequence; 128, or as many positions as the model has.
  std::optional<int64_t> sequence = std::nullopt;
  /// Tokens of a sequence of the decoder; as many as of the encoder.
  std::optional<int64_t> decoderSequence = std::nullopt;
  /// By the config's `architectures`.
  std::optional<ImportTask> task = std::nullopt;
  /// Takes labels, and returns the mean loss in place of the logits.
  bool loss = false;
  /// F32, BF16 or F16; by the config's `dtype` or `torch_dtype`.
  std::optional<ElementKind> dtype = std::nullopt;
  /// The slots of an expert are this many times its fair share of the choices;
  /// as many as there are tokens, so that none is dropped.
  std::optional<double> expertCapacity = std::nullopt;
  /// Keeps only the first layers (of the encoder and of the decoder).
  std::optional<int64_t> layers = std::nullopt;
};

/// Builds the graph of the model that `config`, the text of a config.json,
/// describes: one function `main` over tensors of static shape, as the
/// `xformer` dialect describes it. Its arguments are the inputs, then the
/// parameters in the order of their first use.
///
/// Emits one error, at its place in `source`, and returns null if the config is
/// malformed or asks for something that is not supported.
mlir::OwningOpRef<mlir::ModuleOp>
importHuggingFace(mlir::MLIRContext &context, llvm::StringRef config,
                  llvm::StringRef source,
                  const HuggingFaceImportOptions &options = {});

/// Prints a module so that no location is lost and values are named after
/// theirs.
void printModel(mlir::ModuleOp module, llvm::raw_ostream &os);

/// Registers `--import-hf` and its options with mlir-translate's driver.
void registerHuggingFaceTranslation();

} // namespace partita

#endif // PARTITA_FRONTEND_HUGGINGFACE_HUGGINGFACE_H
