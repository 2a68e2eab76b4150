// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Llama 2 and 3, and models of their make such as SmolLM: rotary positions,
// RMS norm before attention and feed-forward, grouped queries, a gated
// feed-forward. Mixtral differs in the feed-forward only: each token goes to
// some of many experts.

#include "Family.h"

#include "llvm/Support/FormatVariadic.h"
#include <cmath>

using namespace mlir;
using namespace partita;
using namespace partita::hf;

namespace {
/// What the two families share.
struct LlamaConfig {
  int64_t vocabulary, width, heads, keyHeads, headSize, layers, inner;
  double epsilon, theta;
  xformer::Llama3RopeAttr scaling;
  Bias attentionBias, mlpBias;
  bool tied;
  xformer::Activation activation;

  LlamaConfig(Import &import, bool mixtral);

private:
  void readBiases(ConfigReader &config);
  void readRotary(Import &import, double defaultTheta);
  void readScaling(ConfigReader &rope, MLIRContext *context);
};

struct Experts {
  int64_t count, perToken, slots;
};

/// What a layer does after attention.
using FeedForward = function_ref<Value(Value x)>;
} // namespace

//===----------------------------------------------------------------------===//
// Options
//===----------------------------------------------------------------------===//

LlamaConfig::LlamaConfig(Import &import, bool mixtral) {
  ConfigReader &config = import.config;
  vocabulary = config.readSize("vocab_size");
  width = config.readSize("hidden_size");
  inner = config.readSize("intermediate_size");
  layers = import.readLayers("num_hidden_layers");
  heads = config.readSize("num_attention_heads");
  keyHeads = config.readSize("num_key_value_heads", mixtral ? 8 : heads);
  if (heads % keyHeads != 0)
    config.fail("num_key_value_heads",
                "expected 'num_key_value_heads' to divide the " + Twine(heads) +
                    " 'num_attention_heads', got " + Twine(keyHeads));
  headSize = config.has("head_dim")
                 ? config.readSize("head_dim")
                 : import.divideHeads("hidden_size", width,
                                      "num_attention_heads", heads);
  if (headSize % 2 != 0)
    config.fail("head_dim", "expected heads of an even size, whose features "
                            "rotary embeddings pair, got " +
                                Twine(headSize));
  epsilon = config.readNumber("rms_norm_eps", mixtral ? 1e-5 : 1e-6,
                              /*orZero=*/true);
  activation = config.readChoice("hidden_act", "silu", getActivations());
  tied = config.readFlag("tie_word_embeddings", false);
  // Hugging Face's Mixtral has no biases, whatever its config says.
  attentionBias = mlpBias = Bias::No;
  if (!mixtral)
    readBiases(config);
  readRotary(import, mixtral ? 1e6 : 1e4);
}

void LlamaConfig::readBiases(ConfigReader &config) {
  auto read = [&](StringRef key) {
    return config.readFlag(key, false) ? Bias::Yes : Bias::No;
  };
  attentionBias = read("attention_bias");
  mlpBias = read("mlp_bias");
}

/// The angles of rotary embeddings stand beside the other options or, from
/// Transformers 5 on, together in `rope_parameters`.
void LlamaConfig::readRotary(Import &import, double defaultTheta) {
  ConfigReader &config = import.config;
  theta = config.readNumber("rope_theta", defaultTheta);
  config.requireNumber("partial_rotary_factor", 1);
  std::optional<ConfigReader> rope = config.readObject("rope_parameters");
  if (rope) {
    theta = rope->readNumber("rope_theta", theta);
    rope->requireNumber("partial_rotary_factor", 1);
  } else {
    rope = config.readObject("rope_scaling");
  }
  if (rope)
    readScaling(*rope, import.graph.getContext());
}

