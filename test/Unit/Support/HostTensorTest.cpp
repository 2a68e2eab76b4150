// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "partita/Support/HostTensor.h"

#include "llvm/Support/raw_ostream.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include <cmath>
#include <limits>
#include <vector>

using namespace partita;
using testing::ElementsAre;

namespace {

constexpr int64_t maxInt64 = std::numeric_limits<int64_t>::max();
constexpr int64_t minInt64 = std::numeric_limits<int64_t>::min();

template <typename T> std::vector<T> values(const HostTensor &tensor) {
  return tensor.data<T>().vec();
}

std::vector<uint16_t> bits(const HostTensor &tensor) {
  const auto *begin = static_cast<const uint16_t *>(tensor.bytes());
  return {begin, begin + tensor.getNumElements()};
}

HostTensor iota(llvm::ArrayRef<int64_t> dims) {
  HostTensor result = HostTensor::allocate(ElementKind::I32, dims);
  int32_t next = 0;
  for (int32_t &element : result.mutableData<int32_t>())
    element = next++;
  return result;
}

// Names are those of MLIR's types and parse back.
TEST(ElementKindTest, NamesRoundTrip) {
  EXPECT_EQ(elementName(ElementKind::BF16), "bf16");
  EXPECT_EQ(elementName(ElementKind::I1), "i1");
  for (ElementKind kind :
       {ElementKind::F64, ElementKind::F32, ElementKind::BF16, ElementKind::F16,
        ElementKind::I64, ElementKind::I32, ElementKind::I8, ElementKind::I1})
    EXPECT_EQ(parseElementKind(elementName(kind)), kind);
  EXPECT_EQ(parseElementKind("f8"), std::nullopt);
}

TEST(ElementKindTest, Sizes) {
  EXPECT_EQ(elementSize(ElementKind::F64), 8);
  EXPECT_EQ(elementSize(ElementKind::BF16), 2);
  EXPECT_EQ(elementSize(ElementKind::I1), 1);
}

// A product is refused when it overflows, a negative dimension always, and a
// zero makes everything else harmless.
TEST(HostTensorTest, CountsElementsWithoutOverflow) {
  EXPECT_EQ(checkedNumElements({}), 1);
  EXPECT_EQ(checkedNumElements({2, 3, 4}), 24);
  EXPECT_EQ(checkedNumElements({0, maxInt64, maxInt64}), 0);
  EXPECT_EQ(checkedNumElements({maxInt64, maxInt64, 0}), 0);
  EXPECT_EQ(checkedNumElements({0, -1}), std::nullopt);
  EXPECT_EQ(checkedNumElements({-1, -1}), std::nullopt);
  EXPECT_EQ(checkedNumElements({int64_t(1) << 32, int64_t(1) << 31}),
            std::nullopt);
  EXPECT_EQ(checkedNumElements({maxInt64}), maxInt64);
  EXPECT_EQ(checkedNumBytes(ElementKind::I8, {maxInt64}), maxInt64);
  EXPECT_EQ(checkedNumBytes(ElementKind::F16, {maxInt64}), std::nullopt);
}

TEST(HostTensorTest, AllocatesAligned) {
  for (int64_t size : {0, 1, 3, 100}) {
    HostTensor tensor = HostTensor::allocate(ElementKind::F32, {size, 3});
    EXPECT_TRUE(tensor.isValid());
    EXPECT_TRUE(tensor.isWritable());
    EXPECT_EQ(reinterpret_cast<uintptr_t>(tensor.bytes()) %
                  HostTensor::alignment,
              0u);
    EXPECT_EQ(tensor.getNumBytes(), size * 12);
  }
  EXPECT_FALSE(HostTensor().isValid());
}

TEST(HostTensorTest, ZerosAreZero) {
  HostTensor tensor = HostTensor::zeros(ElementKind::F64, {3, 5});
  EXPECT_THAT(values<double>(tensor), testing::Each(0.0));
}

// A shape that cannot be is a message and an exit, not a wild allocation.
TEST(HostTensorDeathTest, RefusesImpossibleShapes) {
  EXPECT_DEATH(HostTensor::allocate(ElementKind::F32, {-1}),
               "cannot allocate tensor<-1xf32>");
  EXPECT_DEATH(HostTensor::allocate(ElementKind::F64, {maxInt64 / 8}),
               "negative or overflows");
}

// Copies share the bytes, and sharing takes away the right to write.
TEST(HostTensorTest, CopiesShare) {
  HostTensor tensor = HostTensor::of<float>({2}, {1, 2});
  EXPECT_TRUE(tensor.isWritable());
  HostTensor copy = tensor;
  EXPECT_EQ(copy.bytes(), tensor.bytes());
  EXPECT_FALSE(tensor.isWritable());
  EXPECT_FALSE(copy.isWritable());
  HostTensor mine = std::move(copy).makeWritable();
  mine.mutableData<float>()[0] = 7;
  EXPECT_THAT(values<float>(tensor), ElementsAre(1, 2));
  EXPECT_THAT(values<float>(mine), ElementsAre(7, 2));
  const void *before = tensor.bytes();
  EXPECT_EQ(std::move(tensor).makeWritable().bytes(), before);
}

// A view keeps its owner alive and is never writable.
TEST(HostTensorTest, BorrowsAlignedBytes) {
  auto owner = std::make_shared<std::vector<float>>(
      std::vector<float>{1, 2, 3, 4, 5, 6});
  std::weak_ptr<std::vector<float>> watch = owner;
  HostTensor view =
      HostTensor::borrow(ElementKind::F32, {2, 3}, owner->data(), owner);
  EXPECT_EQ(view.bytes(), owner->data());
  owner.reset();
  EXPECT_FALSE(watch.expired());
  EXPECT_THAT(values<float>(view), ElementsAre(1, 2, 3, 4, 5, 6));
  EXPECT_FALSE(view.isWritable());
  view = HostTensor();
  EXPECT_TRUE(watch.expired());
}

// Bytes that are not aligned for their type are copied to where they are.
TEST(HostTensorTest, CopiesMisalignedBytes) {
  alignas(8) char raw[9] = {};
  float number = 1.5f;
  std::memcpy(raw + 1, &number, sizeof(number));
  HostTensor view = HostTensor::borrow(ElementKind::F32, {1}, raw + 1, nullptr);
  EXPECT_NE(view.bytes(), raw + 1);
  EXPECT_THAT(values<float>(view), ElementsAre(1.5f));
}

TEST(HostTensorTest, ConvertsToItselfWithoutCopy) {
  HostTensor tensor = HostTensor::of<float>({1}, {1});
  EXPECT_EQ(tensor.convertTo(ElementKind::F32).bytes(), tensor.bytes());
}

TEST(HostTensorTest, ConvertsFloats) {
  float nan = std::numeric_limits<float>::quiet_NaN();
  HostTensor tensor = HostTensor::of<float>(
      {8}, {1.0f, -0.0f, 1e30f, nan, 0x1.01p0f, 0x1.03p0f, 0x1p-24f, 65520.0f});
  // 0x1.01p0 and 0x1.03p0 are ties in bf16: to even means down and up.
  EXPECT_THAT(bits(tensor.convertTo(ElementKind::BF16)),
              ElementsAre(0x3f80, 0x8000, 0x714a, 0x7fc0, 0x3f80, 0x3f82,
                          0x3380, 0x4780));
  EXPECT_THAT(bits(tensor.convertTo(ElementKind::F16)),
              ElementsAre(0x3c00, 0x8000, 0x7c00, 0x7e00, 0x3c04, 0x3c0c,
                          0x0001, 0x7c00));
  HostTensor exact = HostTensor::of<float>({3}, {0.5f, -3.0f, 1024.0f});
  for (ElementKind kind :
       {ElementKind::F64, ElementKind::BF16, ElementKind::F16})
    EXPECT_THAT(
        values<float>(exact.convertTo(kind).convertTo(ElementKind::F32)),
        ElementsAre(0.5f, -3.0f, 1024.0f));
}

// 1 + 2^-8 + 2^-40 is above a bf16 tie; through f32 it would become the tie.
TEST(HostTensorTest, ConvertsDoubleInOneRounding) {
  HostTensor tensor = HostTensor::of<double>({1}, {1 + 0x1p-8 + 0x1p-40});
  EXPECT_THAT(bits(tensor.convertTo(ElementKind::BF16)), ElementsAre(0x3f81));
}

TEST(HostTensorTest, ConvertsFloatToIntegerSaturating) {
  double inf = std::numeric_limits<double>::infinity();
  HostTensor tensor = HostTensor::of<double>(
      {7}, {-1.9, 1.9, 1e30, -1e30, std::nan(""), inf, -128.5});
  constexpr int32_t max32 = std::numeric_limits<int32_t>::max();
  constexpr int32_t min32 = std::numeric_limits<int32_t>::min();
  EXPECT_THAT(values<int8_t>(tensor.convertTo(ElementKind::I8)),
              ElementsAre(-1, 1, 127, -128, 0, 127, -128));
  EXPECT_THAT(values<int32_t>(tensor.convertTo(ElementKind::I32)),
              ElementsAre(-1, 1, max32, min32, 0, max32, -128));
  EXPECT_THAT(values<int64_t>(tensor.convertTo(ElementKind::I64)),
              ElementsAre(-1, 1, maxInt64, minInt64, 0, maxInt64, -128));
}

TEST(HostTensorTest, ConvertsIntegers) {
  HostTensor tensor =
      HostTensor::of<int64_t>({4}, {-1, 300, (int64_t(1) << 32) + 5, 0});
  EXPECT_THAT(values<int32_t>(tensor.convertTo(ElementKind::I32)),
              ElementsAre(-1, 300, 5, 0));
  EXPECT_THAT(values<int8_t>(tensor.convertTo(ElementKind::I8)),
              ElementsAre(-1, 44, 5, 0));
  EXPECT_THAT(values<double>(tensor.convertTo(ElementKind::F64)),
              ElementsAre(-1, 300, 4294967301.0, 0));
  EXPECT_THAT(bits(tensor.convertTo(ElementKind::BF16)),
              ElementsAre(0xbf80, 0x4396, 0x4f80, 0));
}

// Any byte but zero is true, and true is 1 everywhere.
TEST(HostTensorTest, ConvertsBooleans) {
  HostTensor tensor = HostTensor::of<uint8_t>({3}, {0, 1, 200});
  EXPECT_THAT(values<float>(tensor.convertTo(ElementKind::F32)),
              ElementsAre(0, 1, 1));
  EXPECT_THAT(values<int64_t>(tensor.convertTo(ElementKind::I64)),
              ElementsAre(0, 1, 1));
  EXPECT_THAT(bits(tensor.convertTo(ElementKind::F16)),
              ElementsAre(0, 0x3c00, 0x3c00));
  HostTensor numbers = HostTensor::of<float>(
      {4}, {0.0f, -0.0f, 0.25f, std::numeric_limits<float>::quiet_NaN()});
  EXPECT_THAT(values<uint8_t>(numbers.convertTo(ElementKind::I1)),
              ElementsAre(0, 0, 1, 1));
  // 256 has a zero low byte and is still true.
  EXPECT_THAT(
      values<uint8_t>(
          HostTensor::of<int64_t>({1}, {256}).convertTo(ElementKind::I1)),
      ElementsAre(1));
}

// A part of the leading dimension is a view; after dimensions of one element
// too.
TEST(HostTensorTest, SlicesContiguousPartsAsViews) {
  HostTensor tensor = iota({4, 3});
  HostTensor rows = tensor.slice(0, 1, 2);
  EXPECT_THAT(rows.getDims(), ElementsAre(2, 3));
  EXPECT_EQ(rows.bytes(), tensor.data<int32_t>().data() + 3);
  EXPECT_THAT(values<int32_t>(rows), ElementsAre(3, 4, 5, 6, 7, 8));
  HostTensor wide = tensor.reshape({1, 4, 3});
  EXPECT_EQ(wide.slice(1, 3, 1).bytes(), tensor.data<int32_t>().data() + 9);
}

TEST(HostTensorTest, SlicesInnerPartsAsCopies) {
  HostTensor tensor = iota({2, 3, 2});
  EXPECT_THAT(values<int32_t>(tensor.slice(1, 1, 2)),
              ElementsAre(2, 3, 4, 5, 8, 9, 10, 11));
  EXPECT_THAT(values<int32_t>(tensor.slice(2, 1, 1)),
              ElementsAre(1, 3, 5, 7, 9, 11));
  HostTensor none = tensor.slice(2, 2, 0);
  EXPECT_THAT(none.getDims(), ElementsAre(2, 3, 0));
  EXPECT_EQ(none.getNumElements(), 0);
}

TEST(HostTensorTest, ReshapesWithoutCopy) {
  HostTensor tensor = iota({2, 6});
  HostTensor reshaped = tensor.reshape({3, 1, 4});
  EXPECT_EQ(reshaped.bytes(), tensor.bytes());
  EXPECT_EQ(reshaped.describe(), "3x1x4xi32");
  EXPECT_EQ(iota({1}).reshape({}).describe(), "i32");
}

TEST(HostTensorTest, Prints) {
  auto text = [](const HostTensor &tensor, int64_t limit) {
    std::string result;
    llvm::raw_string_ostream os(result);
    print(os, tensor, limit);
    return result;
  };
  EXPECT_EQ(text(iota({2, 3}), 8), "tensor<2x3xi32> [[0, 1, 2], [3, 4, 5]]");
  EXPECT_EQ(text(iota({5}), 2), "tensor<5xi32> [0, 1, ...]");
  EXPECT_EQ(text(HostTensor::of<float>({}, {0.5f}), 8), "tensor<f32> 0.5");
  EXPECT_EQ(text(iota({0, 3}), 8), "tensor<0x3xi32> []");
  EXPECT_EQ(text(HostTensor::of<BFloat16>({1}, {BFloat16{0x3f80}}), 8),
            "tensor<1xbf16> [1]");
}

} // namespace
