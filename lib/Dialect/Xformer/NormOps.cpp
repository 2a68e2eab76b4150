// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Shapes.h"

#include "partita/Dialect/Xformer/Xformer.h"

using namespace mlir;
using namespace partita;
using namespace partita::xformer;

/// Infers the type of a normalization over the last dimension and checks its
/// parameters; a null `bias` is none.
static LogicalResult inferNorm(std::optional<Location> location, Value input,
                               Value weight, Value bias,
                               SmallVectorImpl<Type> &types) {
  RankedTensorType type = typeOf(input);
  if (type.getRank() < 1) // layer_norm_c1, rms_norm_c1
    return emitOptionalError(location,
                             "expected an input of at least one dimension");
  auto check = [&](StringRef what, StringRef size, Value parameter) {
    // layer_norm_c2, rms_norm_c2, layer_norm_c3, rms_norm_c3
    return success(
        succeeded(checkSize(location, size, typeOf(parameter).getDimSize(0),
                            type.getShape().back())) &&
        succeeded(checkElementType(location, what, typeOf(parameter), type)));
  };
  if (failed(check("the weight", "size of the weight", weight)) ||
      (bias && failed(check("the bias", "size of the bias", bias))))
    return failure();
  types.push_back(type); // layer_norm_c5, rms_norm_c5
  return success();
}

LogicalResult LayerNormOp::inferReturnTypes(MLIRContext *context,
                                            std::optional<Location> location,
                                            Adaptor adaptor,
                                            SmallVectorImpl<Type> &types) {
  return inferNorm(location, adaptor.getInput(), adaptor.getWeight(),
                   adaptor.getBias(), types);
}

LogicalResult LayerNormOp::verify() {
  return checkEpsilon(getLoc(), getEpsilonAttr().getValue()); // layer_norm_c4
}

LogicalResult RmsNormOp::inferReturnTypes(MLIRContext *context,
                                          std::optional<Location> location,
                                          Adaptor adaptor,
                                          SmallVectorImpl<Type> &types) {
  return inferNorm(location, adaptor.getInput(), adaptor.getWeight(),
                   /*bias=*/Value(), types);
}

LogicalResult RmsNormOp::verify() {
  return checkEpsilon(getLoc(), getEpsilonAttr().getValue()); // rms_norm_c4
}

LogicalResult SoftmaxOp::verify() {
  return checkDim(getLoc(), getDim(),
                  typeOf(getInput()).getRank()); // softmax_c1
}
