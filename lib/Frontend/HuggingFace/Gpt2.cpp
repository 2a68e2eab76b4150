// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// GPT-2: learned positions, layer norm before attention and feed-forward, one
// weight for queries, keys and values. Its "Conv1D" layers keep their weights
// as [in, out]. Tensors are named as in the published checkpoints, without the
// `transformer.` that later ones have in front.

#include "Family.h"

#include <cmath>

using namespace mlir;
using namespace partita;
using namespace partita::hf;

namespace {
struct Gpt2Config {
  int64_t vocabulary, positions, width, heads, headSize, layers, inner;
  double epsilon, scale;
  bool tied;
  xformer::Activation activation;

  explicit Gpt2Config(Import &import) {
    ConfigReader &config = import.config;
    vocabulary = config.readSize("vocab_size");
    positions = config.readSize("n_positions");
    width = config.readSize("n_embd");
    heads = config.readSize("n_head");
    headSize = import.divideHeads("n_embd", width, "n_head", heads);
    layers = import.readLayers("n_layer");
    inner = config.readSize("n_inner", 4 * width);
    epsilon = config.readNumber("layer_norm_epsilon", 1e-5, /*orZero=*/true);
    activation =
        config.readChoice("activation_function", "gelu_new", getActivations());
    scale = config.readFlag("scale_attn_weights", true)
                ? 1 / std::sqrt(double(headSize))
                : 1;
    tied = config.readFlag("tie_word_embeddings", true);
    config.requireFlag("scale_attn_by_inverse_layer_idx", false);
    config.requireFlag("add_cross_attention", false);
  }
};
} // namespace

static Value buildAttention(GraphBuilder &graph, const Gpt2Config &config,
                            Value x) {
  GraphBuilder::Module attn = graph.enter("attn");
  Value fused = graph.linear("c_attn", x, 3 * config.width, Bias::Yes,
                             WeightLayout::InOut);
  auto heads = [&](int64_t part) {
    Value slice = graph.slice(fused, 2, part * config.width, config.width);
    return graph.splitHeads(slice, config.heads);
  };
  Value query = heads(0), key = heads(1), value = heads(2);
  Value context = graph.attention(query, key, value,
                                  {.scale = config.scale, .causal = true});
  return graph.linear("c_proj", graph.mergeHeads(context), config.width,
                      Bias::Yes, WeightLayout::InOut);
}

static Value buildMlp(GraphBuilder &graph, const Gpt2Config &config, Value x) {
  GraphBuilder::Module mlp = graph.enter("mlp");
  Value inner =
      graph.linear("c_fc", x, config.inner, Bias::Yes, WeightLayout::InOut);
  return graph.linear("c_proj", graph.activate(config.activation, inner),
                      config.width, Bias::Yes, WeightLayout::InOut);
}

static Value buildBlock(GraphBuilder &graph, const Gpt2Config &config,
                        Value x) {
  Value normed = graph.layerNorm("ln_1", x, config.epsilon);
  x = graph.add(x, buildAttention(graph, config, normed));
  normed = graph.layerNorm("ln_2", x, config.epsilon);
  return graph.add(x, buildMlp(graph, config, normed));
}

static void buildGpt2(Import &import) {
  Gpt2Config config(import);
  int64_t tokens = import.getSequence("n_positions", config.positions);
  if (import.config.hasFailed())
    return;

  GraphBuilder &graph = import.graph;
  Value ids = graph.addIds("ids", {import.options.batch, tokens});
  import.addLabels({import.options.batch, tokens});

  Value words = graph.embedding("wte", ids, config.vocabulary, config.width);
  Value x = graph.add(
      words, graph.positions("wpe", tokens, config.positions, config.width));
  for (int64_t i = 0; i < config.layers; ++i) {
    GraphBuilder::Module block = graph.enter("h." + Twine(i));
    x = buildBlock(graph, config, x);
  }
  x = graph.layerNorm("ln_f", x, config.epsilon);
  Value table = graph.parameter(config.tied ? "wte.weight" : "lm_head.weight",
                                {config.vocabulary, config.width});
  import.addLogits(graph.project("lm_head", x, table), LabelsAre::Next);
}

static constexpr Choice<ImportTask> architectures[] = {
    {"GPT2LMHeadModel", ImportTask::CausalLM}};
static constexpr ImportTask tasks[] = {ImportTask::CausalLM};

const Family hf::gpt2Family = {"gpt2", architectures, tasks,
                               /*hasExperts=*/false, buildGpt2};
