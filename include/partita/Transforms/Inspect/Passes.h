// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Passes that change nothing and say what the interfaces of each op say.

#ifndef PARTITA_TRANSFORMS_INSPECT_PASSES_H
#define PARTITA_TRANSFORMS_INSPECT_PASSES_H

#include "mlir/Pass/Pass.h"

namespace partita {

#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "partita/Transforms/Inspect/Passes.h.inc"

} // namespace partita

#endif // PARTITA_TRANSFORMS_INSPECT_PASSES_H
