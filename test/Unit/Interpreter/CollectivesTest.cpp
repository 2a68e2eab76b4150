// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "partita/Interpreter/Kernels/Collectives.h"

#include "TensorTesting.h"

#include <limits>

using namespace partita;
using namespace partita::interp;
using testing::ElementsAre;

namespace {

constexpr double inf = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

// The list's order is the order of the sum: 2^24 + 1 is 2^24 in f32.
TEST(CollectivesTest, SumsInTheOrderOfTheList) {
  HostTensor big = floats({}, {1 << 24}), one = floats({}, {1});
  EXPECT_THAT(values(combine(Combiner::Sum, {big, one, one})),
              ElementsAre(1 << 24));
  EXPECT_THAT(values(combine(Combiner::Sum, {one, one, big})),
              ElementsAre((1 << 24) + 2));
}

TEST(CollectivesTest, WrapsSumsOfIntegers) {
  HostTensor most = ids({2}, {std::numeric_limits<int32_t>::max(), 3});
  EXPECT_THAT(values(combine(Combiner::Sum, {most, ids({2}, {1, 4})})),
              ElementsAre(std::numeric_limits<int32_t>::min(), 7));
}

TEST(CollectivesTest, SelectsFloats) {
  for (ElementKind kind : computeKinds) {
    HostTensor x = floats(kind, {3}, {1, nan, -2});
    HostTensor y = floats(kind, {3}, {0, 1, -inf});
    EXPECT_THAT(values(combine(Combiner::Max, {x, y})),
                ElementsAre(1, testing::IsNan(), -2));
    EXPECT_THAT(values(combine(Combiner::Min, {x, y})),
                ElementsAre(0, testing::IsNan(), -inf));
  }
}

// Integers have a sign; any byte of a mask but 0 is true.
TEST(CollectivesTest, SelectsIntegers) {
  HostTensor x = ids({2}, {-1, 5}), y = ids({2}, {0, -7}), z = ids({2}, {3, 1});
  EXPECT_THAT(values(combine(Combiner::Max, {x, y, z})), ElementsAre(3, 5));
  EXPECT_THAT(values(combine(Combiner::Min, {x, y, z})), ElementsAre(-1, -7));
  HostTensor masks[] = {mask({3}, {0, 2, 0}), mask({3}, {0, 1, 4})};
  EXPECT_THAT(combine(Combiner::Max, masks), HasBitsOf(mask({3}, {0, 1, 1})));
  EXPECT_THAT(combine(Combiner::Min, masks), HasBitsOf(mask({3}, {0, 1, 0})));
}

// The formula, where it would overflow, and where a device has nothing.
TEST(CollectivesTest, CombinesLogSumExp) {
  for (ElementKind kind : computeKinds) {
    HostTensor x = floats(kind, {5}, {1, 1000, -inf, -inf, inf});
    HostTensor y = floats(kind, {5}, {2, 1000, 3, -inf, 0});
    EXPECT_THAT(combine(Combiner::LogSumExp, {x, y}),
                IsCloseTo(floats(kind, {5},
                                 {std::log(std::exp(1) + std::exp(2)),
                                  1000 + std::log(2), 3, -inf, inf}),
                          toleranceOf(kind)));
  }
}

// One tensor is what it was, to the bit, whatever the combiner.
TEST(CollectivesTest, KeepsASingleTensor) {
  HostTensor x = randomFloats(ElementKind::F32, "x", {3, 5});
  for (Combiner combiner :
       {Combiner::Sum, Combiner::Max, Combiner::Min, Combiner::LogSumExp})
    EXPECT_THAT(combine(combiner, {x}), HasBitsOf(x));
}

// A dimension of 5 in 3 blocks of 2: the last one is half full. In 4 blocks of
// 2 the last one is empty.
TEST(CollectivesTest, TakesBlocks) {
  HostTensor x = ids({5}, {1, 2, 3, 4, 5});
  EXPECT_THAT(takeBlock(x, 0, 1, 2), HasBitsOf(ids({2}, {3, 4})));
  EXPECT_THAT(takeBlock(x, 0, 2, 2), HasBitsOf(ids({2}, {5, 0})));
  EXPECT_THAT(takeBlock(x, 0, 3, 2), HasBitsOf(ids({2}, {0, 0})));
  HostTensor y = ids({2, 3}, {1, 2, 3, 4, 5, 6});
  EXPECT_THAT(takeBlock(y, 1, 1, 2), HasBitsOf(ids({2, 2}, {3, 0, 6, 0})));
}

// Joining is the inverse, along every dimension and for every count.
TEST(CollectivesTest, JoinsBlocks) {
  HostTensor x = randomFloats(ElementKind::F32, "x", {5, 4, 3});
  for (unsigned dim : {0, 1, 2})
    for (int64_t count : {1, 2, 3, 4, 7}) {
      int64_t size = (x.getDim(dim) + count - 1) / count;
      llvm::SmallVector<HostTensor> blocks;
      for (int64_t index = 0; index != count; ++index)
        blocks.push_back(takeBlock(x, dim, index, size));
      EXPECT_THAT(joinBlocks(blocks, dim, x.getDim(dim)), HasBitsOf(x));
    }
}

} // namespace
