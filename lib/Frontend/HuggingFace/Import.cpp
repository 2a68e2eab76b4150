// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Finds the family of a config, settles what the options leave open, and turns
// what went wrong into one diagnostic.

#include "Family.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Verifier.h"
#include "partita/Support/FileError.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

#include <cmath>

using namespace mlir;
using namespace partita;
using namespace partita::hf;

StringRef partita::getTaskName(ImportTask task) {
  switch (task) {
  case ImportTask::CausalLM:
    return "causal-lm";
  case ImportTask::MaskedLM:
    return "masked-lm";
  case ImportTask::Encoder:
    return "encoder";
  case ImportTask::Seq2Seq:
    return "seq2seq";
  }
  llvm_unreachable("all tasks are handled");
}

ArrayRef<Choice<xformer::Activation>> hf::getActivations() {
  using xformer::Activation;
  static constexpr Choice<Activation> activations[] = {
      {"gelu", Activation::Gelu},
      {"gelu_new", Activation::GeluTanh},
      {"gelu_pytorch_tanh", Activation::GeluTanh},
      {"relu", Activation::Relu},
      {"silu", Activation::Silu},
      {"swish", Activation::Silu}};
  return activations;
}

//===----------------------------------------------------------------------===//
// Import
//===----------------------------------------------------------------------===//

int64_t Import::readLayers(StringRef key, std::optional<int64_t> fallback) {
  int64_t count = config.readSize(key, fallback, maxLayers);
  int64_t kept = options.layers.value_or(count);
  if (kept > count)
    config.fail(key, "expected --import-layers to be at most the " +
                         Twine(count) + " layers of '" + key + "', got " +
                         Twine(kept));
  return kept;
}

int64_t Import::getSequence() {
  constexpr int64_t defaultSequence = 128;
  return options.sequence.value_or(defaultSequence);
}

int64_t Import::getSequence(StringRef key, int64_t positions) {
  if (!options.sequence)
    return std::min(getSequence(), positions);
  if (*options.sequence > positions)
    config.fail(key, "expected --import-seq to be at most the " +
                         Twine(positions) + " positions of '" + key +
                         "', got " + Twine(*options.sequence));
  return *options.sequence;
}

int64_t Import::divideHeads(StringRef widthKey, int64_t width,
                            StringRef headsKey, int64_t heads) {
  if (width % heads == 0)
    return width / heads;
  config.fail(headsKey, "expected '" + headsKey + "' to divide '" + widthKey +
                            "', which is " + Twine(width) + ", got " +
                            Twine(heads));
  return 1;
}

void Import::addLabels(ArrayRef<int64_t> shape) {
  if (options.loss)
    labels = graph.addIds("labels", shape);
}

void Import::addLogits(Value logits, LabelsAre labelsAre) {
  if (!labels)
    return graph.addOutput("logits", logits);
  GraphBuilder::Module module = graph.enter("loss");
  if (labelsAre == LabelsAre::Next)
    labels = graph.nextLabels(labels);
  graph.addOutput("loss", graph.meanCrossEntropy(logits, labels));
}

//===----------------------------------------------------------------------===//
// What the options leave open
//===----------------------------------------------------------------------===//

static const Family &readFamily(ConfigReader &config) {
  static const Choice<const Family *> families[] = {
      {bertFamily.modelType, &bertFamily},
      {gpt2Family.modelType, &gpt2Family},
      {llamaFamily.modelType, &llamaFamily},
      {mixtralFamily.modelType, &mixtralFamily},
      {t5Family.modelType, &t5Family}};
  return *config.readChoice<const Family *>("model_type", "", families);
}

/// "one of 'a', 'b'" or "'a'".
template <typename Range, typename GetName>
static std::string listNames(const Range &range, GetName getName) {
  std::string list = llvm::size(range) == 1 ? "" : "one of ";
  llvm::raw_string_ostream os(list);
  llvm::interleaveComma(range, os, [&](const auto &element) {
    os << '\'' << getName(element) << '\'';
  });
  return list;
}

static ImportTask chooseTask(ConfigReader &config, const Family &family,
                             StringRef architecture,
                             std::optional<ImportTask> requested) {
  if (requested) {
    if (!llvm::is_contained(family.tasks, *requested))
      config.fail("model_type", "expected --import-task to be " +
                                    listNames(family.tasks, getTaskName) +
                                    " for the family '" + family.modelType +
                                    "', got '" + getTaskName(*requested) + "'");
    return *requested;
  }
  if (architecture.empty())
    return family.tasks.front();
  for (const Choice<ImportTask> &known : family.architectures)
    if (known.name == architecture)
      return known.value;
  config.fail("architectures",
              "expected 'architectures' to name " +
                  listNames(family.architectures,
                            [](const auto &known) { return known.name; }) +
                  ", got " + quoted(architecture) +
                  "; or choose what to compute with --import-task");
  return family.tasks.front();
}

