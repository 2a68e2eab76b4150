// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What passes of this folder run on: the functions of a module, but not those
// of modules inside of it, such as the global program that is kept for proof.

#ifndef PARTITA_LIB_TRANSFORMS_PARTITION_FUNCTIONS_H
#define PARTITA_LIB_TRANSFORMS_PARTITION_FUNCTIONS_H

#include "partita/Dialect/Dist/Dist.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Interfaces/FunctionInterfaces.h"

namespace partita {

/// The functions of `module` that have a body.
llvm::SmallVector<mlir::FunctionOpInterface>
getOwnFunctions(mlir::ModuleOp module);

/// The mesh that all shardings in `function` are on; null if there is no
/// sharding. Fails with a message if there are several meshes.
llvm::FailureOr<dist::MeshOp> findMeshOf(mlir::FunctionOpInterface function);

/// The functions of a module that have shardings, and the one mesh that these
/// are on, which is null if there are none.
struct Functions {
  llvm::SmallVector<mlir::FunctionOpInterface> functions;
  dist::MeshOp mesh;
};

/// Those that have a body. Fails with a message if there are several meshes.
llvm::FailureOr<Functions> findFunctionsOnMesh(mlir::ModuleOp module);

/// The module in `module` that keeps its global program, or null.
mlir::ModuleOp findGlobalProgram(mlir::ModuleOp module);

} // namespace partita

#endif // PARTITA_LIB_TRANSFORMS_PARTITION_FUNCTIONS_H
