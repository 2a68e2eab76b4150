// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "partita/Interfaces/WorkInterface.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Parser/Parser.h"
#include "partita/Registration/Registration.h"
#include "gtest/gtest.h"

#include <limits>

using namespace mlir;
using namespace partita;

namespace {

constexpr int64_t largest = std::numeric_limits<int64_t>::max();

TEST(CountTest, CountsAndSaturates) {
  EXPECT_EQ(Count(3) * 4 + 5, Count(17));
  EXPECT_EQ(2 * Count(3), Count(6));
  EXPECT_EQ(Count(largest) + 1, Count(largest));
  EXPECT_EQ(Count(int64_t(1) << 32) * (int64_t(1) << 31), Count(largest));
  EXPECT_EQ(0 * Count(largest), Count(0));
  Count count = 2;
  count += 3;
  count *= 4;
  EXPECT_EQ(count, Count(20));
}

TEST(CountTest, EvenShare) {
  EXPECT_EQ(evenShare(32, 64, 512), Count(4));
  EXPECT_EQ(evenShare(32, 512, 512), Count(32));
  // Rounded up, as the busiest device has it.
  EXPECT_EQ(evenShare(10, 1, 3), Count(4));
  EXPECT_EQ(evenShare(7, 0, 3), Count(0));
  EXPECT_EQ(evenShare(7, 0, 0), Count(7));
  // The product of total and part would not fit.
  EXPECT_EQ(evenShare(largest, 1 << 20, 1 << 20), Count(largest));
  EXPECT_EQ(evenShare(int64_t(1) << 62, 1 << 10, 1 << 20),
            Count(int64_t(1) << 52));
}

TEST(TensorShapeTest, Sizes) {
  TensorShape shape{{2, 3, 5}, 16};
  EXPECT_EQ(shape.numElements(), Count(30));
  EXPECT_EQ(shape.numBytes(), Count(60));
  EXPECT_EQ(shape.rank(), 3u);
  EXPECT_EQ(shape.dim(1), 3);
  EXPECT_EQ(shape.dimFromEnd(0), 5);
  EXPECT_EQ(shape.dimFromEnd(2), 2);
}

// A scalar has one element, an empty tensor none; a mask takes a byte an
// element; a shape that nothing could hold does not wrap around.
TEST(TensorShapeTest, Corners) {
  EXPECT_EQ((TensorShape{{}, 64}.numBytes()), Count(8));
  EXPECT_EQ((TensorShape{{4, 0}, 32}.numBytes()), Count(0));
  EXPECT_EQ((TensorShape{{7}, 1}.numBytes()), Count(7));
  EXPECT_EQ((TensorShape{{largest, 3}, 32}.numElements()), Count(largest));
}

TEST(WorkTest, Adds) {
  Work work{1, 2, 3, 4};
  work += {10, 20, 30, 40};
  EXPECT_EQ(work, (Work{11, 22, 33, 44}));
  EXPECT_EQ(work.flops(), 33);
  EXPECT_EQ(work.bytes(), 77);
  work += {largest, largest, largest, largest};
  EXPECT_EQ(work, (Work{largest, largest, largest, largest}));
  EXPECT_EQ(work.flops(), largest);
}

TEST(WorkTest, Prints) {
  EXPECT_EQ((Work{1, 2, 3, 4}.str()),
            "1 matrix flops, 2 vector flops, 3 bytes read, 4 bytes written");
}

TEST(WorkTest, StreamsOperandsAndResults) {
  Work work = streamingWork({{{2, 3}, 32}, {{3}, 16}}, {{{2}, 8}}, 5);
  EXPECT_EQ(work, (Work{0, 5, 30, 2}));
}

//===----------------------------------------------------------------------===//
// Work at shapes other than the op's own
//===----------------------------------------------------------------------===//

class WorkAtTest : public testing::Test {
protected:
  WorkAtTest() {
    DialectRegistry registry;
    registerDialects(registry);
    context.appendDialectRegistry(registry);
    context.loadAllAvailableDialects();
    context.allowUnregisteredDialects();
  }

  /// The op called `name` in a module of this text.
  WorkInterface parse(StringRef text, StringRef name) {
    module = parseSourceString<ModuleOp>(text, &context);
    Operation *found = nullptr;
    if (module)
      module->walk([&](Operation *op) {
        if (op->getName().getStringRef() == name)
          found = op;
      });
    EXPECT_NE(found, nullptr);
    return cast<WorkInterface>(found);
  }

