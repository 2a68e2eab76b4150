// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Verifiers, builders and folds of the collectives; the rewrites that join two
// of them stand in Canonicalization.cpp.

#include "partita/Dialect/Dist/Dist.h"

#include "Checks.h"
#include "Groups.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace partita;
using namespace partita::dist;

/// The type of `value` with dimension `dim` cut into `count` blocks.
static RankedTensorType splitType(Value value, int64_t dim, int64_t count) {
  auto type = cast<RankedTensorType>(value.getType());
  SmallVector<int64_t> shape(type.getShape());
  shape[dim] = llvm::divideCeil(shape[dim], count);
  return type.clone(shape);
}

/// The type of `value` with `count` blocks of it joined along `dim`.
static RankedTensorType joinedType(Value value, int64_t dim, int64_t count) {
  auto type = cast<RankedTensorType>(value.getType());
  SmallVector<int64_t> shape(type.getShape());
  shape[dim] *= count;
  return type.clone(shape);
}

static int64_t groupSize(MeshOp mesh, AxesAttr axes) {
  return mesh.getMesh().getSize(axes.getParts());
}

/// The input, if it is the result already: no device has another in its group.
template <typename OpTy> static OpFoldResult foldLoneGroup(OpTy op) {
  Value input = op.getInput();
  if (input.getType() != op.getResult().getType() ||
      findGroupSize(op, op.getMeshAttr(), op.getAxesAttr()) != 1)
    return nullptr;
  return input;
}

/// Fails unless the result, be it given or started, has the type of the input.
template <typename OpTy> static LogicalResult checkSameType(OpTy op) {
  return checkTypeExcept(op, op.getArrivingType(), op.getInput().getType(), {});
}

//===----------------------------------------------------------------------===//
// SliceOp
//===----------------------------------------------------------------------===//

void SliceOp::build(OpBuilder &builder, OperationState &state, Value input,
                    int64_t dim, MeshOp mesh, AxesAttr axes) {
  build(builder, state, splitType(input, dim, groupSize(mesh, axes)), input,
        builder.getI64IntegerAttr(dim), mesh.getReference(), axes);
}

LogicalResult SliceOp::verify() {
  int64_t dim = getDim();
  if (failed(checkDim(*this, dim, getInput().getType()))) // dist_slice_c1
    return failure();
  return checkTypeExcept(*this, getResult().getType(), getInput().getType(),
                         dim); // dist_slice_c2
}

LogicalResult SliceOp::verifySymbolUses(SymbolTableCollection &symbols) {
  FailureOr<int64_t> size =
      resolveGroupSize(*this, getMeshAttr(), getAxesAttr(), symbols);
  if (failed(size))
    return failure();
  return checkBlock(*this, "result", getResult().getType(),
                    getInput().getType(), getDim(), *size); // dist_slice_c3
}

OpFoldResult SliceOp::fold(FoldAdaptor) { return foldLoneGroup(*this); }

//===----------------------------------------------------------------------===//
// AllGatherOp
//===----------------------------------------------------------------------===//

void AllGatherOp::build(OpBuilder &builder, OperationState &state, Value input,
                        int64_t dim, MeshOp mesh, AxesAttr axes) {
  build(builder, state, joinedType(input, dim, groupSize(mesh, axes)), input,
        builder.getI64IntegerAttr(dim), mesh.getReference(), axes,
        /*start=*/nullptr);
}

LogicalResult AllGatherOp::verify() {
  int64_t dim = getDim();
  if (failed(checkDim(*this, dim, getInput().getType()))) // all_gather_c1
    return failure();
  return checkTypeExcept(*this, getArrivingType(), getInput().getType(),
                         dim); // all_gather_c2
}

LogicalResult AllGatherOp::verifySymbolUses(SymbolTableCollection &symbols) {
  FailureOr<int64_t> size =
      resolveGroupSize(*this, getMeshAttr(), getAxesAttr(), symbols);
  if (failed(size))
    return failure();
  return checkBlock(*this, "input", getInput().getType(), getArrivingType(),
                    getDim(), *size); // all_gather_c3
}

