// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "partita/Sharding/Bridge.h"

using namespace mlir;
using namespace partita;
using namespace partita::dist;
using namespace partita::sharding;

Mesh sharding::toMesh(MeshAttr mesh) {
  SmallVector<Axis> axes;
  for (MeshAxisAttr attr : mesh.getAxes()) {
    Axis &axis = axes.emplace_back();
    axis.name = attr.getName().str();
    axis.size = attr.getSize();
    if (LinkAttr link = attr.getLink()) {
      axis.bandwidth = link.getBandwidth().convertToDouble();
      axis.latency = link.getLatency().convertToDouble();
    }
  }
  return llvm::cantFail(Mesh::get(axes));
}

static AxisPart toPart(const Mesh &mesh, AxisPartAttr part) {
  std::optional<unsigned> axis = mesh.findAxis(part.getAxis());
  assert(axis && "expected an axis of the mesh");
  if (part.isWhole())
    return mesh.getWhole(*axis);
  return {*axis, part.getPre(), part.getSize()};
}

AxisParts sharding::toParts(const Mesh &mesh, ArrayRef<AxisPartAttr> parts) {
  AxisParts result;
  for (AxisPartAttr part : parts)
    result.push_back(toPart(mesh, part));
  return result;
}

Layout sharding::toLayout(const Mesh &mesh, ShardingAttr sharding) {
  SmallVector<AxisParts, 4> dims;
  for (DimShardingAttr dim : sharding.getDims())
    dims.push_back(toParts(mesh, dim.getAxes()));
  AxisParts partial;
  for (PartialAttr entry : sharding.getPartial())
    partial.push_back(toPart(mesh, entry.getAxis()));
  // sharding_c3: all have one combiner.
  Combiner combiner = sharding.getPartial().empty()
                          ? Combiner::Sum
                          : sharding.getPartial().front().getCombiner();
  return llvm::cantFail(Layout::get(mesh, dims, partial, combiner));
}

AxisPartAttr sharding::toAttr(MLIRContext *context, const Mesh &mesh,
                              AxisPart part) {
  const std::string &name = mesh.getAxis(part.axis).name;
  if (part == mesh.getWhole(part.axis))
    return AxisPartAttr::get(context, name);
  return AxisPartAttr::get(context, name, part.pre, part.size);
}

static SmallVector<AxisPartAttr>
toPartAttrs(MLIRContext *context, const Mesh &mesh, ArrayRef<AxisPart> parts) {
  return llvm::map_to_vector(joinParts(parts), [&](AxisPart part) {
    return toAttr(context, mesh, part);
  });
}

AxesAttr sharding::toAttr(MLIRContext *context, const Mesh &mesh,
                          ArrayRef<AxisPart> parts) {
  return AxesAttr::get(context, toPartAttrs(context, mesh, parts));
}

ShardingAttr sharding::toAttr(FlatSymbolRefAttr name, const Mesh &mesh,
                              const Layout &layout) {
  MLIRContext *context = name.getContext();
  SmallVector<DimShardingAttr> dims;
  for (const AxisParts &dim : layout.getDims())
    dims.push_back(
        DimShardingAttr::get(context, toPartAttrs(context, mesh, dim)));
  SmallVector<PartialAttr> partial;
  for (AxisPart part : layout.getPartial())
    partial.push_back(PartialAttr::get(context, toAttr(context, mesh, part),
                                       layout.getCombiner()));
  return ShardingAttr::get(name, dims, partial);
}
