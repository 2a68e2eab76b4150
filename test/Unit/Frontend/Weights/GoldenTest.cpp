// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Files and numbers that an independent implementation wrote (test/golden).

#include "Support/TestFiles.h"

#include "partita/Frontend/Weights/WeightStore.h"
#include "partita/Support/Npy.h"

#include "llvm/ADT/STLExtras.h"

#include <cmath>
#include <cstring>

using namespace partita;
using namespace partita::test;

namespace {

std::string golden(llvm::StringRef path) {
  return (PARTITA_GOLDEN_DIR "/" + path).str();
}

HostTensor load(const WeightStore &store, llvm::StringRef name) {
  return llvm::cantFail(store.find(name)).convertTo(ElementKind::F32);
}

/// The largest difference between elements of two tensors of one shape.
float maxDifference(const HostTensor &a, const HostTensor &b) {
  EXPECT_EQ(a.describe(), b.describe());
  float result = 0;
  for (auto [x, y] : llvm::zip_equal(a.data<float>(), b.data<float>()))
    result = std::max(result, std::fabs(x - y));
  return result;
}

// Each type that GGUF files are read in, with random bits.
TEST(GoldenTest, DequantizesEachType) {
  auto store = llvm::cantFail(openWeights(golden("gguf/blocks.gguf")));
  std::vector<llvm::StringRef> names = store->names();
  EXPECT_THAT(names, testing::UnorderedElementsAre("f32", "f16", "bf16", "q8_0",
                                                   "q4_0", "q4_1", "q6_k"));
  for (llvm::StringRef name : names) {
    SCOPED_TRACE(name.str());
    HostTensor expected =
        llvm::cantFail(readNpy(golden(("gguf/golden/" + name + ".npy").str())));
    EXPECT_EQ(maxDifference(load(*store, name), expected), 0.0f);
  }
}

// A whole model of the llama family in GGUF: names and shapes are those of the
// same family in safetensors.
TEST(GoldenTest, GgufAnswersToHuggingFaceNames) {
  auto store = llvm::cantFail(openWeights(golden("tiny/llama-gguf")));
  for (const char *name : {"model.embed_tokens.weight", "model.norm.weight",
                           "model.layers.0.self_attn.q_proj.weight",
                           "model.layers.0.post_attention_layernorm.weight",
                           "model.layers.1.mlp.down_proj.weight"})
    EXPECT_TRUE(store->contains(name)) << name;
  EXPECT_FALSE(store->contains("lm_head.weight")); // Tied.
}

// The shards of a model have its tensors, rounded to bf16 and f16.
TEST(GoldenTest, ShardsHoldTheWholeModel) {
  auto whole = llvm::cantFail(openWeights(golden("tiny/llama3")));
  auto bf16 = llvm::cantFail(openWeights(golden("tiny/llama3-bf16-sharded")));
  auto f16 = llvm::cantFail(openWeights(golden("tiny/llama3-f16-sharded")));
  EXPECT_EQ(bf16->names(), whole->names());
  EXPECT_EQ(f16->names(), whole->names());
  for (llvm::StringRef name : whole->names()) {
    SCOPED_TRACE(name.str());
    HostTensor exact = llvm::cantFail(whole->find(name));
    for (auto [store, kind] : {std::pair(bf16.get(), ElementKind::BF16),
                               std::pair(f16.get(), ElementKind::F16)}) {
      HostTensor rounded = llvm::cantFail(store->find(name));
      EXPECT_EQ(rounded.getKind(), kind);
      HostTensor expected = exact.convertTo(kind);
      EXPECT_EQ(rounded.describe(), expected.describe());
      EXPECT_EQ(
          memcmp(rounded.bytes(), expected.bytes(), rounded.getNumBytes()), 0);
    }
  }
}

} // namespace
