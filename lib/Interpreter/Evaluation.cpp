// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "partita/Interpreter/Evaluation.h"

#include "Execution.h"
#include "Frame.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "partita/Dialect/Dist/Dist.h"
#include "partita/Interfaces/InterpretableInterface.h"
#include "partita/Interpreter/Interpreter.h"

using namespace mlir;
using namespace partita;
using namespace partita::interp;

LogicalResult
interp::forEachDevice(Evaluation &evaluation,
                      function_ref<LogicalResult(unsigned)> function) {
  return evaluation.forEachDevice(function);
}

//===----------------------------------------------------------------------===//
// Types
//===----------------------------------------------------------------------===//

std::optional<ElementKind> interp::declaredKind(Type type) {
  if (auto token = dyn_cast<dist::TokenType>(type)) {
    if (!token.getValue())
      return ElementKind::I1;
    type = token.getValue();
  }
  if (auto tensor = dyn_cast<RankedTensorType>(type)) {
    if (!tensor.hasStaticShape())
      return std::nullopt;
    type = tensor.getElementType();
  }
  if (type.isIndex())
    return ElementKind::I64;
  if (type.isF32())
    return ElementKind::F32;
  if (type.isBF16())
    return ElementKind::BF16;
  if (type.isF16())
    return ElementKind::F16;
  if (type.isF64())
    return ElementKind::F64;
  if (type.isSignlessInteger())
    return parseElementKind("i" + std::to_string(type.getIntOrFloatBitWidth()));
  return std::nullopt;
}

std::optional<ElementKind> interp::storageKind(Type type, Precision precision) {
  std::optional<ElementKind> kind = declaredKind(type);
  if (!kind || !isFloatKind(*kind) || *kind == ElementKind::F64)
    return kind;
  return precision == Precision::F64 ? ElementKind::F64 : ElementKind::F32;
}

ArrayRef<int64_t> interp::shapeOf(Type type) {
  if (auto token = dyn_cast<dist::TokenType>(type))
    type = token.getValue();
  auto tensor = dyn_cast_or_null<RankedTensorType>(type);
  return tensor ? tensor.getShape() : ArrayRef<int64_t>();
}

//===----------------------------------------------------------------------===//
// Evaluation
//===----------------------------------------------------------------------===//

Evaluation::Evaluation(Operation *op, Execution &execution, Frame &frame,
                       ArrayRef<Value> dying)
    : op(op), execution(execution), frame(frame), dying(dying),
      results(op->getNumResults(), DeviceTensors(execution.getNumDevices())) {}

unsigned Evaluation::getNumDevices() const { return execution.getNumDevices(); }

ArrayRef<unsigned> Evaluation::getActiveDevices() const {
  return execution.getActiveDevices();
}

Precision Evaluation::getPrecision() const {
  return execution.getOptions().precision;
}

LogicalResult Evaluation::meet(ArrayRef<unsigned> members) const {
  return execution.meet(op, members);
}

const HostTensor &Evaluation::value(unsigned device, Value value) {
  DeviceTensors &tensors = frame.get(value);
  ElementKind kind = *storageKind(value.getType(), getPrecision());
  if (tensors[device].getKind() != kind)
    convertAll(tensors, kind);
  return tensors[device];
}

HostTensor Evaluation::take(unsigned device, Value value) {
  const HostTensor &tensor = this->value(device, value);
  // The op's regions may use the value as well.
  bool isLastUse = op->getNumRegions() == 0 &&
                   llvm::is_contained(dying, value) &&
                   llvm::count(op->getOperands(), value) == 1;
  if (isLastUse)
    return std::move(frame.get(value)[device]);
  return tensor;
}

void Evaluation::setResult(unsigned device, unsigned index, HostTensor tensor) {
  results[index][device] = std::move(tensor);
}

FailureOr<SmallVector<DeviceTensors>>
Evaluation::evaluateRegion(Region &region, SmallVector<DeviceTensors> inputs,
                           ArrayRef<unsigned> devices) {
  return execution.evaluateBlockOn(devices, op, region.front(), frame,
                                   std::move(inputs));
}

FailureOr<SmallVector<DeviceTensors>>
Evaluation::call(FunctionOpInterface function,
                 SmallVector<DeviceTensors> inputs) {
  return execution.call(function, std::move(inputs), op);
}

InFlightDiagnostic Evaluation::emitError(unsigned device) const {
  InFlightDiagnostic diagnostic = op->emitOpError();
  if (getNumDevices() > 1)
    diagnostic << "on device " << device << ": ";
  return diagnostic;
}
