// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What an op sees while it is interpreted: the values of its operands on every
// device, and a place for its results.

#ifndef PARTITA_INTERPRETER_EVALUATION_H
#define PARTITA_INTERPRETER_EVALUATION_H

#include "mlir/IR/Operation.h"
#include "partita/Support/HostTensor.h"

namespace mlir {
class FunctionOpInterface;
} // namespace mlir

namespace partita::interp {

class Execution;
class Frame;

/// How floats are computed. Whatever a float's declared type, the tensors that
/// ops see are F32, and each result is rounded to the declared type; or they
/// are F64 and nothing is rounded. A declared f64 is F64 either way.
enum class Precision { F32, F64 };

/// The element type that `type`, a ranked tensor of static shape or a scalar,
/// names (i64 for index), or none if the interpreter does not know it. A token
/// has the type of the value it stands for, and is an i1 if there is none.
std::optional<ElementKind> declaredKind(mlir::Type type);

/// The element type of the tensors that hold values of `type`.
std::optional<ElementKind> storageKind(mlir::Type type, Precision precision);

/// One SSA value: a tensor a device. Where only some devices run an op, those
/// of the others are not valid.
using DeviceTensors = llvm::SmallVector<HostTensor, 1>;

/// One op being evaluated on all devices.
class Evaluation {
public:
  /// `dying` are the values that no op after this one uses.
  Evaluation(mlir::Operation *op, Execution &execution, Frame &frame,
             llvm::ArrayRef<mlir::Value> dying);

  mlir::Operation *getOp() const { return op; }
  unsigned getNumDevices() const;
  /// The devices that run the op, in order: all but those that went another way
  /// in a region around it.
  llvm::ArrayRef<unsigned> getActiveDevices() const;
  Precision getPrecision() const;

  /// Checks that all of `members` run the op, for an op on which they wait for
  /// one another. Says who waits for whom where it is not so.
  llvm::LogicalResult meet(llvm::ArrayRef<unsigned> members) const;

  /// The operand at `index` on `device`.
  const HostTensor &operand(unsigned device, unsigned index) {
    return value(device, op->getOperand(index));
  }
  /// The same for a value: an operand, or one that a region of the op uses.
  const HostTensor &value(unsigned device, mlir::Value value);

  /// As `value`, but gives up the interpreter's reference if the op is the last
  /// to use it: the tensor may then be written. Call it once for an operand.
  HostTensor take(unsigned device, mlir::Value value);

  /// Sets the result at `index` on `device`. Its shape and element type are
  /// those of the result's type, as `storageKind` has it; the interpreter
  /// checks that every result is set.
  void setResult(unsigned device, unsigned index, HostTensor tensor);

  /// Calls `function` for every active device; see the function of this name in
  /// InterpretableInterface.h. Operands may be read at the same time.
  llvm::LogicalResult
  forEachDevice(llvm::function_ref<llvm::LogicalResult(unsigned)> function);

  /// The channel on which `device` of the mesh called `source` sends to the
  /// mesh called `target`.
  struct Channel {
    llvm::StringRef source, target;
    int64_t number;
    unsigned device;
  };
  /// Sends `tensor` to device `target` of another program.
  void send(const Channel &channel, unsigned target, HostTensor tensor);
  /// The next tensor on `channel`, which must be for `device` and of the type
  /// of the op's result; waits for it.
  llvm::FailureOr<HostTensor> receive(const Channel &channel, unsigned device);

  /// Evaluates a region of one block on `devices`, some or all of the active
  /// ones in order, with a tensor for every block argument; returns the
  /// operands of its terminator. For ops with regions, as often as they like.
  llvm::FailureOr<llvm::SmallVector<DeviceTensors>>
  evaluateRegion(mlir::Region &region, llvm::SmallVector<DeviceTensors> inputs,
                 llvm::ArrayRef<unsigned> devices);

  /// Evaluates a function; returns its results.
  llvm::FailureOr<llvm::SmallVector<DeviceTensors>>
  call(mlir::FunctionOpInterface function,
       llvm::SmallVector<DeviceTensors> inputs);

  /// Starts a diagnostic at the op that names the device, if there are several.
  mlir::InFlightDiagnostic emitError(unsigned device) const;

private:
  friend class Execution;

  mlir::Operation *op;
  Execution &execution;
  Frame &frame;
  llvm::ArrayRef<mlir::Value> dying;
  llvm::SmallVector<DeviceTensors, 2> results;
};

/// One op on one device, for ops that do not look at other devices: values are
/// named by the op's accessors.
///
///   at.set(op.getResult(), linear(at[op.getInput()], at[op.getWeight()], ...))
class DeviceEvaluation {
public:
  DeviceEvaluation(Evaluation &evaluation, unsigned device)
      : evaluation(evaluation), device(device) {}

  const HostTensor &operator[](mlir::Value value) {
    return evaluation.value(device, value);
  }
  /// Null for an optional operand that is not there.
  const HostTensor *find(mlir::Value value) {
    return value ? &evaluation.value(device, value) : nullptr;
  }
  HostTensor take(mlir::Value value) { return evaluation.take(device, value); }
  void set(mlir::Value result, HostTensor tensor) {
    evaluation.setResult(device,
                         mlir::cast<mlir::OpResult>(result).getResultNumber(),
                         std::move(tensor));
  }
  mlir::InFlightDiagnostic emitError() { return evaluation.emitError(device); }
  Precision getPrecision() const { return evaluation.getPrecision(); }
  unsigned getNumDevices() const { return evaluation.getNumDevices(); }

private:
  Evaluation &evaluation;
  unsigned device;
};

} // namespace partita::interp

#endif // PARTITA_INTERPRETER_EVALUATION_H
