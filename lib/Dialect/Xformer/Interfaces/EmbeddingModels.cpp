// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Models.h"
#include "partita/Dialect/Xformer/Interfaces/Flops.h"

using namespace mlir;
using namespace partita;
using namespace partita::xformer;

//===----------------------------------------------------------------------===//
// EmbeddingOp
//===----------------------------------------------------------------------===//

ShardingRule xformer::ruleOf(EmbeddingOp op) {
  ArrayRef<int64_t> ids = op.getIds().getType().getShape();
  ArrayRef<int64_t> table = op.getTable().getType().getShape();
  FactorNames idNames = leadingDimNames(ids.size());
  FactorNames resultNames = idNames;
  resultNames.push_back("d");
  ShardingRuleBuilder builder;
  builder.parallel(idNames, ids)
      .parallel("d", table[1])
      .reduction("v", table[0], Combiner::Sum)
      .operand({"v", "d"})
      .operand(idNames)
      .result(resultNames)
      .linearIn({0});
  // A device that holds some rows must know which. All ids are rows, so that
  // those in the pad are not read; unless ids that name none are allowed.
  if (op.getRowIds())
    builder.operand({"v"}).fill("v", {{0, Fill::Zero}});
  else
    builder.localForm("v").fill("v", {});
  return builder.build();
}

Work xformer::workOf(EmbeddingOp op, ArrayRef<TensorShape> operands,
                     ArrayRef<TensorShape> results) {
  const TensorShape &table = operands[0], &ids = operands[1];
  Count found = evenShare(ids.numElements(), table.dim(0),
                          op.getTable().getType().getDimSize(0));
  Count rows = std::min<int64_t>(found, table.dim(0));
  Work work = streamingWork(operands.drop_front(), results, 0);
  work.bytesRead =
      work.bytesRead + rows * table.dim(1) * table.bytesPerElement();
  return work;
}

//===----------------------------------------------------------------------===//
// IotaOp
//===----------------------------------------------------------------------===//

ShardingRule xformer::ruleOf(IotaOp op) {
  // A slice of the numbers does not begin with `first`.
  return ShardingRuleBuilder()
      .whole("d", op.getResult().getType().getDimSize(0))
      .result({"d"})
      .build();
}

Work xformer::workOf(IotaOp op, ArrayRef<TensorShape> operands,
                     ArrayRef<TensorShape> results) {
  return streamingWork(operands, results, 0);
}

//===----------------------------------------------------------------------===//
// RotaryOp
//===----------------------------------------------------------------------===//

ShardingRule xformer::ruleOf(RotaryOp op) {
  FactorNames names = dimNames(4);
  ArrayRef<int64_t> shape = op.getInput().getType().getShape();
  ShardingRuleBuilder builder;
  // The partner of a feature is half of the features, or one, away.
  builder.parallel(ArrayRef(names).drop_back(), shape)
      .whole("d", shape.back())
      .operand(names)
      .result(names)
      .linearIn({0});
  if (op.getPositions())
    builder.operand({"s"});
  else
    builder.localForm("s");
  return builder.build();
}

Work xformer::workOf(RotaryOp op, ArrayRef<TensorShape> operands,
                     ArrayRef<TensorShape> results) {
  const TensorShape &input = operands[0];
  Count angles = Count(input.dim(1)) * (input.dim(3) / 2);
  return streamingWork(operands, results,
                       flops::rotary * input.numElements() +
                           flops::rotaryAngle * angles);
}

//===----------------------------------------------------------------------===//
// RelativePositionBiasOp
//===----------------------------------------------------------------------===//

ShardingRule xformer::ruleOf(RelativePositionBiasOp op) {
  ArrayRef<int64_t> table = op.getTable().getType().getShape();
  ArrayRef<int64_t> result = op.getResult().getType().getShape();
  ShardingRuleBuilder builder;
  builder.parallel("h", table[1])
      .parallel("q", result[2])
      .parallel("k", result[3])
      .whole("r", table[0])
      .operand({"r", "h"})
      .result({"", "h", "q", "k"})
      .linearIn({0});
  if (op.getQueryPositions())
    builder.operand({"q"});
  else
    builder.localForm("q");
  if (op.getKeyPositions())
    builder.operand({"k"});
  else
    builder.localForm("k");
  return builder.build();
}

Work xformer::workOf(RelativePositionBiasOp op, ArrayRef<TensorShape> operands,
                     ArrayRef<TensorShape> results) {
  const TensorShape &table = operands[0], &result = results[0];
  Count queries = result.dim(2), keys = result.dim(3);
  Work work = streamingWork(operands.drop_front(), results,
                            flops::relativeBucket * queries * keys);
  // There are no more distances between q queries and k keys in a row.
  Count distances = queries + keys - 1;
  Count rows = std::min<int64_t>(distances, table.dim(0));
  work.bytesRead =
      work.bytesRead + rows * table.dim(1) * table.bytesPerElement();
  return work;
}
