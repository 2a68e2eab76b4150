// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// T5, both forms: an encoder, and a decoder that also reads the encoder's
// result. Scores have no scale; the positions of tokens enter as a learned bias
// of the scores, from one table for all layers of a stack, which the first
// layer holds.

#include "Family.h"

#include <cmath>

using namespace mlir;
using namespace partita;
using namespace partita::hf;

namespace {
struct T5Config {
  int64_t vocabulary, width, inner, headSize, heads, layers, decoderLayers,
      buckets, maxDistance;
  double epsilon;
  bool tied, gated;

  explicit T5Config(Import &import) {
    ConfigReader &config = import.config;
    vocabulary = config.readSize("vocab_size");
    width = config.readSize("d_model");
    inner = config.readSize("d_ff");
    headSize = config.readSize("d_kv");
    heads = config.readSize("num_heads");
    layers = import.readLayers("num_layers");
    decoderLayers = import.readLayers("num_decoder_layers", layers);
    epsilon = config.readNumber("layer_norm_epsilon", 1e-6, /*orZero=*/true);
    tied = config.readFlag("tie_word_embeddings", true);
    constexpr Choice<bool> forms[] = {{"relu", false}, {"gated-gelu", true}};
    gated = config.readChoice<bool>("feed_forward_proj", "relu", forms);
    readBuckets(config);
  }

private:
  void readBuckets(ConfigReader &config) {
    buckets = config.readSize("relative_attention_num_buckets", 32);
    maxDistance = config.readSize("relative_attention_max_distance", 128);
    if (buckets < 4 || buckets % 2 != 0)
      config.fail("relative_attention_num_buckets",
                  "expected 'relative_attention_num_buckets' to be an even "
                  "number of at least 4, got " +
                      Twine(buckets));
    // Half of the decoder's buckets hold one distance each.
    if (maxDistance <= buckets / 2)
      config.fail("relative_attention_max_distance",
                  "expected 'relative_attention_max_distance' to be greater "
                  "than half of the " +
                      Twine(buckets) + " buckets, got " + Twine(maxDistance));
  }
};

/// What all layers of a stack share.
struct Stack {
  bool isDecoder;
  int64_t layers;
  /// Of the scores of self-attention.
  Value bias = {};
  /// The tokens of the encoder that are no padding.
  Value encoderMask;
  /// What the encoder says, for the decoder.
  Value encoded = {};
};
} // namespace

static Value buildAttention(GraphBuilder &graph, const T5Config &config,
                            Value x, Value memory,
                            const AttentionOptions &options) {
  auto heads = [&](StringRef module, Value source) {
    Value flat =
        graph.linear(module, source, config.heads * config.headSize, Bias::No);
    return graph.splitHeads(flat, config.heads);
  };
  Value query = heads("q", x), key = heads("k", memory),
        value = heads("v", memory);
  Value context = graph.attention(query, key, value, options);
  return graph.linear("o", graph.mergeHeads(context), config.width, Bias::No);
}

static Value buildFeedForward(GraphBuilder &graph, const T5Config &config,
                              Value x) {
  Value inner;
  if (config.gated) {
    Value gate = graph.linear("wi_0", x, config.inner, Bias::No);
    Value value = graph.linear("wi_1", x, config.inner, Bias::No);
    inner = graph.gate(xformer::Activation::GeluTanh, gate, value);
  } else {
    inner = graph.activate(xformer::Activation::Relu,
                           graph.linear("wi", x, config.inner, Bias::No));
  }
  return graph.linear("wo", inner, config.width, Bias::No);
}

/// `x + sublayer(layer_norm(x))`, in module `layer.INDEX`, whose sublayer is
/// the module `name`.
static Value buildSublayer(GraphBuilder &graph, const T5Config &config,
                           int64_t index, StringRef name, Value x,
                           function_ref<Value(Value)> sublayer) {
  GraphBuilder::Module layer = graph.enter("layer." + Twine(index));
  Value result = graph.rmsNorm("layer_norm", x, config.epsilon);
  {
    GraphBuilder::Module module = graph.enter(name);
    result = sublayer(result);
  }
  return graph.add(x, result);
}

