// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "partita/Interpreter/Interpreter.h"

#include "Exchange.h"
#include "Execution.h"
#include "mlir/IR/Diagnostics.h"
#include "partita/Interpreter/Kernels/Gemm.h"
#include "llvm/Support/ThreadPool.h"

using namespace mlir;
using namespace partita;
using namespace partita::interp;

static bool isHalfKind(ElementKind kind) {
  return kind == ElementKind::BF16 || kind == ElementKind::F16;
}

/// Checks that `inputs` fit the arguments of `function`.
static LogicalResult checkInputs(FunctionOpInterface function,
                                 ArrayRef<TensorList> inputs) {
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
// Interpreter
//===----------------------------------------------------------------------===//

Interpreter::Interpreter(InterpreterOptions options)
    : options(std::move(options)) {
  assert(this->options.numDevices > 0 && this->options.numThreads > 0 &&
         this->options.numDeviceThreads > 0);
  if (this->options.numDeviceThreads > 1)
    deviceThreads = std::make_unique<llvm::DefaultThreadPool>(
        llvm::hardware_concurrency(this->options.numDeviceThreads));
}

Interpreter::~Interpreter() = default;

FailureOr<SmallVector<TensorList>> Interpreter::runProgram(Execution &execution,
                                                           Program program) {
  // From a list a device to a list a value.
  SmallVector<DeviceTensors> arguments;
  for (auto [index, type] :
       llvm::enumerate(program.function.getArgumentTypes())) {
    DeviceTensors &tensors = arguments.emplace_back();
    ElementKind declared = *declaredKind(type);
    for (TensorList &list : program.inputs) {
      HostTensor tensor = std::move(list[index]);
      // Widening waits for the first use. Rounding cannot wait, since the wide
      // type does not tell whether it was done.
      if (isHalfKind(declared) && options.precision == Precision::F32)
        tensor = tensor.convertTo(declared);
      tensors.push_back(std::move(tensor));
    }
  }
  program.inputs.clear();

  auto results = execution.call(program.function, std::move(arguments),
                                /*caller=*/nullptr);
  if (failed(results))
    return failure();
  SmallVector<TensorList> outputs(execution.getNumDevices());
  for (DeviceTensors &tensors : *results)
    for (auto [list, tensor] : llvm::zip_equal(outputs, tensors))
      list.push_back(std::move(tensor));
  return outputs;
}

FailureOr<SmallVector<TensorList>>
Interpreter::run(FunctionOpInterface function, SmallVector<TensorList> inputs) {
  if (inputs.size() != options.numDevices)
    return function->emitOpError("expected inputs for ")
           << options.numDevices << " devices, got " << inputs.size();
  SmallVector<Program> programs;
  programs.push_back({function, std::move(inputs)});
  auto results = runTogether(std::move(programs));
  if (failed(results))
    return failure();
  return std::move(results->front());
}

FailureOr<SmallVector<SmallVector<TensorList>>>
Interpreter::runTogether(SmallVector<Program> programs) {
  SmallVector<std::string> names;
  for (Program &program : programs)
    names.push_back(program.function.getName().str());
  Exchange exchange(std::move(names));
  std::vector<std::unique_ptr<Execution>> executions;
  for (auto [index, program] : llvm::enumerate(programs)) {
    auto &execution = executions.emplace_back(
        std::make_unique<Execution>(options, program.inputs.size(), statistics,
                                    deviceThreads.get(), exchange, index));
    if (failed(execution->check(program.function)) ||
        failed(checkInputs(program.function, program.inputs)))
      return failure();
  }
  setNumGemmThreads(options.numThreads);

  SmallVector<SmallVector<TensorList>> results(programs.size());
  auto runOne = [&](unsigned index) -> LogicalResult {
    auto result = runProgram(*executions[index], std::move(programs[index]));
    if (failed(result))
      return failure();
    results[index] = std::move(*result);
    return success();
  };
  if (failed(exchange.runAll(runOne)) || failed(exchange.checkAllReceived()))
    return failure();
  return results;
}
