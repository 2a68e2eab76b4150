// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "partita/Interpreter/Interpreter.h"

#include "InterpreterImpl.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/Interfaces/CallInterfaces.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"
#include "partita/Interfaces/InterpretableInterface.h"
#include "partita/Interfaces/WorkInterface.h"
#include "partita/Interpreter/Kernels/Elementwise.h"
#include "partita/Interpreter/Kernels/Gemm.h"

#include <chrono>

using namespace mlir;
using namespace partita;
using namespace partita::interp;

void interp::convertAll(DeviceTensors &tensors, ElementKind kind) {
  const void *previousBytes = nullptr;
  const HostTensor *previous = nullptr;
  for (HostTensor &tensor : tensors) {
    const void *bytes = tensor.bytes();
    tensor = bytes == previousBytes ? *previous : tensor.convertTo(kind);
    previousBytes = bytes;
    previous = &tensor;
  }
}

static bool isHalfKind(ElementKind kind) {
  return kind == ElementKind::BF16 || kind == ElementKind::F16;
}

/// `tensor`, a float of any kind, rounded to `declared` and stored as
/// `storage`. Nothing is rounded where floats are computed in f64.
static HostTensor roundTo(HostTensor tensor, ElementKind declared,
                          ElementKind storage) {
  if (storage != ElementKind::F64 && tensor.getKind() != declared)
    tensor = tensor.getKind() == ElementKind::F32
                 ? roundThrough(declared, std::move(tensor))
                 : tensor.convertTo(declared);
  return tensor.convertTo(storage);
}

//===----------------------------------------------------------------------===//
// Checks before anything runs
//===----------------------------------------------------------------------===//

static LogicalResult checkType(Operation *op, StringRef what, Type type) {
  if (declaredKind(type))
    return success();
  return op->emitOpError("cannot be interpreted: ")
         << what << " has type " << type
         << "; expected a number or a tensor of static shape, of f64, f32, "
            "bf16, f16, i64, i32, i8, i1 or index";
}

static LogicalResult checkOp(Operation *op) {
  for (Region &region : op->getRegions()) {
    if (region.empty())
      continue;
    if (!region.hasOneBlock())
      return op->emitOpError("cannot be interpreted: expected regions of one "
                             "block, got branches between blocks");
    for (Type type : region.getArgumentTypes())
      if (failed(checkType(op, "an argument of its region", type)))
        return failure();
  }
  for (Type type : op->getResultTypes())
    if (failed(checkType(op, "a result", type)))
      return failure();
  if (op->hasTrait<OpTrait::ReturnLike>())
    return success();
  // Not a cast, which is a fatal error where the interface is only promised.
  if (!op->getName().hasInterface<InterpretableInterface>())
    return op->emitOpError(
        "has no reference semantics; attach a model of InterpretableInterface "
        "to it, or lower it to ops that have one");
  return success();
}

LogicalResult Interpreter::Implementation::check(FunctionOpInterface function) {
  SmallVector<FunctionOpInterface> pending{function};
  while (!pending.empty()) {
    function = pending.pop_back_val();
    if (!checkedFunctions.insert(function).second)
      continue;
    if (function.isExternal())
      return function->emitOpError("cannot be interpreted: it has no body");
    if (!function.getFunctionBody().hasOneBlock())
      return function->emitOpError("cannot be interpreted: expected a body of "
                                   "one block, got branches between blocks");
    for (Type type : function.getArgumentTypes())
      if (failed(checkType(function, "an argument", type)))
        return failure();
    WalkResult result = function.getFunctionBody().walk<WalkOrder::PreOrder>(
        [&](Operation *op) -> WalkResult {
          if (auto call = dyn_cast<CallOpInterface>(op))
            if (auto callee = dyn_cast_or_null<FunctionOpInterface>(
                    call.resolveCallable()))
              pending.push_back(callee);
          return checkOp(op);
        });
    if (result.wasInterrupted())
      return failure();
  }
  return success();
}

