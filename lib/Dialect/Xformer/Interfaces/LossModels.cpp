// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Models.h"
#include "partita/Dialect/Xformer/Interfaces/Flops.h"

using namespace mlir;
using namespace partita;
using namespace partita::xformer;

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
