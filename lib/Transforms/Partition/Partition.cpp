// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Makes the program of one device: every value becomes what a device holds of
// it. Once every op fits its rule, that is a matter of types. Where values
// change their sharding, collectives appear.

#include "partita/Transforms/Partition/EmitReshard.h"
#include "partita/Transforms/Partition/Passes.h"

#include "Constants.h"
#include "Functions.h"
#include "ReshardCosts.h"
#include "ValueShardings.h"
#include "partita/Interfaces/ShardingRuleInterface.h"
#include "partita/Sharding/Projection.h"

#include "llvm/Support/MathExtras.h"

namespace partita {
#define GEN_PASS_DEF_PARTITION
#include "partita/Transforms/Partition/Passes.h.inc"
} // namespace partita

using namespace mlir;
using namespace partita;
using namespace partita::dist;
using namespace partita::sharding;

namespace {

/// Partitions one function.
class Partitioner {
public:
  Partitioner(FunctionOpInterface function, MeshOp meshOp)
      : function(function), meshOp(meshOp), costs(meshOp),
        builder(function.getContext()) {}

  LogicalResult run() {
    if (failed(checkSignature()))
      return failure();
    // First all checks, as afterwards types are those of a device.
    if (function.getFunctionBody()
            .walk<WalkOrder::PreOrder>([&](Operation *op) -> WalkResult {
              if (failed(check(op)))
                return WalkResult::interrupt();
              return hasOwnBody(op) ? WalkResult::skip()
                                    : WalkResult::advance();
            })
            .wasInterrupted())
      return failure();
    localizeSignature();
    return failure(
        function.getFunctionBody()
            .walk<WalkOrder::PreOrder>([&](Operation *op) -> WalkResult {
              bool isSkipped = hasOwnBody(op);
              if (failed(localize(op)))
                return WalkResult::interrupt();
              return isSkipped ? WalkResult::skip() : WalkResult::advance();
            })
            .wasInterrupted());
  }

  unsigned numOps = 0, numReshards = 0;

private:
  /// Whether the regions of `op` say what it does to elements.
  static bool hasOwnBody(Operation *op) {
    return isa<ShardingRuleInterface>(op);
  }

  //===--------------------------------------------------------------------===//
  // Checks
  //===--------------------------------------------------------------------===//

  LogicalResult checkSignature() {
    auto emitError = [&](StringRef kind, unsigned index) {
      return [this, kind, index] {
        return function->emitOpError() << kind << " #" << index << ": ";
      };
    };
    for (auto [index, type] : llvm::enumerate(function.getArgumentTypes()))
      if (failed(checkSplit(type, getArgumentSharding(index),
                            emitError("argument", index))))
        return failure();
    for (auto [index, type] : llvm::enumerate(function.getResultTypes()))
      if (failed(checkSplit(type, getResultSharding(function, index),
                            emitError("result", index))))
        return failure();
    return success();
  }

  ShardingAttr getArgumentSharding(unsigned index) {
    return function.getArgAttrOfType<ShardingAttr>(index, shardingAttrName);
  }

  /// Checks that a value of type `type` has a sharding which splits it evenly.
  LogicalResult checkSplit(Type type, ShardingAttr sharding,
                           function_ref<InFlightDiagnostic()> emitError) {
    auto tensor = dyn_cast<RankedTensorType>(type);
    if (!tensor)
      return success();
    if (!sharding)
      return emitError() << "expected a sharding; run dist-insert-reshards "
                            "before";
    for (auto [dim, size] : llvm::enumerate(tensor.getShape())) {
      int64_t count = sharding.getBlockCount(meshOp.getMesh(), dim);
      if (count == 1)
        continue;
      if (ShapedType::isDynamic(size))
        return emitError() << "dimension " << dim << " of " << type
                           << " is split, but its size is not known";
      if (size % count != 0)
        return emitError() << "dimension " << dim << " of " << type
                           << " does not split into " << count
                           << " equal blocks; run dist-pad before";
    }
    return success();
  }

