// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "PropagationImpl.h"

using namespace partita;
using namespace partita::sharding;

Neighbors::Neighbors(const PropagationGraph &graph) {
  std::vector<std::pair<unsigned, unsigned>> pairs;
  for (auto [index, op] : llvm::enumerate(graph.ops))
    forEachSlot(op, [&, index = index](unsigned value, const ValueFactors &) {
      pairs.emplace_back(value, index);
    });
  llvm::sort(pairs);
  pairs.erase(llvm::unique(pairs), pairs.end());
  begin.assign(graph.values.size() + 1, 0);
  for (auto [value, op] : pairs) {
    ++begin[value + 1];
    ops.push_back(op);
  }
  for (size_t value = 0; value < graph.values.size(); ++value)
    begin[value + 1] += begin[value];
}

Potential::Potential(const PropagationGraph &graph, const Neighbors &neighbors,
                     const PropagationState &state)
    : graph(graph), state(state), reached(graph.ops.size()),
      contested(graph.ops.size(), 0) {
  unsigned numBits = 0;
  for (const Axis &axis : graph.mesh.getAxes())
    bits.push_back(axis.size > 1 ? AxisSet(1) << numBits++ : 0);
  for (const ValueState &value : state.values) {
    dimBegin.push_back(dims.size());
    for (auto [axes, isVisible] :
         llvm::zip_equal(value.dims, value.isVisible)) {
      dims.push_back(0);
      sources.emplace_back();
      if (!isVisible)
        continue;
      for (AxisPart part : axes) {
        dims.back() |= bits[part.axis];
        sources.back().push_back({part.axis, many});
      }
    }
  }
  std::vector<unsigned> active, next;
  std::vector<bool> isQueued(graph.ops.size(), true);
  for (size_t op = 0; op < graph.ops.size(); ++op)
    active.push_back(op);
  // Sets only grow, so the order does not matter.
  while (!active.empty()) {
    for (unsigned op : active) {
      isQueued[op] = false;
      changed.clear();
      visit(op);
      for (unsigned value : changed)
        for (unsigned neighbor : neighbors[value])
          if (!isQueued[neighbor]) {
            isQueued[neighbor] = true;
            next.push_back(neighbor);
          }
    }
    active.swap(next);
    next.clear();
  }
}

/// `part` could split `factor`, if the op has not decided otherwise.
void Potential::add(unsigned op, unsigned factor, AxisPart part,
                    unsigned from) {
  const Factor &info = graph.ops[op].rule.factors[factor];
  if (info.kind == FactorKind::Whole || isSplitTooFar(info.size, part.size))
    return;
  for (auto [other, parts] : llvm::enumerate(state.opAxes[op]))
    if (other != factor &&
        llvm::any_of(parts, [&](AxisPart has) { return has.overlaps(part); }))
      return;
  bool isKnown = false;
  for (Reached &entry : reached[op]) {
    if (entry.factor != factor) {
      if (entry.part.overlaps(part))
        contested[op] |= bits[part.axis];
    } else if (entry.part == part) {
      isKnown = true;
      if (entry.from != from)
        entry.from = many;
    }
  }
  if (!isKnown)
    reached[op].push_back({factor, part, from});
}

/// `axis` could come to a dimension by `op`.
void Potential::addSource(size_t dim, unsigned axis, unsigned op) {
  for (Source &source : sources[dim])
    if (source.axis == axis) {
      if (source.from != op)
        source.from = many;
      return;
    }
  sources[dim].push_back({axis, op});
}

llvm::SmallVector<unsigned, 2> Potential::getDims(unsigned value, unsigned axis,
                                                  unsigned op) const {
  llvm::SmallVector<unsigned, 2> result;
  size_t rank = graph.values[value].dims.size();
  for (unsigned dim = 0; dim < rank; ++dim)
    for (const Source &source : sources[dimBegin[value] + dim])
      if (source.axis == axis && source.from != op)
        result.push_back(dim);
  return result;
}

/// Adds `axes` of one dimension to the factors that it is made of.
void Potential::toFactors(unsigned op, unsigned value, const DimFactors &dim,
                          AxisSet axes) {
  if (axes == 0)
    return;
  auto sizes = llvm::map_to_vector<2>(dim, [&](unsigned factor) {
    return graph.ops[op].rule.factors[factor].size;
  });
  for (unsigned axis = 0; axis < bits.size(); ++axis) {
    if (!(axes & bits[axis]))
      continue;
    auto filled = fillFactors(sizes, graph.mesh.getWhole(axis));
    if (!filled)
      continue;
    for (auto [factor, parts] : llvm::zip_equal(dim, *filled))
      for (AxisPart part : parts)
        add(op, factor, part, value);
  }
}

void Potential::visit(unsigned op) {
  forEachSlot(graph.ops[op], [&](unsigned value, const ValueFactors &slot) {
    for (auto [dim, dimFactors] : llvm::enumerate(slot))
      toFactors(op, value, dimFactors, dims[dimBegin[value] + dim]);
  });
  forEachSlot(graph.ops[op], [&](unsigned value, const ValueFactors &slot) {
    const ValueState &values = state.values[value];
    bool grew = false;
    for (auto [dim, dimFactors] : llvm::enumerate(slot)) {
      if (!graph.values[value].dims[dim].isOpen)
        continue;
      size_t index = dimBegin[value] + dim;
      for (const Reached &entry : reached[op]) {
        // What comes from a value is no news to it.
        if (entry.from == value ||
            !llvm::is_contained(dimFactors, entry.factor))
          continue;
        unsigned axis = entry.part.axis;
        if (!(dims[index] & bits[axis])) {
          if (values.uses(graph.mesh.getWhole(axis)))
            continue;
          dims[index] |= bits[axis];
          grew = true;
        }
        addSource(index, axis, op);
      }
    }
    if (grew)
      changed.push_back(value);
  });
}
