// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Folds and patterns of ops that move elements. They bring the source of an
// element nearer to its use: chains get shorter, and detours cancel.

#include "Splats.h"

#include "mlir/IR/PatternMatch.h"
#include "partita/Dialect/Xformer/Xformer.h"

using namespace mlir;
using namespace partita;
using namespace partita::xformer;

/// The number of elements of `value` along `dim`.
static int64_t sizeAlong(Value value, int64_t dim) {
  return cast<RankedTensorType>(value.getType()).getDimSize(dim);
}

//===----------------------------------------------------------------------===//
// SplitDimOp, MergeDimsOp
//===----------------------------------------------------------------------===//

// Both ops keep the elements in row-major order. What returns to the shape that
// it had is therefore what it was, whichever dimensions were split and merged.

OpFoldResult SplitDimOp::fold(FoldAdaptor adaptor) {
  if (auto merge = getInput().getDefiningOp<MergeDimsOp>())
    if (merge.getInput().getType() == getType())
      return merge.getInput();
  return reshapeSplat(adaptor.getInput(), getType());
}

OpFoldResult MergeDimsOp::fold(FoldAdaptor adaptor) {
  if (auto split = getInput().getDefiningOp<SplitDimOp>())
    if (split.getInput().getType() == getType())
      return split.getInput();
  return reshapeSplat(adaptor.getInput(), getType());
}

//===----------------------------------------------------------------------===//
// TransposeOp
//===----------------------------------------------------------------------===//

OpFoldResult TransposeOp::fold(FoldAdaptor adaptor) {
  ArrayRef<int64_t> permutation = getPermutation();
  if (llvm::equal(permutation, llvm::seq<int64_t>(permutation.size())))
    return getInput();
  return reshapeSplat(adaptor.getInput(), getType());
}

namespace {
/// Two transpositions are one.
struct ComposeTransposes : OpRewritePattern<TransposeOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(TransposeOp op,
                                PatternRewriter &rewriter) const override {
    auto first = op.getInput().getDefiningOp<TransposeOp>();
    if (!first)
      return failure();
    ArrayRef<int64_t> permutation = first.getPermutation();
    SmallVector<int64_t> composed = llvm::map_to_vector(
        op.getPermutation(), [&](int64_t dim) { return permutation[dim]; });
    rewriter.modifyOpInPlace(op, [&] {
      op.getInputMutable().assign(first.getInput());
      op.setPermutation(composed);
    });
    return success();
  }
};
} // namespace

void TransposeOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                              MLIRContext *context) {
  patterns.add<ComposeTransposes>(context);
}

//===----------------------------------------------------------------------===//
// SliceOp
//===----------------------------------------------------------------------===//

OpFoldResult SliceOp::fold(FoldAdaptor adaptor) {
  if (getInput().getType() == getType())
    return getInput();
  return reshapeSplat(adaptor.getInput(), getType());
}

/// Makes `op` take its range from `input`, where it begins at `offset`.
static void moveSlice(SliceOp op, Value input, int64_t offset,
                      PatternRewriter &rewriter) {
  rewriter.modifyOpInPlace(op, [&] {
    op.getInputMutable().assign(input);
    op.setOffset(offset);
  });
}

namespace {
/// A range of a range is a range.
struct ComposeSlices : OpRewritePattern<SliceOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(SliceOp op,
                                PatternRewriter &rewriter) const override {
    auto outer = op.getInput().getDefiningOp<SliceOp>();
    if (!outer || outer.getDim() != op.getDim())
      return failure();
    moveSlice(op, outer.getInput(), outer.getOffset() + op.getOffset(),
              rewriter);
    return success();
  }
};

/// A range that lies within one input of a concatenation is taken from there.
struct SliceInputOfConcat : OpRewritePattern<SliceOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(SliceOp op,
                                PatternRewriter &rewriter) const override {
    auto concat = op.getInput().getDefiningOp<ConcatOp>();
    if (!concat || concat.getDim() != op.getDim())
      return failure();
    int64_t dim = op.getDim(), size = sizeAlong(op.getResult(), dim);
    int64_t offset = op.getOffset(); // From the beginning of the next input on.
    for (Value input : concat.getInputs()) {
      int64_t inputSize = sizeAlong(input, dim);
      if (offset + size <= inputSize) {
        moveSlice(op, input, offset, rewriter);
        return success();
      }
      if (offset < inputSize)
        return failure(); // It begins here and ends in a later input.
      offset -= inputSize;
    }
    return failure();
  }
};
} // namespace

void SliceOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                          MLIRContext *context) {
  patterns.add<ComposeSlices, SliceInputOfConcat>(context);
}

//===----------------------------------------------------------------------===//
// ConcatOp
//===----------------------------------------------------------------------===//

OpFoldResult ConcatOp::fold(FoldAdaptor adaptor) {
  if (getInputs().size() == 1)
    return getInputs().front();
  SplatElementsAttr first = getSplat(adaptor.getInputs().front());
  if (!first)
    return {};
  for (Attribute input : adaptor.getInputs()) {
    SplatElementsAttr splat = getSplat(input);
    if (!splat ||
        splat.getSplatValue<Attribute>() != first.getSplatValue<Attribute>())
      return {};
  }
  return reshapeSplat(first, getType());
}

namespace {
/// A concatenation that is joined to others along the same dimension, and used
/// for nothing else, is joined with them at once. One with more uses is left:
/// to take apart what is used twice at every level of a chain would make the
/// number of inputs grow exponentially.
struct FlattenConcat : OpRewritePattern<ConcatOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(ConcatOp op,
                                PatternRewriter &rewriter) const override {
    SmallVector<Value> inputs;
    bool changed = false;
    for (Value input : op.getInputs()) {
      auto inner = input.getDefiningOp<ConcatOp>();
      if (inner && inner.getDim() == op.getDim() && inner->hasOneUse()) {
        llvm::append_range(inputs, inner.getInputs());
        changed = true;
      } else {
        inputs.push_back(input);
      }
    }
    if (!changed)
      return failure();
    rewriter.modifyOpInPlace(op, [&] { op.getInputsMutable().assign(inputs); });
    return success();
  }
};

/// Neighbouring ranges of one value are one range of it.
struct JoinSlices : OpRewritePattern<ConcatOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(ConcatOp op,
                                PatternRewriter &rewriter) const override {
    SmallVector<Value> inputs;
    for (ValueRange rest = op.getInputs(); !rest.empty();) {
      unsigned length = countNeighbours(rest, op.getDim());
      inputs.push_back(length > 1 ? join(rest.take_front(length), rewriter)
                                  : rest.front());
      rest = rest.drop_front(length);
    }
    if (inputs.size() == op.getInputs().size())
      return failure();
    rewriter.modifyOpInPlace(op, [&] { op.getInputsMutable().assign(inputs); });
    return success();
  }

private:
  /// How many of the first `values` are neighbouring ranges; at least 1.
  static unsigned countNeighbours(ValueRange values, uint64_t dim) {
    unsigned length = 1;
    for (; length < values.size(); ++length) {
      auto slice = values[length - 1].getDefiningOp<SliceOp>();
      auto next = values[length].getDefiningOp<SliceOp>();
      if (!slice || !next || slice.getInput() != next.getInput() ||
          slice.getDim() != dim || next.getDim() != dim ||
          slice.getOffset() + sizeAlong(slice, dim) != next.getOffset())
        break;
    }
    return length;
  }

  /// The range that the `slices`, which are neighbours, make up.
  static Value join(ValueRange slices, PatternRewriter &rewriter) {
    auto first = slices.front().getDefiningOp<SliceOp>();
    auto last = slices.back().getDefiningOp<SliceOp>();
    int64_t dim = first.getDim();
    SmallVector<int64_t> shape(first.getType().getShape());
    shape[dim] = last.getOffset() + sizeAlong(last, dim) - first.getOffset();
    SmallVector<Location> locations =
        llvm::map_to_vector(slices, [](Value slice) { return slice.getLoc(); });
    return SliceOp::create(rewriter, rewriter.getFusedLoc(locations),
                           first.getType().clone(shape), first.getInput(), dim,
                           first.getOffset());
  }
};
} // namespace

void ConcatOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                           MLIRContext *context) {
  patterns.add<FlattenConcat, JoinSlices>(context);
}
