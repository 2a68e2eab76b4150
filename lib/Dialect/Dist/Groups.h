// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Groups of devices, for folds and rewrites.

#ifndef PARTITA_LIB_DIALECT_DIST_GROUPS_H
#define PARTITA_LIB_DIALECT_DIST_GROUPS_H

#include "partita/Dialect/Dist/Dist.h"

namespace partita::dist {

/// The size of a group over `axes` of the mesh that `name` means at `op`; none
/// where `op` is not in a symbol table that has such a mesh.
inline std::optional<int64_t> findGroupSize(mlir::Operation *op,
                                            mlir::FlatSymbolRefAttr name,
                                            AxesAttr axes) {
  if (axes.empty())
    return 1;
  if (MeshOp mesh = findMesh(op, name))
    return mesh.getMesh().getSize(axes.getParts());
  return std::nullopt;
}

/// True if both are the same axes of `mesh`, in any order and cut into any
/// parts: then the groups over them are the same sets of devices.
inline bool haveSameCoordinates(MeshAttr mesh, AxesAttr lhs, AxesAttr rhs) {
  // Sorted and joined, equal sets of coordinates are equal lists.
  return mesh.getCanonical(lhs.getSorted().getParts()) ==
         mesh.getCanonical(rhs.getSorted().getParts());
}

} // namespace partita::dist

#endif // PARTITA_LIB_DIALECT_DIST_GROUPS_H
