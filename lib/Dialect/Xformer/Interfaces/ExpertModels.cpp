// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Models.h"
#include "partita/Dialect/Xformer/Interfaces/Flops.h"

using namespace mlir;
using namespace partita;
using namespace partita::xformer;

/// Slots that hold a token, of all experts of one sequence: `chosen` pairs of a
/// token and an expert fall evenly on `allExperts`, of which `local`, `[batch,
/// experts, slots, features]`, holds some.
static Count takenSlots(Count chosen, const TensorShape &local,
                        int64_t allExperts) {
  Count slots = Count(local.dim(1)) * local.dim(2);
  return std::min<int64_t>(slots, evenShare(chosen, local.dim(1), allExperts));
}

//===----------------------------------------------------------------------===//
// MoeRouteOp
//===----------------------------------------------------------------------===//

ShardingRule xformer::ruleOf(MoeRouteOp op) {
  ArrayRef<int64_t> logits = op.getLogits().getType().getShape();
  FactorNames tokens = leadingDimNames(logits.size() - 1);
  FactorNames logitNames = tokens, chosenNames = tokens;
  logitNames.push_back("e");
  chosenNames.push_back("k");
  return ShardingRuleBuilder()
      .parallel(tokens, logits)
      .whole("e", logits.back())
      .whole("k", op.getWeights().getType().getShape().back())
      .operand(logitNames)
      .result(chosenNames)
      .result(chosenNames)
      .build();
}

Work xformer::workOf(MoeRouteOp op, ArrayRef<TensorShape> operands,
                     ArrayRef<TensorShape> results) {
  const TensorShape &weights = results[0];
  int64_t perLogit = flops::softmax + weights.dimFromEnd(0);
  return streamingWork(operands, results,
                       perLogit * operands[0].numElements() +
                           (op.getRenormalize() ? flops::renormalize : 0) *
                               weights.numElements());
}

//===----------------------------------------------------------------------===//
// MoeDispatchOp
//===----------------------------------------------------------------------===//

ShardingRule xformer::ruleOf(MoeDispatchOp op) {
  ArrayRef<int64_t> experts = op.getExperts().getType().getShape();
  ArrayRef<int64_t> result = op.getResult().getType().getShape();
  ShardingRuleBuilder builder;
  builder.parallel("b", result[0])
      .parallel("e", result[1])
      .parallel("d", result[3])
      // The slot of a token depends on all tokens before it.
      .whole("t", experts[1])
      .whole("k", experts[2])
      .whole("c", result[2])
      .operand({"b", "t", "d"})
      .operand({"b", "t", "k"})
      .result({"b", "e", "c", "d"})
      .linearIn({0});
  // A device fills the slots of its experts, and must know which.
  if (op.getExpertIds())
    return builder.operand({"e"}).build();
  return builder.localForm("e").build();
}

Work xformer::workOf(MoeDispatchOp op, ArrayRef<TensorShape> operands,
                     ArrayRef<TensorShape> results) {
  const TensorShape &input = operands[0], &experts = operands[1];
  Count chosen = Count(experts.dim(1)) * experts.dim(2);
  Count taken =
      takenSlots(chosen, results[0], op.getResult().getType().getDimSize(1));
  Count tokensRead = std::min<int64_t>(input.dim(1), taken);
  Work work = streamingWork(operands.drop_front(), results, 0);
  work.bytesRead = work.bytesRead + input.dim(0) * tokensRead * input.dim(2) *
                                        input.bytesPerElement();
  return work;
}

//===----------------------------------------------------------------------===//
// MoeCombineOp
//===----------------------------------------------------------------------===//

ShardingRule xformer::ruleOf(MoeCombineOp op) {
  ArrayRef<int64_t> input = op.getInput().getType().getShape();
  ArrayRef<int64_t> experts = op.getExperts().getType().getShape();
  ShardingRuleBuilder builder;
  builder.parallel("b", input[0])
      .parallel("d", input[3])
      .reduction("e", input[1], Combiner::Sum)
      .whole("t", experts[1])
      .whole("k", experts[2])
      .whole("c", input[2])
      .operand({"b", "e", "c", "d"})
      .operand({"b", "t", "k"})
      .operand({"b", "t", "k"})
      .result({"b", "t", "d"})
      .linearIn({0})
      .linearIn({2});
  // As in moe_dispatch. No token has an expert in the pad, unless experts have
  // ids that may be any.
  if (op.getExpertIds())
    return builder.operand({"e"}).fill("e", {{0, Fill::Zero}}).build();
  return builder.localForm("e").fill("e", {}).build();
}

Work xformer::workOf(MoeCombineOp op, ArrayRef<TensorShape> operands,
                     ArrayRef<TensorShape> results) {
  const TensorShape &input = operands[0], &experts = operands[1];
  Count chosen = Count(experts.dim(1)) * experts.dim(2);
  Count taken =
      takenSlots(chosen, input, op.getInput().getType().getDimSize(1));
  Count elements = input.dim(0) * taken * input.dim(3);
  Work work =
      streamingWork(operands.drop_front(), results, flops::combine * elements);
  work.bytesRead = work.bytesRead + elements * input.bytesPerElement();
  return work;
}
