// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Patterns of matrix products and attention.

#include "Splats.h"

#include "mlir/IR/PatternMatch.h"
#include "partita/Dialect/Xformer/Xformer.h"

using namespace mlir;
using namespace partita;
using namespace partita::xformer;

/// The operand of a transposition that swaps the last two dimensions of its
/// input and nothing else, if `value` is the result of one; otherwise null.
static Value getMatrixBeforeTranspose(Value value) {
  auto transpose = value.getDefiningOp<TransposeOp>();
  if (!transpose)
    return {};
  SmallVector<int64_t> permutation(transpose.getPermutation());
  if (permutation.size() < 2)
    return {};
  std::swap(permutation.back(), permutation[permutation.size() - 2]);
  if (!llvm::equal(permutation, llvm::seq<int64_t>(permutation.size())))
    return {};
  return transpose.getInput();
}

namespace {
//===----------------------------------------------------------------------===//
// Linear and matmul
//===----------------------------------------------------------------------===//

/// A transposed weight is read as it is stored.
struct AbsorbTransposeOfWeight : OpRewritePattern<LinearOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(LinearOp op,
                                PatternRewriter &rewriter) const override {
    Value weight = getMatrixBeforeTranspose(op.getWeight());
    if (!weight)
      return failure();
    rewriter.modifyOpInPlace(op, [&] {
      op.getWeightMutable().assign(weight);
      op.setTransposeWeight(!op.getTransposeWeight());
    });
    return success();
  }
};

/// Adding a bias of zeros changes nothing. That holds for its sign as well: a
/// sum that is zero is +0, and +0 plus either zero is +0.
struct DropZeroBiasOfLinear : OpRewritePattern<LinearOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(LinearOp op,
                                PatternRewriter &rewriter) const override {
    if (!op.getBias() || !isZeroSplat(op.getBias()))
      return failure();
    rewriter.modifyOpInPlace(op, [&] { op.getBiasMutable().clear(); });
    return success();
  }
};

/// Transposed operands are read as they are stored.
struct AbsorbTransposesOfMatmul : OpRewritePattern<MatmulOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(MatmulOp op,
                                PatternRewriter &rewriter) const override {
    Value lhs = getMatrixBeforeTranspose(op.getLhs());
    Value rhs = getMatrixBeforeTranspose(op.getRhs());
    if (!lhs && !rhs)
      return failure();
    rewriter.modifyOpInPlace(op, [&] {
      if (lhs) {
        op.getLhsMutable().assign(lhs);
        op.setTransposeLhs(!op.getTransposeLhs());
      }
      if (rhs) {
        op.getRhsMutable().assign(rhs);
        op.setTransposeRhs(!op.getTransposeRhs());
      }
    });
    return success();
  }
};

//===----------------------------------------------------------------------===//
// Attention
//===----------------------------------------------------------------------===//

/// A bias of zeros leaves every score what it is; the sign of a score that is
/// zero does not matter to the softmax.
struct DropZeroBiasOfAttention : OpRewritePattern<AttentionOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(AttentionOp op,
                                PatternRewriter &rewriter) const override {
    if (!op.getBias() || !isZeroSplat(op.getBias()))
      return failure();
    rewriter.modifyOpInPlace(op, [&] { op.getBiasMutable().clear(); });
    return success();
  }
};

/// A mask that hides no key is none.
struct DropTrueMask : OpRewritePattern<AttentionOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(AttentionOp op,
                                PatternRewriter &rewriter) const override {
    if (!op.getKeyMask() || !isTrueSplat(op.getKeyMask()))
      return failure();
    rewriter.modifyOpInPlace(op, [&] { op.getKeyMaskMutable().clear(); });
    return success();
  }
};

/// The log-sum-exp is not computed where nobody reads it.
struct DropUnusedLse : OpRewritePattern<AttentionOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(AttentionOp op,
                                PatternRewriter &rewriter) const override {
    if (!op.getLse() || !op.getLse().use_empty())
      return failure();
    auto without = AttentionOp::create(rewriter, op.getLoc(),
                                       TypeRange(op.getOutput().getType()),
                                       op->getOperands(), op->getAttrs());
    rewriter.replaceAllUsesWith(op.getOutput(), without.getOutput());
    rewriter.eraseOp(op);
    return success();
  }
};
} // namespace

void LinearOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                           MLIRContext *context) {
  patterns.add<AbsorbTransposeOfWeight, DropZeroBiasOfLinear>(context);
}

void MatmulOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                           MLIRContext *context) {
  patterns.add<AbsorbTransposesOfMatmul>(context);
}

void AttentionOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                              MLIRContext *context) {
  patterns.add<DropZeroBiasOfAttention, DropTrueMask, DropUnusedLse>(context);
}
