// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "partita/Frontend/Weights/Dequantize.h"

#include "partita/Support/Float16.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Endian.h"

#include <cassert>

using namespace partita;

//===----------------------------------------------------------------------===//
// Decoding
//===----------------------------------------------------------------------===//

namespace {

/// One decoder per format (Q4Type0 is the one that files call Q4_0): the size
/// of a block, and how to decode one. The pointers of decode() do not alias,
/// and its loops have fixed lengths, so that they become vector code.
struct Q4Type0 {
  static constexpr unsigned elements = 32, bytes = 18;
  static void decode(const uint8_t *block, float *out);
};
struct Q4Type1 {
  static constexpr unsigned elements = 32, bytes = 20;
  static void decode(const uint8_t *block, float *out);
};
struct Q5Type0 {
  static constexpr unsigned elements = 32, bytes = 22;
  static void decode(const uint8_t *block, float *out);
};
struct Q5Type1 {
  static constexpr unsigned elements = 32, bytes = 24;
  static void decode(const uint8_t *block, float *out);
};
struct Q8Type0 {
  static constexpr unsigned elements = 32, bytes = 34;
  static void decode(const uint8_t *block, float *out);
};
struct Q4TypeK {
  static constexpr unsigned elements = 256, bytes = 144;
  static void decode(const uint8_t *block, float *out);
};
struct Q5TypeK {
  static constexpr unsigned elements = 256, bytes = 176;
  static void decode(const uint8_t *block, float *out);
};
struct Q6TypeK {
  static constexpr unsigned elements = 256, bytes = 210;
  static void decode(const uint8_t *block, float *out);
};

} // namespace

static float readHalf(const uint8_t *bytes) {
  return toFloat(Float16{llvm::support::endian::read16le(bytes)});
}

/// 16 bytes of two 4-bit numbers: the low halves are elements 0 to 15, the high
/// halves 16 to 31. `highBits` has the fifth bit of each element, if any.
static inline void decodeNibbles(const uint8_t *__restrict quants,
                                 uint32_t highBits, int bias, float scale,
                                 float minimum, float *__restrict out) {
  for (unsigned j = 0; j != 16; ++j) {
    int low = (quants[j] & 0xf) | ((highBits >> j & 1) << 4);
    int high = (quants[j] >> 4) | ((highBits >> (j + 16) & 1) << 4);
    out[j] = static_cast<float>(low - bias) * scale + minimum;
    out[j + 16] = static_cast<float>(high - bias) * scale + minimum;
  }
}

void Q4Type0::decode(const uint8_t *block, float *out) {
  decodeNibbles(block + 2, 0, 8, readHalf(block), 0, out);
}

void Q4Type1::decode(const uint8_t *block, float *out) {
  decodeNibbles(block + 4, 0, 0, readHalf(block), readHalf(block + 2), out);
}

void Q5Type0::decode(const uint8_t *block, float *out) {
  uint32_t highBits = llvm::support::endian::read32le(block + 2);
  decodeNibbles(block + 6, highBits, 16, readHalf(block), 0, out);
}

void Q5Type1::decode(const uint8_t *block, float *out) {
  uint32_t highBits = llvm::support::endian::read32le(block + 4);
  decodeNibbles(block + 8, highBits, 0, readHalf(block), readHalf(block + 2),
                out);
}

void Q8Type0::decode(const uint8_t *__restrict block, float *__restrict out) {
  float scale = readHalf(block);
  for (unsigned j = 0; j != 32; ++j)
    out[j] = static_cast<float>(static_cast<int8_t>(block[2 + j])) * scale;
}

namespace {

/// Scale and minimum of one of the eight groups of a Q4_K or Q5_K block, 6 bits
/// each in 12 bytes: groups 0 to 3 have the low 6 bits of bytes 0 to 3 and 4 to
/// 7; groups 4 to 7 have 4 bits in bytes 8 to 11, and their upper 2 bits are
/// the upper 2 bits of bytes 0 to 7.
struct GroupScale {
  GroupScale(const uint8_t *packed, unsigned group) {
    if (group < 4) {
      scale = packed[group] & 63;
      minimum = packed[group + 4] & 63;
    } else {
      scale = (packed[group + 4] & 0xf) | (packed[group - 4] >> 6 << 4);
      minimum = (packed[group + 4] >> 4) | (packed[group] >> 6 << 4);
    }
  }
  unsigned scale, minimum;
};

} // namespace

/// Q4_K and Q5_K: pairs of groups share 32 bytes of `quants`, the first in the
/// low halves. Bit g of highBits[j], if there are any, is the fifth bit of
/// element j of group g.
static void decodeGroups(const uint8_t *__restrict block,
                         const uint8_t *__restrict quants,
                         const uint8_t *__restrict highBits,
                         float *__restrict out) {
  float scale = readHalf(block), minimum = readHalf(block + 2);
  for (unsigned group = 0; group != 8; ++group) {
    GroupScale packed(block + 4, group);
    float groupScale = scale * static_cast<float>(packed.scale);
    float groupMinimum = minimum * static_cast<float>(packed.minimum);
    unsigned shift = group % 2 * 4;
    for (unsigned j = 0; j != 32; ++j) {
      int quant = quants[group / 2 * 32 + j] >> shift & 0xf;
      if (highBits)
        quant |= (highBits[j] >> group & 1) << 4;
      out[group * 32 + j] =
          groupScale * static_cast<float>(quant) - groupMinimum;
    }
  }
}

