// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "ReshardAnalysis.h"

#include "Constants.h"
#include "partita/Interfaces/ShardingRuleInterface.h"
#include "partita/Interfaces/WorkInterface.h"

#include "mlir/Interfaces/CallInterfaces.h"

#include <cmath>

using namespace mlir;
using namespace partita;
using namespace partita::dist;
using namespace partita::sharding;

ReshardAnalysis::ReshardAnalysis(MeshOp meshOp, Options options)
    : meshOp(meshOp), options(options),
      costs(std::make_shared<ReshardCosts>(meshOp)) {}

FailureOr<ReshardAnalysis> ReshardAnalysis::get(FunctionOpInterface function,
                                                MeshOp mesh, Options options) {
  ReshardAnalysis analysis(mesh, options);
  if (failed(analysis.visitFunction(function)))
    return failure();
  return std::move(analysis);
}

//===----------------------------------------------------------------------===//
// Values
//===----------------------------------------------------------------------===//

void ReshardAnalysis::define(Value value, ShardingAttr sharding) {
  sharding = costs->getCanonical(sharding);
  versions[value].push_back({sharding, {}});
  shardings.set(value, sharding);
}

void ReshardAnalysis::demand(OpOperand &operand, ShardingAttr sharding) {
  sharding = costs->getCanonical(sharding);
  ValueVersions &all = versions[operand.get()];
  auto found = llvm::find_if(all, [&](const ValueVersion &version) {
    return version.sharding == sharding;
  });
  if (found == all.end()) {
    all.push_back({sharding, {}});
    found = std::prev(all.end());
  }
  found->uses.push_back(&operand);
}

ShardingAttr ReshardAnalysis::getWish(Operation *op, unsigned index) {
  if (ShardingAttr sharding = dist::getSharding(op->getResult(index)))
    return costs->getCanonical(sharding);
  op->emitOpError("expected a sharding of result #")
      << index << "; run dist-propagate before";
  return nullptr;
}

//===----------------------------------------------------------------------===//
// Functions and control flow
//===----------------------------------------------------------------------===//

LogicalResult ReshardAnalysis::visitFunction(FunctionOpInterface function) {
  if (!function.getFunctionBody().hasOneBlock())
    return function->emitOpError(
        "expected one block; lift its control flow to scf before");
  for (BlockArgument argument : function.getArguments()) {
    if (!isTensor(argument))
      continue;
    ShardingAttr sharding = dist::getSharding(argument);
    if (!sharding)
      return function->emitOpError("expected a sharding of argument #")
             << argument.getArgNumber() << "; run dist-propagate before";
    define(argument, sharding);
  }
  for (unsigned i = 0, e = function.getNumResults(); i < e; ++i)
    if (isa<RankedTensorType>(function.getResultTypes()[i]) &&
        !getResultSharding(function, i))
      return function->emitOpError("expected a sharding of result #")
             << i << "; run dist-propagate before";

  WalkResult result = function.getFunctionBody().walk<WalkOrder::PreOrder>(
      [&](Operation *op) -> WalkResult {
        if (failed(visit(op)))
          return WalkResult::interrupt();
        // The body of an op that has a rule is what it does to elements.
        return isa<ShardingRuleInterface>(op) ? WalkResult::skip()
                                              : WalkResult::advance();
      });
  return failure(result.wasInterrupted());
}

