// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Reshards become collectives one by one; this looks at neighbours. What two
// collectives next to each other are together is known to canonicalization, see
// lib/Dialect/Dist/Canonicalization.cpp. The patterns here bring them together
// across ops that compute element by element.

#include "partita/Transforms/Partition/Passes.h"

#include "Functions.h"
#include "mlir/IR/Dominance.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Interfaces/LoopLikeInterface.h"
#include "mlir/Transforms/CSE.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
#include "mlir/Transforms/LoopInvariantCodeMotionUtils.h"
#include "partita/Dialect/Dist/Dist.h"
#include "partita/Interfaces/ShardingRuleInterface.h"

namespace partita {
#define GEN_PASS_DEF_COMBINECOLLECTIVES
#include "partita/Transforms/Partition/Passes.h.inc"
} // namespace partita

using namespace mlir;
using namespace partita;
using namespace partita::dist;

//===----------------------------------------------------------------------===//
// Ops between collectives
//===----------------------------------------------------------------------===//

/// The rule of an op that computes each element of its only result from one
/// element of each operand; none for other ops.
static std::optional<ShardingRule> getElementwiseRule(Operation *op) {
  auto splittable = dyn_cast_or_null<ShardingRuleInterface>(op);
  if (!splittable || op->getNumResults() != 1 || op->getNumRegions() != 0 ||
      op->getNumOperands() == 0 || !isMemoryEffectFree(op) ||
      !isa<RankedTensorType>(op->getResult(0).getType()))
    return std::nullopt;
  ShardingRule rule = splittable.getShardingRule();
  bool isElementwise = llvm::all_of(rule.factors, [](const Factor &factor) {
    return factor.kind == FactorKind::Parallel && !factor.needsLocalForm;
  });
  auto hasSimpleDims = [](const ValueFactors &dims) {
    return llvm::all_of(
        dims, [](const DimFactors &factors) { return factors.size() <= 1; });
  };
  if (!isElementwise || !llvm::all_of(rule.operands, hasSimpleDims) ||
      !llvm::all_of(rule.results, hasSimpleDims))
    return std::nullopt;
  return rule;
}

/// The dimension of a value that is made of `factor`, or none.
static std::optional<int64_t> findDim(const ValueFactors &dims,
                                      unsigned factor) {
  for (auto [dim, factors] : llvm::enumerate(dims))
    if (factors == DimFactors{factor})
      return dim;
  return std::nullopt;
}

/// True if `op` has one operand, of the shape of its result, and computes each
/// element from the one in its place.
static bool isUnary(Operation *op) {
  std::optional<ShardingRule> rule = getElementwiseRule(op);
  if (!rule || op->getNumOperands() != 1)
    return false;
  auto operand = dyn_cast<RankedTensorType>(op->getOperand(0).getType());
  return operand && rule->operands[0] == rule->results[0] &&
         operand.getShape() ==
             cast<RankedTensorType>(op->getResult(0).getType()).getShape();
}

/// `op` on other operands, the result of which is of shape `shape`.
static Operation *cloneWith(RewriterBase &rewriter, Operation *op,
                            ValueRange operands, ArrayRef<int64_t> shape) {
  Operation *clone = rewriter.clone(*op);
  clone->setOperands(operands);
  Value result = clone->getResult(0);
  result.setType(cast<RankedTensorType>(result.getType()).clone(shape));
  return clone;
}

static RankedTensorType getType(Value value) {
  return cast<RankedTensorType>(value.getType());
}

namespace {

//===----------------------------------------------------------------------===//
// Slices
//===----------------------------------------------------------------------===//

/// slice (f x, y)  ->  f (slice x), (slice y)
///
/// Less is computed, and a slice may meet an all_reduce or an all_gather.
struct SliceOperands final : OpRewritePattern<SliceOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(SliceOp op,
                                PatternRewriter &rewriter) const override {
    Operation *inner = op.getInput().getDefiningOp();
    if (!inner || !inner->hasOneUse() || inner->getBlock() != op->getBlock())
      return failure();
    std::optional<ShardingRule> rule = getElementwiseRule(inner);
    MeshOp mesh = findMesh(op, op.getMeshAttr());
    if (!rule || !mesh)
      return failure();
    RankedTensorType type = getType(op.getResult());
    int64_t dim = op.getDim();
    int64_t count = mesh.getMesh().getSize(op.getAxes().getParts());
    const DimFactors &factors = rule->results[0][dim];
    if (factors.empty() ||
        getType(op.getInput()).getDimSize(dim) != count * type.getDimSize(dim))
      return failure();

    rewriter.setInsertionPoint(inner);
    SmallVector<Value> operands(inner->getOperands());
    for (auto [operand, dims] : llvm::zip_equal(operands, rule->operands))
      if (std::optional<int64_t> at = findDim(dims, factors.front()))
        operand = SliceOp::create(rewriter, op.getLoc(), operand, *at, mesh,
                                  op.getAxesAttr());
    rewriter.replaceOp(op,
                       cloneWith(rewriter, inner, operands, type.getShape()));
    return success();
  }
};

