// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Sharding/SimulatedDevices.h"

#include "partita/Sharding/Reorder.h"

#include "llvm/ADT/STLExtras.h"

#include <functional>
#include <map>
#include <random>

using namespace partita::sharding;
using llvm::ArrayRef;
using llvm::SmallVector;

/// Calls `visit` with all positions in a tensor, row by row.
static void
visitPositions(ArrayRef<int64_t> shape,
               const std::function<void(ArrayRef<int64_t>)> &visit) {
  if (llvm::is_contained(shape, 0))
    return;
  SmallVector<int64_t> position(shape.size());
  while (true) {
    visit(position);
    unsigned dim = shape.size();
    while (dim != 0 && ++position[dim - 1] == shape[dim - 1])
      position[--dim] = 0;
    if (dim == 0)
      return;
  }
}

/// The index of a position, row by row.
static int64_t getIndex(ArrayRef<int64_t> shape, ArrayRef<int64_t> position) {
  int64_t index = 0;
  for (auto [size, coordinate] : llvm::zip_equal(shape, position))
    index = index * size + coordinate;
  return index;
}

SimulatedDevices::SimulatedDevices(const Mesh &mesh, ArrayRef<int64_t> shape,
                                   const Layout &layout)
    : mesh(mesh), shape(shape) {
  int64_t numElements = 1;
  for (int64_t size : shape)
    numElements *= size;
  sums.resize(numElements);
  std::mt19937_64 random(numElements);
  std::vector<std::vector<uint64_t>> contributions;
  for (int64_t i = 0; i != getSize(layout.getPartial()); ++i) {
    std::vector<uint64_t> &contribution = contributions.emplace_back();
    for (uint64_t &sum : sums) {
      contribution.push_back(random());
      sum += contribution.back();
    }
  }
  for (int64_t device = 0; device != mesh.getNumDevices(); ++device) {
    Local &local = locals.emplace_back();
    local.shape = layout.getLocalShape(shape);
    SmallVector<int64_t> offsets = layout.getOffsets(mesh, shape, device);
    int64_t part = mesh.getIndex(device, layout.getPartial());
    visitPositions(local.shape, [&](ArrayRef<int64_t> position) {
      SmallVector<int64_t> global(position);
      for (auto [coordinate, offset] : llvm::zip_equal(global, offsets))
        coordinate += offset;
      local.elements.push_back(contributions[part][::getIndex(shape, global)]);
    });
  }
}

/// Block `index` of `count` along `dim`.
SimulatedDevices::Local SimulatedDevices::slice(const Local &local,
                                                unsigned dim, int64_t index,
                                                int64_t count) const {
  Local result;
  result.shape = local.shape;
  result.shape[dim] /= count;
  visitPositions(result.shape, [&](ArrayRef<int64_t> position) {
    SmallVector<int64_t> whole(position);
    whole[dim] += index * result.shape[dim];
    result.elements.push_back(local.elements[::getIndex(local.shape, whole)]);
  });
  return result;
}

SimulatedDevices::Local SimulatedDevices::concat(ArrayRef<Local> locals,
                                                 unsigned dim) const {
  Local result;
  result.shape = locals.front().shape;
  int64_t size = result.shape[dim];
  result.shape[dim] *= locals.size();
  visitPositions(result.shape, [&](ArrayRef<int64_t> position) {
    const Local &local = locals[position[dim] / size];
    SmallVector<int64_t> part(position);
    part[dim] %= size;
    result.elements.push_back(local.elements[::getIndex(local.shape, part)]);
  });
  return result;
}

int64_t SimulatedDevices::apply(const Step &step) {
  std::vector<Local> before = std::move(locals);
  locals.clear();
  int64_t most = 0;
  int64_t group = getSize(step.parts);
  for (int64_t device = 0; device != mesh.getNumDevices(); ++device) {
    const Local &own = before[device];
    int64_t index = mesh.getIndex(device, step.parts);
    SmallVector<Local> members;
    if (step.primitive != Primitive::Permute &&
        step.primitive != Primitive::Slice)
      for (int64_t i = 0; i != group; ++i)
        members.push_back(before[mesh.getDevice(device, step.parts, i)]);
    auto add = [&] {
      Local sum = members.front();
      for (const Local &member : llvm::drop_begin(members))
        for (auto [total, element] :
             llvm::zip_equal(sum.elements, member.elements))
          total += element;
      return sum;
    };
    Local result;
    int64_t received = 0;
    switch (step.primitive) {
    case Primitive::Slice:
      result = slice(own, step.dim, index, group);
      break;
    case Primitive::AllGather:
      result = concat(members, step.dim);
      received = result.elements.size() - own.elements.size();
      break;
    case Primitive::ReduceScatter:
      result = slice(add(), step.dim, index, group);
      received = (group - 1) * result.elements.size();
      break;
    case Primitive::AllReduce:
      result = add();
      received =
          2 * (group - 1) * ((result.elements.size() + group - 1) / group);
      break;
    case Primitive::AllToAll: {
      int64_t block = mesh.getIndex(device, step.toParts);
      for (Local &member : members)
        member = slice(member, step.toDim, block, group);
      received = (group - 1) * members.front().elements.size();
      result = concat(members, step.dim);
      break;
    }
    case Primitive::Permute: {
      int64_t source =
          Reorder{step.parts, step.toParts}.getSource(mesh, device);
      result = before[source];
      received = source == device ? 0 : result.elements.size();
      break;
    }
    }
    most = std::max(most, received);
    locals.push_back(std::move(result));
  }
  return most;
}

std::string SimulatedDevices::check(const Layout &layout) const {
  // For each block, what each contribution to it is.
  std::map<SmallVector<int64_t>, std::map<int64_t, std::vector<uint64_t>>>
      blocks;
  for (int64_t device = 0; device != mesh.getNumDevices(); ++device) {
    const Local &local = locals[device];
    std::string name = "device " + std::to_string(device);
    if (ArrayRef<int64_t>(local.shape) !=
        ArrayRef<int64_t>(layout.getLocalShape(shape)))
      return name + " has a tensor of another shape";
    auto &contributions = blocks[layout.getOffsets(mesh, shape, device)];
    auto [it, isNew] = contributions.try_emplace(
        mesh.getIndex(device, layout.getPartial()), local.elements);
    if (!isNew && it->second != local.elements)
      return name + " has other elements than a device that it should equal";
  }
  for (const auto &[offsets, contributions] : blocks) {
    SmallVector<int64_t> blockShape = layout.getLocalShape(shape);
    int64_t element = 0;
    std::string problem;
    visitPositions(blockShape, [&](ArrayRef<int64_t> position) {
      SmallVector<int64_t> global(position);
      for (auto [coordinate, offset] : llvm::zip_equal(global, offsets))
        coordinate += offset;
      uint64_t sum = 0;
      for (const auto &[index, elements] : contributions)
        sum += elements[element];
      ++element;
      if (sum != sums[::getIndex(shape, global)])
        problem = "wrong elements";
    });
    if (!problem.empty())
      return problem;
  }
  return "";
}
