// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A family of models: how its configs are recognised, and how one is built.
// Each family is one file, which reads its options, and builds its modules in
// the order and under the names of the Hugging Face source.

#ifndef PARTITA_LIB_FRONTEND_HUGGINGFACE_FAMILY_H
#define PARTITA_LIB_FRONTEND_HUGGINGFACE_FAMILY_H

#include "GraphBuilder.h"
#include "partita/Frontend/HuggingFace/Config.h"
#include "partita/Frontend/HuggingFace/HuggingFace.h"

namespace partita::hf {

/// Whether the logits at a position stand for the label there, or for the one
/// at the next position.
enum class LabelsAre { Here, Next };

/// One import: where options come from, what is asked for, and where the graph
/// goes. A family leaves its errors with the config.
class Import {
public:
  Import(ConfigReader config, const HuggingFaceImportOptions &options,
         ImportTask task, llvm::StringRef architecture, GraphBuilder &graph)
      : config(std::move(config)), options(options), task(task),
        architecture(architecture), graph(graph) {}

  /// The layers to build, of the number that the config has at `key` (or of
  /// `fallback`).
  int64_t readLayers(llvm::StringRef key,
                     std::optional<int64_t> fallback = std::nullopt);

  /// The tokens of a sequence. A model of `positions`, read at `key`, has no
  /// more.
  int64_t getSequence();
  int64_t getSequence(llvm::StringRef key, int64_t positions);

  /// The size of one of `heads`, read at `headsKey`, that split `width`, read
  /// at `widthKey`; 1 after an error.
  int64_t divideHeads(llvm::StringRef widthKey, int64_t width,
                      llvm::StringRef headsKey, int64_t heads);

  /// Adds the input for labels, if the loss is asked for.
  void addLabels(llvm::ArrayRef<int64_t> shape);

  /// Adds the result of a task with logits: these or, if the loss is asked for,
  /// their mean cross-entropy.
  void addLogits(mlir::Value logits, LabelsAre labelsAre);

  ConfigReader config;
  const HuggingFaceImportOptions &options;
  ImportTask task;
  /// The first of the config's architectures; may be empty.
  llvm::StringRef architecture;
  GraphBuilder &graph;

private:
  mlir::Value labels;
};

struct Family {
  llvm::StringLiteral modelType;
  /// The classes of models, with their tasks.
  llvm::ArrayRef<Choice<ImportTask>> architectures;
  llvm::ArrayRef<ImportTask> tasks;
  bool hasExperts;
  void (*build)(Import &import);
};

extern const Family bertFamily;
extern const Family gpt2Family;
extern const Family llamaFamily;
extern const Family mixtralFamily;
extern const Family t5Family;

/// The activations that Hugging Face's names stand for.
llvm::ArrayRef<Choice<xformer::Activation>> getActivations();

} // namespace partita::hf

#endif // PARTITA_LIB_FRONTEND_HUGGINGFACE_FAMILY_H
