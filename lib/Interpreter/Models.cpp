// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Models.h"

#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Diagnostics.h"
#include "partita/Dialect/Dist/Dist.h"
#include "partita/Dialect/Xformer/Xformer.h"
#include "partita/Interpreter/Interpreter.h"
#include "partita/Interpreter/Kernels/Embedding.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace partita;
using namespace partita::interp;

LogicalResult interp::checkIds(DeviceEvaluation &at, StringRef what, Value ids,
                               int64_t limit, std::optional<int64_t> exempt) {
  const HostTensor &tensor = at[ids];
  std::optional<BadId> bad = findBadId(tensor, limit, exempt);
  if (!bad)
    return success();
  // From the row-major index to one index a dimension, last first.
  SmallVector<int64_t> indices;
  for (int64_t dim : llvm::reverse(tensor.getDims())) {
    indices.push_back(bad->index % dim);
    bad->index /= dim;
  }
  InFlightDiagnostic diagnostic = at.emitError();
  diagnostic << "expected every " << what << " to be in [0, " << limit << ")";
  if (exempt)
    diagnostic << " or " << *exempt;
  diagnostic << ", got " << bad->value << " at [";
  llvm::interleaveComma(llvm::reverse(indices), diagnostic);
  return diagnostic << "]";
}

void interp::registerInterpretableModels(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, xformer::XformerDialect *) {
    attachXformerLayerModels(context);
    attachXformerElementwiseModels(context);
    attachXformerDataModels(context);
  });
  registry.addExtension(+[](MLIRContext *context, dist::DistDialect *) {
    attachDistModels(context);
  });
  registerScfModels(registry);
  registerUpstreamModels(registry);
}
