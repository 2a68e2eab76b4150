// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Shapes.h"

#include "partita/Dialect/Xformer/Xformer.h"

using namespace mlir;
using namespace partita;
using namespace partita::xformer;

LogicalResult MoeRouteOp::verify() {
  OpReporter report(*this);
  RankedTensorType logits = typeOf(getLogits()), weights = typeOf(getWeights()),
                   experts = typeOf(getExperts());
  if (failed(checkMinRank(report, "the logits", logits, 1))) // moe_route_c1
    return failure();
  // moe_route_c2
  if (failed(checkSize(report, "rank of the weights", weights.getRank(),
                       logits.getRank())))
    return failure();
  int64_t k = weights.getShape().back();
  SmallVector<int64_t> expected(logits.getShape());
  if (k < 1 || k > expected.back())
    return report.error("expected to choose at least 1 and at most ",
                        expected.back(), " experts, got ", k);
  expected.back() = k;
  if (failed(checkShape(report, "the weights", weights, expected)) ||
      failed(checkShape(report, "the experts", experts, expected)))
    return failure();
  return checkElementType(report, "the weights", weights,
                          logits); // moe_route_c3
}

LogicalResult MoeDispatchOp::verify() {
  OpReporter report(*this);
  RankedTensorType input = typeOf(getInput()), experts = typeOf(getExperts()),
                   result = typeOf(getResult());
  // moe_dispatch_c1
  if (failed(checkShape(
          report, "the experts", experts,
          {input.getDimSize(0), input.getDimSize(1), experts.getDimSize(2)})))
    return failure();
  // moe_dispatch_c2
  if (failed(checkElementType(report, "the result", result, input)))
    return failure();
  if (failed(checkShape(report, "the result", result,
                        {input.getDimSize(0), result.getDimSize(1),
                         result.getDimSize(2), input.getDimSize(2)})))
    return failure();
  if (Value ids = getExpertIds()) // moe_dispatch_c3
    return checkSize(report, "number of expert ids", typeOf(ids).getDimSize(0),
                     result.getDimSize(1));
  return success();
}

LogicalResult MoeCombineOp::inferTypes(const OpReporter &report,
                                       Adaptor adaptor,
                                       SmallVectorImpl<Type> &types) {
  RankedTensorType input = typeOf(adaptor.getInput());
  RankedTensorType experts = typeOf(adaptor.getExperts());
  RankedTensorType weights = typeOf(adaptor.getWeights());
  if (failed(checkShape(report, "the weights", weights,
                        experts.getShape())) || // moe_combine_c1
      failed(checkSize(report, "batch of the experts", experts.getDimSize(0),
                       input.getDimSize(0))) || // moe_combine_c2
      failed(checkElementType(report, "the weights", weights,
                              input))) // moe_combine_c3
    return failure();
  if (Value ids = adaptor.getExpertIds()) // moe_combine_c5
    if (failed(checkSize(report, "number of expert ids",
                         typeOf(ids).getDimSize(0), input.getDimSize(1))))
      return failure();
  types.push_back(input.clone({input.getDimSize(0), experts.getDimSize(1),
                               input.getDimSize(3)})); // moe_combine_c4
  return success();
}
