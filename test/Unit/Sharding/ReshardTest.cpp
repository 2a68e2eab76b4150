// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Known right answers, each named after what it shows.

#include "partita/Sharding/Reshard.h"

#include "Sharding/ShardingTesting.h"

#include "gmock/gmock.h"

using namespace partita::sharding;
using testing::Each;
using testing::Field;
using testing::IsEmpty;

namespace {

class ReshardTest : public testing::Test {
protected:
  Plan plan(llvm::StringRef mesh, llvm::ArrayRef<int64_t> shape,
            llvm::StringRef from, llvm::StringRef to,
            int64_t elementBytes = 1) {
    grid = getMesh(mesh);
    ReshardProblem problem = {{shape.begin(), shape.end()},
                              elementBytes,
                              getLayout(grid, from),
                              getLayout(grid, to)};
    return llvm::cantFail(planReshard(grid, problem, &cache));
  }
  std::string steps(llvm::StringRef mesh, llvm::ArrayRef<int64_t> shape,
                    llvm::StringRef from, llvm::StringRef to) {
    return plan(mesh, shape, from, to).str(grid);
  }
  std::string getError(llvm::ArrayRef<int64_t> shape, llvm::StringRef from,
                       llvm::StringRef to) {
    grid = getMesh("a=2,b=4,c=3");
    ReshardProblem problem = {{shape.begin(), shape.end()},
                              4,
                              getLayout(grid, from),
                              getLayout(grid, to)};
    return getMessage(planReshard(grid, problem));
  }

