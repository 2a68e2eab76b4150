// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "partita/Interpreter/Kernels/Elementwise.h"

#include "TensorTesting.h"
#include "partita/Interpreter/Kernels/Broadcast.h"

#include <limits>

using namespace partita;
using namespace partita::interp;
using testing::ElementsAre;
using testing::IsNan;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// The function that `unary` names, in f64.
double evaluate(Unary unary, double x) {
  switch (unary) {
  case Unary::Relu:
    return std::max(x, 0.0);
  case Unary::Silu:
    return x / (1 + std::exp(-x));
  case Unary::Gelu: // Through the complementary function, for variety.
    return x * std::erfc(-x / std::sqrt(2.0)) / 2;
  case Unary::GeluTanh: {
    double inner = std::sqrt(2 / M_PI) * (x + 0.044715 * std::pow(x, 3));
    return x / (1 + std::exp(-2 * inner));
  }
  case Unary::Neg:
    return 0 - x;
  case Unary::Abs:
    return std::max(x, -x);
  case Unary::Exp:
    return std::pow(M_E, x);
  case Unary::Log:
    return std::log2(x) / std::log2(M_E);
  case Unary::Sqrt:
    return std::pow(x, 0.5);
  case Unary::Rsqrt:
    return std::pow(x, -0.5);
  case Unary::Tanh:
    return 1 - 2 / (std::exp(2 * x) + 1);
  case Unary::Erf:
    return 1 - std::erfc(x);
  case Unary::Sin:
    return std::cos(x - M_PI / 2);
  case Unary::Cos:
    return std::sin(x + M_PI / 2);
  }
  return NAN;
}

class UnaryTest : public testing::TestWithParam<Unary> {};

// Every function agrees with another way to compute it.
TEST_P(UnaryTest, AgreesWithDefinition) {
  for (ElementKind kind : computeKinds) {
    HostTensor input =
        floats(kind, {11}, {-6, -3, -1, -0.5, -1e-3, 0.25, 0.5, 1, 2, 4, 10});
    if (GetParam() == Unary::Log || GetParam() == Unary::Sqrt ||
        GetParam() == Unary::Rsqrt)
      input = mapElements(Unary::Abs, input);
    std::vector<double> expected;
    for (double x : values(input))
      expected.push_back(evaluate(GetParam(), x));
    EXPECT_THAT(
        mapElements(GetParam(), input),
        IsCloseTo(HostTensor::of<double>({11}, expected), toleranceOf(kind)));
  }
}

INSTANTIATE_TEST_SUITE_P(All, UnaryTest,
                         testing::Values(Unary::Relu, Unary::Silu, Unary::Gelu,
                                         Unary::GeluTanh, Unary::Neg,
                                         Unary::Abs, Unary::Exp, Unary::Log,
                                         Unary::Sqrt, Unary::Rsqrt, Unary::Tanh,
                                         Unary::Erf, Unary::Sin, Unary::Cos));

// Far from 0 the activations are x or 0, and do not overflow on the way.
TEST(ActivationTest, HasItsLimits) {
  for (ElementKind kind : computeKinds) {
    HostTensor input = floats(kind, {2}, {-1000, 1000});
    for (Unary unary : {Unary::Relu, Unary::Silu, Unary::Gelu, Unary::GeluTanh})
      EXPECT_THAT(values(mapElements(unary, input)), ElementsAre(0, 1000));
  }
}

TEST(ActivationTest, ReluKeepsNaN) {
  EXPECT_THAT(values(mapElements(Unary::Relu, floats({2}, {NAN, -1}))),
              ElementsAre(IsNan(), 0));
}

// The bytes are used again when, and only when, nobody else has them.
TEST(MapElementsTest, WorksInPlace) {
  HostTensor input = floats({3}, {1, 2, 3});
  const void *bytes = input.bytes();
  HostTensor copied = mapElements(Unary::Neg, input);
  EXPECT_NE(copied.bytes(), bytes);
  EXPECT_THAT(values(input), ElementsAre(1, 2, 3));
  HostTensor moved = mapElements(Unary::Neg, std::move(input));
  EXPECT_EQ(moved.bytes(), bytes);
  EXPECT_THAT(moved, HasBitsOf(copied));
}

//===----------------------------------------------------------------------===//
// Two operands
//===----------------------------------------------------------------------===//

TEST(CombineElementsTest, ComputesEveryFunction) {
  for (ElementKind kind : computeKinds) {
    HostTensor lhs = floats(kind, {2}, {6, -3}),
               rhs = floats(kind, {2}, {4, 2});
    auto combined = [&](Binary function) {
      return values(combineElements(function, lhs, rhs));
    };
    EXPECT_THAT(combined(Binary::Add), ElementsAre(10, -1));
    EXPECT_THAT(combined(Binary::Sub), ElementsAre(2, -5));
    EXPECT_THAT(combined(Binary::Mul), ElementsAre(24, -6));
    EXPECT_THAT(combined(Binary::Div), ElementsAre(1.5, -1.5));
    EXPECT_THAT(combined(Binary::Max), ElementsAre(6, 2));
    EXPECT_THAT(combined(Binary::Min), ElementsAre(4, -3));
  }
}

// Maximum and minimum know NaN on either side, infinities and the two zeros.
TEST(CombineElementsTest, OrdersSpecialNumbers) {
  HostTensor lhs = floats({5}, {NAN, 1, 0.0, -0.0, -infinity});
  HostTensor rhs = floats({5}, {1, NAN, -0.0, 0.0, 3});
  HostTensor max = combineElements(Binary::Max, lhs, rhs);
  EXPECT_THAT(values(max), ElementsAre(IsNan(), IsNan(), 0, 0, 3));
  EXPECT_FALSE(std::signbit(at(max, {2})) || std::signbit(at(max, {3})));
  HostTensor min = combineElements(Binary::Min, lhs, rhs);
  EXPECT_THAT(values(min), ElementsAre(IsNan(), IsNan(), 0, 0, -infinity));
  EXPECT_TRUE(std::signbit(at(min, {2})) && std::signbit(at(min, {3})));
}

