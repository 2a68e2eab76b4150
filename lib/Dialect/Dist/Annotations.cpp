// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Shardings on ops of all dialects and on arguments and results of functions.

#include "partita/Dialect/Dist/Dist.h"

#include "Checks.h"

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

static LogicalResult verifyFunctionAttribute(Operation *op, StringRef kind,
                                             unsigned index,
                                             ArrayRef<Type> types,
                                             NamedAttribute attribute) {
  if (attribute.getName() != shardingAttrName ||
      !isa<FunctionOpInterface>(op)) // annotation_c4
    return op->emitOpError("has an unknown attribute '")
           << attribute.getName().getValue() << "' on " << kind << " #" << index
           << "; arguments and results of functions may have '"
           << shardingAttrName << "'";
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
      function ? function.getArgumentTypes() : ArrayRef<Type>(), attribute);
}

LogicalResult DistDialect::verifyRegionResultAttribute(
    Operation *op, unsigned, unsigned index, NamedAttribute attribute) {
  auto function = dyn_cast<FunctionOpInterface>(op);
  return verifyFunctionAttribute(
      op, "result", index,
      function ? function.getResultTypes() : ArrayRef<Type>(), attribute);
}

LogicalResult DistDialect::verifyOperationAttribute(Operation *op,
                                                    NamedAttribute attribute) {
  if (attribute.getName() != shardingsAttrName) { // annotation_c4
    InFlightDiagnostic diagnostic =
        op->emitOpError("has an unknown attribute '")
        << attribute.getName().getValue() << "'; ops may have '"
        << shardingsAttrName << "'";
    if (attribute.getName() == shardingAttrName)
      diagnostic << ", and '" << shardingAttrName
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