/// Checks that `inputs` fit the arguments of `function`.
static LogicalResult checkInputs(FunctionOpInterface function,
                                 ArrayRef<TensorList> inputs,
                                 unsigned numDevices) {
  if (inputs.size() != numDevices)
    return function->emitOpError("expected inputs for ")
           << numDevices << " devices, got " << inputs.size();
  for (auto [device, list] : llvm::enumerate(inputs)) {
    if (list.size() != function.getNumArguments())
      return function->emitOpError("expected ")
             << function.getNumArguments() << " inputs on device " << device
             << ", got " << list.size();
    for (auto [index, tensor, type] :
         llvm::enumerate(list, function.getArgumentTypes())) {
      ElementKind kind = *declaredKind(type);
      bool fits = tensor.isValid() && tensor.getDims() == shapeOf(type) &&
                  (tensor.getKind() == kind ||
                   (isFloatKind(kind) && isFloatKind(tensor.getKind())));
      if (!fits)
        return function->emitOpError("expected input #")
               << index << " on device " << device << " to be "
               << describeShape(kind, shapeOf(type)) << ", got "
               << (tensor.isValid() ? tensor.describe() : "nothing");
    }
  }
  return success();
}

//===----------------------------------------------------------------------===//
// Evaluation
//===----------------------------------------------------------------------===//

void Interpreter::Implementation::reset() {
  checkedFunctions.clear();
  lastUses.clear();
}

const LastUses &Interpreter::Implementation::lastUsesOf(Block &block) {
  std::unique_ptr<LastUses> &entry = lastUses[&block];
  if (!entry)
    entry = std::make_unique<LastUses>(block);
  return *entry;
}

FailureOr<SmallVector<DeviceTensors>>
Interpreter::Implementation::call(FunctionOpInterface function,
                                  SmallVector<DeviceTensors> inputs,
                                  Operation *caller) {
  if (failed(check(function)))
    return failure();
  if (callDepth == maxCallDepth)
    return caller->emitOpError("nests calls deeper than ")
           << maxCallDepth << "; is the recursion endless?";
  ++callDepth;
  Frame frame;
  auto results = evaluateBlock(function.getFunctionBody().front(), frame,
                               std::move(inputs));
  --callDepth;
  return results;
}

FailureOr<SmallVector<DeviceTensors>>
Interpreter::Implementation::evaluateBlock(Block &block, Frame &frame,
                                           SmallVector<DeviceTensors> inputs) {
  const LastUses &uses = lastUsesOf(block);
  for (auto [argument, tensors] : llvm::zip_equal(block.getArguments(), inputs))
    frame.set(argument, std::move(tensors));
  inputs.clear();
  for (Value argument : uses.getUnusedArguments())
    frame.erase(argument);

  for (Operation &op : block.without_terminator()) {
    ArrayRef<Value> dying = uses.dyingAt(&op);
    if (failed(evaluate(op, frame, dying)))
      return failure();
    for (Value value : dying)
      frame.erase(value);
  }

  Operation *terminator = block.getTerminator();
  Evaluation evaluation(terminator, interpreter, frame,
                        uses.dyingAt(terminator));
  SmallVector<DeviceTensors> results;
  for (Value operand : terminator->getOperands()) {
    DeviceTensors &tensors = results.emplace_back();
    for (unsigned device = 0; device != interpreter.options.numDevices;
         ++device)
      tensors.push_back(evaluation.take(device, operand));
  }
  for (Value value : uses.dyingAt(terminator))
    frame.erase(value);
  return results;
}

