// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef PARTITA_INTERFACES_INTERPRETABLEINTERFACE_H
#define PARTITA_INTERFACES_INTERPRETABLEINTERFACE_H

#include "mlir/IR/OpDefinition.h"

namespace partita::interp {
/// One op being evaluated on every device; defined by the interpreter.
class Evaluation;
/// Calls `function` for every device that runs the op, in order or, where the
/// interpreter was given threads for it, at the same time. Fails if one call
/// does; the diagnostics are those of the first device whose call did.
llvm::LogicalResult
forEachDevice(Evaluation &evaluation,
              llvm::function_ref<llvm::LogicalResult(unsigned)> function);
} // namespace partita::interp

#include "partita/Interfaces/InterpretableInterface.h.inc"

#endif // PARTITA_INTERFACES_INTERPRETABLEINTERFACE_H
