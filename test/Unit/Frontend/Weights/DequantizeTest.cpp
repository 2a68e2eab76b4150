// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "partita/Frontend/Weights/Dequantize.h"

#include "gtest/gtest.h"

#include <cmath>
#include <cstring>
#include <vector>

using namespace partita;

namespace {

/// Two blocks whose byte i is 37 i + 11, except for the scales: those at the
/// given offsets in block b are 0.0390625 (b + 1) and -0.75 (b + 1).
std::vector<uint8_t> twoBlocks(const GgmlType &type,
                               llvm::ArrayRef<unsigned> scaleOffsets) {
  std::vector<uint8_t> bytes(2 * type.blockBytes);
  for (size_t i = 0; i != bytes.size(); ++i)
    bytes[i] = static_cast<uint8_t>(37 * i + 11);
  constexpr float scales[] = {0.0390625f, -0.75f};
  for (unsigned block = 0; block != 2; ++block)
    for (size_t k = 0; k != scaleOffsets.size(); ++k) {
      uint16_t bits = toFloat16(scales[k] * static_cast<float>(block + 1)).bits;
      std::memcpy(&bytes[block * type.blockBytes + scaleOffsets[k]], &bits, 2);
    }
  return bytes;
}

struct Golden {
  llvm::StringRef type;
  std::vector<unsigned> scaleOffsets;
  /// Elements 0, 1, 17, 31, the last of the first block, the first and sixth of
  /// the second, the last.
  float samples[8];
  /// Over all elements, element i times i + 1.
  double weightedSum;
};

// The numbers come from the `gguf` Python package's own decoders. All of them
// are exact in float, so they must be equal.
TEST(DequantizeTest, MatchesReferenceDecoders) {
  const Golden goldens[] = {
      {"Q4_0",
       {0},
       {-0.1171875f, 0.078125f, -0.0390625f, 0, 0, 0.546875f, 0, -0.546875f},
       -63.4375},
      {"Q4_1",
       {0, 2},
       {-0.1640625f, -0.59375f, -0.28125f, -0.28125f, -0.28125f, -1.265625f,
        -0.5625f, -0.71875f},
       -1615.5234375},
      {"Q5_0",
       {0},
       {0.3515625f, -0.078125f, 0, 0.0390625f, 0.0390625f, 0.546875f, -1.25f,
        0.3125f},
       -12.890625},
      {"Q5_1",
       {0, 2},
       {-0.0078125f, 0.1875f, -0.5546875f, -0.5546875f, -0.5546875f, 0.609375f,
        -1.1875f, 0.765625f},
       -614.0390625},
      {"Q8_0",
       {0},
       {3.3203125f, 4.765625f, -2.109375f, -1.875f, -1.875f, 4.921875f, -0.625f,
        -5.46875f},
       -754.375},
      {"Q4_K",
       {0, 2},
       {51.5703125f, 38.25f, 38.25f, 45.515625f, 28.828125f, 44.890625f,
        19.1875f, 57.75f},
       6420971.6875},
      {"Q5_K",
       {0, 2},
       {70.9453125f, 38.25f, 38.25f, 45.515625f, 31.171875f, 84.140625f,
        57.1875f, 35.625f},
       9263338.8125},
      {"Q6_K",
       {208},
       {-55.8984375f, 66.25f, 20, -3.75f, -2.34375f, -31.796875f, 40.46875f,
        -125},
       110673.28125},
  };
  for (const Golden &golden : goldens) {
    SCOPED_TRACE(golden.type.str());
    const GgmlType *type = lookupGgmlType(golden.type);
    ASSERT_NE(type, nullptr);
    ASSERT_NE(type->dequantize, nullptr);
    std::vector<float> out(2 * type->blockElements);
    type->dequantize(twoBlocks(*type, golden.scaleOffsets), out);
    size_t n = type->blockElements;
    size_t places[] = {0, 1, 17, 31, n - 1, n, n + 5, 2 * n - 1};
    for (size_t i = 0; i != 8; ++i)
      EXPECT_EQ(out[places[i]], golden.samples[i]) << "element " << places[i];
    double sum = 0;
    for (size_t i = 0; i != out.size(); ++i)
      sum += static_cast<double>(out[i]) * static_cast<double>(i + 1);
    EXPECT_EQ(sum, golden.weightedSum);
  }
}

// Each element of a block of 32 depends on its own bits: setting one element to
// its highest number changes that element alone.
TEST(DequantizeTest, ElementsAreIndependent) {
  struct Layout {
    llvm::StringRef type;
    unsigned quants; // Offset of the 4-bit numbers.
    int highBits;    // Offset of the fifth bits, or -1.
    float low, high; // Elements with all bits clear and set, for d = m = 1.
  };
  for (const Layout &layout :
       {Layout{"Q4_0", 2, -1, -8, 7}, Layout{"Q4_1", 4, -1, 1, 16},
        Layout{"Q5_0", 6, 2, -16, 15}, Layout{"Q5_1", 8, 4, 1, 32}}) {
    SCOPED_TRACE(layout.type.str());
    const GgmlType *type = lookupGgmlType(layout.type);
    for (unsigned element = 0; element != 32; ++element) {
      std::vector<uint8_t> block(type->blockBytes);
      block[1] = 0x3c; // d = 1 as Float16.
      if (layout.type.ends_with("_1"))
        block[3] = 0x3c; // m = 1.
      block[layout.quants + element % 16] = element < 16 ? 0x0f : 0xf0;
      if (layout.highBits >= 0)
        block[layout.highBits + element / 8] = 1 << element % 8;
      std::vector<float> out(32);
      type->dequantize(block, out);
      for (unsigned i = 0; i != 32; ++i)
        EXPECT_EQ(out[i], i == element ? layout.high : layout.low);
    }
  }
}

// A scale that is not a number makes the block not a number, and no crash.
TEST(DequantizeTest, KeepsNonFiniteScales) {
  const GgmlType *type = lookupGgmlType("Q8_0");
  std::vector<uint8_t> block(type->blockBytes, 1);
  block[0] = 0x00, block[1] = 0x7e;
  std::vector<float> out(32);
  type->dequantize(block, out);
  EXPECT_TRUE(std::isnan(out[0]));
}

TEST(GgmlTypeTest, KnowsItsTypes) {
  EXPECT_EQ(lookupGgmlType(14u)->name, "Q6_K");
  EXPECT_EQ(lookupGgmlType("BF16")->id, 30u);
  EXPECT_TRUE(lookupGgmlType("F16")->isReadable());
  EXPECT_FALSE(lookupGgmlType("Q2_K")->isReadable());
  EXPECT_EQ(lookupGgmlType(4u), nullptr);
  EXPECT_EQ(lookupGgmlType("Q9"), nullptr);
}

} // namespace