  LogicalResult check(Operation *op) {
    if (auto branch = dyn_cast<RegionBranchOpInterface>(op)) {
      RegionBranchSuccessorMapping mapping = getForwardedOperands(branch);
      shardings.enter(branch, mapping);
      for (auto &[operand, inputs] : mapping)
        forwarded.try_emplace(operand, inputs);
    }
    for (OpResult result : op->getResults()) {
      ShardingAttr sharding = shardings.get(result);
      if (failed(checkSplit(result.getType(), sharding, [&] {
            return op->emitOpError("result #")
                   << result.getResultNumber() << ": ";
          })))
        return failure();
      // Attributes go with the change of types.
      shardings.set(result, sharding);
    }
    for (OpOperand &operand : op->getOpOperands())
      if (auto found = forwarded.find(&operand);
          found != forwarded.end() && isTensor(operand.get()) &&
          failed(checkSame(operand, shardings.get(found->second.front()))))
        return failure();
    if (isa<ReshardOp>(op) || isConstant(op))
      return success();
    if (auto constraint = dyn_cast<ConstraintOp>(op))
      return checkSame(constraint.getInputMutable(), constraint.getSharding());
    if (op->hasTrait<OpTrait::ReturnLike>() && op->getParentOp() == function) {
      for (OpOperand &operand : op->getOpOperands())
        if (isTensor(operand.get()) &&
            failed(checkSame(
                operand,
                getResultSharding(function, operand.getOperandNumber()))))
          return failure();
      return success();
    }
    if (isa<RegionBranchOpInterface, RegionBranchTerminatorOpInterface>(op))
      return success();
    if (auto call = dyn_cast<CallOpInterface>(op))
      if (auto callee =
              dyn_cast_or_null<FunctionOpInterface>(call.resolveCallable()))
        return checkCall(call, callee);
    return checkRule(op);
  }

  /// Checks that `operand` comes under `sharding`.
  LogicalResult checkSame(OpOperand &operand, ShardingAttr sharding) {
    ShardingAttr actual = shardings.get(operand.get());
    if (actual && sharding &&
        costs.getCanonical(actual) == costs.getCanonical(sharding))
      return success();
    Operation *op = operand.getOwner();
    return op->emitOpError("expected operand #")
           << operand.getOperandNumber() << " under " << sharding << ", got "
           << actual << "; run dist-insert-reshards before";
  }

  LogicalResult checkCall(CallOpInterface call, FunctionOpInterface callee) {
    OperandRange arguments = call.getArgOperands();
    for (unsigned i = 0, e = arguments.size(); i < e; ++i)
      if (OpOperand &operand = arguments.getBase()[i];
          isTensor(operand.get()) &&
          failed(checkSame(operand, callee.getArgAttrOfType<ShardingAttr>(
                                        i, shardingAttrName))))
        return failure();
    for (OpResult result : call->getResults()) {
      if (!isTensor(result))
        continue;
      ShardingAttr given = getResultSharding(callee, result.getResultNumber());
      ShardingAttr said = shardings.get(result);
      if (!given || costs.getCanonical(given) != costs.getCanonical(said))
        return call->emitOpError("expected result #")
               << result.getResultNumber() << " under " << given
               << ", as the function gives it, got " << said
               << "; run dist-insert-reshards before";
    }
    return success();
  }

  /// Checks that the op on what a device has gives what the device should have.
  LogicalResult checkRule(Operation *op) {
    auto getLayouts = [&](ValueRange values) {
      SmallVector<Layout, 0> layouts;
      for (Value value : values)
        layouts.push_back(
            isTensor(value) ? costs.getLayout(shardings.get(value)) : Layout());
      return layouts;
    };
    SmallVector<Layout, 0> operands = getLayouts(op->getOperands());
    SmallVector<Layout, 0> results = getLayouts(op->getResults());

    auto splittable = dyn_cast<ShardingRuleInterface>(op);
    if (!splittable) {
      auto isWhole = [](const Layout &layout) {
        return layout == Layout::getReplicated(layout.getRank());
      };
      if (llvm::all_of(operands, isWhole) && llvm::all_of(results, isWhole))
        return success();
      return op->emitOpError("has no sharding rule, and expects whole operands "
                             "and results; run dist-insert-reshards before");
    }
    ShardingRule rule = splittable.getShardingRule();
    std::optional<FactorAxes> axes =
        findFactorAxes(costs.getMesh(), rule, operands, results);
    if (!axes) {
      InFlightDiagnostic diagnostic = op->emitOpError(
          "cannot be split as its operands and results are; run "
          "dist-insert-reshards before");
      for (OpOperand &operand : op->getOpOperands())
        if (isTensor(operand.get()))
          diagnostic.attachNote(operand.get().getLoc())
              << "operand #" << operand.getOperandNumber() << " comes under "
              << shardings.get(operand.get());
      return diagnostic;
    }
    for (auto [factor, parts] : llvm::zip_equal(rule.factors, *axes))
      if (factor.needsLocalForm && !parts.empty())
        return op->emitOpError("is split over '")
               << factor.name
               << "', for which it needs another form; run dist-localize "
                  "before";
    return success();
  }

