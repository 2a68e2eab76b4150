// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// NumPy's broadcasting as steps in memory: a dimension that is repeated has
// step 0.

#ifndef PARTITA_INTERPRETER_KERNELS_BROADCAST_H
#define PARTITA_INTERPRETER_KERNELS_BROADCAST_H

#include "partita/Support/HostTensor.h"

namespace partita::interp {

/// The shape of two operands together. They must broadcast.
Shape broadcastShape(llvm::ArrayRef<int64_t> lhs, llvm::ArrayRef<int64_t> rhs);

/// For every dimension of `target`, to which `dims` broadcasts, how many
/// elements of a row-major tensor of shape `dims` lie between neighbours.
Shape broadcastSteps(llvm::ArrayRef<int64_t> dims,
                     llvm::ArrayRef<int64_t> target);

/// Calls `function(lhsOffset, rhsOffset)` for every index of `dims` in
/// row-major order, with the sums of index times step.
template <typename Function>
void forEachIndex(llvm::ArrayRef<int64_t> dims,
                  llvm::ArrayRef<int64_t> lhsSteps,
                  llvm::ArrayRef<int64_t> rhsSteps, Function function) {
  if (llvm::is_contained(dims, 0))
    return;
  Shape index(dims.size(), 0);
  int64_t lhs = 0, rhs = 0;
  while (true) {
    function(lhs, rhs);
    // Count up like an odometer; done when the first dimension runs over.
    int64_t dim = static_cast<int64_t>(dims.size()) - 1;
    for (; dim >= 0; --dim) {
      lhs += lhsSteps[dim];
      rhs += rhsSteps[dim];
      if (++index[dim] != dims[dim])
        break;
      lhs -= lhsSteps[dim] * dims[dim];
      rhs -= rhsSteps[dim] * dims[dim];
      index[dim] = 0;
    }
    if (dim < 0)
      return;
  }
}

} // namespace partita::interp

#endif // PARTITA_INTERPRETER_KERNELS_BROADCAST_H
