// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Models.h"
#include "partita/Dialect/Xformer/Interfaces/Flops.h"

using namespace mlir;
using namespace partita;
using namespace partita::xformer;

//===----------------------------------------------------------------------===//
// Activations
//===----------------------------------------------------------------------===//

static int64_t flopsOf(Activation activation) {
  switch (activation) {
  case Activation::Relu:
    return flops::relu;
  case Activation::Silu:
    return flops::silu;
  case Activation::Gelu:
    return flops::gelu;
  case Activation::GeluTanh:
    return flops::geluTanh;
  }
  llvm_unreachable("unknown activation");
}

ShardingRule xformer::ruleOf(GeluOp op) {
  return elementwiseRule(op).zeroIn({0}).build();
}
ShardingRule xformer::ruleOf(SiluOp op) {
  return elementwiseRule(op).zeroIn({0}).build();
}
ShardingRule xformer::ruleOf(ReluOp op) {
  return elementwiseRule(op).zeroIn({0}).build();
}

ShardingRule xformer::ruleOf(GatedOp op) {
  return elementwiseRule(op).linearIn({1}).zeroIn({0}).build();
}

Work xformer::workOf(GeluOp op, ArrayRef<TensorShape> operands,
                     ArrayRef<TensorShape> results) {
  return elementwiseWork(
      operands, results,
      flopsOf(op.getTanh() ? Activation::GeluTanh : Activation::Gelu));
}

Work xformer::workOf(SiluOp op, ArrayRef<TensorShape> operands,
                     ArrayRef<TensorShape> results) {
  return elementwiseWork(operands, results, flopsOf(Activation::Silu));
}

Work xformer::workOf(ReluOp op, ArrayRef<TensorShape> operands,
                     ArrayRef<TensorShape> results) {
  return elementwiseWork(operands, results, flopsOf(Activation::Relu));
}

Work xformer::workOf(GatedOp op, ArrayRef<TensorShape> operands,
                     ArrayRef<TensorShape> results) {
  return elementwiseWork(operands, results,
                         flopsOf(op.getActivation()) + flops::gate);
}

//===----------------------------------------------------------------------===//
// Arithmetic with broadcasting
//===----------------------------------------------------------------------===//

ShardingRule xformer::ruleOf(AddOp op) {
  return elementwiseRule(op).linearIn({0, 1}).build();
}

ShardingRule xformer::ruleOf(SubOp op) {
  return elementwiseRule(op).linearIn({0, 1}).build();
}

ShardingRule xformer::ruleOf(MulOp op) {
  return elementwiseRule(op).linearIn({0}).linearIn({1}).build();
}

ShardingRule xformer::ruleOf(DivOp op) {
  return elementwiseRule(op).linearIn({0}).dividesBy(1).build();
}

ShardingRule xformer::ruleOf(MaxOp op) {
  return elementwiseRule(op).zeroIn({0, 1}).build();
}

ShardingRule xformer::ruleOf(LogAddExpOp op) {
  return elementwiseRule(op).build();
}

Work xformer::workOf(LogAddExpOp op, ArrayRef<TensorShape> operands,
                     ArrayRef<TensorShape> results) {
  return elementwiseWork(operands, results, flops::logAddExp);
}

Work xformer::workOf(AddOp op, ArrayRef<TensorShape> operands,
                     ArrayRef<TensorShape> results) {
  return elementwiseWork(operands, results, flops::arithmetic);
}

Work xformer::workOf(SubOp op, ArrayRef<TensorShape> operands,
                     ArrayRef<TensorShape> results) {
  return elementwiseWork(operands, results, flops::arithmetic);
}

Work xformer::workOf(MulOp op, ArrayRef<TensorShape> operands,
                     ArrayRef<TensorShape> results) {
  return elementwiseWork(operands, results, flops::arithmetic);
}

Work xformer::workOf(DivOp op, ArrayRef<TensorShape> operands,
                     ArrayRef<TensorShape> results) {
  return elementwiseWork(operands, results, flops::arithmetic);
}

Work xformer::workOf(MaxOp op, ArrayRef<TensorShape> operands,
                     ArrayRef<TensorShape> results) {
  return elementwiseWork(operands, results, flops::arithmetic);
}

//===----------------------------------------------------------------------===//
// DropoutOp
//===----------------------------------------------------------------------===//

ShardingRule xformer::ruleOf(DropoutOp op) {
  RankedTensorType type = op.getInput().getType();
  FactorNames names = dimNames(type.getRank());
  ShardingRuleBuilder builder;
  builder.parallel(names, type.getShape())
      .operand(names)
      .operand({})
      .result(names)
      .linearIn({0});
  // An element draws by its place in the global tensor, which must be told
  // where the op has a slice of it.
  if (op.getIndices().empty())
    // A longer leading dimension moves no element.
    return builder.localForm(names)
        .paddedForm(ArrayRef(names).drop_front(names.empty() ? 0 : 1))
        .build();
  for (StringRef name : names)
    builder.operand({name.str()});
  return builder.build();
}

Work xformer::workOf(DropoutOp op, ArrayRef<TensorShape> operands,
                     ArrayRef<TensorShape> results) {
  return elementwiseWork(operands, results, flops::dropout);
}
