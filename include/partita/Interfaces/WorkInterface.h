// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef PARTITA_INTERFACES_WORKINTERFACE_H
#define PARTITA_INTERFACES_WORKINTERFACE_H

#include "mlir/IR/OpDefinition.h"
#include "partita/Interfaces/Work.h"

#include "partita/Interfaces/WorkInterface.h.inc"

#endif // PARTITA_INTERFACES_WORKINTERFACE_H
