// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Frontend/Weights/WeightFiles.h"
#include "Support/TestFiles.h"

#include "partita/Frontend/Weights/Gguf.h"

using namespace partita;
using namespace partita::test;
using testing::ElementsAre;
using testing::UnorderedElementsAre;

namespace {

std::unique_ptr<WeightStore> open(const GgufBuilder &builder) {
  return llvm::cantFail(openGguf(inMemory(builder.build())));
}
std::string fault(const GgufBuilder &builder) {
  return message(openGguf(inMemory(builder.build())));
}

GgufBuilder llama(uint32_t heads = 2) {
  return GgufBuilder()
      .metadata("general.architecture", "llama")
      .metadata("llama.attention.head_count", heads);
}

std::vector<int> values(const WeightStore &store, llvm::StringRef name) {
  HostTensor tensor = llvm::cantFail(store.find(name));
  auto data = tensor.data<int8_t>();
  return {data.begin(), data.end()};
}

TEST(GgufStoreTest, TranslatesLlamaNames) {
  GgufBuilder builder = llama();
  for (const char *name :
       {"token_embd.weight", "output.weight", "output_norm.weight",
        "blk.0.attn_q.weight", "blk.0.attn_k.weight", "blk.0.attn_v.weight",
        "blk.0.attn_output.weight", "blk.0.attn_norm.weight",
        "blk.0.ffn_norm.weight", "blk.0.ffn_gate.weight", "blk.0.ffn_up.weight",
        "blk.12.ffn_down.weight", "blk.3.attn_v.bias", "rope_freqs.weight",
        "blk.x.attn_v.weight", "blk..attn_v.weight",
        "blk.1.ffn_gate_exps.weight", "output.scale", "token_embd"})
    builder.tensor(name, {1, 4}, "I8", "abcd");
  EXPECT_THAT(open(builder)->names(),
              UnorderedElementsAre(
                  "model.embed_tokens.weight", "lm_head.weight",
                  "model.norm.weight", "model.layers.0.self_attn.q_proj.weight",
                  "model.layers.0.self_attn.k_proj.weight",
                  "model.layers.0.self_attn.v_proj.weight",
                  "model.layers.0.self_attn.o_proj.weight",
                  "model.layers.0.input_layernorm.weight",
                  "model.layers.0.post_attention_layernorm.weight",
                  "model.layers.0.mlp.gate_proj.weight",
                  "model.layers.0.mlp.up_proj.weight",
                  "model.layers.12.mlp.down_proj.weight",
                  "model.layers.3.self_attn.v_proj.bias", "rope_freqs.weight",
                  "blk.x.attn_v.weight", "blk..attn_v.weight",
                  "blk.1.ffn_gate_exps.weight", "output.scale", "token_embd"));
}

// Two query heads and one key head of size 6. The file has each head's rows in
// the order 0 3 1 4 2 5; values and biases follow the same rule.
TEST(GgufStoreTest, RestoresRowOrderOfQueriesAndKeys) {
  auto store = open(
      llama()
          .metadata("llama.attention.head_count_kv", 1u)
          .tensor("blk.0.attn_q.weight", {1, 12}, "I8",
                  bytesOf<int8_t>({0, 3, 1, 4, 2, 5, 10, 13, 11, 14, 12, 15}))
          .tensor(
              "blk.0.attn_k.weight", {2, 6}, "I8",
              bytesOf<int8_t>({0, 100, 3, 103, 1, 101, 4, 104, 2, 102, 5, 105}))
          .tensor("blk.0.attn_k.bias", {6}, "I8",
                  bytesOf<int8_t>({0, 3, 1, 4, 2, 5}))
          .tensor("blk.0.attn_v.weight", {1, 6}, "I8",
                  bytesOf<int8_t>({0, 1, 2, 3, 4, 5})));
  EXPECT_THAT(values(*store, "model.layers.0.self_attn.q_proj.weight"),
              ElementsAre(0, 1, 2, 3, 4, 5, 10, 11, 12, 13, 14, 15));
  EXPECT_THAT(values(*store, "model.layers.0.self_attn.k_proj.weight"),
              ElementsAre(0, 100, 1, 101, 2, 102, 3, 103, 4, 104, 5, 105));
  EXPECT_THAT(values(*store, "model.layers.0.self_attn.k_proj.bias"),
              ElementsAre(0, 1, 2, 3, 4, 5));
  EXPECT_THAT(values(*store, "model.layers.0.self_attn.v_proj.weight"),
              ElementsAre(0, 1, 2, 3, 4, 5));
}

// Without a count of its own, keys have as many heads as queries.
TEST(GgufStoreTest, KeysDefaultToQueryHeads) {
  auto store = open(llama(2).tensor("blk.0.attn_k.weight", {1, 8}, "I8",
                                    bytesOf<int8_t>({0, 2, 1, 3, 4, 6, 5, 7})));
  EXPECT_THAT(values(*store, "model.layers.0.self_attn.k_proj.weight"),
              ElementsAre(0, 1, 2, 3, 4, 5, 6, 7));
}

// Quantised rows move whole and are decoded once.
TEST(GgufStoreTest, RestoresQuantisedRows) {
  std::string rows;
  for (int8_t row : {0, 2, 1, 3})
    rows += bytesOf<uint16_t>(0x3c00) + std::string(32, row);
  auto store =
      open(llama(1).tensor("blk.0.attn_q.weight", {32, 4}, "Q8_0", rows));
  WeightInfo info =
      llvm::cantFail(store->getInfo("model.layers.0.self_attn.q_proj.weight"));
  EXPECT_EQ(describeShape(info.kind, info.dims), "4x32xf32");
  HostTensor tensor =
      llvm::cantFail(store->find("model.layers.0.self_attn.q_proj.weight"));
  for (int64_t row = 0; row != 4; ++row)
    EXPECT_THAT(tensor.slice(0, row, 1).data<float>(),
                testing::Each(static_cast<float>(row)));
}

// Other architectures have other conventions; their files are left alone.
TEST(GgufStoreTest, KeepsOtherArchitectures) {
  auto store = open(GgufBuilder()
                        .metadata("general.architecture", "qwen2")
                        .tensor("blk.0.attn_q.weight", {1, 4}, "I8",
                                bytesOf<int8_t>({0, 2, 1, 3})));
  EXPECT_THAT(store->names(), ElementsAre("blk.0.attn_q.weight"));
  EXPECT_THAT(values(*store, "blk.0.attn_q.weight"), ElementsAre(0, 2, 1, 3));
}

TEST(GgufStoreTest, RefusesBadHeadCounts) {
  auto withQuery = [](GgufBuilder builder) {
    return fault(builder.tensor("blk.0.attn_q.weight", {1, 4}, "I8", "abcd"));
  };
  GgufBuilder none = GgufBuilder().metadata("general.architecture", "llama");
  EXPECT_EQ(withQuery(none),
            "input: metadata key 'llama.attention.head_count' is missing, "
            "expected an integer");
  EXPECT_EQ(withQuery(llama(0)),
            "input: expected positive head counts, got 0 and 0");
  EXPECT_EQ(withQuery(llama(2).metadata("llama.attention.head_count_kv",
                                        GgufType::I32, bytesOf<int32_t>(-1))),
            "input: expected positive head counts, got 2 and -1");
  EXPECT_EQ(
      withQuery(llama().metadata("llama.attention.head_count_kv", "2")),
      "input: expected metadata key 'llama.attention.head_count_kv' to be an "
      "integer");
  // Who has no queries needs no heads.
  EXPECT_EQ(fault(none.tensor("output.weight", {1}, "I8", "a")), "success");
}

TEST(GgufStoreTest, RefusesQueriesThatDoNotSplitIntoHeads) {
  std::string rows = "input: tensor 'blk.0.attn_q.weight': expected a matrix "
                     "or vector with an even number of rows for each of 2 "
                     "heads";
  EXPECT_EQ(
      fault(llama().tensor("blk.0.attn_q.weight", {1, 6}, "I8", "abcdef")),
      rows);
  EXPECT_EQ(fault(llama().tensor("blk.0.attn_q.weight", {1, 3}, "I8", "abc")),
            rows);
  EXPECT_EQ(
      fault(llama().tensor("blk.0.attn_q.weight", {1, 1, 4}, "I8", "abcd")),
      rows);
  EXPECT_EQ(fault(llama().tensor("blk.0.attn_q.weight", {}, "I8", "a")), rows);
  EXPECT_EQ(fault(llama().tensor("blk.0.attn_q.weight", {1, 0}, "I8", "")),
            "success");
}

TEST(GgufStoreTest, RefusesNamesThatCollide) {
  EXPECT_EQ(fault(llama()
                      .tensor("model.norm.weight", {1}, "I8", "a")
                      .tensor("output_norm.weight", {1}, "I8", "b")),
            "input: tensor 'output_norm.weight' has the name of another one "
            "after translation to Hugging Face's");
}

TEST(GgufStoreTest, RefusesPartsOfSplitModels) {
  EXPECT_EQ(fault(llama().metadata("split.count", 2u)),
            "input: is one part of a split GGUF model; join the parts with "
            "llama-gguf-split --merge");
  EXPECT_EQ(fault(llama().metadata("split.count", 1u)), "success");
}

// A type without a reader is an error for its own tensor only.
TEST(GgufStoreTest, DefersUnsupportedTypes) {
  auto store = open(GgufBuilder()
                        .tensor("known", {256}, "Q2_K", std::string(84, 1))
                        .tensor("unknown", {256}, 99, "abc")
                        .tensor("x", {1}, "I8", "a"));
  EXPECT_THAT(store->names(), ElementsAre("x"));
  EXPECT_EQ(message(store->find("known")),
            "input: tensor 'known' has the unsupported GGML type Q2_K; "
            "requantise the model, for example to Q8_0");
  EXPECT_EQ(message(store->getInfo("unknown")),
            "input: tensor 'unknown' has the unknown GGML type 99");
}

} // namespace
