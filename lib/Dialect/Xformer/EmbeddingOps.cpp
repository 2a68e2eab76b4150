// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Shapes.h"

#include "partita/Dialect/Xformer/Xformer.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace partita;
using namespace partita::xformer;

//===----------------------------------------------------------------------===//
// EmbeddingOp
//===----------------------------------------------------------------------===//

LogicalResult EmbeddingOp::inferTypes(const OpReporter &report, Adaptor adaptor,
                                      SmallVectorImpl<Type> &types) {
  RankedTensorType table = typeOf(adaptor.getTable());
  SmallVector<int64_t> shape(typeOf(adaptor.getIds()).getShape());
  shape.push_back(table.getDimSize(1));
  types.push_back(RankedTensorType::get(shape, table.getElementType()));
  // embedding_c1
  if (Value rowIds = adaptor.getRowIds()) // embedding_c2
    return checkSize(report, "number of row ids", typeOf(rowIds).getDimSize(0),
                     table.getDimSize(0));
  return success();
}

//===----------------------------------------------------------------------===//
// IotaOp
//===----------------------------------------------------------------------===//

LogicalResult IotaOp::verify() {
  // iota_c1
  int64_t first = getFirst(), step = getStep();
  int64_t size = getResult().getType().getDimSize(0);
  unsigned width = getResult().getType().getElementTypeBitWidth();
  int64_t distance, last;
  bool fits =
      !llvm::MulOverflow(std::max<int64_t>(size - 1, 0), step, distance) &&
      !llvm::AddOverflow(first, distance, last) && llvm::isIntN(width, first) &&
      llvm::isIntN(width, last);
  if (fits)
    return success();
  return OpReporter(*this).error(
      "expected numbers that fit ", getResult().getType().getElementType(),
      ", got ", size, " numbers from ", first, " in steps of ", step);
}

//===----------------------------------------------------------------------===//
// RotaryOp
//===----------------------------------------------------------------------===//

LogicalResult RotaryOp::inferTypes(const OpReporter &report, Adaptor adaptor,
                                   SmallVectorImpl<Type> &types) {
  types.push_back(adaptor.getInput().getType());
  return success(); // rotary_c4
}

LogicalResult RotaryOp::verify() {
  OpReporter report(*this);
  RankedTensorType input = typeOf(getInput());
  if (input.getDimSize(3) % 2 != 0) // rotary_c1
    return report.error("expected an even number of features, got ",
                        input.getDimSize(3));
  if (getPositions() && // rotary_c2
      failed(checkSize(report, "number of positions",
                       typeOf(getPositions()).getDimSize(0),
                       input.getDimSize(1))))
    return failure();
  const APFloat &theta = getThetaAttr().getValue();
  if (!theta.isFinite() || theta.isNegative() || theta.isZero()) // rotary_c3
    return report.error("expected theta to be positive and finite, got ",
                        theta.convertToDouble());
  return success();
}

//===----------------------------------------------------------------------===//
// RelativePositionBiasOp
//===----------------------------------------------------------------------===//

LogicalResult RelativePositionBiasOp::verify() {
  OpReporter report(*this);
  if (failed(checkRequiredOperands(report, getProperties().operandSegmentSizes,
                                   /*count=*/1)))
    return failure();
  RankedTensorType table = typeOf(getTable()), result = typeOf(getResult());
  // relative_position_bias_c1
  if (failed(checkElementType(report, "the result", result, table)) ||
      failed(checkShape(report, "the result", result,
                        {1, table.getDimSize(1), result.getDimSize(2),
                         result.getDimSize(3)})))
    return failure();
  // relative_position_bias_c2
  if (getQueryPositions() &&
      failed(checkSize(report, "number of query positions",
                       typeOf(getQueryPositions()).getDimSize(0),
                       result.getDimSize(2))))
    return failure();
  if (getKeyPositions() &&
      failed(checkSize(report, "number of key positions",
                       typeOf(getKeyPositions()).getDimSize(0),
                       result.getDimSize(3))))
    return failure();
  // relative_position_bias_c3
  int64_t buckets = table.getDimSize(0);
  if (getBidirectional() ? buckets < 4 || buckets % 2 != 0 : buckets < 2)
    return report.error("expected ",
                        getBidirectional()
                            ? "an even number of at least 4 buckets"
                            : "at least 2 buckets",
                        ", got ", buckets);
  // relative_position_bias_c4: half of the buckets of a side are exact.
  int64_t exact = (getBidirectional() ? buckets / 2 : buckets) / 2;
  int64_t maxDistance = getMaxDistance();
  if (maxDistance <= exact)
    return report.error("expected max_distance to be greater than ", exact,
                        ", the number of distances that have their own bucket, "
                        "got ",
                        maxDistance);
  return success();
}
