// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Shapes.h"

#include "partita/Dialect/Xformer/Xformer.h"

using namespace mlir;
using namespace partita;
using namespace partita::xformer;

//===----------------------------------------------------------------------===//
// What attention and its log-sum-exp have in common
//===----------------------------------------------------------------------===//

/// Checks the query and key of `op` against each other.
template <typename OpTy> static LogicalResult verifyQueryAndKey(OpTy op) {
  OpReporter report(op);
  RankedTensorType query = typeOf(op.getQuery()), key = typeOf(op.getKey());
  // attention_c1, attention_lse_c1; attention_c2, attention_lse_c2
  if (failed(checkSize(report, "batch of the key", key.getDimSize(0),
                       op.getBatch())) ||
      failed(checkSize(report, "features of the key", key.getDimSize(3),
                       op.getNumFeatures())))
    return failure();
  // attention_c4, attention_lse_c3
  if (op.getNumKeyHeads() == 0 || op.getNumHeads() % op.getNumKeyHeads() != 0)
    return report.error("expected the number of query heads to be a multiple "
                        "of that of key heads, got ",
                        op.getNumHeads(), " and ", op.getNumKeyHeads());
  // attention_c10, attention_lse_c8
  if (failed(checkElementType(report, "the key", key, query)))
    return failure();
  // attention_c11, attention_lse_c9
  if (!op.getScaleAttr().getValue().isFinite())
    return report.error("expected a finite scale, got ",
                        op.getScale().convertToDouble());
  return success();
}

/// Checks what tells `op` which keys a query sees, and how well.
template <typename OpTy> static LogicalResult verifyOptionalOperands(OpTy op) {
  OpReporter report(op);
  if (Value bias = op.getBias()) {
    SmallVector<int64_t> scores = {op.getBatch(), op.getNumHeads(),
                                   op.getNumQueries(), op.getNumKeys()};
    // attention_c5, attention_lse_c4
    if (broadcastShapes(typeOf(bias).getShape(), scores) != scores)
      return report.error("expected a bias that broadcasts to ",
                          formatShape(scores), ", got ",
                          formatShape(typeOf(bias).getShape()));
    if (failed(checkElementType(report, "the bias", typeOf(bias),
                                typeOf(op.getQuery()))))
      return failure();
  }
  if (Value mask = op.getKeyMask()) // attention_c6, attention_lse_c5
    if (failed(checkShape(report, "the key mask", typeOf(mask),
                          {op.getBatch(), op.getNumKeys()})))
      return failure();
  // attention_c7, attention_lse_c6
  Value queryPositions = op.getQueryPositions();
  Value keyPositions = op.getKeyPositions();
  if (queryPositions && failed(checkSize(report, "number of query positions",
                                         typeOf(queryPositions).getDimSize(0),
                                         op.getNumQueries())))
    return failure();
  if (keyPositions &&
      failed(checkSize(report, "number of key positions",
                       typeOf(keyPositions).getDimSize(0), op.getNumKeys())))
    return failure();
  if ((queryPositions || keyPositions) && !op.getCausal())
    return report.error(
        "expected 'causal' where positions are given: nothing else reads them");
  return success();
}

/// Checks that `tensor` has one element a query and head of `op`.
template <typename OpTy>
static LogicalResult checkOnePerRow(OpTy op, StringRef what, Value tensor) {
  return checkShape(OpReporter(op), what, typeOf(tensor),
                    {op.getBatch(), op.getNumHeads(), op.getNumQueries()});
}

//===----------------------------------------------------------------------===//
// AttentionOp
//===----------------------------------------------------------------------===//

LogicalResult AttentionOp::verify() {
  OpReporter report(*this);
  if (failed(checkRequiredOperands(report, getProperties().operandSegmentSizes,
                                   /*count=*/3)))
    return failure();
  RankedTensorType query = typeOf(getQuery()), value = typeOf(getValue());
  if (failed(verifyQueryAndKey(*this)) ||
      failed(checkSize(report, "batch of the value", value.getDimSize(0),
                       getBatch())) || // attention_c1
      failed(checkSize(report, "number of values", value.getDimSize(1),
                       getNumKeys())) || // attention_c3
      failed(checkSize(report, "heads of the value", value.getDimSize(2),
                       getNumKeyHeads())) ||
      failed(checkElementType(report, "the value", value,
                              query)) || // attention_c10
      failed(
          checkElementType(report, "the output", typeOf(getOutput()), query)) ||
      failed(verifyOptionalOperands(*this)) ||
      failed(checkShape(report, "the output", typeOf(getOutput()),
                        {getBatch(), getNumQueries(), getNumHeads(),
                         getNumValueFeatures()}))) // attention_c8
    return failure();
  if (getLse() && // attention_c9
      failed(checkOnePerRow(*this, "the log-sum-exp", getLse())))
    return failure();
  if (!getNormalizer())
    return success();
  if (getLse()) // attention_c13
    return report.error(
        "expected no log-sum-exp where the normalizer is given");
  return checkOnePerRow(*this, "the normalizer",
                        getNormalizer()); // attention_c12
}

//===----------------------------------------------------------------------===//
// AttentionLseOp
//===----------------------------------------------------------------------===//

LogicalResult AttentionLseOp::verify() {
  if (failed(checkRequiredOperands(OpReporter(*this),
                                   getProperties().operandSegmentSizes,
                                   /*count=*/2)) ||
      failed(verifyQueryAndKey(*this)) || failed(verifyOptionalOperands(*this)))
    return failure();
  return checkOnePerRow(*this, "the log-sum-exp",
                        getLse()); // attention_lse_c7
}

//===----------------------------------------------------------------------===//
// RescaleOp
//===----------------------------------------------------------------------===//

LogicalResult RescaleOp::verify() {
  RankedTensorType input = typeOf(getInput());
  return checkShape(OpReporter(*this), "the normalizers", typeOf(getFrom()),
                    {input.getDimSize(0), input.getDimSize(2),
                     input.getDimSize(1)}); // rescale_c1
}
