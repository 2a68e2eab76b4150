// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Where a device computes both the log-sum-exp of its keys and its part of the
// output that a normalizer gives, it computes the scores once; see
// docs/rationale/local-forms.md.

#include "partita/Transforms/Partition/Passes.h"

#include "Functions.h"
#include "partita/Dialect/Xformer/Xformer.h"

#include "mlir/IR/Dominance.h"
#include "mlir/IR/PatternMatch.h"

namespace partita {
#define GEN_PASS_DEF_FUSEATTENTION
#include "partita/Transforms/Partition/Passes.h.inc"
} // namespace partita

using namespace mlir;
using namespace partita;
using namespace partita::xformer;

/// True if `lse` is of the scores of `op`.
static bool haveSameScores(AttentionOp op, AttentionLseOp lse) {
  return op.getKey() == lse.getKey() && op.getBias() == lse.getBias() &&
         op.getKeyMask() == lse.getKeyMask() &&
         op.getQueryPositions() == lse.getQueryPositions() &&
         op.getKeyPositions() == lse.getKeyPositions() &&
         op.getCausal() == lse.getCausal() &&
         op.getScaleAttr() == lse.getScaleAttr();
}

/// The log-sum-exp of the scores of `op` that can be an op of the values of
/// `op` too, or null.
static AttentionLseOp findLse(AttentionOp op, DominanceInfo &dominance) {
  for (Operation *user : op.getQuery().getUsers()) {
    auto lse = dyn_cast<AttentionLseOp>(user);
    if (lse && lse.getQuery() == op.getQuery() && haveSameScores(op, lse) &&
        lse->getBlock() == op->getBlock() &&
        dominance.properlyDominates(op.getValue(), lse) &&
        dominance.properlyDominates(lse.getOperation(), op))
      return lse;
  }
  return {};
}

namespace {
struct FuseAttention final : partita::impl::FuseAttentionBase<FuseAttention> {
  using Base::Base;

  void runOnOperation() final {
    for (FunctionOpInterface function : getOwnFunctions(getOperation())) {
      DominanceInfo dominance(function);
      SmallVector<AttentionOp> ops;
      function.walk([&](AttentionOp op) {
        if (op.getNormalizer())
          ops.push_back(op);
      });
      for (AttentionOp op : ops) {
        if (AttentionLseOp lse = findLse(op, dominance))
          fuse(op, lse);
        else
          ++numMissed;
      }
    }
  }

  /// Makes one op of both, and takes its output to the normalizer of `op`.
  void fuse(AttentionOp op, AttentionLseOp lse) {
    IRRewriter rewriter(lse);
    auto fused = AttentionOp::create(
        rewriter, op.getLoc(), op.getOutput().getType(), lse.getLse().getType(),
        op.getQuery(), op.getKey(), op.getValue(), op.getBias(),
        op.getKeyMask(), op.getQueryPositions(), op.getKeyPositions(),
        /*normalizer=*/Value(), op.getCausalAttr(), op.getScaleAttr());
    rewriter.replaceOp(lse, fused.getLse());
    ++numFused;
    if (op.getNormalizer() == fused.getLse())
      return rewriter.replaceOp(op, fused.getOutput());
    rewriter.setInsertionPoint(op);
    rewriter.replaceOpWithNewOp<RescaleOp>(op, fused.getOutput(),
                                           fused.getLse(), op.getNormalizer());
  }
};
} // namespace