  Mesh grid;
  ReshardCache cache;
};

auto isA(Primitive primitive) {
  return Field("primitive", &Step::primitive, primitive);
}

//===----------------------------------------------------------------------===//
// One primitive
//===----------------------------------------------------------------------===//

TEST_F(ReshardTest, NothingIsDoneWhereNothingChanges) {
  EXPECT_THAT(plan("a=2", {8}, R"([{"a"}])", R"([{"a"}])").steps, IsEmpty());
  EXPECT_THAT(plan("a=1", {8}, "[{}]", R"([{"a"}])").steps, IsEmpty());
}

// An oracle: slices only, no communication.
TEST_F(ReshardTest, ReplicatedToSplitIsSlices) {
  Plan slices = plan("a=2,b=4", {8, 16}, "[{}, {}]", R"([{"a"}, {"b"}])");
  EXPECT_EQ(slices.str(grid), "slice 0 {\"a\"} : [{\"a\"}, {}]\n"
                              "slice 1 {\"b\"} : [{\"a\"}, {\"b\"}]\n");
  EXPECT_EQ(slices.bytes, 0);
  EXPECT_EQ(steps("a=2,b=4", {8, 16}, R"([{"b"}, {}])", R"([{"b", "a"}, {}])"),
            "slice 0 {\"a\"} : [{\"b\", \"a\"}, {}]\n");
}

// An oracle: two gathers, or one over both axes.
TEST_F(ReshardTest, SplitToReplicatedIsGathers) {
  Plan gathers = plan("a=2,b=4", {8, 16}, R"([{"a"}, {"b"}])", "[{}, {}]");
  EXPECT_THAT(gathers.steps, Each(isA(Primitive::AllGather)));
  EXPECT_EQ(gathers.steps.size(), 2u);
  EXPECT_EQ(gathers.bytes, 8 * 16 - 16);
  EXPECT_EQ(steps("a=2,b=4", {8, 16}, R"([{"a", "b"}, {}])", "[{}, {}]"),
            "all_gather 0 {\"a\", \"b\"} : [{}, {}]\n");
}

// An oracle.
TEST_F(ReshardTest, PartialToSplitIsOneReduceScatter) {
  EXPECT_EQ(steps("a=4", {8}, R"([{}] partial={"a"})", R"([{"a"}])"),
            "reduce_scatter 0 {\"a\"} : [{\"a\"}]\n");
}

TEST_F(ReshardTest, PartialToReplicatedIsOneAllReduce) {
  EXPECT_EQ(steps("a=4,b=2", {8, 8}, R"([{"b"}, {}] partial={"a":max})",
                  R"([{"b"}, {}])"),
            "all_reduce {\"a\"} : [{\"b\"}, {}]\n");
  EXPECT_EQ(steps("a=4,b=2", {8}, R"([{}] partial={"a", "b"})", "[{}]"),
            "all_reduce {\"a\", \"b\"} : [{}]\n");
}

// An oracle: one all-to-all over both axes.
TEST_F(ReshardTest, SplitByTwoAxesMovesToAnotherDimensionAtOnce) {
  EXPECT_EQ(
      steps("a=2,b=4", {8, 16}, R"([{"a", "b"}, {}])", R"([{}, {"a", "b"}])"),
      "all_to_all 0 -> 1 {\"a\", \"b\"} : [{}, {\"a\", \"b\"}]\n");
  EXPECT_EQ(
      steps("a=2,b=4", {8, 16}, R"([{"a", "b"}, {}])", R"([{}, {"b", "a"}])"),
      "all_to_all 0 -> 1 {\"a\", \"b\"} as {\"b\", \"a\"} : "
      "[{}, {\"b\", \"a\"}]\n");
}

// An oracle.
TEST_F(ReshardTest, AxesInAnotherOrderAreOnePermute) {
  EXPECT_EQ(
      steps("a=2,b=4", {8, 16}, R"([{"a", "b"}, {}])", R"([{"b", "a"}, {}])"),
      "permute {\"a\", \"b\"} as {\"b\", \"a\"} : [{\"b\", \"a\"}, {}]\n");
}

// An oracle.
TEST_F(ReshardTest, AnotherAxisOfTheSameSizeIsOnePermute) {
  EXPECT_EQ(steps("a=4,b=4", {8, 16}, R"([{"a"}, {}])", R"([{"b"}, {}])"),
            "permute {\"a\", \"b\"} as {\"b\", \"a\"} : [{\"b\"}, {}]\n");
  EXPECT_EQ(
      steps("a=4,b=4", {8}, R"([{}] partial={"a"})", R"([{}] partial={"b"})"),
      "permute {\"a\", \"b\"} as {\"b\", \"a\"} : [{}] partial={\"b\"}\n");
}

//===----------------------------------------------------------------------===//
// Several
//===----------------------------------------------------------------------===//

// An oracle: no full gather. XLA gathers all of it.
TEST_F(ReshardTest, AxesGatherInOneDimensionByAllToAlls) {
  Plan moves = plan("x=4,y=2", {8, 8, 8}, R"([{"y"}, {}, {"x"}])",
                    R"([{}, {"x", "y"}, {}])");
  EXPECT_THAT(moves.steps, Each(isA(Primitive::AllToAll)));
  EXPECT_EQ(moves.str(grid),
            "all_to_all 2 -> 1 {\"x\"} : [{\"y\"}, {\"x\"}, {}]\n"
            "all_to_all 0 -> 1 {\"y\"} : [{}, {\"x\", \"y\"}, {}]\n");
  // Three quarters and a half of what a device holds.
  EXPECT_EQ(moves.bytes, 48 + 32);
}

// An oracle: where axes are of one size it is one permute.
TEST_F(ReshardTest, TransposedMeshIsOnePermute) {
  EXPECT_EQ(steps("a=4,b=4", {8, 16}, R"([{"a"}, {"b"}])", R"([{"b"}, {"a"}])"),
            "permute {\"a\", \"b\"} as {\"b\", \"a\"} : [{\"b\"}, {\"a\"}]\n");
}

// An oracle: elsewhere an all-to-all, and never a full gather.
TEST_F(ReshardTest, TransposedMeshOfOtherSizesMovesAPartOfAnAxis) {
  Plan moves =
      plan("a=2,b=4", {8, 16}, R"([{"a"}, {"b"}])", R"([{"b"}, {"a"}])");
  EXPECT_EQ(moves.str(grid),
            "all_to_all 1 -> 0 {\"b\":(2)2} : "
            "[{\"a\", \"b\":(2)2}, {\"b\":(1)2}]\n"
            "permute {\"a\", \"b\":(1)2} as {\"b\":(1)2, \"a\"} : "
            "[{\"b\"}, {\"a\"}]\n");
  EXPECT_EQ(moves.bytes, 8 + 16);
}

// To larger blocks on other devices: blocks are cut to the size of the target's
// first, so that only what is needed moves.
TEST_F(ReshardTest, SlicesBeforeItPermutes) {
  Plan moves = plan("a=2,b=4", {8}, R"([{"a"}])", R"([{"b"}])", 4);
  EXPECT_EQ(moves.str(grid),
            "slice 0 {\"b\":(2)2} : [{\"a\", \"b\":(2)2}]\n"
            "permute {\"a\", \"b\":(1)2} as {\"b\":(1)2, \"a\"} : [{\"b\"}]\n");
  EXPECT_EQ(moves.bytes, 2 * 4);
}

// Halves of an axis are axes.
TEST_F(ReshardTest, PartsOfAnAxisMoveAlone) {
  EXPECT_EQ(
      steps("x=8", {8, 8}, R"([{"x"}, {}])", R"([{"x":(1)2}, {"x":(2)4}])"),
      "all_to_all 0 -> 1 {\"x\":(2)4} : [{\"x\":(1)2}, {\"x\":(2)4}]\n");
  EXPECT_EQ(steps("x=8", {8, 8}, R"([{"x"}, {}])", R"([{"x":(1)2}, {}])"),
            "all_gather 0 {\"x\":(2)4} : [{\"x\":(1)2}, {}]\n");
}

TEST_F(ReshardTest, KeepsContributionsThatTheTargetHas) {
  EXPECT_EQ(steps("a=2,b=2", {8}, R"([{}] partial={"a", "b"})",
                  R"([{"b"}] partial={"a"})"),
            "reduce_scatter 0 {\"b\"} : [{\"b\"}] partial={\"a\"}\n");
}

// Where other devices hold the same, they can share the work: an all-reduce of
// 4 would move 24 of 16 bytes, this moves 1 * 16 / 8 * (4 + 8 - 2).
TEST_F(ReshardTest, DevicesThatHoldTheSameShareAReduction) {
  Plan moves = plan("a=4,b=2", {4, 4}, R"([{}, {}] partial={"a"})", "[{}, {}]");
  EXPECT_EQ(moves.bytes, 20);
  EXPECT_EQ(moves.steps.size(), 3u);
  EXPECT_EQ(moves.steps[0].primitive, Primitive::Slice);
}

// Links that differ make a reduction hierarchical: only a quarter of the bytes
// goes over the slow one.
TEST_F(ReshardTest, SlowLinksCarryLess) {
  grid = llvm::cantFail(
      Mesh::get({{"node", 2, 1.0e10, 1.0e-5}, {"gpu", 4, 1.0e12, 1.0e-6}}));
  ReshardProblem problem = {
      {1024, 1024},
      4,
      getLayout(grid, R"([{}, {}] partial={"gpu", "node"})"),
      getLayout(grid, "[{}, {}]")};
  Plan moves = llvm::cantFail(planReshard(grid, problem));
  ASSERT_EQ(moves.steps.size(), 3u);
  EXPECT_EQ(moves.steps[0].primitive, Primitive::ReduceScatter);
  EXPECT_EQ(str(grid, moves.steps[0].parts), R"({"gpu"})");
  EXPECT_EQ(moves.steps[1].primitive, Primitive::AllReduce);
  EXPECT_EQ(str(grid, moves.steps[1].parts), R"({"node"})");
  EXPECT_EQ(moves.steps[2].primitive, Primitive::AllGather);
  // As many bytes as one all_reduce of both.
  EXPECT_EQ(moves.bytes, 2 * 7 * 1024 * 1024 * 4 / 8);
  EXPECT_DOUBLE_EQ(moves.steps[1].seconds, 1.0e-5 + 1024 * 1024 / 1.0e10);
}

// As in the tensors of real models: 4096 devices, and more bytes than 2^32.
TEST_F(ReshardTest, LargeMeshesAndTensorsAreAsEasy) {
  Plan moves =
      plan("data=512,tensor=8", {4096, 8192, 16384},
           R"([{"data"}, {}, {"tensor"}])", R"([{"data"}, {"tensor"}, {}])", 2);
  EXPECT_EQ(moves.str(grid), "all_to_all 2 -> 1 {\"tensor\"} : "
                             "[{\"data\"}, {\"tensor\"}, {}]\n");
  EXPECT_EQ(moves.bytes, int64_t(4096) * 8192 * 16384 * 2 / 4096 * 7 / 8);
}

// Some dimension has room for half of an axis only.
TEST_F(ReshardTest, SmallDimensionsTakePartsOfAxes) {
  Plan moves =
      plan("a=4,b=2,c=2", {4, 8, 2}, R"([{"b"}, {}, {}] partial={"c"})",
           R"([{}, {"b", "a"}, {}] partial={"c"})");
  EXPECT_EQ(moves.bytes, 10);
}

TEST_F(ReshardTest, EmptyTensorsMoveNothing) {
  Plan moves =
      plan("a=2,b=4", {0, 8}, R"([{"a"}, {"b"}])", R"([{"b"}, {"a"}])");
  EXPECT_EQ(moves.bytes, 0);
}

//===----------------------------------------------------------------------===//
// Errors and the cache
//===----------------------------------------------------------------------===//

TEST_F(ReshardTest, RejectsWhatIsNoReshard) {
  EXPECT_EQ(getError({8}, "[{}, {}]", R"([{"a"}])"),
            "expected layouts of 1 dimensions, got [{}, {}]");
  EXPECT_EQ(getError({8}, "[{}]", "[]"),
            "expected layouts of 1 dimensions, got []");
  EXPECT_EQ(getError({8, 6}, "[{}, {}]", R"([{"a"}, {"b"}])"),
            "expected dimension 1 of size 6 to be split evenly, got "
            R"([{"a"}, {"b"}])");
  EXPECT_EQ(getError({-8}, "[{}]", "[{}]"),
            "expected dimension 0 of size -8 to be split evenly, got [{}]");
  EXPECT_EQ(getError({int64_t(1) << 54}, "[{}]", "[{}]"),
            "expected a tensor of at most 2^55 bytes");
  EXPECT_EQ(getError({int64_t(1) << 54, 0, int64_t(1) << 54}, "[{}, {}, {}]",
                     "[{}, {}, {}]"),
            "expected a tensor of at most 2^55 bytes");
}

// There are no primitives that make contributions.
TEST_F(ReshardTest, RejectsContributionsFromNowhere) {
  EXPECT_EQ(
      getError({8}, "[{}]", R"([{}] partial={"a"})"),
      "expected contributions that can be made of those of [{}], got [{}] "
      R"(partial={"a"})");
  EXPECT_EQ(getError({8}, R"([{}] partial={"a"})", R"([{}] partial={"c"})"),
            "expected contributions that can be made of those of [{}] "
            R"(partial={"a"}, got [{}] partial={"c"})");
  EXPECT_EQ(getError({8}, R"([{}] partial={"a"})", R"([{}] partial={"a":max})"),
            "expected contributions that can be made of those of [{}] "
            R"(partial={"a"}, got [{}] partial={"a":max})");
}

// One search for problems that differ in names and in the order of axes.
TEST_F(ReshardTest, SearchesOnceForEachProblem) {
  EXPECT_EQ(steps("a=2,b=4", {8, 16}, R"([{"a"}, {}])", R"([{}, {"a"}])"),
            "all_to_all 0 -> 1 {\"a\"} : [{}, {\"a\"}]\n");
  EXPECT_EQ(cache.getNumPlans(), 1u);
  EXPECT_EQ(
      steps("y=4,one=1,x=2", {8, 16}, R"([{"x"}, {"one"}])", R"([{}, {"x"}])"),
      "all_to_all 0 -> 1 {\"x\"} : [{}, {\"x\"}]\n");
  EXPECT_EQ(cache.getNumPlans(), 1u);
  EXPECT_EQ(cache.getNumLookups(), 2u);
  // Another shape, another axis, another element.
  plan("a=2,b=4", {8, 32}, R"([{"a"}, {}])", R"([{}, {"a"}])");
  plan("a=2,b=4", {8, 16}, R"([{"b"}, {}])", R"([{}, {"b"}])");
  plan("a=2,b=4", {8, 16}, R"([{"a"}, {}])", R"([{}, {"a"}])", 2);
  EXPECT_EQ(cache.getNumPlans(), 4u);
}

// Names are given back where partial parts are in another order.
TEST_F(ReshardTest, RestoresNamesOfPartialAxes) {
  for (llvm::StringRef mesh : {"a=2,b=4,c=2", "c=2,b=4,a=2", "b=4,c=2,a=2"}) {
    Plan moves =
        plan(mesh, {64}, R"([{"c"}] partial={"a", "b"})", R"([{"c"}])");
    ASSERT_EQ(moves.steps.size(), 1u);
    EXPECT_EQ(moves.steps[0].primitive, Primitive::AllReduce);
    EXPECT_EQ(moves.steps[0].layout, getLayout(grid, R"([{"c"}])"));
  }
  EXPECT_EQ(cache.getNumPlans(), 1u);
}

} // namespace
