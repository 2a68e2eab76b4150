// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Folds and patterns of elementwise ops. They hold for every float, NaN,
// infinities and both zeros included; so x * 0 stays, and x + 0 stays, since it
// makes +0 of -0, while x + -0 and x - 0 are x.

#include "Splats.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/PatternMatch.h"
#include "partita/Dialect/Xformer/Xformer.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace partita;
using namespace partita::xformer;

//===----------------------------------------------------------------------===//
// Arithmetic with broadcasting
//===----------------------------------------------------------------------===//

/// Applies `compute` to two splats. Computing in the element type rounds as the
/// interpreter does, which computes in f32 and rounds the result: f32 has more
/// than twice the digits of bf16 and f16, so that rounding twice is rounding
/// once.
static OpFoldResult foldSplats(
    Type resultType, Attribute lhs, Attribute rhs,
    llvm::function_ref<APFloat(const APFloat &, const APFloat &)> compute) {
  std::optional<APFloat> left = getFloatSplat(lhs), right = getFloatSplat(rhs);
  if (!left || !right)
    return {};
  // Neither is empty, hence the result is not.
  return DenseElementsAttr::get(cast<ShapedType>(resultType),
                                compute(*left, *right));
}

/// `value` if it is all of a result of type `resultType`: a value that is
/// repeated by broadcasting is not.
static OpFoldResult asResult(Value value, Type resultType) {
  return value.getType() == resultType ? value : OpFoldResult();
}

/// True if `attribute` is a splat of the number `value`.
static bool isSplatOf(Attribute attribute, double value) {
  std::optional<APFloat> splat = getFloatSplat(attribute);
  return splat && splat->isExactlyValue(value);
}

OpFoldResult AddOp::fold(FoldAdaptor adaptor) {
  if (isSplatOf(adaptor.getRhs(), -0.0))
    if (OpFoldResult lhs = asResult(getLhs(), getType()))
      return lhs;
  return foldSplats(getType(), adaptor.getLhs(), adaptor.getRhs(),
                    std::plus<APFloat>());
}

OpFoldResult SubOp::fold(FoldAdaptor adaptor) {
  if (isSplatOf(adaptor.getRhs(), 0.0))
    if (OpFoldResult lhs = asResult(getLhs(), getType()))
      return lhs;
  return foldSplats(getType(), adaptor.getLhs(), adaptor.getRhs(),
                    std::minus<APFloat>());
}

OpFoldResult MulOp::fold(FoldAdaptor adaptor) {
  if (isSplatOf(adaptor.getRhs(), 1.0))
    if (OpFoldResult lhs = asResult(getLhs(), getType()))
      return lhs;
  return foldSplats(getType(), adaptor.getLhs(), adaptor.getRhs(),
                    std::multiplies<APFloat>());
}

OpFoldResult DivOp::fold(FoldAdaptor adaptor) {
  if (isSplatOf(adaptor.getRhs(), 1.0))
    if (OpFoldResult lhs = asResult(getLhs(), getType()))
      return lhs;
  return foldSplats(getType(), adaptor.getLhs(), adaptor.getRhs(),
                    std::divides<APFloat>());
}

OpFoldResult MaxOp::fold(FoldAdaptor adaptor) {
  if (getLhs() == getRhs())
    return getLhs();
  std::optional<APFloat> floor = getFloatSplat(adaptor.getRhs());
  if (floor && floor->isInfinity() && floor->isNegative())
    if (OpFoldResult lhs = asResult(getLhs(), getType()))
      return lhs;
  return foldSplats(getType(), adaptor.getLhs(), adaptor.getRhs(),
                    llvm::maximum);
}

//===----------------------------------------------------------------------===//
// Gates
//===----------------------------------------------------------------------===//

namespace {
/// `activation(gate) * value` is `gated`, when nothing else needs the activated
/// gate: one op that reads and writes less. In bf16 and f16 it also rounds
/// less, once where the two ops round twice. The product is either of the two
/// ops that a model may use for it.
template <typename Product> struct FuseGate : OpRewritePattern<Product> {
  using OpRewritePattern<Product>::OpRewritePattern;

  LogicalResult matchAndRewrite(Product op,
                                PatternRewriter &rewriter) const override {
    if (op.getLhs().getType() != op.getType() ||
        op.getRhs().getType() != op.getType())
      return failure();
    if (succeeded(fuse(op, op.getLhs(), op.getRhs(), rewriter)))
      return success();
    return fuse(op, op.getRhs(), op.getLhs(), rewriter);
  }

private:
  static LogicalResult fuse(Product op, Value activated, Value value,
                            PatternRewriter &rewriter) {
    Operation *producer = activated.getDefiningOp();
    if (!producer || !producer->hasOneUse())
      return failure();
    std::optional<Activation> activation = getActivation(producer);
    if (!activation)
      return failure();
    Location location = rewriter.getFusedLoc({producer->getLoc(), op.getLoc()});
    auto gated = GatedOp::create(rewriter, location, op.getType(), *activation,
                                 producer->getOperand(0), value);
    rewriter.replaceOp(op, gated);
    return success();
  }

  static std::optional<Activation> getActivation(Operation *op) {
    return TypeSwitch<Operation *, std::optional<Activation>>(op)
        .Case([](ReluOp) { return Activation::Relu; })
        .Case([](SiluOp) { return Activation::Silu; })
        .Case([](GeluOp gelu) {
          return gelu.getTanh() ? Activation::GeluTanh : Activation::Gelu;
        })
        .Default(std::nullopt);
  }
};
} // namespace

void MulOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                        MLIRContext *context) {
  patterns.add<FuseGate<MulOp>>(context);
}

void XformerDialect::getCanonicalizationPatterns(
    RewritePatternSet &patterns) const {
  patterns.add<FuseGate<arith::MulFOp>>(getContext());
}

//===----------------------------------------------------------------------===//
// DropoutOp
//===----------------------------------------------------------------------===//

OpFoldResult DropoutOp::fold(FoldAdaptor adaptor) {
  return getRate().isZero() ? getInput() : OpFoldResult();
}
