// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "partita/Interpreter/Kernels/Dropout.h"

#include "KernelUtils.h"
#include "partita/Interpreter/Kernels/Broadcast.h"
#include "partita/Support/Philox.h"

using namespace partita;
using namespace partita::interp;

HostTensor interp::dropout(const HostTensor &input, double rate, uint64_t seed,
                           uint64_t stream, llvm::ArrayRef<int64_t> origin,
                           llvm::ArrayRef<int64_t> globalDims) {
  RandomArray random(seed, stream);
  Shape globalSteps = broadcastSteps(globalDims, globalDims);
  // Index of the first element of `input` in the global tensor.
  int64_t first = 0;
  for (auto [index, step] : llvm::zip_equal(origin, globalSteps))
    first += index * step;

  HostTensor result = HostTensor::allocate(input.getKind(), input.getDims());
  // The last dimension is contiguous in the global tensor; a scalar is a row.
  llvm::ArrayRef<int64_t> rows = input.getDims();
  int64_t size = rows.empty() ? 1 : rows.back();
  if (!rows.empty())
    rows = rows.drop_back();
  llvm::ArrayRef<int64_t> rowSteps =
      llvm::ArrayRef(globalSteps).take_front(rows.size());
  llvm::SmallVector<float, 0> draws(size);
  dispatchFloat(input.getKind(), [&](auto type) {
    using T = decltype(type);
    const T *from = input.data<T>().data();
    T *to = result.mutableData<T>().data();
    forEachIndex(rows, rowSteps, rowSteps, [&](int64_t offset, int64_t) {
      random.uniform(first + offset, draws);
      for (float draw : draws) {
        T kept = *from++ / static_cast<T>(1 - rate);
        *to++ = draw < rate ? T(0) : kept;
      }
    });
  });
  return result;
}
