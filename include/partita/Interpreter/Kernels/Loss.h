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

} // namespace partita::interp

#endif // PARTITA_INTERPRETER_KERNELS_LOSS_H
