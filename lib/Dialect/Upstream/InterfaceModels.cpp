// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "partita/Dialect/Upstream/InterfaceModels.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/DialectRegistry.h"
#include "mlir/IR/TypeUtilities.h"
#include "partita/Interfaces/ElementwiseModels.h"
#include "partita/Interfaces/ShardingRuleInterface.h"
#include "partita/Interfaces/WorkInterface.h"

using namespace mlir;
using namespace partita;

//===----------------------------------------------------------------------===//
// Elementwise ops
//===----------------------------------------------------------------------===//

/// Whether `OpTy` is one of `Ops`.
template <typename OpTy, typename... Ops>
static constexpr bool isOneOf = (std::is_same_v<OpTy, Ops> || ...);

/// Declares the sets of operands in which `OpTy` is linear, up to rounding.
template <typename OpTy>
static void addLinearSets(ShardingRuleBuilder &builder) {
  if constexpr (isOneOf<OpTy, arith::AddFOp, arith::AddIOp, arith::SubFOp,
                        arith::SubIOp>)
    builder.linearIn({0, 1});
  else if constexpr (isOneOf<OpTy, arith::MulFOp, arith::MulIOp>)
    builder.linearIn({0}).linearIn({1});
  else if constexpr (isOneOf<OpTy, arith::DivFOp, arith::NegFOp, arith::ExtFOp,
                             arith::TruncFOp>)
    builder.linearIn({0});
  else if constexpr (isOneOf<OpTy, arith::SelectOp>)
    builder.linearIn({1, 2});
  else if constexpr (isOneOf<OpTy, math::FmaOp>)
    builder.linearIn({0, 2}).linearIn({1, 2});
}

/// Declares what `OpTy` makes of zeros, where it is not linear.
template <typename OpTy> static void addZeroSets(ShardingRuleBuilder &builder) {
  if constexpr (isOneOf<OpTy, math::AbsFOp, math::SqrtOp, math::TanhOp,
                        math::ErfOp, math::SinOp>)
    builder.zeroIn({0});
  else if constexpr (isOneOf<OpTy, arith::MaximumFOp, arith::MinimumFOp>)
    builder.zeroIn({0, 1});
  else if constexpr (isOneOf<OpTy, arith::DivFOp>)
    builder.dividesBy(1);
}

/// Whether some operand or result of `op` holds floats.
static bool hasFloats(Operation *op) {
  auto isFloat = [](Type type) {
    return isa<FloatType>(getElementTypeOrSelf(type));
  };
  return llvm::any_of(op->getOperandTypes(), isFloat) ||
         llvm::any_of(op->getResultTypes(), isFloat);
}

namespace {
template <typename OpTy>
struct ElementwiseRule
    : ShardingRuleInterface::ExternalModel<ElementwiseRule<OpTy>, OpTy> {
  ShardingRule getShardingRule(Operation *op) const {
    ShardingRuleBuilder builder = elementwiseRule(op);
    addLinearSets<OpTy>(builder);
    addZeroSets<OpTy>(builder);
    return builder.build();
  }
};

template <typename OpTy>
struct ElementwiseWork
    : WorkInterface::ExternalModel<ElementwiseWork<OpTy>, OpTy> {
  Work getWorkAt(Operation *op, ArrayRef<TensorShape> operands,
                 ArrayRef<TensorShape> results) const {
    int64_t flops = hasFloats(op) ? (isOneOf<OpTy, math::FmaOp> ? 2 : 1) : 0;
    return elementwiseWork(operands, results, flops);
  }
};

//===----------------------------------------------------------------------===//
// Constants
//===----------------------------------------------------------------------===//

struct ConstantRule
    : ShardingRuleInterface::ExternalModel<ConstantRule, arith::ConstantOp> {
  ShardingRule getShardingRule(Operation *op) const {
    FactorNames names;
    if (auto type = dyn_cast<RankedTensorType>(op->getResult(0).getType()))
      names = dimNames(type.getRank());
    return elementwiseRule(op).localForm(names).build();
  }
};

struct ConstantWork
    : WorkInterface::ExternalModel<ConstantWork, arith::ConstantOp> {
  Work getWorkAt(Operation *, ArrayRef<TensorShape>,
                 ArrayRef<TensorShape>) const {
    return {};
  }
};
} // namespace

//===----------------------------------------------------------------------===//
// Registration
//===----------------------------------------------------------------------===//

/// Attaches the models to those of `Ops` that are elementwise.
template <typename... Ops>
static void attachElementwiseModels(MLIRContext &context) {
  auto attach = [&]<typename OpTy>() {
    if constexpr (OpTy::template hasTrait<OpTrait::Elementwise>())
      OpTy::template attachInterface<ElementwiseRule<OpTy>,
                                     ElementwiseWork<OpTy>>(context);
  };
  (attach.template operator()<Ops>(), ...);
}

void partita::registerUpstreamInterfaceModels(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, arith::ArithDialect *) {
    attachElementwiseModels<
#define GET_OP_LIST
#include "mlir/Dialect/Arith/IR/ArithOps.cpp.inc"
        >(*context);
    arith::ConstantOp::attachInterface<ConstantRule, ConstantWork>(*context);
  });
  registry.addExtension(+[](MLIRContext *context, math::MathDialect *) {
    attachElementwiseModels<
#define GET_OP_LIST
#include "mlir/Dialect/Math/IR/MathOps.cpp.inc"
        >(*context);
  });
}
