// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Moving elements of any type. Splitting and merging dimensions and slicing are
// HostTensor's own.

#ifndef PARTITA_INTERPRETER_KERNELS_SHAPE_H
#define PARTITA_INTERPRETER_KERNELS_SHAPE_H

#include "partita/Support/HostTensor.h"

namespace partita::interp {

/// Dimension i of the result is dimension `permutation[i]` of the input.
HostTensor transpose(const HostTensor &input,
                     llvm::ArrayRef<int64_t> permutation);

/// Joins at least one tensor along `dim`.
HostTensor concat(llvm::ArrayRef<HostTensor> inputs, int64_t dim);

/// `input` with `value`, a scalar, at every index of dimension `dim` where
/// `keep` is false.
HostTensor fill(HostTensor input, int64_t dim, const HostTensor &keep,
                const HostTensor &value);

} // namespace partita::interp

#endif // PARTITA_INTERPRETER_KERNELS_SHAPE_H
