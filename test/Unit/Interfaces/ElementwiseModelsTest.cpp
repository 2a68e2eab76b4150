// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "partita/Interfaces/ElementwiseModels.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace partita;
using testing::ElementsAre;
using testing::IsEmpty;

namespace {

TEST(FactorNamesTest, LeadingDimensions) {
  EXPECT_THAT(leadingDimNames(0), IsEmpty());
  EXPECT_THAT(leadingDimNames(2), ElementsAre("b", "s"));
  EXPECT_THAT(leadingDimNames(5), ElementsAre("b", "s", "h", "i3", "i4"));
}

TEST(FactorNamesTest, AllDimensions) {
  EXPECT_THAT(dimNames(0), IsEmpty());
  EXPECT_THAT(dimNames(1), ElementsAre("d"));
  EXPECT_THAT(dimNames(4), ElementsAre("b", "s", "h", "d"));
}

// Shapes are aligned at their ends; a dimension is repeated where sizes differ.
TEST(FactorNamesTest, Broadcast) {
  FactorNames names = dimNames(3);
  EXPECT_THAT(broadcastDimNames(names, {2, 1, 64}, {2, 16, 64}),
              ElementsAre("b", "", "d"));
  EXPECT_THAT(broadcastDimNames(names, {64}, {2, 16, 64}), ElementsAre("d"));
  EXPECT_THAT(broadcastDimNames(names, {}, {2, 16, 64}), IsEmpty());
  EXPECT_THAT(broadcastDimNames(names, {1, 1, 1}, {1, 1, 64}),
              ElementsAre("b", "s", ""));
}

// One count for each element of the result, however often operands repeat.
TEST(ElementwiseWorkTest, CountsTheResult) {
  TensorShape row{{16}, 32}, matrix{{2, 16}, 32};
  Work work = elementwiseWork({row, matrix}, {matrix}, 3);
  EXPECT_EQ(work.matrixFlops, 0);
  EXPECT_EQ(work.vectorFlops, 96);
  EXPECT_EQ(work.bytesRead, 64 + 128);
  EXPECT_EQ(work.bytesWritten, 128);
}

} // namespace
