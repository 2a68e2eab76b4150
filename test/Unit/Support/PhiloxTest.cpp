// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "partita/Support/Philox.h"
#include "partita/Support/RandomTensor.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include <algorithm>
#include <cmath>
#include <vector>

using namespace partita;
using testing::ElementsAre;

namespace {

// The three vectors that the authors of Philox publish for ten rounds.
TEST(PhiloxTest, MatchesKnownAnswers) {
  EXPECT_THAT(philox4x32({0, 0, 0, 0}, {0, 0}),
              ElementsAre(0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8));
  constexpr uint32_t ones = 0xffffffff;
  EXPECT_THAT(philox4x32({ones, ones, ones, ones}, {ones, ones}),
              ElementsAre(0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd));
  EXPECT_THAT(philox4x32({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
                         {0xa4093822, 0x299f31d0}),
              ElementsAre(0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1));
}

// Element i is word i % 4 of block i / 4, also beyond 2^32 blocks, and the
// stream is the upper half of the counter.
TEST(RandomArrayTest, PlacesElementsInBlocks) {
  RandomArray random(0x299f31d0a4093822, 0x0370734413198a2e);
  uint64_t block = 0x05a308d3243f6a88;
  std::array<uint32_t, 4> words =
      philox4x32({0x243f6a88, 0x05a308d3, 0x13198a2e, 0x03707344},
                 {0xa4093822, 0x299f31d0});
  for (uint64_t lane = 0; lane != 4; ++lane)
    EXPECT_EQ(random.bitsAt(4 * block + lane), words[lane]);
}

// Filling a range gives what asking element by element gives, wherever the
// range starts and ends in a block. This is what makes a shard of a draw equal
// to the draw of a shard.
TEST(RandomArrayTest, RangesEqualElements) {
  RandomArray random(42, 7);
  for (uint64_t first :
       {uint64_t(0), uint64_t(1), uint64_t(7), uint64_t(1) << 34})
    for (size_t size : {0, 1, 2, 3, 5, 16, 101}) {
      std::vector<uint32_t> bits(size);
      std::vector<float> uniform(size);
      std::vector<double> normal(size);
      random.bits(first, bits);
      random.uniform(first, uniform);
      random.normal(first, normal);
      for (size_t i = 0; i != size; ++i) {
        EXPECT_EQ(bits[i], random.bitsAt(first + i));
        EXPECT_EQ(uniform[i], random.uniformAt(first + i));
        EXPECT_EQ(normal[i], random.normalAt(first + i));
      }
    }
}

// In [0, 1), with the mean, variance and spread of the uniform distribution.
TEST(RandomArrayTest, UniformIsUniform) {
  constexpr size_t size = 1 << 20;
  std::vector<float> values(size);
  RandomArray(1).uniform(0, values);
  double sum = 0, squares = 0;
  std::vector<int> buckets(16);
  for (float value : values) {
    ASSERT_GE(value, 0.0f);
    ASSERT_LT(value, 1.0f);
    sum += value;
    squares += value * value;
    ++buckets[static_cast<int>(value * 16)];
  }
  // Five standard errors each.
  double mean = sum / size;
  EXPECT_NEAR(mean, 0.5, 5 * std::sqrt(1.0 / 12 / size));
  EXPECT_NEAR(squares / size, 1.0 / 3, 5 * std::sqrt(4.0 / 45 / size));
  for (int count : buckets)
    EXPECT_NEAR(count, size / 16.0, 5 * std::sqrt(size / 16.0));
}

// Each number is the Box-Muller transform of its two words, as the C library
// computes it.
TEST(RandomArrayTest, NormalIsBoxMuller) {
  RandomArray random(3);
  for (uint64_t i = 0; i != 100000; i += 2) {
    double u = (random.bitsAt(i) + 1.0) / 4294967296.0;
    double angle = 2 * M_PI * (random.bitsAt(i + 1) / 4294967296.0);
    double radius = std::sqrt(-2 * std::log(u));
    EXPECT_NEAR(random.normalAt(i), radius * std::cos(angle), 1e-12);
    EXPECT_NEAR(random.normalAt(i + 1), radius * std::sin(angle), 1e-12);
  }
}

// The polynomials are the same everywhere, so these bits are too. A change here
// changes every random model and every test on one.
TEST(RandomArrayTest, NormalBitsArePinned) {
  RandomArray random(0);
  EXPECT_EQ(random.normalAt(0), 0x1.fb7665db1b644p-1);
  EXPECT_EQ(random.normalAt(1), -0x1.d96d5ff0aed16p-1);
  EXPECT_EQ(random.normalAt(1000001), -0x1.0b58e5698b82dp-1);
}

TEST(RandomArrayTest, NormalHasItsMoments) {
  constexpr size_t size = 1 << 20;
  std::vector<double> values(size);
  RandomArray(5, 9).normal(0, values);
  double moments[5] = {};
  for (double value : values)
    for (int power = 1; power != 5; ++power)
      moments[power] += std::pow(value, power) / size;
  // Expected values 0, 1, 0, 3; variances of the estimates 1, 2, 15, 96.
  EXPECT_NEAR(moments[1], 0, 5 * std::sqrt(1.0 / size));
  EXPECT_NEAR(moments[2], 1, 5 * std::sqrt(2.0 / size));
  EXPECT_NEAR(moments[3], 0, 5 * std::sqrt(15.0 / size));
  EXPECT_NEAR(moments[4], 3, 5 * std::sqrt(96.0 / size));
}

// Seeds and streams each change everything.
TEST(RandomArrayTest, SeedsAndStreamsDiffer) {
  auto first = [](uint64_t seed, uint64_t stream) {
    return RandomArray(seed, stream).bitsAt(0);
  };
  std::vector<uint32_t> words = {first(0, 0), first(1, 0), first(1ull << 32, 0),
                                 first(0, 1), first(0, 1ull << 32)};
  std::sort(words.begin(), words.end());
  EXPECT_EQ(std::unique(words.begin(), words.end()), words.end());
}

// A weight depends on its name and index, and not on the shape around it.
TEST(RandomTensorTest, DependsOnNameAndIndexOnly) {
  HostTensor wide =
      randomNormalTensor(1, "h.0.w", ElementKind::F32, {50, 60}, 0.02);
  HostTensor flat =
      randomNormalTensor(1, "h.0.w", ElementKind::F32, {2000}, 0.02);
  EXPECT_EQ(wide.data<float>().take_front(2000), flat.data<float>());
  HostTensor other =
      randomNormalTensor(1, "h.1.w", ElementKind::F32, {2000}, 0.02);
  EXPECT_NE(other.data<float>(), flat.data<float>());
  HostTensor reseeded =
      randomNormalTensor(2, "h.0.w", ElementKind::F32, {2000}, 0.02);
  EXPECT_NE(reseeded.data<float>(), flat.data<float>());
}

TEST(RandomTensorTest, ScalesAndRoundsOnce) {
  HostTensor exact = randomNormalTensor(1, "w", ElementKind::F64, {3000}, 0.02);
  HostTensor unit = randomNormalTensor(1, "w", ElementKind::F64, {3000}, 1);
  for (size_t i = 0; i != 3000; ++i)
    EXPECT_EQ(exact.data<double>()[i], 0.02 * unit.data<double>()[i]);
  for (ElementKind kind :
       {ElementKind::F32, ElementKind::BF16, ElementKind::F16}) {
    HostTensor rounded = randomNormalTensor(1, "w", kind, {3000}, 0.02);
    HostTensor expected = exact.convertTo(kind);
    EXPECT_EQ(memcmp(rounded.bytes(), expected.bytes(), rounded.getNumBytes()),
              0);
  }
}

TEST(RandomTensorTest, IntegersFillTheirRange) {
  HostTensor ids =
      randomIntegerTensor(1, "ids", ElementKind::I32, {5000}, -2, 7);
  std::vector<int> counts(10);
  for (int32_t id : ids.data<int32_t>()) {
    ASSERT_GE(id, -2);
    ASSERT_LE(id, 7);
    ++counts[id + 2];
  }
  for (int count : counts)
    EXPECT_NEAR(count, 500, 5 * std::sqrt(500.0));
  HostTensor one = randomIntegerTensor(1, "x", ElementKind::I64, {10}, 3, 3);
  EXPECT_THAT(one.data<int64_t>(), testing::Each(3));
  HostTensor mask = randomIntegerTensor(1, "m", ElementKind::I1, {100}, 0, 1);
  EXPECT_THAT(mask.data<uint8_t>(), testing::Contains(0));
  EXPECT_THAT(mask.data<uint8_t>(), testing::Contains(1));
}

} // namespace
