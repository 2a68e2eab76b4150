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
