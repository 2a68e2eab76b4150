// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "partita/Dialect/Dist/Dist.h"

#include "Checks.h"

#include "partita/Interfaces/ElementwiseModels.h"

using namespace mlir;
using namespace partita;
using namespace partita::dist;

/// `type` with dimension `dim` of size `size`.
static RankedTensorType withSize(RankedTensorType type, int64_t dim,
                                 int64_t size) {
  SmallVector<int64_t> shape(type.getShape());
  shape[dim] = size;
  return type.clone(shape);
}

/// Checks that `size` is that of dimension `dim` of the input of `op`.
static LogicalResult checkPaddingSize(Operation *op, DimPaddingAttr padding,
                                      int64_t size, RankedTensorType input,
                                      int64_t dim) {
  if (size == input.getDimSize(dim))
    return success();
  return op->emitOpError("expected a padding of dimension ")
         << dim << " of " << input << ", got " << padding;
}

static LogicalResult checkResultType(Operation *op, RankedTensorType expected) {
  Type result = op->getResult(0).getType();
  if (result == expected)
    return success();
  return op->emitOpError("expected a result of type ")
         << expected << ", got " << result;
}

/// The rule of an op that changes the size of dimension `dim` only.
static ShardingRule resizingRule(RankedTensorType input,
                                 RankedTensorType result, unsigned dim) {
  FactorNames names = dimNames(input.getRank()), resultNames = names;
  ShardingRuleBuilder builder;
  for (auto [index, name, size] : llvm::enumerate(names, input.getShape()))
    if (index == dim)
      builder.whole(name, size);
    else
      builder.parallel(name, size);
  resultNames[dim] += "_0";
  return builder.whole(resultNames[dim], result.getDimSize(dim))
      .operand(names)
      .result(resultNames)
      .linearIn({0})
      .build();
}

//===----------------------------------------------------------------------===//
// PadOp
//===----------------------------------------------------------------------===//

void PadOp::build(OpBuilder &builder, OperationState &state, Value input,
                  int64_t dim, DimPaddingAttr padding) {
  auto type = cast<RankedTensorType>(input.getType());
  build(builder, state, withSize(type, dim, padding.getPaddedSize()), input,
        dim, padding);
}

LogicalResult PadOp::verify() {
  RankedTensorType input = getInput().getType();
  int64_t dim = getDim();
  if (failed(checkDim(*this, dim, input)) || // pad_c1
      failed(checkPaddingSize(*this, getPadding(), getPadding().getSize(),
                              input, dim))) // pad_c2
    return failure();
  return checkResultType(
      *this, withSize(input, dim, getPadding().getPaddedSize())); // pad_c3
}

ShardingRule PadOp::getShardingRule() {
  return resizingRule(getInput().getType(), getType(), getDim());
}

//===----------------------------------------------------------------------===//
// UnpadOp
//===----------------------------------------------------------------------===//

void UnpadOp::build(OpBuilder &builder, OperationState &state, Value input,
                    int64_t dim, DimPaddingAttr padding) {
  auto type = cast<RankedTensorType>(input.getType());
  build(builder, state, withSize(type, dim, padding.getSize()), input, dim,
        padding);
}

LogicalResult UnpadOp::verify() {
  RankedTensorType input = getInput().getType();
  int64_t dim = getDim();
  if (failed(checkDim(*this, dim, input)) || // unpad_c1
      failed(checkPaddingSize(*this, getPadding(), getPadding().getPaddedSize(),
                              input, dim))) // unpad_c2
    return failure();
  return checkResultType(
      *this, withSize(input, dim, getPadding().getSize())); // unpad_c3
}

OpFoldResult UnpadOp::fold(FoldAdaptor) {
  auto pad = getInput().getDefiningOp<PadOp>();
  if (pad && pad.getDim() == getDim() && pad.getPadding() == getPadding())
    return pad.getInput();
  return nullptr;
}

ShardingRule UnpadOp::getShardingRule() {
  return resizingRule(getInput().getType(), getType(), getDim());
}

//===----------------------------------------------------------------------===//
// FillOp
//===----------------------------------------------------------------------===//

LogicalResult FillOp::verify() {
  RankedTensorType input = getInput().getType(), keep = getKeep().getType();
  int64_t dim = getDim();
  if (failed(checkDim(*this, dim, input))) // fill_c1
    return failure();
  if (keep.getDimSize(0) != input.getDimSize(dim)) // fill_c2
    return emitOpError("expected a mask of ")
           << input.getDimSize(dim) << " elements, as dimension " << dim
           << " of " << input << " has, got " << keep;
  if (getValue().getType() != input.getElementType()) // fill_c3
    return emitOpError("expected a value of type ")
           << input.getElementType() << ", got " << getValue();
  return success();
}

ShardingRule FillOp::getShardingRule() {
  RankedTensorType type = getInput().getType();
  FactorNames names = dimNames(type.getRank());
  ShardingRuleBuilder builder;
  builder.parallel(names, type.getShape())
      .operand(names)
      .operand({names[getDim()]})
      .result(names);
  // What is filled with zeros is linear in the rest.
  Attribute value = getValue();
  auto number = dyn_cast<FloatAttr>(value);
  auto integer = dyn_cast<IntegerAttr>(value);
  if ((number && number.getValue().isZero()) ||
      (integer && integer.getValue().isZero()))
    builder.linearIn({0});
  return builder.build();
}
