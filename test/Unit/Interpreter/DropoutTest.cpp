// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "partita/Interpreter/Kernels/Dropout.h"

#include "TensorTesting.h"
#include "partita/Support/Philox.h"

using namespace partita;
using namespace partita::interp;

namespace {

// The definition, element by element.
TEST(DropoutTest, DropsByTheRandomArray) {
  for (ElementKind kind : computeKinds) {
    HostTensor input = randomFloats(kind, "input", {4, 5});
    HostTensor result = dropout(input, 0.25, 7, 3, {0, 0}, {4, 5});
    RandomArray random(/*seed=*/7, /*stream=*/3);
    for (int64_t i = 0; i != 20; ++i) {
      double expected =
          random.uniformAt(i) < 0.25 ? 0 : at(input, {i / 5, i % 5}) / 0.75;
      EXPECT_NEAR(at(result, {i / 5, i % 5}), expected, toleranceOf(kind));
    }
  }
}

// Any slice of the result is the result on the slice.
TEST(DropoutTest, SlicesAlike) {
  Shape dims{4, 6, 10};
  HostTensor input = randomFloats(ElementKind::F32, "input", dims);
  HostTensor whole = dropout(input, 0.5, 1, 2, {0, 0, 0}, dims);
  for (unsigned dim : {0, 1, 2})
    for (int64_t part : {0, 1}) {
      int64_t size = dims[dim] / 2;
      Shape origin{0, 0, 0};
      origin[dim] = part * size;
      EXPECT_THAT(
          dropout(input.slice(dim, origin[dim], size), 0.5, 1, 2, origin, dims),
          HasBitsOf(whole.slice(dim, origin[dim], size)));
    }
  HostTensor corner = input.slice(0, 3, 1).slice(1, 4, 2).slice(2, 9, 1);
  EXPECT_THAT(dropout(corner, 0.5, 1, 2, {3, 4, 9}, dims),
              HasBitsOf(whole.slice(0, 3, 1).slice(1, 4, 2).slice(2, 9, 1)));
}

// Rate 0 keeps everything; a scalar is one element; other seeds and streams
// draw otherwise.
TEST(DropoutTest, DependsOnItsArguments) {
  HostTensor input = randomFloats(ElementKind::F32, "input", {200});
  EXPECT_THAT(dropout(input, 0, 1, 2, {0}, {200}), HasBitsOf(input));
  EXPECT_THAT(values(dropout(floats({}, {4}), 0, 1, 2, {}, {})),
              testing::ElementsAre(4));
  std::vector<double> reference = values(dropout(input, 0.5, 1, 2, {0}, {200}));
  EXPECT_NE(values(dropout(input, 0.5, 2, 2, {0}, {200})), reference);
  EXPECT_NE(values(dropout(input, 0.5, 1, 3, {0}, {200})), reference);
}

// About as many are dropped as asked for: within 5 standard deviations.
TEST(DropoutTest, DropsAtTheRate) {
  constexpr int64_t count = 100000;
  HostTensor ones = HostTensor::zeros(ElementKind::F32, {count});
  for (float &element : ones.mutableData<float>())
    element = 1;
  for (double rate : {0.1, 0.5, 0.9}) {
    double dropped = 0;
    for (double value : values(dropout(ones, rate, 5, 0, {0}, {count})))
      dropped += value == 0;
    EXPECT_NEAR(dropped / count, rate,
                5 * std::sqrt(rate * (1 - rate) / count));
  }
}

} // namespace
