// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Shardings on ops of all dialects and on arguments and results of functions.

#include "partita/Dialect/Dist/Dist.h"

#include "Checks.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Interfaces/FunctionInterfaces.h"

using namespace mlir;
using namespace partita;
using namespace partita::dist;

//===----------------------------------------------------------------------===//
// Verification
//===----------------------------------------------------------------------===//

/// Checks the sharding of the value that "`kind` #`index`" of `op` names.
static LogicalResult verifySharding(Operation *op, StringRef kind,
                                    unsigned index, Type type,
                                    ShardingAttr sharding) {
  auto emitError = [&] {
    return op->emitOpError() << kind << " #" << index << ": ";
  };
  // An op that is not in a symbol table yet names no mesh yet.
  if (!SymbolTable::getNearestSymbolTable(op))
    return success();
  MeshOp mesh = findMesh(op, sharding.getMesh());
  if (!mesh) // mesh_use_c1
    return reportUnknownMesh(op, sharding.getMesh(), emitError);
  return sharding.verifyOn(mesh.getMesh(), type, emitError);
}

/// Checks that `padding` describes `type`, with or without pads.
static LogicalResult verifyPadding(PaddingAttr padding, RankedTensorType type,
                                   bool withPads, EmitError emitError) {
  if (padding.getRank() != type.getRank()) // annotation_c6
    return emitError() << "expected a padding of " << type.getRank()
                       << " dimensions for " << type << ", got " << padding;
  RankedTensorType expected =
      withPads ? padding.getPaddedType(type) : padding.getUnpaddedType(type);
  if (expected != type) // annotation_c6
    return emitError() << "expected " << padding << " to be of "
                       << (withPads ? "what becomes " : "") << type << ", got "
                       << expected;
  return success();
}

/// Checks `dist.padding` and `dist.global_type` among `attributes` of a value
/// of type `type`.
static LogicalResult verifyGlobal(Operation *op, StringRef kind, unsigned index,
                                  Type type, DictionaryAttr attributes) {
  auto emitError = [&] {
    return op->emitOpError() << kind << " #" << index << ": ";
  };
  auto paddingValue = attributes.get(paddingAttrName);
  auto padding = dyn_cast_or_null<PaddingAttr>(paddingValue);
  if (paddingValue && !padding) // annotation_c5
    return emitError() << "expected '" << paddingAttrName
                       << "' to be a padding, got " << paddingValue;
  auto localType = dyn_cast<RankedTensorType>(type);
  Attribute globalValue = attributes.get(globalTypeAttrName);
  if (!globalValue) {
    if (!localType) // annotation_c6
      return emitError() << "expected no padding of " << type;
    return verifyPadding(padding, localType, /*withPads=*/true, emitError);
  }

  auto globalType = dyn_cast<TypeAttr>(globalValue);
  auto global = globalType ? dyn_cast<RankedTensorType>(globalType.getValue())
                           : RankedTensorType();
  if (!global) // annotation_c5
    return emitError() << "expected '" << globalTypeAttrName
                       << "' to be a tensor type, got " << globalValue;
  if (padding &&
      failed(verifyPadding(padding, global, /*withPads=*/false, emitError)))
    return failure();
  auto sharding = attributes.getAs<ShardingAttr>(shardingAttrName);
  if (!sharding) // annotation_c7
    return emitError() << "expected '" << shardingAttrName << "' beside '"
                       << globalTypeAttrName << "'";
  MeshOp mesh = findMesh(op, sharding.getMesh());
  if (!mesh || sharding.getRank() != global.getRank())
    return success(); // Reported where the sharding is checked.
  RankedTensorType expected = sharding.getLocalType(
      mesh.getMesh(), padding ? padding.getPaddedType(global) : global);
  if (type != expected) // annotation_c7
    return emitError() << "expected " << expected << ", what a device holds of "
                       << global << ", got " << type;
  return success();
}

/// Whether `value` has lists of strings, one a dimension.
static bool isOrigins(Attribute value) {
  auto dims = dyn_cast<ArrayAttr>(value);
  return dims && llvm::all_of(dims, [](Attribute dim) {
           auto origins = dyn_cast<ArrayAttr>(dim);
           return origins && llvm::all_of(origins, llvm::IsaPred<StringAttr>);
         });
}