  //===--------------------------------------------------------------------===//
  // Changes
  //===--------------------------------------------------------------------===//

  RankedTensorType getLocalType(Type type, ShardingAttr sharding) {
    return sharding.getLocalType(meshOp.getMesh(),
                                 cast<RankedTensorType>(type));
  }

  void localizeSignature() {
    auto getGlobalType = [&](Type type, DictionaryAttr attributes) {
      auto tensor = cast<RankedTensorType>(type);
      if (auto padding = attributes.getAs<PaddingAttr>(paddingAttrName))
        tensor = padding.getUnpaddedType(tensor);
      return TypeAttr::get(tensor);
    };
    StringAttr globalType =
        StringAttr::get(function.getContext(), globalTypeAttrName);
    SmallVector<Type> arguments(function.getArgumentTypes());
    SmallVector<Type> results(function.getResultTypes());
    for (auto [index, type] : llvm::enumerate(arguments)) {
      if (!isa<RankedTensorType>(type))
        continue;
      function.setArgAttr(index, globalType,
                          getGlobalType(type, function.getArgAttrDict(index)));
      type = getLocalType(type, getArgumentSharding(index));
      if (!function.isExternal())
        function.getArgument(index).setType(type);
    }
    for (auto [index, type] : llvm::enumerate(results)) {
      if (!isa<RankedTensorType>(type))
        continue;
      function.setResultAttr(
          index, globalType,
          getGlobalType(type, function.getResultAttrDict(index)));
      type = getLocalType(type, getResultSharding(function, index));
    }
    function.setType(function.cloneTypeWith(arguments, results));
  }

  LogicalResult localize(Operation *op) {
    if (auto constraint = dyn_cast<ConstraintOp>(op)) {
      constraint.getResult().replaceAllUsesWith(constraint.getInput());
      op->erase();
      return success();
    }
    if (auto reshard = dyn_cast<ReshardOp>(op))
      return localizeReshard(reshard);
    ++numOps;
    if (isSplat(op))
      resizeSplat(op, getLocalType(op->getResult(0).getType(),
                                   shardings.get(op->getResult(0))));
    else
      for (Value result : op->getResults())
        if (isTensor(result))
          result.setType(getLocalType(result.getType(), shardings.get(result)));
    if (!hasOwnBody(op))
      for (Region &region : op->getRegions())
        for (BlockArgument argument : region.getArguments())
          if (isTensor(argument))
            argument.setType(
                getLocalType(argument.getType(), shardings.get(argument)));
    op->removeAttr(shardingsAttrName);
    return success();
  }

  LogicalResult localizeReshard(ReshardOp reshard) {
    builder.setInsertionPoint(reshard);
    ShardingAttr from = shardings.get(reshard.getInput());
    FailureOr<Value> local = emitReshard(
        builder, reshard.getLoc(), reshard.getInput(), from,
        reshard.getSharding(), meshOp, reshard.getType(), reshardCache);
    if (failed(local))
      return failure();
    // Its users find the sharding they knew.
    shardings.set(*local, reshard.getSharding());
    reshard.getResult().replaceAllUsesWith(*local);
    reshard.erase();
    ++numReshards;
    return success();
  }

  FunctionOpInterface function;
  MeshOp meshOp;
  ReshardCosts costs;
  ReshardCache reshardCache;
  ValueShardings shardings;
  RegionBranchSuccessorMapping forwarded;
  OpBuilder builder;
};

struct Partition final : partita::impl::PartitionBase<Partition> {
  using Base::Base;

  void runOnOperation() final {
    for (auto function : getOperation().getOps<FunctionOpInterface>())
      if (failed(runOnFunction(function)))
        return signalPassFailure();
  }

  LogicalResult runOnFunction(FunctionOpInterface function) {
    FailureOr<MeshOp> mesh = findMeshOf(function);
    if (failed(mesh))
      return failure();
    if (!*mesh)
      return success();
    Partitioner partitioner(function, *mesh);
    if (failed(partitioner.run()))
      return failure();
    numOps += partitioner.numOps;
    numReshards += partitioner.numReshards;
    return success();
  }
};

} // namespace
