// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Prover.h"

#include "partita/Sharding/Bridge.h"

using namespace mlir;
using namespace partita;
using namespace partita::verify;

LogicalResult Prover::checkMesh(Operation &op, FlatSymbolRefAttr name) {
  if (name == mesh.name)
    return success();
  fail(op) << "it runs on " << name << ", and the rest of the program on "
           << mesh.name;
  return failure();
}

/// The size of dimension `dim` of what `op` gives, at once or when waited for.
static int64_t getResultSize(Operation &op, unsigned dim) {
  return cast<dist::CommunicationOpInterface>(op).getArrivingType().getDimSize(
      dim);
}

llvm::Expected<Shard> Prover::collect(Operation &op, const Fact &fact) {
  auto partsOf = [&](dist::AxesAttr axes) {
    return sharding::toParts(mesh.mesh, axes.getParts());
  };
  const Shard &from = fact.shard;
  if (auto slice = dyn_cast<dist::SliceOp>(op))
    return collectives.slice(from, slice.getDim(), partsOf(slice.getAxes()));
  if (auto gather = dyn_cast<dist::AllGatherOp>(op))
    return collectives.allGather(from, gather.getDim(),
                                 partsOf(gather.getAxes()),
                                 getResultSize(op, gather.getDim()));
  if (auto reduce = dyn_cast<dist::AllReduceOp>(op))
    return collectives.allReduce(from, reduce.getCombiner(),
                                 partsOf(reduce.getAxes()));
  if (auto reduce = dyn_cast<dist::ReduceScatterOp>(op))
    return collectives.reduceScatter(
        from, reduce.getCombiner(), reduce.getDim(), partsOf(reduce.getAxes()));
  if (auto exchange = dyn_cast<dist::AllToAllOp>(op))
    return collectives.allToAll(
        from, exchange.getJoinDim(), exchange.getSplitDim(),
        partsOf(exchange.getAxes()), partsOf(exchange.getSplitOrder()),
        getResultSize(op, exchange.getJoinDim()));
  if (auto broadcast = dyn_cast<dist::BroadcastOp>(op))
    return collectives.exchangeWithin(from, partsOf(broadcast.getAxes()));

  dist::RouteAttrInterface route = cast<dist::PermuteOp>(op).getRoute();
  if (auto reorder = dyn_cast<dist::ReorderAttr>(route))
    return collectives.reorder(from, partsOf(reorder.getFrom()),
                               partsOf(reorder.getTo()));
  if (auto shift = dyn_cast<dist::ShiftAttr>(route))
    return shift.isIdentity()
               ? llvm::Expected<Shard>(from)
               : collectives.exchangeWithin(from, partsOf(shift.getAxes()));
  auto pairs = cast<dist::PairsAttr>(route);
  llvm::DenseMap<int64_t, int64_t> sources;
  for (auto [source, target] :
       llvm::zip(pairs.getSources(), pairs.getTargets()))
    sources[target] = source;
  return collectives.route(from, [&](int64_t device) {
    auto it = sources.find(device);
    return it == sources.end() ? device : it->second;
  });
}

LogicalResult Prover::proveCollective(Operation &op) {
  if (auto wait = dyn_cast<dist::WaitOp>(op)) {
    if (wait.getResult())
      setAs(wait.getResult(), wait.getToken());
    return success();
  }
  if (auto pad = dyn_cast<dist::PadOp>(op))
    return provePad(pad);
  if (auto unpad = dyn_cast<dist::UnpadOp>(op))
    return proveUnpad(unpad);
  if (auto fill = dyn_cast<dist::FillOp>(op))
    return proveFill(fill);
  if (isa<dist::SendOp, dist::RecvOp>(op)) {
    fail(op) << "it joins the programs of two meshes, and one is proven";
    return failure();
  }
  if (!isa<dist::SliceOp, dist::AllGatherOp, dist::AllReduceOp,
           dist::ReduceScatterOp, dist::AllToAllOp, dist::PermuteOp,
           dist::BroadcastOp>(op)) {
    fail(op) << "it is no op of a local program";
    return failure();
  }
  auto slice = dyn_cast<dist::SliceOp>(op);
  auto communication = dyn_cast<dist::CommunicationOpInterface>(op);
  if (failed(checkMesh(op, slice ? slice.getMeshAttr()
                                 : communication.getMeshAttr())))
    return failure();
  ++statistics.collectives;

  Type type = slice ? Type(slice.getType()) : communication.getArrivingType();
  return setFrom(op, op.getOperand(0), type,
                 [&](const Fact &fact) { return collect(op, fact); });
}

/// Sets what is known of the result of `op`, of type `type` when it arrives,
/// from what is known of `operand`.
LogicalResult
Prover::setFrom(Operation &op, Value operand, Type type,
                llvm::function_ref<llvm::Expected<Shard>(const Fact &)> move) {
  Facts known;
  std::string reason;
  for (const Fact &fact : facts.find(operand)->second) {
    llvm::Expected<Shard> shard = move(fact);
    llvm::Error error = shard ? checkType(type, fact.term, *shard, "the result")
                              : shard.takeError();
    if (!error)
      known.push_back({fact.term, std::move(*shard)});
    else if (reason.empty())
      reason = llvm::toString(std::move(error));
    else
      llvm::consumeError(std::move(error));
  }
  if (known.empty())
    return fail(op, makeError(reason));
  facts[op.getResult(0)] = std::move(known);
  return success();
}
