// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "partita/Interpreter/Kernels/Norm.h"

#include "TensorTesting.h"

#include <limits>

using namespace partita;
using namespace partita::interp;
using testing::Each;
using testing::ElementsAre;

namespace {

// By hand: 1, 3 have mean 2 and variance 1; with epsilon 3 they become -1/2 and
// 1/2.
TEST(LayerNormTest, NormalizesRows) {
  for (ElementKind kind : computeKinds) {
    HostTensor input = floats(kind, {2, 2}, {1, 3, 10, 10});
    HostTensor weight = floats(kind, {2}, {2, 4});
    HostTensor bias = floats(kind, {2}, {100, 200});
    EXPECT_THAT(values(layerNorm(input, weight, nullptr, 3)),
                ElementsAre(-1, 2, 0, 0));
    EXPECT_THAT(values(layerNorm(input, weight, &bias, 3)),
                ElementsAre(99, 202, 100, 200));
  }
}

// A large mean does not drown the differences.
TEST(LayerNormTest, SumsInDouble) {
  HostTensor input = floats({1, 4}, {100000, 100001, 100002, 100003});
  HostTensor weight = floats({4}, {1, 1, 1, 1});
  EXPECT_THAT(layerNorm(input, weight, nullptr, 0),
              IsCloseTo(floats({1, 4}, {-1.3416407865, -0.4472135955,
                                        0.4472135955, 1.3416407865}),
                        1e-6));
}

TEST(LayerNormTest, AgreesWithDefinition) {
  for (ElementKind kind : computeKinds) {
    HostTensor input = randomFloats(kind, "input", {3, 5, 33});
    HostTensor weight = randomFloats(kind, "weight", {33});
    HostTensor bias = randomFloats(kind, "bias", {33});
    HostTensor result = layerNorm(input, weight, &bias, 1e-3);
    for (int64_t i = 0; i != 3; ++i)
      for (int64_t j = 0; j != 5; ++j) {
        double sum = 0, squares = 0;
        for (int64_t d = 0; d != 33; ++d) {
          sum += at(input, {i, j, d});
          squares += at(input, {i, j, d}) * at(input, {i, j, d});
        }
        double mean = sum / 33, variance = squares / 33 - mean * mean;
        for (int64_t d = 0; d != 33; ++d)
          EXPECT_NEAR(at(result, {i, j, d}),
                      (at(input, {i, j, d}) - mean) /
                              std::sqrt(variance + 1e-3) * at(weight, {d}) +
                          at(bias, {d}),
                      toleranceOf(kind));
      }
  }
}

// By hand: 3, 4 have mean square 12.5; with epsilon 12.5 they are divided by 5.
TEST(RmsNormTest, NormalizesRows) {
  for (ElementKind kind : computeKinds) {
    HostTensor input = floats(kind, {2, 2}, {3, 4, 0, 0});
    HostTensor weight = floats(kind, {2}, {10, 100});
    HostTensor result = rmsNorm(input, weight, 12.5);
    EXPECT_THAT(result, IsCloseTo(floats({2, 2}, {6, 80, 0, 0}), 1e-6));
  }
}

TEST(NormTest, TakesNoRows) {
  HostTensor input = HostTensor::zeros(ElementKind::F32, {0, 2});
  HostTensor weight = floats({2}, {1, 1});
  EXPECT_EQ(layerNorm(input, weight, nullptr, 1).describe(), "0x2xf32");
  EXPECT_EQ(rmsNorm(input, weight, 1).describe(), "0x2xf32");
}

// By hand, along either dimension: exponentials 1, 3 and 1, 1.
TEST(SoftmaxTest, NormalizesADimension) {
  double log3 = std::log(3.0);
  for (ElementKind kind : computeKinds) {
    HostTensor input = floats(kind, {2, 2}, {0, log3, 5, 5});
    EXPECT_THAT(softmax(input, 1),
                IsCloseTo(floats({2, 2}, {0.25, 0.75, 0.5, 0.5}), 1e-6));
    HostTensor columns = floats(kind, {2, 2}, {0, 5, log3, 5});
    EXPECT_THAT(softmax(columns, 0),
                IsCloseTo(floats({2, 2}, {0.25, 0.5, 0.75, 0.5}), 1e-6));
  }
}

TEST(SoftmaxTest, SplitsTheRightDimension) {
  HostTensor input = randomFloats(ElementKind::F64, "input", {3, 4, 5});
  HostTensor result = softmax(input, 1);
  for (int64_t i = 0; i != 3; ++i)
    for (int64_t k = 0; k != 5; ++k) {
      double sum = 0;
      for (int64_t j = 0; j != 4; ++j)
        sum += std::exp(at(input, {i, j, k}));
      for (int64_t j = 0; j != 4; ++j)
        EXPECT_NEAR(at(result, {i, j, k}), std::exp(at(input, {i, j, k})) / sum,
                    1e-15);
    }
}

// Large inputs do not overflow, -infinity weighs nothing, and NaN spreads over
// its row only, wherever in the row it stands.
TEST(SoftmaxTest, HandlesExtremes) {
  constexpr float infinity = std::numeric_limits<float>::infinity();
  HostTensor result =
      softmax(floats({3, 2}, {1e30, 1e30, -infinity, 0, 0, NAN}), 1);
  EXPECT_THAT(values(result.slice(0, 0, 2)), ElementsAre(0.5, 0.5, 0, 1));
  EXPECT_THAT(values(result.slice(0, 2, 1)), Each(testing::IsNan()));
  EXPECT_EQ(softmax(HostTensor::zeros(ElementKind::F32, {2, 0}), 1).describe(),
            "2x0xf32");
}

} // namespace