//===----------------------------------------------------------------------===//
// Reductions
//===----------------------------------------------------------------------===//

/// all_gather (reduce_scatter x over A) over A  ->  all_reduce x over A
struct GatherOfReduceScatter final : OpRewritePattern<AllGatherOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(AllGatherOp op,
                                PatternRewriter &rewriter) const override {
    auto inner = op.getInput().getDefiningOp<ReduceScatterOp>();
    if (!inner || !inner->hasOneUse() || op.getStart() || inner.getStart() ||
        inner.getMeshAttr() != op.getMeshAttr() ||
        inner.getDim() != op.getDim() || inner.getAxes() != op.getAxes() ||
        inner.getInput().getType() != op.getResult().getType())
      return failure();
    rewriter.replaceOpWithNewOp<AllReduceOp>(
        op, op.getResult().getType(), inner.getInput(), inner.getCombinerAttr(),
        op.getMeshAttr(), op.getAxesAttr(),
        /*start=*/nullptr);
    return success();
  }
};

/// f (all_reduce x over A), (all_reduce y over A)  ->  all_reduce (f x, y) over
/// A, where f is linear in both together, as a sum is; also of reduce_scatter,
/// if f has no other operands.
template <typename OpTy>
struct ReduceSumOnce final : OpInterfaceRewritePattern<ShardingRuleInterface> {
  using OpInterfaceRewritePattern::OpInterfaceRewritePattern;

  LogicalResult matchAndRewrite(ShardingRuleInterface op,
                                PatternRewriter &rewriter) const override {
    std::optional<ShardingRule> rule = getElementwiseRule(op);
    if (!rule)
      return failure();
    for (ArrayRef<unsigned> operands : rule->linearOperandSets)
      if (operands.size() > 1 && succeeded(sink(op, operands, rewriter)))
        return success();
    return failure();
  }

  static LogicalResult sink(Operation *op, ArrayRef<unsigned> operands,
                            PatternRewriter &rewriter) {
    // Others would have to be whole.
    if (std::is_same_v<OpTy, ReduceScatterOp> &&
        operands.size() != op->getNumOperands())
      return failure();
    OpTy first;
    SmallVector<Value> inputs(op->getOperands());
    for (unsigned index : operands) {
      auto reduce = op->getOperand(index).getDefiningOp<OpTy>();
      if (!reduce || !reduce->hasOneUse() ||
          reduce.getCombiner() != Combiner::Sum ||
          reduce.getResult().getType() != op->getResult(0).getType())
        return failure();
      if (!first)
        first = reduce;
      if (reduce->getAttrDictionary() != first->getAttrDictionary() ||
          reduce.getInput().getType() != first.getInput().getType())
        return failure();
      inputs[index] = reduce.getInput();
    }
    Operation *sum =
        cloneWith(rewriter, op, inputs, getType(first.getInput()).getShape());
    Operation *reduced = rewriter.clone(*first);
    reduced->setLoc(op->getLoc());
    reduced->setOperands(sum->getResults());
    rewriter.replaceOp(op, reduced);
    return success();
  }
};

//===----------------------------------------------------------------------===//
// Casts
//===----------------------------------------------------------------------===//

static unsigned getElementWidth(Value value) {
  Type type = getType(value).getElementType();
  return type.isIntOrFloat() ? type.getIntOrFloatBitWidth() : 0;
}

/// `collective`, which moves elements and does not look at them, on `input`.
static Operation *moveElements(RewriterBase &rewriter, Operation *collective,
                               Value input) {
  Operation *clone = rewriter.clone(*collective);
  clone->setOperand(0, input);
  Value result = clone->getResult(0);
  result.setType(getType(result).clone(getType(input).getElementType()));
  return clone;
}

static bool movesElements(Operation *op) {
  auto communication = dyn_cast_or_null<CommunicationOpInterface>(op);
  return communication && !communication.getStart() &&
         isa<AllGatherOp, AllToAllOp, PermuteOp>(op);
}

