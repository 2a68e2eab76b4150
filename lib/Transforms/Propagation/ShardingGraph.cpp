// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "ShardingGraph.h"

#include "partita/Interfaces/ElementwiseModels.h"
#include "partita/Interfaces/ShardingRuleInterface.h"
#include "partita/Sharding/Bridge.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Interfaces/CallInterfaces.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"

using namespace mlir;
using namespace partita;
using namespace partita::sharding;

Location GraphValue::getLoc() const {
  return value ? value.getLoc() : function->getLoc();
}

dist::MeshOp partita::getOnlyMesh(ModuleOp module) {
  dist::MeshOp only;
  for (auto mesh : module.getOps<dist::MeshOp>()) {
    if (only) {
      InFlightDiagnostic diagnostic =
          mesh.emitOpError("expected one mesh in a module, got another");
      diagnostic.attachNote(only.getLoc()) << "the first is here";
      return nullptr;
    }
    only = mesh;
  }
  if (!only)
    emitError(module.getLoc(),
              "expected a 'dist.mesh' in the module; '--dist-annotate="
              "mesh=data=2,tensor=2' makes one");
  return only;
}

static double getElementBytes(Type type) {
  if (!type.isIntOrFloat())
    return 8;
  return double(type.getIntOrFloatBitWidth()) / 8;
}

namespace {
class GraphBuilder {
public:
  GraphBuilder(ModuleOp module, ShardingGraph &result)
      : module(module), result(result) {}

  LogicalResult build();

private:
  LogicalResult addFunction(FunctionOpInterface function);
  LogicalResult addOp(Operation *op);
  LogicalResult addRegionBranches(RegionBranchOpInterface branch);
  void addCall(CallOpInterface call);
  void addReturn(Operation *op, FunctionOpInterface function);
  void addCopy(Operation *op, unsigned from, unsigned to);
  LogicalResult addValue(GraphValue value, Type type);
  LogicalResult addValue(Value value) {
    GraphValue info;
    info.value = value;
    info.sharding = dist::getSharding(value);
    if (!isa<RankedTensorType>(value.getType()))
      return success();
    result.valueIndex[value] = result.values.size();
    return addValue(info, value.getType());
  }
  unsigned find(Value value) const {
    auto it = result.valueIndex.find(value);
    return it == result.valueIndex.end() ? noValue : it->second;
  }

  ModuleOp module;
  ShardingGraph &result;
  Mesh mesh;
  /// The index of the value of the first result of each function; its other
  /// results follow, those that are no tensors as well.
  llvm::DenseMap<Operation *, SmallVector<unsigned>> functionResults;
};
} // namespace

LogicalResult GraphBuilder::addValue(GraphValue value, Type type) {
  auto tensor = cast<RankedTensorType>(type);
  PropagationValue info;
  info.shape.assign(tensor.getShape().begin(), tensor.getShape().end());
  info.elementBytes = getElementBytes(tensor.getElementType());
  info.dims.resize(tensor.getRank());
  if (dist::ShardingAttr sharding = value.sharding) {
    if (sharding.getMesh().getAttr() != result.mesh.getSymNameAttr())
      return emitError(value.getLoc())
             << "expected a sharding on " << result.mesh.getReference()
             << ", got " << sharding;
    info.mustBeWhole = true;
    Layout layout = toLayout(mesh, sharding);
    info.partial = AxisParts(layout.getPartial());
    info.combiner = layout.getCombiner();
    for (auto [index, dim] : llvm::enumerate(sharding.getDims()))
      info.dims[index] = {.axes = AxisParts(layout.getDim(index)),
                          .isOpen = dim.getIsOpen(),
                          .priority = dim.getPriority()};
  }
  if (value.value)
    if (auto constraint = value.value.getDefiningOp<dist::ConstraintOp>())
      if (dist::AxesAttr replicated = constraint.getReplicatedAttr())
        info.replicated = toParts(mesh, replicated.getParts());
  result.values.push_back(value);
  result.graph.values.push_back(std::move(info));
  return success();
}

void GraphBuilder::addCopy(Operation *op, unsigned from, unsigned to) {
  if (from == noValue || to == noValue)
    return;
  ArrayRef<int64_t> shape = result.graph.values[from].shape;
  FactorNames names = dimNames(shape.size());
  result.graph.ops.push_back({.rule = ShardingRuleBuilder()
                                          .parallel(names, shape)
                                          .operand(names)
                                          .result(names)
                                          .build(),
                              .operands = {from},
                              .results = {to}});
  result.ops.push_back(op);
}

LogicalResult GraphBuilder::addFunction(FunctionOpInterface function) {
  SmallVector<unsigned> &results = functionResults[function];
  for (auto [index, type] : llvm::enumerate(function.getResultTypes())) {
    if (!isa<RankedTensorType>(type)) {
      results.push_back(noValue);
      continue;
    }
    results.push_back(result.values.size());
    GraphValue info;
    info.function = function;
    info.result = index;
    info.sharding = dist::getResultSharding(function, index);
    if (failed(addValue(info, type)))
      return failure();
    result.graph.values.back().mustBeWhole = true;
  }
  if (function.isExternal())
    return success();
  WalkResult walk =
      function.getFunctionBody().walk<WalkOrder::PreOrder>([&](Block *block) {
        for (BlockArgument argument : block->getArguments())
          if (failed(addValue(argument)))
            return WalkResult::interrupt();
        for (Operation &op : *block)
          for (OpResult value : op.getResults())
            if (failed(addValue(value)))
              return WalkResult::interrupt();
        return WalkResult::advance();
      });
  return failure(walk.wasInterrupted());
}

