// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef PARTITA_INTERPRETER_KERNELS_ELEMENTWISE_H
#define PARTITA_INTERPRETER_KERNELS_ELEMENTWISE_H

#include "partita/Support/HostTensor.h"

namespace partita::interp {

/// Functions of one number.
enum class Unary {
  Relu,     ///< max(x, 0); NaN stays NaN
  Silu,     ///< x / (1 + exp(-x))
  Gelu,     ///< x / 2 * (1 + erf(x / sqrt(2)))
  GeluTanh, ///< x / 2 * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 x^3)))
  Neg,
  Abs,
  Exp,
  Log,
  Sqrt,
  Rsqrt,
  Tanh,
  Erf,
  Sin,
  Cos,
};

/// Functions of two numbers. Add, Sub and Mul are defined on integers too,
/// where they wrap around.
enum class Binary {
  Add,
  Sub,
  Mul,
  Div,
  Max,       ///< NaN if either is; +0 is greater than -0
  Min,       ///< likewise
  LogAddExp, ///< log(exp(x) + exp(y)); minus infinity if both are
};

/// Every element through `function`. Floats only. Works in place when the
/// caller gives up the last reference to `input`.
HostTensor mapElements(Unary function, HostTensor input);

/// Pairs of elements, with broadcasting, through `function`. Both operands have
/// the same element type. Works in place when the caller gives up the last
/// reference to `lhs` and it has the shape of the result.
HostTensor combineElements(Binary function, HostTensor lhs,
                           const HostTensor &rhs);

/// `activation(gate) * value` for one of the activations above.
HostTensor gated(Unary activation, HostTensor gate, const HostTensor &value);

/// The same numbers in F32, each rounded to `kind`, a float kind, on the way.
HostTensor roundThrough(ElementKind kind, HostTensor input);

} // namespace partita::interp

#endif // PARTITA_INTERPRETER_KERNELS_ELEMENTWISE_H
