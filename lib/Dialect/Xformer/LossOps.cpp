// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Shapes.h"

#include "partita/Dialect/Xformer/Xformer.h"

using namespace mlir;
using namespace partita;
using namespace partita::xformer;

LogicalResult CrossEntropyOp::inferTypes(const OpReporter &report,
                                         Adaptor adaptor,
                                         SmallVectorImpl<Type> &types) {
  RankedTensorType logits = typeOf(adaptor.getLogits());
  RankedTensorType labels = typeOf(adaptor.getLabels());
  // cross_entropy_c1
  if (logits.getRank() != labels.getRank() + 1 ||
      logits.getShape().drop_back() != labels.getShape())
    return report.error("expected logits with the shape of the labels (",
                        formatShape(labels.getShape()),
                        ") and the vocabulary, got ",
                        formatShape(logits.getShape()));
  types.append(
      2, RankedTensorType::get({}, Float32Type::get(logits.getContext())));
  return success(); // cross_entropy_c2
}

LogicalResult LogSumExpOp::inferTypes(const OpReporter &report, Adaptor adaptor,
                                      SmallVectorImpl<Type> &types) {
  RankedTensorType input = typeOf(adaptor.getInput());
  if (failed(checkMinRank(report, "the input", input, 1))) // log_sum_exp_c1
    return failure();
  types.push_back(RankedTensorType::get(input.getShape().drop_back(),
                                        Float32Type::get(input.getContext())));
  return success(); // log_sum_exp_c2
}

LogicalResult PickOp::inferTypes(const OpReporter &report, Adaptor adaptor,
                                 SmallVectorImpl<Type> &types) {
  RankedTensorType input = typeOf(adaptor.getInput());
  RankedTensorType labels = typeOf(adaptor.getLabels());
  // pick_c1
  if (input.getRank() != labels.getRank() + 1 ||
      input.getShape().drop_back() != labels.getShape())
    return report.error("expected an input with the shape of the labels (",
                        formatShape(labels.getShape()),
                        ") and the classes, got ",
                        formatShape(input.getShape()));
  if (failed(checkSize(report, "number of class ids", // pick_c2
                       typeOf(adaptor.getClassIds()).getDimSize(0),
                       input.getShape().back())))
    return failure();
  types.push_back(input.clone(labels.getShape()));
  return success(); // pick_c3
}

LogicalResult NllOp::inferTypes(const OpReporter &report, Adaptor adaptor,
                                SmallVectorImpl<Type> &types) {
  RankedTensorType labels = typeOf(adaptor.getLabels());
  // nll_c1
  if (failed(checkShape(report, "the log-sum-exp", typeOf(adaptor.getLse()),
                        labels.getShape())) ||
      failed(checkShape(report, "the picked logits",
                        typeOf(adaptor.getPicked()), labels.getShape())))
    return failure();
  types.append(
      2, RankedTensorType::get({}, Float32Type::get(labels.getContext())));
  return success(); // nll_c2
}
