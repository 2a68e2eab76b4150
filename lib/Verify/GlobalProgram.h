// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef PARTITA_LIB_VERIFY_GLOBALPROGRAM_H
#define PARTITA_LIB_VERIFY_GLOBALPROGRAM_H

#include "Terms.h"
#include "mlir/Interfaces/FunctionInterfaces.h"

namespace partita::verify {

/// The terms of a global function.
struct GlobalProgram {
  TermTable table;
  TermList arguments;
  TermList results;
  /// Terms of tensors that have the same value everywhere, by that value.
  llvm::DenseMap<mlir::Attribute, TermList> splats;
};

/// The element that `op` fills a tensor with; null if it is no such constant.
mlir::Attribute getSplatValue(mlir::Operation *op);

/// Makes the terms of all values of `function`. Fails with a diagnostic at an
/// op that is not a function of its operands.
llvm::LogicalResult readGlobalProgram(mlir::FunctionOpInterface function,
                                      GlobalProgram &program);

} // namespace partita::verify

#endif // PARTITA_LIB_VERIFY_GLOBALPROGRAM_H
