// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "ReshardCosts.h"

#include "partita/Sharding/Bridge.h"
#include "partita/Transforms/Partition/EmitReshard.h"

#include "llvm/Support/MathExtras.h"

#include <limits>
#include <numeric>

using namespace mlir;
using namespace partita;
using namespace partita::dist;
using namespace partita::sharding;

ReshardCosts::ReshardCosts(MeshOp meshOp)
    : meshName(meshOp.getReference()), mesh(toMesh(meshOp.getMesh())) {}

const ReshardCosts::Entry &ReshardCosts::getEntry(ShardingAttr sharding) {
  std::unique_ptr<Entry> &entry = entries[sharding];
  if (!entry) {
    Layout layout = toLayout(mesh, sharding);
    ShardingAttr canonical = getSharding(layout);
    entry = std::make_unique<Entry>(Entry{std::move(layout), canonical});
  }
  return *entry;
}

ShardingAttr ReshardCosts::getSharding(const Layout &layout) {
  return toAttr(meshName, mesh, layout);
}

/// Whether every contribution of `to` is one of `from`: nothing splits a value
/// into contributions.
static bool canReach(const Layout &from, const Layout &to) {
  if (to.getPartial().empty())
    return true;
  return from.getCombiner() == to.getCombiner() &&
         llvm::all_of(to.getPartial(), [&](AxisPart part) {
           return llvm::any_of(from.getPartial(), [&](AxisPart whole) {
             return whole.axis == part.axis && whole.pre <= part.pre &&
                    part.end() <= whole.end();
           });
         });
}

ReshardCost ReshardCosts::get(RankedTensorType type, ShardingAttr from,
                              ShardingAttr to) {
  if (from == to)
    return {};
  auto [entry, inserted] = known.try_emplace({type, from, to});
  ReshardCost &cost = entry->second;
  if (!inserted)
    return cost;
  const Layout &fromLayout = getLayout(from), &toLayout = getLayout(to);
  if (!canReach(fromLayout, toLayout)) {
    cost.bytes = cost.seconds = std::numeric_limits<double>::infinity();
    return cost;
  }
  // As it will be when splits are even.
  SmallVector<int64_t> shape(type.getShape());
  for (auto [dim, size] : llvm::enumerate(shape))
    if (size > 0)
      size = llvm::alignTo(size, std::lcm(fromLayout.getNumBlocks(dim),
                                          toLayout.getNumBlocks(dim)));
  cost = estimateReshard(mesh, shape, getElementBytes(type.getElementType()),
                         fromLayout, toLayout);
  return cost;
}
