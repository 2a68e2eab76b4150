// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Makes every change of sharding an op, as ReshardAnalysis decides.

#include "partita/Transforms/Partition/Passes.h"

#include "Constants.h"
#include "ProgramAnalysis.h"

#include "mlir/IR/Remarks.h"

namespace partita {
#define GEN_PASS_DEF_INSERTRESHARDS
#include "partita/Transforms/Partition/Passes.h.inc"
} // namespace partita

using namespace mlir;
using namespace partita;
using namespace partita::dist;

namespace {

/// Acts on one function.
class ReshardInserter {
public:
  ReshardInserter(FunctionOpInterface function, ReshardAnalysis &analysis)
      : function(function), costs(analysis.getCosts()), analysis(analysis),
        builder(function.getContext()) {}

  void run() {
    numberOps();
    for (auto &[value, versions] : analysis.getVersions()) {
      if (Operation *op = value.getDefiningOp())
        defined.insert(op);
      if (isSplat(value.getDefiningOp()))
        repeatConstant(value, versions);
      else if (versions.size() > 1)
        insertReshards(value, versions);
    }
    for (Operation *op : defined)
      setShardings(op);
  }

  unsigned numReshards = 0, numShared = 0;

private:
  /// Numbers ops in program order, so that inserting more changes nothing.
  void numberOps() {
    unsigned next = 0;
    function.getFunctionBody().walk<WalkOrder::PreOrder>(
        [&](Operation *op) { numbers[op] = next++; });
  }

  /// The op around `use` in the block where `value` is defined.
  static Operation *getUser(Value value, OpOperand *use) {
    return value.getParentBlock()->findAncestorOpInBlock(*use->getOwner());
  }

  Operation *getFirst(Operation *a, Operation *b) const {
    return !a || (b && numbers.lookup(b) < numbers.lookup(a)) ? b : a;
  }

  /// A constant is repeated under each sharding that it is needed in.
  void repeatConstant(Value value, const ValueVersions &versions) {
    Operation *op = value.getDefiningOp();
    builder.setInsertionPointAfter(op);
    for (const ValueVersion &version : ArrayRef(versions).drop_front()) {
      Operation *copy = builder.clone(*op);
      setSharding(copy->getResult(0), version.sharding);
      for (OpOperand *use : version.uses)
        use->set(copy->getResult(0));
    }
  }

  /// For each version but the first the one it is best made from: together they
  /// move the least that a tree can which grows by its cheapest edge.
  SmallVector<unsigned> findSources(RankedTensorType type,
                                    const ValueVersions &versions) {
    SmallVector<unsigned> sources(versions.size(), 0);
    SmallVector<double> seconds(versions.size());
    SmallVector<bool> isReached(versions.size());
    for (unsigned i = 1; i < versions.size(); ++i)
      seconds[i] =
          costs.get(type, versions[0].sharding, versions[i].sharding).seconds;
    for (unsigned n = 1; n < versions.size(); ++n) {
      unsigned next = 0;
      for (unsigned i = 1; i < versions.size(); ++i)
        if (!isReached[i] && (next == 0 || seconds[i] < seconds[next]))
          next = i;
      isReached[next] = true;
      order.push_back(next);
      for (unsigned i = 1; i < versions.size(); ++i) {
        if (isReached[i])
          continue;
        double fromNext =
            costs.get(type, versions[next].sharding, versions[i].sharding)
                .seconds;
        if (fromNext < seconds[i]) {
          seconds[i] = fromNext;
          sources[i] = next;
        }
      }
    }
    return sources;
  }

