// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "partita/Interpreter/Kernels/Dropout.h"

#include "TensorTesting.h"
#include "partita/Interpreter/Kernels/Embedding.h"
#include "partita/Support/Philox.h"

using namespace partita;
using namespace partita::interp;

namespace {

// The definition, element by element.
TEST(DropoutTest, DropsByTheRandomArray) {
  for (ElementKind kind : computeKinds) {
    HostTensor input = randomFloats(kind, "input", {4, 5});
    HostTensor result = dropout(input, 0.25, 7, 3, Placement::whole({4, 5}));
    RandomArray random(/*seed=*/7, /*stream=*/3);
    for (int64_t i = 0; i != 20; ++i) {
      double expected =
          random.uniformAt(i) < 0.25 ? 0 : at(input, {i / 5, i % 5}) / 0.75;
      EXPECT_NEAR(at(result, {i / 5, i % 5}), expected, toleranceOf(kind));
    }
  }
}

/// `size` indices from `begin` on.
HostTensor range(int64_t begin, int64_t size) {
  return iota(ElementKind::I32, size, begin, 1);
}

// Any part of the result is the result on the part: ranges, and elements picked
// in any order.
TEST(DropoutTest, IsTheSameOnParts) {
  Shape dims{4, 6, 10};
  HostTensor input = randomFloats(ElementKind::F32, "input", dims);
  HostTensor whole = dropout(input, 0.5, 1, 2, Placement::whole(dims));
  HostTensor corner = input.slice(0, 3, 1).slice(1, 4, 2).slice(2, 7, 3);
  auto place = Placement::at({range(3, 1), range(4, 2), range(7, 3)}, dims);
  EXPECT_THAT(dropout(corner, 0.5, 1, 2, place),
              HasBitsOf(whole.slice(0, 3, 1).slice(1, 4, 2).slice(2, 7, 3)));

  HostTensor ones = floats({1, 2, 3}, {1, 1, 1, 1, 1, 1});
  place =
      Placement::at({range(2, 1), ids({2}, {5, 0}), ids({3}, {9, 0, 9})}, dims);
  HostTensor picked = dropout(ones, 0.5, 1, 2, place);
  for (int64_t i : {0, 1})
    for (int64_t j : {0, 1, 2})
      EXPECT_EQ(at(picked, {0, i, j}) == 0,
                at(whole, {2, i == 0 ? 5 : 0, j == 1 ? 0 : 9}) == 0);
}

// What stands nowhere in the global tensor is 0, also at rate 0.
TEST(DropoutTest, IsZeroOutside) {
  HostTensor ones = floats({2, 3}, {1, 1, 1, 1, 1, 1});
  auto place = Placement::at({ids({2}, {0, 2}), ids({3}, {-1, 2, 3})}, {2, 3});
  EXPECT_THAT(values(dropout(ones, 0, 1, 2, place)),
              testing::ElementsAre(0, 1, 0, 0, 0, 0));
}

// Rate 0 keeps everything; a scalar is one element; other seeds and streams
// draw otherwise.
TEST(DropoutTest, DependsOnItsArguments) {
  HostTensor input = randomFloats(ElementKind::F32, "input", {200});
  EXPECT_THAT(dropout(input, 0, 1, 2, Placement::whole({200})),
              HasBitsOf(input));
  EXPECT_THAT(values(dropout(floats({}, {4}), 0, 1, 2, Placement::whole({}))),
              testing::ElementsAre(4));
  std::vector<double> reference =
      values(dropout(input, 0.5, 1, 2, Placement::whole({200})));
  EXPECT_NE(values(dropout(input, 0.5, 2, 2, Placement::whole({200}))),
            reference);
  EXPECT_NE(values(dropout(input, 0.5, 1, 3, Placement::whole({200}))),
            reference);
}

// About as many are dropped as asked for: within 5 standard deviations.
TEST(DropoutTest, DropsAtTheRate) {
  constexpr int64_t count = 100000;
  HostTensor ones = HostTensor::zeros(ElementKind::F32, {count});
  for (float &element : ones.mutableData<float>())
    element = 1;
  for (double rate : {0.1, 0.5, 0.9}) {
    double dropped = 0;
    for (double value :
         values(dropout(ones, rate, 5, 0, Placement::whole({count}))))
      dropped += value == 0;
    EXPECT_NEAR(dropped / count, rate,
                5 * std::sqrt(rate * (1 - rate) / count));
  }
}

} // namespace
