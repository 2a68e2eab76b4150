// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Models.h"

using namespace mlir;
using namespace partita;
using namespace partita::xformer;

/// Replaces the names of `dim` and of the dimension after it by one that is
/// made of both.
static FactorNames merged(FactorNames names, unsigned dim) {
  names[dim] += "*" + names[dim + 1];
  names.erase(names.begin() + dim + 1);
  return names;
}

//===----------------------------------------------------------------------===//
// SplitDimOp, MergeDimsOp
//===----------------------------------------------------------------------===//

ShardingRule xformer::ruleOf(SplitDimOp op) {
  RankedTensorType type = op.getResult().getType();
  FactorNames names = dimNames(type.getRank());
  return ShardingRuleBuilder()
      .parallel(names, type.getShape())
      .operand(merged(names, op.getDim()))
      .result(names)
      .linearIn({0})
      .build();
}

ShardingRule xformer::ruleOf(MergeDimsOp op) {
  RankedTensorType type = op.getInput().getType();
  FactorNames names = dimNames(type.getRank());
  return ShardingRuleBuilder()
      .parallel(names, type.getShape())
      .operand(names)
      .result(merged(names, op.getDim()))
      .linearIn({0})
      .build();
}

Work xformer::workOf(SplitDimOp op, ArrayRef<TensorShape> operands,
                     ArrayRef<TensorShape> results) {
  return {};
}

Work xformer::workOf(MergeDimsOp op, ArrayRef<TensorShape> operands,
                     ArrayRef<TensorShape> results) {
  return {};
}

//===----------------------------------------------------------------------===//
// TransposeOp
//===----------------------------------------------------------------------===//

ShardingRule xformer::ruleOf(TransposeOp op) {
  RankedTensorType type = op.getInput().getType();
  FactorNames names = dimNames(type.getRank()), permuted;
  for (int64_t dim : op.getPermutation())
    permuted.push_back(names[dim]);
  return ShardingRuleBuilder()
      .parallel(names, type.getShape())
      .operand(names)
      .result(permuted)
      .linearIn({0})
      .build();
}

Work xformer::workOf(TransposeOp op, ArrayRef<TensorShape> operands,
                     ArrayRef<TensorShape> results) {
  return streamingWork(operands, results, 0);
}

//===----------------------------------------------------------------------===//
// SliceOp, ConcatOp
//===----------------------------------------------------------------------===//

/// The rule of `op`, whose operands and result differ along `dim` only. Where
/// an operand is as long as the result it is the result, and `dim` is parallel;
/// otherwise a part of one is no part of the other, and both are whole.
static ShardingRuleBuilder partsAlongDim(Operation *op, unsigned dim) {
  auto result = cast<RankedTensorType>(op->getResult(0).getType());
  FactorNames names = dimNames(result.getRank());
  int64_t size = result.getDimSize(dim);
  auto isWhole = [&](Type type) {
    return cast<RankedTensorType>(type).getDimSize(dim) != size;
  };

  ShardingRuleBuilder builder;
  for (auto [index, name, size] : llvm::enumerate(names, result.getShape()))
    if (index == dim && llvm::any_of(op->getOperandTypes(), isWhole))
      builder.whole(name, size);
    else
      builder.parallel(name, size);
  SmallVector<unsigned> all;
  for (auto [index, type] : llvm::enumerate(op->getOperandTypes())) {
    FactorNames operandNames = names;
    if (isWhole(type)) {
      operandNames[dim] += "_" + std::to_string(index);
      builder.whole(operandNames[dim],
                    cast<RankedTensorType>(type).getDimSize(dim));
    }
    builder.operand(operandNames);
    all.push_back(index);
  }
  return builder.result(names).linearIn(all);
}

ShardingRule xformer::ruleOf(SliceOp op) {
  return partsAlongDim(op, op.getDim()).build();
}

ShardingRule xformer::ruleOf(ConcatOp op) {
  return partsAlongDim(op, op.getDim()).build();
}

Work xformer::workOf(SliceOp op, ArrayRef<TensorShape> operands,
                     ArrayRef<TensorShape> results) {
  return streamingWork(results, results, 0);
}

Work xformer::workOf(ConcatOp op, ArrayRef<TensorShape> operands,
                     ArrayRef<TensorShape> results) {
  return streamingWork(operands, results, 0);
}
