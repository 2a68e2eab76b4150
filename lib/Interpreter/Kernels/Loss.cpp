// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "partita/Interpreter/Kernels/Loss.h"

#include "IdLookup.h"
#include "KernelUtils.h"
#include "partita/Interpreter/Kernels/Embedding.h"

#include <cmath>
#include <limits>

using namespace partita;
using namespace partita::interp;

/// The logarithm of the sum of exponentials of a row.
template <typename T> static double logSumExpOf(llvm::ArrayRef<T> row) {
  constexpr T lowest = -std::numeric_limits<T>::infinity();
  T max = lowest;
  for (T element : row)
    if (element > max || std::isnan(element))
      max = element;
  if (max == lowest)
    return max;
  double sum = 0;
  for (T element : row)
    sum += std::exp(element - max);
  return max + std::log(sum);
}

CrossEntropyResult interp::crossEntropy(const HostTensor &logits,
                                        const HostTensor &labels,
                                        int64_t ignoreIndex) {
  size_t vocabulary = logits.getDims().back();
  assert(!findBadId(labels, vocabulary, ignoreIndex) && "expected labels");
  double sum = 0;
  int64_t count = 0;
  CrossEntropyResult result;
  dispatchFloat(logits.getKind(), [&](auto type) {
    using T = decltype(type);
    for (auto [i, label] : llvm::enumerate(idsOf(labels))) {
      if (label == ignoreIndex)
        continue;
      llvm::ArrayRef<T> row =
          logits.data<T>().slice(i * vocabulary, vocabulary);
      sum += logSumExpOf(row) - row[label];
      ++count;
    }
    result.sum = HostTensor::of<T>({}, {static_cast<T>(sum)});
    result.count = HostTensor::of<T>({}, {static_cast<T>(count)});
  });
  return result;
}

/// The shape of one element for every row of `tensor`.
static Shape shapeOfRows(const HostTensor &tensor) {
  return Shape(tensor.getDims().drop_back());
}

HostTensor interp::logSumExp(const HostTensor &input) {
  HostTensor result = HostTensor::allocate(input.getKind(), shapeOfRows(input));
  size_t size = input.getDims().back();
  dispatchFloat(input.getKind(), [&](auto type) {
    using T = decltype(type);
    for (auto [i, element] : llvm::enumerate(result.mutableData<T>()))
      element =
          static_cast<T>(logSumExpOf(input.data<T>().slice(i * size, size)));
  });
  return result;
}

HostTensor interp::pick(const HostTensor &input, const HostTensor &labels,
                        const HostTensor &classIds) {
  HostTensor result = HostTensor::zeros(input.getKind(), shapeOfRows(input));
  IdLookup classes(classIds);
  size_t size = input.getDims().back();
  dispatchFloat(input.getKind(), [&](auto type) {
    using T = decltype(type);
    llvm::MutableArrayRef<T> sums = result.mutableData<T>();
    for (auto [i, label] : llvm::enumerate(idsOf(labels)))
      classes.forEach(label, [&, i = i](int64_t index) {
        sums[i] += input.data<T>()[i * size + index];
      });
  });
  return result;
}

CrossEntropyResult interp::nll(const HostTensor &lse, const HostTensor &picked,
                               const HostTensor &labels, int64_t ignoreIndex) {
  CrossEntropyResult result;
  dispatchFloat(lse.getKind(), [&](auto type) {
    using T = decltype(type);
    double sum = 0;
    int64_t count = 0;
    for (auto [label, l, x] :
         llvm::zip_equal(idsOf(labels), lse.data<T>(), picked.data<T>())) {
      if (label == ignoreIndex)
        continue;
      sum += double(l) - x;
      ++count;
    }
    result.sum = HostTensor::of<T>({}, {static_cast<T>(sum)});
    result.count = HostTensor::of<T>({}, {static_cast<T>(count)});
  });
  return result;
}
