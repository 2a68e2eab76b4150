// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Execution.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/Interfaces/CallInterfaces.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"
#include "partita/Interfaces/InterpretableInterface.h"
#include "partita/Interfaces/WorkInterface.h"
#include "partita/Interpreter/Interpreter.h"
#include "partita/Interpreter/Kernels/Elementwise.h"

#include <chrono>

using namespace mlir;
using namespace partita;
using namespace partita::interp;

void interp::convertAll(DeviceTensors &tensors, ElementKind kind) {
  const void *previousBytes = nullptr;
  const HostTensor *previous = nullptr;
  for (HostTensor &tensor : tensors) {
    if (!tensor.isValid())
      continue;
    const void *bytes = tensor.bytes();
    tensor = bytes == previousBytes ? *previous : tensor.convertTo(kind);
    previousBytes = bytes;
    previous = &tensor;
  }
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
  if (op->hasTrait<OpTrait::ReturnLike>() ||
      op->getName().hasInterface<RegionBranchTerminatorOpInterface>())
    return success();
  // Not a cast, which is a fatal error where the interface is only promised.
  if (!op->getName().hasInterface<InterpretableInterface>())
    return op->emitOpError(
        "has no reference semantics; attach a model of InterpretableInterface "
        "to it, or lower it to ops that have one");
  return success();
}

LogicalResult Execution::check(FunctionOpInterface function) {
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

//===----------------------------------------------------------------------===//
// Evaluation
//===----------------------------------------------------------------------===//

Execution::Execution(const InterpreterOptions &options, unsigned numDevices,
                     Statistics &statistics,
                     llvm::ThreadPoolInterface *deviceThreads,
                     Exchange &exchange, unsigned index)
    : options(options), numDevices(numDevices), statistics(statistics),
      deviceThreads(deviceThreads), exchange(exchange), index(index) {
  scopes.push_back(
      {/*op=*/nullptr, llvm::to_vector(llvm::seq<unsigned>(numDevices))});
}

const LastUses &Execution::lastUsesOf(Block &block) {
  std::unique_ptr<LastUses> &entry = lastUses[&block];
  if (!entry)
    entry = std::make_unique<LastUses>(block);
  return *entry;
}

FailureOr<SmallVector<DeviceTensors>>
Execution::call(FunctionOpInterface function, SmallVector<DeviceTensors> inputs,
                Operation *caller) {
  if (failed(check(function)))
    return failure();
  if (callDepth == Interpreter::maxCallDepth)
    return caller->emitOpError("nests calls deeper than ")
           << Interpreter::maxCallDepth << "; is the recursion endless?";
  ++callDepth;
  Frame frame;
  auto results = evaluateBlock(function.getFunctionBody().front(), frame,
                               std::move(inputs));
  --callDepth;
  return results;
}

FailureOr<SmallVector<DeviceTensors>>
Execution::evaluateBlock(Block &block, Frame &frame,
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
  Evaluation evaluation(terminator, *this, frame, uses.dyingAt(terminator));
  SmallVector<DeviceTensors> results;
  for (Value operand : terminator->getOperands()) {
    DeviceTensors &tensors = results.emplace_back(numDevices);
    for (unsigned device : getActiveDevices())
      tensors[device] = evaluation.take(device, operand);
  }
  for (Value value : uses.dyingAt(terminator))
    frame.erase(value);
  return results;
}

FailureOr<SmallVector<DeviceTensors>>
Execution::evaluateBlockOn(ArrayRef<unsigned> devices, Operation *op,
                           Block &block, Frame &frame,
                           SmallVector<DeviceTensors> inputs) {
  if (devices.size() == getActiveDevices().size())
    return evaluateBlock(block, frame, std::move(inputs));
  scopes.push_back({op, SmallVector<unsigned>(devices)});
  auto results = evaluateBlock(block, frame, std::move(inputs));
  scopes.pop_back();
  return results;
}

LogicalResult Execution::evaluate(Operation &op, Frame &frame,
                                  ArrayRef<Value> dying) {
  using Clock = std::chrono::steady_clock;
  if (options.beforeOp)
    options.beforeOp(&op);
  bool measure = options.collectStatistics;
  double outerSeconds = std::exchange(nestedSeconds, 0);
  Clock::time_point start;
  if (measure)
    start = Clock::now();

  Evaluation evaluation(&op, *this, frame, dying);
  if (failed(
          cast<InterpretableInterface>(op).interpretOnAllDevices(evaluation)) ||
      failed(finishResults(evaluation)))
    return failure();

  if (measure) {
    double seconds =
        std::chrono::duration<double>(Clock::now() - start).count();
    OpStatistics &entry = statistics[op.getName().getStringRef()];
    size_t numActive = getActiveDevices().size();
    entry.count += numActive;
    entry.seconds += seconds - nestedSeconds;
    if (op.getName().hasInterface<WorkInterface>())
      entry.flops += numActive * cast<WorkInterface>(op).getWork().flops();
    nestedSeconds = outerSeconds + seconds;
  }
  return success();
}

LogicalResult Execution::finishResults(Evaluation &evaluation) {
  Operation *op = evaluation.op;
  for (auto [result, tensors] :
       llvm::zip_equal(op->getResults(), evaluation.results)) {
    ElementKind declared = *declaredKind(result.getType());
    ElementKind storage = *storageKind(result.getType(), options.precision);
    for (unsigned device : getActiveDevices()) {
      HostTensor &tensor = tensors[device];
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
