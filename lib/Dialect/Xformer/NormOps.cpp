// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Shapes.h"

#include "partita/Dialect/Xformer/Xformer.h"

using namespace mlir;
using namespace partita;
using namespace partita::xformer;

/// Infers the type of a normalization over the last dimension and checks its
/// parameters; a null `bias` is none.
static LogicalResult inferNorm(const OpReporter &report, Value input,
                               Value weight, Value bias,
                               SmallVectorImpl<Type> &types) {
  RankedTensorType type = typeOf(input);
  // layer_norm_c1, rms_norm_c1
  if (failed(checkMinRank(report, "the input", type, 1)))
    return failure();
  auto check = [&](StringRef what, StringRef size, Value parameter) {
    // layer_norm_c2, rms_norm_c2, layer_norm_c3, rms_norm_c3
    return success(
        succeeded(checkSize(report, size, typeOf(parameter).getDimSize(0),
                            type.getShape().back())) &&
        succeeded(checkElementType(report, what, typeOf(parameter), type)));
  };
  if (failed(check("the weight", "size of the weight", weight)) ||
      (bias && failed(check("the bias", "size of the bias", bias))))
    return failure();
  types.push_back(type); // layer_norm_c5, rms_norm_c5
  return success();
}

LogicalResult LayerNormOp::inferTypes(const OpReporter &report, Adaptor adaptor,
                                      SmallVectorImpl<Type> &types) {
  return inferNorm(report, adaptor.getInput(), adaptor.getWeight(),
                   adaptor.getBias(), types);
}

LogicalResult LayerNormOp::verify() {
  return checkEpsilon(OpReporter(*this),
                      getEpsilonAttr().getValue()); // layer_norm_c4
}

LogicalResult RmsNormOp::inferTypes(const OpReporter &report, Adaptor adaptor,
                                    SmallVectorImpl<Type> &types) {
  return inferNorm(report, adaptor.getInput(), adaptor.getWeight(),
                   /*bias=*/Value(), types);
}

LogicalResult RmsNormOp::verify() {
  return checkEpsilon(OpReporter(*this),
                      getEpsilonAttr().getValue()); // rms_norm_c4
}

LogicalResult SoftmaxOp::verify() {
  return checkDim(OpReporter(*this), getDim(),
                  typeOf(getInput()).getRank()); // softmax_c1
}
