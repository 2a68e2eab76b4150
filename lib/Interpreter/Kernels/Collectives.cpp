// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "partita/Interpreter/Kernels/Collectives.h"

#include "partita/Interpreter/Kernels/Elementwise.h"
#include "partita/Interpreter/Kernels/Shape.h"

#include <cmath>

using namespace partita;
using namespace partita::interp;

//===----------------------------------------------------------------------===//
// Combiners
//===----------------------------------------------------------------------===//

/// All inputs through `step`, in the order of the list.
static HostTensor fold(Binary step, llvm::ArrayRef<HostTensor> inputs) {
  HostTensor result = inputs.front();
  for (const HostTensor &input : inputs.drop_front())
    result = combineElements(step, std::move(result), input);
  return result;
}

/// The greatest or the least of integers, element by element.
static HostTensor selectIntegers(bool greatest,
                                 llvm::ArrayRef<HostTensor> inputs) {
  HostTensor result = HostTensor(inputs.front()).makeWritable();
  dispatch(result.getKind(), [&](auto type) {
    using T = decltype(type);
    if constexpr (std::is_integral_v<T>) {
      // Bytes of an i1 may be anything: only 0 is false.
      bool isMask = result.getKind() == ElementKind::I1;
      auto read = [=](T element) { return isMask ? T(element != 0) : element; };
      llvm::MutableArrayRef<T> elements = result.mutableData<T>();
      for (T &element : elements)
        element = read(element);
      for (const HostTensor &input : inputs.drop_front())
        for (auto [element, other] : llvm::zip_equal(elements, input.data<T>()))
          element = greatest ? std::max(element, read(other))
                             : std::min(element, read(other));
    }
  });
  return result;
}

static HostTensor logSumExp(llvm::ArrayRef<HostTensor> inputs) {
  HostTensor greatest = fold(Binary::Max, inputs);
  HostTensor result =
      HostTensor::allocate(greatest.getKind(), greatest.getDims());
  dispatch(result.getKind(), [&](auto type) {
    using T = decltype(type);
    if constexpr (std::is_floating_point_v<T>) {
      llvm::ArrayRef<T> maxima = greatest.data<T>();
      llvm::MutableArrayRef<T> elements = result.mutableData<T>();
      for (auto [i, element] : llvm::enumerate(elements)) {
        double max = maxima[i], sum = 0;
        for (const HostTensor &input : inputs)
          sum += std::exp(input.data<T>()[i] - max);
        element = std::isfinite(max) ? max + std::log(sum) : max;
      }
    }
  });
  return result;
}

HostTensor interp::combine(Combiner combiner,
                           llvm::ArrayRef<HostTensor> inputs) {
  bool isFloat = isFloatKind(inputs.front().getKind());
  switch (combiner) {
  case Combiner::Sum:
    return fold(Binary::Add, inputs);
  case Combiner::Max:
    return isFloat ? fold(Binary::Max, inputs)
                   : selectIntegers(/*greatest=*/true, inputs);
  case Combiner::Min:
    return isFloat ? fold(Binary::Min, inputs)
                   : selectIntegers(/*greatest=*/false, inputs);
  case Combiner::LogSumExp:
    return logSumExp(inputs);
  }
  __builtin_unreachable();
}

//===----------------------------------------------------------------------===//
// Blocks
//===----------------------------------------------------------------------===//

HostTensor interp::takeBlock(const HostTensor &input, unsigned dim,
                             int64_t index, int64_t size) {
  int64_t end = input.getDim(dim);
  int64_t offset = std::min(index * size, end);
  int64_t held = std::min(size, end - offset);
  HostTensor block = input.slice(dim, offset, held);
  if (held == size)
    return block;
  Shape missing(input.getDims());
  missing[dim] = size - held;
  return concat({block, HostTensor::zeros(input.getKind(), missing)}, dim);
}

HostTensor interp::joinBlocks(llvm::ArrayRef<HostTensor> blocks, unsigned dim,
                              int64_t size) {
  llvm::SmallVector<HostTensor> held;
  int64_t lacking = size;
  for (const HostTensor &block : blocks) {
    int64_t taken = std::min(lacking, block.getDim(dim));
    held.push_back(block.slice(dim, 0, taken));
    lacking -= taken;
  }
  return concat(held, dim);
}
