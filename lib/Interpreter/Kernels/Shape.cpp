// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "partita/Interpreter/Kernels/Shape.h"

#include "KernelUtils.h"
#include "partita/Interpreter/Kernels/Broadcast.h"

#include <cstring>

using namespace partita;
using namespace partita::interp;

HostTensor interp::transpose(const HostTensor &input,
                             llvm::ArrayRef<int64_t> permutation) {
  Shape inputSteps = broadcastSteps(input.getDims(), input.getDims());
  Shape dims, steps;
  for (int64_t dim : permutation) {
    dims.push_back(input.getDim(dim));
    steps.push_back(inputSteps[dim]);
  }
  HostTensor result = HostTensor::allocate(input.getKind(), dims);
  // Trailing dimensions that stay where they are move as one piece.
  int64_t piece = 1;
  while (!dims.empty() &&
         permutation.back() == static_cast<int64_t>(permutation.size()) - 1) {
    piece *= dims.pop_back_val();
    steps.pop_back();
    permutation = permutation.drop_back();
  }
  int64_t numBytes = piece * elementSize(input.getKind());
  dispatch(input.getKind(), [&](auto type) {
    using T = decltype(type);
    const T *from = input.data<T>().data();
    T *to = result.mutableData<T>().data();
    forEachIndex(dims, steps, steps, [&](int64_t offset, int64_t) {
      std::memcpy(to, from + offset, numBytes);
      to += piece;
    });
  });
  return result;
}

HostTensor interp::concat(llvm::ArrayRef<HostTensor> inputs, int64_t dim) {
  Shape dims(inputs.front().getDims());
  dims[dim] = 0;
  for (const HostTensor &input : inputs)
    dims[dim] += input.getDim(dim);
  HostTensor result = HostTensor::allocate(inputs.front().getKind(), dims);
  char *to = static_cast<char *>(result.mutableBytes());
  int64_t outer = product(llvm::ArrayRef(dims).take_front(dim));
  for (int64_t i = 0; i != outer; ++i)
    for (const HostTensor &input : inputs) {
      int64_t numBytes = input.getNumBytes() / outer;
      const char *from = static_cast<const char *>(input.bytes());
      std::memcpy(to, from + i * numBytes, numBytes);
      to += numBytes;
    }
  return result;
}

HostTensor interp::fill(HostTensor input, int64_t dim, const HostTensor &keep,
                        const HostTensor &value) {
  HostTensor result = std::move(input).makeWritable();
  int64_t outer = 1, inner = 1, size = result.getDim(dim);
  for (int64_t before : result.getDims().take_front(dim))
    outer *= before;
  for (int64_t after : result.getDims().drop_front(dim + 1))
    inner *= after;
  dispatch(result.getKind(), [&](auto type) {
    using T = decltype(type);
    HostTensor converted = value.convertTo(result.getKind());
    T element = converted.data<T>().front();
    T *to = result.mutableData<T>().data();
    for (int64_t i = 0; i != outer; ++i)
      for (int64_t index = 0; index != size; ++index, to += inner)
        if (!keep.data<uint8_t>()[index])
          std::fill(to, to + inner, element);
  });
  return result;
}
