// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef PARTITA_INTERFACES_SHARDINGRULEINTERFACE_H
#define PARTITA_INTERFACES_SHARDINGRULEINTERFACE_H

#include "mlir/IR/OpDefinition.h"
#include "partita/Interfaces/ShardingRule.h"

#include "partita/Interfaces/ShardingRuleInterface.h.inc"

#endif // PARTITA_INTERFACES_SHARDINGRULEINTERFACE_H
