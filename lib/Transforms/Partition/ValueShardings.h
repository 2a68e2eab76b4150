// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The sharding of every value of a function, also of those that no attribute
// can stand on: the arguments of regions.
//
// A value that is passed on in control flow keeps its sharding: what a loop
// starts with, what each iteration passes to the next and what the loop gives
// are under one. It is that of the result of the op, which has an attribute,
// and where the values reach no result, that of the operand of the op which is
// passed on.

#ifndef PARTITA_LIB_TRANSFORMS_PARTITION_VALUESHARDINGS_H
#define PARTITA_LIB_TRANSFORMS_PARTITION_VALUESHARDINGS_H

#include "partita/Dialect/Dist/Dist.h"

#include "mlir/Interfaces/CallInterfaces.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"
#include "mlir/Interfaces/FunctionInterfaces.h"

namespace partita {

/// Whether `value` is one that has a sharding.
inline bool isTensor(mlir::Value value) {
  return mlir::isa<mlir::RankedTensorType>(value.getType());
}

/// Where an operand of an op with regions, or of a terminator in them, goes: to
/// arguments of regions or results of the op. Empty for other operands.
mlir::RegionBranchSuccessorMapping
getForwardedOperands(mlir::RegionBranchOpInterface op);

class ValueShardings {
public:
  /// The sharding of `value`; null if it is not known.
  dist::ShardingAttr get(mlir::Value value) const;

  /// Says under which sharding `value` is, in place of what attributes say.
  void set(mlir::Value value, dist::ShardingAttr sharding) {
    shardings[value] = sharding;
  }

  /// Finds the shardings of the arguments of the regions of `op`, and of its
  /// results, from its attribute and the shardings of its operands. To be
  /// called before a value in these regions is asked for.
  void enter(mlir::RegionBranchOpInterface op,
             const mlir::RegionBranchSuccessorMapping &forwarded);

private:
  llvm::DenseMap<mlir::Value, dist::ShardingAttr> shardings;
};

} // namespace partita

#endif // PARTITA_LIB_TRANSFORMS_PARTITION_VALUESHARDINGS_H
