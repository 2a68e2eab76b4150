// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Verifies the attributes on arguments and results of a model's function. MLIR
// calls the dialect once for each attribute; what concerns all arguments
// together is checked once, at the first of them.

#include "partita/Dialect/Xformer/Xformer.h"

#include "mlir/Interfaces/FunctionInterfaces.h"
#include "llvm/ADT/StringSet.h"

using namespace mlir;
using namespace partita;
using namespace partita::xformer;

/// A name is a string that is not empty.
static bool isName(Attribute attribute) {
  auto name = dyn_cast<StringAttr>(attribute);
  return name && !name.empty();
}

/// Calls `visit` on every name in a name or a list of names, and ignores what
/// is neither: that is reported where it stands.
static void visitNames(Attribute attribute,
                       llvm::function_ref<void(StringAttr)> visit) {
  if (auto name = dyn_cast_or_null<StringAttr>(attribute))
    visit(name);
  if (auto names = dyn_cast_or_null<ArrayAttr>(attribute))
    for (auto name : llvm::make_filter_range(names, llvm::IsaPred<StringAttr>))
      visit(cast<StringAttr>(name));
}

static LogicalResult verifyName(Operation *op, NamedAttribute attribute) {
  if (isName(attribute.getValue())) // model_c1
    return success();
  return op->emitOpError("expected '")
         << attribute.getName().getValue()
         << "' to be a string that is not empty, got " << attribute.getValue();
}

/// True if argument `index` is what a device holds of one of the model, or of
/// what that is padded to: its type is not that of the model.
static bool isLocal(FunctionOpInterface function, unsigned index) {
  return function.getArgAttr(index, "dist.global_type") ||
         function.getArgAttr(index, "dist.padding");
}

static LogicalResult verifyParameter(FunctionOpInterface function,
                                     unsigned index, Attribute value) {
  if (isName(value))
    return success();
  auto names = dyn_cast<ArrayAttr>(value);
  if (!names || names.empty() || !llvm::all_of(names, isName)) // model_c1
    return function->emitOpError("expected '")
           << parameterAttrName
           << "' to be the name of a tensor, or a list of names to stack, got "
           << value;
  if (isLocal(function, index))
    return success();
  Type argumentType = function.getArgumentTypes()[index];
  auto type = dyn_cast<ShapedType>(argumentType);
  if (!type || !type.hasRank() || type.getRank() == 0 ||
      type.getDimSize(0) != static_cast<int64_t>(names.size())) // model_c2
    return function->emitOpError("expected a leading dimension of ")
           << names.size() << ", one for each tensor that argument #" << index
           << " stacks, got " << argumentType;
  return success();
}

static LogicalResult verifyPart(FunctionOpInterface function, unsigned index,
                                Attribute value) {
  auto part = dyn_cast<PartAttr>(value);
  if (!part || !function.getArgAttr(index, parameterAttrName)) // model_c6
    return function->emitOpError("expected '")
           << partAttrName << "' to be a part of a parameter, got " << value
           << " on argument #" << index;
  if (isLocal(function, index))
    return success();
  Type argumentType = function.getArgumentTypes()[index];
  auto type = dyn_cast<ShapedType>(argumentType);
  if (!type || !type.hasRank() || part.getDim() >= type.getRank() ||
      type.getDimSize(part.getDim()) != part.getSize())
    return function->emitOpError("expected argument #")
           << index << ", " << part << ", to have " << part.getSize()
           << " elements along dimension " << part.getDim() << ", got "
           << argumentType;
  return success();
}

/// True if two arguments with these parts, null where they are all of a tensor,
/// may take the same tensor.
static bool canShareTensor(PartAttr lhs, PartAttr rhs) {
  if (!lhs || !rhs || lhs.getDim() != rhs.getDim() ||
      lhs.getOf() != rhs.getOf())
    return false;
  return lhs.getOffset() + lhs.getSize() <= rhs.getOffset() ||
         rhs.getOffset() + rhs.getSize() <= lhs.getOffset();
}

