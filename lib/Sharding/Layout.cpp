// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "partita/Sharding/Layout.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/raw_ostream.h"

using namespace partita;
using namespace partita::sharding;
using llvm::ArrayRef;
using llvm::SmallVector;

llvm::Expected<Layout> Layout::get(const Mesh &mesh, ArrayRef<AxisParts> dims,
                                   ArrayRef<AxisPart> partial,
                                   Combiner combiner) {
  Layout layout;
  layout.dims.assign(dims.begin(), dims.end());
  layout.partial.assign(partial.begin(), partial.end());
  if (llvm::Error error = mesh.verify(layout.getParts()))
    return error;
  for (AxisParts &dim : layout.dims)
    dim = joinParts(dim);
  llvm::sort(layout.partial);
  layout.partial = joinParts(layout.partial);
  if (!layout.partial.empty())
    layout.combiner = combiner;
  return layout;
}

Layout Layout::getReplicated(unsigned rank) {
  Layout layout;
  layout.dims.resize(rank);
  return layout;
}

AxisParts Layout::getParts() const {
  AxisParts parts;
  for (const AxisParts &dim : dims)
    parts.append(dim);
  parts.append(partial);
  return parts;
}

SmallVector<int64_t> Layout::getLocalShape(ArrayRef<int64_t> shape) const {
  assert(shape.size() == dims.size() && "shape of another rank");
  SmallVector<int64_t> local;
  for (auto [dim, size] : llvm::enumerate(shape))
    local.push_back(llvm::divideCeil(uint64_t(size), getNumBlocks(dim)));
  return local;
}

SmallVector<int64_t> Layout::getOffsets(const Mesh &mesh,
                                        ArrayRef<int64_t> shape,
                                        int64_t device) const {
  SmallVector<int64_t> offsets = getLocalShape(shape);
  for (auto [dim, parts] : llvm::enumerate(dims))
    offsets[dim] *= mesh.getIndex(device, parts);
  return offsets;
}

void Layout::print(llvm::raw_ostream &os, const Mesh &mesh) const {
  os << '[';
  llvm::interleaveComma(dims, os,
                        [&](const AxisParts &dim) { mesh.print(os, dim); });
  os << ']';
  if (partial.empty())
    return;
  os << " partial={";
  llvm::interleaveComma(partial, os, [&](AxisPart part) {
    mesh.print(os, part);
    if (combiner != Combiner::Sum)
      os << ':' << stringify(combiner);
  });
  os << '}';
}

std::string Layout::str(const Mesh &mesh) const {
  std::string text;
  llvm::raw_string_ostream os(text);
  print(os, mesh);
  return text;
}

llvm::hash_code partita::sharding::hash_value(const Layout &layout) {
  llvm::hash_code hash =
      llvm::hash_combine(layout.dims.size(), unsigned(layout.combiner));
  // The sizes keep apart what has the same parts in other dimensions.
  for (const AxisParts &dim : layout.dims)
    hash = llvm::hash_combine(hash, dim.size(),
                              llvm::hash_combine_range(dim.begin(), dim.end()));
  return llvm::hash_combine(
      hash,
      llvm::hash_combine_range(layout.partial.begin(), layout.partial.end()));
}
