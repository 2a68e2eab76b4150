// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Random numbers without state. Philox4x32-10 is a keyed bijection on 128-bit
// counters: encrypting 0, 1, 2, ... gives a stream in which every element can
// be computed on its own, in any order and on any device. This is what makes
// the shard of a random tensor equal to the random shard: a device that holds
// elements 300 to 399 asks for just these.
//
// Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as
// 1, 2, 3", SC 2011.

#ifndef PARTITA_SUPPORT_PHILOX_H
#define PARTITA_SUPPORT_PHILOX_H

#include "llvm/ADT/ArrayRef.h"

#include <array>
#include <cstdint>

namespace partita {

/// The ten rounds: four output words from a counter and a key.
std::array<uint32_t, 4> philox4x32(std::array<uint32_t, 4> counter,
                                   std::array<uint32_t, 2> key);

/// A random array of endless length, chosen by `seed` and `stream`: arrays of
/// two streams are independent. Element i is word i % 4 of the block with the
/// counter (i / 4, stream). The numbers are the same bits on every machine:
/// the normal distribution uses its own polynomials and not the C library's.
class RandomArray {
public:
  explicit RandomArray(uint64_t seed, uint64_t stream = 0)
      : key{static_cast<uint32_t>(seed), static_cast<uint32_t>(seed >> 32)},
        stream(stream) {}

  /// 32 random bits.
  uint32_t bitsAt(uint64_t index) const { return block(index / 4)[index % 4]; }

  /// Uniform over the 2^24 multiples of 2^-24 in [0, 1).
  float uniformAt(uint64_t index) const { return toUniform(bitsAt(index)); }

  /// Standard normal: mean 0, standard deviation 1, within +-6.7. Each two
  /// words of a block make two numbers by the Box-Muller transform.
  double normalAt(uint64_t index) const;

  /// Elements `first`, `first + 1`, ... into `out`: equal to the above, faster.
  void bits(uint64_t first, llvm::MutableArrayRef<uint32_t> out) const;
  void uniform(uint64_t first, llvm::MutableArrayRef<float> out) const;
  void normal(uint64_t first, llvm::MutableArrayRef<double> out) const;

private:
  std::array<uint32_t, 4> block(uint64_t index) const {
    return philox4x32(
        {static_cast<uint32_t>(index), static_cast<uint32_t>(index >> 32),
         static_cast<uint32_t>(stream), static_cast<uint32_t>(stream >> 32)},
        key);
  }
  static float toUniform(uint32_t bits) {
    return static_cast<float>(bits >> 8) * 0x1p-24f;
  }

  std::array<uint32_t, 2> key;
  uint64_t stream;
};

} // namespace partita

#endif // PARTITA_SUPPORT_PHILOX_H
