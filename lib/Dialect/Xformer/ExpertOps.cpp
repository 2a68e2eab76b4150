// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Shapes.h"

#include "partita/Dialect/Xformer/Xformer.h"

using namespace mlir;
using namespace partita;
using namespace partita::xformer;

LogicalResult MoeRouteOp::verify() {
  RankedTensorType logits = typeOf(getLogits()), weights = typeOf(getWeights()),
                   experts = typeOf(getExperts());
  if (logits.getRank() < 1) // moe_route_c1
    return emitOpError("expected logits of at least one dimension");
  // moe_route_c2
  if (failed(checkSize(getLoc(), "rank of the weights", weights.getRank(),
                       logits.getRank())))
    return failure();
  int64_t k = weights.getShape().back();
  SmallVector<int64_t> expected(logits.getShape());
  if (k < 1 || k > expected.back())
    return emitOpError("expected to choose at least 1 and at most ")
           << expected.back() << " experts, got " << k;
  expected.back() = k;
  if (failed(checkShape(getLoc(), "the weights", weights, expected)) ||
      failed(checkShape(getLoc(), "the experts", experts, expected)))
    return failure();
  return checkElementType(getLoc(), "the weights", weights,
                          logits); // moe_route_c3
}

LogicalResult MoeDispatchOp::verify() {
  RankedTensorType input = typeOf(getInput()), experts = typeOf(getExperts()),
                   result = typeOf(getResult());
  // moe_dispatch_c1
  if (failed(checkShape(
          getLoc(), "the experts", experts,
          {input.getDimSize(0), input.getDimSize(1), experts.getDimSize(2)})))
    return failure();
  // moe_dispatch_c2
  if (failed(checkElementType(getLoc(), "the result", result, input)))
    return failure();
  return checkShape(getLoc(), "the result", result,
                    {input.getDimSize(0), result.getDimSize(1),
                     result.getDimSize(2), input.getDimSize(2)});
}

LogicalResult MoeCombineOp::inferReturnTypes(MLIRContext *context,
                                             std::optional<Location> location,
                                             Adaptor adaptor,
                                             SmallVectorImpl<Type> &types) {
  RankedTensorType input = typeOf(adaptor.getInput());
  RankedTensorType experts = typeOf(adaptor.getExperts());
  RankedTensorType weights = typeOf(adaptor.getWeights());
  if (failed(checkShape(location, "the weights", weights,
                        experts.getShape())) || // moe_combine_c1
      failed(checkSize(location, "batch of the experts", experts.getDimSize(0),
                       input.getDimSize(0))) || // moe_combine_c2
      failed(checkElementType(location, "the weights", weights,
                              input))) // moe_combine_c3
    return failure();
  types.push_back(input.clone({input.getDimSize(0), experts.getDimSize(1),
                               input.getDimSize(3)})); // moe_combine_c4
  return success();
}
