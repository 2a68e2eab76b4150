// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef PARTITA_LIB_VERIFY_LOCALPROGRAM_H
#define PARTITA_LIB_VERIFY_LOCALPROGRAM_H

#include "GlobalProgram.h"
#include "Signature.h"
#include "partita/Verify/Verify.h"

namespace partita::verify {

/// Finds the signature of a function that is called, or null.
using FindSignature =
    llvm::function_ref<const Signature *(mlir::FlatSymbolRefAttr)>;

/// Proves that `function` computes what `program` does, on shards as
/// `signature` says. Fails with a diagnostic at the first op that does not.
llvm::LogicalResult
proveFunction(mlir::FunctionOpInterface function, const Signature &signature,
              GlobalProgram &program, const ProgramMesh &mesh,
              FindSignature findSignature, ProofStatistics &statistics);

} // namespace partita::verify

#endif // PARTITA_LIB_VERIFY_LOCALPROGRAM_H
