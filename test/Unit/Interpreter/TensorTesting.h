// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Short ways to make tensors, to look into them and to compare them.

#ifndef PARTITA_TEST_UNIT_INTERPRETER_TENSORTESTING_H
#define PARTITA_TEST_UNIT_INTERPRETER_TENSORTESTING_H

#include "partita/Support/HostTensor.h"
#include "partita/Support/RandomTensor.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include <cmath>
#include <string>
#include <vector>

namespace partita::interp {

/// The kinds in which kernels compute.
inline constexpr ElementKind computeKinds[] = {ElementKind::F32,
                                               ElementKind::F64};

inline HostTensor floats(ElementKind kind, llvm::ArrayRef<int64_t> dims,
                         std::initializer_list<double> values) {
  return HostTensor::of<double>(dims, values).convertTo(kind);
}
inline HostTensor floats(llvm::ArrayRef<int64_t> dims,
                         std::initializer_list<double> values) {
  return floats(ElementKind::F32, dims, values);
}
inline HostTensor ids(llvm::ArrayRef<int64_t> dims,
                      std::initializer_list<int32_t> values) {
  return HostTensor::of<int32_t>(dims, values);
}
inline HostTensor mask(llvm::ArrayRef<int64_t> dims,
                       std::initializer_list<uint8_t> values) {
  return HostTensor::of<uint8_t>(dims, values);
}

/// Normal numbers; `name` tells the tensors of a test apart.
inline HostTensor randomFloats(ElementKind kind, llvm::StringRef name,
                               llvm::ArrayRef<int64_t> dims) {
  // The same numbers for every kind.
  return randomNormalTensor(1, name, ElementKind::F32, dims, 1.0)
      .convertTo(kind);
}

/// Integers of [-4, 4] as floats: sums and products of a few thousand of them
/// are exact in f32.
inline HostTensor exactFloats(ElementKind kind, llvm::StringRef name,
                              llvm::ArrayRef<int64_t> dims) {
  return randomIntegerTensor(1, name, ElementKind::I32, dims, -4, 4)
      .convertTo(kind);
}

/// All elements in row-major order.
inline std::vector<double> values(const HostTensor &tensor) {
  return tensor.convertTo(ElementKind::F64).data<double>().vec();
}

/// One element.
inline double at(const HostTensor &tensor,
                 std::initializer_list<int64_t> indices) {
  int64_t offset = 0;
  unsigned dim = 0;
  for (int64_t index : indices)
    offset = offset * tensor.getDim(dim++) + index;
  return dispatch(tensor.getKind(), [&](auto type) -> double {
    using T = decltype(type);
    if constexpr (std::is_arithmetic_v<T>)
      return tensor.data<T>()[offset];
    else
      return toFloat(tensor.data<T>()[offset]);
  });
}

/// Matches a tensor of this shape whose elements differ from those of
/// `expected` by no more than `tolerance` times their size, or times 1 if they
/// are smaller. NaN matches NaN.
MATCHER_P2(IsCloseTo, expected, tolerance,
           "is close to tensor<" + expected.describe() + ">") {
  if (arg.getDims() != expected.getDims()) {
    *result_listener << "has shape " << arg.describe();
    return false;
  }
  std::vector<double> actualValues = values(arg);
  std::vector<double> expectedValues = values(expected);
  for (size_t i = 0; i != actualValues.size(); ++i) {
    double actual = actualValues[i], wanted = expectedValues[i];
    bool matches = actual == wanted ||
                   (std::isnan(actual) && std::isnan(wanted)) ||
                   std::fabs(actual - wanted) <=
                       tolerance * std::max(1.0, std::fabs(wanted));
    if (!matches) {
      *result_listener << "has " << actual << " instead of " << wanted
                       << " at index " << i;
      return false;
    }
  }
  return true;
}

/// Matches a tensor with the same shape, element type and bits.
MATCHER_P(HasBitsOf, expected, "equals tensor<" + expected.describe() + ">") {
  return arg.describe() == expected.describe() &&
         std::memcmp(arg.bytes(), expected.bytes(), arg.getNumBytes()) == 0;
}

/// How far a result may be from one that was computed in f64.
inline double toleranceOf(ElementKind kind) {
  return kind == ElementKind::F64 ? 1e-12 : 1e-5;
}

} // namespace partita::interp

#endif // PARTITA_TEST_UNIT_INTERPRETER_TENSORTESTING_H
