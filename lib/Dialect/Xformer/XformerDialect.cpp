// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "partita/Dialect/Xformer/Xformer.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "partita/Interfaces/InterpretableInterface.h"
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
}

Operation *XformerDialect::materializeConstant(OpBuilder &builder,
                                               Attribute value, Type type,
                                               Location loc) {
  return arith::ConstantOp::materialize(builder, value, type, loc);
}

//===----------------------------------------------------------------------===//
// Attributes of a model's function
//===----------------------------------------------------------------------===//

/// A name is a string that is not empty.
static bool isName(Attribute attribute) {
  auto name = dyn_cast<StringAttr>(attribute);
  return name && !name.empty();
}

static LogicalResult verifyName(Operation *op, NamedAttribute attribute) {
  if (isName(attribute.getValue()))
    return success();
  return op->emitOpError() << "expected '" << attribute.getName().getValue()
                           << "' to be a string that is not empty, got "
                           << attribute.getValue();
}

static LogicalResult verifyParameter(FunctionOpInterface function,
                                     unsigned index, Attribute value) {
  if (isName(value))
    return success();
  auto names = dyn_cast<ArrayAttr>(value);
  if (!names || names.empty() || !llvm::all_of(names, isName))
    return function->emitOpError()
           << "expected '" << parameterAttrName
           << "' to be the name of a tensor, or a list of names to stack, got "
           << value;
  auto type = dyn_cast<RankedTensorType>(function.getArgumentTypes()[index]);
  if (!type || type.getRank() == 0 ||
      type.getDimSize(0) != static_cast<int64_t>(names.size()))
    return function->emitOpError()
           << "expected argument #" << index << ", which stacks "
           << names.size() << " tensors, to have a leading dimension of "
           << names.size() << ", got " << function.getArgumentTypes()[index];
  return success();
}

LogicalResult
XformerDialect::verifyRegionArgAttribute(Operation *op, unsigned regionIndex,
                                         unsigned argIndex,
                                         NamedAttribute attribute) {
  StringRef name = attribute.getName().getValue();
  if (name == inputAttrName)
    return verifyName(op, attribute);
  auto function = dyn_cast<FunctionOpInterface>(op);
  if (name == parameterAttrName && function)
    return verifyParameter(function, argIndex, attribute.getValue());
  return op->emitOpError() << "has an unknown argument attribute '" << name
                           << "'; arguments may have '" << inputAttrName
                           << "' and '" << parameterAttrName << "'";
}

LogicalResult
XformerDialect::verifyRegionResultAttribute(Operation *op, unsigned regionIndex,
                                            unsigned resultIndex,
                                            NamedAttribute attribute) {
  if (attribute.getName().getValue() == outputAttrName)
    return verifyName(op, attribute);
  return op->emitOpError() << "has an unknown result attribute '"
                           << attribute.getName().getValue()
                           << "'; results may have '" << outputAttrName << "'";
}

LogicalResult
XformerDialect::verifyOperationAttribute(Operation *op,
                                         NamedAttribute attribute) {
  return op->emitOpError() << "has an unknown attribute '"
                           << attribute.getName().getValue() << "'; '"
                           << inputAttrName << "', '" << parameterAttrName
                           << "' and '" << outputAttrName
                           << "' stand on arguments and results of functions";
}

LogicalResult
Llama3RopeAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                       APFloat factor, APFloat lowFrequencyFactor,
                       APFloat highFrequencyFactor, int64_t originalContext) {
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

#define GET_OP_CLASSES
#include "partita/Dialect/Xformer/XformerOps.cpp.inc"
