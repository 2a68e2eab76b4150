// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The two 16-bit floating-point formats as plain storage types, and their
// conversions. Arithmetic is never done in them: load as `float`, compute,
// store.
//
//            sign exponent mantissa   largest   smallest normal / subnormal
//   Float16     1        5       10   65504     2^-14  / 2^-24
//   BFloat16    1        8        7   3.39e38   2^-126 / 2^-133
//
// Widening is exact. Narrowing rounds to nearest, ties to even, in one step
// (also from double and from 64-bit integers: no double rounding), overflows
// to infinity, keeps subnormals, and keeps a NaN a NaN: the sign and the
// leading payload bits stay, the quiet bit is set.

#ifndef PARTITA_SUPPORT_FLOAT16_H
#define PARTITA_SUPPORT_FLOAT16_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/bit.h"

#include <cmath>
#include <cstdint>
#include <limits>

namespace partita {

/// IEEE binary16, as its bits.
struct Float16 {
  uint16_t bits;
};

/// bfloat16: the upper half of an IEEE binary32, as its bits.
struct BFloat16 {
  uint16_t bits;
};

inline float toFloat(BFloat16 value) {
  return llvm::bit_cast<float>(static_cast<uint32_t>(value.bits) << 16);
}

/// The three cases are computed side by side and selected, so that a loop over
/// this function has no branch and becomes vector code.
inline float toFloat(Float16 value) {
  constexpr uint32_t exponentShift = 112u << 23; // Bias 127 against bias 15.
  uint32_t sign = static_cast<uint32_t>(value.bits & 0x8000u) << 16;
  uint32_t magnitude = static_cast<uint32_t>(value.bits & 0x7fffu) << 13;
  uint32_t normal = magnitude + exponentShift;
  uint32_t infinityOrNaN = magnitude + 2 * exponentShift;
  // A subnormal is mantissa * 2^-24: let the subtraction normalise it.
  constexpr uint32_t smallestNormal = 113u << 23;
  uint32_t subnormal = llvm::bit_cast<uint32_t>(
      llvm::bit_cast<float>(magnitude + smallestNormal) -
      llvm::bit_cast<float>(smallestNormal));
  uint32_t bits = magnitude < (0x0400u << 13)    ? subnormal
                  : magnitude >= (0x7c00u << 13) ? infinityOrNaN
                                                 : normal;
  return llvm::bit_cast<float>(sign | bits);
}

inline BFloat16 toBFloat16(float value) {
  uint32_t bits = llvm::bit_cast<uint32_t>(value);
  uint32_t rounded = (bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16;
  uint32_t quietNaN = (bits >> 16) | 0x0040u;
  bool isNaN = (bits & 0x7fffffffu) > 0x7f800000u;
  return {static_cast<uint16_t>(isNaN ? quietNaN : rounded)};
}

inline Float16 toFloat16(float value) {
  uint32_t bits = llvm::bit_cast<uint32_t>(value);
  uint32_t sign = (bits >> 16) & 0x8000u;
  uint32_t magnitude = bits & 0x7fffffffu;
  // Rebias the exponent and round the 13 dropped bits; a carry out of the
  // mantissa moves to the next exponent, which is infinity at the top.
  uint32_t normal =
      (magnitude - (112u << 23) + 0x0fffu + ((magnitude >> 13) & 1u)) >> 13;
  // Adding 0.5 aligns the value so that one unit in the last place of the sum
  // is 2^-24, the unit of a Float16 subnormal: the addition rounds.
  constexpr uint32_t half = 126u << 23;
  uint32_t subnormal =
      llvm::bit_cast<uint32_t>(llvm::bit_cast<float>(magnitude) +
                               llvm::bit_cast<float>(half)) -
      half;
  uint32_t quietNaN = 0x7e00u | ((magnitude >> 13) & 0x03ffu);
  uint32_t result = magnitude > 0x7f800000u     ? quietNaN
                    : magnitude >= (143u << 23) ? 0x7c00u // >= 65536
                    : magnitude >= (113u << 23) ? normal
                                                : subnormal;
  return {static_cast<uint16_t>(sign | result)};
}

/// `value` rounded to odd: towards zero, and then to the neighbour with an odd
/// mantissa when inexact. Rounding the result again, to any format that is at
/// least two bits narrower, equals rounding `value` once.
inline float roundToOddFloat(double value) {
  if (std::isnan(value))
    return static_cast<float>(value);
  float result = static_cast<float>(value);
  if (static_cast<double>(result) == value)
    return result;
  uint32_t bits = llvm::bit_cast<uint32_t>(result);
  if (std::fabs(static_cast<double>(result)) > std::fabs(value))
    --bits; // Also takes an overflow to infinity back to the largest float.
  return llvm::bit_cast<float>(bits | 1u);
}

/// As above, for integers of which a double cannot hold all bits.
inline float roundToOddFloat(int64_t value) {
  uint64_t magnitude =
      value < 0 ? -static_cast<uint64_t>(value) : static_cast<uint64_t>(value);
  uint64_t kept = magnitude & ~uint64_t(0x3ff); // At most 53 bits and 2^63.
  if (kept != magnitude)
    kept |= 0x400;
  double exact =
      static_cast<double>(magnitude < (1ull << 53) ? magnitude : kept);
  return roundToOddFloat(value < 0 ? -exact : exact);
}

inline BFloat16 toBFloat16(double value) {
  return toBFloat16(roundToOddFloat(value));
}
inline BFloat16 toBFloat16(int64_t value) {
  return toBFloat16(roundToOddFloat(value));
}
inline Float16 toFloat16(double value) {
  return toFloat16(roundToOddFloat(value));
}
inline Float16 toFloat16(int64_t value) {
  return toFloat16(roundToOddFloat(value));
}

/// Whole arrays; both sides have the same length and do not overlap.
void convert(llvm::ArrayRef<Float16> from, llvm::MutableArrayRef<float> to);
void convert(llvm::ArrayRef<BFloat16> from, llvm::MutableArrayRef<float> to);
void convert(llvm::ArrayRef<float> from, llvm::MutableArrayRef<Float16> to);
void convert(llvm::ArrayRef<float> from, llvm::MutableArrayRef<BFloat16> to);

} // namespace partita

#endif // PARTITA_SUPPORT_FLOAT16_H
