// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// How devices compute at the same time, and what happens when one waits for
// another that never comes.

#include "Exchange.h"
#include "Execution.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/Operation.h"
#include "partita/Dialect/Dist/Dist.h"
#include "partita/Interpreter/Interpreter.h"
#include "partita/Interpreter/Kernels/Gemm.h"
#include "llvm/Support/ThreadPool.h"

#include <vector>

using namespace mlir;
using namespace partita;
using namespace partita::interp;

//===----------------------------------------------------------------------===//
// Devices at the same time
//===----------------------------------------------------------------------===//

namespace {
/// Keeps the diagnostics of devices apart, so that which of them are reported
/// does not depend on which device is first.
class DiagnosticsByDevice {
public:
  DiagnosticsByDevice(MLIRContext *context, unsigned numDevices)
      : engine(context->getDiagEngine()), diagnostics(numDevices) {
    id = engine.registerHandler([this](Diagnostic &diagnostic) {
      // The engine calls one handler at a time.
      diagnostics[currentDevice].push_back(std::move(diagnostic));
      return success();
    });
  }
  ~DiagnosticsByDevice() { engine.eraseHandler(id); }

  /// Says on which device the work of this thread is.
  static void enter(unsigned device) { currentDevice = device; }

  std::vector<Diagnostic> take(unsigned device) {
    return std::move(diagnostics[device]);
  }

private:
  static thread_local unsigned currentDevice;

  DiagnosticEngine &engine;
  DiagnosticEngine::HandlerID id;
  std::vector<std::vector<Diagnostic>> diagnostics;
};

thread_local unsigned DiagnosticsByDevice::currentDevice = 0;
} // namespace

LogicalResult
Evaluation::forEachDevice(function_ref<LogicalResult(unsigned)> function) {
  ArrayRef<unsigned> devices = getActiveDevices();
  llvm::ThreadPoolInterface *threads = execution.getDeviceThreads();
  if (!threads || devices.size() == 1) {
    for (unsigned device : devices)
      if (failed(function(device)))
        return failure();
    return success();
  }

  // What devices share is widened before they look at it.
  for (Value operand : op->getOperands())
    for (unsigned device : devices)
      value(device, operand);
  SmallVector<bool> succeeded(getNumDevices());
  std::vector<Diagnostic> diagnostics;
  unsigned numThreads = execution.getOptions().numThreads;
  {
    DiagnosticsByDevice collected(op->getContext(), getNumDevices());
    llvm::ThreadPoolTaskGroup group(*threads);
    for (unsigned device : devices)
      group.async([&, device] {
        setNumGemmThreads(numThreads); // The number is one of this thread.
        DiagnosticsByDevice::enter(device);
        succeeded[device] = mlir::succeeded(function(device));
      });
    group.wait();
    for (unsigned device : devices) {
      llvm::move(collected.take(device), std::back_inserter(diagnostics));
      if (!succeeded[device])
        break;
    }
  }
  for (Diagnostic &diagnostic : diagnostics)
    op->getContext()->getDiagEngine().emit(std::move(diagnostic));
  return success(llvm::all_of(
      devices, [&](unsigned device) { return succeeded[device]; }));
}

//===----------------------------------------------------------------------===//
// Devices that wait for one another
//===----------------------------------------------------------------------===//

LogicalResult Execution::meet(Operation *op, ArrayRef<unsigned> members) const {
  auto isActive = [](const Scope &scope, unsigned device) {
    return llvm::is_contained(scope.devices, device);
  };
  const unsigned *missing = llvm::find_if(members, [&](unsigned member) {
    return !isActive(scopes.back(), member);
  });
  if (missing == members.end())
    return success();
  const unsigned *waiting = llvm::find_if(members, [&](unsigned member) {
    return isActive(scopes.back(), member);
  });
  assert(waiting != members.end() && "expected a member that runs the op");
  InFlightDiagnostic diagnostic = op->emitOpError("cannot complete: device ")
                                  << *waiting << " waits for device "
                                  << *missing << ", which does not get here";
  // The outermost scope without the device is where it took leave.
  const Scope *left = llvm::find_if(
      scopes, [&](const Scope &scope) { return !isActive(scope, *missing); });
  diagnostic.attachNote(left->op->getLoc())
      << "device " << *missing << " went another way than device " << *waiting
      << " in this '" << left->op->getName() << "' op";
  return diagnostic;
}

//===----------------------------------------------------------------------===//
// Programs that wait for one another
//===----------------------------------------------------------------------===//

static Exchange::Channel keyOf(const Evaluation::Channel &channel) {
  return {channel.source.str(), channel.target.str(), channel.number,
          channel.device};
}

void Evaluation::send(const Channel &channel, unsigned target,
                      HostTensor tensor) {
  execution.getExchange().send(keyOf(channel), {std::move(tensor), target, op});
}

FailureOr<HostTensor> Evaluation::receive(const Channel &channel,
                                          unsigned device) {
  FailureOr<Exchange::Message> message =
      execution.getExchange().receive(execution.getIndex(), keyOf(channel), op);
  if (failed(message))
    return failure();
  Type type = op->getResult(0).getType();
  Type sent = message->sender->getOperand(0).getType();
  if (auto token = dyn_cast<dist::TokenType>(type))
    type = token.getValue();
  if (type == sent && message->target == device)
    return std::move(message->tensor);
  InFlightDiagnostic diagnostic =
      emitError(device) << "expected " << type << " for device " << device
                        << " on channel " << channel.number << ", got " << sent
                        << " for device " << message->target;
  diagnostic.attachNote(message->sender->getLoc()) << "sent here";
  return diagnostic;
}
