// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Samples.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "partita/Dialect/Xformer/Xformer.h"

using namespace mlir;
using namespace partita;
using namespace partita::test;
using namespace partita::xformer;

//===----------------------------------------------------------------------===//
// Elementwise
//===----------------------------------------------------------------------===//

template <typename OpTy> static void makeUnary(SampleBuilder &b) {
  b.create<OpTy>(b.floats(b.sizes(0, 4)));
}

/// Positive operands, for logarithms and roots.
template <typename OpTy> static void makePositiveUnary(SampleBuilder &b) {
  b.create<OpTy>(b.floatsOf(b.sizes(0, 4), {0.5, 1, 2, 3, 4}));
}

static void makeGelu(SampleBuilder &b) {
  b.create<GeluOp>(b.floats(b.sizes(0, 4)), b.unit(b.coin()));
}

static void makeGated(SampleBuilder &b) {
  Shape shape = b.sizes(0, 4);
  auto activation = b.random.pick({Activation::Relu, Activation::Silu,
                                   Activation::Gelu, Activation::GeluTanh});
  Value gate = b.floats(shape), value = b.floats(shape);
  b.create<GatedOp>(
      ActivationAttr::get(b.getBuilder().getContext(), activation), gate,
      value);
}

/// Two operands that broadcast to a common shape, either of which may have
/// dimensions that are 1 or missing.
template <typename OpTy> static void makeBroadcast(SampleBuilder &b) {
  Shape shape = b.sizes(0, 4), shapes[] = {shape, shape};
  for (size_t dim = 0; dim < shape.size(); ++dim)
    if (int64_t which = b.random.between(0, 5); which < 2)
      shapes[which][dim] = 1;
  Shape &first = shapes[b.random.between(0, 1)];
  first.erase(first.begin(), first.begin() + b.random.between(0, first.size()));
  Value lhs = b.floats(shapes[0]);
  // Dividing by a power of 2 is exact.
  Value rhs = std::is_same_v<OpTy, DivOp>
                  ? b.floatsOf(shapes[1], {-4, -2, -1, 0.5, 1, 2, 8})
                  : b.floats(shapes[1]);
  b.create<OpTy>(lhs, rhs);
}

static void makeLogAddExp(SampleBuilder &b) {
  b.setInexact();
  makeBroadcast<LogAddExpOp>(b);
}

static void makeDropout(SampleBuilder &b) {
  Shape shape = b.sizes(0, 4), global = shape;
  OpBuilder &builder = b.getBuilder();
  Value input = b.floats(shape);
  Value seed = b.operand(
      RankedTensorType::get({}, builder.getI64Type()), [](Random &random) {
        return HostTensor::of<int64_t>({}, {random.between(0, 1000)});
      });
  SmallVector<Value> indices;
  DenseI64ArrayAttr globalShape;
  if (!shape.empty() && b.coin()) {
    for (auto [dim, size] : llvm::enumerate(shape)) {
      // Some indices are of nothing.
      indices.push_back(b.rowIds(size));
      global[dim] = size + b.random.between(-1, 3);
    }
    globalShape = builder.getDenseI64ArrayAttr(global);
  }
  b.create<DropoutOp>(input.getType(), input, seed, indices, globalShape,
                      b.number(0.5), b.integer(b.random.between(0, 3)));
}

//===----------------------------------------------------------------------===//
// Shapes
//===----------------------------------------------------------------------===//

static void makeSplitDim(SampleBuilder &b) {
  Shape result = b.sizes(2, 4), input = result;
  int64_t dim = b.random.between(0, result.size() - 2);
  input[dim] *= input[dim + 1];
  input.erase(input.begin() + dim + 1);
  b.create<SplitDimOp>(b.floatTensor(result), b.floats(input), b.integer(dim));
}

static void makeMergeDims(SampleBuilder &b) {
  Shape shape = b.sizes(2, 4);
  b.create<MergeDimsOp>(b.floats(shape),
                        b.integer(b.random.between(0, shape.size() - 2)));
}

static void makeTranspose(SampleBuilder &b) {
  Shape shape = b.sizes(0, 4), permutation;
  for (int64_t dim = 0, rank = shape.size(); dim < rank; ++dim)
    permutation.insert(permutation.begin() + b.random.between(0, dim), dim);
  b.create<TransposeOp>(b.floats(shape),
                        b.getBuilder().getDenseI64ArrayAttr(permutation));
}

