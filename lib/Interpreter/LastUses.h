// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Where the values of a block die.

#ifndef PARTITA_LIB_INTERPRETER_LASTUSES_H
#define PARTITA_LIB_INTERPRETER_LASTUSES_H

#include "mlir/IR/Block.h"
#include "llvm/ADT/DenseMap.h"

namespace partita::interp {

/// For every op of a block, the values defined in the block that no later op
/// uses. A use in a region of an op counts as one by the op itself.
class LastUses {
public:
  explicit LastUses(mlir::Block &block);

  /// Values that die at `op`, its own unused results among them.
  mlir::ArrayRef<mlir::Value> dyingAt(mlir::Operation *op) const;
  /// Arguments that no op uses.
  mlir::ArrayRef<mlir::Value> getUnusedArguments() const {
    return unusedArguments;
  }

private:
  /// The last op of the block that uses `value`, or null.
  static mlir::Operation *lastUser(mlir::Block &block, mlir::Value value);

  llvm::DenseMap<mlir::Operation *, mlir::SmallVector<mlir::Value, 2>> dying;
  mlir::SmallVector<mlir::Value> unusedArguments;
};

} // namespace partita::interp

#endif // PARTITA_LIB_INTERPRETER_LASTUSES_H