void LlamaConfig::readScaling(ConfigReader &rope, MLIRContext *context) {
  constexpr Choice<bool> types[] = {{"default", false}, {"llama3", true}};
  StringRef typeKey = "rope_type";
  if (!rope.has(typeKey) && rope.has("type"))
    typeKey = "type"; // as it was called before
  if (!rope.readChoice<bool>(typeKey, "default", types))
    return;
  double factor = rope.readNumber("factor");
  double low = rope.readNumber("low_freq_factor");
  double high = rope.readNumber("high_freq_factor");
  int64_t original = rope.readSize("original_max_position_embeddings");
  if (!(low < high))
    rope.fail("high_freq_factor",
              llvm::formatv("expected {0} to be greater than {1}, which is "
                            "{2}, got {3}",
                            rope.spell("high_freq_factor"),
                            rope.spell("low_freq_factor"),
                            llvm::json::Value(low), llvm::json::Value(high)));
  if (!rope.hasFailed())
    scaling = xformer::Llama3RopeAttr::get(
        context, APFloat(factor), APFloat(low), APFloat(high), original);
}

/// The experts of each of the `layers` of a Mixtral, with slots for `tokens` of
/// each sequence.
static Experts readExperts(Import &import, int64_t layers, int64_t tokens) {
  ConfigReader &config = import.config;
  Experts experts;
  experts.count = config.readSize("num_local_experts", 8, maxExperts);
  experts.perToken = config.readSize("num_experts_per_tok", 2);
  // Each is a name in the graph.
  constexpr int64_t maxExpertsOfModel = int64_t(1) << 17;
  if (layers * experts.count > maxExpertsOfModel)
    config.fail("num_local_experts",
                "expected at most " + Twine(maxExpertsOfModel) +
                    " experts in all layers, got " + Twine(layers) +
                    " layers of " + Twine(experts.count));
  if (experts.perToken > experts.count)
    config.fail("num_experts_per_tok",
                "expected 'num_experts_per_tok' to be at most the " +
                    Twine(experts.count) + " 'num_local_experts', got " +
                    Twine(experts.perToken));
  experts.slots = tokens;
  if (std::optional<double> capacity = import.options.expertCapacity) {
    double share = double(tokens) * experts.perToken / experts.count;
    // Compared as a double, since a huge capacity does not fit an integer.
    experts.slots =
        int64_t(std::min(std::ceil(*capacity * share), double(tokens)));
  }
  if (config.has("sliding_window")) {
    int64_t window = config.readSize("sliding_window");
    if (window < tokens)
      config.fail("sliding_window",
                  "expected 'sliding_window' to cover the sequence of " +
                      Twine(tokens) + " tokens, got " + Twine(window) +
                      "; attention to a window is not supported, lower "
                      "--import-seq");
  }
  return experts;
}

//===----------------------------------------------------------------------===//
// Layers
//===----------------------------------------------------------------------===//

static Value rotate(GraphBuilder &graph, const LlamaConfig &config, Value x) {
  return graph.create<xformer::RotaryOp>(x, /*positions=*/Value(),
                                         APFloat(config.theta), config.scaling,
                                         /*interleaved=*/false);
}

static Value buildAttention(GraphBuilder &graph, const LlamaConfig &config,
                            Value x) {
  GraphBuilder::Module attention = graph.enter("self_attn");
  auto project = [&](StringRef module, int64_t heads) {
    Value flat =
        graph.linear(module, x, heads * config.headSize, config.attentionBias);
    return graph.splitHeads(flat, heads);
  };
  Value query = project("q_proj", config.heads);
  Value key = project("k_proj", config.keyHeads);
  Value value = project("v_proj", config.keyHeads);
  query = rotate(graph, config, query);
  key = rotate(graph, config, key);
  double scale = 1 / std::sqrt(double(config.headSize));
  Value context =
      graph.attention(query, key, value, {.scale = scale, .causal = true});
  return graph.linear("o_proj", graph.mergeHeads(context), config.width,
                      config.attentionBias);
}

static Value buildMlp(GraphBuilder &graph, const LlamaConfig &config, Value x) {
  GraphBuilder::Module mlp = graph.enter("mlp");
  Value gate = graph.linear("gate_proj", x, config.inner, config.mlpBias);
  Value up = graph.linear("up_proj", x, config.inner, config.mlpBias);
  Value product = graph.gate(config.activation, gate, up);
  return graph.linear("down_proj", product, config.width, config.mlpBias);
}

