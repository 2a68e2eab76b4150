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

LogicalResult xformer::checkElementType(std::optional<Location> location,
                                        StringRef what, RankedTensorType actual,
                                        RankedTensorType expected) {
  if (actual.getElementType() == expected.getElementType())
    return success();
  return emitOptionalError(location, "expected ", what,
                           " to have element type ", expected.getElementType(),
                           ", got ", actual.getElementType());
}

LogicalResult xformer::checkShape(std::optional<Location> location,
                                  StringRef what, RankedTensorType actual,
                                  ArrayRef<int64_t> expected) {
  if (actual.getShape() == expected)
    return success();
  return emitOptionalError(location, "expected ", what, " to have shape ",
                           formatShape(expected), ", got ",
                           formatShape(actual.getShape()));
}

LogicalResult xformer::checkSize(std::optional<Location> location,
                                 StringRef what, int64_t actual,
                                 int64_t expected) {
  if (actual == expected)
    return success();
  return emitOptionalError(location, "expected ", what, " to be ", expected,
                           ", got ", actual);
}

LogicalResult xformer::checkDim(std::optional<Location> location, int64_t dim,
                                int64_t rank) {
  if (dim >= 0 && dim < rank)
    return success();
  return emitOptionalError(location, "expected dim in [0, ", rank, "), got ",
                           dim);
}

LogicalResult xformer::checkEpsilon(std::optional<Location> location,
                                    const APFloat &epsilon) {
  if (epsilon.isFinite() && (!epsilon.isNegative() || epsilon.isZero()))
    return success();
  return emitOptionalError(
      location, "expected epsilon to be finite and not negative, got ",
      epsilon.convertToDouble());
}
