// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Each function replaces the left side of one equation in the header by its
// right side.

#include "partita/Dialect/Xformer/Interfaces/LocalForms.h"

#include "LocalFormModels.h"

#include "mlir/IR/Builders.h"
#include "partita/Interfaces/LocalFormInterface.h"
#include "partita/Interfaces/ShardingRuleInterface.h"

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

private:
  static ChosenFactors chosen(Operation *op, ArrayRef<unsigned> factors) {
    return {cast<ShardingRuleInterface>(op).getShardingRule(), factors};
  }
};

template <typename... Ops> void attachModels(MLIRContext &context) {
  (Ops::template attachInterface<LocalFormModel<Ops>>(context), ...);
}
} // namespace

void xformer::attachLocalForms(MLIRContext &context) {
  attachModels<EmbeddingOp, RotaryOp, RelativePositionBiasOp, LinearOp>(
      context);
}
