// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Tiny models of each family, through the importer.

#include "Cases.h"

#include "partita/Frontend/HuggingFace/HuggingFace.h"
#include "partita/Support/RandomTensor.h"

#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace partita;
using namespace partita::test;

namespace {
/// Sizes that a config has, of which many numbers are divisors.
struct Sizes {
  explicit Sizes(Random &random)
      : heads(random.pick<int64_t>({2, 4, 4, 6})),
        keyHeads(random.coin() ? heads : heads / 2),
        width(heads * random.pick<int64_t>({4, 6, 8})),
        inner(random.pick<int64_t>({12, 16, 24})),
        vocabulary(random.pick<int64_t>({24, 32, 36})),
        layers(random.between(1, 2)), experts(random.pick<int64_t>({2, 4})) {}

  int64_t heads, keyHeads, width, inner, vocabulary, layers, experts;
};
} // namespace

static std::string getConfig(unsigned family, const Sizes &sizes) {
  switch (family) {
  case 0:
    return llvm::formatv(
        R"({{"model_type": "gpt2", "architectures": ["GPT2LMHeadModel"], "activation_function": "gelu_new",
            "n_embd": {0}, "n_head": {1}, "n_layer": {2}, "n_positions": 16, "n_ctx": 16, "vocab_size": {3},
            "layer_norm_epsilon": 1e-3})",
        sizes.width, sizes.heads, sizes.layers, sizes.vocabulary);
  case 1:
  case 2:
    return llvm::formatv(
        R"({{"model_type": "llama", "architectures": ["LlamaForCausalLM"], "hidden_act": "silu",
            "hidden_size": {0}, "intermediate_size": {1}, "num_hidden_layers": {2}, "num_attention_heads": {3},
            "num_key_value_heads": {4}, "vocab_size": {5}, "max_position_embeddings": 64, "rms_norm_eps": 1e-3,
            "rope_theta": 100.0, "tie_word_embeddings": {6}})",
        sizes.width, sizes.inner, sizes.layers, sizes.heads, sizes.keyHeads,
        sizes.vocabulary, family == 1 ? "true" : "false");
  case 3:
    return llvm::formatv(
        R"({{"model_type": "bert", "architectures": ["BertForMaskedLM"], "hidden_act": "gelu",
            "hidden_size": {0}, "intermediate_size": {1}, "num_hidden_layers": {2}, "num_attention_heads": {3},
            "vocab_size": {4}, "max_position_embeddings": 16, "type_vocab_size": 2, "layer_norm_eps": 1e-3})",
        sizes.width, sizes.inner, sizes.layers, sizes.heads, sizes.vocabulary);
  case 4:
  case 5:
    return llvm::formatv(
        R"({{"model_type": "t5", "architectures": ["T5ForConditionalGeneration"], "d_model": {0},
            "d_ff": {1}, "d_kv": 4, "num_heads": {2}, "num_layers": {3}, "num_decoder_layers": {3}, "vocab_size": {4},
            "relative_attention_num_buckets": 8, "relative_attention_max_distance": 10,
            "feed_forward_proj": "{5}", "layer_norm_epsilon": 1e-3, "tie_word_embeddings": {6},
            "decoder_start_token_id": 0, "pad_token_id": 0, "eos_token_id": 1, "is_encoder_decoder": true})",
        sizes.width, sizes.inner, sizes.heads, sizes.layers, sizes.vocabulary,
        family == 4 ? "relu" : "gated-gelu", family == 4 ? "true" : "false");
  default:
    return llvm::formatv(
        R"({{"model_type": "mixtral", "architectures": ["MixtralForCausalLM"], "hidden_act": "silu",
            "hidden_size": {0}, "intermediate_size": {1}, "num_hidden_layers": {2}, "num_attention_heads": {3},
            "num_key_value_heads": {4}, "vocab_size": {5}, "max_position_embeddings": 64, "rms_norm_eps": 1e-3,
            "rope_theta": 100.0, "num_local_experts": {6}, "num_experts_per_tok": 2, "tie_word_embeddings": false})",
        sizes.width, sizes.inner, sizes.layers, sizes.heads, sizes.keyHeads,
        sizes.vocabulary, sizes.experts);
  }
}

/// Values of an argument of a model.
static Draw makeDraw(RankedTensorType type, DictionaryAttr attributes,
                     int64_t vocabulary) {
  Shape shape(type.getShape());
  StringRef input;
  if (auto name = attributes.getAs<StringAttr>("xformer.input"))
    input = name.getValue();
  if (input == "attention_mask")
    return [shape](Random &random) {
      // Some tokens at the end of a sequence are pads.
      HostTensor mask = HostTensor::allocate(ElementKind::I1, shape);
      MutableArrayRef<uint8_t> bits = mask.mutableData<uint8_t>();
      for (int64_t row = 0; row != shape[0]; ++row) {
        int64_t length = random.between(1, shape[1]);
        for (int64_t column = 0; column != shape[1]; ++column)
          bits[row * shape[1] + column] = column < length;
      }
      return mask;
    };
  if (!input.empty()) {
    int64_t count = input == "token_type_ids" ? 2 : vocabulary;
    return [shape, count](Random &random) {
      return randomIntegerTensor(random.between(0, 1 << 30), "ids",
                                 ElementKind::I32, shape, 0, count - 1);
    };
  }
  return [shape](Random &random) {
    return randomNormalTensor(random.between(0, 1 << 30), "weight",
                              ElementKind::F32, shape, 0.3);
  };
}

Program test::makeRandomModel(MLIRContext *context, unsigned family,
                              Random &random) {
  Sizes sizes(random);
  HuggingFaceImportOptions options;
  options.batch = random.pick<int64_t>({2, 4, 4, 6});
  options.sequence = random.pick<int64_t>({4, 6, 8});
  options.loss = random.between(0, 2) == 0;
  Program program;
  std::string config = getConfig(family, sizes);
  program.module = importHuggingFace(*context, config, "config.json", options);
  if (!program.module)
    llvm::report_fatal_error("a tiny model cannot be imported");
  auto function = getLocalMain(*program.module);
  for (BlockArgument argument : function.getArguments())
    program.draws.push_back(makeDraw(
        cast<RankedTensorType>(argument.getType()),
        function.getArgAttrDict(argument.getArgNumber()), sizes.vocabulary));
  static constexpr const char *names[numFamilies] = {
      "gpt2", "llama-tied", "llama", "bert", "t5", "t5-gated", "mixtral"};
  program.name = names[family];
  return program;
}
