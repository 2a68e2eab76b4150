// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Models.h"
#include "partita/Dialect/Xformer/Interfaces/Flops.h"

using namespace mlir;
using namespace partita;
using namespace partita::xformer;

/// Names of the heads of queries: as many key heads, times the queries that
/// share one.
template <typename OpTy> static std::string queryHeads(OpTy op) {
  return op.getNumHeads() == op.getNumKeyHeads() ? "h" : "h*g";
}

/// The factors of attention, or of its log-sum-exp, which has no values; keys
/// are combined by `combiner`.
template <typename OpTy>
static void addFactors(ShardingRuleBuilder &builder, OpTy op,
                       std::optional<int64_t> numValueFeatures,
                       Combiner combiner) {
  builder.parallel("b", op.getBatch())
      .parallel("q", op.getNumQueries())
      .parallel("h", op.getNumKeyHeads());
  if (op.getNumHeads() != op.getNumKeyHeads())
    builder.parallel("g", op.getNumHeads() / op.getNumKeyHeads());
  if (numValueFeatures)
    builder.parallel("v", *numValueFeatures);
  // Scores are sums over d, inside of an exponential.
  builder.whole("d", op.getNumFeatures())
      .reduction("k", op.getNumKeys(), combiner);
}

/// Appends the optional operands that attention and its log-sum-exp share, of
/// which the first is operand `index`; returns what hides keys in the pad, if
/// anything can.
template <typename OpTy>
static std::optional<OperandFill>
addOptionalOperands(ShardingRuleBuilder &builder, OpTy op, unsigned index) {
  std::optional<OperandFill> hidesPad;
  if (auto bias = op.getBias()) {
    std::string names[] = {"b", queryHeads(op), "q", "k"};
    int64_t scores[] = {op.getBatch(), op.getNumHeads(), op.getNumQueries(),
                        op.getNumKeys()};
    builder.operand(
        broadcastDimNames(names, bias.getType().getShape(), scores));
    ++index;
  }
  if (op.getKeyMask()) {
    builder.operand({"b", "k"});
    hidesPad = {index++, Fill::Zero};
  }
  if (op.getQueryPositions()) {
    builder.operand({"q"});
    ++index;
  } else if (op.getCausal()) {
    builder.localForm("q"); // The first query of a slice is not query 0.
  }
  if (op.getKeyPositions()) {
    builder.operand({"k"});
    if (!hidesPad)
      hidesPad = {index, Fill::Highest};
  } else if (op.getCausal()) {
    builder.localForm("k");
  }
  if (!hidesPad)
    builder.paddedForm("k");
  return hidesPad;
}

ShardingRule xformer::ruleOf(AttentionOp op) {
  std::string heads = queryHeads(op);
  bool isNormalized = static_cast<bool>(op.getNormalizer());
  ShardingRuleBuilder builder;
  addFactors(builder, op, op.getNumValueFeatures(),
             isNormalized ? Combiner::Sum : Combiner::LogSumExp);
  builder.operand({"b", "q", heads, "d"})
      .operand({"b", "k", "h", "d"})
      .operand({"b", "k", "h", "v"});
  std::optional<OperandFill> hidesPad =
      addOptionalOperands(builder, op, /*index=*/3);
  // Of the value of a hidden key nothing is added; it must be a number.
  SmallVector<OperandFill, 2> fills;
  if (hidesPad)
    fills = {{2, Fill::Zero}, *hidesPad};
  builder.fill("k", fills).result({"b", "q", heads, "v"});
  if (isNormalized)
    return builder.operand({"b", heads, "q"}).linearIn({2}).build();
  // The normalizer is that of all keys.
  builder.localForm("k");
  if (op.getLse())
    return builder.result({"b", heads, "q"}).build();
  // With `lse` there is a result that does not depend on the values.
  return builder.linearIn({2}).build();
}

ShardingRule xformer::ruleOf(AttentionLseOp op) {
  std::string heads = queryHeads(op);
  ShardingRuleBuilder builder;
  addFactors(builder, op, std::nullopt, Combiner::LogSumExp);
  builder.operand({"b", "q", heads, "d"}).operand({"b", "k", "h", "d"});
  std::optional<OperandFill> hidesPad =
      addOptionalOperands(builder, op, /*index=*/2);
  SmallVector<OperandFill, 2> fills;
  if (hidesPad)
    fills = {*hidesPad};
  return builder.fill("k", fills).result({"b", heads, "q"}).build();
}

/// Pairs of a query and a key it sees, of one head.
template <typename OpTy>
static Count visiblePairs(OpTy op, int64_t queries, int64_t keys) {
  if (!op.getCausal() || op.getQueryPositions() || op.getKeyPositions())
    return Count(queries) * keys;
  // Query i sees keys 0 to i, on the shapes of the op; slices share evenly.
  Count triangle = std::min(op.getNumQueries(), op.getNumKeys());
  Count below = op.getNumQueries() - triangle;
  Count visible = triangle * (triangle + 1) / 2 + below * op.getNumKeys();
  return evenShare(visible, Count(queries) * keys,
                   Count(op.getNumQueries()) * op.getNumKeys());
}

/// The same of all batches and heads.
template <typename OpTy>
static Count allVisiblePairs(OpTy op, const TensorShape &query,
                             const TensorShape &key) {
  Count rows = Count(query.dim(0)) * query.dim(2);
  return rows * visiblePairs(op, query.dim(1), key.dim(1));
}

Work xformer::workOf(AttentionOp op, ArrayRef<TensorShape> operands,
                     ArrayRef<TensorShape> results) {
  const TensorShape &query = operands[0], &value = operands[2];
  Count pairs = allVisiblePairs(op, query, value);
  Count scoreFlops = op.getNormalizer() ? flops::attentionNormalizedScore
                                        : flops::attentionScore;
  if (op.getBias())
    scoreFlops += flops::attentionBias;
  Count vectorFlops = scoreFlops * pairs;
  if (!op.getNormalizer())
    vectorFlops += flops::attentionOutput * results[0].numElements();
  if (op.getLse())
    vectorFlops += flops::attentionLogSumExp * results[1].numElements();
  Work work = streamingWork(operands, results, vectorFlops);
  work.matrixFlops = 2 * pairs * (Count(query.dim(3)) + value.dim(3));
  return work;
}

Work xformer::workOf(AttentionLseOp op, ArrayRef<TensorShape> operands,
                     ArrayRef<TensorShape> results) {
  const TensorShape &query = operands[0];
  Count pairs = allVisiblePairs(op, query, operands[1]);
  Count scoreFlops =
      flops::attentionScore + (op.getBias() ? flops::attentionBias : 0);
  Work work = streamingWork(operands, results,
                            scoreFlops * pairs + flops::attentionLogSumExp *
                                                     results[0].numElements());
  work.matrixFlops = 2 * pairs * query.dim(3);
  return work;
}

//===----------------------------------------------------------------------===//
// RescaleOp
//===----------------------------------------------------------------------===//

ShardingRule xformer::ruleOf(RescaleOp op) {
  return ShardingRuleBuilder()
      .parallel({"b", "q", "h", "v"}, op.getInput().getType().getShape())
      .operand({"b", "q", "h", "v"})
      .operand({"b", "h", "q"})
      .operand({"b", "h", "q"})
      .result({"b", "q", "h", "v"})
      .linearIn({0})
      .build();
}

Work xformer::workOf(RescaleOp op, ArrayRef<TensorShape> operands,
                     ArrayRef<TensorShape> results) {
  return streamingWork(operands, results,
                       flops::rescaleRow * operands[1].numElements() +
                           flops::rescale * results[0].numElements());
}
