// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Constants need no sharding rule: one whose elements are all equal is a
// constant under any sharding, and any other is whole on every device, from
// which each takes its part.

#ifndef PARTITA_LIB_TRANSFORMS_PARTITION_CONSTANTS_H
#define PARTITA_LIB_TRANSFORMS_PARTITION_CONSTANTS_H

#include "partita/Dialect/Dist/Dist.h"

#include "mlir/IR/Matchers.h"

namespace partita {

/// Whether `op`, which may be null, gives a constant tensor.
inline bool isConstant(mlir::Operation *op) {
  mlir::ElementsAttr value;
  return op && mlir::matchPattern(op, mlir::m_Constant(&value));
}

/// Whether `op`, which may be null, gives a tensor of equal elements.
inline bool isSplat(mlir::Operation *op) {
  mlir::SplatElementsAttr value;
  return op && mlir::matchPattern(op, mlir::m_Constant(&value));
}

/// The sharding under which the constant `op` comes if it should be under
/// `wish`.
inline dist::ShardingAttr getConstantSharding(mlir::Operation *op,
                                              dist::ShardingAttr wish) {
  if (isSplat(op))
    return dist::ShardingAttr::get(wish.getMesh(), wish.getDims());
  return dist::ShardingAttr::getReplicated(wish.getMesh(), wish.getRank());
}

/// Makes the constant of equal elements that `op` gives one of type `type`.
inline void resizeSplat(mlir::Operation *op, mlir::RankedTensorType type) {
  mlir::SplatElementsAttr value;
  mlir::matchPattern(op, mlir::m_Constant(&value));
  for (mlir::NamedAttribute attribute : op->getAttrs())
    if (attribute.getValue() == value)
      op->setAttr(attribute.getName(), value.resizeSplat(type));
  op->getResult(0).setType(type);
}

} // namespace partita

#endif // PARTITA_LIB_TRANSFORMS_PARTITION_CONSTANTS_H
