// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What lists of parts of axes share, wherever they stand.

#ifndef PARTITA_LIB_DIALECT_DIST_AXISPARTS_H
#define PARTITA_LIB_DIALECT_DIST_AXISPARTS_H

#include "partita/Dialect/Dist/Dist.h"

namespace partita::dist {

/// One part made of two, the second of which follows the first.
AxisPartAttr join(AxisPartAttr major, AxisPartAttr minor);

/// Two parts that cannot stand in one list, or none.
struct PartsConflict {
  enum Kind { None, Overlap, Factorization };
  Kind kind = None;
  AxisPartAttr major, minor;

  explicit operator bool() const { return kind != None; }

  /// Says what is wrong.
  llvm::LogicalResult report(mlir::InFlightDiagnostic diagnostic) const;
};

/// The first conflict in the order of names and parts.
PartsConflict findConflict(llvm::SmallVector<AxisPartAttr> parts);

/// Fails with a message through `emitError` if there is a conflict.
inline llvm::LogicalResult
verifyNoConflict(llvm::SmallVector<AxisPartAttr> parts,
                 llvm::function_ref<mlir::InFlightDiagnostic()> emitError) {
  PartsConflict conflict = findConflict(std::move(parts));
  return conflict ? conflict.report(emitError()) : mlir::success();
}

} // namespace partita::dist

#endif // PARTITA_LIB_DIALECT_DIST_AXISPARTS_H
