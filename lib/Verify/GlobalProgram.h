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
  /// Whether values of the local program may have pads.
  bool hasPads = false;
  TermList arguments;
  TermList results;
};

/// Makes the terms of all values of `function`. Fails with a diagnostic at an
/// op that is not a function of its operands.
llvm::LogicalResult readGlobalProgram(mlir::FunctionOpInterface function,
                                      GlobalProgram &program);

} // namespace partita::verify

#endif // PARTITA_LIB_VERIFY_GLOBALPROGRAM_H
