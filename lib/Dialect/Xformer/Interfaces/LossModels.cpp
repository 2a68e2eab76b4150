// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Models.h"
#include "partita/Dialect/Xformer/Interfaces/Flops.h"

using namespace mlir;
using namespace partita;
using namespace partita::xformer;

//===----------------------------------------------------------------------===//
// CrossEntropyOp
//===----------------------------------------------------------------------===//

ShardingRule xformer::ruleOf(CrossEntropyOp op) {
  ArrayRef<int64_t> logits = op.getLogits().getType().getShape();
  FactorNames labelNames = leadingDimNames(logits.size() - 1);
  FactorNames logitNames = labelNames;
  logitNames.push_back("v");
  ShardingRuleBuilder builder;
  builder.reduction(labelNames, logits, Combiner::Sum)
      .reduction("v", logits.back(), Combiner::LogSumExp)
      .localForm("v")
      .operand(logitNames)
      .operand(labelNames)
      .result({})
      .result({});
  for (StringRef name : labelNames)
    builder.fill(name, {{1, Fill::Label, op.getIgnoreIndexAttr().getInt()}});
  return builder.build();
}

Work xformer::workOf(CrossEntropyOp op, ArrayRef<TensorShape> operands,
                     ArrayRef<TensorShape> results) {
  return streamingWork(operands, results,
                       flops::crossEntropyLogit * operands[0].numElements() +
                           flops::crossEntropyLabel *
                               operands[1].numElements());
}

//===----------------------------------------------------------------------===//
// The parts of cross_entropy
//===----------------------------------------------------------------------===//

ShardingRule xformer::ruleOf(LogSumExpOp op) {
  ArrayRef<int64_t> input = op.getInput().getType().getShape();
  FactorNames rowNames = leadingDimNames(input.size() - 1);
  FactorNames inputNames = rowNames;
  inputNames.push_back("v");
  return ShardingRuleBuilder()
      .parallel(rowNames, input)
      .reduction("v", input.back(), Combiner::LogSumExp)
      .operand(inputNames)
      .result(rowNames)
      .build();
}

Work xformer::workOf(LogSumExpOp op, ArrayRef<TensorShape> operands,
                     ArrayRef<TensorShape> results) {
  return streamingWork(operands, results,
                       flops::logSumExp * operands[0].numElements() +
                           flops::logSumExpRow * results[0].numElements());
}

ShardingRule xformer::ruleOf(PickOp op) {
  ArrayRef<int64_t> input = op.getInput().getType().getShape();
  FactorNames labelNames = leadingDimNames(input.size() - 1);
  FactorNames inputNames = labelNames;
  inputNames.push_back("v");
  return ShardingRuleBuilder()
      .parallel(labelNames, input)
      .reduction("v", input.back(), Combiner::Sum)
      .operand(inputNames)
      .operand(labelNames)
      .operand({"v"})
      .result(labelNames)
      .linearIn({0})
      .fill("v", {{0, Fill::Zero}})
      .build();
}

Work xformer::workOf(PickOp op, ArrayRef<TensorShape> operands,
                     ArrayRef<TensorShape> results) {
  const TensorShape &input = operands[0];
  Count found = evenShare(results[0].numElements(), input.dimFromEnd(0),
                          op.getInput().getType().getShape().back());
  Work work = streamingWork(operands.drop_front(), results, 0);
  work.bytesRead = work.bytesRead + found * input.bytesPerElement();
  return work;
}

ShardingRule xformer::ruleOf(NllOp op) {
  ArrayRef<int64_t> labels = op.getLabels().getType().getShape();
  FactorNames names = leadingDimNames(labels.size());
  ShardingRuleBuilder builder;
  builder.reduction(names, labels, Combiner::Sum)
      .operand(names)
      .operand(names)
      .operand(names)
      .result({})
      .result({});
  for (StringRef name : names)
    builder.fill(name, {{2, Fill::Label, op.getIgnoreIndexAttr().getInt()}});
  return builder.build();
}

Work xformer::workOf(NllOp op, ArrayRef<TensorShape> operands,
                     ArrayRef<TensorShape> results) {
  return streamingWork(operands, results,
                       flops::nllLabel * operands[2].numElements());
}
