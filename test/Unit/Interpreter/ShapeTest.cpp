// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "partita/Interpreter/Kernels/Shape.h"

#include "TensorTesting.h"
#include "partita/Interpreter/Kernels/Broadcast.h"

#include <algorithm>

using namespace partita;
using namespace partita::interp;

namespace {

// Every permutation of three dimensions, against the definition.
TEST(TransposeTest, PermutesAllWays) {
  HostTensor input = exactFloats(ElementKind::F32, "input", {2, 3, 4});
  std::array<int64_t, 3> permutation = {0, 1, 2};
  do {
    HostTensor result = transpose(input, permutation);
    for (int64_t i = 0; i != result.getDim(0); ++i)
      for (int64_t j = 0; j != result.getDim(1); ++j)
        for (int64_t k = 0; k != result.getDim(2); ++k) {
          int64_t index[3];
          index[permutation[0]] = i;
          index[permutation[1]] = j;
          index[permutation[2]] = k;
          ASSERT_EQ(at(result, {i, j, k}),
                    at(input, {index[0], index[1], index[2]}));
        }
  } while (std::next_permutation(permutation.begin(), permutation.end()));
}

// Any element type, no elements, and no dimensions.
TEST(TransposeTest, TakesAnyTensor) {
  EXPECT_THAT(transpose(mask({2, 2}, {0, 1, 0, 0}), {1, 0}),
              HasBitsOf(mask({2, 2}, {0, 0, 1, 0})));
  EXPECT_THAT(transpose(ids({1, 2}, {3, 4}), {1, 0}),
              HasBitsOf(ids({2, 1}, {3, 4})));
  EXPECT_EQ(
      transpose(HostTensor::zeros(ElementKind::F64, {0, 3}), {1, 0}).describe(),
      "3x0xf64");
  HostTensor scalar = floats({}, {5});
  EXPECT_THAT(transpose(scalar, {}), HasBitsOf(scalar));
}

TEST(ConcatTest, JoinsAlongAnyDimension) {
  HostTensor a = floats({2, 1}, {1, 2}), b = floats({2, 2}, {3, 4, 5, 6});
  EXPECT_THAT(concat({a, b}, 1), HasBitsOf(floats({2, 3}, {1, 3, 4, 2, 5, 6})));
  HostTensor c = floats({1, 2}, {7, 8});
  EXPECT_THAT(concat({b, c}, 0), HasBitsOf(floats({3, 2}, {3, 4, 5, 6, 7, 8})));
  EXPECT_THAT(concat({a}, 0), HasBitsOf(a));
  EXPECT_THAT(concat({HostTensor::zeros(ElementKind::F32, {2, 0}), a}, 1),
              HasBitsOf(a));
}

// Slices of a tensor join to the tensor.
TEST(ConcatTest, UndoesSlices) {
  HostTensor whole = exactFloats(ElementKind::F32, "whole", {3, 4, 5});
  for (int64_t dim : {0, 1, 2})
    EXPECT_THAT(concat({whole.slice(dim, 0, 1),
                        whole.slice(dim, 1, whole.getDim(dim) - 1)},
                       dim),
                HasBitsOf(whole));
}

TEST(BroadcastTest, GivesSteps) {
  EXPECT_EQ(broadcastShape({3, 1}, {2, 1, 4}), Shape({2, 3, 4}));
  EXPECT_EQ(broadcastSteps({3, 1}, {2, 3, 4}), Shape({0, 1, 0}));
  EXPECT_EQ(broadcastSteps({2, 3, 4}, {2, 3, 4}), Shape({12, 4, 1}));
}

} // namespace
