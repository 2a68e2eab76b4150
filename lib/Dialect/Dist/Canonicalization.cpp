// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Rewrites that make one collective of two, or none. All of them move no more
// bytes than before, whatever else uses the values, and none touches an op that
// is started: when that moves is decided elsewhere.
//
// An op that makes a value smaller takes the place of the first of the two, so
// that the larger value lives no longer than before.
//
// Blocks add up where sizes are even. Where a dimension is padded, splitting it
// over one axis and then another leaves other blocks than splitting it over
// both at once, and such pairs stay.

#include "partita/Dialect/Dist/Dist.h"

#include "Groups.h"

#include "mlir/IR/PatternMatch.h"

using namespace mlir;
using namespace partita;
using namespace partita::dist;

/// The op of type `InnerT` that gives the input of `op`, if neither is started
/// and both are on the same mesh; else null.
template <typename InnerT, typename OpTy> static InnerT innerOf(OpTy op) {
  auto inner = op.getInput().template getDefiningOp<InnerT>();
  if (!inner || inner.getMeshAttr() != op.getMeshAttr() ||
      isa<TokenType>(op.getResult().getType()))
    return nullptr;
  return inner;
}

/// The size of dimension `dim` of `value`.
static int64_t sizeOf(Value value, int64_t dim) {
  return cast<RankedTensorType>(value.getType()).getDimSize(dim);
}

/// `major` and then `minor`, in the form that is canonical on `mesh`.
static AxesAttr concat(MeshAttr mesh, AxesAttr major, AxesAttr minor) {
  SmallVector<AxisPartAttr> parts(major.getParts());
  llvm::append_range(parts, minor.getParts());
  return AxesAttr::get(mesh.getContext(), mesh.getCanonical(parts));
}

//===----------------------------------------------------------------------===//
// One op of two of a kind
//===----------------------------------------------------------------------===//

namespace {

/// all_gather (all_gather x over B) over A  ->  all_gather x over A, B
struct MergeAllGathers final : OpRewritePattern<AllGatherOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(AllGatherOp op,
                                PatternRewriter &rewriter) const override {
    auto inner = innerOf<AllGatherOp>(op);
    if (!inner || !inner->hasOneUse() || inner.getDim() != op.getDim() ||
        !op.getAxes().isDisjointFrom(inner.getAxes()))
      return failure();
    MeshOp mesh = findMesh(op, op.getMeshAttr());
    if (!mesh)
      return failure();
    int64_t dim = op.getDim();
    int64_t innerSize = mesh.getMesh().getSize(inner.getAxes().getParts());
    if (sizeOf(inner.getResult(), dim) !=
        innerSize * sizeOf(inner.getInput(), dim))
      return failure();
    rewriter.modifyOpInPlace(op, [&] {
      op.setAxesAttr(concat(mesh.getMesh(), op.getAxes(), inner.getAxes()));
      op.getInputMutable().assign(inner.getInput());
    });
    return success();
  }
};

/// slice (slice x over A) over B  ->  slice x over A, B; also of reduce_scatter
template <typename OpTy> struct MergeSplits final : OpRewritePattern<OpTy> {
  using OpRewritePattern<OpTy>::OpRewritePattern;

  LogicalResult matchAndRewrite(OpTy op,
                                PatternRewriter &rewriter) const override {
    auto inner = innerOf<OpTy>(op);
    if (!inner || inner.getDim() != op.getDim() ||
        !op.getAxes().isDisjointFrom(inner.getAxes()))
      return failure();
    if constexpr (std::is_same_v<OpTy, ReduceScatterOp>)
      if (!inner->hasOneUse() || inner.getCombiner() != op.getCombiner())
        return failure();
    MeshOp mesh = findMesh(op, op.getMeshAttr());
    if (!mesh)
      return failure();
    int64_t dim = op.getDim();
    int64_t size = mesh.getMesh().getSize(op.getAxes().getParts());
    if (sizeOf(op.getInput(), dim) != size * sizeOf(op.getResult(), dim))
      return failure();
    rewriter.modifyOpInPlace(op, [&] {
      op.setAxesAttr(concat(mesh.getMesh(), inner.getAxes(), op.getAxes()));
      op.getInputMutable().assign(inner.getInput());
    });
    if (op->getBlock() == inner->getBlock())
      rewriter.moveOpAfter(op, inner);
    return success();
  }
};

