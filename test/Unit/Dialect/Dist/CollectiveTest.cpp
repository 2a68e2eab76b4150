// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Dialect/Dist/DistTesting.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/IR/Verifier.h"

using namespace mlir;
using namespace partita;
using namespace partita::dist;

namespace {

class CollectiveTest : public DistTest {
protected:
  CollectiveTest() : builder(&context) {
    owner = module(R"mlir(
      module {
        dist.mesh @mesh ["x"=2, "y"=3]
        dist.mesh @next ["x"=2, "y"=3]
        func.func @f(%x: tensor<6x5xf32>) {
          return
        }
      }
    )mlir");
    auto meshes = owner->getOps<MeshOp>();
    mesh = *meshes.begin();
    next = *std::next(meshes.begin());
    function = *owner->getOps<func::FuncOp>().begin();
    builder.setInsertionPointToStart(&function.front());
    x = function.getArgument(0);
  }

  AxesAttr axes(StringRef text) {
    return parse<AxesAttr>(("#dist.axes<" + text + ">").str());
  }

  /// The type as text.
  static std::string typeOf(Value value) {
    std::string text;
    llvm::raw_string_ostream(text) << value.getType();
    return text;
  }

  OpBuilder builder;
  OwningOpRef<ModuleOp> owner;
  MeshOp mesh, next;
  func::FuncOp function;
  Value x;
};

// Builders know the sizes that the mesh gives, and what they build is valid.
TEST_F(CollectiveTest, BuildersInferTypes) {
  Location loc = x.getLoc();
  EXPECT_EQ(typeOf(SliceOp::create(builder, loc, x, 1, mesh, axes(R"({"x"})"))),
            "tensor<6x3xf32>");
  EXPECT_EQ(
      typeOf(AllGatherOp::create(builder, loc, x, 1, mesh, axes(R"({"y"})"))),
      "tensor<6x15xf32>");
  EXPECT_EQ(typeOf(AllReduceOp::create(builder, loc, x, Combiner::LogSumExp,
                                       mesh, axes(R"({"y", "x"})"))),
            "tensor<6x5xf32>");
  EXPECT_EQ(typeOf(ReduceScatterOp::create(builder, loc, x, Combiner::Max, 0,
                                           mesh, axes(R"({"x", "y"})"))),
            "tensor<1x5xf32>");
  EXPECT_EQ(
      typeOf(AllToAllOp::create(builder, loc, x, 1, 0, mesh,
                                axes(R"({"x", "y"})"), axes(R"({"y", "x"})"))),
      "tensor<1x30xf32>");
  EXPECT_EQ(
      typeOf(PermuteOp::create(builder, loc, x, mesh,
                               parse<ShiftAttr>(R"(#dist.shift<{"y"} by 2>)"))),
      "tensor<6x5xf32>");
  EXPECT_EQ(
      typeOf(BroadcastOp::create(builder, loc, x, 2, mesh, axes(R"({"y"})"))),
      "tensor<6x5xf32>");
  SendOp::create(builder, loc, x, mesh, next, 7);
  EXPECT_EQ(
      typeOf(RecvOp::create(builder, loc, cast<RankedTensorType>(x.getType()),
                            mesh, next, 7)
                 .getResult()),
      "tensor<6x5xf32>");
  EXPECT_TRUE(succeeded(verify(*owner)));
}

// The same order twice is one order.
TEST_F(CollectiveTest, AllToAllKeepsOneOrder) {
  AxesAttr order = axes(R"({"x", "y"})");
  auto op =
      AllToAllOp::create(builder, x.getLoc(), x, 1, 0, mesh, order, order);
  EXPECT_FALSE(op.getSplitAxes());
  EXPECT_EQ(op.getSplitOrder(), order);
}

// An op becomes its started form and a wait, with all that it was.
TEST_F(CollectiveTest, SplitsIntoStartAndWait) {
  auto op =
      AllGatherOp::create(builder, x.getLoc(), x, 0, mesh, axes(R"({"x"})"));
  op->setAttr("note", builder.getUnitAttr());
  auto user = arith::NegFOp::create(builder, x.getLoc(), op.getResult());
  IRRewriter rewriter(&context);

  WaitOp wait = splitIntoStartAndWait(rewriter, op);

  EXPECT_EQ(user.getOperand(), wait.getResult());
  auto started = wait.getToken().getDefiningOp<AllGatherOp>();
  ASSERT_TRUE(started);
  EXPECT_TRUE(started.getStart());
  EXPECT_EQ(started->getNextNode(), wait);
  EXPECT_EQ(started.getInput(), x);
  EXPECT_EQ(started.getDim(), 0u);
  EXPECT_TRUE(started->hasAttr("note"));
  EXPECT_EQ(started.getAxes(), axes(R"({"x"})"));
  EXPECT_EQ(typeOf(started), "!dist.token<tensor<12x5xf32>>");
  EXPECT_EQ(typeOf(wait.getResult()), "tensor<12x5xf32>");
  EXPECT_TRUE(succeeded(verify(*owner)));
}

TEST_F(CollectiveTest, SplitsTransfers) {
  auto send = SendOp::create(builder, x.getLoc(), x, mesh, next, 0);
  auto recv = RecvOp::create(
      builder, x.getLoc(), cast<RankedTensorType>(x.getType()), mesh, next, 0);
  IRRewriter rewriter(&context);
  WaitOp sent = splitIntoStartAndWait(rewriter, send);
  WaitOp received = splitIntoStartAndWait(rewriter, recv);
  EXPECT_FALSE(sent.getResult());
  EXPECT_EQ(typeOf(sent.getToken()), "!dist.token");
  EXPECT_EQ(typeOf(received.getToken()), "!dist.token<tensor<6x5xf32>>");
  EXPECT_TRUE(succeeded(verify(*owner)));
}

// The interface tells what arrives, started or not.
TEST_F(CollectiveTest, TellsWhatArrives) {
  auto gather =
      AllGatherOp::create(builder, x.getLoc(), x, 0, mesh, axes(R"({"x"})"));
  auto type = cast<RankedTensorType>(gather.getResult().getType());
  EXPECT_EQ(CommunicationOpInterface(gather).getArrivingType(), type);
  IRRewriter rewriter(&context);
  WaitOp wait = splitIntoStartAndWait(rewriter, gather);
  auto started =
      cast<CommunicationOpInterface>(wait.getToken().getDefiningOp());
  EXPECT_EQ(started.getArrivingType(), type);
  EXPECT_EQ(started.getMeshAttr(), mesh.getReference());
  auto send = SendOp::create(builder, x.getLoc(), x, mesh, next, 0);
  EXPECT_FALSE(CommunicationOpInterface(send).getArrivingType());
}

} // namespace
