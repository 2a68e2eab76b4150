// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "partita/Interpreter/Kernels/Embedding.h"

#include "TensorTesting.h"
#include "partita/Interpreter/Kernels/Shape.h"

using namespace partita;
using namespace partita::interp;
using testing::ElementsAre;

namespace {

//===----------------------------------------------------------------------===//
// Tables
//===----------------------------------------------------------------------===//

TEST(EmbeddingTest, LooksUpRows) {
  for (ElementKind kind : computeKinds) {
    HostTensor table = floats(kind, {3, 2}, {1, 2, 3, 4, 5, 6});
    HostTensor result = embedding(table, ids({2, 1}, {2, 0}));
    EXPECT_EQ(result.getDims(), llvm::ArrayRef<int64_t>({2, 1, 2}));
    EXPECT_THAT(values(result), ElementsAre(5, 6, 1, 2));
  }
  EXPECT_THAT(values(embedding(floats({2, 1}, {7, 8}),
                               HostTensor::of<int64_t>({}, {1}))),
              ElementsAre(8));
}

// Consecutive ids need no search, also where they wrap around or are none.
TEST(EmbeddingTest, SumsRowsOfAnId) {
  for (ElementKind kind : computeKinds) {
    HostTensor table = floats(kind, {3, 1}, {1, 2, 4});
    HostTensor wanted = ids({4}, {7, 9, 8, 6});
    HostTensor range = ids({3}, {7, 8, 9}), some = ids({3}, {9, 7, 9});
    EXPECT_THAT(values(embedding(table, wanted, &range)),
                ElementsAre(1, 4, 2, 0));
    EXPECT_THAT(values(embedding(table, wanted, &some)),
                ElementsAre(2, 5, 0, 0));
    HostTensor none = HostTensor::zeros(ElementKind::I32, {0});
    EXPECT_THAT(values(embedding(floats(kind, {0, 1}, {}), wanted, &none)),
                ElementsAre(0, 0, 0, 0));
  }
  int64_t last = std::numeric_limits<int64_t>::max();
  auto wrapping = HostTensor::of<int64_t>({2}, {last, -last - 1});
  EXPECT_THAT(values(embedding(floats({2, 1}, {1, 2}),
                               HostTensor::of<int64_t>({2}, {-last - 1, last}),
                               &wrapping)),
              ElementsAre(2, 1));
}

TEST(IotaTest, Counts) {
  EXPECT_THAT(iota(ElementKind::I32, 3, 5, -2).data<int32_t>(),
              ElementsAre(5, 3, 1));
  EXPECT_THAT(iota(ElementKind::I64, 2, int64_t(1) << 40, 1).data<int64_t>(),
              ElementsAre(int64_t(1) << 40, (int64_t(1) << 40) + 1));
}

// The first id out of range is found, at either end and in either width.
TEST(FindBadIdTest, FindsTheFirst) {
  EXPECT_FALSE(findBadId(ids({2}, {0, 9}), 10));
  EXPECT_FALSE(findBadId(HostTensor::zeros(ElementKind::I32, {0}), 0));
  std::optional<BadId> high = findBadId(ids({3}, {0, 10, -1}), 10);
  ASSERT_TRUE(high);
  EXPECT_EQ(high->index, 1);
  EXPECT_EQ(high->value, 10);
  std::optional<BadId> low =
      findBadId(HostTensor::of<int64_t>({2}, {3, -(int64_t(1) << 40)}), 10);
  ASSERT_TRUE(low);
  EXPECT_EQ(low->index, 1);
  EXPECT_EQ(low->value, -(int64_t(1) << 40));
}

TEST(FindBadIdTest, Exempts) {
  EXPECT_FALSE(findBadId(ids({2}, {-100, 9}), 10, -100));
  EXPECT_TRUE(findBadId(ids({2}, {-100, -1}), 10, -100));
}

//===----------------------------------------------------------------------===//
// Rotary embedding
//===----------------------------------------------------------------------===//

// By hand: with 4 features and theta 16, the pairs turn by 1 and 1/4 a step.
TEST(RotaryTest, RotatesHalves) {
  for (ElementKind kind : computeKinds) {
    HostTensor input = floats(kind, {1, 2, 1, 4}, {1, 2, 3, 4, 1, 2, 3, 4});
    HostTensor result = rotary(input, {.theta = 16});
    double c0 = std::cos(1), s0 = std::sin(1);
    double c1 = std::cos(0.25), s1 = std::sin(0.25);
    EXPECT_THAT(result,
                IsCloseTo(floats(ElementKind::F64, {1, 2, 1, 4},
                                 {1, 2, 3, 4, c0 - 3 * s0, 2 * c1 - 4 * s1,
                                  3 * c0 + s0, 4 * c1 + 2 * s1}),
                          toleranceOf(kind)));
  }
}

// Interleaved pairs are neighbours: the same numbers in another order.
TEST(RotaryTest, RotatesNeighbours) {
  auto interleave = [](const HostTensor &halves) {
    return transpose(halves.reshape({1, 3, 1, 2, 4}), {0, 1, 2, 4, 3})
        .reshape({1, 3, 1, 8});
  };
  HostTensor halves = randomFloats(ElementKind::F32, "input", {1, 3, 1, 8});
  EXPECT_THAT(rotary(interleave(halves), {.interleaved = true, .theta = 16}),
              HasBitsOf(interleave(rotary(halves, {.theta = 16}))));
}

// Explicit positions: a slice of the sequence is the slice of the result, in
// every batch and head.
TEST(RotaryTest, TakesPositions) {
  HostTensor input = randomFloats(ElementKind::F32, "input", {2, 6, 3, 8});
  HostTensor whole = rotary(input, {});
  HostTensor positions = ids({2}, {4, 5});
  EXPECT_THAT(rotary(input.slice(1, 4, 2), {.positions = &positions}),
              HasBitsOf(whole.slice(1, 4, 2)));
}

// Rotation keeps lengths.
TEST(RotaryTest, KeepsLengths) {
  HostTensor input = randomFloats(ElementKind::F64, "input", {1, 50, 1, 2});
  HostTensor result = rotary(input, {});
  for (int64_t s = 0; s != 50; ++s)
    EXPECT_NEAR(std::hypot(at(input, {0, s, 0, 0}), at(input, {0, s, 0, 1})),
                std::hypot(at(result, {0, s, 0, 0}), at(result, {0, s, 0, 1})),
                1e-14);
}

// By hand, with frequencies 2 pi / wavelength: waves shorter than
// 8192 / 4 = 2048 stay, those longer than 8192 / 1 are stretched 8 times, and
// at the frequency half-way between, turns 2.5, half of each is taken.
TEST(RotaryTest, ScalesAsLlama3) {
  auto frequencyOf = [](double turns) {
    // Two pairs; the second turns by theta^-1/2.
    double unscaled = turns * 2 * M_PI / 8192;
    RotaryOptions options{.theta = std::pow(unscaled, -2),
                          .factor = 8,
                          .lowFrequencyFactor = 1,
                          .highFrequencyFactor = 4,
                          .originalContext = 8192};
    return rotaryFrequency(1, 4, options) / unscaled;
  };
  EXPECT_NEAR(frequencyOf(5), 1, 1e-12);
  EXPECT_NEAR(frequencyOf(4), 1, 1e-12);
  EXPECT_NEAR(frequencyOf(2.5), 0.5 + 0.5 / 8, 1e-12);
  EXPECT_NEAR(frequencyOf(1), 1.0 / 8, 1e-12);
  EXPECT_NEAR(frequencyOf(0.5), 1.0 / 8, 1e-12);
}

//===----------------------------------------------------------------------===//
// Relative position bias
//===----------------------------------------------------------------------===//

// T5's buckets for 32 buckets and distance 128, known from the published model:
// in the encoder 8 exact distances a side, 16 more for keys after the query.
TEST(RelativePositionBucketTest, Bidirectional) {
  auto bucket = [](int64_t distance) {
    return relativePositionBucket(distance, 32, 128, /*bidirectional=*/true);
  };
  for (int64_t distance = 0; distance != 8; ++distance)
    EXPECT_EQ(bucket(-distance), distance);
  EXPECT_EQ(bucket(1), 17);
  EXPECT_EQ(bucket(7), 23);
  EXPECT_EQ(bucket(-8), 8);
  EXPECT_EQ(bucket(-11), 8);
  EXPECT_EQ(bucket(-12), 9);
  EXPECT_EQ(bucket(-15), 9);
  EXPECT_EQ(bucket(-16), 10);
  EXPECT_EQ(bucket(-22), 10);
  EXPECT_EQ(bucket(-23), 11);
  EXPECT_EQ(bucket(-64), 14);
  EXPECT_EQ(bucket(-90), 14);
  EXPECT_EQ(bucket(-91), 15);
  EXPECT_EQ(bucket(-100000), 15);
  EXPECT_EQ(bucket(100000), 31);
}

// In the decoder 16 exact distances, and bucket 0 for keys after the query.
TEST(RelativePositionBucketTest, Unidirectional) {
  auto bucket = [](int64_t distance) {
    return relativePositionBucket(distance, 32, 128, /*bidirectional=*/false);
  };
  for (int64_t distance = 0; distance != 16; ++distance)
    EXPECT_EQ(bucket(-distance), distance);
  EXPECT_EQ(bucket(1), 0);
  EXPECT_EQ(bucket(50), 0);
  EXPECT_EQ(bucket(-16), 16);
  EXPECT_EQ(bucket(-18), 16);
  EXPECT_EQ(bucket(-19), 17);
  EXPECT_EQ(bucket(-128), 31);
  EXPECT_EQ(bucket(-5000), 31);
}

TEST(RelativePositionBiasTest, PicksRowsAndHeads) {
  for (ElementKind kind : computeKinds) {
    // Row r of the table is (r, 10 + r).
    HostTensor table = floats(kind, {4, 2}, {0, 10, 1, 11, 2, 12, 3, 13});
    HostTensor result =
        relativePositionBias(table, 2, 2, nullptr, nullptr, true, 8);
    EXPECT_EQ(result.getDims(), llvm::ArrayRef<int64_t>({1, 2, 2, 2}));
    // Same place: bucket 0. Key after: 2 + 1. Key before: 1.
    EXPECT_THAT(values(result), ElementsAre(0, 3, 1, 0, 10, 13, 11, 10));
  }
}

// Positions whose distance no integer holds count as far apart.
TEST(RelativePositionBiasTest, TakesExtremePositions) {
  HostTensor table = floats({4, 1}, {0, 1, 2, 3});
  HostTensor positions = HostTensor::of<int64_t>({2}, {INT64_MIN, INT64_MAX});
  EXPECT_THAT(values(relativePositionBias(table, 2, 2, &positions, &positions,
                                          true, 8)),
              ElementsAre(0, 3, 1, 0));
  HostTensor zero = HostTensor::of<int64_t>({1}, {0});
  EXPECT_THAT(
      values(relativePositionBias(table, 1, 2, &zero, &positions, false, 8)),
      ElementsAre(3, 0));
}

// Explicit positions give the slice of the whole.
TEST(RelativePositionBiasTest, TakesPositions) {
  HostTensor table = randomFloats(ElementKind::F32, "table", {8, 3});
  HostTensor whole =
      relativePositionBias(table, 20, 20, nullptr, nullptr, false, 16);
  HostTensor rows = ids({2}, {15, 16}), columns = ids({3}, {7, 8, 9});
  EXPECT_THAT(relativePositionBias(table, 2, 3, &rows, &columns, false, 16),
              HasBitsOf(whole.slice(2, 15, 2).slice(3, 7, 3)));
}

} // namespace