/// all_reduce (all_reduce x over A) over B  ->  all_reduce x over A, B
struct MergeAllReduces final : OpRewritePattern<AllReduceOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(AllReduceOp op,
                                PatternRewriter &rewriter) const override {
    auto inner = innerOf<AllReduceOp>(op);
    if (!inner || !inner->hasOneUse() ||
        inner.getCombiner() != op.getCombiner() ||
        !op.getAxes().isDisjointFrom(inner.getAxes()))
      return failure();
    MeshOp mesh = findMesh(op, op.getMeshAttr());
    if (!mesh)
      return failure();
    rewriter.modifyOpInPlace(op, [&] {
      op.setAxesAttr(concat(mesh.getMesh(), inner.getAxes(), op.getAxes()));
      op.getInputMutable().assign(inner.getInput());
    });
    return success();
  }
};

/// The order of the axes of an all_reduce has no meaning, so one is canonical.
struct SortAxes final : OpRewritePattern<AllReduceOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(AllReduceOp op,
                                PatternRewriter &rewriter) const override {
    MeshOp mesh = findMesh(op, op.getMeshAttr());
    if (!mesh)
      return failure();
    AxesAttr sorted = AxesAttr::get(
        op.getContext(),
        mesh.getMesh().getCanonical(op.getAxes().getSorted().getParts()));
    if (sorted == op.getAxes())
      return failure();
    rewriter.modifyOpInPlace(op, [&] { op.setAxesAttr(sorted); });
    return success();
  }
};

/// permute (permute x by A) by B  ->  permute x by A then B, where one route
/// says so
struct MergePermutes final : OpRewritePattern<PermuteOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(PermuteOp op,
                                PatternRewriter &rewriter) const override {
    auto inner = innerOf<PermuteOp>(op);
    if (!inner)
      return failure();
    RouteAttrInterface route;
    if (auto shift = dyn_cast<ShiftAttr>(op.getRoute())) {
      auto first = dyn_cast<ShiftAttr>(inner.getRoute());
      std::optional<int64_t> size =
          findGroupSize(op, op.getMeshAttr(), shift.getAxes());
      if (!first || first.getAxes() != shift.getAxes() || !size)
        return failure();
      route = ShiftAttr::get(op.getContext(), shift.getAxes(),
                             (first.getBy() + shift.getBy()) % *size);
    } else if (auto reorder = dyn_cast<ReorderAttr>(op.getRoute())) {
      auto first = dyn_cast<ReorderAttr>(inner.getRoute());
      if (!first || first.getTo() != reorder.getFrom())
        return failure();
      route = ReorderAttr::get(first.getFrom(), reorder.getTo());
    } else {
      return failure();
    }
    rewriter.modifyOpInPlace(op, [&] {
      op.setRouteAttr(route);
      op.getInputMutable().assign(inner.getInput());
    });
    return success();
  }
};

//===----------------------------------------------------------------------===//
// Ops that undo or take up what is before them
//===----------------------------------------------------------------------===//

/// slice (all_gather x over A, B) over A  ->  all_gather x over B, or x where
/// there is no B
struct SliceOfAllGather final : OpRewritePattern<SliceOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(SliceOp op,
                                PatternRewriter &rewriter) const override {
    auto inner = innerOf<AllGatherOp>(op);
    if (!inner || inner.getDim() != op.getDim())
      return failure();
    ArrayRef<AxisPartAttr> gathered = inner.getAxes().getParts();
    ArrayRef<AxisPartAttr> sliced = op.getAxes().getParts();
    if (gathered.take_front(sliced.size()) != sliced)
      return failure();
    ArrayRef<AxisPartAttr> left = gathered.drop_front(sliced.size());
    std::optional<int64_t> size =
        findGroupSize(op, op.getMeshAttr(), inner.getAxes());
    int64_t dim = op.getDim();
    if (!size ||
        sizeOf(inner.getResult(), dim) != *size * sizeOf(inner.getInput(), dim))
      return failure();
    if (left.empty()) {
      rewriter.replaceOp(op, inner.getInput());
      return success();
    }
    if (!inner->hasOneUse())
      return failure();
    rewriter.replaceOpWithNewOp<AllGatherOp>(
        op, op.getType(), inner.getInput(), inner.getDimAttr(),
        inner.getMeshAttr(), AxesAttr::get(op.getContext(), left),
        /*start=*/nullptr);
    return success();
  }
};

