// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef PARTITA_INTERPRETER_KERNELS_LOSS_H
#define PARTITA_INTERPRETER_KERNELS_LOSS_H

#include "partita/Support/HostTensor.h"

namespace partita::interp {

struct CrossEntropyResult {
  /// Scalars.
  HostTensor sum, count;
};

/// The sum of `-log softmax(logits[i...])[labels[i...]]` over the labels that
/// are not `ignoreIndex`, and their number. Sums are formed in f64.
CrossEntropyResult crossEntropy(const HostTensor &logits,
                                const HostTensor &labels, int64_t ignoreIndex);

/// The logarithm of the sum of exponentials of every row of `input [i...,
/// classes]`: `[i...]`. Minus infinity for a row of such, or of nothing. Sums
/// are formed in f64.
HostTensor logSumExp(const HostTensor &input);

/// Elements of `input [i..., classes]` whose class has the id that `labels
/// [i...]` ask for, summed, or 0: `[i...]`.
HostTensor pick(const HostTensor &input, const HostTensor &labels,
                const HostTensor &classIds);

/// The sum of `lse - picked` over the labels that are not `ignoreIndex`, and
/// their number. Sums are formed in f64.
CrossEntropyResult nll(const HostTensor &lse, const HostTensor &picked,
                       const HostTensor &labels, int64_t ignoreIndex);

} // namespace partita::interp

#endif // PARTITA_INTERPRETER_KERNELS_LOSS_H
