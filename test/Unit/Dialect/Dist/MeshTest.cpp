// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Dialect/Dist/DistTesting.h"

#include "gmock/gmock.h"

using namespace mlir;
using namespace partita;
using namespace partita::dist;
using testing::ElementsAre;

namespace {

using MeshTest = DistTest;

TEST_F(MeshTest, CountsDevices) {
  EXPECT_EQ(mesh("[]").getDeviceCount(), 1);
  EXPECT_EQ(mesh(R"(["x"=2, "y"=3, "z"=4])").getDeviceCount(), 24);
  EXPECT_EQ(mesh(R"(["x"=2147483647])").getDeviceCount(), 2147483647);
}

TEST_F(MeshTest, KnowsSizesOfAxesAndParts) {
  MeshAttr attribute = mesh(R"(["x"=2, "y"=12])");
  EXPECT_EQ(attribute.getAxisSize("y"), 12);
  EXPECT_EQ(attribute.getAxisSize("z"), std::nullopt);
  EXPECT_EQ(attribute.getSize(parts("{}")), 1);
  EXPECT_EQ(attribute.getSize(parts(R"({"y"})")), 12);
  EXPECT_EQ(attribute.getSize(parts(R"({"y":(2)3, "x"})")), 6);
}

// Row by row: the last axis varies fastest. The first of a list is the most
// significant, whatever its place in the mesh.
TEST_F(MeshTest, NumbersDevicesRowByRow) {
  MeshAttr attribute = mesh(R"(["x"=2, "y"=3])");
  auto indices = [&](StringRef axes) {
    SmallVector<int64_t> result;
    for (int64_t device = 0; device < 6; ++device)
      result.push_back(attribute.getIndex(device, parts(axes)));
    return result;
  };
  EXPECT_THAT(indices(R"({"x"})"), ElementsAre(0, 0, 0, 1, 1, 1));
  EXPECT_THAT(indices(R"({"y"})"), ElementsAre(0, 1, 2, 0, 1, 2));
  EXPECT_THAT(indices(R"({"x", "y"})"), ElementsAre(0, 1, 2, 3, 4, 5));
  EXPECT_THAT(indices(R"({"y", "x"})"), ElementsAre(0, 2, 4, 1, 3, 5));
  EXPECT_THAT(indices("{}"), ElementsAre(0, 0, 0, 0, 0, 0));
}

// The parts of an axis are the digits of its coordinate.
TEST_F(MeshTest, TakesCoordinatesApart) {
  MeshAttr attribute = mesh(R"(["x"=12])");
  for (int64_t device = 0; device < 12; ++device) {
    EXPECT_EQ(attribute.getIndex(device, parts(R"({"x":(1)2})")), device / 6);
    EXPECT_EQ(attribute.getIndex(device, parts(R"({"x":(2)3})")),
              device / 2 % 3);
    EXPECT_EQ(attribute.getIndex(device, parts(R"({"x":(6)2})")), device % 2);
    EXPECT_EQ(attribute.getIndex(device, parts(R"({"x":(3)4})")), device % 4);
  }
}

// Within its group, a device is the one with its index; and nothing else about
// it changes.
TEST_F(MeshTest, FindsDevicesOfAGroup) {
  MeshAttr attribute = mesh(R"(["x"=2, "y"=6, "z"=2])");
  SmallVector<AxisPartAttr> group = parts(R"({"z", "y":(2)3})");
  SmallVector<AxisPartAttr> others = parts(R"({"x", "y":(1)2})");
  for (int64_t device = 0; device < 24; ++device) {
    EXPECT_EQ(
        attribute.getDevice(device, group, attribute.getIndex(device, group)),
        device);
    for (int64_t index = 0; index < 6; ++index) {
      int64_t member = attribute.getDevice(device, group, index);
      EXPECT_EQ(attribute.getIndex(member, group), index);
      EXPECT_EQ(attribute.getIndex(member, others),
                attribute.getIndex(device, others));
    }
  }
}

TEST_F(MeshTest, WritesPartsInOneWay) {
  MeshAttr attribute = mesh(R"(["x"=4, "y"=6])");
  auto canonical = [&](StringRef axes) {
    return SmallVector<AxisPartAttr>(attribute.getCanonical(parts(axes)));
  };
  EXPECT_EQ(canonical(R"({"x":(1)2, "x":(2)2})"), parts(R"({"x"})"));
  EXPECT_EQ(canonical(R"({"y":(1)6, "x":(2)2})"), parts(R"({"y", "x":(2)2})"));
  EXPECT_EQ(canonical(R"({"y":(2)3, "y":(1)2})"),
            parts(R"({"y":(2)3, "y":(1)2})"));
}

} // namespace
