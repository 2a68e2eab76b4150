// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "partita/Transforms/Graph/Passes.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "partita/Dialect/Xformer/Xformer.h"
#include "llvm/ADT/BitVector.h"

namespace partita {
#define GEN_PASS_DEF_SPLITFUSEDPARAMETERS
#include "partita/Transforms/Graph/Passes.h.inc"
} // namespace partita

using namespace mlir;
using namespace partita;
using namespace partita::xformer;

/// The slices of `value`, if these are all its uses, along one dimension.
static SmallVector<SliceOp> findSlices(Value value) {
  SmallVector<SliceOp> slices;
  for (Operation *user : value.getUsers()) {
    auto slice = dyn_cast<SliceOp>(user);
    if (!slice || (!slices.empty() && slice.getDim() != slices[0].getDim()))
      return {};
    slices.push_back(slice);
  }
  return slices;
}

static int64_t getSize(SliceOp slice) {
  return slice.getResult().getType().getDimSize(slice.getDim());
}

/// Slices in order of their offsets, and the ranges of equal ones once.
static SmallVector<SliceOp> distinctRanges(SmallVector<SliceOp> slices) {
  auto range = [](SliceOp slice) {
    return std::pair(slice.getOffset(), getSize(slice));
  };
  llvm::stable_sort(slices, [&](SliceOp lhs, SliceOp rhs) {
    return range(lhs) < range(rhs);
  });
  slices.erase(std::unique(slices.begin(), slices.end(),
                           [&](SliceOp lhs, SliceOp rhs) {
                             return range(lhs) == range(rhs);
                           }),
               slices.end());
  return slices;
}

namespace {
struct SplitFusedParameters final
    : partita::impl::SplitFusedParametersBase<SplitFusedParameters> {
  using Base::Base;

  void runOnOperation() final {
    for (auto function : getOperation().getOps<FunctionOpInterface>()) {
      if (function.isExternal())
        continue;
      SmallVector<LinearOp> linears;
      function.walk([&](LinearOp op) { linears.push_back(op); });
      for (LinearOp linear : linears)
        splitLinear(linear);
      if (SymbolTable::symbolKnownUseEmpty(function, getOperation()))
        splitParameters(function);
    }
  }

private:
  void splitLinear(LinearOp op);
  void splitParameters(FunctionOpInterface function);
};
} // namespace

/// Moves the slices of the outputs of `op` to its weight and bias.
void SplitFusedParameters::splitLinear(LinearOp op) {
  int64_t lastDim = op.getResult().getType().getRank() - 1;
  SmallVector<SliceOp> slices = findSlices(op.getResult());
  if (slices.empty() || slices[0].getDim() != uint64_t(lastDim))
    return;
  IRRewriter rewriter(&getContext());
  for (SliceOp slice : slices) {
    rewriter.setInsertionPoint(slice);
    Location location = rewriter.getFusedLoc({op.getLoc(), slice.getLoc()});
    auto take = [&](Value value, int64_t dim) -> Value {
      auto type = cast<RankedTensorType>(value.getType());
      SmallVector<int64_t> shape(type.getShape());
      shape[dim] = getSize(slice);
      return SliceOp::create(rewriter, location, type.clone(shape), value, dim,
                             slice.getOffset());
    };
    Value weight = take(op.getWeight(), op.getTransposeWeight() ? 0 : 1);
    Value bias = op.getBias() ? take(op.getBias(), 0) : Value();
    auto part = LinearOp::create(rewriter, location, op.getInput(), weight,
                                 bias, op.getTransposeWeightAttr());
    part->setDiscardableAttrs(op->getDiscardableAttrDictionary());
    rewriter.replaceOp(slice, part);
  }
  rewriter.eraseOp(op);
  ++numLinears;
}

/// Makes arguments of the slices of parameters of `function`.
void SplitFusedParameters::splitParameters(FunctionOpInterface function) {
  // Backwards, so that indices of arguments yet to be seen do not move.
  for (unsigned index = function.getNumArguments(); index-- > 0;) {
    BlockArgument argument = function.getArgument(index);
    if (!function.getArgAttr(index, parameterAttrName))
      continue;
    SmallVector<SliceOp> slices = findSlices(argument);
    if (slices.empty())
      continue;
    SmallVector<SliceOp> ranges = distinctRanges(slices);
    bool overlap = false;
    for (auto [slice, next] : llvm::zip(ranges, llvm::drop_begin(ranges)))
      overlap |= slice.getOffset() + getSize(slice) > next.getOffset();
    // Parts of parts would have to be told apart from parts.
    if (overlap || function.getArgAttr(index, partAttrName)) {
      ++numKept;
      continue;
    }

    int64_t dim = slices[0].getDim();
    int64_t size = cast<RankedTensorType>(argument.getType()).getDimSize(dim);
    for (auto [number, range] : llvm::enumerate(ranges)) {
      NamedAttrList attributes(function.getArgAttrDict(index));
      attributes.set(partAttrName,
                     PartAttr::get(&getContext(), dim, range.getOffset(),
                                   getSize(range), size));
      unsigned position = index + 1 + number;
      if (failed(function.insertArgument(
              position, range.getResult().getType(),
              attributes.getDictionary(&getContext()), argument.getLoc())))
        return signalPassFailure();
      BlockArgument part = function.getArgument(position);
      for (SliceOp slice : slices)
        if (slice.getOffset() == range.getOffset() &&
            getSize(slice) == getSize(range))
          slice.getResult().replaceAllUsesWith(part);
    }
    for (SliceOp slice : slices)
      slice.erase();
    if (failed(function.eraseArgument(index)))
      return signalPassFailure();
    ++numParameters;
  }
}