LogicalResult ReshardAnalysis::visit(Operation *op) {
  if (auto branch = dyn_cast<RegionBranchOpInterface>(op)) {
    RegionBranchSuccessorMapping mapping = getForwardedOperands(branch);
    shardings.enter(branch, mapping);
    for (auto &[operand, inputs] : mapping)
      forwarded.try_emplace(operand, inputs);
    SmallVector<Value> inputs(op->getResults());
    for (Region &region : op->getRegions())
      llvm::append_range(inputs, region.getArguments());
    for (Value input : inputs) {
      if (!isTensor(input))
        continue;
      ShardingAttr sharding = shardings.get(input);
      if (!sharding)
        return op->emitOpError("expected shardings of its results and of what "
                               "its regions get; run dist-propagate before");
      define(input, sharding);
    }
  }
  for (OpOperand &operand : op->getOpOperands())
    if (auto found = forwarded.find(&operand);
        found != forwarded.end() && isTensor(operand.get()))
      demand(operand, shardings.get(found->second.front()));
  if (isa<RegionBranchOpInterface, RegionBranchTerminatorOpInterface>(op))
    if (!isa_and_nonnull<FunctionOpInterface>(op->getParentOp()) ||
        !op->hasTrait<OpTrait::ReturnLike>())
      return success();

  auto function = dyn_cast_or_null<FunctionOpInterface>(op->getParentOp());
  if (function && op->hasTrait<OpTrait::ReturnLike>()) {
    visitReturn(op, function);
    return success();
  }
  if (llvm::none_of(op->getOperands(), isTensor) &&
      llvm::none_of(op->getResults(), isTensor))
    return success();

  if (auto constraint = dyn_cast<ConstraintOp>(op)) {
    demand(constraint.getInputMutable(), constraint.getSharding());
    define(constraint.getResult(), constraint.getSharding());
    return success();
  }
  if (auto reshard = dyn_cast<ReshardOp>(op)) {
    Value input = reshard.getInput();
    demand(reshard.getInputMutable(), versions[input].front().sharding);
    define(reshard.getResult(), reshard.getSharding());
    return success();
  }
  if (isConstant(op)) {
    ShardingAttr wish = getWish(op, 0);
    if (!wish)
      return failure();
    define(op->getResult(0), getConstantSharding(op, wish));
    return success();
  }
  if (auto call = dyn_cast<CallOpInterface>(op))
    if (auto callee =
            dyn_cast_or_null<FunctionOpInterface>(call.resolveCallable()))
      return visitCall(op, callee);
  if (isa<ShardingRuleInterface>(op))
    return visitSplittable(op);
  return visitWithoutRule(op);
}

void ReshardAnalysis::visitReturn(Operation *op, FunctionOpInterface function) {
  for (OpOperand &operand : op->getOpOperands())
    if (isTensor(operand.get()))
      demand(operand, getResultSharding(function, operand.getOperandNumber()));
}

LogicalResult ReshardAnalysis::visitCall(Operation *op,
                                         FunctionOpInterface callee) {
  auto missing = [&](StringRef kind, unsigned index) {
    InFlightDiagnostic diagnostic = op->emitOpError("expected a sharding of ")
                                    << kind << " #" << index << " of @"
                                    << callee.getName()
                                    << "; run dist-propagate before";
    diagnostic.attachNote(callee.getLoc()) << "the function is defined here";
    return diagnostic;
  };
  auto arguments = cast<CallOpInterface>(op).getArgOperands();
  for (unsigned i = 0, e = arguments.size(); i < e; ++i) {
    OpOperand &operand = arguments.getBase()[i];
    if (!isTensor(operand.get()))
      continue;
    auto sharding = callee.getArgAttrOfType<ShardingAttr>(i, shardingAttrName);
    if (!sharding)
      return missing("argument", i);
    demand(operand, sharding);
  }
  for (OpResult result : op->getResults()) {
    if (!isTensor(result))
      continue;
    ShardingAttr sharding = getResultSharding(callee, result.getResultNumber());
    if (!sharding)
      return missing("result", result.getResultNumber());
    define(result, sharding);
  }
  return success();
}

LogicalResult ReshardAnalysis::visitWithoutRule(Operation *op) {
  if (op->getNumRegions() != 0)
    return op->emitOpError("has regions and no sharding rule, and cannot be "
                           "computed whole on every device");
  withoutRule.push_back(op);
  auto getWhole = [&](Value value) {
    return ShardingAttr::getReplicated(
        meshOp.getReference(),
        cast<RankedTensorType>(value.getType()).getRank());
  };
  for (OpOperand &operand : op->getOpOperands())
    if (isTensor(operand.get()))
      demand(operand, getWhole(operand.get()));
  for (Value result : op->getResults())
    if (isTensor(result))
      define(result, getWhole(result));
  return success();
}

//===----------------------------------------------------------------------===//
// Ops with a rule
//===----------------------------------------------------------------------===//

