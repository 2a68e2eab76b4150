// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef PARTITA_INTERFACES_LOCALFORMINTERFACE_H
#define PARTITA_INTERFACES_LOCALFORMINTERFACE_H

#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/PatternMatch.h"

#include "partita/Interfaces/LocalFormInterface.h.inc"

#endif // PARTITA_INTERFACES_LOCALFORMINTERFACE_H