  MLIRContext context;
  OwningOpRef<ModuleOp> module;
};

// Values without a shape count as scalars of their width.
TEST_F(WorkAtTest, ShapesOfValues) {
  parse(R"(
    %0:4 = "test.source"() : () -> (tensor<2x3xbf16>, i1, index, tensor<*xf32>)
    "test.op"(%0#0, %0#1, %0#2, %0#3) : (tensor<2x3xbf16>, i1, index, tensor<*xf32>) -> ()
    %1 = xformer.relu %0#0 : tensor<2x3xbf16>)",
        "xformer.relu");
  Operation *source = &module->getBody()->front();
  SmallVector<TensorShape> shapes = operandShapes(source->getNextNode());
  ASSERT_EQ(shapes.size(), 4u);
  EXPECT_EQ(shapes[0].numBytes(), Count(12));
  EXPECT_EQ(shapes[1].numBytes(), Count(1));
  EXPECT_EQ(shapes[2].rank(), 0u);
  EXPECT_EQ(shapes[3].rank(), 0u);
  EXPECT_EQ(resultShapes(source).size(), 4u);
}

// Work follows the shapes that are asked about.
TEST_F(WorkAtTest, LinearOnASlice) {
  WorkInterface op = parse(R"(
    %x, %w = "test.source"() : () -> (tensor<2x16x64xf32>, tensor<64x32xf32>)
    %0 = xformer.linear %x, %w : (tensor<2x16x64xf32>, tensor<64x32xf32>) -> tensor<2x16x32xf32>)",
                           "xformer.linear");
  // Half of the batch, a quarter of the contraction.
  Work work =
      op.getWorkAt({{{1, 16, 16}, 32}, {{16, 32}, 32}}, {{{1, 16, 32}, 32}});
  EXPECT_EQ(work, (Work{2 * 16 * 16 * 32, 0, 4 * (256 + 512), 4 * 512}));
}

// A slice of the queries of causal attention sees its share of the visible
// pairs: of 8 * 9 / 2 = 36, a quarter is 9, no matter which.
TEST_F(WorkAtTest, CausalAttentionOnASlice) {
  WorkInterface op = parse(R"(
    %q = "test.source"() : () -> tensor<1x8x1x1xf32>
    %0 = xformer.attention %q, %q, %q causal scale 1.0 : (tensor<1x8x1x1xf32>, tensor<1x8x1x1xf32>, tensor<1x8x1x1xf32>) -> tensor<1x8x1x1xf32>)",
                           "xformer.attention");
  TensorShape all{{1, 8, 1, 1}, 32}, some{{1, 2, 1, 1}, 32};
  EXPECT_EQ(op.getWork().matrixFlops, 36 * 4);
  EXPECT_EQ(op.getWorkAt({some, all, all}, {some}).matrixFlops, 9 * 4);
  EXPECT_EQ(op.getWorkAt({all, some, some}, {all}).matrixFlops, 9 * 4);
}

// A device that holds an eighth of the table finds an eighth of the ids in it.
TEST_F(WorkAtTest, EmbeddingOnASlice) {
  WorkInterface op = parse(R"(
    %t, %i = "test.source"() : () -> (tensor<512x64xf32>, tensor<32xi32>)
    %0 = xformer.embedding %t, %i : (tensor<512x64xf32>, tensor<32xi32>) -> tensor<32x64xf32>)",
                           "xformer.embedding");
  TensorShape ids{{32}, 32}, result{{32, 64}, 32};
  EXPECT_EQ(op.getWorkAt({{{512, 64}, 32}, ids}, {result}).bytesRead,
            32 * 256 + 128);
  EXPECT_EQ(op.getWorkAt({{{64, 64}, 32}, ids}, {result}).bytesRead,
            4 * 256 + 128);
}

// With 2 of 8 experts a device gets a quarter of the 32 pairs of a token and an
// expert: reads 8 slots, and at most 8 tokens.
TEST_F(WorkAtTest, ExpertsOnASlice) {
  const char *text = R"(
    %x, %e, %w = "test.source"() : () -> (tensor<1x16x4xf32>, tensor<1x16x2xi32>, tensor<1x16x2xf32>)
    %0 = xformer.moe_dispatch %x, %e : (tensor<1x16x4xf32>, tensor<1x16x2xi32>) -> tensor<1x8x12x4xf32>
    %1 = xformer.moe_combine %0, %e, %w : (tensor<1x8x12x4xf32>, tensor<1x16x2xi32>, tensor<1x16x2xf32>) -> tensor<1x16x4xf32>)";
  TensorShape tokens{{1, 16, 4}, 32}, slots{{1, 2, 12, 4}, 32},
      choices{{1, 16, 2}, 32};
  EXPECT_EQ(
      parse(text, "xformer.moe_dispatch").getWorkAt({tokens, choices}, {slots}),
      (Work{0, 0, 8 * 16 + 128, 2 * 12 * 16}));
  EXPECT_EQ(parse(text, "xformer.moe_combine")
                .getWorkAt({slots, choices, choices}, {tokens}),
            (Work{0, 8 * 4 * 2, 8 * 16 + 256, 16 * 16}));
}

} // namespace
