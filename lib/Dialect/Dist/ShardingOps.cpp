// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "partita/Dialect/Dist/Dist.h"

#include "Checks.h"

using namespace mlir;
using namespace partita;
using namespace partita::dist;

//===----------------------------------------------------------------------===//
// MeshOp
//===----------------------------------------------------------------------===//

void MeshOp::build(OpBuilder &builder, OperationState &state, StringRef name,
                   MeshAttr mesh) {
  build(builder, state, builder.getStringAttr(name), /*sym_visibility=*/nullptr,
        mesh);
}

FlatSymbolRefAttr MeshOp::getReference() {
  return FlatSymbolRefAttr::get(getSymNameAttr());
}

//===----------------------------------------------------------------------===//
// ConstraintOp, ReshardOp
//===----------------------------------------------------------------------===//

/// Checks the sharding that `op` says of its result.
static LogicalResult verifySharding(Operation *op, ShardingAttr sharding,
                                    SymbolTableCollection &symbols) {
  FailureOr<MeshAttr> mesh = resolveMesh(op, sharding.getMesh(), symbols);
  if (failed(mesh))
    return failure();
  return sharding.verifyOn(*mesh, op->getResult(0).getType(),
                           [&] { return op->emitOpError(); });
}

LogicalResult ConstraintOp::verifySymbolUses(SymbolTableCollection &symbols) {
  if (failed(verifySharding(*this, getSharding(), symbols)))
    return failure();
  AxesAttr replicated = getReplicatedAttr();
  if (!replicated)
    return success();
  FailureOr<MeshAttr> mesh =
      resolveMesh(*this, getSharding().getMesh(), symbols);
  if (failed(mesh) ||
      failed(mesh->verifyParts(replicated.getParts(), // constraint_c1
                               [&] { return emitOpError(); })))
    return failure();
  LogicalResult result = success();
  getSharding().visitParts([&](AxisPartAttr part) {
    if (succeeded(result) &&
        llvm::any_of(replicated.getParts(), [&](AxisPartAttr other) {
          return other.overlaps(part);
        })) // constraint_c1
      result = emitOpError("expected a value that is not split over ")
               << part << ", which is replicated";
  });
  return result;
}

OpFoldResult ConstraintOp::fold(FoldAdaptor) {
  auto inner = getInput().getDefiningOp<ConstraintOp>();
  if (inner && inner.getSharding() == getSharding() &&
      inner.getReplicatedAttr() == getReplicatedAttr())
    return getInput();
  return nullptr;
}

LogicalResult ReshardOp::verify() {
  if (!getSharding().isSettled()) // reshard_c1
    return emitOpError("expected closed dimensions without priorities, got ")
           << getSharding();
  return success();
}

LogicalResult ReshardOp::verifySymbolUses(SymbolTableCollection &symbols) {
  return verifySharding(*this, getSharding(), symbols);
}

OpFoldResult ReshardOp::fold(FoldAdaptor) {
  // A value that is settled where it should go has nowhere to go.
  if (dist::getSharding(getInput()) == getSharding())
    return getInput();
  // How to get from one sharding to another is open, so no way leads through a
  // third.
  if (auto inner = getInput().getDefiningOp<ReshardOp>()) {
    getInputMutable().assign(inner.getInput());
    return getResult();
  }
  return nullptr;
}
