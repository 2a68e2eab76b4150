// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Dialect/Dist/DistTesting.h"

#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Diagnostics.h"

#include "gmock/gmock.h"

using namespace mlir;
using namespace partita;
using namespace partita::dist;
using testing::ElementsAre;

namespace {

class ShardingTest : public DistTest {
protected:
  RankedTensorType tensor(ArrayRef<int64_t> shape) {
    return RankedTensorType::get(shape, Float32Type::get(&context));
  }
};

// A block is as long as the longest: the size divided by the number of blocks,
// rounded up.
TEST_F(ShardingTest, GivesLocalTypes) {
  MeshAttr grid = mesh(R"(["x"=2, "y"=12])");
  auto local = [&](StringRef text, ArrayRef<int64_t> shape) {
    RankedTensorType type = sharding(text).getLocalType(grid, tensor(shape));
    return SmallVector<int64_t>(type.getShape());
  };
  EXPECT_THAT(local("[{}, {?}]", {6, 8}), ElementsAre(6, 8));
  EXPECT_THAT(local(R"([{"x"}, {"y":(2)3}])", {6, 8}), ElementsAre(3, 3));
  EXPECT_THAT(local(R"([{"x", "y"}])", {50257}), ElementsAre(2095));
  EXPECT_THAT(local(R"([{"y"}])", {5}), ElementsAre(1));
  EXPECT_THAT(local(R"([{"y"}])", {0}), ElementsAre(0));
  EXPECT_THAT(local(R"([{"x"}, {"y"}])", {ShapedType::kDynamic, 12}),
              ElementsAre(ShapedType::kDynamic, 1));
  // A partial value is whole on every device.
  EXPECT_THAT(local(R"([{}], partial={"x"})", {6}), ElementsAre(6));
}

TEST_F(ShardingTest, KeepsElementTypeAndEncoding) {
  auto type = RankedTensorType::get({4}, IntegerType::get(&context, 8),
                                    StringAttr::get(&context, "layout"));
  RankedTensorType local =
      sharding(R"([{"x"}])").getLocalType(mesh(R"(["x"=2])"), type);
  EXPECT_EQ(local, RankedTensorType::get({2}, type.getElementType(),
                                         type.getEncoding()));
}

TEST_F(ShardingTest, CountsBlocks) {
  MeshAttr grid = mesh(R"(["x"=2, "y"=12])");
  ShardingAttr attribute = sharding(R"([{"x", "y":(1)3}, {?}])");
  EXPECT_EQ(attribute.getBlockCount(grid, 0), 6);
  EXPECT_EQ(attribute.getBlockCount(grid, 1), 1);
}

TEST_F(ShardingTest, KnowsWhatIsReplicated) {
  EXPECT_TRUE(sharding("[]").isFullyReplicated());
  EXPECT_TRUE(sharding("[{}, {?}p1]").isFullyReplicated());
  EXPECT_FALSE(sharding(R"([{}, {"x"}])").isFullyReplicated());
  EXPECT_FALSE(sharding(R"([{}], partial={"x":max})").isFullyReplicated());

  auto name = FlatSymbolRefAttr::get(&context, "mesh");
  EXPECT_EQ(ShardingAttr::getReplicated(name, 2), sharding("[{}, {}]"));
  EXPECT_EQ(ShardingAttr::getReplicated(name, 2, /*isOpen=*/true),
            sharding("[{?}, {?}]"));
  EXPECT_EQ(ShardingAttr::getReplicated(name, 0), sharding("[]"));
}

// Openness and priorities are about what may still happen, and not about where
// the value lies.
TEST_F(ShardingTest, SettlesLayouts) {
  ShardingAttr open = sharding(R"([{"x", ?}p1, {?}], partial={"y":min})");
  ShardingAttr closed = sharding(R"([{"x"}, {}], partial={"y":min})");
  EXPECT_FALSE(open.isSettled());
  EXPECT_TRUE(closed.isSettled());
  EXPECT_FALSE(sharding(R"([{"x"}p1])").isSettled());
  EXPECT_EQ(open.getSettled(), closed);
  EXPECT_TRUE(open.hasSameLayout(closed));
  EXPECT_FALSE(closed.hasSameLayout(sharding(R"([{"x"}, {}])")));
}

TEST_F(ShardingTest, VisitsParts) {
  std::string visited;
  sharding(R"([{"z", "x":(2)2}, {}, {"y"}], partial={"x":(1)2:max, "a":max})")
      .visitParts([&](AxisPartAttr part) { visited += part.str() + " "; });
  EXPECT_EQ(visited, R"("z" "x":(2)2 "y" "a" "x":(1)2 )");
}

// A part that turns out to be the whole axis is written as the axis.
TEST_F(ShardingTest, WritesPartsInOneWay) {
  EXPECT_EQ(sharding(R"([{"x":(1)4, ?}p2, {"z"}], partial={"y":(1)6:max})")
                .getCanonical(mesh(R"(["x"=4, "y"=6, "z"=2])")),
            sharding(R"([{"x", ?}p2, {"z"}], partial={"y":max})"));
  EXPECT_EQ(sharding(R"([{"x":(1)4}])").getCanonical(mesh(R"(["x"=8])")),
            sharding(R"([{"x":(1)4}])"));
}

// Attributes that are not valid in themselves do not come to be.
TEST_F(ShardingTest, IsRefusedWhenBuiltWrong) {
  std::string message;
  ScopedDiagnosticHandler handler(&context, [&](Diagnostic &diagnostic) {
    message = diagnostic.str();
    return success();
  });
  auto emit = [&] { return emitError(UnknownLoc::get(&context)); };
  auto name = FlatSymbolRefAttr::get(&context, "mesh");
  auto x = AxisPartAttr::get(&context, StringRef("x"));
  auto split = DimShardingAttr::get(&context, x);

  EXPECT_FALSE(ShardingAttr::getChecked(emit, name, {split, split}));
  EXPECT_EQ(message,
            R"(expected no coordinates of an axis twice, got "x" and "x")");
  EXPECT_FALSE(AxisPartAttr::getChecked(emit, &context, StringRef("x"),
                                        int64_t{1}, int64_t{-2}));
  EXPECT_NE(message.find("got (1)-2"), std::string::npos) << message;
  EXPECT_FALSE(DimShardingAttr::getChecked(emit, &context, {},
                                           /*isOpen=*/false, /*priority=*/3));
  EXPECT_NE(message.find("got p3"), std::string::npos) << message;
}

TEST_F(ShardingTest, ComparesParts) {
  auto part = [&](StringRef text) {
    return parse<AxisPartAttr>(("#dist.axis<" + text + ">").str());
  };
  AxisPartAttr whole = part(R"("x")"), first = part(R"("x":(1)2)"),
               second = part(R"("x":(2)4)"), third = part(R"("x":(8)2)"),
               other = part(R"("y":(2)4)");
  EXPECT_TRUE(whole.isWhole());
  EXPECT_FALSE(first.isWhole());
  EXPECT_TRUE(whole.overlaps(third) && third.overlaps(whole));
  EXPECT_TRUE(part(R"("x":(1)4)").overlaps(second));
  EXPECT_FALSE(first.overlaps(second) || second.overlaps(first));
  EXPECT_FALSE(second.overlaps(other));
  EXPECT_TRUE(first.isFollowedBy(second) && second.isFollowedBy(third));
  EXPECT_FALSE(first.isFollowedBy(third) || second.isFollowedBy(first));
  EXPECT_FALSE(first.isFollowedBy(other) || whole.isFollowedBy(first));
  EXPECT_TRUE(whole < first && first < second && second < other);
  EXPECT_FALSE(second < second);
}

// Groups whose order has no meaning are compared sorted, and joined only where
// parts do not get in each other's way.
TEST_F(ShardingTest, SortsAxes) {
  auto axes = [&](StringRef text) {
    return parse<AxesAttr>(("#dist.axes<" + text + ">").str());
  };
  EXPECT_EQ(axes(R"({"y", "x":(2)2, "x":(1)2})").getSorted(),
            axes(R"({"x":(1)4, "y"})"));
  EXPECT_TRUE(axes(R"({"x":(1)2})").isDisjointFrom(axes(R"({"x":(2)2, "y"})")));
  EXPECT_TRUE(axes("{}").isDisjointFrom(axes("{}")));
  EXPECT_FALSE(axes(R"({"x":(1)2})").isDisjointFrom(axes(R"({"y", "x"})")));
  // Of no common factorization.
  EXPECT_FALSE(axes(R"({"x":(1)2})").isDisjointFrom(axes(R"({"x":(3)2})")));
}

} // namespace
