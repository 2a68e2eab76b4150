// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// From a graph and a few annotations to a sharding of every value.

#ifndef PARTITA_TRANSFORMS_PROPAGATION_PASSES_H
#define PARTITA_TRANSFORMS_PROPAGATION_PASSES_H

#include "mlir/Pass/Pass.h"

namespace mlir {
class ModuleOp;
} // namespace mlir

namespace partita {

#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "partita/Transforms/Propagation/Passes.h.inc"

} // namespace partita

#endif // PARTITA_TRANSFORMS_PROPAGATION_PASSES_H
