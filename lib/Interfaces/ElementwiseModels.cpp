// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "partita/Interfaces/ElementwiseModels.h"

#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Operation.h"

using namespace mlir;
using namespace partita;

FactorNames partita::leadingDimNames(size_t count) {
  static constexpr StringLiteral usual[] = {"b", "s", "h"};
  FactorNames names;
  for (size_t dim = 0; dim < count; ++dim)
    names.push_back(dim < std::size(usual) ? usual[dim].str()
                                           : "i" + std::to_string(dim));
  return names;
}

FactorNames partita::dimNames(size_t rank) {
  if (rank == 0)
    return {};
  FactorNames names = leadingDimNames(rank - 1);
  names.push_back("d");
  return names;
}

FactorNames partita::broadcastDimNames(ArrayRef<std::string> names,
                                       ArrayRef<int64_t> from,
                                       ArrayRef<int64_t> to) {
  assert(names.size() == to.size() && from.size() <= to.size());
  FactorNames result;
  for (auto [name, size, target] : llvm::zip_equal(
           names.take_back(from.size()), from, to.take_back(from.size())))
    result.push_back(size == target ? name : "");
  return result;
}

/// The shape of `type` if it is a ranked tensor; a scalar's otherwise.
static ArrayRef<int64_t> shapeOf(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  return tensor ? tensor.getShape() : ArrayRef<int64_t>();
}

ShardingRuleBuilder partita::elementwiseRule(Operation *op) {
  ArrayRef<int64_t> shape = shapeOf(op->getResult(0).getType());
  FactorNames names = dimNames(shape.size());
  ShardingRuleBuilder builder;
  builder.parallel(names, shape);
  for (Type type : op->getOperandTypes())
    builder.operand(broadcastDimNames(names, shapeOf(type), shape));
  for (unsigned i = 0, end = op->getNumResults(); i < end; ++i)
    builder.result(names);
  return builder;
}

Work partita::elementwiseWork(ArrayRef<TensorShape> operands,
                              ArrayRef<TensorShape> results,
                              int64_t flopsPerElement) {
  return streamingWork(operands, results,
                       results.front().numElements() * flopsPerElement);
}
