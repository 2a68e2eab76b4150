// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Checks.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace partita;
using namespace partita::dist;

LogicalResult dist::reportUnknownMesh(Operation *op, FlatSymbolRefAttr name,
                                      EmitError emitError) {
  InFlightDiagnostic diagnostic = emitError();
  diagnostic << "expected " << name
             << " to be a dist.mesh in the nearest symbol table";
  Operation *table = SymbolTable::getNearestSymbolTable(op);
  while (table && (table = table->getParentOp()))
    if (MeshOp mesh = findMesh(table, name)) {
      diagnostic.attachNote(mesh.getLoc())
          << "this mesh is outside of it; repeat it inside";
      break;
    }
  return diagnostic;
}

FailureOr<MeshAttr> dist::resolveMesh(Operation *op, FlatSymbolRefAttr name,
                                      SymbolTableCollection &symbols) {
  if (auto mesh = symbols.lookupNearestSymbolFrom<MeshOp>(op, name))
    return mesh.getMesh();
  // mesh_use_c1
  return reportUnknownMesh(op, name, [&] { return op->emitOpError(); });
}

FailureOr<int64_t> dist::resolveGroupSize(Operation *op, FlatSymbolRefAttr name,
                                          AxesAttr axes,
                                          SymbolTableCollection &symbols) {
  FailureOr<MeshAttr> mesh = resolveMesh(op, name, symbols);
  if (failed(mesh) || failed(mesh->verifyParts(
                          axes.getParts(), [&] { return op->emitOpError(); })))
    return failure();
  return mesh->getSize(axes.getParts());
}

RankedTensorType dist::valueTypeOf(Type type) {
  if (auto token = dyn_cast<TokenType>(type))
    return token.getValue();
  return cast<RankedTensorType>(type);
}

LogicalResult dist::checkDim(Operation *op, int64_t dim,
                             RankedTensorType input) {
  if (dim >= 0 && dim < input.getRank())
    return success();
  return op->emitOpError("expected a dimension of ")
         << input << ", got dim " << dim;
}

LogicalResult dist::checkTypeExcept(Operation *op, RankedTensorType result,
                                    RankedTensorType input,
                                    ArrayRef<int64_t> dims) {
  if (result.getRank() != input.getRank())
    return op->emitOpError("expected a result of rank ")
           << input.getRank() << ", got " << result;
  SmallVector<int64_t> shape(input.getShape());
  for (int64_t dim : dims)
    shape[dim] = result.getDimSize(dim);
  RankedTensorType expected = input.clone(shape);
  if (result == expected)
    return success();
  return op->emitOpError("expected a result of type ")
         << expected << ", got " << result;
}

LogicalResult dist::checkBlock(Operation *op, StringRef what,
                               RankedTensorType block, RankedTensorType whole,
                               int64_t dim, int64_t count) {
  int64_t size = whole.getDimSize(dim);
  int64_t expected = llvm::divideCeil(size, count);
  if (block.getDimSize(dim) == expected)
    return success();
  return op->emitOpError("expected dimension ")
         << dim << " of the " << what << " to be " << expected << ", one of "
         << count << " blocks of " << size << ", got " << block.getDimSize(dim);
}

LogicalResult dist::checkCombiner(Operation *op, Combiner combiner,
                                  RankedTensorType type) {
  Type element = type.getElementType();
  if (combiner == Combiner::Sum && element.isInteger(1))
    return op->emitOpError("expected numbers to sum, got ")
           << type << "; combine bits by max for or, by min for and";
  if (combiner == Combiner::LogSumExp && !isa<FloatType>(element))
    return op->emitOpError("expected floats to combine by log_sum_exp, got ")
           << type;
  return success();
}
