// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "partita/Interpreter/Kernels/Elementwise.h"

#include "KernelUtils.h"
#include "partita/Interpreter/Kernels/Broadcast.h"

#include <cmath>
#include <type_traits>

using namespace partita;
using namespace partita::interp;

// An element is read and written in one iteration, in place or not, which the
// compiler cannot see from the pointers.
#define PARTITA_INDEPENDENT_ITERATIONS                                         \
  _Pragma("clang loop vectorize(assume_safety)")

//===----------------------------------------------------------------------===//
// One operand
//===----------------------------------------------------------------------===//

/// `function` of every element, in place if nobody else sees `input`.
template <typename Function>
static HostTensor map(HostTensor input, Function function) {
  return dispatchFloat(input.getKind(), [&](auto type) {
    using T = decltype(type);
    llvm::ArrayRef<T> from = input.data<T>();
    HostTensor result =
        input.isWritable()
            ? std::move(input)
            : HostTensor::allocate(input.getKind(), input.getDims());
    T *to = result.mutableData<T>().data();
    PARTITA_INDEPENDENT_ITERATIONS
    for (size_t i = 0, e = from.size(); i != e; ++i)
      to[i] = function(from[i]);
    return result;
  });
}

HostTensor interp::mapElements(Unary function, HostTensor input) {
  switch (function) {
  case Unary::Relu: // A comparison with NaN is false.
    return map(std::move(input),
               [](auto x) { return x < 0 ? decltype(x)(0) : x; });
  case Unary::Silu:
    return map(std::move(input), [](auto x) { return x / (1 + std::exp(-x)); });
  case Unary::Gelu:
    return map(std::move(input), [](auto x) {
      constexpr decltype(x) inverseSqrt2 = 0.70710678118654752440;
      return x / 2 * (1 + std::erf(x * inverseSqrt2));
    });
  case Unary::GeluTanh:
    return map(std::move(input), [](auto x) {
      using T = decltype(x);
      constexpr T sqrt2OverPi = 0.79788456080286535588;
      return x / 2 *
             (1 + std::tanh(sqrt2OverPi * (x + T(0.044715) * x * x * x)));
    });
  case Unary::Neg:
    return map(std::move(input), [](auto x) { return -x; });
  case Unary::Abs:
    return map(std::move(input), [](auto x) { return std::fabs(x); });
  case Unary::Exp:
    return map(std::move(input), [](auto x) { return std::exp(x); });
  case Unary::Log:
    return map(std::move(input), [](auto x) { return std::log(x); });
  case Unary::Sqrt:
    return map(std::move(input), [](auto x) { return std::sqrt(x); });
  case Unary::Rsqrt:
    return map(std::move(input), [](auto x) { return 1 / std::sqrt(x); });
  case Unary::Tanh:
    return map(std::move(input), [](auto x) { return std::tanh(x); });
  case Unary::Erf:
    return map(std::move(input), [](auto x) { return std::erf(x); });
  case Unary::Sin:
    return map(std::move(input), [](auto x) { return std::sin(x); });
  case Unary::Cos:
    return map(std::move(input), [](auto x) { return std::cos(x); });
  }
  __builtin_unreachable();
}

//===----------------------------------------------------------------------===//
// Two operands
//===----------------------------------------------------------------------===//

/// `function` of elements that are `lhsStep` and `rhsStep` (0 or 1) apart. The
/// usual cases are loops of their own, so that they become vector code.
template <typename T, typename Function>
static void combineRow(const T *lhs, int64_t lhsStep, const T *rhs,
                       int64_t rhsStep, T *to, int64_t size,
                       Function function) {
  if (lhsStep == 1 && rhsStep == 1) {
    PARTITA_INDEPENDENT_ITERATIONS
    for (int64_t i = 0; i != size; ++i)
      to[i] = function(lhs[i], rhs[i]);
  } else if (lhsStep == 1) {
    const T y = *rhs;
    PARTITA_INDEPENDENT_ITERATIONS
    for (int64_t i = 0; i != size; ++i)
      to[i] = function(lhs[i], y);
  } else {
    const T x = *lhs;
    PARTITA_INDEPENDENT_ITERATIONS
    for (int64_t i = 0; i != size; ++i)
      to[i] = function(x, rhs[i * rhsStep]);
  }
}

