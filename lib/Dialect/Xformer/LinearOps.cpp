// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Shapes.h"

#include "partita/Dialect/Xformer/Xformer.h"

using namespace mlir;
using namespace partita;
using namespace partita::xformer;

//===----------------------------------------------------------------------===//
// LinearOp
//===----------------------------------------------------------------------===//

LogicalResult LinearOp::inferTypes(const OpReporter &report, Adaptor adaptor,
                                   SmallVectorImpl<Type> &types) {
  RankedTensorType input = typeOf(adaptor.getInput());
  RankedTensorType weight = typeOf(adaptor.getWeight());
  if (failed(checkMinRank(report, "the input", input, 1))) // linear_c1
    return failure();
  bool transposed = adaptor.getTransposeWeight();
  if (failed(checkSize(report, "contracted dimension of the weight",
                       weight.getDimSize(transposed ? 1 : 0),
                       input.getShape().back()))) // linear_c2
    return failure();
  int64_t outputs = weight.getDimSize(transposed ? 0 : 1);
  if (failed(checkElementType(report, "the weight", weight,
                              input))) // linear_c4
    return failure();
  if (Value bias = adaptor.getBias()) {
    if (failed(checkSize(report, "size of the bias", typeOf(bias).getDimSize(0),
                         outputs)) || // linear_c3
        failed(checkElementType(report, "the bias", typeOf(bias), input)))
      return failure();
  }
  SmallVector<int64_t> shape(input.getShape());
  shape.back() = outputs;
  types.push_back(input.clone(shape)); // linear_c5
  return success();
}

//===----------------------------------------------------------------------===//
// MatmulOp
//===----------------------------------------------------------------------===//

LogicalResult MatmulOp::inferTypes(const OpReporter &report, Adaptor adaptor,
                                   SmallVectorImpl<Type> &types) {
  RankedTensorType lhs = typeOf(adaptor.getLhs());
  RankedTensorType rhs = typeOf(adaptor.getRhs());
  if (failed(checkMinRank(report, "the left operand", lhs, 2)) || // matmul_c1
      failed(checkMinRank(report, "the right operand", rhs, 2)))
    return failure();
  if (failed(checkElementType(report, "the right operand", rhs,
                              lhs))) // matmul_c4
    return failure();

  // Rows and columns of an operand after its transposition.
  auto matrixOf = [](RankedTensorType type, bool transposed) {
    ArrayRef<int64_t> matrix = type.getShape().take_back(2);
    return transposed ? std::pair(matrix[1], matrix[0])
                      : std::pair(matrix[0], matrix[1]);
  };
  auto [m, k] = matrixOf(lhs, adaptor.getTransposeLhs());
  auto [rhsK, n] = matrixOf(rhs, adaptor.getTransposeRhs());
  if (failed(checkSize(report, "contracted dimension of the right operand",
                       rhsK, k))) // matmul_c2
    return failure();
  std::optional<SmallVector<int64_t>> shape =
      broadcastShapes(lhs.getShape().drop_back(2), rhs.getShape().drop_back(2));
  if (!shape) // matmul_c3
    return report.error("expected leading dimensions that broadcast, got ",
                        formatShape(lhs.getShape().drop_back(2)), " and ",
                        formatShape(rhs.getShape().drop_back(2)));
  shape->append({m, n});
  types.push_back(lhs.clone(*shape)); // matmul_c5
  return success();
}
