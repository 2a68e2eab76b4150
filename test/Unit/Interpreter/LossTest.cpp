// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "partita/Interpreter/Kernels/Loss.h"

#include "TensorTesting.h"

using namespace partita;
using namespace partita::interp;

namespace {

// By hand: probabilities 1/4 and 3/4, then 1/2 twice.
TEST(CrossEntropyTest, SumsNegativeLogs) {
  for (ElementKind kind : computeKinds) {
    HostTensor logits = floats(kind, {2, 2}, {0, std::log(3), 5, 5});
    CrossEntropyResult result = crossEntropy(logits, ids({2}, {1, 0}), -100);
    EXPECT_EQ(result.sum.describe(), kind == ElementKind::F32 ? "f32" : "f64");
    EXPECT_NEAR(at(result.sum, {}), std::log(4.0 / 3) + std::log(2), 1e-6);
    EXPECT_EQ(at(result.count, {}), 2);
  }
}

// Ignored labels have no term, whatever their logits; an index inside of the
// vocabulary may be ignored too.
TEST(CrossEntropyTest, IgnoresLabels) {
  HostTensor logits = floats({3, 2}, {0, 0, NAN, NAN, 0, 0});
  CrossEntropyResult outside =
      crossEntropy(logits, ids({3}, {0, -100, 1}), -100);
  EXPECT_NEAR(at(outside.sum, {}), 2 * std::log(2), 1e-6);
  EXPECT_EQ(at(outside.count, {}), 2);
  CrossEntropyResult inside = crossEntropy(logits, ids({3}, {0, 1, 1}), 1);
  EXPECT_NEAR(at(inside.sum, {}), std::log(2), 1e-6);
  EXPECT_EQ(at(inside.count, {}), 1);
}

TEST(CrossEntropyTest, MayHaveNoTerms) {
  CrossEntropyResult result =
      crossEntropy(floats({1, 2}, {1, 2}), ids({1}, {-1}), -1);
  EXPECT_EQ(at(result.sum, {}), 0);
  EXPECT_EQ(at(result.count, {}), 0);
}

// Large logits do not overflow; NaN is not hidden.
TEST(CrossEntropyTest, HandlesExtremes) {
  EXPECT_EQ(
      at(crossEntropy(floats({1, 2}, {1e30, -1e30}), ids({1}, {0}), -1).sum,
         {}),
      0);
  EXPECT_TRUE(std::isnan(at(
      crossEntropy(floats({1, 3}, {1, NAN, 0}), ids({1}, {0}), -1).sum, {})));
}

// Sums over halves of the batch add up.
TEST(CrossEntropyTest, SplitsTheBatch) {
  HostTensor logits = randomFloats(ElementKind::F64, "logits", {4, 3, 7});
  HostTensor labels =
      randomIntegerTensor(1, "labels", ElementKind::I32, {4, 3}, -1, 6);
  CrossEntropyResult whole = crossEntropy(logits, labels, -1);
  double sum = 0, count = 0;
  for (int64_t half : {0, 2}) {
    CrossEntropyResult part =
        crossEntropy(logits.slice(0, half, 2), labels.slice(0, half, 2), -1);
    sum += at(part.sum, {});
    count += at(part.count, {});
  }
  EXPECT_NEAR(sum, at(whole.sum, {}), 1e-13);
  EXPECT_EQ(count, at(whole.count, {}));
}

} // namespace
