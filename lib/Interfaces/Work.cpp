// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "partita/Interfaces/WorkInterface.h"

#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Operation.h"
#include "llvm/ADT/SmallVectorExtras.h"
#include "llvm/Support/FormatVariadic.h"

#include "partita/Interfaces/WorkInterface.cpp.inc"

using namespace mlir;
using namespace partita;

Count partita::evenShare(Count total, Count part, Count whole) {
  if (whole == 0)
    return total;
  // In two steps, so that nothing overflows where the share itself does not.
  int64_t quotient = total / whole;
  int64_t rest = Count(total % whole) * part;
  return Count(quotient) * part + (rest / whole + (rest % whole != 0));
}

Count TensorShape::numElements() const {
  Count count = 1;
  for (int64_t dim : dims)
    count *= dim;
  return count;
}

Count TensorShape::numBytes() const {
  return numElements() * bytesPerElement();
}

Work &Work::operator+=(const Work &other) {
  matrixFlops = Count(matrixFlops) + Count(other.matrixFlops);
  vectorFlops = Count(vectorFlops) + Count(other.vectorFlops);
  bytesRead = Count(bytesRead) + Count(other.bytesRead);
  bytesWritten = Count(bytesWritten) + Count(other.bytesWritten);
  return *this;
}

std::string Work::str() const {
  return llvm::formatv("{0} matrix flops, {1} vector flops, {2} bytes read, "
                       "{3} bytes written",
                       matrixFlops, vectorFlops, bytesRead, bytesWritten);
}

Work partita::streamingWork(ArrayRef<TensorShape> operands,
                            ArrayRef<TensorShape> results,
                            int64_t vectorFlops) {
  Count bytesRead, bytesWritten;
  for (const TensorShape &shape : operands)
    bytesRead += shape.numBytes();
  for (const TensorShape &shape : results)
    bytesWritten += shape.numBytes();
  Work work;
  work.vectorFlops = vectorFlops;
  work.bytesRead = bytesRead;
  work.bytesWritten = bytesWritten;
  return work;
}

static SmallVector<TensorShape> shapesOf(TypeRange types) {
  return llvm::map_to_vector(types, [](Type type) {
    TensorShape shape;
    if (auto tensor = dyn_cast<RankedTensorType>(type)) {
      shape.dims.assign(tensor.getShape().begin(), tensor.getShape().end());
      type = tensor.getElementType();
    }
    if (type.isIntOrFloat())
      shape.elementBits = type.getIntOrFloatBitWidth();
    return shape;
  });
}

SmallVector<TensorShape> partita::operandShapes(Operation *op) {
  return shapesOf(op->getOperandTypes());
}

SmallVector<TensorShape> partita::resultShapes(Operation *op) {
  return shapesOf(op->getResultTypes());
}