OpFoldResult AllGatherOp::fold(FoldAdaptor) { return foldLoneGroup(*this); }

//===----------------------------------------------------------------------===//
// AllReduceOp
//===----------------------------------------------------------------------===//

void AllReduceOp::build(OpBuilder &builder, OperationState &state, Value input,
                        Combiner combiner, MeshOp mesh, AxesAttr axes) {
  build(builder, state, input.getType(), input,
        CombinerAttr::get(builder.getContext(), combiner), mesh.getReference(),
        axes, /*start=*/nullptr);
}

LogicalResult AllReduceOp::verify() {
  if (failed(checkSameType(*this))) // all_reduce_c1
    return failure();
  return checkCombiner(*this, getCombiner(),
                       getInput().getType()); // all_reduce_c2
}

LogicalResult AllReduceOp::verifySymbolUses(SymbolTableCollection &symbols) {
  return resolveGroupSize(*this, getMeshAttr(), getAxesAttr(), symbols);
}

OpFoldResult AllReduceOp::fold(FoldAdaptor) { return foldLoneGroup(*this); }

//===----------------------------------------------------------------------===//
// ReduceScatterOp
//===----------------------------------------------------------------------===//

void ReduceScatterOp::build(OpBuilder &builder, OperationState &state,
                            Value input, Combiner combiner, int64_t dim,
                            MeshOp mesh, AxesAttr axes) {
  build(builder, state, splitType(input, dim, groupSize(mesh, axes)), input,
        CombinerAttr::get(builder.getContext(), combiner),
        builder.getI64IntegerAttr(dim), mesh.getReference(), axes,
        /*start=*/nullptr);
}

LogicalResult ReduceScatterOp::verify() {
  int64_t dim = getDim();
  if (failed(checkDim(*this, dim, getInput().getType()))) // reduce_scatter_c1
    return failure();
  if (failed(checkTypeExcept(*this, getArrivingType(), getInput().getType(),
                             dim))) // reduce_scatter_c2
    return failure();
  return checkCombiner(*this, getCombiner(),
                       getInput().getType()); // reduce_scatter_c4
}

LogicalResult
ReduceScatterOp::verifySymbolUses(SymbolTableCollection &symbols) {
  FailureOr<int64_t> size =
      resolveGroupSize(*this, getMeshAttr(), getAxesAttr(), symbols);
  if (failed(size))
    return failure();
  return checkBlock(*this, "result", getArrivingType(), getInput().getType(),
                    getDim(), *size); // reduce_scatter_c3
}

OpFoldResult ReduceScatterOp::fold(FoldAdaptor) { return foldLoneGroup(*this); }

//===----------------------------------------------------------------------===//
// AllToAllOp
//===----------------------------------------------------------------------===//

void AllToAllOp::build(OpBuilder &builder, OperationState &state, Value input,
                       int64_t joinDim, int64_t splitDim, MeshOp mesh,
                       AxesAttr axes, AxesAttr splitAxes) {
  int64_t size = groupSize(mesh, axes);
  SmallVector<int64_t> shape(joinedType(input, joinDim, size).getShape());
  shape[splitDim] = llvm::divideCeil(shape[splitDim], size);
  build(builder, state, cast<RankedTensorType>(input.getType()).clone(shape),
        input, builder.getI64IntegerAttr(joinDim),
        builder.getI64IntegerAttr(splitDim), mesh.getReference(), axes,
        splitAxes == axes ? AxesAttr() : splitAxes, /*start=*/nullptr);
}

