// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "partita/Interpreter/Kernels/Experts.h"

#include "TensorTesting.h"

using namespace partita;
using namespace partita::interp;

namespace {

/// Logits whose softmax is `probabilities`, which sum to 1.
HostTensor logitsOf(ElementKind kind, llvm::ArrayRef<int64_t> dims,
                    std::initializer_list<double> probabilities) {
  std::vector<double> logits;
  for (double probability : probabilities)
    logits.push_back(std::log(probability));
  return HostTensor::of<double>(dims, logits).convertTo(kind);
}

TEST(MoeRouteTest, TakesTheLargest) {
  for (ElementKind kind : computeKinds) {
    HostTensor logits =
        logitsOf(kind, {2, 4}, {0.1, 0.2, 0.3, 0.4, 0.7, 0.1, 0.15, 0.05});
    MoeRouteResult plain = moeRoute(logits, 2, false, ElementKind::I32);
    EXPECT_THAT(plain.experts, HasBitsOf(ids({2, 2}, {3, 2, 0, 2})));
    EXPECT_THAT(plain.weights,
                IsCloseTo(floats({2, 2}, {0.4, 0.3, 0.7, 0.15}), 1e-6));
    MoeRouteResult normal = moeRoute(logits, 2, true, ElementKind::I64);
    EXPECT_EQ(normal.experts.describe(), "2x2xi64");
    EXPECT_THAT(
        normal.weights,
        IsCloseTo(floats({2, 2}, {4.0 / 7, 3.0 / 7, 0.7 / 0.85, 0.15 / 0.85}),
                  1e-6));
  }
}

// Among equals the lower expert comes first, also when all are taken.
TEST(MoeRouteTest, BreaksTiesDownwards) {
  HostTensor logits = floats({2, 4}, {1, 2, 2, 1, 0, 0, 0, 0});
  EXPECT_THAT(moeRoute(logits, 3, false, ElementKind::I32).experts,
              HasBitsOf(ids({2, 3}, {1, 2, 0, 0, 1, 2})));
  EXPECT_THAT(moeRoute(logits, 4, false, ElementKind::I32).experts,
              HasBitsOf(ids({2, 4}, {1, 2, 0, 3, 0, 1, 2, 3})));
}

// NaN logits still give experts that are there, each once.
TEST(MoeRouteTest, SurvivesNaN) {
  EXPECT_THAT(
      moeRoute(floats({3}, {NAN, 1, 2}), 3, true, ElementKind::I32).experts,
      HasBitsOf(ids({3}, {0, 1, 2})));
}

// By hand: one sequence of 3 tokens, 2 experts each, of 3 experts. Expert 1 is
// chosen by all, in the order of the tokens.
TEST(MoeDispatchTest, FillsSlotsInOrder) {
  for (ElementKind kind : computeKinds) {
    HostTensor tokens = floats(kind, {1, 3, 2}, {1, 10, 2, 20, 3, 30});
    HostTensor experts = ids({1, 3, 2}, {1, 0, 2, 1, 1, 2});
    EXPECT_THAT(moeDispatch(tokens, experts, 3, 3),
                HasBitsOf(floats(kind, {1, 3, 3, 2},
                                 {1, 10, 0, 0, 0, 0,   // expert 0
                                  1, 10, 2, 20, 3, 30, // expert 1
                                  2, 20, 3, 30, 0, 0})));
    // With 2 slots the third token of expert 1 is dropped.
    EXPECT_THAT(moeDispatch(tokens, experts, 3, 2),
                HasBitsOf(floats(kind, {1, 3, 2, 2},
                                 {1, 10, 0, 0, 1, 10, 2, 20, 2, 20, 3, 30})));
  }
}

// Slots are counted in each sequence on its own: splitting the batch changes
// nothing.
TEST(MoeDispatchTest, SeparatesSequences) {
  HostTensor tokens = exactFloats(ElementKind::F32, "tokens", {2, 4, 3});
  HostTensor experts = ids({2, 4, 1}, {0, 0, 0, 1, 0, 1, 0, 0});
  HostTensor whole = moeDispatch(tokens, experts, 2, 2);
  for (int64_t b : {0, 1})
    EXPECT_THAT(
        moeDispatch(tokens.slice(0, b, 1), experts.slice(0, b, 1), 2, 2),
        HasBitsOf(whole.slice(0, b, 1)));
}

// A token may choose an expert twice; it then has two slots.
TEST(MoeDispatchTest, GivesASlotAChoice) {
  EXPECT_THAT(moeDispatch(floats({1, 1, 1}, {7}), ids({1, 1, 2}, {0, 0}), 1, 3),
              HasBitsOf(floats({1, 1, 3, 1}, {7, 7, 0})));
}

// By hand, with the slots as above: token 2 lost its slot at expert 1.
TEST(MoeCombineTest, SumsByWeight) {
  for (ElementKind kind : computeKinds) {
    HostTensor experts = ids({1, 3, 2}, {1, 0, 2, 1, 1, 2});
    HostTensor weights = floats(kind, {1, 3, 2}, {1, 2, 3, 4, 5, 6});
    HostTensor outputs = floats(kind, {1, 3, 2, 1}, {1, 0, 10, 20, 100, 200});
    EXPECT_THAT(moeCombine(outputs, experts, weights),
                HasBitsOf(floats(kind, {1, 3, 1},
                                 {1 * 10 + 2 * 1, 3 * 100 + 4 * 20, 6 * 200})));
  }
}

// With room for all, dispatch and combine with weights that sum to 1 give the
// tokens back.
TEST(MoeCombineTest, UndoesDispatch) {
  HostTensor tokens = exactFloats(ElementKind::F32, "tokens", {2, 5, 3});
  HostTensor experts = ids(
      {2, 5, 2}, {0, 1, 2, 3, 1, 0, 3, 2, 0, 2, 3, 0, 3, 1, 3, 2, 2, 1, 1, 0});
  HostTensor weights = HostTensor::zeros(ElementKind::F32, {2, 5, 2});
  llvm::MutableArrayRef<float> elements = weights.mutableData<float>();
  for (size_t i = 0; i != elements.size(); ++i)
    elements[i] = i % 2 == 0 ? 0.25f : 0.75f;
  EXPECT_THAT(moeCombine(moeDispatch(tokens, experts, 4, 5), experts, weights),
              HasBitsOf(tokens));
}

} // namespace
