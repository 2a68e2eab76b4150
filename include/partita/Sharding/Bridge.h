// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// From the attributes of the `dist` dialect to the plain structs that the cores
// work on, and back. Attributes must have been verified against their mesh.

#ifndef PARTITA_SHARDING_BRIDGE_H
#define PARTITA_SHARDING_BRIDGE_H

#include "partita/Dialect/Dist/Dist.h"
#include "partita/Sharding/Layout.h"

namespace partita::sharding {

/// The mesh with the same axes in the same order. An axis without a link gets
/// that of `Axis`.
Mesh toMesh(dist::MeshAttr mesh);

/// The same parts, in the same order and not joined. A whole axis of size 1 is
/// kept.
AxisParts toParts(const Mesh &mesh, llvm::ArrayRef<dist::AxisPartAttr> parts);

/// What `sharding` says about where things are; whether dimensions are open and
/// their priorities are left out.
Layout toLayout(const Mesh &mesh, dist::ShardingAttr sharding);

/// The same part as an attribute, the whole axis without sizes. The size must
/// not be 1.
dist::AxisPartAttr toAttr(mlir::MLIRContext *context, const Mesh &mesh,
                          AxisPart part);

/// The same parts in the same order, those of size 1 dropped.
dist::AxesAttr toAttr(mlir::MLIRContext *context, const Mesh &mesh,
                      llvm::ArrayRef<AxisPart> parts);

/// The settled sharding on the mesh called `name` that means `layout`, in the
/// form that is canonical on `mesh`.
dist::ShardingAttr toAttr(mlir::FlatSymbolRefAttr name, const Mesh &mesh,
                          const Layout &layout);

} // namespace partita::sharding

#endif // PARTITA_SHARDING_BRIDGE_H
