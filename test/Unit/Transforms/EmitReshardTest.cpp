// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "partita/Transforms/Partition/EmitReshard.h"

#include "Dialect/Dist/DistTesting.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/Verifier.h"

using namespace mlir;
using namespace partita;
using namespace partita::dist;

namespace {

class EmitReshardTest : public DistTest {
protected:
  /// The ops that bring a tensor of type `type` from one sharding to another on
  /// the mesh a=2,b=4, a line each.
  std::string emit(StringRef type, StringRef from, StringRef to) {
    auto globalType = cast<RankedTensorType>(parseType(type, &context));
    OwningOpRef<ModuleOp> program = module(R"(dist.mesh @mesh ["a"=2, "b"=4])");
    auto meshOp = cast<MeshOp>(program->getBody()->front());
    OpBuilder builder = OpBuilder::atBlockEnd(program->getBody());
    Location loc = builder.getUnknownLoc();
    Type localType = sharding(from).getLocalType(meshOp.getMesh(), globalType);
    auto function = func::FuncOp::create(
        builder, loc, "f", builder.getFunctionType(localType, localType));
    Block *body = function.addEntryBlock();
    builder.setInsertionPointToStart(body);
    FailureOr<Value> result =
        emitReshard(builder, loc, body->getArgument(0), sharding(from),
                    sharding(to), meshOp, globalType, cache);
    if (failed(result))
      return "";
    EXPECT_EQ(result->getType(),
              sharding(to).getLocalType(meshOp.getMesh(), globalType));
    function.setType(builder.getFunctionType(localType, result->getType()));
    func::ReturnOp::create(builder, loc, *result);
    EXPECT_TRUE(succeeded(verify(*program)));
    std::string text;
    llvm::raw_string_ostream os(text);
    for (Operation &op : body->without_terminator()) {
      AsmState state(function);
      op.print(os, state);
      os << '\n';
    }
    return text;
  }

  sharding::ReshardCache cache;
};

TEST_F(EmitReshardTest, EmitsEachPrimitive) {
  EXPECT_EQ(
      emit("tensor<8x16xf32>", "[{}, {}]", R"([{"a"}, {}])"),
      R"(%0 = dist.slice %arg0 dim 0 over @mesh {"a"} : tensor<8x16xf32> -> tensor<4x16xf32>
)");
  EXPECT_EQ(
      emit("tensor<8x16xf32>", R"([{}, {"b", "a"}])", "[{}, {}]"),
      R"(%0 = dist.all_gather %arg0 dim 1 over @mesh {"b", "a"} : tensor<8x2xf32> -> tensor<8x16xf32>
)");
  EXPECT_EQ(
      emit("tensor<8x16xf32>", R"([{"a"}, {}], partial={"b":max})",
           R"([{"a"}, {"b"}])"),
      R"(%0 = dist.reduce_scatter %arg0 by max dim 1 over @mesh {"b"} : tensor<4x16xf32> -> tensor<4x4xf32>
)");
  EXPECT_EQ(
      emit("tensor<8x16xf32>", R"([{}, {}], partial={"a", "b"})", "[{}, {}]"),
      R"(%0 = dist.all_reduce %arg0 over @mesh {"a", "b"} : tensor<8x16xf32>
)");
  EXPECT_EQ(
      emit("tensor<8x16xf32>", R"([{"a", "b"}, {}])", R"([{}, {"b", "a"}])"),
      R"(%0 = dist.all_to_all %arg0 dim 0 to 1 over @mesh {"a", "b"} as {"b", "a"} : tensor<1x16xf32> -> tensor<8x2xf32>
)");
  EXPECT_EQ(
      emit("tensor<8x16xf32>", R"([{"a", "b"}, {}])", R"([{"b", "a"}, {}])"),
      R"(%0 = dist.permute %arg0 over @mesh reorder {"a", "b"} to {"b", "a"} : tensor<1x16xf32>
)");
}

TEST_F(EmitReshardTest, EmitsNothingWhereNothingChanges) {
  EXPECT_EQ(emit("tensor<8x16xf32>", R"([{"a"}, {}])", R"([{"a", ?}, {}])"),
            "");
}

// The minor half of `b` goes to the rows, and then `a` and the other half
// change places.
TEST_F(EmitReshardTest, EmitsStepsInOrder) {
  EXPECT_EQ(
      emit("tensor<8x16xf32>", R"([{"a"}, {"b"}])", R"([{"b"}, {"a"}])"),
      R"(%0 = dist.all_to_all %arg0 dim 1 to 0 over @mesh {"b":(2)2} : tensor<4x4xf32> -> tensor<2x8xf32>
%1 = dist.permute %0 over @mesh reorder {"a", "b":(1)2} to {"b":(1)2, "a"} : tensor<2x8xf32>
)");
}

TEST_F(EmitReshardTest, SaysWhatItCannotDo) {
  std::string message;
  ScopedDiagnosticHandler handler(&context, [&](Diagnostic &diagnostic) {
    message = diagnostic.str();
    return success();
  });
  emit("tensor<?xf32>", R"([{"a"}])", "[{}]");
  EXPECT_EQ(message, "expected a reshard of a static shape, got "
                     "'tensor<?xf32>'");
  emit("tensor<9xf32>", R"([{"a"}])", "[{}]");
  EXPECT_EQ(message, "cannot reshard 'tensor<9xf32>': expected dimension 0 of "
                     "size 9 to be split evenly, got [{\"a\"}]");
}

TEST_F(EmitReshardTest, KnowsHowLargeElementsAre) {
  Builder builder(&context);
  EXPECT_EQ(getElementBytes(builder.getF32Type()), 4);
  EXPECT_EQ(getElementBytes(builder.getBF16Type()), 2);
  EXPECT_EQ(getElementBytes(builder.getI1Type()), 1);
  EXPECT_EQ(getElementBytes(builder.getIndexType()), 8);
  EXPECT_EQ(getElementBytes(ComplexType::get(builder.getF32Type())), 8);
}

} // namespace