static LogicalResult verifyFunctionAttribute(Operation *op, StringRef kind,
                                             unsigned index,
                                             ArrayRef<Type> types,
                                             DictionaryAttr attributes,
                                             NamedAttribute attribute) {
  StringRef name = attribute.getName();
  if (name == originsAttrName && isa<FunctionOpInterface>(op)) {
    if (!isOrigins(attribute.getValue())) // annotation_c9
      return op->emitOpError()
             << kind << " #" << index << ": expected '" << originsAttrName
             << "' to be lists of strings, got " << attribute.getValue();
    return success();
  }
  bool isGlobal = name == globalTypeAttrName || name == paddingAttrName;
  if ((!isGlobal && name != shardingAttrName) ||
      !isa<FunctionOpInterface>(op)) // annotation_c4
    return op->emitOpError("has an unknown attribute '")
           << name << "' on " << kind << " #" << index
           << "; arguments and results of functions may have '"
           << shardingAttrName << "', '" << globalTypeAttrName << "' and '"
           << paddingAttrName << "'";
  if (isGlobal)
    return verifyGlobal(op, kind, index, types[index], attributes);
  auto sharding = dyn_cast<ShardingAttr>(attribute.getValue());
  if (!sharding) // annotation_c1
    return op->emitOpError()
           << kind << " #" << index << ": expected '" << shardingAttrName
           << "' to be a sharding, got " << attribute.getValue();
  return verifySharding(op, kind, index, types[index], sharding);
}

LogicalResult DistDialect::verifyRegionArgAttribute(Operation *op, unsigned,
                                                    unsigned index,
                                                    NamedAttribute attribute) {
  auto function = dyn_cast<FunctionOpInterface>(op);
  return verifyFunctionAttribute(
      op, "argument", index,
      function ? function.getArgumentTypes() : ArrayRef<Type>(),
      function ? function.getArgAttrDict(index) : nullptr, attribute);
}

LogicalResult DistDialect::verifyRegionResultAttribute(
    Operation *op, unsigned, unsigned index, NamedAttribute attribute) {
  auto function = dyn_cast<FunctionOpInterface>(op);
  return verifyFunctionAttribute(
      op, "result", index,
      function ? function.getResultTypes() : ArrayRef<Type>(),
      function ? function.getResultAttrDict(index) : nullptr, attribute);
}

/// Checks `dist.global`.
static LogicalResult verifyGlobalModule(Operation *op, Attribute value) {
  if (!isa<UnitAttr>(value) || !isa<ModuleOp>(op) ||
      !op->getParentOp()) // annotation_c8
    return op->emitOpError("expected '")
           << globalAttrName
           << "' to be a unit on a module inside of another, got " << value;
  return success();
}

LogicalResult DistDialect::verifyOperationAttribute(Operation *op,
                                                    NamedAttribute attribute) {
  StringRef name = attribute.getName();
  if (name == globalAttrName)
    return verifyGlobalModule(op, attribute.getValue());
  if (name == originsAttrName) {
    auto results = dyn_cast<ArrayAttr>(attribute.getValue());
    if (!results || results.size() != op->getNumResults() ||
        !llvm::all_of(results, isOrigins)) // annotation_c9
      return op->emitOpError("expected '")
             << originsAttrName << "' to be lists of strings for each of the "
             << op->getNumResults() << " results, got " << attribute.getValue();
    return success();
  }
  if (name != shardingsAttrName) { // annotation_c4
    InFlightDiagnostic diagnostic =
        op->emitOpError("has an unknown attribute '")
        << name << "'; ops may have '" << shardingsAttrName << "'";
    if (name == shardingAttrName || name == globalTypeAttrName ||
        name == paddingAttrName)
      diagnostic << ", and '" << name
                 << "' stands on arguments and results of functions";
    return diagnostic;
  }
  auto shardings = dyn_cast<ArrayAttr>(attribute.getValue());
  if (!shardings ||
      !llvm::all_of(shardings, llvm::IsaPred<ShardingAttr>)) // annotation_c1
    return op->emitOpError("expected '")
           << shardingsAttrName << "' to be a list of shardings, got "
           << attribute.getValue();
  if (isa<ConstraintOp, ReshardOp>(op)) // annotation_c2
    return op->emitOpError("expected no '")
           << shardingsAttrName << "', as it says the sharding of its result";
  if (op->getNumResults() == 0) // annotation_c2
    return op->emitOpError("expected no '")
           << shardingsAttrName << "', as it has no results";
  if (shardings.size() != op->getNumResults()) // annotation_c2
    return op->emitOpError("expected a sharding for each of the ")
           << op->getNumResults() << " results, got " << shardings.size();
  for (auto [index, sharding, type] :
       llvm::enumerate(shardings, op->getResultTypes()))
    if (failed(verifySharding(op, "result", index, type,
                              cast<ShardingAttr>(sharding))))
      return failure();
  return success();
}

//===----------------------------------------------------------------------===//
// Access
//===----------------------------------------------------------------------===//

