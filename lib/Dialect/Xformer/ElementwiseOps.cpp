// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Shapes.h"

#include "partita/Dialect/Xformer/Xformer.h"

using namespace mlir;
using namespace partita;
using namespace partita::xformer;

//===----------------------------------------------------------------------===//
// Arithmetic with broadcasting
//===----------------------------------------------------------------------===//

static LogicalResult inferBroadcast(const OpReporter &report, Value lhs,
                                    Value rhs, SmallVectorImpl<Type> &types) {
  RankedTensorType lhsType = typeOf(lhs), rhsType = typeOf(rhs);
  // add_c2, sub_c2, mul_c2, div_c2, max_c2, log_add_exp_c2
  if (failed(checkElementType(report, "the right operand", rhsType, lhsType)))
    return failure();
  std::optional<SmallVector<int64_t>> shape =
      broadcastShapes(lhsType.getShape(), rhsType.getShape());
  // add_c1, sub_c1, mul_c1, div_c1, max_c1, log_add_exp_c1
  if (!shape)
    return report.error("expected operands whose shapes broadcast, got ",
                        formatShape(lhsType.getShape()), " and ",
                        formatShape(rhsType.getShape()));
  types.push_back(lhsType.clone(*shape));
  return success();
}

LogicalResult AddOp::inferTypes(const OpReporter &report, Adaptor adaptor,
                                SmallVectorImpl<Type> &types) {
  return inferBroadcast(report, adaptor.getLhs(), adaptor.getRhs(), types);
}

LogicalResult SubOp::inferTypes(const OpReporter &report, Adaptor adaptor,
                                SmallVectorImpl<Type> &types) {
  return inferBroadcast(report, adaptor.getLhs(), adaptor.getRhs(), types);
}

LogicalResult MulOp::inferTypes(const OpReporter &report, Adaptor adaptor,
                                SmallVectorImpl<Type> &types) {
  return inferBroadcast(report, adaptor.getLhs(), adaptor.getRhs(), types);
}

LogicalResult DivOp::inferTypes(const OpReporter &report, Adaptor adaptor,
                                SmallVectorImpl<Type> &types) {
  return inferBroadcast(report, adaptor.getLhs(), adaptor.getRhs(), types);
}

LogicalResult MaxOp::inferTypes(const OpReporter &report, Adaptor adaptor,
                                SmallVectorImpl<Type> &types) {
  return inferBroadcast(report, adaptor.getLhs(), adaptor.getRhs(), types);
}

LogicalResult LogAddExpOp::inferTypes(const OpReporter &report, Adaptor adaptor,
                                      SmallVectorImpl<Type> &types) {
  return inferBroadcast(report, adaptor.getLhs(), adaptor.getRhs(), types);
}

//===----------------------------------------------------------------------===//
// DropoutOp
//===----------------------------------------------------------------------===//

LogicalResult DropoutOp::verify() {
  OpReporter report(*this);
  double rate = getRate().convertToDouble();
  if (!(rate >= 0 && rate < 1)) // dropout_c1
    return report.error("expected rate to be at least 0 and less than 1, got ",
                        rate);
  if (getIndices().empty() != !getGlobalShape()) // dropout_c2
    return report.error(
        "expected 'indices' and 'of' to be given together or not at all");
  if (!getGlobalShape())
    return success();
  RankedTensorType input = typeOf(getInput());
  ArrayRef<int64_t> globalShape = *getGlobalShape();
  // dropout_c3
  if (failed(checkSize(report, "number of lists of indices",
                       getIndices().size(), input.getRank())) ||
      failed(checkSize(report, "rank of the global shape", globalShape.size(),
                       input.getRank())))
    return failure();
  for (auto [dim, indices] : llvm::enumerate(getIndices()))
    if (typeOf(indices).getDimSize(0) != input.getDimSize(dim)) // dropout_c4
      return report.error("expected ", input.getDimSize(dim),
                          " indices along dimension ", dim, ", got ",
                          typeOf(indices).getDimSize(0));
  if (llvm::any_of(globalShape, // dropout_c5
                   [](int64_t size) { return size < 0; }))
    return report.error("expected a global shape without negative sizes, got ",
                        formatShape(globalShape));
  if (!hasBoundedSize(globalShape, input.getElementType()))
    return report.error("expected a global shape of fewer than 2^63 bytes, "
                        "got ",
                        formatShape(globalShape));
  return success();
}
