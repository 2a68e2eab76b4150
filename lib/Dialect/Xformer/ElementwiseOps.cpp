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
  // add_c2, sub_c2, mul_c2, div_c2, max_c2
  if (failed(checkElementType(report, "the right operand", rhsType, lhsType)))
    return failure();
  std::optional<SmallVector<int64_t>> shape =
      broadcastShapes(lhsType.getShape(), rhsType.getShape());
  // add_c1, sub_c1, mul_c1, div_c1, max_c1
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

//===----------------------------------------------------------------------===//
// DropoutOp
//===----------------------------------------------------------------------===//

LogicalResult DropoutOp::verify() {
  OpReporter report(*this);
  double rate = getRate().convertToDouble();
  if (!(rate >= 0 && rate < 1)) // dropout_c1
    return report.error("expected rate to be at least 0 and less than 1, got ",
                        rate);
  if (static_cast<bool>(getOrigin()) !=
      getGlobalShape().has_value()) // dropout_c2
    return report.error(
        "expected 'origin' and 'of' to be given together or not at all");
  if (!getOrigin())
    return success();
  RankedTensorType input = typeOf(getInput());
  ArrayRef<int64_t> globalShape = *getGlobalShape();
  // dropout_c3
  if (failed(checkSize(report, "size of the origin",
                       typeOf(getOrigin()).getDimSize(0), input.getRank())) ||
      failed(checkSize(report, "rank of the global shape", globalShape.size(),
                       input.getRank())))
    return failure();
  for (auto [local, global] : llvm::zip_equal(input.getShape(), globalShape))
    if (local > global) // dropout_c4
      return report.error("expected an input no larger than the global shape ",
                          formatShape(globalShape), ", got ",
                          formatShape(input.getShape()));
  if (!hasBoundedSize(globalShape, input.getElementType())) // dropout_c5
    return report.error("expected a global shape of fewer than 2^63 bytes, "
                        "got ",
                        formatShape(globalShape));
  return success();
}
