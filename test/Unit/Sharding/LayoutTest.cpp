// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Sharding/ShardingTesting.h"

#include "gmock/gmock.h"

using namespace partita;
using namespace partita::sharding;
using testing::ElementsAre;

namespace {

// One notation for one layout.
TEST(LayoutTest, IsCanonical) {
  Mesh mesh = getMesh("x=8,y=2,z=1");
  auto canonical = [&](llvm::StringRef text) {
    return getLayout(mesh, text).str(mesh);
  };
  EXPECT_EQ(canonical("[]"), "[]");
  EXPECT_EQ(canonical(R"([ {"x":(1)2,"x":(2)4 } , {"z"} ])"), R"([{"x"}, {}])");
  EXPECT_EQ(canonical(R"([{"x":(2)4, "x":(1)2}])"),
            R"([{"x":(2)4, "x":(1)2}])");
  EXPECT_EQ(
      canonical(R"([{}] partial={"y":max, "x":(4)2:max, "x":(2)2 : max})"),
      R"([{}] partial={"x":(2)4:max, "y":max})");
  EXPECT_EQ(canonical(R"([{"y"}] partial = {"x":sum})"),
            R"([{"y"}] partial={"x"})");
  EXPECT_EQ(canonical(R"([{"y"}] partial={"z":max})"), R"([{"y"}])");
}

TEST(LayoutTest, ComparesByMeaning) {
  Mesh mesh = getMesh("x=4,y=2");
  auto layout = [&](llvm::StringRef text) { return getLayout(mesh, text); };
  EXPECT_EQ(layout(R"([{"x":(1)2, "x":(2)2}])"), layout(R"([{"x"}])"));
  EXPECT_EQ(hash_value(layout(R"([{"x":(1)2, "x":(2)2}])")),
            hash_value(layout(R"([{"x"}])")));
  EXPECT_NE(layout(R"([{"x"}, {}])"), layout(R"([{}, {"x"}])"));
  EXPECT_NE(layout(R"([{}] partial={"x"})"), layout(R"([{"x"}])"));
  EXPECT_NE(layout(R"([{}] partial={"x"})"),
            layout(R"([{}] partial={"x":max})"));
  EXPECT_EQ(Layout::getReplicated(2), layout("[{}, {}]"));
}

TEST(LayoutTest, RejectsBrokenText) {
  Mesh mesh = getMesh("x=4,y=2");
  auto message = [&](llvm::StringRef text) {
    return getMessage(Layout::parse(mesh, text));
  };
  EXPECT_EQ(message(""), "expected '[', got the end in layout ''");
  EXPECT_EQ(message("[{}"), "expected ']', got the end in layout '[{}'");
  EXPECT_EQ(message("[{}] x"), "expected the end, got 'x' in layout '[{}] x'");
  EXPECT_EQ(message("[{x}]"), "expected '\"', got 'x}]' in layout '[{x}]'");
  EXPECT_EQ(message(R"([{"z"}])"),
            R"(expected an axis of the mesh, got "z" in layout '[{"z"}]')");
  EXPECT_EQ(message(R"([{"x":(y)2}])"),
            R"(expected a size, got 'y)2}]' in layout '[{"x":(y)2}]')");
  EXPECT_EQ(message(R"([{"x":(1)}])"),
            R"(expected a size, got '}]' in layout '[{"x":(1)}]')");
  EXPECT_EQ(message(R"([{"x":(1)99999999999999999999}])"),
            "expected a size, got '99999999999999999999' in layout "
            R"('[{"x":(1)99999999999999999999}]')");
  EXPECT_EQ(message(R"([] partial={"x":mean})"),
            "expected sum, max, min or log_sum_exp, got 'mean' in layout "
            R"('[] partial={"x":mean}')");
  EXPECT_EQ(message(R"([] partial={"x", "y":max})"),
            "expected one combiner for all partial axes, got sum and max in "
            R"(layout '[] partial={"x", "y":max}')");
}

// Parts of all dimensions and partial ones are parts of one mesh.
TEST(LayoutTest, RejectsPartsThatOverlap) {
  Mesh mesh = getMesh("x=12");
  EXPECT_EQ(getMessage(Layout::parse(mesh, R"([{"x"}, {"x"}])")),
            R"(expected "x" once, got it twice)");
  EXPECT_EQ(
      getMessage(Layout::parse(mesh, R"([{"x":(1)4}] partial={"x":(2)2})")),
      R"(expected parts that do not overlap, got "x":(1)4 and "x":(2)2)");
  EXPECT_EQ(getMessage(Layout::parse(mesh, R"([{"x":(1)2}, {"x":(3)2}])")),
            R"(expected parts that nest, got "x":(1)2 and "x":(3)2)");
}

TEST(LayoutTest, KnowsItsParts) {
  Mesh mesh = getMesh("x=8,y=2");
  Layout layout =
      getLayout(mesh, R"([{"x":(4)2}, {"y"}] partial={"x":(1)2:min})");
  EXPECT_EQ(layout.getRank(), 2u);
  EXPECT_EQ(layout.getCombiner(), Combiner::Min);
  EXPECT_EQ(str(mesh, layout.getParts()), R"({"x":(4)2, "y", "x":(1)2})");
  EXPECT_EQ(str(mesh, layout.getReplicated(mesh)), R"({"x":(2)2})");
  EXPECT_EQ(layout.getNumBlocks(0), 2);
}

// The table at the top of Layout.h.
TEST(LayoutTest, SaysWhatDevicesHold) {
  Mesh mesh = getMesh("x=2,y=4");
  auto offsets = [&](llvm::StringRef text, int64_t i, int64_t j) {
    return getLayout(mesh, text).getOffsets(mesh, {8, 16}, 4 * i + j);
  };
  auto local = [&](llvm::StringRef text) {
    return getLayout(mesh, text).getLocalShape({8, 16});
  };
  EXPECT_THAT(local(R"([{"x"}, {"y"}])"), ElementsAre(4, 4));
  EXPECT_THAT(local(R"([{"y", "x"}, {}])"), ElementsAre(1, 16));
  for (int64_t i = 0; i != 2; ++i)
    for (int64_t j = 0; j != 4; ++j) {
      EXPECT_THAT(offsets(R"([{"x"}, {"y"}])", i, j),
                  ElementsAre(4 * i, 4 * j));
      EXPECT_THAT(offsets(R"([{"x", "y"}, {}])", i, j),
                  ElementsAre(4 * i + j, 0));
      EXPECT_THAT(offsets(R"([{"y", "x"}, {}])", i, j),
                  ElementsAre(2 * j + i, 0));
      EXPECT_THAT(offsets("[{}, {}]", i, j), ElementsAre(0, 0));
      EXPECT_THAT(offsets(R"([{"x"}, {}] partial={"y"})", i, j),
                  ElementsAre(4 * i, 0));
    }
}

// Blocks of 10 over 4 are 3, 3, 3 and 1; of 5 over 4, the last is empty.
TEST(LayoutTest, PadsTheLastBlocks) {
  Mesh mesh = getMesh("x=4");
  Layout layout = getLayout(mesh, R"([{"x"}])");
  EXPECT_THAT(layout.getLocalShape({10}), ElementsAre(3));
  EXPECT_THAT(layout.getOffsets(mesh, {10}, 3), ElementsAre(9));
  EXPECT_THAT(layout.getOffsets(mesh, {5}, 3), ElementsAre(6));
  EXPECT_THAT(layout.getLocalShape({0}), ElementsAre(0));
}

} // namespace
