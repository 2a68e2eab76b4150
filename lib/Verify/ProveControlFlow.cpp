// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Prover.h"

#include "llvm/ADT/ScopeExit.h"

#include "Lemmas.h"

using namespace mlir;
using namespace partita;
using namespace partita::verify;

static bool hasZeroPads(const Shard &shard) {
  return llvm::all_of(llvm::zip(shard.dims, shard.pads), [](auto dim) {
    auto &[atoms, pads] = dim;
    return !isPadded(atoms) || pads.kind == Pads::Zero;
  });
}

LogicalResult Prover::proveCall(func::CallOp op) {
  const Signature *signature = findSignature(op.getCalleeAttr());
  if (!signature) {
    fail(*op) << "its callee is no function of the program";
    return failure();
  }
  for (auto [index, operand, declaration] :
       llvm::enumerate(op.getOperands(), signature->arguments))
    if (!fits(operand, get(operand), declaration.shard) ||
        !hasZeroPads(get(operand).shard)) {
      InFlightDiagnostic diagnostic = fail(*op);
      diagnostic << "operand #" << index << " is " << describe(get(operand))
                 << ", where the callee takes "
                 << declaration.shard.str(mesh.mesh)
                 << (declaration.shard.isPadded() ? " with zeros in pads" : "");
      return diagnostic;
    }
  bool isKnown = forEachChoice(op.getOperands(), [&](ArrayRef<Fact> operands) {
    for (const Application *application :
         program.table.find(Operator::of(op), getTerms(operands))) {
      for (auto [result, term, declaration] :
           llvm::zip(op.getResults(), application->results, signature->results))
        set(result, {term, declaration.shard});
      return true;
    }
    return false;
  });
  return isKnown ? success() : failUnknown(*op);
}

LogicalResult Prover::proveApplied(Operation &op, ValueRange operands,
                                   ArrayRef<Shard> shards,
                                   const Twine &otherwise) {
  bool isKnown = forEachChoice(operands, [&](ArrayRef<Fact> choice) {
    for (const Application *application :
         program.table.find(Operator::of(&op), getTerms(choice))) {
      for (auto [result, term, shard] :
           llvm::zip(op.getResults(), application->results, shards))
        set(result, {term, shard});
      return true;
    }
    return false;
  });
  if (isKnown)
    return success();
  fail(op) << otherwise;
  return failure();
}

LogicalResult Prover::proveIf(scf::IfOp op) {
  // Devices must take the same branch.
  const Fact &condition = get(op.getCondition());
  SmallVector<Value> operands = {op.getCondition()};
  for (Region *region : op.getRegions()) {
    if (region->empty())
      continue;
    if (failed(proveBlock(region->front())))
      return failure();
    llvm::append_range(operands,
                       region->front().getTerminator()->getOperands());
  }
  if (!condition.shard.isReplicated()) {
    fail(*op) << "devices may take different branches";
    return failure();
  }
  SmallVector<Shard, 2> shards;
  unsigned numResults = op->getNumResults();
  for (unsigned index = 0; index != numResults; ++index) {
    Value first = operands[1 + index],
          second = operands[1 + numResults + index];
    const Fact &firstFact = get(first), &secondFact = get(second);
    Shard shard =
        firstFact.shard.hasFreeDims() ? secondFact.shard : firstFact.shard;
    if (shard.hasFreeDims()) // Both are constants.
      shard = Shard::getWhole(getShape(firstFact.term->type));
    shard.forgetPads();
    if (!fits(first, firstFact, shard) || !fits(second, secondFact, shard)) {
      fail(*op) << "result #" << index << " is " << describe(firstFact)
                << " or else " << describe(secondFact)
                << "; expected one layout";
      return failure();
    }
    shards.push_back(shard);
  }
  return proveApplied(*op, operands, shards,
                      "no global scf.if yields the same");
}

LogicalResult Prover::proveFor(scf::ForOp op) {
  SmallVector<Value> operands(op->getOperands());
  // Devices must do the same number of iterations: bounds are scalars, which
  // are the same everywhere.
  Block &body = *op.getBody();
  ++depth;
  auto setArgument = [&](BlockArgument argument, Type globalType, Fact fact) {
    fact.term = program.table.getArgument(globalType, argument.getArgNumber(),
                                          depth, argument.getLoc());
    fact.shard.forgetPads();
    set(argument, std::move(fact));
  };
  setArgument(body.getArgument(0), body.getArgument(0).getType(), {});
  for (auto [argument, init] :
       llvm::zip(op.getRegionIterArgs(), op.getInitArgs())) {
    Fact fact = get(init);
    if (fact.shard.hasFreeDims()) // Then it is whole.
      fact.shard = Shard::getWhole(getShape(init.getType()));
    Type globalType = fact.term->type;
    setArgument(argument, globalType, std::move(fact));
  }
  LogicalResult isBodyProven = proveBlock(body);
  --depth;
  if (failed(isBodyProven))
    return failure();

  auto yielded = body.getTerminator()->getOperands();
  SmallVector<Shard, 2> shards;
  for (auto [index, argument, value] :
       llvm::enumerate(op.getRegionIterArgs(), yielded)) {
    const Shard &shard = get(argument).shard;
    if (!fits(value, get(value), shard)) {
      fail(*op) << "the loop begins with " << describe(get(argument))
                << ", and goes on with " << describe(get(value))
                << "; expected one layout";
      return failure();
    }
    shards.push_back(shard);
  }
  llvm::append_range(operands, yielded);
  return proveApplied(*op, operands, shards, "no global scf.for does the same");
}

/// A ring is attention to all keys of its devices, as if they were gathered.
LogicalResult Prover::proveRing(scf::ForOp op, const Ring &ring) {
  if (failed(checkMesh(*op, ring.mesh)))
    return failure();
  Operation *whole = ring.first->clone();
  SmallVector<Operation *> gathers;
  auto eraseAll = llvm::make_scope_exit([&] {
    for (Value result : whole->getResults())
      facts.erase(result);
    whole->erase();
    for (Operation *gather : gathers) {
      facts.erase(gather->getResult(0));
      gather->erase();
    }
  });
  OpBuilder builder(op.getContext());
  for (unsigned index : ring.moving) {
    Value input = whole->getOperand(index);
    unsigned dim = getKeyDim(cast<xformer::AttentionOp>(whole), index);
    auto type = cast<RankedTensorType>(input.getType());
    SmallVector<int64_t> shape(type.getShape());
    shape[dim] *= ring.size;
    OperationState state(op.getLoc(), dist::AllGatherOp::getOperationName());
    state.addOperands(input);
    state.addTypes(type.clone(shape));
    state.addAttribute("dim", builder.getI64IntegerAttr(dim));
    state.addAttribute("mesh", ring.mesh);
    state.addAttribute("axes", ring.axes);
    gathers.push_back(builder.create(state));
    if (!facts.contains(input) || failed(proveCollective(*gathers.back())))
      return failure();
    whole->setOperand(index, gathers.back()->getResult(0));
  }
  // A bias or a mask that does not go around must not tell keys apart.
  if (!isValid(whole)) {
    fail(*op) << "not all that depends on the keys goes around with them";
    return failure();
  }
  std::string reason;
  if (!trySplit(*whole, reason)) {
    fail(*op) << "it is no attention to all keys: "
              << (reason.empty() ? "the global program has no such op"
                                 : reason);
    return failure();
  }
  setAs(op.getResult(ring.output), whole->getResult(0));
  setAs(op.getResult(ring.lse), whole->getResult(1));
  statistics.collectives += ring.moving.size();
  return success();
}
