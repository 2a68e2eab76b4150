// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "partita/Dialect/Xformer/Xformer.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "partita/Interfaces/InterpretableInterface.h"
#include "partita/Interfaces/LocalFormInterface.h"
#include "partita/Interfaces/ShardingRuleInterface.h"
#include "partita/Interfaces/WorkInterface.h"
#include "llvm/ADT/TypeSwitch.h"

#include "partita/Dialect/Xformer/XformerDialect.cpp.inc"
#include "partita/Dialect/Xformer/XformerEnums.cpp.inc"
#define GET_ATTRDEF_CLASSES
#include "partita/Dialect/Xformer/XformerAttrs.cpp.inc"

using namespace mlir;
using namespace partita;
using namespace partita::xformer;

namespace {
/// Promises the interfaces that every op has through external models, so that
/// a tool that forgets to register the models gets a named error.
template <typename... Ops> void promiseInterfaces(XformerDialect &dialect) {
  (dialect.declarePromisedInterface<ShardingRuleInterface, Ops>(), ...);
  (dialect.declarePromisedInterface<WorkInterface, Ops>(), ...);
  (dialect.declarePromisedInterface<InterpretableInterface, Ops>(), ...);
}

/// The ops that have local forms; those of other ops are the ops themselves.
void promiseLocalForms(XformerDialect &dialect) {
  dialect.declarePromisedInterfaces<
      LocalFormInterface, EmbeddingOp, RotaryOp, RelativePositionBiasOp,
      LinearOp, AttentionOp, AttentionLseOp, DropoutOp, MoeDispatchOp,
      MoeCombineOp, CrossEntropyOp>();
}
} // namespace

void XformerDialect::initialize() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "partita/Dialect/Xformer/XformerAttrs.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "partita/Dialect/Xformer/XformerOps.cpp.inc"
      >();
  promiseInterfaces<
#define GET_OP_LIST
#include "partita/Dialect/Xformer/XformerOps.cpp.inc"
      >(*this);
  promiseLocalForms(*this);
}

Operation *XformerDialect::materializeConstant(OpBuilder &builder,
                                               Attribute value, Type type,
                                               Location loc) {
  return arith::ConstantOp::materialize(builder, value, type, loc);
}

//===----------------------------------------------------------------------===//
// Llama3RopeAttr
//===----------------------------------------------------------------------===//

// The signature is what MLIR generates a declaration of.
// NOLINTBEGIN(performance-unnecessary-value-param)
LogicalResult
Llama3RopeAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                       APFloat factor, APFloat lowFrequencyFactor,
                       APFloat highFrequencyFactor, int64_t originalContext) {
  // NOLINTEND(performance-unnecessary-value-param)
  double scale = factor.convertToDouble();
  double low = lowFrequencyFactor.convertToDouble();
  double high = highFrequencyFactor.convertToDouble();
  if (!(scale > 0) || !std::isfinite(scale))
    return emitError() << "expected factor to be positive and finite, got "
                       << scale;
  if (!(low > 0) || !(high > low) || !std::isfinite(high))
    return emitError() << "expected 0 < low_frequency_factor < "
                          "high_frequency_factor, got "
                       << low << " and " << high;
  if (originalContext <= 0)
    return emitError() << "expected original_context to be positive, got "
                       << originalContext;
  return success();
}

//===----------------------------------------------------------------------===//
// PartAttr
//===----------------------------------------------------------------------===//

LogicalResult PartAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                               int64_t dim, int64_t offset, int64_t size,
                               int64_t of) {
  if (dim >= 0 && offset >= 0 && size >= 0 && offset <= of - size) // part_c1
    return success();
  return emitError() << "expected a range within " << of
                     << " elements along a dimension, got " << size << " from "
                     << offset << " on along dimension " << dim;
}

#define GET_OP_CLASSES
#include "partita/Dialect/Xformer/XformerOps.cpp.inc"
