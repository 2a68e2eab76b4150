// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "partita/Dialect/Xformer/Xformer.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace mlir;
using namespace partita::xformer;
using testing::ElementsAre;
using testing::Optional;

namespace {

TEST(BroadcastShapesTest, ScalarTakesAnyShape) {
  EXPECT_THAT(broadcastShapes({}, {}), Optional(ElementsAre()));
  EXPECT_THAT(broadcastShapes({}, {2, 3}), Optional(ElementsAre(2, 3)));
  EXPECT_THAT(broadcastShapes({2, 3}, {}), Optional(ElementsAre(2, 3)));
}

TEST(BroadcastShapesTest, AlignsLastDimensions) {
  EXPECT_THAT(broadcastShapes({4, 2, 3}, {2, 3}),
              Optional(ElementsAre(4, 2, 3)));
  EXPECT_EQ(broadcastShapes({2, 3, 4}, {2, 3}), std::nullopt);
}

TEST(BroadcastShapesTest, RepeatsOnesOfBothSides) {
  EXPECT_THAT(broadcastShapes({2, 1}, {1, 3}), Optional(ElementsAre(2, 3)));
  EXPECT_THAT(broadcastShapes({1}, {5, 1, 1}), Optional(ElementsAre(5, 1, 1)));
}

// A dimension of 1 is repeated no times where it meets one of 0.
TEST(BroadcastShapesTest, OneBecomesZero) {
  EXPECT_THAT(broadcastShapes({1}, {0}), Optional(ElementsAre(0)));
  EXPECT_EQ(broadcastShapes({2}, {0}), std::nullopt);
}

class BoundedSizeTest : public testing::Test {
protected:
  MLIRContext context;
  Type f32 = Float32Type::get(&context);
};

TEST_F(BoundedSizeTest, CountsBytes) {
  constexpr int64_t limit = int64_t(1) << 61;
  EXPECT_TRUE(hasBoundedSize({limit - 1}, f32));
  EXPECT_FALSE(hasBoundedSize({limit}, f32));
  EXPECT_TRUE(hasBoundedSize({limit}, Float16Type::get(&context)));
  EXPECT_TRUE(hasBoundedSize({std::numeric_limits<int64_t>::max()},
                             IntegerType::get(&context, 1)));
}

TEST_F(BoundedSizeTest, CountsZerosAsOnes) {
  constexpr int64_t large = int64_t(1) << 32;
  EXPECT_TRUE(hasBoundedSize({0, large}, f32));
  EXPECT_FALSE(hasBoundedSize({0, large, large}, f32));
  EXPECT_FALSE(hasBoundedSize({large, large, 0}, f32));
}

} // namespace
