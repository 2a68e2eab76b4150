// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "partita/Interpreter/Kernels/Broadcast.h"

using namespace partita;

Shape interp::broadcastShape(llvm::ArrayRef<int64_t> lhs,
                             llvm::ArrayRef<int64_t> rhs) {
  if (lhs.size() < rhs.size())
    std::swap(lhs, rhs);
  Shape result(lhs);
  size_t missing = lhs.size() - rhs.size();
  for (size_t dim = 0, e = rhs.size(); dim != e; ++dim) {
    int64_t &size = result[missing + dim];
    assert((size == rhs[dim] || size == 1 || rhs[dim] == 1) &&
           "expected shapes that broadcast");
    if (size == 1)
      size = rhs[dim];
  }
  return result;
}

Shape interp::broadcastSteps(llvm::ArrayRef<int64_t> dims,
                             llvm::ArrayRef<int64_t> target) {
  Shape steps(target.size(), 0);
  size_t missing = target.size() - dims.size();
  int64_t step = 1;
  for (size_t dim = dims.size(); dim-- != 0;) {
    if (dims[dim] != 1)
      steps[missing + dim] = step;
    step *= dims[dim];
  }
  return steps;
}
