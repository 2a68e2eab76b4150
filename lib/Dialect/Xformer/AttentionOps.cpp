// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Shapes.h"

#include "partita/Dialect/Xformer/Xformer.h"

using namespace mlir;
using namespace partita;
using namespace partita::xformer;

/// The shape `[batch, heads, queries, keys]` of the scores of `op`.
static SmallVector<int64_t> scoreShape(AttentionOp op) {
  return {op.getBatch(), op.getNumHeads(), op.getNumQueries(), op.getNumKeys()};
}

/// Checks the query, key and value of `op` against each other.
static LogicalResult verifyCore(AttentionOp op) {
  OpReporter report(op);
  RankedTensorType query = typeOf(op.getQuery()), key = typeOf(op.getKey()),
                   value = typeOf(op.getValue());
  if (failed(checkSize(report, "batch of the key", key.getDimSize(0),
                       op.getBatch())) || // attention_c1
      failed(checkSize(report, "batch of the value", value.getDimSize(0),
                       op.getBatch())) ||
      failed(checkSize(report, "features of the key", key.getDimSize(3),
                       op.getNumFeatures())) || // attention_c2
      failed(checkSize(report, "number of values", value.getDimSize(1),
                       op.getNumKeys())) || // attention_c3
      failed(checkSize(report, "heads of the value", value.getDimSize(2),
                       op.getNumKeyHeads())))
    return failure();
  if (op.getNumKeyHeads() == 0 ||
      op.getNumHeads() % op.getNumKeyHeads() != 0) // attention_c4
    return report.error("expected the number of query heads to be a multiple "
                        "of that of key heads, got ",
                        op.getNumHeads(), " and ", op.getNumKeyHeads());
  if (failed(
          checkElementType(report, "the key", key, query)) || // attention_c10
      failed(checkElementType(report, "the value", value, query)) ||
      failed(checkElementType(report, "the output", typeOf(op.getOutput()),
                              query)))
    return failure();
  return success();
}

/// Checks the optional operands of `op`.
static LogicalResult verifyOptionalOperands(AttentionOp op) {
  OpReporter report(op);
  if (Value bias = op.getBias()) {
    SmallVector<int64_t> scores = scoreShape(op);
    if (broadcastShapes(typeOf(bias).getShape(), scores) !=
        scores) // attention_c5
      return report.error("expected a bias that broadcasts to ",
                          formatShape(scores), ", got ",
                          formatShape(typeOf(bias).getShape()));
    if (failed(checkElementType(report, "the bias", typeOf(bias),
                                typeOf(op.getQuery()))))
      return failure();
  }
  if (Value mask = op.getKeyMask()) // attention_c6
    if (failed(checkShape(report, "the key mask", typeOf(mask),
                          {op.getBatch(), op.getNumKeys()})))
      return failure();
  // attention_c7
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

LogicalResult AttentionOp::verify() {
  OpReporter report(*this);
  if (failed(checkRequiredOperands(report, getProperties().operandSegmentSizes,
                                   /*count=*/3)) ||
      failed(verifyCore(*this)) || failed(verifyOptionalOperands(*this)))
    return failure();
  if (!getScaleAttr().getValue().isFinite()) // attention_c11
    return report.error("expected a finite scale, got ",
                        getScale().convertToDouble());
  if (failed(checkShape(report, "the output", typeOf(getOutput()),
                        {getBatch(), getNumQueries(), getNumHeads(),
                         getNumValueFeatures()}))) // attention_c8
    return failure();
  if (getLse() && failed(checkShape(report, "the log-sum-exp", typeOf(getLse()),
                                    {getBatch(), getNumHeads(),
                                     getNumQueries()}))) // attention_c9
    return failure();
  return success();
}