LogicalResult Interpreter::Implementation::evaluate(Operation &op, Frame &frame,
                                                    ArrayRef<Value> dying) {
  using Clock = std::chrono::steady_clock;
  if (interpreter.options.beforeOp)
    interpreter.options.beforeOp(&op);
  bool measure = interpreter.options.collectStatistics;
  double outerSeconds = std::exchange(nestedSeconds, 0);
  Clock::time_point start;
  if (measure)
    start = Clock::now();

  Evaluation evaluation(&op, interpreter, frame, dying);
  if (failed(
          cast<InterpretableInterface>(op).interpretOnAllDevices(evaluation)) ||
      failed(finishResults(evaluation)))
    return failure();

  if (measure) {
    double seconds =
        std::chrono::duration<double>(Clock::now() - start).count();
    OpStatistics &entry = statistics[op.getName().getStringRef()];
    entry.count += interpreter.options.numDevices;
    entry.seconds += seconds - nestedSeconds;
    if (op.getName().hasInterface<WorkInterface>())
      entry.flops += interpreter.options.numDevices *
                     cast<WorkInterface>(op).getWork().flops();
    nestedSeconds = outerSeconds + seconds;
  }
  return success();
}

LogicalResult
Interpreter::Implementation::finishResults(Evaluation &evaluation) {
  Operation *op = evaluation.op;
  for (auto [result, tensors] :
       llvm::zip_equal(op->getResults(), evaluation.results)) {
    ElementKind declared = *declaredKind(result.getType());
    ElementKind storage =
        *storageKind(result.getType(), interpreter.options.precision);
    for (HostTensor &tensor : tensors) {
      bool fits = tensor.isValid() &&
                  tensor.getDims() == shapeOf(result.getType()) &&
                  isFloatKind(tensor.getKind()) == isFloatKind(declared) &&
                  (isFloatKind(declared) || tensor.getKind() == declared);
      if (!fits)
        return op->emitOpError("has a faulty model: expected result #")
               << result.getResultNumber() << " to be "
               << describeShape(declared, shapeOf(result.getType())) << ", got "
               << (tensor.isValid() ? tensor.describe() : "nothing");
      if (isFloatKind(declared))
        tensor = roundTo(std::move(tensor), declared, storage);
    }
    evaluation.frame.set(result, std::move(tensors));
  }
  return success();
}

//===----------------------------------------------------------------------===//
// Interpreter
//===----------------------------------------------------------------------===//

Interpreter::Interpreter(InterpreterOptions options)
    : options(std::move(options)),
      implementation(std::make_unique<Implementation>(*this)) {
  assert(this->options.numDevices > 0 && this->options.numThreads > 0);
}

Interpreter::~Interpreter() = default;

const Statistics &Interpreter::getStatistics() const {
  return implementation->statistics;
}

FailureOr<SmallVector<TensorList>>
Interpreter::run(FunctionOpInterface function, SmallVector<TensorList> inputs) {
  implementation->reset();
  if (failed(implementation->check(function)) ||
      failed(checkInputs(function, inputs, options.numDevices)))
    return failure();
  setNumGemmThreads(options.numThreads);

  // From a list a device to a list a value.
  SmallVector<DeviceTensors> arguments;
  for (auto [index, type] : llvm::enumerate(function.getArgumentTypes())) {
    DeviceTensors &tensors = arguments.emplace_back();
    ElementKind declared = *declaredKind(type);
    for (TensorList &list : inputs) {
      HostTensor tensor = std::move(list[index]);
      // Widening waits for the first use. Rounding cannot wait, since the wide
      // type does not tell whether it was done.
      if (isHalfKind(declared) && options.precision == Precision::F32)
        tensor = tensor.convertTo(declared);
      tensors.push_back(std::move(tensor));
    }
  }
  inputs.clear();

  auto results =
      implementation->call(function, std::move(arguments), /*caller=*/nullptr);
  if (failed(results))
    return failure();
  SmallVector<TensorList> outputs(options.numDevices);
  for (DeviceTensors &tensors : *results)
    for (auto [list, tensor] : llvm::zip_equal(outputs, tensors))
      list.push_back(std::move(tensor));
  return outputs;
}
