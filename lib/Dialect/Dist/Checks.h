// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the verifiers of all ops share. Each check reports one labelled
// constraint of ODS; the label stands beside the call.

#ifndef PARTITA_LIB_DIALECT_DIST_CHECKS_H
#define PARTITA_LIB_DIALECT_DIST_CHECKS_H

#include "partita/Dialect/Dist/Dist.h"

namespace partita::dist {

using EmitError = llvm::function_ref<mlir::InFlightDiagnostic()>;

/// Fails, and says that no mesh of this name is in the symbol table of `op`. A
/// note tells of one in a symbol table around it.
llvm::LogicalResult reportUnknownMesh(mlir::Operation *op,
                                      mlir::FlatSymbolRefAttr name,
                                      EmitError emitError);

/// The mesh that `name` means at `op`; fails if there is none.
llvm::FailureOr<MeshAttr> resolveMesh(mlir::Operation *op,
                                      mlir::FlatSymbolRefAttr name,
                                      mlir::SymbolTableCollection &symbols);

/// The size of a group over `axes`, valid axes of the mesh that `name` means at
/// `op`; fails if there is no such mesh or the axes are not valid on it.
llvm::FailureOr<int64_t> resolveGroupSize(mlir::Operation *op,
                                          mlir::FlatSymbolRefAttr name,
                                          AxesAttr axes,
                                          mlir::SymbolTableCollection &symbols);

/// The type of a value, or of what a token stands for.
mlir::RankedTensorType valueTypeOf(mlir::Type type);

/// Fails unless `dim` is a dimension of `input`.
llvm::LogicalResult checkDim(mlir::Operation *op, int64_t dim,
                             mlir::RankedTensorType input);

/// Fails unless `result` is `input` up to the sizes in `dims`.
llvm::LogicalResult checkTypeExcept(mlir::Operation *op,
                                    mlir::RankedTensorType result,
                                    mlir::RankedTensorType input,
                                    llvm::ArrayRef<int64_t> dims);

/// Fails unless `block` is as long in `dim` as one of `count` blocks of
/// `whole`; `what` names the block.
llvm::LogicalResult checkBlock(mlir::Operation *op, llvm::StringRef what,
                               mlir::RankedTensorType block,
                               mlir::RankedTensorType whole, int64_t dim,
                               int64_t count);

/// Fails unless values of this type can be combined.
llvm::LogicalResult checkCombiner(mlir::Operation *op, Combiner combiner,
                                  mlir::RankedTensorType type);

} // namespace partita::dist

#endif // PARTITA_LIB_DIALECT_DIST_CHECKS_H
