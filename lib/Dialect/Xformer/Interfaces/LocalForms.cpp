// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Each function replaces the left side of one equation in the header by its
// right side.

#include "partita/Dialect/Xformer/Interfaces/LocalForms.h"

#include "LocalFormModels.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Builders.h"
#include "partita/Interfaces/LocalFormInterface.h"
#include "partita/Interfaces/ShardingRuleInterface.h"

#include "llvm/ADT/SmallVectorExtras.h"

#include <limits>

using namespace mlir;
using namespace partita;
using namespace partita::xformer;

/// 0, 1, ... `count - 1`, before the op that `rewriter` is at.
static Value indices(RewriterBase &rewriter, Location location, int64_t count) {
  bool isNarrow = count <= std::numeric_limits<int32_t>::max();
  Type type = isNarrow ? rewriter.getI32Type() : rewriter.getI64Type();
  return IotaOp::create(rewriter, location,
                        RankedTensorType::get({count}, type));
}

//===----------------------------------------------------------------------===//
// Embeddings and positions
//===----------------------------------------------------------------------===//

LogicalResult xformer::localFormOf(EmbeddingOp op, RewriterBase &rewriter,
                                   const ChosenFactors &factors) {
  if (op.getRowIds() || !factors.has("v"))
    return failure();
  Value rowIds =
      indices(rewriter, op.getLoc(), op.getTable().getType().getDimSize(0));
  rewriter.replaceOpWithNewOp<EmbeddingOp>(op, op.getTable(), op.getIds(),
                                           rowIds);
  return success();
}

LogicalResult xformer::localFormOf(RotaryOp op, RewriterBase &rewriter,
                                   const ChosenFactors &factors) {
  if (op.getPositions() || !factors.has("s"))
    return failure();
  Value positions =
      indices(rewriter, op.getLoc(), op.getInput().getType().getDimSize(1));
  rewriter.replaceOpWithNewOp<RotaryOp>(op, op.getInput(), positions,
                                        op.getThetaAttr(), op.getScalingAttr(),
                                        op.getInterleavedAttr());
  return success();
}

LogicalResult xformer::localFormOf(RelativePositionBiasOp op,
                                   RewriterBase &rewriter,
                                   const ChosenFactors &factors) {
  RankedTensorType type = op.getResult().getType();
  Value queries = op.getQueryPositions(), keys = op.getKeyPositions();
  bool needsQueries = !queries && factors.has("q");
  bool needsKeys = !keys && factors.has("k");
  if (!needsQueries && !needsKeys)
    return failure();
  if (needsQueries)
    queries = indices(rewriter, op.getLoc(), type.getDimSize(2));
  if (needsKeys)
    keys = indices(rewriter, op.getLoc(), type.getDimSize(3));
  rewriter.replaceOpWithNewOp<RelativePositionBiasOp>(
      op, type, op.getTable(), queries, keys, op.getBidirectionalAttr(),
      op.getMaxDistanceAttr());
  return success();
}

//===----------------------------------------------------------------------===//
// Matrix products and attention
//===----------------------------------------------------------------------===//

LogicalResult xformer::localFormOf(LinearOp op, RewriterBase &rewriter,
                                   const ChosenFactors &factors) {
  if (!op.getBias() || !factors.has("k"))
    return failure();
  Value product =
      LinearOp::create(rewriter, op.getLoc(), op.getInput(), op.getWeight(),
                       Value(), op.getTransposeWeightAttr());
  rewriter.replaceOpWithNewOp<AddOp>(op, product, op.getBias());
  return success();
}

namespace {
/// The positions of queries and keys that a causal op has.
struct Positions {
  Value queries, keys;
};
} // namespace

/// The positions of `op`, and those of queries and keys along `factors` in any
/// case if the op is causal.
template <typename OpTy>
static Positions positionsOf(OpTy op, RewriterBase &rewriter,
                             const ChosenFactors &factors) {
  Positions positions = {op.getQueryPositions(), op.getKeyPositions()};
  if (op.getCausal() && !positions.queries && factors.has("q"))
    positions.queries = indices(rewriter, op.getLoc(), op.getNumQueries());
  if (op.getCausal() && !positions.keys && factors.has("k"))
    positions.keys = indices(rewriter, op.getLoc(), op.getNumKeys());
  return positions;
}

