// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Writes ops in the form in which they can be split as they are going to be.

#include "partita/Transforms/Partition/Passes.h"

#include "Functions.h"
#include "ReshardAnalysis.h"
#include "partita/Interfaces/LocalFormInterface.h"
#include "partita/Interfaces/ShardingRuleInterface.h"

#include "mlir/IR/PatternMatch.h"
#include "mlir/IR/Remarks.h"

namespace partita {
#define GEN_PASS_DEF_LOCALIZE
#include "partita/Transforms/Partition/Passes.h.inc"
} // namespace partita

using namespace mlir;
using namespace partita;
using namespace partita::dist;

namespace {

/// Hands the shardings of an op that is replaced on to what replaces it.
class ShardingKeeper final : public RewriterBase::Listener {
public:
  void notifyOperationReplaced(Operation *op, ValueRange values) override {
    for (auto [result, value] : llvm::zip_equal(op->getResults(), values)) {
      ShardingAttr sharding = dist::getSharding(result);
      Operation *owner = value.getDefiningOp();
      if (sharding && owner && !dist::getSharding(value))
        setSharding(value, sharding);
    }
  }
};

struct Localize final : partita::impl::LocalizeBase<Localize> {
  using Base::Base;

  void runOnOperation() final {
    for (FunctionOpInterface function : getOwnFunctions(getOperation()))
      if (failed(runOnFunction(function)))
        return signalPassFailure();
  }

  LogicalResult runOnFunction(FunctionOpInterface function) {
    FailureOr<MeshOp> mesh = findMeshOf(function);
    if (failed(mesh))
      return failure();
    if (!*mesh)
      return success();
    FailureOr<ReshardAnalysis> analysis =
        ReshardAnalysis::get(function, *mesh, {/*withLocalForms=*/true});
    if (failed(analysis))
      return failure();

    ShardingKeeper keeper;
    IRRewriter rewriter(function.getContext(), &keeper);
    for (auto &[op, assignment] : analysis->getAssignments()) {
      if (assignment->localFactors.empty())
        continue;
      auto localizable = dyn_cast<LocalFormInterface>(op);
      rewriter.setInsertionPoint(op);
      if (localizable && succeeded(localizable.toLocalForm(
                             rewriter, assignment->localFactors))) {
        ++numReplaced;
        continue;
      }
      ++numMissed;
      remarkMissed(function, op, assignment->localFactors);
    }
    return success();
  }

  static void remarkMissed(FunctionOpInterface function, Operation *op,
                           ArrayRef<unsigned> factors) {
    auto remark =
        remark::missed(op->getLoc(), remark::RemarkOpts::name("no-local-form")
                                         .category("dist-localize")
                                         .function(function.getName()));
    if (!remark)
      return;
    ShardingRule rule = cast<ShardingRuleInterface>(op).getShardingRule();
    std::string names;
    llvm::raw_string_ostream os(names);
    llvm::interleaveComma(factors, os, [&](unsigned factor) {
      os << '\'' << rule.factors[factor].name << '\'';
    });
    remark << remark::add("'{0}' has no form that can be split over {1}, and "
                          "will not be",
                          op->getName().getStringRef().str(), names);
  }
};

} // namespace
