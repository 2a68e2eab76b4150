// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "partita/Interfaces/WorkInterface.h"

#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Operation.h"
#include "llvm/ADT/SmallVectorExtras.h"

#include "partita/Interfaces/WorkInterface.cpp.inc"

using namespace mlir;
using namespace partita;

int64_t TensorShape::numElements() const {
  int64_t count = 1;
  for (int64_t dim : dims)
    count *= dim;
  return count;
}

int64_t TensorShape::numBytes() const {
  return numElements() * ((elementBits + 7) / 8);
}

Work &Work::operator+=(const Work &other) {
  matrixFlops += other.matrixFlops;
  vectorFlops += other.vectorFlops;
  bytesRead += other.bytesRead;
  bytesWritten += other.bytesWritten;
  return *this;
}

Work partita::streamingWork(ArrayRef<TensorShape> operands,
                            ArrayRef<TensorShape> results,
                            int64_t vectorFlops) {
  Work work;
  work.vectorFlops = vectorFlops;
  for (const TensorShape &shape : operands)
    work.bytesRead += shape.numBytes();
  for (const TensorShape &shape : results)
    work.bytesWritten += shape.numBytes();
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