/// `op` with other optional operands.
static AttentionOp createAttention(AttentionOp op, RewriterBase &rewriter,
                                   Value mask, Positions positions,
                                   Value normalizer) {
  auto lseType =
      op.getLse() && !normalizer ? op.getLse().getType() : RankedTensorType();
  return AttentionOp::create(
      rewriter, op.getLoc(), op.getOutput().getType(), lseType, op.getQuery(),
      op.getKey(), op.getValue(), op.getBias(), mask, positions.queries,
      positions.keys, normalizer, op.getCausalAttr(), op.getScaleAttr());
}

LogicalResult xformer::localFormOf(AttentionOp op, RewriterBase &rewriter,
                                   const ChosenFactors &factors) {
  bool splitsKeys = factors.has("k");
  bool needsPositions =
      op.getCausal() && ((factors.has("q") && !op.getQueryPositions()) ||
                         (splitsKeys && !op.getKeyPositions()));
  if (!needsPositions && (!splitsKeys || op.getNormalizer()))
    return failure();

  Positions positions = positionsOf(op, rewriter, factors);
  Value lse, normalizer = op.getNormalizer();
  if (splitsKeys && !normalizer)
    lse = normalizer = AttentionLseOp::create(
        rewriter, op.getLoc(),
        RankedTensorType::get(
            {op.getBatch(), op.getNumHeads(), op.getNumQueries()},
            rewriter.getF32Type()),
        op.getQuery(), op.getKey(), op.getBias(), op.getKeyMask(),
        positions.queries, positions.keys, op.getCausalAttr(),
        op.getScaleAttr());
  AttentionOp local =
      createAttention(op, rewriter, op.getKeyMask(), positions, normalizer);
  SmallVector<Value> results(local->getResults());
  if (op.getLse() && lse)
    results.push_back(lse);
  rewriter.replaceOp(op, results);
  return success();
}

LogicalResult xformer::localFormOf(AttentionLseOp op, RewriterBase &rewriter,
                                   const ChosenFactors &factors) {
  if (!op.getCausal() || !((factors.has("q") && !op.getQueryPositions()) ||
                           (factors.has("k") && !op.getKeyPositions())))
    return failure();
  Positions positions = positionsOf(op, rewriter, factors);
  rewriter.replaceOpWithNewOp<AttentionLseOp>(
      op, op.getLse().getType(), op.getQuery(), op.getKey(), op.getBias(),
      op.getKeyMask(), positions.queries, positions.keys, op.getCausalAttr(),
      op.getScaleAttr());
  return success();
}

/// A mask that hides no key of `op`.
template <typename OpTy>
static Value createKeyMask(OpTy op, RewriterBase &rewriter) {
  auto type = RankedTensorType::get({op.getBatch(), op.getNumKeys()},
                                    rewriter.getI1Type());
  return arith::ConstantOp::create(rewriter, op.getLoc(),
                                   DenseElementsAttr::get(type, true));
}

LogicalResult xformer::paddedFormOf(AttentionOp op, RewriterBase &rewriter,
                                    const ChosenFactors &factors) {
  Value mask = op.getKeyMask();
  if (!factors.has("k") || mask || op.getKeyPositions())
    return failure();
  // Keys in the pad come after all queries.
  Positions positions = {op.getQueryPositions(), Value()};
  if (op.getCausal())
    positions.keys = indices(rewriter, op.getLoc(), op.getNumKeys());
  else
    mask = createKeyMask(op, rewriter);
  rewriter.replaceOp(
      op, createAttention(op, rewriter, mask, positions, op.getNormalizer()));
  return success();
}

LogicalResult xformer::paddedFormOf(AttentionLseOp op, RewriterBase &rewriter,
                                    const ChosenFactors &factors) {
  Value mask = op.getKeyMask(), keyPositions = op.getKeyPositions();
  if (!factors.has("k") || mask || keyPositions)
    return failure();
  if (op.getCausal())
    keyPositions = indices(rewriter, op.getLoc(), op.getNumKeys());
  else
    mask = createKeyMask(op, rewriter);
  rewriter.replaceOpWithNewOp<AttentionLseOp>(
      op, op.getLse().getType(), op.getQuery(), op.getKey(), op.getBias(), mask,
      op.getQueryPositions(), keyPositions, op.getCausalAttr(),
      op.getScaleAttr());
  return success();
}

//===----------------------------------------------------------------------===//
// Dropout
//===----------------------------------------------------------------------===//

LogicalResult xformer::localFormOf(DropoutOp op, RewriterBase &rewriter,
                                   const ChosenFactors &factors) {
  RankedTensorType type = op.getInput().getType();
  if (!op.getIndices().empty() || !factors.hasAny())
    return failure();
  auto lists = llvm::map_to_vector(type.getShape(), [&](int64_t size) {
    return indices(rewriter, op.getLoc(), size);
  });
  rewriter.replaceOpWithNewOp<DropoutOp>(
      op, type, op.getInput(), op.getSeed(), lists,
      rewriter.getDenseI64ArrayAttr(type.getShape()), op.getRateAttr(),
      op.getStreamAttr());
  return success();
}

