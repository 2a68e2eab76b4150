// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Shapes.h"

#include "partita/Dialect/Xformer/Xformer.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace partita;
using namespace partita::xformer;

std::optional<SmallVector<int64_t>>
xformer::broadcastShapes(ArrayRef<int64_t> lhs, ArrayRef<int64_t> rhs) {
  if (lhs.size() < rhs.size())
    std::swap(lhs, rhs);
  SmallVector<int64_t> result(lhs);
  for (auto [size, other] :
       llvm::zip(llvm::reverse(result), llvm::reverse(rhs))) {
    if (size != other && size != 1 && other != 1)
      return std::nullopt;
    if (size == 1)
      size = other;
  }
  return result;
}

std::string xformer::formatShape(ArrayRef<int64_t> shape) {
  if (shape.empty())
    return "scalar";
  return llvm::join(
      llvm::map_range(shape, [](int64_t dim) { return std::to_string(dim); }),
      "x");
}

LogicalResult xformer::checkRequiredOperands(const OpReporter &report,
                                             ArrayRef<int32_t> segments,
                                             unsigned count) {
  for (auto [index, size] : llvm::enumerate(segments.take_front(count)))
    if (size != 1)
      return report.error("expected operand group #", index,
                          " to have 1 operand, got ", size);
  return success();
}

LogicalResult xformer::checkElementType(const OpReporter &report,
                                        StringRef what, RankedTensorType actual,
                                        RankedTensorType expected) {
  if (actual.getElementType() == expected.getElementType())
    return success();
  return report.error("expected ", what, " to have element type ",
                      expected.getElementType(), ", got ",
                      actual.getElementType());
}

LogicalResult xformer::checkShape(const OpReporter &report, StringRef what,
                                  RankedTensorType actual,
                                  ArrayRef<int64_t> expected) {
  if (actual.getShape() == expected)
    return success();
  return report.error("expected ", what, " to have shape ",
                      formatShape(expected), ", got ",
                      formatShape(actual.getShape()));
}

LogicalResult xformer::checkSize(const OpReporter &report, StringRef what,
                                 int64_t actual, int64_t expected) {
  if (actual == expected)
    return success();
  return report.error("expected ", what, " to be ", expected, ", got ", actual);
}

LogicalResult xformer::checkMinRank(const OpReporter &report, StringRef what,
                                    RankedTensorType actual, int64_t rank) {
  if (actual.getRank() >= rank)
    return success();
  return report.error("expected ", what, " to have at least ", rank,
                      rank == 1 ? " dimension, got " : " dimensions, got ",
                      formatShape(actual.getShape()));
}

LogicalResult xformer::checkDim(const OpReporter &report, int64_t dim,
                                int64_t rank, int64_t count) {
  if (dim >= 0 && dim <= rank - count)
    return success();
  if (rank < count)
    return report.error("expected an input with at least ", count,
                        count == 1 ? " dimension" : " dimensions", ", got ",
                        rank);
  return report.error("expected dim to be at least 0 and at most ",
                      rank - count, ", got ", dim);
}

LogicalResult xformer::checkEpsilon(const OpReporter &report,
                                    const APFloat &epsilon) {
  if (epsilon.isFinite() && (!epsilon.isNegative() || epsilon.isZero()))
    return success();
  return report.error("expected epsilon to be finite and not negative, got ",
                      epsilon.convertToDouble());
}
