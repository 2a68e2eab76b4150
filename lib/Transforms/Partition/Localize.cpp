// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Writes ops in the form in which they can be split as they are going to be.

#include "partita/Transforms/Partition/Passes.h"

#include "ProgramAnalysis.h"
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
    if (failed(run()))
      signalPassFailure();
  }

  LogicalResult run() {
    FailureOr<ProgramAnalysis> program =
        ProgramAnalysis::get(getOperation(), /*withLocalForms=*/true);
    if (failed(program))
      return failure();
    ShardingKeeper keeper;
    IRRewriter rewriter(&getContext(), &keeper);
    for (auto &[function, analysis] : program->functions)
      for (auto &[op, assignment] : analysis.getAssignments())
        replace(op, assignment->localFactors, *program->pads, rewriter);
    return success();
  }

  /// Replaces `op` by the form it needs: for the factors that are split, or
  /// else for those that are padded. New ops may need the latter in turn.
  void replace(Operation *op, ArrayRef<unsigned> localFactors,
               const PadAnalysis &pads, IRRewriter &rewriter) {
    auto form = dyn_cast<LocalFormInterface>(op);
    rewriter.setInsertionPoint(op);
    if (!localFactors.empty()) {
      if (form && succeeded(form.toLocalForm(rewriter, localFactors))) {
        ++numReplaced;
        return;
      }
      ++numMissed;
      remarkMissed(op, localFactors);
    }
    SmallVector<unsigned, 2> countedFactors = pads.getLocalFormFactors(op);
    if (!countedFactors.empty() && form &&
        succeeded(form.toLocalForm(rewriter, countedFactors))) {
      ++numReplaced;
      return;
    }
    SmallVector<unsigned, 2> paddedFactors = pads.getPaddedFormFactors(op);
    if (!paddedFactors.empty() && form &&
        succeeded(form.toPaddedForm(rewriter, paddedFactors)))
      ++numReplaced;
  }

  static void remarkMissed(Operation *op, ArrayRef<unsigned> factors) {
    auto function = op->getParentOfType<FunctionOpInterface>();
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
