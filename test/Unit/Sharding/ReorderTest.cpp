// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "partita/Sharding/Reorder.h"

#include "Sharding/ShardingTesting.h"
#include "Sharding/SimulatedDevices.h"

using namespace partita::sharding;

namespace {

std::string reorder(llvm::StringRef mesh, llvm::StringRef from,
                    llvm::StringRef to) {
  Mesh grid = getMesh(mesh);
  Layout source = getLayout(grid, from), target = getLayout(grid, to);
  EXPECT_TRUE(arePermutations(source, target));
  Reorder result = getReorder(grid, source, target);
  return str(grid, result.from) + " to " + str(grid, result.to);
}

TEST(ReorderTest, SwapsAxes) {
  EXPECT_EQ(reorder("a=2,b=2", R"([{"a"}, {"b"}])", R"([{"b"}, {"a"}])"),
            R"({"a", "b"} to {"b", "a"})");
  EXPECT_EQ(reorder("a=2,b=3", R"([{"a", "b"}])", R"([{"b", "a"}])"),
            R"({"a", "b"} to {"b", "a"})");
}

// Device (i, i) keeps its part; and no device sends along `c`.
TEST(ReorderTest, KeepsWhatItCan) {
  EXPECT_EQ(reorder("a=2,b=2,c=2", R"([{"a"}])", R"([{"b"}])"),
            R"({"a", "b"} to {"b", "a"})");
  EXPECT_EQ(reorder("a=2,b=2,c=2", R"([{"a"}, {"c"}])", R"([{"b"}, {"c"}])"),
            R"({"a", "b"} to {"b", "a"})");
  EXPECT_EQ(reorder("a=2,b=2,c=2", R"([{"a", "c"}])", R"([{"c", "b"}])"),
            R"({"a", "c", "b"} to {"c", "b", "a"})");
}

TEST(ReorderTest, MovesContributions) {
  EXPECT_EQ(reorder("a=2,b=2", R"([{"a"}] partial={"b"})",
                    R"([{"b"}] partial={"a"})"),
            R"({"a", "b"} to {"b", "a"})");
}

// Only the halves that differ are exchanged.
TEST(ReorderTest, CutsAxes) {
  EXPECT_EQ(reorder("a=2,b=4", R"([{"a", "b":(2)2}, {"b":(1)2}])",
                    R"([{"b"}, {"a"}])"),
            R"({"a", "b":(1)2} to {"b":(1)2, "a"})");
}

TEST(ReorderTest, KnowsWhatIsNoPermutation) {
  Mesh grid = getMesh("a=2,b=4");
  auto check = [&](llvm::StringRef from, llvm::StringRef to) {
    return arePermutations(getLayout(grid, from), getLayout(grid, to));
  };
  EXPECT_FALSE(check(R"([{"a"}])", R"([{"b"}])"));
  EXPECT_FALSE(check(R"([{"a"}, {}])", R"([{}, {"a"}])"));
  EXPECT_FALSE(check(R"([{}] partial={"a"})", R"([{}])"));
  EXPECT_FALSE(check("[{}]", "[{}, {}]"));
  EXPECT_TRUE(check(R"([{"a"}])", R"([{"b":(2)2}])"));
}

/// A layout with the block counts of `counts`, and then contributions, over
/// parts taken from `parts`, whose order is a permutation.
Layout takeLayout(const Mesh &mesh, llvm::ArrayRef<AxisPart> parts,
                  llvm::ArrayRef<unsigned> counts) {
  llvm::SmallVector<AxisParts, 4> dims;
  for (unsigned count : counts) {
    dims.emplace_back(parts.take_front(count));
    parts = parts.drop_front(count);
  }
  AxisParts partial = dims.pop_back_val();
  return llvm::cantFail(Layout::get(mesh, dims, partial));
}

// All orders of the digits of a mesh against each other, as one step that must
// be right on every device: also where the axis of 6 is cut in two ways.
TEST(ReorderTest, IsRightForAllOrders) {
  Mesh mesh = getMesh("a=2,b=6,c=2");
  AxisParts digits[] = {
      {{0, 1, 2}, {1, 1, 2}, {1, 2, 3}, {2, 1, 2}},
      {{0, 1, 2}, {1, 1, 3}, {1, 3, 2}, {2, 1, 2}},
  };
  std::vector<Layout> layouts;
  for (AxisParts parts : digits) {
    llvm::sort(parts);
    do
      for (const llvm::SmallVector<unsigned, 3> &counts :
           {llvm::SmallVector<unsigned, 3>{2, 1, 0}, {1, 1, 1}, {2, 0, 1}})
        layouts.push_back(takeLayout(mesh, parts, counts));
    while (std::next_permutation(parts.begin(), parts.end()));
  }
  const int64_t shape[] = {12, 12};
  unsigned numTested = 0;
  for (const Layout &from : layouts)
    for (const Layout &to : layouts) {
      if (!arePermutations(from, to))
        continue;
      Reorder result = getReorder(mesh, from, to);
      Step step;
      step.primitive = Primitive::Permute;
      step.parts = result.from;
      step.toParts = result.to;
      SimulatedDevices devices(mesh, shape, from);
      devices.apply(step);
      ASSERT_EQ(devices.check(to), "")
          << from.str(mesh) << " to " << to.str(mesh);
      EXPECT_EQ(result.isIdentity(), from == to);
      ++numTested;
    }
  EXPECT_GT(numTested, 1000u);
}

} // namespace