MeshOp dist::findMesh(Operation *from, FlatSymbolRefAttr name) {
  Operation *table = SymbolTable::getNearestSymbolTable(from);
  if (!table || table->getRegion(0).empty())
    return nullptr;
  auto isWanted = [&](Operation &op) {
    auto mesh = dyn_cast<MeshOp>(op);
    return mesh && mesh.getSymNameAttr() == name.getAttr();
  };
  // From both ends, as meshes stand before or behind all functions, of which
  // there may be many.
  Block &body = table->getRegion(0).front();
  for (auto [first, last] : llvm::zip(body, llvm::reverse(body))) {
    if (isWanted(first))
      return cast<MeshOp>(first);
    if (isWanted(last))
      return cast<MeshOp>(last);
    if (&first == &last || first.getNextNode() == &last)
      break;
  }
  return nullptr;
}

/// The function that `argument` is an argument of, or null.
static FunctionOpInterface functionOf(BlockArgument argument) {
  if (!argument.getOwner()->isEntryBlock())
    return nullptr;
  return dyn_cast_or_null<FunctionOpInterface>(
      argument.getOwner()->getParentOp());
}

ShardingAttr dist::getSharding(Value value) {
  if (auto argument = dyn_cast<BlockArgument>(value)) {
    FunctionOpInterface function = functionOf(argument);
    if (!function)
      return nullptr;
    return function.getArgAttrOfType<ShardingAttr>(argument.getArgNumber(),
                                                   shardingAttrName);
  }
  Operation *op = value.getDefiningOp();
  if (auto constraint = dyn_cast<ConstraintOp>(op))
    return constraint.getSharding();
  if (auto reshard = dyn_cast<ReshardOp>(op))
    return reshard.getSharding();
  auto shardings = op->getAttrOfType<ArrayAttr>(shardingsAttrName);
  if (!shardings)
    return nullptr;
  return cast<ShardingAttr>(shardings[cast<OpResult>(value).getResultNumber()]);
}

/// The rank that a sharding of a value of this type has.
static int64_t rankOf(Type type) {
  auto shaped = dyn_cast<ShapedType>(type);
  return shaped ? shaped.getRank() : 0;
}

void dist::setSharding(Value value, ShardingAttr sharding) {
  if (auto argument = dyn_cast<BlockArgument>(value)) {
    FunctionOpInterface function = functionOf(argument);
    assert(function && "expected an argument of a function");
    function.setArgAttr(argument.getArgNumber(), shardingAttrName, sharding);
    return;
  }
  Operation *op = value.getDefiningOp();
  assert(!isa<ConstraintOp>(op) && !isa<ReshardOp>(op) &&
         "expected an op that does not say its sharding itself");
  SmallVector<Attribute> shardings;
  if (auto present = op->getAttrOfType<ArrayAttr>(shardingsAttrName))
    llvm::append_range(shardings, present);
  else
    for (Type type : op->getResultTypes())
      shardings.push_back(ShardingAttr::getReplicated(
          sharding.getMesh(), rankOf(type), /*isOpen=*/true));
  shardings[cast<OpResult>(value).getResultNumber()] = sharding;
  op->setAttr(shardingsAttrName, ArrayAttr::get(op->getContext(), shardings));
}

ArrayAttr dist::getOrigins(Value value) {
  if (auto argument = dyn_cast<BlockArgument>(value)) {
    FunctionOpInterface function = functionOf(argument);
    if (!function)
      return nullptr;
    return function.getArgAttrOfType<ArrayAttr>(argument.getArgNumber(),
                                                originsAttrName);
  }
  auto results =
      value.getDefiningOp()->getAttrOfType<ArrayAttr>(originsAttrName);
  if (!results)
    return nullptr;
  return cast<ArrayAttr>(results[cast<OpResult>(value).getResultNumber()]);
}

void dist::setOrigins(Value value, ArrayAttr origins) {
  if (auto argument = dyn_cast<BlockArgument>(value)) {
    FunctionOpInterface function = functionOf(argument);
    assert(function && "expected an argument of a function");
    function.setArgAttr(argument.getArgNumber(), originsAttrName, origins);
    return;
  }
  Operation *op = value.getDefiningOp();
  SmallVector<Attribute> results(op->getNumResults(),
                                 ArrayAttr::get(op->getContext(), {}));
  if (auto present = op->getAttrOfType<ArrayAttr>(originsAttrName))
    results.assign(present.begin(), present.end());
  results[cast<OpResult>(value).getResultNumber()] = origins;
  op->setAttr(originsAttrName, ArrayAttr::get(op->getContext(), results));
}

ShardingAttr dist::getResultSharding(FunctionOpInterface function,
                                     unsigned index) {
  return function.getResultAttrOfType<ShardingAttr>(index, shardingAttrName);
}

void dist::setResultSharding(FunctionOpInterface function, unsigned index,
                             ShardingAttr sharding) {
  function.setResultAttr(
      index, StringAttr::get(sharding.getContext(), shardingAttrName),
      sharding);
}
