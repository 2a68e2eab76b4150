// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "partita/Interpreter/Kernels/Dropout.h"

#include "KernelUtils.h"
#include "partita/Support/Philox.h"

#include <algorithm>
#include <optional>

using namespace partita;
using namespace partita::interp;

Placement Placement::whole(llvm::ArrayRef<int64_t> dims) {
  Placement placement;
  placement.globalDims = Shape(dims);
  for (int64_t size : dims)
    placement.indices.push_back(positionsOf(nullptr, size));
  return placement;
}

Placement Placement::at(llvm::ArrayRef<HostTensor> indices,
                        llvm::ArrayRef<int64_t> globalDims) {
  Placement placement;
  placement.globalDims = Shape(globalDims);
  for (const HostTensor &tensor : indices)
    placement.indices.push_back(idsOf(tensor));
  return placement;
}

namespace {
/// The draws for the elements of one row, by their indices in the last
/// dimension of the global tensor: one for each, in [0, 1), or -1
/// outside of it: dropped.
class RowDraws {
public:
  RowDraws(llvm::ArrayRef<int64_t> indices, int64_t globalSize)
      : indices(indices), globalSize(globalSize), draws(indices.size()) {
    isRange =
        !indices.empty() && indices.front() >= 0 && indices.back() < globalSize;
    for (auto [offset, index] : llvm::enumerate(indices))
      isRange &= index == indices.front() + static_cast<int64_t>(offset);
  }

  llvm::ArrayRef<float> at(const RandomArray &random, uint64_t rowBegin) {
    if (isRange)
      random.uniform(rowBegin + indices.front(), draws);
    else
      for (auto [index, draw] : llvm::zip_equal(indices, draws))
        draw = index >= 0 && index < globalSize
                   ? random.uniformAt(rowBegin + index)
                   : -1;
    return draws;
  }

private:
  llvm::ArrayRef<int64_t> indices;
  int64_t globalSize;
  llvm::SmallVector<float, 0> draws;
  bool isRange;
};
} // namespace

/// Calls `visit` with the index in the global tensor at which each row begins,
/// or none for a row that is not in it, in order.
static void forEachRow(const Placement &placement, unsigned dim, int64_t begin,
                       bool isInside,
                       llvm::function_ref<void(std::optional<int64_t>)> visit) {
  unsigned lastDim = placement.indices.size() - 1;
  if (dim == lastDim)
    return visit(isInside ? std::optional(begin) : std::nullopt);
  int64_t size = placement.globalDims[dim];
  int64_t step =
      product(llvm::ArrayRef(placement.globalDims).drop_front(dim + 1));
  for (int64_t index : placement.indices[dim]) {
    bool isHere = isInside && index >= 0 && index < size;
    forEachRow(placement, dim + 1, isHere ? begin + index * step : 0, isHere,
               visit);
  }
}

HostTensor interp::dropout(const HostTensor &input, double rate, uint64_t seed,
                           uint64_t stream, const Placement &placement) {
  RandomArray random(seed, stream);
  HostTensor result = HostTensor::allocate(input.getKind(), input.getDims());
  // A scalar is a row.
  Placement rows = placement;
  if (rows.indices.empty())
    rows = Placement::whole({1});
  RowDraws draws(rows.indices.back(), rows.globalDims.back());
  dispatchFloat(input.getKind(), [&](auto type) {
    using T = decltype(type);
    const T *from = input.data<T>().data();
    T *to = result.mutableData<T>().data();
    int64_t size = rows.indices.back().size();
    forEachRow(rows, 0, 0, true, [&](std::optional<int64_t> begin) {
      if (!begin) {
        to = std::fill_n(to, size, T(0));
        from += size;
        return;
      }
      for (float draw : draws.at(random, *begin)) {
        T kept = *from++ / static_cast<T>(1 - rate);
        *to++ = draw < rate ? T(0) : kept;
      }
    });
  });
  return result;
}