template <typename T, typename Function>
static HostTensor combine(HostTensor lhs, const HostTensor &rhs,
                          Function function) {
  const T *lhsData = lhs.data<T>().data(), *rhsData = rhs.data<T>().data();
  Shape dims = broadcastShape(lhs.getDims(), rhs.getDims());
  Shape lhsSteps = broadcastSteps(lhs.getDims(), dims);
  Shape rhsSteps = broadcastSteps(rhs.getDims(), dims);
  bool isPlain = lhs.getDims() == rhs.getDims();
  bool inPlace = lhs.isWritable() && lhs.getDims() == llvm::ArrayRef(dims);
  HostTensor result =
      inPlace ? std::move(lhs) : HostTensor::allocate(rhs.getKind(), dims);
  T *to = result.mutableData<T>().data();
  if (isPlain) {
    combineRow(lhsData, 1, rhsData, 1, to, result.getNumElements(), function);
    return result;
  }
  int64_t size = dims.pop_back_val();
  int64_t lhsStep = lhsSteps.pop_back_val(), rhsStep = rhsSteps.pop_back_val();
  forEachIndex(dims, lhsSteps, rhsSteps, [&](int64_t l, int64_t r) {
    combineRow(lhsData + l, lhsStep, rhsData + r, rhsStep, to, size, function);
    to += size;
  });
  return result;
}

template <typename T> static T maximum(T x, T y) {
  if (std::isnan(x) || std::isnan(y))
    return std::numeric_limits<T>::quiet_NaN();
  if (x == y) // Zeros compare equal.
    return std::signbit(x) ? y : x;
  return x > y ? x : y;
}

template <typename T> static T minimum(T x, T y) { return -maximum(-x, -y); }

template <typename T>
static HostTensor combineFloats(Binary function, HostTensor lhs,
                                const HostTensor &rhs) {
  switch (function) {
  case Binary::Add:
    return combine<T>(std::move(lhs), rhs, [](T x, T y) { return x + y; });
  case Binary::Sub:
    return combine<T>(std::move(lhs), rhs, [](T x, T y) { return x - y; });
  case Binary::Mul:
    return combine<T>(std::move(lhs), rhs, [](T x, T y) { return x * y; });
  case Binary::Div:
    return combine<T>(std::move(lhs), rhs, [](T x, T y) { return x / y; });
  case Binary::Max:
    return combine<T>(std::move(lhs), rhs, maximum<T>);
  case Binary::Min:
    return combine<T>(std::move(lhs), rhs, minimum<T>);
  case Binary::LogAddExp:
    return combine<T>(std::move(lhs), rhs, [](T x, T y) {
      T larger = maximum(x, y), smaller = minimum(x, y);
      return std::isinf(larger)
                 ? larger
                 : larger + std::log1p(std::exp(smaller - larger));
    });
  }
  __builtin_unreachable();
}

/// Integers are combined as 64-bit unsigned ones and cut; an i1 is one bit.
template <typename T>
static HostTensor combineIntegers(Binary function, HostTensor lhs,
                                  const HostTensor &rhs) {
  auto with = [&](auto wide) {
    return combine<T>(std::move(lhs), rhs, [&](T x, T y) {
      uint64_t value = wide(static_cast<uint64_t>(x), static_cast<uint64_t>(y));
      return static_cast<T>(std::is_same_v<T, uint8_t> ? value & 1 : value);
    });
  };
  switch (function) {
  case Binary::Add:
    return with(std::plus<uint64_t>());
  case Binary::Sub:
    return with(std::minus<uint64_t>());
  case Binary::Mul:
    return with(std::multiplies<uint64_t>());
  default:
    break;
  }
  llvm_unreachable("not a function of integers");
}

HostTensor interp::combineElements(Binary function, HostTensor lhs,
                                   const HostTensor &rhs) {
  assert(lhs.getKind() == rhs.getKind() && "expected one element type");
  return dispatch(lhs.getKind(), [&](auto type) -> HostTensor {
    using T = decltype(type);
    if constexpr (std::is_floating_point_v<T>)
      return combineFloats<T>(function, std::move(lhs), rhs);
    else if constexpr (std::is_integral_v<T>)
      return combineIntegers<T>(function, std::move(lhs), rhs);
    else
      llvm_unreachable("expected a tensor that was widened for computing");
  });
}

HostTensor interp::gated(Unary activation, HostTensor gate,
                         const HostTensor &value) {
  return combineElements(Binary::Mul, mapElements(activation, std::move(gate)),
                         value);
}

//===----------------------------------------------------------------------===//
// Rounding
//===----------------------------------------------------------------------===//

HostTensor interp::roundThrough(ElementKind kind, HostTensor input) {
  assert(input.getKind() == ElementKind::F32 && isFloatKind(kind));
  switch (kind) {
  case ElementKind::BF16:
    return map(std::move(input),
               [](auto x) -> decltype(x) { return toFloat(toBFloat16(x)); });
  case ElementKind::F16:
    return map(std::move(input),
               [](auto x) -> decltype(x) { return toFloat(toFloat16(x)); });
  default:
    return input;
  }
}
