// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "partita/Dialect/Dist/Dist.h"

#include "AxisParts.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace partita;
using namespace partita::dist;

//===----------------------------------------------------------------------===//
// DimShardingAttr
//===----------------------------------------------------------------------===//

LogicalResult
DimShardingAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                        ArrayRef<AxisPartAttr> axes, bool isOpen,
                        unsigned priority) {
  if (axes.empty() && !isOpen && priority != 0) // dim_sharding_c1
    return emitError() << "expected no priority on a dimension that is closed "
                          "and not split, got p"
                       << priority;
  // sharding_c1, sharding_c2: parts of a dimension are parts of its sharding.
  return verifyNoConflict(SmallVector<AxisPartAttr>(axes), emitError);
}

//===----------------------------------------------------------------------===//
// ShardingAttr
//===----------------------------------------------------------------------===//

SmallVector<PartialAttr, 2>
dist::detail::joinPartial(ArrayRef<PartialAttr> partial) {
  SmallVector<PartialAttr> sorted(partial);
  llvm::sort(sorted, [](PartialAttr lhs, PartialAttr rhs) {
    return std::pair(lhs.getAxis(), lhs.getCombiner()) <
           std::pair(rhs.getAxis(), rhs.getCombiner());
  });
  SmallVector<PartialAttr, 2> joined;
  for (PartialAttr entry : sorted) {
    if (!joined.empty()) {
      PartialAttr &last = joined.back();
      if (last.getCombiner() == entry.getCombiner() &&
          last.getAxis().isFollowedBy(entry.getAxis())) {
        last = PartialAttr::get(entry.getContext(),
                                join(last.getAxis(), entry.getAxis()),
                                entry.getCombiner());
        continue;
      }
    }
    joined.push_back(entry);
  }
  return joined;
}

LogicalResult ShardingAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                   FlatSymbolRefAttr mesh,
                                   ArrayRef<DimShardingAttr> dims,
                                   ArrayRef<PartialAttr> partial) {
  SmallVector<AxisPartAttr> parts;
  for (DimShardingAttr dim : dims)
    llvm::append_range(parts, dim.getAxes());
  for (PartialAttr entry : partial)
    parts.push_back(entry.getAxis());
  // sharding_c1, sharding_c2
  if (failed(verifyNoConflict(std::move(parts), emitError)))
    return failure();
  for (PartialAttr entry : partial) // sharding_c3
    if (entry.getCombiner() != partial.front().getCombiner())
      return emitError() << "expected one combiner for all partial axes, got "
                         << stringify(partial.front().getCombiner()) << " and "
                         << stringify(entry.getCombiner());
  return success();
}

ShardingAttr ShardingAttr::getReplicated(FlatSymbolRefAttr mesh, int64_t rank,
                                         bool isOpen) {
  auto dim = DimShardingAttr::get(mesh.getContext(), {}, isOpen);
  return get(mesh, SmallVector<DimShardingAttr>(rank, dim));
}

bool ShardingAttr::isFullyReplicated() const {
  return getPartial().empty() &&
         llvm::all_of(getDims(), [](DimShardingAttr dim) {
           return dim.getAxes().empty();
         });
}

bool ShardingAttr::isSettled() const {
  return llvm::all_of(getDims(), [](DimShardingAttr dim) {
    return !dim.getIsOpen() && dim.getPriority() == 0;
  });
}

ShardingAttr ShardingAttr::getSettled() const {
  return get(getMesh(),
             llvm::map_to_vector(getDims(),
                                 [](DimShardingAttr dim) {
                                   return DimShardingAttr::get(dim.getContext(),
                                                               dim.getAxes());
                                 }),
             getPartial());
}

void ShardingAttr::visitParts(function_ref<void(AxisPartAttr)> visit) const {
  for (DimShardingAttr dim : getDims())
    llvm::for_each(dim.getAxes(), visit);
  for (PartialAttr partial : getPartial())
    visit(partial.getAxis());
}

ShardingAttr ShardingAttr::getCanonical(MeshAttr mesh) const {
  auto canonicalDim = [&](DimShardingAttr dim) {
    return DimShardingAttr::get(getContext(), mesh.getCanonical(dim.getAxes()),
                                dim.getIsOpen(), dim.getPriority());
  };
  auto canonicalPartial = [&](PartialAttr partial) {
    return PartialAttr::get(getContext(),
                            mesh.getCanonical(partial.getAxis()).front(),
                            partial.getCombiner());
  };
  return get(getMesh(), llvm::map_to_vector(getDims(), canonicalDim),
             llvm::map_to_vector(getPartial(), canonicalPartial));
}

int64_t ShardingAttr::getBlockCount(MeshAttr mesh, int64_t dim) const {
  return mesh.getSize(getDims()[dim].getAxes());
}

RankedTensorType ShardingAttr::getLocalType(MeshAttr mesh,
                                            RankedTensorType type) const {
  assert(type.getRank() == getRank() && "expected a sharding of the type");
  SmallVector<int64_t> shape(type.getShape());
  for (auto [dim, size] : llvm::enumerate(shape))
    if (ShapedType::isStatic(size))
      size = llvm::divideCeil(size, getBlockCount(mesh, dim));
  return type.clone(shape);
}

LogicalResult
ShardingAttr::verifyOn(MeshAttr mesh, Type type,
                       function_ref<InFlightDiagnostic()> emitError) const {
  int64_t rank = 0; // annotation_c3
  if (auto shaped = dyn_cast<ShapedType>(type)) {
    if (!shaped.hasRank())
      return emitError() << "expected no sharding of " << type
                         << ", whose rank is unknown";
    rank = shaped.getRank();
  }
  if (rank != getRank())
    return emitError() << "expected a sharding of " << rank
                       << " dimensions for " << type << ", got " << *this;
  SmallVector<AxisPartAttr> parts;
  visitParts([&](AxisPartAttr part) { parts.push_back(part); });
  return mesh.verifyParts(parts, emitError);
}
