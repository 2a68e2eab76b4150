// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Decides how each op of a function is split, and so where values change their
// sharding. Changes nothing; see InsertReshards.cpp for who acts on it.
//
// Ops are looked at in program order. What an op gives follows from how it is
// split, and the sharding that its result was annotated with is what it should
// be: a wish that counts in the choice. What the users of the value need is
// then made from what there is, so nothing is brought into a sharding that
// nobody uses.

#ifndef PARTITA_LIB_TRANSFORMS_PARTITION_RESHARDANALYSIS_H
#define PARTITA_LIB_TRANSFORMS_PARTITION_RESHARDANALYSIS_H

#include "Assignment.h"
#include "ReshardCosts.h"
#include "ValueShardings.h"

#include "llvm/ADT/MapVector.h"

#include <deque>
#include <map>
#include <memory>

namespace partita {

/// A value under one sharding.
struct ValueVersion {
  dist::ShardingAttr sharding;
  /// The uses that need it so, in program order.
  llvm::SmallVector<mlir::OpOperand *, 2> uses;
};

/// All versions of a value. The first is how it comes.
using ValueVersions = llvm::SmallVector<ValueVersion, 2>;

class ReshardAnalysis {
public:
  struct Options {
    /// Whether factors may be split that need a local form then.
    bool withLocalForms = false;
    /// Whether factors may be split that come after another in a dimension.
    bool withMinorFactors = true;
  };

  /// Analyses `function`, whose shardings are all on `mesh`. Fails with a
  /// message at a value without sharding, and at an op that cannot be split or
  /// computed whole.
  static llvm::FailureOr<ReshardAnalysis>
  get(mlir::FunctionOpInterface function, dist::MeshOp mesh, Options options);

  /// The values that are used, in program order, and under which shardings.
  const llvm::MapVector<mlir::Value, ValueVersions> &getVersions() const {
    return versions;
  }

  /// How the ops that have a sharding rule are split.
  const llvm::MapVector<mlir::Operation *, const Assignment *> &
  getAssignments() const {
    return assignments;
  }

  /// The ops that have no sharding rule and are computed whole on all devices.
  llvm::ArrayRef<mlir::Operation *> getOpsWithoutRule() const {
    return withoutRule;
  }

  ReshardCosts &getCosts() { return *costs; }

  /// How many ops were decided as one before was.
  unsigned getNumRepeated() const { return numRepeated; }

private:
  ReshardAnalysis(dist::MeshOp meshOp, Options options);

  llvm::LogicalResult visitFunction(mlir::FunctionOpInterface function);
  llvm::LogicalResult visit(mlir::Operation *op);
  llvm::LogicalResult visitSplittable(mlir::Operation *op);
  llvm::LogicalResult visitWithoutRule(mlir::Operation *op);
  llvm::LogicalResult visitCall(mlir::Operation *op,
                                mlir::FunctionOpInterface callee);
  void visitReturn(mlir::Operation *op, mlir::FunctionOpInterface function);

  /// Says that `value` comes under `sharding`.
  void define(mlir::Value value, dist::ShardingAttr sharding);
  /// Says that `operand` must be under `sharding`.
  void demand(mlir::OpOperand &operand, dist::ShardingAttr sharding);

  /// The sharding that result `index` of `op` should have; null, after a
  /// message, if there is none.
  dist::ShardingAttr getWish(mlir::Operation *op, unsigned index);

  dist::MeshOp meshOp;
  Options options;
  std::shared_ptr<ReshardCosts> costs;
  ValueShardings shardings;
  mlir::RegionBranchSuccessorMapping forwarded;

  llvm::MapVector<mlir::Value, ValueVersions> versions;
  llvm::MapVector<mlir::Operation *, const Assignment *> assignments;
  llvm::SmallVector<mlir::Operation *> withoutRule;

  /// How `op`, and all ops like it, are split.
  struct Decision {
    mlir::Operation *op;
    Assignment assignment;
    llvm::SmallVector<dist::ShardingAttr, 4> operands;
    llvm::SmallVector<dist::ShardingAttr, 2> results;
  };
  Assignment decide(mlir::Operation *op,
                    llvm::ArrayRef<dist::ShardingAttr> wishes);

  /// Decisions by what they depend on: names, types and shardings. Ops that
  /// differ in their attributes share an entry.
  std::map<llvm::SmallVector<const void *>, std::deque<Decision>> decided;
  unsigned numRepeated = 0;
};

} // namespace partita

#endif // PARTITA_LIB_TRANSFORMS_PARTITION_RESHARDANALYSIS_H
