// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Dialect/Dist/DistTesting.h"

#include "gmock/gmock.h"

using namespace mlir;
using namespace partita;
using namespace partita::dist;
using testing::ElementsAre;

namespace {

class RouteTest : public DistTest {
protected:
  /// The source of each device; the route must be valid on the mesh.
  SmallVector<int64_t> sources(MeshAttr mesh, StringRef text) {
    auto route = parse<RouteAttrInterface>(text);
    EXPECT_TRUE(succeeded(route.verifyOn(
        mesh, [&] { return emitError(UnknownLoc::get(&context)); })));
    SmallVector<int64_t> result;
    for (int64_t device = 0; device < mesh.getDeviceCount(); ++device)
      result.push_back(route.getSource(mesh, device));
    return result;
  }
};

// The value of device 0 arrives at device 1.
TEST_F(RouteTest, ShiftsAhead) {
  EXPECT_THAT(sources(mesh(R"(["x"=4])"), R"(#dist.shift<{"x"} by 1>)"),
              ElementsAre(3, 0, 1, 2));
  EXPECT_THAT(sources(mesh(R"(["x"=4])"), R"(#dist.shift<{"x"} by 3>)"),
              ElementsAre(1, 2, 3, 0));
}

// There is one ring for each coordinate on the other axes.
TEST_F(RouteTest, ShiftsInGroups) {
  MeshAttr grid = mesh(R"(["x"=2, "y"=3])");
  EXPECT_THAT(sources(grid, R"(#dist.shift<{"y"} by 1>)"),
              ElementsAre(2, 0, 1, 5, 3, 4));
  EXPECT_THAT(sources(grid, R"(#dist.shift<{"x"} by 1>)"),
              ElementsAre(3, 4, 5, 0, 1, 2));
  // The ring over y and then x: 0, 3, 1, 4, 2, 5.
  EXPECT_THAT(sources(grid, R"(#dist.shift<{"y", "x"} by 1>)"),
              ElementsAre(5, 3, 4, 0, 1, 2));
}

// A block that is at index i over x, y goes to where index i over y, x is.
TEST_F(RouteTest, Reorders) {
  MeshAttr grid = mesh(R"(["x"=2, "y"=3])");
  EXPECT_THAT(sources(grid, R"(#dist.reorder<{"x", "y"} to {"y", "x"}>)"),
              ElementsAre(0, 2, 4, 1, 3, 5));
  MeshAttr line = mesh(R"(["x"=4])");
  EXPECT_THAT(sources(line, R"(#dist.reorder<{"x"} to {"x":(2)2, "x":(1)2}>)"),
              ElementsAre(0, 2, 1, 3));
}

// What a reorder promises: a tensor split by one list of axes is, after it,
// split by the other. This holds for one dimension over all of the axes, and
// for each of several dimensions where sizes agree.
TEST_F(RouteTest, ReordersBlocks) {
  MeshAttr cube = mesh(R"(["a"=2, "b"=3, "c"=2])");
  StringRef from = R"({"a", "b", "c"})", to = R"({"c", "b", "a"})";
  SmallVector<int64_t> source =
      sources(cube, ("#dist.reorder<" + from + " to " + to + ">").str());
  for (int64_t device = 0; device < 12; ++device) {
    EXPECT_EQ(cube.getIndex(source[device], parts(from)),
              cube.getIndex(device, parts(to)));
    // As [{"a"}, {"b"}, {"c"}] and [{"c"}, {"b"}, {"a"}].
    EXPECT_EQ(cube.getIndex(source[device], parts(R"({"a"})")),
              cube.getIndex(device, parts(R"({"c"})")));
    EXPECT_EQ(cube.getIndex(source[device], parts(R"({"b"})")),
              cube.getIndex(device, parts(R"({"b"})")));
  }
}

// What both lists begin or end with stays, so it need not be written: the
// groups over the rest are moved alike.
TEST_F(RouteTest, DropsCommonEnds) {
  MeshAttr cube = mesh(R"(["a"=2, "b"=3, "c"=2, "d"=2])");
  EXPECT_EQ(
      parse<ReorderAttr>(
          R"(#dist.reorder<{"d", "a", "b", "c"} to {"d", "b", "a", "c"}>)"),
      parse<ReorderAttr>(R"(#dist.reorder<{"a", "b"} to {"b", "a"}>)"));
  SmallVector<int64_t> source =
      sources(cube, R"(#dist.reorder<{"a", "b"} to {"b", "a"}>)");
  for (int64_t device = 0; device < cube.getDeviceCount(); ++device)
    EXPECT_EQ(cube.getIndex(source[device], parts(R"({"d", "a", "b", "c"})")),
              cube.getIndex(device, parts(R"({"d", "b", "a", "c"})")));
}

// Devices in no pair keep their value.
TEST_F(RouteTest, FollowsPairs) {
  EXPECT_THAT(
      sources(mesh(R"(["x"=5])"), "#dist.pairs<[0 -> 2, 2 -> 3, 3 -> 0]>"),
      ElementsAre(3, 1, 0, 2, 4));
}

// Every route is a permutation.
TEST_F(RouteTest, ArePermutations) {
  MeshAttr cube = mesh(R"(["a"=2, "b"=6, "c"=2])");
  for (StringRef route :
       {R"(#dist.shift<{"b":(2)3, "a"} by 4>)",
        R"(#dist.reorder<{"a", "b", "c"} to {"b":(3)2, "c", "b":(1)3, "a"}>)",
        "#dist.pairs<[3 -> 5, 5 -> 4, 4 -> 3, 20 -> 23, 23 -> 20]>"}) {
    SmallVector<int64_t> source = sources(cube, route);
    llvm::sort(source);
    EXPECT_TRUE(llvm::equal(source, llvm::seq<int64_t>(24))) << route.str();
  }
}

TEST_F(RouteTest, KnowsIdentities) {
  for (auto [route, isIdentity] :
       {std::pair(R"(#dist.shift<{"x"} by 0>)", true),
        std::pair(R"(#dist.shift<{"x"} by 1>)", false),
        std::pair(R"(#dist.reorder<{"x", "y"} to {"x", "y"}>)", true),
        std::pair(R"(#dist.reorder<{"x", "y"} to {"y", "x"}>)", false),
        std::pair("#dist.pairs<[]>", true),
        std::pair("#dist.pairs<[1 -> 1]>", true),
        std::pair("#dist.pairs<[0 -> 1, 1 -> 0]>", false)})
    EXPECT_EQ(parse<RouteAttrInterface>(route).isIdentity(), isIdentity)
        << route;
}

} // namespace
