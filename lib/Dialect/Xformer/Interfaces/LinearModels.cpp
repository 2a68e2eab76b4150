// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Models.h"
#include "partita/Dialect/Xformer/Interfaces/Flops.h"

using namespace mlir;
using namespace partita;
using namespace partita::xformer;

/// A matrix `[rows, columns]`, or its transpose.
static FactorNames matrixNames(StringRef rows, StringRef columns,
                               bool transposed) {
  FactorNames names = {rows.str(), columns.str()};
  if (transposed)
    std::swap(names[0], names[1]);
  return names;
}

//===----------------------------------------------------------------------===//
// LinearOp
//===----------------------------------------------------------------------===//

ShardingRule xformer::ruleOf(LinearOp op) {
  ArrayRef<int64_t> input = op.getInput().getType().getShape();
  ArrayRef<int64_t> result = op.getResult().getType().getShape();
  FactorNames rows = leadingDimNames(input.size() - 1);
  FactorNames inputNames = rows, resultNames = rows;
  inputNames.push_back("k");
  resultNames.push_back("n");
  ShardingRuleBuilder builder;
  builder.parallel(rows, input)
      .parallel("n", result.back())
      .reduction("k", input.back(), Combiner::Sum)
      .operand(inputNames)
      .operand(matrixNames("k", "n", op.getTransposeWeight()))
      .result(resultNames);
  if (!op.getBias())
    return builder.linearIn({0}).linearIn({1}).build();
  // Devices that split k would each add the bias to their partial sum; one may.
  return builder.localForm("k")
      .operand({"n"})
      .linearIn({0, 2})
      .linearIn({1, 2})
      .build();
}

Work xformer::workOf(LinearOp op, ArrayRef<TensorShape> operands,
                     ArrayRef<TensorShape> results) {
  Count outputs = results[0].numElements();
  Work work = streamingWork(operands, results,
                            (op.getBias() ? flops::bias : 0) * outputs);
  work.matrixFlops = 2 * outputs * operands[0].dimFromEnd(0);
  return work;
}

//===----------------------------------------------------------------------===//
// MatmulOp
//===----------------------------------------------------------------------===//

ShardingRule xformer::ruleOf(MatmulOp op) {
  ArrayRef<int64_t> lhs = op.getLhs().getType().getShape();
  ArrayRef<int64_t> rhs = op.getRhs().getType().getShape();
  ArrayRef<int64_t> result = op.getResult().getType().getShape();
  ArrayRef<int64_t> batch = result.drop_back(2);
  FactorNames batchNames = leadingDimNames(batch.size());

  auto withMatrix = [](FactorNames names, const FactorNames &matrix) {
    names.append(matrix);
    return names;
  };
  auto batchOf = [&](ArrayRef<int64_t> shape) {
    return broadcastDimNames(batchNames, shape.drop_back(2), batch);
  };
  bool transposeLhs = op.getTransposeLhs(), transposeRhs = op.getTransposeRhs();
  return ShardingRuleBuilder()
      .parallel(batchNames, batch)
      .parallel("m", result[batch.size()])
      .parallel("n", result.back())
      .reduction("k", lhs[lhs.size() - (transposeLhs ? 2 : 1)], Combiner::Sum)
      .operand(withMatrix(batchOf(lhs), matrixNames("m", "k", transposeLhs)))
      .operand(withMatrix(batchOf(rhs), matrixNames("k", "n", transposeRhs)))
      .result(withMatrix(batchNames, matrixNames("m", "n", false)))
      .linearIn({0})
      .linearIn({1})
      .build();
}

Work xformer::workOf(MatmulOp op, ArrayRef<TensorShape> operands,
                     ArrayRef<TensorShape> results) {
  Work work = streamingWork(operands, results, 0);
  int64_t contracted = operands[0].dimFromEnd(op.getTransposeLhs() ? 1 : 0);
  work.matrixFlops = 2 * results[0].numElements() * contracted;
  return work;
}
