// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Type inference as a builder uses it; what the verifier makes of it is tested
// in test/Dialect/Xformer.

#include "partita/Dialect/Xformer/Xformer.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/Diagnostics.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace mlir;
using namespace partita::xformer;
using testing::ElementsAre;
using testing::IsEmpty;

namespace {

class InferTypesTest : public testing::Test {
protected:
  InferTypesTest()
      : builder(&context),
        handler(&context, [&](Diagnostic &d) { messages.push_back(d.str()); }) {
    context.loadDialect<XformerDialect>();
  }

  /// A value of type `tensor<shape x f32>`.
  Value tensor(ArrayRef<int64_t> shape) {
    return block.addArgument(RankedTensorType::get(shape, builder.getF32Type()),
                             builder.getUnknownLoc());
  }

  LogicalResult inferAdd(Value lhs, Value rhs,
                         std::optional<Location> location) {
    return AddOp::inferReturnTypes(&context, location, {lhs, rhs}, {},
                                   /*properties=*/nullptr, {}, types);
  }

  MLIRContext context;
  OpBuilder builder;
  SmallVector<std::string> messages;
  ScopedDiagnosticHandler handler;
  Block block;
  SmallVector<Type> types;
};

TEST_F(InferTypesTest, BuilderNeedsNoType) {
  builder.setInsertionPointToStart(&block);
  auto op = MatmulOp::create(builder, builder.getUnknownLoc(),
                             tensor({2, 1, 4, 5}), tensor({3, 6, 5}),
                             /*transpose_lhs=*/false, /*transpose_rhs=*/true);
  EXPECT_THAT(op.getType().getShape(), ElementsAre(2, 3, 4, 6));
  EXPECT_THAT(messages, IsEmpty());
}

// The message has the name of the op, though there is no op yet.
TEST_F(InferTypesTest, FailureIsReportedAtTheLocation) {
  EXPECT_TRUE(
      failed(inferAdd(tensor({2}), tensor({3}), builder.getUnknownLoc())));
  EXPECT_THAT(messages, ElementsAre("'xformer.add' op expected operands whose "
                                    "shapes broadcast, got 2 and 3"));
}

TEST_F(InferTypesTest, FailureIsSilentWithoutLocation) {
  EXPECT_TRUE(failed(inferAdd(tensor({2}), tensor({3}), std::nullopt)));
  EXPECT_THAT(messages, IsEmpty());
}

TEST_F(InferTypesTest, RefiningInfersTypesThatAreNotGiven) {
  Value x = tensor({2, 16}), b = tensor({16});
  ASSERT_TRUE(succeeded(
      AddOp::refineReturnTypes(&context, builder.getUnknownLoc(), {x, b}, {},
                               /*properties=*/nullptr, {}, types)));
  EXPECT_THAT(types, ElementsAre(x.getType()));
}

// Types that are given are the verifier's to judge.
TEST_F(InferTypesTest, RefiningLeavesTypesThatAreGiven) {
  Value x = tensor({2, 16}), b = tensor({16});
  types.push_back(b.getType());
  ASSERT_TRUE(succeeded(
      AddOp::refineReturnTypes(&context, builder.getUnknownLoc(), {x, b}, {},
                               /*properties=*/nullptr, {}, types)));
  EXPECT_THAT(types, ElementsAre(b.getType()));
  EXPECT_THAT(messages, IsEmpty());
}

} // namespace
