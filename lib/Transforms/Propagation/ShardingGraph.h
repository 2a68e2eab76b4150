// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A module as propagation sees it: values with shardings, and ops with rules.

#ifndef PARTITA_LIB_TRANSFORMS_PROPAGATION_SHARDINGGRAPH_H
#define PARTITA_LIB_TRANSFORMS_PROPAGATION_SHARDINGGRAPH_H

#include "partita/Dialect/Dist/Dist.h"
#include "partita/Sharding/Propagation.h"

#include "mlir/Interfaces/FunctionInterfaces.h"
#include "llvm/ADT/DenseMap.h"

namespace mlir {
class ModuleOp;
} // namespace mlir

namespace partita {

/// A tensor of the module: a value, or a result of a function.
struct GraphValue {
  /// Null for a result of a function.
  mlir::Value value;
  mlir::FunctionOpInterface function;
  unsigned result = 0;
  dist::ShardingAttr sharding;

  mlir::Location getLoc() const;
};

/// The graph of all functions at the top of a module. Nested modules are left
/// out. What passes values on, such as a loop, a call or a `return`, is an op
/// with the rule of a copy.
struct ShardingGraph {
  dist::MeshOp mesh;
  sharding::PropagationGraph graph;
  /// For each value and each op of the graph what it stands for.
  std::vector<GraphValue> values;
  std::vector<mlir::Operation *> ops;
  llvm::DenseMap<mlir::Value, unsigned> valueIndex;
  /// Ops on tensors that have no sharding rule.
  llvm::SmallVector<mlir::Operation *> opsWithoutRule;

  /// Fails, with a diagnostic, if the module has not one mesh, or shardings of
  /// other meshes.
  static llvm::FailureOr<ShardingGraph> build(mlir::ModuleOp module);
};

/// The only mesh in `module`. Reports if there is none, or more than one.
dist::MeshOp getOnlyMesh(mlir::ModuleOp module);

} // namespace partita

#endif // PARTITA_LIB_TRANSFORMS_PROPAGATION_SHARDINGGRAPH_H