LogicalResult AllToAllOp::verify() {
  int64_t joinDim = getJoinDim(), splitDim = getSplitDim();
  if (failed(checkDim(*this, joinDim, getInput().getType())) ||
      failed(checkDim(*this, splitDim, getInput().getType())))
    return failure();      // all_to_all_c1
  if (joinDim == splitDim) // all_to_all_c1
    return emitOpError("expected two dimensions, got ") << joinDim << " twice";
  return checkTypeExcept(*this, getArrivingType(), getInput().getType(),
                         {joinDim, splitDim}); // all_to_all_c2
}

LogicalResult AllToAllOp::verifySymbolUses(SymbolTableCollection &symbols) {
  FailureOr<int64_t> size =
      resolveGroupSize(*this, getMeshAttr(), getAxesAttr(), symbols);
  if (failed(size) ||
      failed(resolveGroupSize(*this, getMeshAttr(), getSplitOrder(), symbols)))
    return failure();
  MeshAttr mesh = *resolveMesh(*this, getMeshAttr(), symbols);
  if (getSplitAxes() && // all_to_all_c5
      (getSplitAxesAttr() == getAxesAttr() ||
       !haveSameCoordinates(mesh, getAxesAttr(), getSplitAxesAttr())))
    return emitOpError("expected the same axes in another order, got ")
           << getAxesAttr() << " and " << getSplitAxesAttr();
  if (failed(checkBlock(*this, "input", getInput().getType(), getArrivingType(),
                        getJoinDim(),
                        *size))) // all_to_all_c3
    return failure();
  return checkBlock(*this, "result", getArrivingType(), getInput().getType(),
                    getSplitDim(), *size); // all_to_all_c4
}

OpFoldResult AllToAllOp::fold(FoldAdaptor) { return foldLoneGroup(*this); }

//===----------------------------------------------------------------------===//
// PermuteOp
//===----------------------------------------------------------------------===//

void PermuteOp::build(OpBuilder &builder, OperationState &state, Value input,
                      MeshOp mesh, RouteAttrInterface route) {
  build(builder, state, input.getType(), input, mesh.getReference(), route,
        /*start=*/nullptr);
}

LogicalResult PermuteOp::verify() {
  return checkSameType(*this); // permute_c1
}

LogicalResult PermuteOp::verifySymbolUses(SymbolTableCollection &symbols) {
  FailureOr<MeshAttr> mesh = resolveMesh(*this, getMeshAttr(), symbols);
  if (failed(mesh))
    return failure();
  return getRoute().verifyOn(*mesh, [&] { return emitOpError(); });
}

OpFoldResult PermuteOp::fold(FoldAdaptor) {
  if (getRoute().isIdentity() && !getStart())
    return getInput();
  return nullptr;
}

//===----------------------------------------------------------------------===//
// BroadcastOp
//===----------------------------------------------------------------------===//

void BroadcastOp::build(OpBuilder &builder, OperationState &state, Value input,
                        int64_t root, MeshOp mesh, AxesAttr axes) {
  build(builder, state, input.getType(), input, builder.getI64IntegerAttr(root),
        mesh.getReference(), axes, /*start=*/nullptr);
}

LogicalResult BroadcastOp::verify() {
  return checkSameType(*this); // broadcast_c1
}

LogicalResult BroadcastOp::verifySymbolUses(SymbolTableCollection &symbols) {
  FailureOr<int64_t> size =
      resolveGroupSize(*this, getMeshAttr(), getAxesAttr(), symbols);
  if (failed(size))
    return failure();
  int64_t root = getRoot();
  if (root < 0 || root >= *size) // broadcast_c2
    return emitOpError("expected a root among the ")
           << *size << " devices of a group, got " << root;
  return success();
}

OpFoldResult BroadcastOp::fold(FoldAdaptor) {
  // What a group has in common stays so.
  if (auto inner = getInput().getDefiningOp<BroadcastOp>())
    if (!getStart() && !inner.getStart() &&
        inner.getMeshAttr() == getMeshAttr() &&
        inner.getAxesAttr() == getAxesAttr())
      return getInput();
  return foldLoneGroup(*this);
}