  void insertReshards(Value value, const ValueVersions &versions) {
    auto type = cast<RankedTensorType>(value.getType());
    order.clear();
    SmallVector<unsigned> sources = findSources(type, versions);

    // Each stands before its first use, which may be that of another version.
    SmallVector<Operation *> places(versions.size());
    for (unsigned i = 1; i < versions.size(); ++i)
      for (OpOperand *use : versions[i].uses)
        places[i] = getFirst(places[i], getUser(value, use));
    for (unsigned i : llvm::reverse(order))
      places[sources[i]] = getFirst(places[sources[i]], places[i]);

    SmallVector<Value> made(versions.size(), value);
    for (unsigned i : order) {
      const ValueVersion &version = versions[i];
      OpOperand *cause = version.uses.front();
      builder.setInsertionPoint(places[i]);
      auto reshard =
          ReshardOp::create(builder, cause->getOwner()->getLoc(), type,
                            made[sources[i]], version.sharding);
      made[i] = reshard;
      for (OpOperand *use : version.uses)
        use->set(reshard);
      ++numReshards;
      numShared += version.uses.size() - 1;
      remark(*cause, versions[sources[i]].sharding, version.sharding, type);
    }
  }

  void remark(OpOperand &cause, ShardingAttr from, ShardingAttr to,
              RankedTensorType type) {
    Operation *user = cause.getOwner();
    auto opts = remark::RemarkOpts::name("reshard")
                    .category("dist-insert-reshards")
                    .function(function.getName());
    auto remark = remark::passed(user->getLoc(), opts);
    if (!remark)
      return;
    sharding::ReshardCost cost = costs.get(type, from, to);
    remark << remark::add("operand #{0} of '{1}' needs another sharding",
                          cause.getOperandNumber(),
                          user->getName().getStringRef().str())
           << remark::metric("From", print(from))
           << remark::metric("To", print(to))
           << remark::metric("BytesPerDevice", std::llround(cost.bytes))
           << remark::metric("Seconds", cost.seconds);
  }

  static std::string print(ShardingAttr sharding) {
    std::string text;
    llvm::raw_string_ostream(text) << sharding;
    return text;
  }

  /// Says under which shardings the results of `op` come.
  void setShardings(Operation *op) {
    if (isa<ConstraintOp, ReshardOp>(op))
      return;
    SmallVector<Attribute> shardings;
    for (Value result : op->getResults()) {
      auto found = analysis.getVersions().find(result);
      shardings.push_back(
          found == analysis.getVersions().end()
              ? ShardingAttr::getReplicated(costs.getMeshName(), 0)
              : found->second.front().sharding);
    }
    op->setAttr(shardingsAttrName, ArrayAttr::get(op->getContext(), shardings));
  }

  FunctionOpInterface function;
  ReshardCosts &costs;
  ReshardAnalysis &analysis;
  OpBuilder builder;
  llvm::DenseMap<Operation *, unsigned> numbers;
  llvm::SetVector<Operation *> defined;
  /// The versions of the value at hand, sources before what is made from them.
  SmallVector<unsigned> order;
};

struct InsertReshards final
    : partita::impl::InsertReshardsBase<InsertReshards> {
  using Base::Base;

  void runOnOperation() final {
    FailureOr<ProgramAnalysis> program =
        ProgramAnalysis::get(getOperation(), /*withLocalForms=*/false);
    if (failed(program))
      return signalPassFailure();
    for (auto &[function, analysis] : program->functions)
      runOnFunction(function, analysis);
  }

  void runOnFunction(FunctionOpInterface function, ReshardAnalysis &analysis) {
    for (Operation *op : analysis.getOpsWithoutRule())
      remark::missed(op->getLoc(), remark::RemarkOpts::name("no-rule")
                                       .category("dist-insert-reshards")
                                       .function(function.getName()))
          << remark::add("'{0}' has no sharding rule, so every device computes "
                         "it whole",
                         op->getName().getStringRef().str());
    ReshardInserter inserter(function, analysis);
    inserter.run();
    numReshards += inserter.numReshards;
    numShared += inserter.numShared;
    numWithoutRule += analysis.getOpsWithoutRule().size();
    numRepeated += analysis.getNumRepeated();
  }
};

} // namespace