/// slice (all_reduce x over A, B) over A  ->
///   all_reduce (reduce_scatter x over A) over B
struct SliceOfAllReduce final : OpRewritePattern<SliceOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(SliceOp op,
                                PatternRewriter &rewriter) const override {
    auto inner = innerOf<AllReduceOp>(op);
    if (!inner || !inner->hasOneUse())
      return failure();
    ArrayRef<AxisPartAttr> reduced = inner.getAxes().getParts();
    ArrayRef<AxisPartAttr> sliced = op.getAxes().getParts();
    if (!llvm::all_of(sliced, [&](AxisPartAttr part) {
          return llvm::is_contained(reduced, part);
        }))
      return failure();
    if (op->getBlock() == inner->getBlock())
      rewriter.setInsertionPoint(inner);
    Value result = ReduceScatterOp::create(
        rewriter, inner.getLoc(), op.getType(), inner.getInput(),
        inner.getCombinerAttr(), op.getDimAttr(), op.getMeshAttr(),
        op.getAxesAttr(), /*start=*/nullptr);
    SmallVector<AxisPartAttr> left =
        llvm::filter_to_vector(reduced, [&](AxisPartAttr part) {
          return !llvm::is_contained(sliced, part);
        });
    if (!left.empty())
      result =
          AllReduceOp::create(rewriter, inner.getLoc(), op.getType(), result,
                              inner.getCombinerAttr(), op.getMeshAttr(),
                              AxesAttr::get(op.getContext(), left),
                              /*start=*/nullptr);
    rewriter.replaceOp(op, result);
    return success();
  }
};

/// all_to_all (all_to_all x dim a to b) dim b to a  ->  x
struct DropInverseAllToAll final : OpRewritePattern<AllToAllOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(AllToAllOp op,
                                PatternRewriter &rewriter) const override {
    auto inner = innerOf<AllToAllOp>(op);
    if (!inner || inner.getJoinDim() != op.getSplitDim() ||
        inner.getSplitDim() != op.getJoinDim() ||
        inner.getSplitOrder() != op.getAxes() ||
        inner.getAxes() != op.getSplitOrder() ||
        inner.getInput().getType() != op.getResult().getType())
      return failure();
    std::optional<int64_t> size =
        findGroupSize(op, op.getMeshAttr(), op.getAxes());
    int64_t joined = inner.getJoinDim(), split = inner.getSplitDim();
    if (!size ||
        sizeOf(inner.getResult(), joined) !=
            *size * sizeOf(inner.getInput(), joined) ||
        sizeOf(inner.getInput(), split) !=
            *size * sizeOf(inner.getResult(), split))
      return failure();
    rewriter.replaceOp(op, inner.getInput());
    return success();
  }
};

} // namespace

void AllGatherOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                              MLIRContext *context) {
  patterns.add<MergeAllGathers>(context);
}

void AllReduceOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                              MLIRContext *context) {
  patterns.add<MergeAllReduces, SortAxes>(context);
}

void AllToAllOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                             MLIRContext *context) {
  patterns.add<DropInverseAllToAll>(context);
}

void PermuteOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                            MLIRContext *context) {
  patterns.add<MergePermutes>(context);
}

void ReduceScatterOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                                  MLIRContext *context) {
  patterns.add<MergeSplits<ReduceScatterOp>>(context);
}

void SliceOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                          MLIRContext *context) {
  patterns.add<MergeSplits<SliceOp>, SliceOfAllGather, SliceOfAllReduce>(
      context);
}