/// Between dispatch and combine the experts are a batch dimension:
/// `[batch, experts, slots, features]`.
static Value buildExperts(GraphBuilder &graph, const LlamaConfig &config,
                          const Experts &experts, Value x) {
  GraphBuilder::Module moe = graph.enter("block_sparse_moe");
  ArrayRef<int64_t> shape = GraphBuilder::shapeOf(x);
  int64_t batch = shape[0], tokens = shape[1];
  Value logits = graph.linear("gate", x, experts.count, Bias::No);
  auto route = graph.create<xformer::MoeRouteOp>(
      graph.tensorOf({batch, tokens, experts.perToken}),
      RankedTensorType::get({batch, tokens, experts.perToken},
                            IntegerType::get(graph.getContext(), 32)),
      logits, /*renormalize=*/true);
  Value slots = graph.create<xformer::MoeDispatchOp>(
      graph.tensorOf({batch, experts.count, experts.slots, config.width}), x,
      route.getExperts());
  auto apply = [&](StringRef name, Value input, int64_t outputs) {
    int64_t inputs = GraphBuilder::shapeOf(input).back();
    Value weight = graph.stackedParameter("experts", (name + ".weight").str(),
                                          experts.count, {outputs, inputs});
    GraphBuilder::Module layer = graph.enter("experts." + name);
    return graph.create<xformer::MatmulOp>(input, weight,
                                           /*transpose_lhs=*/false,
                                           /*transpose_rhs=*/true);
  };
  Value gate = apply("w1", slots, config.inner);
  Value up = apply("w3", slots, config.inner);
  Value product = graph.gate(config.activation, gate, up);
  Value result = apply("w2", product, config.width);
  return graph.create<xformer::MoeCombineOp>(result, route.getExperts(),
                                             route.getWeights());
}

//===----------------------------------------------------------------------===//
// Models
//===----------------------------------------------------------------------===//

static void buildModel(Import &import, const LlamaConfig &config,
                       int64_t tokens, FeedForward feedForward) {
  GraphBuilder &graph = import.graph;
  Value ids = graph.addIds("ids", {import.options.batch, tokens});
  import.addLabels({import.options.batch, tokens});

  Value x;
  {
    GraphBuilder::Module model = graph.enter("model");
    x = graph.embedding("embed_tokens", ids, config.vocabulary, config.width);
    for (int64_t i = 0; i < config.layers; ++i) {
      GraphBuilder::Module layer = graph.enter("layers." + Twine(i));
      Value normed = graph.rmsNorm("input_layernorm", x, config.epsilon);
      x = graph.add(x, buildAttention(graph, config, normed));
      normed = graph.rmsNorm("post_attention_layernorm", x, config.epsilon);
      x = graph.add(x, feedForward(normed));
    }
    x = graph.rmsNorm("norm", x, config.epsilon);
  }
  Value table = graph.parameter(config.tied ? "model.embed_tokens.weight"
                                            : "lm_head.weight",
                                {config.vocabulary, config.width});
  import.addLogits(graph.project("lm_head", x, table), LabelsAre::Next);
}

static void buildLlama(Import &import) {
  LlamaConfig config(import, /*mixtral=*/false);
  int64_t tokens = import.getSequence();
  if (import.config.hasFailed())
    return;
  buildModel(import, config, tokens,
             [&](Value x) { return buildMlp(import.graph, config, x); });
}

static void buildMixtral(Import &import) {
  LlamaConfig config(import, /*mixtral=*/true);
  int64_t tokens = import.getSequence();
  Experts experts = readExperts(import, config.layers, tokens);
  if (import.config.hasFailed())
    return;
  buildModel(import, config, tokens, [&](Value x) {
    return buildExperts(import.graph, config, experts, x);
  });
}

static constexpr ImportTask tasks[] = {ImportTask::CausalLM};
static constexpr Choice<ImportTask> llamaArchitectures[] = {
    {"LlamaForCausalLM", ImportTask::CausalLM}};
static constexpr Choice<ImportTask> mixtralArchitectures[] = {
    {"MixtralForCausalLM", ImportTask::CausalLM}};

const Family hf::llamaFamily = {"llama", llamaArchitectures, tasks,
                                /*hasExperts=*/false, buildLlama};
const Family hf::mixtralFamily = {"mixtral", mixtralArchitectures, tasks,
                                  /*hasExperts=*/true, buildMixtral};
