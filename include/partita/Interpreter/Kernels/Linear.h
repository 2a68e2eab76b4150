// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Kernels are plain functions on tensors: no IR. Float operands of one call are
// all F32 or all F64, and so is the result; shapes are those that the verifier
// of the op of the same name accepts, whose description says what is computed.

#ifndef PARTITA_INTERPRETER_KERNELS_LINEAR_H
#define PARTITA_INTERPRETER_KERNELS_LINEAR_H

#include "partita/Support/HostTensor.h"

namespace partita::interp {

/// `input [i..., k]` times `weight [k, n]` (`[n, k]` when `transposeWeight`)
/// plus `bias [n]` if not null: `[i..., n]`.
HostTensor linear(const HostTensor &input, const HostTensor &weight,
                  const HostTensor *bias, bool transposeWeight);

/// `[i..., m, k]` times `[i..., k, n]`, each transposed in its last two
/// dimensions first when asked for; leading dimensions broadcast.
HostTensor matmul(const HostTensor &lhs, const HostTensor &rhs,
                  bool transposeLhs, bool transposeRhs);

} // namespace partita::interp

#endif // PARTITA_INTERPRETER_KERNELS_LINEAR_H
