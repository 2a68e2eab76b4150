// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Sharding/ShardingTesting.h"

#include "gmock/gmock.h"

#include <limits>

using namespace partita::sharding;
using testing::ElementsAre;

namespace {

TEST(MeshTest, ReadsAxes) {
  Mesh mesh = getMesh(" data = 2, tensor=4 ");
  ASSERT_EQ(mesh.getNumAxes(), 2u);
  EXPECT_EQ(mesh.getAxis(0).name, "data");
  EXPECT_EQ(mesh.getAxis(1).size, 4);
  EXPECT_EQ(mesh.getNumDevices(), 8);
  EXPECT_EQ(mesh.findAxis("tensor"), 1u);
  EXPECT_EQ(mesh.findAxis("expert"), std::nullopt);
  EXPECT_EQ(getMesh("").getNumDevices(), 1);
}

TEST(MeshTest, RejectsBrokenText) {
  EXPECT_EQ(getMessage(Mesh::parse("x")),
            "expected an axis as name=size, got 'x'");
  EXPECT_EQ(getMessage(Mesh::parse("x=2,")),
            "expected an axis as name=size, got ''");
  EXPECT_EQ(getMessage(Mesh::parse("x=2y")),
            "expected an axis as name=size, got 'x=2y'");
  EXPECT_EQ(getMessage(Mesh::parse("=2")),
            "expected names of axes that are not empty");
  EXPECT_EQ(getMessage(Mesh::parse("x=0")),
            "expected a positive size of axis 'x', got 0");
  EXPECT_EQ(getMessage(Mesh::parse("x=2,x=2")),
            "expected axes of different names, got 'x' twice");
  EXPECT_EQ(getMessage(Mesh::parse("x=65536,y=32768")),
            "expected fewer than 2^31 devices");
  EXPECT_EQ(getMesh("x=2147483647,y=1").getNumDevices(), 2147483647);
}

TEST(MeshTest, RejectsBrokenLinks) {
  EXPECT_EQ(getMessage(Mesh::get(Axis{"x", 2, 0.0, 0.0})),
            "expected a positive bandwidth of axis 'x'");
  EXPECT_EQ(getMessage(Mesh::get(
                Axis{"x", 2, std::numeric_limits<double>::infinity(), 0.0})),
            "expected a positive bandwidth of axis 'x'");
  EXPECT_EQ(getMessage(Mesh::get(Axis{"x", 2, 1.0, -1.0})),
            "expected a latency of axis 'x' that is not negative");
}

TEST(MeshTest, JoinsParts) {
  AxisPart a{0, 1, 2}, b{0, 2, 3}, one{1, 1, 1};
  EXPECT_THAT(joinParts({a, one, b}), ElementsAre(AxisPart{0, 1, 6}));
  EXPECT_THAT(joinParts({b, a}), ElementsAre(b, a));
  EXPECT_EQ(getSize({a, one, b}), 6);
}

TEST(MeshTest, RejectsPartsThatAreNone) {
  Mesh mesh = getMesh("x=12,y=2");
  auto message = [&](llvm::ArrayRef<AxisPart> parts) {
    return llvm::toString(mesh.verify(parts));
  };
  EXPECT_EQ(message({{0, 2, 3}, {1, 1, 2}, {0, 1, 2}, {0, 6, 2}}), "");
  EXPECT_EQ(message(AxisPart{2, 1, 2}), "expected an axis below 2, got 2");
  EXPECT_EQ(message(AxisPart{0, 1, 5}),
            "expected a part of axis \"x\" of size 12, got \"x\":(1)5");
  EXPECT_EQ(message(AxisPart{0, 4, 6}),
            "expected a part of axis \"x\" of size 12, got \"x\":(4)6");
  EXPECT_EQ(message({{0, 2, 2}, {0, 2, 2}}),
            "expected \"x\":(2)2 once, got it twice");
  EXPECT_EQ(message({{0, 2, 2}, {0, 1, 12}}),
            "expected parts that do not overlap, got \"x\" and \"x\":(2)2");
  EXPECT_EQ(message({{0, 1, 2}, {0, 3, 2}}),
            "expected parts that nest, got \"x\":(1)2 and \"x\":(3)2");
}

TEST(MeshTest, FindsWhatPartsLeaveOver) {
  Mesh mesh = getMesh("x=12,y=2,z=1");
  auto complement = [&](llvm::StringRef text) {
    return str(mesh, mesh.getComplement(getParts(mesh, text)));
  };
  EXPECT_EQ(complement("{}"), R"({"x", "y"})");
  EXPECT_EQ(complement(R"({"x"})"), R"({"y"})");
  EXPECT_EQ(complement(R"({"y", "x":(2)3})"), R"({"x":(1)2, "x":(6)2})");
  EXPECT_EQ(complement(R"({"x":(6)2, "x":(1)2})"), R"({"x":(2)3, "y"})");
}

// As in the table at the top of Mesh.h; and row by row over several axes.
TEST(MeshTest, NumbersDevices) {
  Mesh mesh = getMesh("x=8");
  auto indices = [&](llvm::StringRef text) {
    llvm::SmallVector<int64_t> result;
    for (int64_t device = 0; device != mesh.getNumDevices(); ++device)
      result.push_back(mesh.getIndex(device, getParts(mesh, text)));
    return result;
  };
  EXPECT_THAT(indices(R"({"x":(1)2})"), ElementsAre(0, 0, 0, 0, 1, 1, 1, 1));
  EXPECT_THAT(indices(R"({"x":(2)2})"), ElementsAre(0, 0, 1, 1, 0, 0, 1, 1));
  EXPECT_THAT(indices(R"({"x":(4)2})"), ElementsAre(0, 1, 0, 1, 0, 1, 0, 1));
  EXPECT_THAT(indices(R"({"x":(2)4})"), ElementsAre(0, 1, 2, 3, 0, 1, 2, 3));
  mesh = getMesh("x=2,y=3");
  EXPECT_THAT(indices(R"({"x", "y"})"), ElementsAre(0, 1, 2, 3, 4, 5));
  EXPECT_THAT(indices(R"({"y", "x"})"), ElementsAre(0, 2, 4, 1, 3, 5));
}

TEST(MeshTest, FindsDevicesByIndex) {
  Mesh mesh = getMesh("x=4,y=3,z=2");
  AxisParts parts = getParts(mesh, R"({"y", "x":(2)2})");
  for (int64_t device = 0; device != 24; ++device)
    for (int64_t index = 0; index != 6; ++index) {
      int64_t other = mesh.getDevice(device, parts, index);
      EXPECT_EQ(mesh.getIndex(other, parts), index);
      AxisParts rest = mesh.getComplement(parts);
      EXPECT_EQ(mesh.getIndex(other, rest), mesh.getIndex(device, rest));
    }
}

TEST(MeshTest, ListsGroups) {
  Mesh mesh = getMesh("x=2,y=2,z=2");
  EXPECT_THAT(mesh.getGroups(getParts(mesh, R"({"z", "x"})")),
              ElementsAre(ElementsAre(0, 4, 1, 5), ElementsAre(2, 6, 3, 7)));
  EXPECT_EQ(mesh.getGroups({}).size(), 8u);
}

TEST(MeshTest, PrintsWhatItReads) {
  std::string text;
  llvm::raw_string_ostream os(text);
  getMesh("x=2,y=4").print(os);
  EXPECT_EQ(text, "x=2,y=4");
}

} // namespace
