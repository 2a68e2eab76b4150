// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Places.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

#include <algorithm>

using namespace partita;
using namespace partita::sharding;
using llvm::ArrayRef;

Places::Places(const Mesh &mesh, const Layout &layout)
    : dims(layout.getDims().begin(), layout.getDims().end()),
      partial(layout.getPartial()), replicated(layout.getReplicated(mesh)) {}

Layout Places::getLayout(const Mesh &mesh, Combiner combiner) const {
  return llvm::cantFail(Layout::get(mesh, dims, partial, combiner));
}

void partita::sharding::takeFromDim(AxisParts &dim, ArrayRef<AxisPart> parts) {
  for (AxisPart part : llvm::reverse(parts)) {
    AxisPart &minor = dim.back();
    assert(minor.axis == part.axis && minor.end() == part.end() &&
           minor.size % part.size == 0 && "not at the minor end");
    minor.size /= part.size;
    if (minor.size == 1)
      dim.pop_back();
  }
}

void partita::sharding::addToDim(AxisParts &dim, ArrayRef<AxisPart> parts) {
  for (AxisPart part : parts) {
    if (!dim.empty() && dim.back().isFollowedBy(part))
      dim.back().size *= part.size;
    else
      dim.push_back(part);
  }
}

/// True if `whole` can be cut into three parts, of which `part` is the second.
static bool nests(AxisPart whole, AxisPart part) {
  return whole.axis == part.axis && part.pre % whole.pre == 0 &&
         whole.end() % part.end() == 0;
}

bool partita::sharding::isInPool(ArrayRef<AxisPart> pool, AxisPart part) {
  return llvm::any_of(pool, [&](AxisPart whole) { return nests(whole, part); });
}

void partita::sharding::takeFromPool(AxisParts &pool,
                                     ArrayRef<AxisPart> parts) {
  for (AxisPart part : parts) {
    auto *it =
        llvm::find_if(pool, [&](AxisPart whole) { return nests(whole, part); });
    assert(it != pool.end() && "not in the pool");
    AxisPart whole = *it;
    AxisPart major = {whole.axis, whole.pre, part.pre / whole.pre};
    AxisPart minor = {whole.axis, part.end(), whole.end() / part.end()};
    it = pool.erase(it);
    if (minor.size != 1)
      it = pool.insert(it, minor);
    if (major.size != 1)
      pool.insert(it, major);
  }
}

void partita::sharding::addToPool(AxisParts &pool, ArrayRef<AxisPart> parts) {
  pool.append(parts.begin(), parts.end());
  llvm::sort(pool);
  pool = joinParts(pool);
}

void partita::sharding::apply(const Move &move, Places &places) {
  switch (move.primitive) {
  case Primitive::Slice:
    takeFromPool(places.replicated, move.parts);
    addToDim(places.dims[move.dim], move.parts);
    return;
  case Primitive::AllGather:
    takeFromDim(places.dims[move.dim], move.parts);
    addToPool(places.replicated, move.parts);
    return;
  case Primitive::ReduceScatter:
    takeFromPool(places.partial, move.parts);
    addToDim(places.dims[move.dim], move.parts);
    return;
  case Primitive::AllReduce:
    takeFromPool(places.partial, move.parts);
    addToPool(places.replicated, move.parts);
    return;
  case Primitive::AllToAll:
    takeFromDim(places.dims[move.dim], move.parts);
    addToDim(places.dims[move.toDim], move.toParts);
    return;
  case Primitive::Permute:
    break;
  }
  llvm_unreachable("a permute is no move from place to place");
}

int64_t partita::sharding::getBytes(Primitive primitive, int64_t elements,
                                    int64_t elementBytes, int64_t group) {
  switch (primitive) {
  case Primitive::Slice:
    return 0;
  case Primitive::AllGather:
    return elements * elementBytes * (group - 1);
  case Primitive::ReduceScatter:
  case Primitive::AllToAll:
    return elements / group * elementBytes * (group - 1);
  case Primitive::AllReduce:
    // A reduce_scatter and an all_gather of the elements in any order, which
    // may leave some devices with one more.
    return 2 * int64_t(llvm::divideCeil(uint64_t(elements), group)) *
           elementBytes * (group - 1);
  case Primitive::Permute:
    return elements * elementBytes;
  }
  llvm_unreachable("unknown primitive");
}

double partita::sharding::getSeconds(const Mesh &mesh, int64_t bytes,
                                     ArrayRef<AxisPart> axes) {
  double latency = 0.0, perByte = 0.0;
  for (AxisPart part : axes) {
    const Axis &axis = mesh.getAxis(part.axis);
    latency = std::max(latency, axis.latency);
    perByte = std::max(perByte, 1.0 / axis.bandwidth);
  }
  return latency + double(bytes) * perByte;
}

void partita::sharding::undo(const Move &move, Places &places) {
  switch (move.primitive) {
  case Primitive::Slice:
    takeFromDim(places.dims[move.dim], move.parts);
    addToPool(places.replicated, move.parts);
    return;
  case Primitive::AllGather:
    takeFromPool(places.replicated, move.parts);
    addToDim(places.dims[move.dim], move.parts);
    return;
  case Primitive::ReduceScatter:
    takeFromDim(places.dims[move.dim], move.parts);
    addToPool(places.partial, move.parts);
    return;
  case Primitive::AllReduce:
    takeFromPool(places.replicated, move.parts);
    addToPool(places.partial, move.parts);
    return;
  case Primitive::AllToAll:
    takeFromDim(places.dims[move.toDim], move.toParts);
    addToDim(places.dims[move.dim], move.parts);
    return;
  case Primitive::Permute:
    break;
  }
  llvm_unreachable("a permute is no move from place to place");
}
