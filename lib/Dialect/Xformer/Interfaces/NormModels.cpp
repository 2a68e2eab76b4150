// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Models.h"
#include "partita/Dialect/Xformer/Interfaces/Flops.h"

using namespace mlir;
using namespace partita;
using namespace partita::xformer;

/// The rule of an op on one tensor in which dimension `dim` must be whole.
static ShardingRuleBuilder alongDim(RankedTensorType type, int64_t dim) {
  FactorNames names = dimNames(type.getRank());
  ShardingRuleBuilder builder;
  for (auto [index, name, size] : llvm::enumerate(names, type.getShape()))
    if (static_cast<int64_t>(index) == dim)
      builder.whole(name, size);
    else
      builder.parallel(name, size);
  builder.operand(names).result(names);
  return builder;
}

/// The number of rows of a tensor: elements that differ in the last dimension
/// are in one row.
static Count numRows(const TensorShape &shape) {
  Count rows = 1;
  for (int64_t size : ArrayRef(shape.dims).drop_back())
    rows *= size;
  return rows;
}

//===----------------------------------------------------------------------===//
// LayerNormOp
//===----------------------------------------------------------------------===//

ShardingRule xformer::ruleOf(LayerNormOp op) {
  RankedTensorType type = op.getInput().getType();
  ShardingRuleBuilder builder = alongDim(type, type.getRank() - 1);
  builder.operand({"d"});
  if (!op.getBias()) {
    if (!op.getEpsilon().isZero())
      builder.zeroIn({0});
    return builder.linearIn({1}).build();
  }
  return builder.operand({"d"}).linearIn({1, 2}).build();
}

Work xformer::workOf(LayerNormOp op, ArrayRef<TensorShape> operands,
                     ArrayRef<TensorShape> results) {
  int64_t perElement =
      flops::layerNorm + (op.getBias() ? flops::layerNormBias : 0);
  return streamingWork(operands, results,
                       perElement * results[0].numElements() +
                           flops::layerNormRow * numRows(results[0]));
}

//===----------------------------------------------------------------------===//
// RmsNormOp
//===----------------------------------------------------------------------===//

ShardingRule xformer::ruleOf(RmsNormOp op) {
  RankedTensorType type = op.getInput().getType();
  ShardingRuleBuilder builder = alongDim(type, type.getRank() - 1);
  builder.operand({"d"}).linearIn({1});
  if (!op.getEpsilon().isZero())
    builder.zeroIn({0});
  return builder.build();
}

Work xformer::workOf(RmsNormOp op, ArrayRef<TensorShape> operands,
                     ArrayRef<TensorShape> results) {
  return streamingWork(operands, results,
                       flops::rmsNorm * results[0].numElements() +
                           flops::rmsNormRow * numRows(results[0]));
}

//===----------------------------------------------------------------------===//
// SoftmaxOp
//===----------------------------------------------------------------------===//

ShardingRule xformer::ruleOf(SoftmaxOp op) {
  return alongDim(op.getInput().getType(), op.getDim()).build();
}

Work xformer::workOf(SoftmaxOp op, ArrayRef<TensorShape> operands,
                     ArrayRef<TensorShape> results) {
  return elementwiseWork(operands, results, flops::softmax);
}