static Value buildBlock(GraphBuilder &graph, const T5Config &config,
                        const Stack &stack, Value x) {
  int64_t index = 0;
  AttentionOptions self = {.scale = 1,
                           .causal = stack.isDecoder,
                           .keyMask =
                               stack.isDecoder ? Value() : stack.encoderMask,
                           .bias = stack.bias};
  x = buildSublayer(graph, config, index++, "SelfAttention", x, [&](Value y) {
    return buildAttention(graph, config, y, y, self);
  });
  if (stack.isDecoder) {
    AttentionOptions cross = {.scale = 1, .keyMask = stack.encoderMask};
    x = buildSublayer(
        graph, config, index++, "EncDecAttention", x, [&](Value y) {
          return buildAttention(graph, config, y, stack.encoded, cross);
        });
  }
  return buildSublayer(graph, config, index, "DenseReluDense", x, [&](Value y) {
    return buildFeedForward(graph, config, y);
  });
}

static Value buildBias(GraphBuilder &graph, const T5Config &config,
                       bool bidirectional, int64_t tokens) {
  GraphBuilder::Module module =
      graph.enter("block.0.layer.0.SelfAttention.relative_attention_bias");
  Value table = graph.parameter("weight", {config.buckets, config.heads});
  return graph.create<xformer::RelativePositionBiasOp>(
      graph.tensorOf({1, config.heads, tokens, tokens}), table,
      /*query_positions=*/Value(), /*key_positions=*/Value(), bidirectional,
      config.maxDistance);
}

/// The stack in the module that is open, over the embedded tokens `x`.
static Value buildStack(GraphBuilder &graph, const T5Config &config,
                        Stack stack, Value x) {
  int64_t tokens = GraphBuilder::shapeOf(x)[1];
  stack.bias = buildBias(graph, config, !stack.isDecoder, tokens);
  for (int64_t i = 0; i < stack.layers; ++i) {
    GraphBuilder::Module block = graph.enter("block." + Twine(i));
    x = buildBlock(graph, config, stack, x);
  }
  return graph.rmsNorm("final_layer_norm", x, config.epsilon);
}

static Value buildHead(GraphBuilder &graph, const T5Config &config, Value x) {
  if (config.tied) {
    GraphBuilder::Module head = graph.enter("lm_head");
    x = graph.scale(x, 1 / std::sqrt(double(config.width)));
  }
  Value table =
      graph.parameter(config.tied ? "shared.weight" : "lm_head.weight",
                      {config.vocabulary, config.width});
  return graph.project("lm_head", x, table);
}

static void buildT5(Import &import) {
  T5Config config(import);
  bool hasDecoder = import.task == ImportTask::Seq2Seq;
  int64_t batch = import.options.batch;
  int64_t tokens = import.getSequence();
  int64_t decoderTokens = import.options.decoderSequence.value_or(tokens);
  if (import.config.hasFailed())
    return;

  GraphBuilder &graph = import.graph;
  Value ids = graph.addIds("ids", {batch, tokens});
  Value mask = graph.addMask("attention_mask", {batch, tokens});
  Value decoderIds;
  if (hasDecoder) {
    decoderIds = graph.addIds("decoder_ids", {batch, decoderTokens});
    import.addLabels({batch, decoderTokens});
  }
  auto embed = [&](Value ids) {
    return graph.embedding("shared", ids, config.vocabulary, config.width);
  };

  Value encoded;
  {
    Value x = embed(ids);
    GraphBuilder::Module encoder = graph.enter("encoder");
    encoded = buildStack(
        graph, config,
        {.isDecoder = false, .layers = config.layers, .encoderMask = mask}, x);
  }
  if (!hasDecoder)
    return graph.addOutput("hidden", encoded);
  Value decoded;
  {
    Value x = embed(decoderIds);
    GraphBuilder::Module decoder = graph.enter("decoder");
    decoded = buildStack(graph, config,
                         {.isDecoder = true,
                          .layers = config.decoderLayers,
                          .encoderMask = mask,
                          .encoded = encoded},
                         x);
  }
  import.addLogits(buildHead(graph, config, decoded), LabelsAre::Here);
}

static constexpr Choice<ImportTask> architectures[] = {
    {"T5ForConditionalGeneration", ImportTask::Seq2Seq},
    {"T5WithLMHeadModel", ImportTask::Seq2Seq},
    {"T5EncoderModel", ImportTask::Encoder}};
static constexpr ImportTask tasks[] = {ImportTask::Seq2Seq,
                                       ImportTask::Encoder};

const Family hf::t5Family = {"t5", architectures, tasks,
                             /*hasExperts=*/false, buildT5};
