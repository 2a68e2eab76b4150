// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "partita/Sharding/Bridge.h"

#include "Dialect/Dist/DistTesting.h"
#include "Sharding/ShardingTesting.h"

using namespace mlir;
using namespace partita;
using namespace partita::dist;
using namespace partita::sharding;

namespace {

using BridgeTest = DistTest;

TEST_F(BridgeTest, TakesMeshesWithTheirLinks) {
  Mesh taken = toMesh(
      mesh(R"(["x y"=2 <bandwidth = 5.0e10, latency = 1.0e-5>, "z"=1])"));
  ASSERT_EQ(taken.getNumAxes(), 2u);
  EXPECT_EQ(taken.getAxis(0).name, "x y");
  EXPECT_EQ(taken.getAxis(0).size, 2);
  EXPECT_EQ(taken.getAxis(0).bandwidth, 5.0e10);
  EXPECT_EQ(taken.getAxis(0).latency, 1.0e-5);
  EXPECT_EQ(taken.getAxis(1).bandwidth, Axis().bandwidth);
}

// Openness and priorities say nothing about where things are.
TEST_F(BridgeTest, TakesShardings) {
  Mesh grid = getMesh("x=8,y=2,one=1");
  auto take = [&](StringRef text) {
    return toLayout(grid, sharding(text)).str(grid);
  };
  EXPECT_EQ(take("[]"), "[]");
  EXPECT_EQ(take(R"([{"y", "x":(4)2, ?}p1, {"one"}])"),
            R"([{"y", "x":(4)2}, {}])");
  EXPECT_EQ(take(R"([{"y"}], partial={"x":(1)2:max, "x":(2)4:max})"),
            R"([{"y"}] partial={"x":max})");
}

// Partial axes are sorted by their place in one, and by name in the other.
TEST_F(BridgeTest, GivesBackWhatItTook) {
  Mesh grid = getMesh("z=8,y=2,x=4");
  auto name = FlatSymbolRefAttr::get(&context, "mesh");
  for (StringRef text :
       {"[]", R"([{"y", "z"}, {}])", R"([{"z":(2)2, "y"}, {"z":(1)2}])",
        R"([{"z":(2)2}], partial={"x":min, "y":min, "z":(1)2:min})",
        R"([{}], partial={"x":(1)2, "z"})"})
    EXPECT_EQ(toAttr(name, grid, toLayout(grid, sharding(text))),
              sharding(text));
}

TEST_F(BridgeTest, GivesAxes) {
  Mesh grid = getMesh("x=8,y=2");
  AxisParts taken = toParts(grid, parts(R"({"y", "x":(2)4})"));
  EXPECT_EQ(str(grid, taken), R"({"y", "x":(2)4})");
  EXPECT_EQ(toAttr(&context, grid, taken),
            parse<AxesAttr>(R"(#dist.axes<{"y", "x":(2)4}>)"));
  // Parts that make a whole axis are written as one.
  EXPECT_EQ(toAttr(&context, grid, {{0, 1, 2}, {0, 2, 4}, {1, 1, 1}}),
            parse<AxesAttr>(R"(#dist.axes<{"x"}>)"));
}

} // namespace
