// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// From a program whose values have shardings to the program of one device.

#ifndef PARTITA_TRANSFORMS_PARTITION_PASSES_H
#define PARTITA_TRANSFORMS_PARTITION_PASSES_H

#include "mlir/Pass/Pass.h"

namespace partita {

/// The name of the module that keeps the global program.
inline constexpr llvm::StringLiteral globalModuleName = "global";

#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "partita/Transforms/Partition/Passes.h.inc"

} // namespace partita

#endif // PARTITA_TRANSFORMS_PARTITION_PASSES_H
