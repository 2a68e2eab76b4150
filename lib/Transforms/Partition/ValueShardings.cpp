// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "ValueShardings.h"

#include "llvm/ADT/EquivalenceClasses.h"

using namespace mlir;
using namespace partita;
using namespace partita::dist;

RegionBranchSuccessorMapping
partita::getForwardedOperands(RegionBranchOpInterface op) {
  RegionBranchSuccessorMapping forwarded;
  auto visit = [&](RegionBranchPoint point) {
    SmallVector<RegionSuccessor> successors;
    op.getSuccessorRegions(point, successors);
    for (const RegionSuccessor &successor : successors) {
      OperandRange operands = op.getSuccessorOperands(point, successor);
      for (auto [index, input] :
           llvm::enumerate(successor.getSuccessorInputs()))
        forwarded[&operands.getBase()[index]].push_back(input);
    }
  };
  visit(RegionBranchPoint::parent());
  for (Region &region : op->getRegions())
    for (Block &block : region)
      if (auto terminator =
              dyn_cast<RegionBranchTerminatorOpInterface>(block.back()))
        visit(terminator);
  return forwarded;
}

ShardingAttr ValueShardings::get(Value value) const {
  if (ShardingAttr known = shardings.lookup(value))
    return known;
  if (isa<BlockArgument>(value) && !isa_and_nonnull<FunctionOpInterface>(
                                       value.getParentBlock()->getParentOp()))
    return nullptr;
  return dist::getSharding(value);
}

void ValueShardings::enter(RegionBranchOpInterface op,
                           const RegionBranchSuccessorMapping &forwarded) {
  // What one operand may become is under one sharding.
  llvm::EquivalenceClasses<void *> classes;
  for (const auto &[operand, inputs] : forwarded)
    for (Value input : inputs)
      classes.unionSets(inputs.front().getAsOpaquePointer(),
                        input.getAsOpaquePointer());

  llvm::DenseMap<void *, ShardingAttr> ofClass;
  auto offer = [&](Value input, ShardingAttr sharding) {
    if (sharding)
      ofClass.try_emplace(*classes.findLeader(input.getAsOpaquePointer()),
                          sharding);
  };
  for (Value result : op->getResults())
    if (classes.contains(result.getAsOpaquePointer()))
      offer(result, dist::getSharding(result));
  for (OpOperand &operand : op->getOpOperands())
    if (auto found = forwarded.find(&operand); found != forwarded.end())
      offer(found->second.front(), get(operand.get()));

  for (const auto &[operand, inputs] : forwarded)
    for (Value input : inputs)
      if (ShardingAttr sharding =
              ofClass.lookup(*classes.findLeader(input.getAsOpaquePointer())))
        set(input, sharding);
}
