// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef PARTITA_INTERPRETER_KERNELS_DROPOUT_H
#define PARTITA_INTERPRETER_KERNELS_DROPOUT_H

#include "partita/Support/HostTensor.h"

namespace partita::interp {

/// Where the elements of a tensor stand in a larger one.
struct Placement {
  /// For each dimension the index of each of its elements.
  llvm::SmallVector<llvm::SmallVector<int64_t, 0>, 4> indices;
  /// The larger tensor.
  Shape globalDims;

  /// That of a tensor of this shape that is all of the larger one.
  static Placement whole(llvm::ArrayRef<int64_t> dims);
  /// That which ids, one tensor a dimension, say.
  static Placement at(llvm::ArrayRef<HostTensor> indices,
                      llvm::ArrayRef<int64_t> globalDims);
};

/// Drops element i of a global tensor if number i of the random array of `seed`
/// and `stream` (partita/Support/Philox.h), uniform in [0, 1), is below `rate`;
/// divides the others by `1 - rate`. `input` is the part of the global tensor
/// that `placement` says; what is outside of the global tensor becomes 0.
HostTensor dropout(const HostTensor &input, double rate, uint64_t seed,
                   uint64_t stream, const Placement &placement);

} // namespace partita::interp

#endif // PARTITA_INTERPRETER_KERNELS_DROPOUT_H
