// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef PARTITA_LIB_VERIFY_SIGNATURE_H
#define PARTITA_LIB_VERIFY_SIGNATURE_H

#include "Shard.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/Interfaces/FunctionInterfaces.h"

#include <vector>

namespace partita::verify {

/// The mesh that a local program runs on.
struct ProgramMesh {
  sharding::Mesh mesh;
  mlir::FlatSymbolRefAttr name;
};

/// What an argument or a result of a local function says about itself.
struct Declaration {
  /// Null if it says nothing of its global type: then that is its own.
  mlir::Type globalType;
  Shard shard;
};

/// The declarations of a local function.
struct Signature {
  std::vector<Declaration> arguments, results;
};

/// Reads the attributes on the arguments and results of `function`. Fails with
/// a diagnostic at one that names another mesh, or whose type is not that of
/// its shard.
llvm::FailureOr<Signature> readSignature(mlir::FunctionOpInterface function,
                                         const ProgramMesh &mesh);

} // namespace partita::verify

#endif // PARTITA_LIB_VERIFY_SIGNATURE_H
