// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Rewrites of a graph before anything is sharded.

#ifndef PARTITA_TRANSFORMS_GRAPH_PASSES_H
#define PARTITA_TRANSFORMS_GRAPH_PASSES_H

#include "mlir/Pass/Pass.h"

namespace partita {

#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "partita/Transforms/Graph/Passes.h.inc"

} // namespace partita

#endif // PARTITA_TRANSFORMS_GRAPH_PASSES_H
