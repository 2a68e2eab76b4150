// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Functions.h"

using namespace mlir;
using namespace partita;
using namespace partita::dist;

SmallVector<FunctionOpInterface> partita::getOwnFunctions(ModuleOp module) {
  SmallVector<FunctionOpInterface> functions;
  for (auto function : module.getOps<FunctionOpInterface>())
    if (!function.isExternal())
      functions.push_back(function);
  return functions;
}

FailureOr<Functions> partita::findFunctionsOnMesh(ModuleOp module) {
  Functions found;
  for (FunctionOpInterface function : getOwnFunctions(module)) {
    FailureOr<MeshOp> mesh = findMeshOf(function);
    if (failed(mesh))
      return failure();
    if (!*mesh)
      continue;
    if (found.mesh && found.mesh != *mesh)
      return function->emitOpError("expected all functions to be on mesh ")
             << found.mesh.getReference() << ", got " << mesh->getReference();
    found.mesh = *mesh;
    found.functions.push_back(function);
  }
  return found;
}

ModuleOp partita::findGlobalProgram(ModuleOp module) {
  for (auto inner : module.getOps<ModuleOp>())
    if (inner->hasAttr(globalAttrName))
      return inner;
  return nullptr;
}

FailureOr<MeshOp> partita::findMeshOf(FunctionOpInterface function) {
  MeshOp mesh;
  auto visit = [&](Operation *op, ShardingAttr sharding) -> LogicalResult {
    if (!sharding || (mesh && mesh.getReference() == sharding.getMesh()))
      return success();
    if (mesh)
      return op->emitOpError("expected all shardings in @")
             << function.getName() << " to be on one mesh, got "
             << mesh.getReference() << " and " << sharding.getMesh();
    mesh = findMesh(function, sharding.getMesh());
    assert(mesh && "verified where the sharding stands");
    return success();
  };
  for (unsigned i = 0, e = function.getNumArguments(); i < e; ++i)
    if (failed(visit(function, function.getArgAttrOfType<ShardingAttr>(
                                   i, shardingAttrName))))
      return failure();
  for (unsigned i = 0, e = function.getNumResults(); i < e; ++i)
    if (failed(visit(function, getResultSharding(function, i))))
      return failure();
  WalkResult result = function.getFunctionBody().walk([&](Operation *op) {
    for (Value value : op->getResults())
      if (failed(visit(op, dist::getSharding(value))))
        return WalkResult::interrupt();
    return WalkResult::advance();
  });
  if (result.wasInterrupted())
    return failure();
  return mesh;
}
