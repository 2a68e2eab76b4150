// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Passes that prove a program and change nothing.

#ifndef PARTITA_VERIFY_PASSES_H
#define PARTITA_VERIFY_PASSES_H

#include "mlir/Pass/Pass.h"

namespace partita {

#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "partita/Verify/Passes.h.inc"

} // namespace partita

#endif // PARTITA_VERIFY_PASSES_H
