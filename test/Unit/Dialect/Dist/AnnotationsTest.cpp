// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Dialect/Dist/DistTesting.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/Verifier.h"

using namespace mlir;
using namespace partita;
using namespace partita::dist;

namespace {

class AnnotationsTest : public DistTest {
protected:
  AnnotationsTest() {
    context.allowUnregisteredDialects();
    owner = module(R"mlir(
      module {
        dist.mesh @other ["x"=2]
        func.func @f(%x: tensor<4xf32>, %y: tensor<4xf32> {dist.sharding = #dist.sharding<@mesh, [{"x"}]>}) -> (tensor<4xf32>, tensor<4xf32>) {
          %0 = arith.negf %x {dist.shardings = [#dist.sharding<@mesh, [{?}]>]} : tensor<4xf32>
          %1:3 = "test.three"() : () -> (tensor<4xf32>, f32, tensor<2x2xf32>)
          %2 = dist.constraint %0 <@mesh, [{"x", ?}]> : tensor<4xf32>
          %3 = dist.reshard %2 to <@mesh, [{}]> : tensor<4xf32>
          return %3, %3 : tensor<4xf32>, tensor<4xf32>
        }
        dist.mesh @mesh ["x"=2]
      }
    )mlir");
    function = *owner->getOps<func::FuncOp>().begin();
    for (Operation &op : function.front())
      ops.push_back(&op);
  }

  OwningOpRef<ModuleOp> owner;
  func::FuncOp function;
  SmallVector<Operation *> ops;
};

TEST_F(AnnotationsTest, FindsMeshes) {
  auto name = FlatSymbolRefAttr::get(&context, "mesh");
  MeshOp found = findMesh(ops.front(), name);
  ASSERT_TRUE(found);
  EXPECT_EQ(found.getSymName(), "mesh");
  EXPECT_EQ(found.getReference(), name);
  EXPECT_EQ(findMesh(*owner, name), found);
  EXPECT_FALSE(findMesh(ops.front(), FlatSymbolRefAttr::get(&context, "f")));

  // An op that is nowhere yet.
  OwningOpRef<ModuleOp> empty = ModuleOp::create(UnknownLoc::get(&context));
  EXPECT_FALSE(findMesh(*empty, name));
}

// The search goes from both ends; no mesh is left out where they meet.
TEST_F(AnnotationsTest, FindsMeshesAmongAnyNumber) {
  for (int count = 1; count <= 7; ++count) {
    OwningOpRef<ModuleOp> meshes = ModuleOp::create(UnknownLoc::get(&context));
    OpBuilder builder(meshes->getBodyRegion());
    for (int i = 0; i < count; ++i)
      MeshOp::create(builder, meshes->getLoc(), "mesh" + std::to_string(i),
                     mesh("[]"));
    for (MeshOp op : meshes->getOps<MeshOp>())
      EXPECT_EQ(findMesh(*meshes, op.getReference()), op);
    EXPECT_FALSE(findMesh(*meshes, FlatSymbolRefAttr::get(&context, "mesh9")));
  }
}

TEST_F(AnnotationsTest, ReadsShardings) {
  EXPECT_FALSE(getSharding(function.getArgument(0)));
  EXPECT_EQ(getSharding(function.getArgument(1)), sharding(R"([{"x"}])"));
  EXPECT_EQ(getSharding(ops[0]->getResult(0)), sharding("[{?}]"));
  EXPECT_FALSE(getSharding(ops[1]->getResult(2)));
  EXPECT_EQ(getSharding(ops[2]->getResult(0)), sharding(R"([{"x", ?}])"));
  EXPECT_EQ(getSharding(ops[3]->getResult(0)), sharding("[{}]"));
  EXPECT_FALSE(getResultSharding(function, 1));
}

TEST_F(AnnotationsTest, WritesShardings) {
  setSharding(function.getArgument(0), sharding(R"([{"x", ?}])"));
  EXPECT_EQ(getSharding(function.getArgument(0)), sharding(R"([{"x", ?}])"));
  setSharding(ops[0]->getResult(0), sharding(R"([{"x"}])"));
  EXPECT_EQ(getSharding(ops[0]->getResult(0)), sharding(R"([{"x"}])"));
  setResultSharding(function, 1, sharding(R"([{}], partial={"x"})"));
  EXPECT_EQ(getResultSharding(function, 1), sharding(R"([{}], partial={"x"})"));
  EXPECT_FALSE(getResultSharding(function, 0));
  EXPECT_TRUE(succeeded(verify(*owner)));
}

// The first sharding of an op of several results gives the others open ones,
// and the next leaves the first.
TEST_F(AnnotationsTest, FillsUpOtherResults) {
  setSharding(ops[1]->getResult(2), sharding(R"([{}, {"x"}])"));
  EXPECT_EQ(getSharding(ops[1]->getResult(0)), sharding("[{?}]"));
  EXPECT_EQ(getSharding(ops[1]->getResult(1)), sharding("[]"));
  setSharding(ops[1]->getResult(0), sharding(R"([{"x"}])"));
  EXPECT_EQ(getSharding(ops[1]->getResult(0)), sharding(R"([{"x"}])"));
  EXPECT_EQ(getSharding(ops[1]->getResult(2)), sharding(R"([{}, {"x"}])"));
  EXPECT_TRUE(succeeded(verify(*owner)));
}

} // namespace