static ElementKind readElementKind(ConfigReader &config) {
  constexpr Choice<ElementKind> kinds[] = {{"float32", ElementKind::F32},
                                           {"bfloat16", ElementKind::BF16},
                                           {"float16", ElementKind::F16}};
  // Transformers 5 renamed the key.
  StringRef key = config.has("dtype") ? "dtype" : "torch_dtype";
  return config.readChoice<ElementKind>(key, "float32", kinds,
                                        "choose one with --import-dtype");
}

static Type getElementType(MLIRContext &context, ElementKind kind) {
  Builder builder(&context);
  switch (kind) {
  case ElementKind::BF16:
    return builder.getBF16Type();
  case ElementKind::F16:
    return builder.getF16Type();
  default:
    return builder.getF32Type();
  }
}

//===----------------------------------------------------------------------===//
// Options
//===----------------------------------------------------------------------===//

static void checkSizeOption(ConfigReader &config, StringRef option,
                            std::optional<int64_t> value) {
  if (value && (*value < 1 || *value > maxDimension))
    config.fail("expected " + option + " to be from 1 to " +
                Twine(maxDimension) + ", got " + Twine(*value));
}

static void checkOptions(ConfigReader &config, const Family &family,
                         ImportTask task,
                         const HuggingFaceImportOptions &options) {
  checkSizeOption(config, "--import-batch", options.batch);
  checkSizeOption(config, "--import-seq", options.sequence);
  checkSizeOption(config, "--import-decoder-seq", options.decoderSequence);
  checkSizeOption(config, "--import-layers", options.layers);
  if (options.dtype && *options.dtype != ElementKind::F32 &&
      *options.dtype != ElementKind::BF16 && *options.dtype != ElementKind::F16)
    config.fail("expected --import-dtype to be f32, bf16 or f16, got " +
                elementName(*options.dtype));
  if (options.decoderSequence && task != ImportTask::Seq2Seq)
    config.fail("expected --import-decoder-seq with the task 'seq2seq' only, "
                "got '" +
                getTaskName(task) + "'");
  if (options.loss && task == ImportTask::Encoder)
    config.fail("expected --import-loss with a task that has logits, got "
                "'encoder'");
  if (options.loss && task == ImportTask::CausalLM && options.sequence == 1)
    config.fail("expected --import-seq to be at least 2 with --import-loss, "
                "since the last token predicts nothing, got 1");
  if (std::optional<double> capacity = options.expertCapacity) {
    if (!family.hasExperts)
      config.fail("model_type", "expected --import-expert-capacity with a "
                                "model that has experts, got '" +
                                    family.modelType + "'");
    if (!(*capacity > 0) || !std::isfinite(*capacity))
      config.fail("expected --import-expert-capacity to be positive and "
                  "finite, got " +
                  std::to_string(*capacity));
  }
}

//===----------------------------------------------------------------------===//
// The import
//===----------------------------------------------------------------------===//

static llvm::Expected<OwningOpRef<ModuleOp>>
build(MLIRContext &context, ConfigReader &config,
      const HuggingFaceImportOptions &options) {
  const Family &family = readFamily(config);
  if (config.hasFailed())
    return config.takeError();
  config.requireAbsent("quantization_config");
  std::vector<std::string> architectures = config.readStrings("architectures");
  StringRef architecture;
  if (!architectures.empty())
    architecture = architectures.front();
  ImportTask task = chooseTask(config, family, architecture, options.task);
  ElementKind kind = options.dtype ? *options.dtype : readElementKind(config);
  checkOptions(config, family, task, options);
  if (config.hasFailed())
    return config.takeError();

  GraphBuilder graph(context, family.modelType, getElementType(context, kind));
  Import import(config, options, task, architecture, graph);
  family.build(import);
  if (!config.hasFailed() && !graph.getOversized().empty())
    config.fail(graph.getOversized());
  if (config.hasFailed())
    return config.takeError();
  return graph.finish();
}

OwningOpRef<ModuleOp>
partita::importHuggingFace(MLIRContext &context, StringRef text,
                           StringRef source,
                           const HuggingFaceImportOptions &options) {
  context.loadDialect<arith::ArithDialect, func::FuncDialect,
                      xformer::XformerDialect>();
  auto config = ConfigReader::parse(text, source);
  auto module = config
                    ? build(context, *config, options)
                    : llvm::Expected<OwningOpRef<ModuleOp>>(config.takeError());
  if (module)
    return succeeded(verify(**module)) ? std::move(*module) : nullptr;
  llvm::handleAllErrors(module.takeError(), [&](const ConfigError &error) {
    emitError(FileLineColLoc::get(&context, error.getSource(), error.getLine(),
                                  error.getColumn()))
        << error.getMessage();
  });
  return nullptr;
}