/// Whether `a` and `b`, ops of one name and the same types, do the same.
static bool haveSameAttributes(Operation *a, Operation *b) {
  if (a->getDiscardableAttrDictionary() != b->getDiscardableAttrDictionary())
    return false;
  return !a->getPropertiesStorage() ||
         a->getName().compareOpProperties(a->getPropertiesStorage(),
                                          b->getPropertiesStorage());
}

LogicalResult ReshardAnalysis::visitSplittable(Operation *op) {
  SmallVector<ShardingAttr, 2> wishes;
  SmallVector<const void *> key = {op->getName().getAsOpaquePointer()};
  for (Value operand : op->getOperands()) {
    key.push_back(operand.getType().getAsOpaquePointer());
    if (isTensor(operand))
      for (const ValueVersion &version : versions[operand])
        key.push_back(version.sharding.getAsOpaquePointer());
  }
  for (OpResult result : op->getResults()) {
    key.push_back(result.getType().getAsOpaquePointer());
    ShardingAttr wish;
    if (isTensor(result)) {
      wish = getWish(op, result.getResultNumber());
      if (!wish)
        return failure();
    }
    wishes.push_back(wish);
    key.push_back(wish.getAsOpaquePointer());
  }

  // Repeated layers are decided once.
  std::deque<Decision> &decisions = decided[std::move(key)];
  auto known = llvm::find_if(decisions, [&](const Decision &decision) {
    return haveSameAttributes(decision.op, op);
  });
  if (known == decisions.end()) {
    decisions.push_back({op, decide(op, wishes), {}, {}});
    known = std::prev(decisions.end());
    for (const Layout &layout : known->assignment.operands)
      known->operands.push_back(costs->getSharding(layout));
    for (const Layout &layout : known->assignment.results)
      known->results.push_back(costs->getSharding(layout));
  } else {
    ++numRepeated;
  }
  assignments[op] = &known->assignment;
  for (auto [operand, sharding] :
       llvm::zip_equal(op->getOpOperands(), known->operands))
    if (isTensor(operand.get()))
      demand(operand, sharding);
  for (auto [result, sharding] :
       llvm::zip_equal(op->getResults(), known->results))
    if (isTensor(result))
      define(result, sharding);
  return success();
}

Assignment ReshardAnalysis::decide(Operation *op,
                                   ArrayRef<ShardingAttr> wishes) {
  ShardingRule rule = cast<ShardingRuleInterface>(op).getShardingRule();
  SmallVector<Layouts> operands;
  for (Value operand : op->getOperands()) {
    Layouts &layouts = operands.emplace_back();
    if (isTensor(operand))
      for (const ValueVersion &version : versions[operand])
        layouts.push_back(costs->getLayout(version.sharding));
    else
      layouts.emplace_back();
  }
  Layouts results;
  for (ShardingAttr wish : wishes)
    results.push_back(wish ? costs->getLayout(wish) : Layout());

  auto cost = [&](Value value, const Layout &from, const Layout &to) {
    return costs
        ->get(cast<RankedTensorType>(value.getType()), costs->getSharding(from),
              costs->getSharding(to))
        .seconds;
  };
  auto operandCost = [&](unsigned index, const Layout &from, const Layout &to) {
    // What is constant can be made anew under any sharding.
    if (isSplat(op->getOperand(index).getDefiningOp()))
      return 0.0;
    return cost(op->getOperand(index), from, to);
  };
  auto resultCost = [&](unsigned index, const Layout &from, const Layout &to) {
    double seconds = cost(op->getResult(index), from, to);
    if (std::isfinite(seconds))
      return seconds;
    // A sum that may be pending may as well be formed.
    return cost(op->getResult(index), from,
                llvm::cantFail(Layout::get(costs->getMesh(), to.getDims())));
  };
  auto worker = dyn_cast<WorkInterface>(op);
  bool hasMatrixWork = worker && worker.getWork().matrixFlops > 0;
  return chooseAssignment({costs->getMesh(), rule, operands, results,
                           options.withLocalForms, options.withMinorFactors,
                           hasMatrixWork},
                          operandCost, resultCost);
}