// Integers wrap around at their own width; an i1 is one bit.
TEST(CombineElementsTest, WrapsIntegers) {
  HostTensor large = HostTensor::of<int32_t>({2}, {INT32_MAX, 1 << 20});
  HostTensor small = HostTensor::of<int32_t>({2}, {1, 1 << 12});
  EXPECT_THAT(values(combineElements(Binary::Add, large, small)),
              ElementsAre(INT32_MIN, (1 << 20) + (1 << 12)));
  EXPECT_THAT(values(combineElements(Binary::Mul, large, small)),
              ElementsAre(INT32_MAX, 0));
  HostTensor lowest = HostTensor::of<int64_t>({1}, {INT64_MIN});
  HostTensor one = HostTensor::of<int64_t>({1}, {1});
  EXPECT_EQ(combineElements(Binary::Sub, lowest, one).data<int64_t>().front(),
            INT64_MAX);
  HostTensor bits = mask({2}, {1, 0}), ones = mask({2}, {1, 1});
  EXPECT_THAT(combineElements(Binary::Add, bits, ones).data<uint8_t>().vec(),
              ElementsAre(0, 1));
}

// All ways in which two shapes can broadcast: equal, scalar, missing leading
// dimensions, and dimensions of 1 on one side or on both.
TEST(CombineElementsTest, Broadcasts) {
  std::pair<Shape, Shape> cases[] = {
      {{2, 3, 4}, {2, 3, 4}}, {{2, 3, 4}, {}},        {{}, {2, 3, 4}},
      {{2, 3, 4}, {4}},       {{4}, {2, 3, 4}},       {{2, 3, 4}, {3, 1}},
      {{2, 3, 1}, {4}},       {{2, 1, 4}, {1, 3, 1}}, {{2, 3, 4}, {2, 1, 1}},
      {{1}, {1, 1}},          {{2, 0, 4}, {1, 4}},    {{}, {}}};
  for (const auto &[lhsDims, rhsDims] : cases) {
    HostTensor lhs = exactFloats(ElementKind::F32, "lhs", lhsDims);
    HostTensor rhs = exactFloats(ElementKind::F32, "rhs", rhsDims);
    HostTensor result = combineElements(Binary::Sub, lhs, rhs);
    Shape dims = broadcastShape(lhsDims, rhsDims);
    ASSERT_EQ(result.getDims(), llvm::ArrayRef(dims));
    // The element at a flat index, by the definition.
    auto elementOf = [&](const HostTensor &tensor, int64_t flat) {
      int64_t offset = 0, step = 1;
      for (size_t dim = dims.size(); dim-- != 0;) {
        int64_t index = flat % dims[dim];
        flat /= dims[dim];
        int64_t own = dim - (dims.size() - tensor.getRank());
        if (own < 0)
          continue;
        offset += (tensor.getDim(own) == 1 ? 0 : index) * step;
        step *= tensor.getDim(own);
      }
      return tensor.data<float>()[offset];
    };
    for (int64_t i = 0; i != result.getNumElements(); ++i)
      ASSERT_EQ(result.data<float>()[i], elementOf(lhs, i) - elementOf(rhs, i))
          << lhs.describe() << " - " << rhs.describe() << " at " << i;
  }
}

// In place only where the left operand has the shape of the result.
TEST(CombineElementsTest, WorksInPlace) {
  HostTensor wide = floats({2, 2}, {1, 2, 3, 4}), row = floats({2}, {10, 20});
  const void *bytes = wide.bytes();
  HostTensor sum = combineElements(Binary::Add, std::move(wide), row);
  EXPECT_EQ(sum.bytes(), bytes);
  EXPECT_THAT(values(sum), ElementsAre(11, 22, 13, 24));
  HostTensor other = combineElements(Binary::Add, std::move(row), sum);
  EXPECT_THAT(values(other), ElementsAre(21, 42, 23, 44));
  EXPECT_THAT(values(sum), ElementsAre(11, 22, 13, 24));
}

TEST(GatedTest, MultipliesTheActivatedGate) {
  for (ElementKind kind : computeKinds) {
    HostTensor gate = randomFloats(kind, "gate", {3, 5});
    HostTensor value = randomFloats(kind, "value", {3, 5});
    for (Unary unary : {Unary::Relu, Unary::Silu, Unary::Gelu, Unary::GeluTanh})
      for (int64_t i = 0; i != 3; ++i)
        EXPECT_NEAR(at(gated(unary, gate, value), {i, 2}),
                    evaluate(unary, at(gate, {i, 2})) * at(value, {i, 2}),
                    toleranceOf(kind));
  }
}

// bf16 has 8 bits of precision and f16 has 11; f32 is kept.
TEST(RoundThroughTest, Rounds) {
  HostTensor input = floats({4}, {1, 257, 2049, 70000});
  EXPECT_THAT(values(roundThrough(ElementKind::BF16, input)),
              ElementsAre(1, 256, 2048, 70144));
  EXPECT_THAT(values(roundThrough(ElementKind::F16, input)),
              ElementsAre(1, 257, 2048, infinity));
  EXPECT_THAT(roundThrough(ElementKind::F32, input), HasBitsOf(input));
}

} // namespace
