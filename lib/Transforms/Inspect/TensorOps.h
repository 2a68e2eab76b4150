// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef PARTITA_LIB_TRANSFORMS_INSPECT_TENSOROPS_H
#define PARTITA_LIB_TRANSFORMS_INSPECT_TENSOROPS_H

#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/OpDefinition.h"

namespace partita {

/// Whether `op` does something with tensors, other than passing them on.
inline bool isTensorOp(mlir::Operation *op) {
  return !op->hasTrait<mlir::OpTrait::IsTerminator>() &&
         (llvm::any_of(op->getOperandTypes(),
                       llvm::IsaPred<mlir::TensorType>) ||
          llvm::any_of(op->getResultTypes(), llvm::IsaPred<mlir::TensorType>));
}

} // namespace partita

#endif // PARTITA_LIB_TRANSFORMS_INSPECT_TENSOROPS_H
