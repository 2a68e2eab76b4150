// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "partita/Transforms/Propagation/Passes.h"

#include "Provenance.h"
#include "partita/Sharding/Bridge.h"

#include "mlir/IR/BuiltinOps.h"

namespace partita {
#define GEN_PASS_DEF_DISTPROPAGATE
#include "partita/Transforms/Propagation/Passes.h.inc"
} // namespace partita

using namespace mlir;
using namespace partita;

/// Gives `value` its settled sharding.
static void setSettled(const GraphValue &value, dist::ShardingAttr sharding) {
  if (!value.value) {
    FunctionOpInterface function = value.function;
    dist::setResultSharding(function, value.result, sharding);
    return;
  }
  if (auto argument = dyn_cast<BlockArgument>(value.value)) {
    // What a region is passed has the sharding of what is passed.
    if (isa<FunctionOpInterface>(argument.getOwner()->getParentOp()) &&
        argument.getOwner()->isEntryBlock())
      dist::setSharding(argument, sharding);
    return;
  }
  Operation *op = value.value.getDefiningOp();
  if (auto constraint = dyn_cast<dist::ConstraintOp>(op))
    constraint.setShardingAttr(sharding);
  else if (!isa<dist::ReshardOp>(op))
    dist::setSharding(value.value, sharding);
}

/// Closes the shardings of results that are no tensors, and forgets where axes
/// came from.
static void finish(Operation *op) {
  op->removeAttr(dist::originsAttrName);
  auto shardings = op->getAttrOfType<ArrayAttr>(dist::shardingsAttrName);
  if (!shardings)
    return;
  auto settled = llvm::map_to_vector(shardings, [](Attribute sharding) {
    return Attribute(cast<dist::ShardingAttr>(sharding).getSettled());
  });
  op->setAttr(dist::shardingsAttrName,
              ArrayAttr::get(op->getContext(), settled));
}

namespace {
struct DistPropagate final : partita::impl::DistPropagateBase<DistPropagate> {
  void runOnOperation() final {
    FailureOr<ShardingGraph> graph = ShardingGraph::build(getOperation());
    if (failed(graph))
      return signalPassFailure();
    // Watched only if someone wants to know.
    std::optional<Provenance> provenance;
    if (getContext().getRemarkEngine())
      provenance.emplace(*graph);
    sharding::PropagationResult result =
        sharding::propagate(graph->graph, provenance ? &*provenance : nullptr);
    if (provenance)
      emitPropagationRemarks(*graph, *provenance, result);

    for (auto [value, layout] :
         llvm::zip_equal(graph->values, result.layouts)) {
      dist::ShardingAttr settled = sharding::toAttr(graph->mesh.getReference(),
                                                    graph->graph.mesh, layout);
      numValues += value.sharding != settled;
      setSettled(value, settled);
    }
    for (auto function : getOperation().getOps<FunctionOpInterface>()) {
      function->walk(finish);
      auto origins = StringAttr::get(&getContext(), dist::originsAttrName);
      for (unsigned i = 0, end = function.getNumArguments(); i < end; ++i)
        function.removeArgAttr(i, origins);
      for (unsigned i = 0, end = function.getNumResults(); i < end; ++i)
        function.removeResultAttr(i, origins);
    }
    numAxes += result.numAxesAdded;
    numPartial += result.numPartial;
    numConflicts += result.numConflicts;
    numMissed += result.numMisses;
    numRounds += result.numRounds;
  }
};
} // namespace
