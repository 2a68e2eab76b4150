// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the verifiers and shape functions of all ops share. Each check reports
// one labelled constraint of ODS; the label stands beside the call.

#ifndef PARTITA_LIB_DIALECT_XFORMER_SHAPES_H
#define PARTITA_LIB_DIALECT_XFORMER_SHAPES_H

#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Diagnostics.h"
#include <optional>

namespace partita::xformer {

/// The tensor type of `value`; all operands and results of the dialect have
/// one.
inline mlir::RankedTensorType typeOf(mlir::Value value) {
  return mlir::cast<mlir::RankedTensorType>(value.getType());
}

/// Fails with "expected WHAT to have element type X, got Y" unless both types
/// have the same element type.
mlir::LogicalResult checkElementType(std::optional<mlir::Location> location,
                                     llvm::StringRef what,
                                     mlir::RankedTensorType actual,
                                     mlir::RankedTensorType expected);

/// Fails with "expected WHAT to have shape X, got Y" unless `actual` has
/// `expected` as its shape.
mlir::LogicalResult checkShape(std::optional<mlir::Location> location,
                               llvm::StringRef what,
                               mlir::RankedTensorType actual,
                               llvm::ArrayRef<int64_t> expected);

/// Fails with "expected WHAT to be a, got b" unless the sizes are equal.
mlir::LogicalResult checkSize(std::optional<mlir::Location> location,
                              llvm::StringRef what, int64_t actual,
                              int64_t expected);

/// Fails unless `dim` is in [0, rank).
mlir::LogicalResult checkDim(std::optional<mlir::Location> location,
                             int64_t dim, int64_t rank);

/// Fails unless `epsilon` is finite and not negative.
mlir::LogicalResult checkEpsilon(std::optional<mlir::Location> location,
                                 const llvm::APFloat &epsilon);

/// Writes a shape as in a type: `2x16`, or `scalar`.
std::string formatShape(llvm::ArrayRef<int64_t> shape);

} // namespace partita::xformer

#endif // PARTITA_LIB_DIALECT_XFORMER_SHAPES_H
