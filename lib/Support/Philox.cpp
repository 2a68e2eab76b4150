// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "partita/Support/Philox.h"

#include <algorithm>
#include <cmath>

// A fused multiply-add rounds once where two operations round twice. Without
// this line the bits would depend on whether the machine has one.
#pragma clang fp contract(off)

using namespace partita;

static inline std::array<uint32_t, 4>
philoxRounds(std::array<uint32_t, 4> counter, std::array<uint32_t, 2> key) {
  for (int round = 0; round != 10; ++round) {
    uint64_t product0 = uint64_t(0xd2511f53u) * counter[0];
    uint64_t product1 = uint64_t(0xcd9e8d57u) * counter[2];
    counter = {static_cast<uint32_t>(product1 >> 32) ^ counter[1] ^ key[0],
               static_cast<uint32_t>(product1),
               static_cast<uint32_t>(product0 >> 32) ^ counter[3] ^ key[1],
               static_cast<uint32_t>(product0)};
    key[0] += 0x9e3779b9u; // The golden ratio,
    key[1] += 0xbb67ae85u; // and the square root of 3, less 1.
  }
  return counter;
}

std::array<uint32_t, 4> partita::philox4x32(std::array<uint32_t, 4> counter,
                                            std::array<uint32_t, 2> key) {
  return philoxRounds(counter, key);
}

/// log(x) for normal x > 0, to about 1e-15 relative.
static inline double logarithm(double x) {
  // x = 2^exponent * mantissa with the mantissa in [sqrt(1/2), sqrt(2)).
  uint64_t pattern = llvm::bit_cast<uint64_t>(x);
  constexpr uint64_t rootHalf = 0x3fe6a09e667f3bcdull;
  uint64_t shifted = pattern - rootHalf;
  int64_t exponent = static_cast<int64_t>(shifted) >> 52;
  double mantissa =
      llvm::bit_cast<double>((shifted & 0x000fffffffffffffull) + rootHalf);
  // log(m) = 2 artanh(s) with s = (m - 1) / (m + 1), |s| < 0.172.
  double s = (mantissa - 1) / (mantissa + 1);
  double z = s * s;
  double series = 1.0 / 19;
  for (int k = 17; k >= 1; k -= 2)
    series = series * z + 1.0 / k;
  constexpr double log2 = 0x1.62e42fefa39efp-1;
  return static_cast<double>(exponent) * log2 + 2 * s * series;
}

/// cos(2 pi u) and sin(2 pi u) for u = word * 2^-32, to about 1e-13.
static inline void cosineAndSine(uint32_t word, double &cosine, double &sine) {
  // Quarter turns to the nearest; what is left is at most an eighth turn, and
  // exact.
  uint32_t quarter = (word + (1u << 29)) >> 30;
  double rest =
      static_cast<double>(static_cast<int32_t>(word - (quarter << 30)));
  constexpr double twoPi = 0x1.921fb54442d18p+2;
  double x = rest * 0x1p-32 * twoPi;
  double z = x * x;
  // Taylor: |x| <= pi/4 makes the first term left out smaller than 2e-14.
  double s =
      x *
      (1 + z * (-1.0 / 6 +
                z * (1.0 / 120 + z * (-1.0 / 5040 +
                                      z * (1.0 / 362880 +
                                           z * (-1.0 / 39916800 +
                                                z * (1.0 / 6227020800.0)))))));
  double c =
      1 +
      z * (-1.0 / 2 +
           z * (1.0 / 24 + z * (-1.0 / 720 +
                                z * (1.0 / 40320 +
                                     z * (-1.0 / 3628800 +
                                          z * (1.0 / 479001600.0 +
                                               z * (-1.0 / 87178291200.0)))))));
  bool swap = quarter & 1;
  double cosineMagnitude = swap ? s : c;
  double sineMagnitude = swap ? c : s;
  cosine = (quarter + 1) & 2 ? -cosineMagnitude : cosineMagnitude;
  sine = quarter & 2 ? -sineMagnitude : sineMagnitude;
}

/// The Box-Muller transform: two random words to two independent normals.
static inline void boxMuller(uint32_t radiusWord, uint32_t angleWord,
                             double &first, double &second) {
  // In (0, 1]: the logarithm of zero is never asked for.
  double u = (static_cast<double>(radiusWord) + 1) * 0x1p-32;
  double radius = std::sqrt(-2 * logarithm(u));
  double cosine, sine;
  cosineAndSine(angleWord, cosine, sine);
  first = radius * cosine;
  second = radius * sine;
}

double RandomArray::normalAt(uint64_t index) const {
  std::array<uint32_t, 4> words = block(index / 4);
  double normals[4];
  boxMuller(words[0], words[1], normals[0], normals[1]);
  boxMuller(words[2], words[3], normals[2], normals[3]);
  return normals[index % 4];
}

/// Fills `out` from whole blocks: `expand` makes four elements from each.
template <typename T, typename Block, typename Expand>
static void fill(uint64_t first, llvm::MutableArrayRef<T> out, Block block,
                 Expand expand) {
  size_t done = 0;
  while (done != out.size()) {
    uint64_t index = first + done;
    T elements[4];
    expand(block(index / 4), elements);
    size_t begin = index % 4;
    size_t count = std::min<size_t>(4 - begin, out.size() - done);
    std::copy_n(elements + begin, count, out.begin() + done);
    done += count;
  }
}

void RandomArray::bits(uint64_t first,
                       llvm::MutableArrayRef<uint32_t> out) const {
  fill(
      first, out, [&](uint64_t index) { return block(index); },
      [](std::array<uint32_t, 4> words, uint32_t *elements) {
        std::copy_n(words.begin(), 4, elements);
      });
}

void RandomArray::uniform(uint64_t first,
                          llvm::MutableArrayRef<float> out) const {
  fill(
      first, out, [&](uint64_t index) { return block(index); },
      [](std::array<uint32_t, 4> words, float *elements) {
        for (int i = 0; i != 4; ++i)
          elements[i] = toUniform(words[i]);
      });
}

void RandomArray::normal(uint64_t first,
                         llvm::MutableArrayRef<double> out) const {
  fill(
      first, out, [&](uint64_t index) { return block(index); },
      [](std::array<uint32_t, 4> words, double *elements) {
        boxMuller(words[0], words[1], elements[0], elements[1]);
        boxMuller(words[2], words[3], elements[2], elements[3]);
      });
}
