// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef PARTITA_INTERPRETER_KERNELS_DROPOUT_H
#define PARTITA_INTERPRETER_KERNELS_DROPOUT_H

#include "partita/Support/HostTensor.h"

namespace partita::interp {

/// Drops element i of a global tensor of shape `globalDims` if number i of the
/// random array of `seed` and `stream` (partita/Support/Philox.h), uniform in
/// [0, 1), is below `rate`; divides the others by `1 - rate`. `input` is the
/// part of the global tensor that starts at `origin`.
HostTensor dropout(const HostTensor &input, double rate, uint64_t seed,
                   uint64_t stream, llvm::ArrayRef<int64_t> origin,
                   llvm::ArrayRef<int64_t> globalDims);

} // namespace partita::interp

#endif // PARTITA_INTERPRETER_KERNELS_DROPOUT_H
