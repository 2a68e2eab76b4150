// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef PARTITA_LIB_INTERPRETER_INTERPRETERIMPL_H
#define PARTITA_LIB_INTERPRETER_INTERPRETERIMPL_H

#include "Frame.h"
#include "LastUses.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "partita/Interpreter/Interpreter.h"
#include "llvm/ADT/DenseSet.h"

namespace partita::interp {

/// The dimensions of a tensor; none for a scalar.
mlir::ArrayRef<int64_t> shapeOf(mlir::Type type);

/// Converts every tensor to `kind`. Tensors that share their bytes still do
/// afterwards.
void convertAll(DeviceTensors &tensors, ElementKind kind);

class Interpreter::Implementation {
public:
  explicit Implementation(Interpreter &interpreter)
      : interpreter(interpreter) {}

  /// Checks that `function`, and what it calls, can be interpreted.
  llvm::LogicalResult check(mlir::FunctionOpInterface function);

  /// Evaluates `function`, called by `caller` (null for the first).
  llvm::FailureOr<llvm::SmallVector<DeviceTensors>>
  call(mlir::FunctionOpInterface function,
       llvm::SmallVector<DeviceTensors> inputs, mlir::Operation *caller);

  /// Evaluates a block; returns the operands of its terminator.
  llvm::FailureOr<llvm::SmallVector<DeviceTensors>>
  evaluateBlock(mlir::Block &block, Frame &frame,
                llvm::SmallVector<DeviceTensors> inputs);

  /// Forgets what it knows about the program, which may have changed.
  void reset();

  Statistics statistics;

private:
  llvm::LogicalResult evaluate(mlir::Operation &op, Frame &frame,
                               mlir::ArrayRef<mlir::Value> dying);
  /// Checks the results that `op` was given, and rounds them to its types.
  llvm::LogicalResult finishResults(Evaluation &evaluation);
  const LastUses &lastUsesOf(mlir::Block &block);

  Interpreter &interpreter;
  llvm::DenseSet<mlir::Operation *> checkedFunctions;
  llvm::DenseMap<mlir::Block *, std::unique_ptr<LastUses>> lastUses;
  unsigned callDepth = 0;
  /// Time of ops below the one that is being measured.
  double nestedSeconds = 0;
};

} // namespace partita::interp

#endif // PARTITA_LIB_INTERPRETER_INTERPRETERIMPL_H
