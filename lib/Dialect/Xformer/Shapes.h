// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the verifiers and shape functions of all ops share. Each check reports
// one labelled constraint of ODS; the label stands beside the call.

#ifndef PARTITA_LIB_DIALECT_XFORMER_SHAPES_H
#define PARTITA_LIB_DIALECT_XFORMER_SHAPES_H

#include "mlir/IR/BuiltinTypes.h"
#include "partita/Dialect/Xformer/XformerTraits.h"

namespace partita::xformer {

/// The tensor type of `value`; all operands and results of the dialect have
/// one.
inline mlir::RankedTensorType typeOf(mlir::Value value) {
  return mlir::cast<mlir::RankedTensorType>(value.getType());
}

/// Fails unless each of the first `count` operand groups has one operand.
/// MLIR checks that the `segments` are not negative and add up, and nothing
/// about those of operands that are not optional: their getters would read
/// another operand, or none.
mlir::LogicalResult checkRequiredOperands(const OpReporter &report,
                                          llvm::ArrayRef<int32_t> segments,
                                          unsigned count);

/// Fails with "expected WHAT to have element type X, got Y" unless both types
/// have the same element type.
mlir::LogicalResult checkElementType(const OpReporter &report,
                                     llvm::StringRef what,
                                     mlir::RankedTensorType actual,
                                     mlir::RankedTensorType expected);

/// Fails with "expected WHAT to have shape X, got Y" unless `actual` has
/// `expected` as its shape.
mlir::LogicalResult checkShape(const OpReporter &report, llvm::StringRef what,
                               mlir::RankedTensorType actual,
                               llvm::ArrayRef<int64_t> expected);

/// Fails with "expected WHAT to be X, got Y" unless the sizes are equal.
mlir::LogicalResult checkSize(const OpReporter &report, llvm::StringRef what,
                              int64_t actual, int64_t expected);

/// Fails with "expected WHAT to have at least N dimensions, got SHAPE" if
/// `actual` has fewer.
mlir::LogicalResult checkMinRank(const OpReporter &report, llvm::StringRef what,
                                 mlir::RankedTensorType actual, int64_t rank);

/// Fails unless `dim` and the `count - 1` after it are dimensions of a tensor
/// of rank `rank`.
mlir::LogicalResult checkDim(const OpReporter &report, int64_t dim,
                             int64_t rank, int64_t count = 1);

/// Fails unless `epsilon` is finite and not negative.
mlir::LogicalResult checkEpsilon(const OpReporter &report,
                                 const llvm::APFloat &epsilon);

/// Writes a shape as in a type: `2x16`, or `scalar`.
std::string formatShape(llvm::ArrayRef<int64_t> shape);

} // namespace partita::xformer

#endif // PARTITA_LIB_DIALECT_XFORMER_SHAPES_H
