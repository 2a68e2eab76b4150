// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the kernels share.

#ifndef PARTITA_LIB_INTERPRETER_KERNELS_KERNELUTILS_H
#define PARTITA_LIB_INTERPRETER_KERNELS_KERNELUTILS_H

#include "partita/Support/HostTensor.h"

namespace partita::interp {

/// Calls `function` with a float or double, the types in which kernels compute.
template <typename Function>
decltype(auto) dispatchFloat(ElementKind kind, Function &&function) {
  assert((kind == ElementKind::F32 || kind == ElementKind::F64) &&
         "expected a tensor that was widened for computing");
  return kind == ElementKind::F64 ? function(double()) : function(float());
}

/// Calls `function` with an int32_t or int64_t, the types of ids.
template <typename Function>
decltype(auto) dispatchId(ElementKind kind, Function &&function) {
  assert((kind == ElementKind::I32 || kind == ElementKind::I64) &&
         "expected ids");
  return kind == ElementKind::I64 ? function(int64_t()) : function(int32_t());
}

/// The number of elements of a shape that a tensor has.
inline int64_t product(llvm::ArrayRef<int64_t> dims) {
  int64_t result = 1;
  for (int64_t dim : dims)
    result *= dim;
  return result;
}

/// All ids as 64-bit integers.
inline llvm::SmallVector<int64_t, 0> idsOf(const HostTensor &ids) {
  return dispatchId(ids.getKind(), [&](auto type) {
    return llvm::SmallVector<int64_t, 0>(ids.data<decltype(type)>());
  });
}

/// The positions that `positions` gives, or 0, 1, ... `count - 1`.
inline llvm::SmallVector<int64_t, 0> positionsOf(const HostTensor *positions,
                                                 int64_t count) {
  if (positions)
    return idsOf(*positions);
  llvm::SmallVector<int64_t, 0> result(count);
  for (int64_t i = 0; i != count; ++i)
    result[i] = i;
  return result;
}

} // namespace partita::interp

#endif // PARTITA_LIB_INTERPRETER_KERNELS_KERNELUTILS_H