static void makeSlice(SampleBuilder &b) {
  Shape input = b.sizes(1, 4), result = input;
  int64_t dim = b.random.between(0, input.size() - 1);
  // Often all of it.
  if (b.coin())
    result[dim] = b.random.between(1, input[dim]);
  int64_t offset = b.random.between(0, input[dim] - result[dim]);
  b.create<SliceOp>(b.floatTensor(result), b.floats(input), b.integer(dim),
                    b.integer(offset));
}

static void makeConcat(SampleBuilder &b) {
  Shape shape = b.sizes(1, 4);
  int64_t dim = b.random.between(0, shape.size() - 1);
  SmallVector<Value> inputs;
  for (int64_t i = b.random.between(1, 3); i != 0; --i) {
    shape[dim] = b.size();
    inputs.push_back(b.floats(shape));
  }
  b.create<ConcatOp>(inputs, b.integer(dim));
}

//===----------------------------------------------------------------------===//
// Upstream
//===----------------------------------------------------------------------===//

template <typename OpTy> static void makeBinary(SampleBuilder &b) {
  Shape shape = b.sizes(0, 4);
  Value lhs = b.floats(shape);
  b.create<OpTy>(lhs, b.floatsOf(shape, {-4, -2, -1, 0.5, 1, 2}));
}

template <typename OpTy> static void makeBinaryOfIds(SampleBuilder &b) {
  Shape shape = b.sizes(0, 4);
  Value lhs = b.ids(shape, 9);
  b.create<OpTy>(lhs, b.ids(shape, 9));
}

static void makeExtF(SampleBuilder &b) {
  Shape shape = b.sizes(0, 4);
  Type wide = b.floatType().isF32() ? b.getBuilder().getF64Type()
                                    : b.getBuilder().getF32Type();
  b.create<arith::ExtFOp>(RankedTensorType::get(shape, wide), b.floats(shape));
}

ArrayRef<Generator> test::shapeGenerators() {
  static constexpr Generator generators[] = {
      {"arith.addf", makeBinary<arith::AddFOp>},
      {"arith.addi", makeBinaryOfIds<arith::AddIOp>},
      {"arith.divf", makeBinary<arith::DivFOp>},
      {"arith.extf", makeExtF},
      {"arith.maximumf", makeBinary<arith::MaximumFOp>},
      {"arith.minimumf", makeBinary<arith::MinimumFOp>},
      {"arith.mulf", makeBinary<arith::MulFOp>},
      {"arith.muli", makeBinaryOfIds<arith::MulIOp>},
      {"arith.negf", makeUnary<arith::NegFOp>},
      {"arith.subf", makeBinary<arith::SubFOp>},
      {"arith.subi", makeBinaryOfIds<arith::SubIOp>},
      {"math.absf", makeUnary<math::AbsFOp>},
      {"math.cos", makeUnary<math::CosOp>},
      {"math.erf", makeUnary<math::ErfOp>},
      {"math.exp", makeUnary<math::ExpOp>},
      {"math.log", makePositiveUnary<math::LogOp>},
      {"math.rsqrt", makePositiveUnary<math::RsqrtOp>},
      {"math.sin", makeUnary<math::SinOp>},
      {"math.sqrt", makePositiveUnary<math::SqrtOp>},
      {"math.tanh", makeUnary<math::TanhOp>},
      {"xformer.add", makeBroadcast<AddOp>},
      {"xformer.concat", makeConcat},
      {"xformer.div", makeBroadcast<DivOp>},
      {"xformer.dropout", makeDropout},
      {"xformer.gated", makeGated},
      {"xformer.gelu", makeGelu},
      {"xformer.log_add_exp", makeLogAddExp},
      {"xformer.max", makeBroadcast<MaxOp>},
      {"xformer.merge_dims", makeMergeDims},
      {"xformer.mul", makeBroadcast<MulOp>},
      {"xformer.relu", makeUnary<ReluOp>},
      {"xformer.silu", makeUnary<SiluOp>},
      {"xformer.slice", makeSlice},
      {"xformer.split_dim", makeSplitDim},
      {"xformer.sub", makeBroadcast<SubOp>},
      {"xformer.transpose", makeTranspose},
  };
  return generators;
}
