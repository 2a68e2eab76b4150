// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Renaming.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/bit.h"

#include <tuple>
#include <vector>

using namespace partita::sharding;
using llvm::ArrayRef;
using llvm::SmallVector;

/// Renames the axis of each part by `rename`.
template <typename Fn>
static AxisParts renameParts(ArrayRef<AxisPart> parts, Fn rename) {
  AxisParts result(parts);
  for (AxisPart &part : result)
    part.axis = rename(part.axis);
  return result;
}

template <typename Fn>
static Layout renameLayout(const Mesh &mesh, const Layout &layout, Fn rename) {
  SmallVector<AxisParts, 4> dims;
  for (const AxisParts &dim : layout.getDims())
    dims.push_back(renameParts(dim, rename));
  return llvm::cantFail(Layout::get(mesh, dims,
                                    renameParts(layout.getPartial(), rename),
                                    layout.getCombiner()));
}

RenamedProblem::RenamedProblem(const Mesh &mesh, const ReshardProblem &original)
    : original(mesh) {
  for (const Layout *layout : {&original.from, &original.to})
    for (const AxisParts &dim : layout->getDims())
      addAxes(dim);
  addOtherAxes(original);

  SmallVector<Axis, 8> renamedAxes;
  for (auto [index, axis] : llvm::enumerate(axes)) {
    renamedAxes.push_back(mesh.getAxis(axis));
    renamedAxes.back().name = std::to_string(index);
  }
  renamed = llvm::cantFail(Mesh::get(renamedAxes));
  problem = {original.shape, original.elementBytes, rename(original.from),
             rename(original.to)};
}

void RenamedProblem::addAxes(ArrayRef<AxisPart> parts) {
  for (AxisPart part : parts)
    if (!llvm::is_contained(axes, part.axis))
      axes.push_back(part.axis);
}

/// Adds the axes that split no dimension. All that can be told of these is
/// which of their parts are partial.
void RenamedProblem::addOtherAxes(const ReshardProblem &problem) {
  struct Other {
    int64_t size;
    double bandwidth, latency;
    std::vector<std::pair<int64_t, int64_t>> partial;
    unsigned axis;

    bool operator<(const Other &other) const {
      return std::tie(size, bandwidth, latency, partial, axis) <
             std::tie(other.size, other.bandwidth, other.latency, other.partial,
                      other.axis);
    }
  };
  SmallVector<Other, 4> others;
  for (auto [index, axis] : llvm::enumerate(original.getAxes())) {
    if (axis.size == 1 || llvm::is_contained(axes, index))
      continue;
    Other &other = others.emplace_back();
    other.size = axis.size;
    other.bandwidth = axis.bandwidth;
    other.latency = axis.latency;
    other.axis = index;
    for (const Layout *layout : {&problem.from, &problem.to}) {
      for (AxisPart part : layout->getPartial())
        if (part.axis == index)
          other.partial.push_back({part.pre, part.size});
      // Keeps apart what is partial in the one and in the other.
      other.partial.push_back({0, 0});
    }
  }
  llvm::sort(others);
  for (const Other &other : others)
    axes.push_back(other.axis);
}

Layout RenamedProblem::rename(const Layout &layout) const {
  return renameLayout(renamed, layout, [&](unsigned axis) -> unsigned {
    return llvm::find(axes, axis) - axes.begin();
  });
}

AxisParts RenamedProblem::restore(ArrayRef<AxisPart> parts) const {
  return renameParts(parts, [&](unsigned axis) { return axes[axis]; });
}

std::string RenamedProblem::getKey() const {
  std::string key;
  auto add = [&](uint64_t number) {
    for (unsigned byte = 0; byte != 8; ++byte)
      key.push_back(char(number >> 8 * byte));
  };
  auto addParts = [&](ArrayRef<AxisPart> parts) {
    add(parts.size());
    for (AxisPart part : parts) {
      add(part.axis);
      add(part.pre);
      add(part.size);
    }
  };
  add(problem.elementBytes);
  add(problem.shape.size());
  llvm::for_each(problem.shape, add);
  for (const Axis &axis : renamed.getAxes()) {
    add(axis.size);
    add(llvm::bit_cast<uint64_t>(axis.bandwidth));
    add(llvm::bit_cast<uint64_t>(axis.latency));
  }
  for (const Layout *layout : {&problem.from, &problem.to}) {
    llvm::for_each(layout->getDims(), addParts);
    addParts(layout->getPartial());
    add(uint64_t(layout->getCombiner()));
  }
  return key;
}

Plan RenamedProblem::restore(const Plan &plan) const {
  Plan result = plan;
  for (Step &step : result.steps) {
    step.parts = restore(step.parts);
    step.toParts = restore(step.toParts);
    // All orders mean the same, so it is the one of the mesh.
    if (step.primitive == Primitive::AllReduce)
      llvm::sort(step.parts);
    step.layout = renameLayout(original, step.layout,
                               [&](unsigned axis) { return axes[axis]; });
  }
  return result;
}
