// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "partita/Interpreter/Kernels/Loss.h"

#include "KernelUtils.h"
#include "partita/Interpreter/Kernels/Embedding.h"

#include <cmath>

using namespace partita;
using namespace partita::interp;

/// The logarithm of the sum of exponentials of a row that is not empty.
template <typename T> static double logSumExp(llvm::ArrayRef<T> row) {
  T max = row.front();
  for (T element : row)
    if (element > max || std::isnan(element))
      max = element;
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
      sum += logSumExp(row) - row[label];
      ++count;
    }
    result.sum = HostTensor::of<T>({}, {static_cast<T>(sum)});
    result.count = HostTensor::of<T>({}, {static_cast<T>(count)});
  });
  return result;
}
