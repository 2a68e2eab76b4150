// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef PARTITA_LIB_INTERPRETER_EXECUTION_H
#define PARTITA_LIB_INTERPRETER_EXECUTION_H

#include "Frame.h"
#include "LastUses.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "partita/Interpreter/Evaluation.h"
#include "llvm/ADT/DenseSet.h"

namespace llvm {
class ThreadPoolInterface;
} // namespace llvm

namespace partita::interp {

class Exchange;
struct InterpreterOptions;
class Statistics;

/// The dimensions of a tensor, or of what a token stands for; none for a
/// scalar.
mlir::ArrayRef<int64_t> shapeOf(mlir::Type type);

/// Converts every valid tensor to `kind`. Tensors that share their bytes still
/// do afterwards.
void convertAll(DeviceTensors &tensors, ElementKind kind);

/// One program that runs on its devices.
class Execution {
public:
  /// `deviceThreads` may be null, for devices that compute in turn. The program
  /// is number `index` of those that `exchange` joins.
  Execution(const InterpreterOptions &options, unsigned numDevices,
            Statistics &statistics, llvm::ThreadPoolInterface *deviceThreads,
            Exchange &exchange, unsigned index);

  const InterpreterOptions &getOptions() const { return options; }
  unsigned getNumDevices() const { return numDevices; }
  llvm::ArrayRef<unsigned> getActiveDevices() const {
    return scopes.back().devices;
  }

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

  /// The same on some of the active devices; `op` is whose region it is.
  llvm::FailureOr<llvm::SmallVector<DeviceTensors>>
  evaluateBlockOn(llvm::ArrayRef<unsigned> devices, mlir::Operation *op,
                  mlir::Block &block, Frame &frame,
                  llvm::SmallVector<DeviceTensors> inputs);

  Exchange &getExchange() const { return exchange; }
  unsigned getIndex() const { return index; }
  /// Null if devices compute in turn.
  llvm::ThreadPoolInterface *getDeviceThreads() const { return deviceThreads; }

  /// See `Evaluation::meet`.
  llvm::LogicalResult meet(mlir::Operation *op,
                           llvm::ArrayRef<unsigned> members) const;

private:
  /// The devices that run a region, or a whole program.
  struct Scope {
    /// Null for the whole program.
    mlir::Operation *op;
    llvm::SmallVector<unsigned> devices;
  };

  llvm::LogicalResult evaluate(mlir::Operation &op, Frame &frame,
                               mlir::ArrayRef<mlir::Value> dying);
  /// Checks the results that `op` was given, and rounds them to its types.
  llvm::LogicalResult finishResults(Evaluation &evaluation);
  const LastUses &lastUsesOf(mlir::Block &block);

  const InterpreterOptions &options;
  unsigned numDevices;
  Statistics &statistics;
  llvm::ThreadPoolInterface *deviceThreads;
  Exchange &exchange;
  unsigned index;
  llvm::DenseSet<mlir::Operation *> checkedFunctions;
  llvm::DenseMap<mlir::Block *, std::unique_ptr<LastUses>> lastUses;
  /// A scope for each time that devices went different ways, outermost first.
  llvm::SmallVector<Scope> scopes;
  unsigned callDepth = 0;
  /// Time of ops below the one that is being measured.
  double nestedSeconds = 0;
};

} // namespace partita::interp

#endif // PARTITA_LIB_INTERPRETER_EXECUTION_H
