// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Random graphs: a sample of one op, and then ops that take a float tensor of
// any shape, each applied to a value that is there.

#include "Cases.h"

#include "SampleTest.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/IRMapping.h"
#include "partita/Dialect/Xformer/Xformer.h"
#include "partita/Support/RandomTensor.h"

#include <numeric>

using namespace mlir;
using namespace partita;
using namespace partita::test;
using namespace partita::xformer;

namespace {
class GraphGrower {
public:
  GraphGrower(Program &program, func::FuncOp function, Random &random)
      : program(program), function(function), random(random),
        builder(OpBuilder::atBlockTerminator(&function.getBody().front())),
        loc(function.getLoc()) {}

  /// Applies one more op to a value.
  void grow();
  /// Returns some of the values that no op uses.
  void returnLeaves();

private:
  using Tensor = TypedValue<RankedTensorType>;

  /// A float value that is there, or null.
  Tensor pick() {
    SmallVector<Tensor> values;
    auto take = [&](Value value) {
      auto type = dyn_cast<RankedTensorType>(value.getType());
      if (type && type.getRank() > 0 && !type.getElementType().isF64() &&
          isa<FloatType>(type.getElementType()) &&
          type.getNumElements() <= 4096)
        values.push_back(cast<Tensor>(value));
    };
    for (Operation &op : function.getBody().front().without_terminator())
      if (op.getNumOperands() != 0) // What depends on nothing is no model.
        llvm::for_each(op.getResults(), take);
    if (values.empty())
      return nullptr;
    // Later ones more often, so that the graph becomes deep.
    size_t last = values.size() - 1;
    return values[std::max(random.between(0, last), random.between(0, last))];
  }

  /// A new argument of small numbers.
  Value argument(ArrayRef<int64_t> shape, Type element) {
    auto type = RankedTensorType::get(shape, element);
    function.insertArgument(function.getNumArguments(), type, {}, loc);
    program.draws.push_back([shape = Shape(shape)](Random &random) {
      return randomNormalTensor(random.between(0, 1 << 30), "x",
                                ElementKind::F32, shape, 0.5);
    });
    return function.getArguments().back();
  }

  Program &program;
  func::FuncOp function;
  Random &random;
  OpBuilder builder;
  Location loc;
};
} // namespace

void GraphGrower::grow() {
  Tensor x = pick();
  if (!x)
    return;
  RankedTensorType type = x.getType();
  Type element = type.getElementType();
  int64_t rank = type.getRank(), last = type.getDimSize(rank - 1);
  auto f64 = [&](double value) { return builder.getF64FloatAttr(value); };
  switch (random.between(0, 15)) {
  case 0:
    GeluOp::create(builder, loc, type, x, UnitAttr());
    break;
  case 1:
    ReluOp::create(builder, loc, type, x);
    break;
  case 2: { // A residual.
    Value y = SiluOp::create(builder, loc, type, x);
    AddOp::create(builder, loc, x, y);
    break;
  }
  case 3:
    MulOp::create(builder, loc, x, argument({last}, element));
    break;
  case 4:
  case 5:
  case 6: {
    int64_t outputs = random.pick<int64_t>({2, 3, 4, 6, 8});
    bool isTransposed = random.coin();
    Shape weight = {last, outputs};
    if (isTransposed)
      std::swap(weight[0], weight[1]);
    Value bias = random.coin() ? argument({outputs}, element) : Value();
    LinearOp::create(builder, loc, x, argument(weight, element), bias,
                     isTransposed ? builder.getUnitAttr() : UnitAttr());
    break;
  }
  case 7:
    if (rank >= 2)
      MatmulOp::create(builder, loc, x, x, UnitAttr(), builder.getUnitAttr());
    break;
  case 8: {
    SmallVector<int64_t> permutation(rank);
    std::iota(permutation.begin(), permutation.end(), 0);
    std::swap(permutation[random.between(0, rank - 1)],
              permutation[random.between(0, rank - 1)]);
    TransposeOp::create(builder, loc, x,
                        builder.getDenseI64ArrayAttr(permutation));
    break;
  }
  case 9:
    SoftmaxOp::create(builder, loc, type, x, random.between(0, rank - 1));
    break;
  case 10:
    RmsNormOp::create(builder, loc, x, argument({last}, element), f64(1e-3));
    break;
  case 11: {
    int64_t dim = random.between(0, rank - 1);
    int64_t factor = random.pick<int64_t>({2, 2, 3, 4});
    if (rank > 4 || type.getDimSize(dim) % factor != 0)
      break;
    SmallVector<int64_t> shape(type.getShape());
    shape[dim] /= factor;
    shape.insert(shape.begin() + dim + random.between(0, 1), factor);
    SplitDimOp::create(builder, loc, RankedTensorType::get(shape, element), x,
                       dim);
    break;
  }
  case 12:
    if (rank >= 2)
      MergeDimsOp::create(
          builder, loc, x,
          builder.getI64IntegerAttr(random.between(0, rank - 2)));
    break;
  case 13: {
    int64_t dim = random.between(0, rank - 1);
    SmallVector<int64_t> shape(type.getShape());
    int64_t offset = random.between(0, shape[dim] - 1);
    shape[dim] = random.between(1, shape[dim] - offset);
    SliceOp::create(builder, loc, RankedTensorType::get(shape, element), x, dim,
                    offset);
    break;
  }
  case 14: {
    int64_t dim = random.between(0, rank - 1);
    Value y = ReluOp::create(builder, loc, type, x);
    ConcatOp::create(builder, loc, ValueRange{x, y},
                     builder.getI64IntegerAttr(dim));
    break;
  }
  default: {
    Value constant = arith::ConstantOp::create(
        builder, loc,
        DenseElementsAttr::get(type, builder.getFloatAttr(element, 0.5)));
    arith::MulFOp::create(builder, loc, x, constant);
    break;
  }
  }
}

void GraphGrower::returnLeaves() {
  SmallVector<Value> results;
  for (Operation &op : function.getBody().front().without_terminator())
    for (Value result : op.getResults())
      if (result.use_empty())
        results.push_back(result);
  Operation *terminator = function.getBody().front().getTerminator();
  terminator->setOperands(results);
  function.setType(builder.getFunctionType(function.getArgumentTypes(),
                                           TypeRange(ValueRange(results))));
}

Program test::makeRandomGraph(MLIRContext *context, Random &random) {
  SmallVector<Generator> generators = allGenerators();
  const Generator &generator =
      generators[random.between(0, generators.size() - 1)];
  SampleBuilder builder(context, random);
  generator.make(builder);
  Sample sample = builder.finish();
  Program program;
  program.module = std::move(sample.module);
  program.draws = std::move(sample.draws);
  program.name = generator.name.str();

  int64_t ops = std::max<int64_t>(random.between(-2, 8), 0);
  program.hasExactSums = ops == 0 && sample.exactSums;
  GraphGrower grower(program, getLocalMain(*program.module), random);
  for (; ops != 0; --ops)
    grower.grow();
  grower.returnLeaves();
  return program;
}
