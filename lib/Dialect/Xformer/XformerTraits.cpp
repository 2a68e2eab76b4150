// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "partita/Dialect/Xformer/XformerTraits.h"

#include "mlir/IR/BuiltinTypes.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace partita;

bool xformer::hasBoundedSize(ArrayRef<int64_t> shape, Type elementType) {
  int64_t bytes = llvm::divideCeil(elementType.getIntOrFloatBitWidth(), 8);
  for (int64_t dim : shape)
    if (llvm::MulOverflow(bytes, std::max<int64_t>(dim, 1), bytes))
      return false;
  return true;
}

/// Checks the type of the value that "`kind` #`index`" names.
static LogicalResult verifyPlainTensor(Operation *op, StringRef kind,
                                       unsigned index, Type type) {
  // The constraints in ODS, which come first, leave no other type.
  auto tensor = cast<RankedTensorType>(type);
  if (tensor.getEncoding()) // tensor_c1
    return op->emitOpError("expected ") << kind << " #" << index
                                        << " to be a tensor without an "
                                           "encoding, got "
                                        << type;
  if (!xformer::hasBoundedSize(tensor.getShape(),
                               tensor.getElementType())) // tensor_c2
    return op->emitOpError("expected ")
           << kind << " #" << index << " to have fewer than 2^63 bytes, got "
           << type;
  return success();
}

LogicalResult xformer::detail::verifyPlainTensors(Operation *op) {
  for (auto [index, type] : llvm::enumerate(op->getOperandTypes()))
    if (failed(verifyPlainTensor(op, "operand", index, type)))
      return failure();
  for (auto [index, type] : llvm::enumerate(op->getResultTypes()))
    if (failed(verifyPlainTensor(op, "result", index, type)))
      return failure();
  return success();
}

LogicalResult xformer::detail::verifyInferredTypes(
    Operation *op,
    llvm::function_ref<LogicalResult(SmallVectorImpl<Type> &)> infer) {
  SmallVector<Type, 2> inferred;
  if (failed(infer(inferred)))
    return failure();
  for (auto [index, expected, actual] :
       llvm::enumerate(inferred, op->getResultTypes()))
    if (expected != actual)
      return op->emitOpError("expected result #")
             << index << " to be of type " << expected << ", got " << actual;
  return success();
}