/// Checks that no name occurs twice among the attributes that `attributeAt`
/// gives for the `count` arguments, or results, of `function`. It is called for
/// each of them but does the work for the first only, so that the whole takes
/// linear time: the search for an attribute before `index` ends at the nearest.
/// Two arguments may have the same name where `canShare` says so.
static LogicalResult
verifyUnique(FunctionOpInterface function, StringRef kind, StringRef attrName,
             unsigned index, unsigned count,
             llvm::function_ref<Attribute(unsigned)> attributeAt,
             llvm::function_ref<bool(unsigned, unsigned)> canShare) {
  for (unsigned previous = index; previous-- > 0;)
    if (attributeAt(previous))
      return success();
  llvm::StringMap<SmallVector<unsigned, 1>> withName;
  for (unsigned i = index; i < count; ++i) {
    LogicalResult result = success();
    visitNames(attributeAt(i), [&](StringAttr name) {
      SmallVector<unsigned, 1> &others = withName[name];
      auto other = llvm::find_if_not(
          others, [&](unsigned other) { return canShare(other, i); });
      if (other != others.end() && succeeded(result)) // model_c4
        result = function->emitOpError("expected '")
                 << attrName << "' " << name << " on one " << kind
                 << ", got it on #" << *other << " and #" << i;
      others.push_back(i);
    });
    if (failed(result))
      return failure();
  }
  return success();
}

LogicalResult
XformerDialect::verifyRegionArgAttribute(Operation *op, unsigned regionIndex,
                                         unsigned argIndex,
                                         NamedAttribute attribute) {
  StringRef name = attribute.getName().getValue();
  auto function = dyn_cast<FunctionOpInterface>(op);
  if (!function || (name != inputAttrName && name != parameterAttrName &&
                    name != partAttrName)) // model_c5
    return op->emitOpError("has an unknown argument attribute '")
           << name << "'; arguments of functions may have '" << inputAttrName
           << "', '" << parameterAttrName << "' and '" << partAttrName << "'";
  if (name == partAttrName)
    return verifyPart(function, argIndex, attribute.getValue());
  if (name == inputAttrName) {
    if (failed(verifyName(op, attribute)))
      return failure();
    if (function.getArgAttr(argIndex, parameterAttrName)) // model_c3
      return op->emitOpError("expected argument #")
             << argIndex << " to have '" << inputAttrName << "' or '"
             << parameterAttrName << "', got both";
  } else if (failed(
                 verifyParameter(function, argIndex, attribute.getValue()))) {
    return failure();
  }
  return verifyUnique(
      function, "argument", name, argIndex, function.getNumArguments(),
      [&](unsigned index) { return function.getArgAttr(index, name); },
      [&](unsigned lhs, unsigned rhs) {
        return canShareTensor(
            function.getArgAttrOfType<PartAttr>(lhs, partAttrName),
            function.getArgAttrOfType<PartAttr>(rhs, partAttrName));
      });
}

LogicalResult
XformerDialect::verifyRegionResultAttribute(Operation *op, unsigned regionIndex,
                                            unsigned resultIndex,
                                            NamedAttribute attribute) {
  StringRef name = attribute.getName().getValue();
  auto function = dyn_cast<FunctionOpInterface>(op);
  if (!function || name != outputAttrName) // model_c5
    return op->emitOpError("has an unknown result attribute '")
           << name << "'; results of functions may have '" << outputAttrName
           << "'";
  if (failed(verifyName(op, attribute)))
    return failure();
  return verifyUnique(
      function, "result", name, resultIndex, function.getNumResults(),
      [&](unsigned index) { return function.getResultAttr(index, name); },
      [](unsigned, unsigned) { return false; });
}

LogicalResult
XformerDialect::verifyOperationAttribute(Operation *op,
                                         NamedAttribute attribute) {
  return op->emitOpError("has an unknown attribute '") // model_c5
         << attribute.getName().getValue() << "'; '" << inputAttrName << "', '"
         << parameterAttrName << "', '" << partAttrName << "' and '"
         << outputAttrName << "' stand on arguments and results of functions";
}
