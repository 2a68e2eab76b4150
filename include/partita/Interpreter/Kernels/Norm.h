// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef PARTITA_INTERPRETER_KERNELS_NORM_H
#define PARTITA_INTERPRETER_KERNELS_NORM_H

#include "partita/Support/HostTensor.h"

namespace partita::interp {

/// Normalizes the last dimension to mean 0 and variance 1, times `weight`, plus
/// `bias` if not null. Sums are formed in f64.
HostTensor layerNorm(const HostTensor &input, const HostTensor &weight,
                     const HostTensor *bias, double epsilon);

/// Normalizes the last dimension to root mean square 1, times `weight`. The sum
/// is formed in f64.
HostTensor rmsNorm(const HostTensor &input, const HostTensor &weight,
                   double epsilon);

/// Exponentials normalized to sum 1 along `dim`.
HostTensor softmax(const HostTensor &input, int64_t dim);

} // namespace partita::interp

#endif // PARTITA_INTERPRETER_KERNELS_NORM_H
