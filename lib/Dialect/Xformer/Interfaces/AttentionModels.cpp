// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Models.h"
#include "partita/Dialect/Xformer/Interfaces/Flops.h"

using namespace mlir;
using namespace partita;
using namespace partita::xformer;

ShardingRule xformer::ruleOf(AttentionOp op) {
  int64_t keyHeads = op.getNumKeyHeads(), groups = op.getNumHeads() / keyHeads;
  std::string heads = groups == 1 ? "h" : "h*g";

  ShardingRuleBuilder builder;
  builder.parallel("b", op.getBatch())
      .parallel("q", op.getNumQueries())
      .parallel("h", keyHeads);
  if (groups != 1)
    builder.parallel("g", groups);
  builder
      .parallel("v", op.getNumValueFeatures())
      // Scores are sums over d, inside of a softmax.
      .whole("d", op.getNumFeatures())
      .reduction("k", op.getNumKeys(), Combiner::LogSumExp)
      .localForm("k")
      .operand({"b", "q", heads, "d"})
      .operand({"b", "k", "h", "d"})
      .operand({"b", "k", "h", "v"});
  if (auto bias = op.getBias()) {
    std::string names[] = {"b", heads, "q", "k"};
    int64_t scores[] = {op.getBatch(), op.getNumHeads(), op.getNumQueries(),
                        op.getNumKeys()};
    builder.operand(
        broadcastDimNames(names, bias.getType().getShape(), scores));
  }
  unsigned numOperands = 3 + (op.getBias() ? 1 : 0);
  // A key in the pad is hidden by the mask, or by its position; and its value,
  // which nothing is to be added of, must be a number.
  std::optional<OperandFill> hidesPad;
  if (op.getKeyMask()) {
    builder.operand({"b", "k"});
    hidesPad = {numOperands++, Fill::Zero};
  }
  if (op.getQueryPositions()) {
    builder.operand({"q"});
    ++numOperands;
  } else if (op.getCausal()) {
    builder.localForm("q"); // The first query of a slice is not query 0.
  }
  if (op.getKeyPositions()) {
    builder.operand({"k"});
    if (!hidesPad)
      hidesPad = {numOperands, Fill::Highest};
  }
  if (hidesPad)
    builder.fill("k", {{2, Fill::Zero}, *hidesPad});
  else
    builder.fill("k", {}).paddedForm("k");
  builder.result({"b", "q", heads, "v"});
  if (op.getLse())
    return builder.result({"b", heads, "q"}).build();
  // With `lse` there is a result that does not depend on the values.
  return builder.linearIn({2}).build();
}

/// Pairs of a query and a key it sees, of one head.
static Count visiblePairs(AttentionOp op, int64_t queries, int64_t keys) {
  if (!op.getCausal() || op.getQueryPositions() || op.getKeyPositions())
    return Count(queries) * keys;
  // Query i sees keys 0 to i, on the shapes of the op; slices share evenly.
  Count triangle = std::min(op.getNumQueries(), op.getNumKeys());
  Count below = op.getNumQueries() - triangle;
  Count visible = triangle * (triangle + 1) / 2 + below * op.getNumKeys();
  return evenShare(visible, Count(queries) * keys,
                   Count(op.getNumQueries()) * op.getNumKeys());
}

Work xformer::workOf(AttentionOp op, ArrayRef<TensorShape> operands,
                     ArrayRef<TensorShape> results) {
  const TensorShape &query = operands[0], &value = operands[2];
  Count rows = Count(query.dim(0)) * query.dim(2); // of all batches and heads
  Count pairs = rows * visiblePairs(op, query.dim(1), value.dim(1));
  int64_t scoreFlops =
      flops::attentionScore + (op.getBias() ? flops::attentionBias : 0);
  Count vectorFlops =
      scoreFlops * pairs + flops::attentionOutput * results[0].numElements();
  if (op.getLse())
    vectorFlops += flops::attentionLogSumExp * results[1].numElements();
  Work work = streamingWork(operands, results, vectorFlops);
  work.matrixFlops = 2 * pairs * (Count(query.dim(3)) + value.dim(3));
  return work;
}