/// all_gather (extend x)  ->  extend (all_gather x); also of what else moves
/// elements.
template <typename OpTy> struct ExtendAfterMove final : OpRewritePattern<OpTy> {
  using OpRewritePattern<OpTy>::OpRewritePattern;

  LogicalResult matchAndRewrite(OpTy op,
                                PatternRewriter &rewriter) const override {
    Operation *extend = op.getInput().getDefiningOp();
    if (!movesElements(op) || !extend || !extend->hasOneUse() ||
        !isUnary(extend) ||
        getElementWidth(extend->getOperand(0)) >=
            getElementWidth(op.getInput()))
      return failure();
    Operation *moved = moveElements(rewriter, op, extend->getOperand(0));
    rewriter.replaceOp(op, cloneWith(rewriter, extend, moved->getResults(),
                                     getType(op.getResult()).getShape()));
    return success();
  }
};

/// truncate (all_gather x)  ->  all_gather (truncate x); also of what else
/// moves elements.
struct TruncateBeforeMove final
    : OpInterfaceRewritePattern<ShardingRuleInterface> {
  using OpInterfaceRewritePattern::OpInterfaceRewritePattern;

  LogicalResult matchAndRewrite(ShardingRuleInterface op,
                                PatternRewriter &rewriter) const override {
    if (!isUnary(op) ||
        getElementWidth(op->getResult(0)) >= getElementWidth(op->getOperand(0)))
      return failure();
    Operation *move = op->getOperand(0).getDefiningOp();
    if (!movesElements(move) || !move->hasOneUse() ||
        move->getBlock() != op->getBlock())
      return failure();
    rewriter.setInsertionPoint(move);
    Value input = move->getOperand(0);
    Operation *truncated =
        cloneWith(rewriter, op, input, getType(input).getShape());
    rewriter.replaceOp(op,
                       moveElements(rewriter, move, truncated->getResult(0)));
    return success();
  }
};

//===----------------------------------------------------------------------===//
// Folding
//===----------------------------------------------------------------------===//

/// Folds ops of `dist`, and no others: whether another op can be left out may
/// depend on sizes, and then it could be on the devices' parts that cannot be
/// on the whole. The proof would not know the local program again.
struct FoldDistOp final : RewritePattern {
  explicit FoldDistOp(MLIRContext *context)
      : RewritePattern(MatchAnyOpTypeTag(), /*benefit=*/2, context) {}

  LogicalResult matchAndRewrite(Operation *op,
                                PatternRewriter &rewriter) const override {
    SmallVector<OpFoldResult, 1> results;
    if (!isa_and_nonnull<DistDialect>(op->getDialect()) ||
        failed(op->fold(results)) || results.empty() ||
        !llvm::all_of(results, llvm::IsaPred<Value>))
      return failure();
    rewriter.replaceOp(op, llvm::map_to_vector<1>(results, [](auto result) {
                         return cast<Value>(result);
                       }));
    return success();
  }
};

//===----------------------------------------------------------------------===//
// The pass
//===----------------------------------------------------------------------===//

struct CombineCollectives final
    : partita::impl::CombineCollectivesBase<CombineCollectives> {
  using Base::Base;

  LogicalResult initialize(MLIRContext *context) final {
    RewritePatternSet own(context);
    own.add<SliceOperands, GatherOfReduceScatter, ReduceSumOnce<AllReduceOp>,
            ReduceSumOnce<ReduceScatterOp>, ExtendAfterMove<AllGatherOp>,
            ExtendAfterMove<AllToAllOp>, ExtendAfterMove<PermuteOp>,
            TruncateBeforeMove, FoldDistOp>(context);
    for (RegisteredOperationName name :
         context->getRegisteredOperationsByDialect(
             DistDialect::getDialectNamespace()))
      name.getCanonicalizationPatterns(own, context);
    patterns = std::move(own);
    return success();
  }

  void runOnOperation() final {
    for (FunctionOpInterface function : getOwnFunctions(getOperation())) {
      unsigned before = countCollectives(function);
      if (failed(combine(function)))
        return signalPassFailure();
      unsigned after = countCollectives(function);
      numBefore += before;
      numAfter += after;
    }
  }

private:
  static unsigned countCollectives(FunctionOpInterface function) {
    unsigned count = 0;
    function.walk([&](CommunicationOpInterface) { ++count; });
    return count;
  }

  LogicalResult combine(FunctionOpInterface function) {
    // What does not change in a loop moves once.
    function.walk(
        [](LoopLikeOpInterface loop) { moveLoopInvariantCode(loop); });
    bool changed = true;
    while (changed) {
      // Equal collectives are shared, so that patterns see what has one use.
      IRRewriter rewriter(&getContext());
      DominanceInfo dominance(function);
      eliminateCommonSubExpressions(rewriter, dominance, function);
      if (failed(applyPatternsGreedily(
              function, patterns, GreedyRewriteConfig().enableFolding(false),
              &changed)))
        return function->emitOpError("collectives cannot be combined");
    }
    return success();
  }

  FrozenRewritePatternSet patterns;
};

} // namespace
