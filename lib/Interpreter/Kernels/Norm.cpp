// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "partita/Interpreter/Kernels/Norm.h"

#include "KernelUtils.h"

#include <cmath>

using namespace partita;
using namespace partita::interp;

/// The mean of `function` over `row`.
template <typename T, typename Function>
static double meanOf(llvm::ArrayRef<T> row, Function function) {
  double sum = 0;
  for (T element : row)
    sum += function(static_cast<double>(element));
  return sum / row.size();
}

/// Calls `function(input row, output row)` for every row of the last dimension.
template <typename Function>
static HostTensor mapRows(const HostTensor &input, Function function) {
  HostTensor result = HostTensor::allocate(input.getKind(), input.getDims());
  size_t size = input.getDims().back();
  dispatchFloat(input.getKind(), [&](auto type) {
    using T = decltype(type);
    llvm::ArrayRef<T> from = input.data<T>();
    llvm::MutableArrayRef<T> to = result.mutableData<T>();
    for (; !from.empty();
         from = from.drop_front(size), to = to.drop_front(size))
      function(from.take_front(size), to.take_front(size));
  });
  return result;
}

HostTensor interp::layerNorm(const HostTensor &input, const HostTensor &weight,
                             const HostTensor *bias, double epsilon) {
  return mapRows(input, [&](auto from, auto to) {
    using T = typename decltype(to)::value_type;
    llvm::ArrayRef<T> scale = weight.data<T>(), shift;
    if (bias)
      shift = bias->data<T>();
    double mean = meanOf(from, [](double x) { return x; });
    double variance =
        meanOf(from, [&](double x) { return (x - mean) * (x - mean); });
    double inverse = 1 / std::sqrt(variance + epsilon);
    for (size_t i = 0, e = from.size(); i != e; ++i) {
      T normalized = static_cast<T>((from[i] - mean) * inverse);
      to[i] = normalized * scale[i] + (bias ? shift[i] : 0);
    }
  });
}

HostTensor interp::rmsNorm(const HostTensor &input, const HostTensor &weight,
                           double epsilon) {
  return mapRows(input, [&](auto from, auto to) {
    using T = typename decltype(to)::value_type;
    llvm::ArrayRef<T> scale = weight.data<T>();
    double meanSquare = meanOf(from, [](double x) { return x * x; });
    double inverse = 1 / std::sqrt(meanSquare + epsilon);
    for (size_t i = 0, e = from.size(); i != e; ++i)
      to[i] = static_cast<T>(from[i] * inverse) * scale[i];
  });
}

/// Softmax of `size` elements, `step` apart.
template <typename T>
static void softmaxInto(const T *from, T *to, int64_t size, int64_t step) {
  T max = from[0];
  for (int64_t i = 1; i != size; ++i)
    if (from[i * step] > max || std::isnan(from[i * step]))
      max = from[i * step];
  T sum = 0;
  for (int64_t i = 0; i != size; ++i)
    sum += to[i * step] = std::exp(from[i * step] - max);
  for (int64_t i = 0; i != size; ++i)
    to[i * step] /= sum;
}

HostTensor interp::softmax(const HostTensor &input, int64_t dim) {
  HostTensor result = HostTensor::allocate(input.getKind(), input.getDims());
  if (input.getNumElements() == 0)
    return result;
  int64_t size = input.getDim(dim);
  int64_t outer = product(input.getDims().take_front(dim));
  int64_t inner = product(input.getDims().drop_front(dim + 1));
  dispatchFloat(input.getKind(), [&](auto type) {
    using T = decltype(type);
    const T *from = input.data<T>().data();
    T *to = result.mutableData<T>().data();
    for (int64_t i = 0; i != outer; ++i)
      for (int64_t j = 0; j != inner; ++j)
        softmaxInto(from + i * size * inner + j, to + i * size * inner + j,
                    size, inner);
  });
  return result;
}
