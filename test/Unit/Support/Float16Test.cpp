// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// LLVM's APFloat, which works digit by digit and shares nothing with our code,
// is the judge.

#include "partita/Support/Float16.h"
#include "partita/Support/Philox.h"

#include "llvm/ADT/APFloat.h"
#include "llvm/ADT/APInt.h"
#include "gtest/gtest.h"

#include <cmath>
#include <vector>

using namespace partita;
using llvm::APFloat;
using llvm::APInt;

namespace {

/// One of our formats and APFloat's name for it.
template <typename Storage> struct Format;
template <> struct Format<Float16> {
  static const llvm::fltSemantics &semantics() { return APFloat::IEEEhalf(); }
  static Float16 from(float value) { return toFloat16(value); }
  static Float16 from(double value) { return toFloat16(value); }
  static Float16 from(int64_t value) { return toFloat16(value); }
};
template <> struct Format<BFloat16> {
  static const llvm::fltSemantics &semantics() { return APFloat::BFloat(); }
  static BFloat16 from(float value) { return toBFloat16(value); }
  static BFloat16 from(double value) { return toBFloat16(value); }
  static BFloat16 from(int64_t value) { return toBFloat16(value); }
};

template <typename Storage> uint16_t expectedBits(APFloat value) {
  bool losesInfo;
  value.convert(Format<Storage>::semantics(), APFloat::rmNearestTiesToEven,
                &losesInfo);
  return value.bitcastToAPInt().getZExtValue();
}

template <typename Storage> bool isNaNBits(uint16_t bits) {
  return APFloat(Format<Storage>::semantics(), APInt(16, bits)).isNaN();
}

/// One 64-bit number after the other.
class RandomBits {
public:
  explicit RandomBits(uint64_t seed) : array(seed) {}
  uint64_t operator()() {
    uint64_t high = array.bitsAt(next++);
    return high << 32 | array.bitsAt(next++);
  }

private:
  RandomArray array;
  uint64_t next = 0;
};

template <typename Storage> class Float16Test : public testing::Test {};
using Formats = testing::Types<Float16, BFloat16>;
TYPED_TEST_SUITE(Float16Test, Formats);

// Widening is exact for each of the 65536 values, NaN payloads included.
TYPED_TEST(Float16Test, WidensEveryValue) {
  for (uint32_t bits = 0; bits != 65536; ++bits) {
    float actual = toFloat(TypeParam{static_cast<uint16_t>(bits)});
    APFloat expected(Format<TypeParam>::semantics(), APInt(16, bits));
    if (expected.isNaN()) {
      EXPECT_TRUE(std::isnan(actual)) << bits;
      EXPECT_EQ(std::signbit(actual), expected.isNegative()) << bits;
      continue;
    }
    bool losesInfo;
    expected.convert(APFloat::IEEEsingle(), APFloat::rmNearestTiesToEven,
                     &losesInfo);
    EXPECT_EQ(llvm::bit_cast<uint32_t>(actual),
              expected.bitcastToAPInt().getZExtValue())
        << bits;
  }
}

// Widening and narrowing again gives each value back; a signalling NaN comes
// back quiet, with its sign and payload.
TYPED_TEST(Float16Test, RoundTripsEveryValue) {
  for (uint32_t bits = 0; bits != 65536; ++bits) {
    TypeParam value{static_cast<uint16_t>(bits)};
    uint16_t actual = Format<TypeParam>::from(toFloat(value)).bits;
    uint16_t quietBit = std::is_same_v<TypeParam, Float16> ? 0x0200 : 0x0040;
    EXPECT_EQ(actual, isNaNBits<TypeParam>(bits) ? bits | quietBit : bits);
  }
}

// Between each two neighbours, and just beside the middle, rounding goes where
// APFloat says it goes. This covers ties, subnormals and overflow.
TYPED_TEST(Float16Test, RoundsAroundEveryMiddle) {
  for (uint32_t bits = 0; bits != 65536; ++bits) {
    if ((bits & 0x7fff) == 0x7fff || isNaNBits<TypeParam>(bits) ||
        isNaNBits<TypeParam>(bits + 1))
      continue;
    double low = toFloat(TypeParam{static_cast<uint16_t>(bits)});
    double high = toFloat(TypeParam{static_cast<uint16_t>(bits + 1)});
    if (std::isinf(high)) // The middle between the largest and 2 * 2^emax.
      high = std::copysign(
          std::ldexp(1.0, std::is_same_v<TypeParam, Float16> ? 16 : 128), low);
    if (std::isinf(low))
      continue;
    double middle = low + (high - low) / 2;
    float middleFloat = static_cast<float>(middle);
    for (float value : {std::nextafter(middleFloat, -INFINITY), middleFloat,
                        std::nextafter(middleFloat, INFINITY)})
      EXPECT_EQ(Format<TypeParam>::from(value).bits,
                expectedBits<TypeParam>(APFloat(value)))
          << value;
    // A double next to the middle is rounded once, not through float.
    for (double value : {std::nextafter(middle, -INFINITY), middle,
                         std::nextafter(middle, static_cast<double>(INFINITY))})
      EXPECT_EQ(Format<TypeParam>::from(value).bits,
                expectedBits<TypeParam>(APFloat(value)))
          << value;
  }
}

// Arbitrary bit patterns of float and double.
TYPED_TEST(Float16Test, RoundsRandomPatterns) {
  RandomBits random(7);
  for (int i = 0; i != 1000000; ++i) {
    uint64_t pattern = random();
    float single = llvm::bit_cast<float>(static_cast<uint32_t>(pattern));
    double wide = llvm::bit_cast<double>(pattern);
    uint16_t actualSingle = Format<TypeParam>::from(single).bits;
    uint16_t actualWide = Format<TypeParam>::from(wide).bits;
    if (std::isnan(single))
      EXPECT_TRUE(isNaNBits<TypeParam>(actualSingle));
    else
      ASSERT_EQ(actualSingle, expectedBits<TypeParam>(APFloat(single)));
    if (std::isnan(wide))
      EXPECT_TRUE(isNaNBits<TypeParam>(actualWide));
    else
      ASSERT_EQ(actualWide, expectedBits<TypeParam>(APFloat(wide)));
  }
}

// Integers are rounded once, whether or not a double holds them.
TYPED_TEST(Float16Test, RoundsIntegersOnce) {
  RandomBits random(11);
  std::vector<int64_t> values = {0, 1, -1, INT64_MAX, INT64_MIN};
  for (int i = 0; i != 200000; ++i)
    values.push_back(static_cast<int64_t>(random()) >> (random() % 64));
  // One more than a tie, by a bit that a double would drop.
  for (int shift = 54; shift != 63; ++shift)
    for (int64_t mantissa : {0x81, 0x83, 0x101, 0x103, 0x801, 0x803})
      if (int top = 64 - llvm::countl_zero<uint64_t>(mantissa); top < shift)
        for (int64_t delta : {-1, 0, 1})
          values.push_back((mantissa << (shift - top)) + delta);
  for (int64_t value : values) {
    APFloat expected(Format<TypeParam>::semantics());
    expected.convertFromAPInt(APInt(64, value, /*isSigned=*/true),
                              /*IsSigned=*/true, APFloat::rmNearestTiesToEven);
    ASSERT_EQ(Format<TypeParam>::from(value).bits,
              expected.bitcastToAPInt().getZExtValue())
        << value;
  }
}

// The array forms agree with the scalar ones, at any length (so also in the
// remainder of a vectorised loop).
TYPED_TEST(Float16Test, ConvertsArrays) {
  for (size_t size : {0, 1, 7, 64, 1003}) {
    std::vector<TypeParam> narrow(size), back(size);
    std::vector<float> wide(size);
    for (size_t i = 0; i != size; ++i)
      narrow[i].bits = static_cast<uint16_t>(i * 7919 + 0x3c00);
    convert(llvm::ArrayRef<TypeParam>(narrow),
            llvm::MutableArrayRef<float>(wide));
    convert(llvm::ArrayRef<float>(wide),
            llvm::MutableArrayRef<TypeParam>(back));
    for (size_t i = 0; i != size; ++i) {
      EXPECT_EQ(llvm::bit_cast<uint32_t>(wide[i]),
                llvm::bit_cast<uint32_t>(toFloat(narrow[i])));
      EXPECT_EQ(back[i].bits, Format<TypeParam>::from(wide[i]).bits);
    }
  }
}

} // namespace