LogicalResult xformer::paddedFormOf(DropoutOp op, RewriterBase &rewriter,
                                    const ChosenFactors &factors) {
  return localFormOf(op, rewriter, factors);
}

//===----------------------------------------------------------------------===//
// Mixture of experts
//===----------------------------------------------------------------------===//

LogicalResult xformer::localFormOf(MoeDispatchOp op, RewriterBase &rewriter,
                                   const ChosenFactors &factors) {
  if (op.getExpertIds() || !factors.has("e"))
    return failure();
  RankedTensorType type = op.getResult().getType();
  Value ids = indices(rewriter, op.getLoc(), type.getDimSize(1));
  rewriter.replaceOpWithNewOp<MoeDispatchOp>(op, type, op.getInput(),
                                             op.getExperts(), ids);
  return success();
}

LogicalResult xformer::localFormOf(MoeCombineOp op, RewriterBase &rewriter,
                                   const ChosenFactors &factors) {
  if (op.getExpertIds() || !factors.has("e"))
    return failure();
  Value ids =
      indices(rewriter, op.getLoc(), op.getInput().getType().getDimSize(1));
  rewriter.replaceOpWithNewOp<MoeCombineOp>(op, op.getInput(), op.getExperts(),
                                            op.getWeights(), ids);
  return success();
}

//===----------------------------------------------------------------------===//
// Loss
//===----------------------------------------------------------------------===//

LogicalResult xformer::localFormOf(CrossEntropyOp op, RewriterBase &rewriter,
                                   const ChosenFactors &factors) {
  if (!factors.has("v"))
    return failure();
  Location location = op.getLoc();
  Value classIds =
      indices(rewriter, location, op.getLogits().getType().getShape().back());
  Value lse = LogSumExpOp::create(rewriter, location, op.getLogits());
  Value picked = PickOp::create(rewriter, location, op.getLogits(),
                                op.getLabels(), classIds);
  rewriter.replaceOpWithNewOp<NllOp>(op, lse, picked, op.getLabels(),
                                     op.getIgnoreIndexAttr());
  return success();
}

//===----------------------------------------------------------------------===//
// Models
//===----------------------------------------------------------------------===//

namespace {
template <typename OpTy>
struct LocalFormModel
    : LocalFormInterface::ExternalModel<LocalFormModel<OpTy>, OpTy> {
  LogicalResult toLocalForm(Operation *op, RewriterBase &rewriter,
                            ArrayRef<unsigned> factors) const {
    rewriter.setInsertionPoint(op);
    return localFormOf(cast<OpTy>(op), rewriter, chosen(op, factors));
  }

  static ChosenFactors chosen(Operation *op, ArrayRef<unsigned> factors) {
    return {cast<ShardingRuleInterface>(op).getShardingRule(), factors};
  }
};

/// The model of an op that has a padded form as well.
template <typename OpTy>
struct PaddedFormModel
    : LocalFormInterface::ExternalModel<PaddedFormModel<OpTy>, OpTy> {
  LogicalResult toLocalForm(Operation *op, RewriterBase &rewriter,
                            ArrayRef<unsigned> factors) const {
    return LocalFormModel<OpTy>().toLocalForm(op, rewriter, factors);
  }

  // Hiding the default is how a model replaces it.
  // NOLINTNEXTLINE(bugprone-derived-method-shadowing-base-method)
  LogicalResult toPaddedForm(Operation *op, RewriterBase &rewriter,
                             ArrayRef<unsigned> factors) const {
    rewriter.setInsertionPoint(op);
    return paddedFormOf(cast<OpTy>(op), rewriter,
                        LocalFormModel<OpTy>::chosen(op, factors));
  }
};

template <template <typename> class Model, typename... Ops>
void attachModels(MLIRContext &context) {
  (Ops::template attachInterface<Model<Ops>>(context), ...);
}
} // namespace

void xformer::attachLocalForms(MLIRContext &context) {
  attachModels<LocalFormModel, EmbeddingOp, RotaryOp, RelativePositionBiasOp,
               LinearOp, MoeDispatchOp, MoeCombineOp, CrossEntropyOp>(context);
  attachModels<PaddedFormModel, AttentionOp, AttentionLseOp, DropoutOp>(
      context);
}