void Q4TypeK::decode(const uint8_t *block, float *out) {
  decodeGroups(block, block + 16, nullptr, out);
}

void Q5TypeK::decode(const uint8_t *block, float *out) {
  decodeGroups(block, block + 48, block + 16, out);
}

/// Each half of 128 elements has 64 bytes of low 4 bits, 32 bytes of high 2
/// bits and 8 scales. Its four runs of 32 elements take, in order: the low
/// halves of bytes 0 to 31 and 32 to 63, then the high halves; run r takes bits
/// 2r and 2r+1 of the high bytes.
void Q6TypeK::decode(const uint8_t *__restrict block, float *__restrict out) {
  float scale = readHalf(block + 208);
  for (unsigned half = 0; half != 2; ++half) {
    const uint8_t *low = block + half * 64;
    const uint8_t *high = block + 128 + half * 32;
    const uint8_t *scales = block + 192 + half * 8;
    for (unsigned run = 0; run != 4; ++run)
      for (unsigned part = 0; part != 2; ++part) {
        float partScale =
            scale *
            static_cast<float>(static_cast<int8_t>(scales[run * 2 + part]));
        for (unsigned j = part * 16; j != part * 16 + 16; ++j) {
          int quant = (low[run % 2 * 32 + j] >> (run / 2 * 4) & 0xf) |
                      (high[j] >> (run * 2) & 3) << 4;
          out[half * 128 + run * 32 + j] =
              partScale * static_cast<float>(quant - 32);
        }
      }
  }
}

template <typename Format>
static void dequantize(llvm::ArrayRef<uint8_t> blocks,
                       llvm::MutableArrayRef<float> out) {
  size_t numBlocks = blocks.size() / Format::bytes;
  assert(blocks.size() % Format::bytes == 0 &&
         out.size() == numBlocks * Format::elements && "expected whole blocks");
  for (size_t i = 0; i != numBlocks; ++i)
    Format::decode(blocks.data() + i * Format::bytes,
                   out.data() + i * Format::elements);
}

//===----------------------------------------------------------------------===//
// The table of types
//===----------------------------------------------------------------------===//

template <typename Format>
static constexpr GgmlType quantized(uint32_t id, llvm::StringLiteral name) {
  return {name,          dequantize<Format>, id, Format::elements,
          Format::bytes, std::nullopt};
}
static constexpr GgmlType plain(uint32_t id, llvm::StringLiteral name,
                                unsigned bytes, ElementKind kind) {
  return {name, nullptr, id, 1, bytes, kind};
}
static constexpr GgmlType unreadable(uint32_t id, llvm::StringLiteral name,
                                     unsigned elements = 0,
                                     unsigned bytes = 0) {
  return {name, nullptr, id, elements, bytes, std::nullopt};
}

static constexpr GgmlType types[] = {
    plain(0, "F32", 4, ElementKind::F32),
    plain(1, "F16", 2, ElementKind::F16),
    quantized<Q4Type0>(2, "Q4_0"),
    quantized<Q4Type1>(3, "Q4_1"),
    quantized<Q5Type0>(6, "Q5_0"),
    quantized<Q5Type1>(7, "Q5_1"),
    quantized<Q8Type0>(8, "Q8_0"),
    unreadable(9, "Q8_1", 32, 36),
    unreadable(10, "Q2_K", 256, 84),
    unreadable(11, "Q3_K", 256, 110),
    quantized<Q4TypeK>(12, "Q4_K"),
    quantized<Q5TypeK>(13, "Q5_K"),
    quantized<Q6TypeK>(14, "Q6_K"),
    unreadable(15, "Q8_K", 256, 292),
    unreadable(16, "IQ2_XXS"),
    unreadable(17, "IQ2_XS"),
    unreadable(18, "IQ3_XXS"),
    unreadable(19, "IQ1_S"),
    unreadable(20, "IQ4_NL"),
    unreadable(21, "IQ3_S"),
    unreadable(22, "IQ2_S"),
    unreadable(23, "IQ4_XS"),
    plain(24, "I8", 1, ElementKind::I8),
    unreadable(25, "I16", 1, 2),
    plain(26, "I32", 4, ElementKind::I32),
    plain(27, "I64", 8, ElementKind::I64),
    plain(28, "F64", 8, ElementKind::F64),
    unreadable(29, "IQ1_M"),
    plain(30, "BF16", 2, ElementKind::BF16),
    unreadable(34, "TQ1_0"),
    unreadable(35, "TQ2_0"),
    unreadable(39, "MXFP4"),
};

const GgmlType *partita::lookupGgmlType(uint32_t id) {
  const GgmlType *it =
      llvm::find_if(types, [&](const GgmlType &t) { return t.id == id; });
  return it == std::end(types) ? nullptr : it;
}

const GgmlType *partita::lookupGgmlType(llvm::StringRef name) {
  const GgmlType *it =
      llvm::find_if(types, [&](const GgmlType &t) { return t.name == name; });
  return it == std::end(types) ? nullptr : it;
}