/// What enters and leaves the regions of `branch`.
LogicalResult GraphBuilder::addRegionBranches(RegionBranchOpInterface branch) {
  RegionBranchSuccessorMapping mapping;
  branch.getSuccessorOperandInputMapping(mapping);
  // In the order of the operands, which the map does not keep.
  SmallVector<std::pair<OpOperand *, Value>> edges;
  for (auto &[operand, inputs] : mapping)
    for (Value input : inputs)
      edges.emplace_back(operand, input);
  llvm::sort(edges, [&](const auto &a, const auto &b) {
    auto key = [&](const auto &edge) {
      return std::tuple(find(edge.first->get()), find(edge.second));
    };
    return key(a) < key(b);
  });
  for (auto [operand, input] : edges)
    addCopy(branch, find(operand->get()), find(input));
  return success();
}

void GraphBuilder::addCall(CallOpInterface call) {
  auto callee = dyn_cast_or_null<FunctionOpInterface>(call.resolveCallable());
  if (!callee || !functionResults.contains(callee)) {
    result.opsWithoutRule.push_back(call);
    return;
  }
  if (!callee.isExternal())
    for (auto [operand, argument] :
         llvm::zip(call.getArgOperands(), callee.getArguments()))
      addCopy(call, find(operand), find(argument));
  for (auto [from, value] :
       llvm::zip(functionResults[callee], call->getResults()))
    addCopy(call, from, find(value));
}

void GraphBuilder::addReturn(Operation *op, FunctionOpInterface function) {
  for (auto [value, to] :
       llvm::zip(op->getOperands(), functionResults[function]))
    addCopy(op, find(value), to);
}

static bool isOnTensors(Operation *op) {
  auto isTensor = llvm::IsaPred<RankedTensorType>;
  return llvm::any_of(op->getOperandTypes(), isTensor) ||
         llvm::any_of(op->getResultTypes(), isTensor);
}

LogicalResult GraphBuilder::addOp(Operation *op) {
  if (!isOnTensors(op))
    return success();
  if (auto constraint = dyn_cast<dist::ConstraintOp>(op)) {
    addCopy(op, find(constraint.getInput()), find(constraint.getResult()));
    return success();
  }
  // The same value under two shardings: none follows from the other.
  if (isa<dist::ReshardOp>(op))
    return success();
  if (auto call = dyn_cast<CallOpInterface>(op)) {
    addCall(call);
    return success();
  }
  if (auto branch = dyn_cast<RegionBranchOpInterface>(op))
    return addRegionBranches(branch);
  if (op->hasTrait<OpTrait::IsTerminator>()) {
    if (auto function = dyn_cast<FunctionOpInterface>(op->getParentOp()))
      addReturn(op, function);
    return success();
  }
  auto splittable = dyn_cast<ShardingRuleInterface>(op);
  if (!splittable) {
    result.opsWithoutRule.push_back(op);
    for (Value operand : op->getOperands())
      if (unsigned value = find(operand); value != noValue)
        result.graph.values[value].mustBeWhole = true;
    return success();
  }
  PropagationOp info;
  info.rule = splittable.getShardingRule();
  auto emitError = [&] {
    return op->emitOpError("has an invalid sharding rule: ");
  };
  if (failed(verifyShardingRule(info.rule, op->getOperandTypes(),
                                op->getResultTypes(), emitError)))
    return failure();
  for (Value operand : op->getOperands())
    info.operands.push_back(find(operand));
  for (Value value : op->getResults())
    info.results.push_back(find(value));
  result.graph.ops.push_back(std::move(info));
  result.ops.push_back(op);
  return success();
}

LogicalResult GraphBuilder::build() {
  result.mesh = getOnlyMesh(module);
  if (!result.mesh)
    return failure();
  mesh = toMesh(result.mesh.getMesh());
  result.graph.mesh = mesh;
  for (auto function : module.getOps<FunctionOpInterface>())
    if (failed(addFunction(function)))
      return failure();
  for (auto function : module.getOps<FunctionOpInterface>()) {
    WalkResult walk = function->walk<WalkOrder::PreOrder>([&](Operation *op) {
      if (op == function)
        return WalkResult::advance();
      return failed(addOp(op)) ? WalkResult::interrupt()
                               : WalkResult::advance();
    });
    if (walk.wasInterrupted())
      return failure();
  }
  return success();
}

FailureOr<ShardingGraph> ShardingGraph::build(ModuleOp module) {
  ShardingGraph result;
  if (failed(GraphBuilder(module, result).build()))
    return failure();
  return result;
}
