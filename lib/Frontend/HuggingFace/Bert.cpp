// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// BERT: learned positions and token types, layer norm after attention and
// feed-forward. Every model but the bare encoder keeps the encoder's tensors
// below `bert.`.

#include "Family.h"

#include <cmath>

using namespace mlir;
using namespace partita;
using namespace partita::hf;

namespace {
struct BertConfig {
  int64_t vocabulary, positions, tokenTypes, width, heads, headSize, layers,
      inner;
  double epsilon;
  bool tied;
  xformer::Activation activation;

  explicit BertConfig(Import &import) {
    ConfigReader &config = import.config;
    vocabulary = config.readSize("vocab_size");
    positions = config.readSize("max_position_embeddings");
    tokenTypes = config.readSize("type_vocab_size", 2);
    width = config.readSize("hidden_size");
    heads = config.readSize("num_attention_heads");
    headSize =
        import.divideHeads("hidden_size", width, "num_attention_heads", heads);
    layers = import.readLayers("num_hidden_layers");
    inner = config.readSize("intermediate_size");
    epsilon = config.readNumber("layer_norm_eps", 1e-12, /*orZero=*/true);
    activation = config.readChoice("hidden_act", "gelu", getActivations());
    tied = config.readFlag("tie_word_embeddings", true);
    constexpr Choice<bool> absolute[] = {{"absolute", true}};
    config.readChoice<bool>("position_embedding_type", "absolute", absolute);
    config.requireFlag("is_decoder", false);
    config.requireFlag("add_cross_attention", false);
    config.requireAbsent("pruned_heads");
  }
};

struct BertInputs {
  Value ids, tokenTypes, mask;
};
} // namespace

static Value buildEmbeddings(GraphBuilder &graph, const BertConfig &config,
                             const BertInputs &inputs) {
  GraphBuilder::Module embeddings = graph.enter("embeddings");
  int64_t tokens = GraphBuilder::shapeOf(inputs.ids)[1];
  Value words = graph.embedding("word_embeddings", inputs.ids,
                                config.vocabulary, config.width);
  Value types = graph.embedding("token_type_embeddings", inputs.tokenTypes,
                                config.tokenTypes, config.width);
  Value positions = graph.positions("position_embeddings", tokens,
                                    config.positions, config.width);
  return graph.layerNorm("LayerNorm",
                         graph.add(graph.add(words, types), positions),
                         config.epsilon);
}

/// The end of a sublayer: `LayerNorm(dense(x) + residual)`.
static Value buildOutput(GraphBuilder &graph, const BertConfig &config, Value x,
                         Value residual) {
  GraphBuilder::Module output = graph.enter("output");
  Value dense = graph.linear("dense", x, config.width, Bias::Yes);
  return graph.layerNorm("LayerNorm", graph.add(dense, residual),
                         config.epsilon);
}

static Value buildSelfAttention(GraphBuilder &graph, const BertConfig &config,
                                Value x, Value mask) {
  GraphBuilder::Module self = graph.enter("self");
  auto heads = [&](StringRef module) {
    return graph.splitHeads(graph.linear(module, x, config.width, Bias::Yes),
                            config.heads);
  };
  Value query = heads("query"), key = heads("key"), value = heads("value");
  double scale = 1 / std::sqrt(double(config.headSize));
  return graph.mergeHeads(
      graph.attention(query, key, value, {.scale = scale, .keyMask = mask}));
}

static Value buildLayer(GraphBuilder &graph, const BertConfig &config, Value x,
                        Value mask) {
  {
    GraphBuilder::Module attention = graph.enter("attention");
    Value context = buildSelfAttention(graph, config, x, mask);
    x = buildOutput(graph, config, context, x);
  }
  Value inner;
  {
    GraphBuilder::Module intermediate = graph.enter("intermediate");
    inner = graph.activate(config.activation,
                           graph.linear("dense", x, config.inner, Bias::Yes));
  }
  return buildOutput(graph, config, inner, x);
}

static Value buildEncoder(GraphBuilder &graph, const BertConfig &config,
                          const BertInputs &inputs) {
  Value x = buildEmbeddings(graph, config, inputs);
  for (int64_t i = 0; i < config.layers; ++i) {
    GraphBuilder::Module layer = graph.enter("encoder.layer." + Twine(i));
    x = buildLayer(graph, config, x, inputs.mask);
  }
  return x;
}

static Value buildMaskedLMHead(GraphBuilder &graph, const BertConfig &config,
                               Value x) {
  Value table =
      graph.parameter(config.tied ? "bert.embeddings.word_embeddings.weight"
                                  : "cls.predictions.decoder.weight",
                      {config.vocabulary, config.width});
  GraphBuilder::Module predictions = graph.enter("cls.predictions");
  {
    GraphBuilder::Module transform = graph.enter("transform");
    x = graph.linear("dense", x, config.width, Bias::Yes);
    x = graph.activate(config.activation, x);
    x = graph.layerNorm("LayerNorm", x, config.epsilon);
  }
  Value bias = graph.parameter("bias", {config.vocabulary});
  return graph.project("decoder", x, table, bias);
}

static void buildBert(Import &import) {
  BertConfig config(import);
  int64_t batch = import.options.batch;
  int64_t tokens =
      import.getSequence("max_position_embeddings", config.positions);
  if (import.config.hasFailed())
    return;

  GraphBuilder &graph = import.graph;
  BertInputs inputs;
  inputs.ids = graph.addIds("ids", {batch, tokens});
  inputs.tokenTypes = graph.addIds("token_type_ids", {batch, tokens});
  inputs.mask = graph.addMask("attention_mask", {batch, tokens});
  import.addLabels({batch, tokens});

  bool bare =
      import.task == ImportTask::Encoder &&
      (import.architecture.empty() || import.architecture == "BertModel");
  Value hidden;
  if (bare) {
    hidden = buildEncoder(graph, config, inputs);
  } else {
    GraphBuilder::Module bert = graph.enter("bert");
    hidden = buildEncoder(graph, config, inputs);
  }
  if (import.task == ImportTask::Encoder)
    return graph.addOutput("hidden", hidden);
  import.addLogits(buildMaskedLMHead(graph, config, hidden), LabelsAre::Here);
}

static constexpr Choice<ImportTask> architectures[] = {
    {"BertModel", ImportTask::Encoder},
    {"BertForMaskedLM", ImportTask::MaskedLM},
    {"BertForPreTraining", ImportTask::MaskedLM}};
static constexpr ImportTask tasks[] = {ImportTask::Encoder,
                                       ImportTask::MaskedLM};

const Family hf::bertFamily = {"bert", architectures, tasks,
                               /*hasExperts=*/false, buildBert};
