// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Runs a program op by op, as the meaning of its ops says. Each op runs on all
// devices before the next one does, so that N devices need no synchronisation
// and a run is the same every time.

#ifndef PARTITA_INTERPRETER_INTERPRETER_H
#define PARTITA_INTERPRETER_INTERPRETER_H

#include "mlir/Interfaces/FunctionInterfaces.h"
#include "partita/Interpreter/Evaluation.h"
#include "partita/Interpreter/Statistics.h"

#include <functional>
#include <memory>

namespace llvm {
class ThreadPoolInterface;
} // namespace llvm
namespace mlir {
class DialectRegistry;
} // namespace mlir

namespace partita::interp {

struct InterpreterOptions {
  Precision precision = Precision::F32;
  unsigned numDevices = 1;
  /// Threads of one matrix product.
  unsigned numThreads = 1;
  /// Devices that compute at the same time. The results are the same.
  unsigned numDeviceThreads = 1;
  /// Whether to measure; see `Interpreter::getStatistics`.
  bool collectStatistics = false;
  /// Called before each op, for example to show progress.
  std::function<void(mlir::Operation *)> beforeOp = nullptr;
};

/// The tensors of a function's arguments or results on one device.
using TensorList = llvm::SmallVector<HostTensor>;

/// A program that runs together with others.
struct Program {
  mlir::FunctionOpInterface function;
  /// One list a device.
  llvm::SmallVector<TensorList> inputs;
};

class Interpreter {
public:
  /// A deeper nest of calls is an error: it is taken for endless recursion.
  static constexpr unsigned maxCallDepth = 128;

  explicit Interpreter(InterpreterOptions options = {});
  ~Interpreter();

  /// Runs `function` with one list of inputs a device, and returns one list of
  /// results a device. A float input may have any float type and is converted
  /// when first used; anything else has its argument's type. Inputs die after
  /// their last use, as all values do, if the caller keeps no reference.
  ///
  /// Fails with a diagnostic at the op, or at the function when the inputs do
  /// not fit or the function has ops that cannot be interpreted; in the latter
  /// case nothing has run.
  llvm::FailureOr<llvm::SmallVector<TensorList>>
  run(mlir::FunctionOpInterface function, llvm::SmallVector<TensorList> inputs);

  /// Runs the programs of several meshes, joined by `dist.send` and
  /// `dist.recv`; each has as many devices as lists of inputs. Returns the
  /// lists of results of each program.
  ///
  /// A value that is sent waits for the one who receives it, and not the other
  /// way round. Programs that wait for one another, or for what nobody sends,
  /// fail and say so; so does a value that nobody receives.
  llvm::FailureOr<llvm::SmallVector<llvm::SmallVector<TensorList>>>
  runTogether(llvm::SmallVector<Program> programs);

  const InterpreterOptions &getOptions() const { return options; }
  /// Sums over all runs.
  const Statistics &getStatistics() const { return statistics; }

private:
  llvm::FailureOr<llvm::SmallVector<TensorList>>
  runProgram(Execution &execution, Program program);

  InterpreterOptions options;
  Statistics statistics;
  /// Null if the devices compute in turn.
  std::unique_ptr<llvm::ThreadPoolInterface> deviceThreads;
};

/// Attaches the interpretable interface to all ops of Partita, and to those of
/// upstream dialects that a model may use.
void registerInterpretableModels(mlir::DialectRegistry &registry);

} // namespace partita::interp

#endif // PARTITA_INTERPRETER_INTERPRETER_H
