// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "partita/Interpreter/Kernels/Linear.h"

#include "TensorTesting.h"
#include "partita/Interpreter/Kernels/Shape.h"

using namespace partita;
using namespace partita::interp;
using testing::ElementsAre;

namespace {

// By hand: [1 2] [3 4; 5 6] = [13 16], and with the weight transposed [11 17].
TEST(LinearTest, AppliesTheWeight) {
  for (ElementKind kind : computeKinds) {
    HostTensor input = floats(kind, {1, 2}, {1, 2});
    HostTensor weight = floats(kind, {2, 2}, {3, 4, 5, 6});
    HostTensor bias = floats(kind, {2}, {100, 200});
    EXPECT_THAT(values(linear(input, weight, nullptr, false)),
                ElementsAre(13, 16));
    EXPECT_THAT(values(linear(input, weight, nullptr, true)),
                ElementsAre(11, 17));
    EXPECT_THAT(values(linear(input, weight, &bias, false)),
                ElementsAre(113, 216));
  }
}

// Leading dimensions are rows, however many there are, none included.
TEST(LinearTest, TakesAnyLeadingDimensions) {
  HostTensor weight = exactFloats(ElementKind::F32, "weight", {5, 3});
  HostTensor bias = exactFloats(ElementKind::F32, "bias", {5});
  HostTensor rows = exactFloats(ElementKind::F32, "input", {8, 3});
  HostTensor expected = linear(rows, weight, &bias, true);
  HostTensor deep = linear(rows.reshape({2, 2, 2, 3}), weight, &bias, true);
  EXPECT_THAT(deep.reshape({8, 5}), HasBitsOf(expected));
  HostTensor vector =
      linear(rows.slice(0, 3, 1).reshape({3}), weight, &bias, true);
  EXPECT_THAT(vector, HasBitsOf(expected.slice(0, 3, 1).reshape({5})));
}

// No rows give no rows; no inputs leave the bias.
TEST(LinearTest, TakesEmptyDimensions) {
  HostTensor bias = floats({2}, {7, 8});
  EXPECT_EQ(linear(HostTensor::zeros(ElementKind::F32, {0, 3}),
                   HostTensor::zeros(ElementKind::F32, {3, 2}), &bias, false)
                .describe(),
            "0x2xf32");
  EXPECT_THAT(
      values(linear(HostTensor::zeros(ElementKind::F32, {1, 0}),
                    HostTensor::zeros(ElementKind::F32, {0, 2}), &bias, false)),
      ElementsAre(7, 8));
}

// Small integers: f32 and f64 agree bit for bit.
TEST(LinearTest, IsExactOnSmallIntegers) {
  HostTensor results[2];
  for (auto [kind, result] : llvm::zip_equal(computeKinds, results)) {
    HostTensor bias = exactFloats(kind, "bias", {33});
    result = linear(exactFloats(kind, "input", {5, 300}),
                    exactFloats(kind, "weight", {33, 300}), &bias, true);
  }
  EXPECT_THAT(results[0].convertTo(ElementKind::F64), HasBitsOf(results[1]));
}

//===----------------------------------------------------------------------===//
// matmul
//===----------------------------------------------------------------------===//

/// The definition, for operands of rank 3 with equal batch dimensions.
HostTensor multiplySlowly(const HostTensor &lhs, const HostTensor &rhs) {
  int64_t batch = lhs.getDim(0), m = lhs.getDim(1), k = lhs.getDim(2);
  int64_t n = rhs.getDim(2);
  HostTensor result = HostTensor::zeros(ElementKind::F64, {batch, m, n});
  double *out = result.mutableData<double>().data();
  for (int64_t b = 0; b != batch; ++b)
    for (int64_t i = 0; i != m; ++i)
      for (int64_t j = 0; j != n; ++j, ++out)
        for (int64_t p = 0; p != k; ++p)
          *out += at(lhs, {b, i, p}) * at(rhs, {b, p, j});
  return result;
}

// Transposing an operand and saying so changes nothing.
TEST(MatmulTest, Transposes) {
  for (ElementKind kind : computeKinds) {
    HostTensor lhs = exactFloats(kind, "lhs", {2, 3, 4});
    HostTensor rhs = exactFloats(kind, "rhs", {2, 4, 5});
    HostTensor lhsT = transpose(lhs, {0, 2, 1}),
               rhsT = transpose(rhs, {0, 2, 1});
    HostTensor expected = multiplySlowly(lhs, rhs).convertTo(kind);
    EXPECT_THAT(matmul(lhs, rhs, false, false), HasBitsOf(expected));
    EXPECT_THAT(matmul(lhsT, rhs, true, false), HasBitsOf(expected));
    EXPECT_THAT(matmul(lhs, rhsT, false, true), HasBitsOf(expected));
    EXPECT_THAT(matmul(lhsT, rhsT, true, true), HasBitsOf(expected));
  }
}

// A batch dimension of 1, or none, is repeated on either side.
TEST(MatmulTest, BroadcastsTheBatch) {
  HostTensor lhs = exactFloats(ElementKind::F32, "lhs", {2, 1, 3, 4});
  HostTensor rhs = exactFloats(ElementKind::F32, "rhs", {5, 4, 6});
  HostTensor result = matmul(lhs, rhs, false, false);
  ASSERT_EQ(result.describe(), "2x5x3x6xf32");
  for (int64_t i = 0; i != 2; ++i)
    for (int64_t j = 0; j != 5; ++j) {
      HostTensor expected = multiplySlowly(
          lhs.slice(0, i, 1).reshape({1, 3, 4}), rhs.slice(0, j, 1));
      EXPECT_THAT(result.slice(0, i, 1).reshape({5, 3, 6}).slice(0, j, 1),
                  IsCloseTo(expected, 0.0));
    }
}

// One matrix on the right serves all of the batch, plain or transposed; the
// left one may be transposed too.
TEST(MatmulTest, SharesOneMatrix) {
  HostTensor lhs = exactFloats(ElementKind::F32, "lhs", {3, 4, 5});
  HostTensor rhs = exactFloats(ElementKind::F32, "rhs", {5, 6});
  HostTensor rhsT = transpose(rhs, {1, 0}), lhsT = transpose(lhs, {0, 2, 1});
  HostTensor result = matmul(lhs, rhs, false, false);
  for (int64_t b = 0; b != 3; ++b)
    EXPECT_THAT(
        result.slice(0, b, 1),
        IsCloseTo(multiplySlowly(lhs.slice(0, b, 1), rhs.reshape({1, 5, 6})),
                  0.0));
  EXPECT_THAT(matmul(lhs, rhsT, false, true), HasBitsOf(result));
  EXPECT_THAT(matmul(lhsT, rhs, true, false), HasBitsOf(result));
  EXPECT_THAT(matmul(lhs, rhs.reshape({1, 1, 5, 6}), false, false),
              HasBitsOf(result.reshape({1, 3, 4, 6})));
}

} // namespace
