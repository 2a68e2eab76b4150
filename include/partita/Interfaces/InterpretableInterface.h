// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef PARTITA_INTERFACES_INTERPRETABLEINTERFACE_H
#define PARTITA_INTERFACES_INTERPRETABLEINTERFACE_H

#include "mlir/IR/OpDefinition.h"

namespace partita::interp {
/// One op being evaluated on every device; defined by the interpreter.
class Evaluation;
/// How many devices run in lock step.
unsigned numDevices(const Evaluation &evaluation);
} // namespace partita::interp

#include "partita/Interfaces/InterpretableInterface.h.inc"

#endif // PARTITA_INTERFACES_INTERPRETABLEINTERFACE_H
