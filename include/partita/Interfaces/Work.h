// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// How much an op does: what the cost model turns into seconds.
//
// Work is a function of an op and of the shapes it runs on, since a planner
// asks about local shapes that no IR has. What an op does may also depend on
// values that nobody knows before the program runs: which rows of a table the
// ids name, which expert a token chooses; or on where in the sequence a slice
// of a causal attention lies. Such work is counted as if it were spread evenly:
// a device that holds 1/n of the table looks up 1/n of the ids. The sum over
// all devices is then the work of the whole op.

#ifndef PARTITA_INTERFACES_WORK_H
#define PARTITA_INTERFACES_WORK_H

#include "mlir/Support/LLVM.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/MathExtras.h"
#include <concepts>
#include <cstdint>
#include <limits>
#include <string>

namespace mlir {
class Operation;
} // namespace mlir

namespace partita {

/// A count of something, not negative. Arithmetic that would overflow stays at
/// the largest int64_t: the work on an absurd shape is absurd, not undefined.
class Count {
public:
  constexpr Count(int64_t value = 0) : value(value) {}
  constexpr operator int64_t() const { return value; }

  friend Count operator+(Count a, Count b) {
    int64_t result;
    return llvm::AddOverflow(a.value, b.value, result) ? largest : result;
  }
  friend Count operator*(Count a, Count b) {
    int64_t result;
    return llvm::MulOverflow(a.value, b.value, result) ? largest : result;
  }
  // Exact matches for plain numbers, which would otherwise be as close to the
  // arithmetic of int64_t as to ours.
  template <std::integral T> friend Count operator+(Count a, T b) {
    return a + Count(b);
  }
  template <std::integral T> friend Count operator+(T a, Count b) {
    return Count(a) + b;
  }
  template <std::integral T> friend Count operator*(Count a, T b) {
    return a * Count(b);
  }
  template <std::integral T> friend Count operator*(T a, Count b) {
    return Count(a) * b;
  }
  Count &operator+=(Count other) { return *this = *this + other; }
  Count &operator*=(Count other) { return *this = *this * other; }

private:
  static constexpr int64_t largest = std::numeric_limits<int64_t>::max();

  int64_t value;
};

/// `total * part / whole`, rounded up: the even share of `part` of a `whole`.
/// All of it if `whole` is 0.
Count evenShare(Count total, Count part, Count whole);

/// The shape of a tensor, without a context to unique it in.
struct TensorShape {
  mlir::SmallVector<int64_t, 4> dims;
  /// Width of an element in bits; 1 for i1 masks, which are stored as a byte.
  unsigned elementBits = 32;

  size_t rank() const { return dims.size(); }
  int64_t dim(unsigned index) const { return dims[index]; }
  /// The size of the dimension `index` from the end, which is 0.
  int64_t dimFromEnd(unsigned index) const {
    return dims[dims.size() - 1 - index];
  }

  Count numElements() const;
  /// Bytes of an element in memory; an i1 element takes one.
  int64_t bytesPerElement() const { return (elementBits + 7) / 8; }
  Count numBytes() const;
};

/// Work of one execution of an op.
struct Work {
  /// Operations of matrix products; a multiply-add counts as two.
  int64_t matrixFlops = 0;
  /// All other floating-point operations; a transcendental function counts as
  /// one, as does a maximum, a comparison or a selection.
  int64_t vectorFlops = 0;
  /// Bytes touched in memory if everything that is read is read once, and every
  /// result written once.
  int64_t bytesRead = 0;
  int64_t bytesWritten = 0;

  int64_t flops() const { return Count(matrixFlops) + Count(vectorFlops); }
  int64_t bytes() const { return Count(bytesRead) + Count(bytesWritten); }
  Work &operator+=(const Work &other);
  friend bool operator==(const Work &a, const Work &b) = default;
  /// "1 matrix flops, 2 vector flops, 3 bytes read, 4 bytes written".
  std::string str() const;
};

/// Work of an op that reads all its operands, writes all its results and does
/// `vectorFlops` operations.
Work streamingWork(mlir::ArrayRef<TensorShape> operands,
                   mlir::ArrayRef<TensorShape> results, int64_t vectorFlops);

/// Shapes of the ranked tensors among the operands (results) of `op`; other
/// values count as scalars.
mlir::SmallVector<TensorShape> operandShapes(mlir::Operation *op);
mlir::SmallVector<TensorShape> resultShapes(mlir::Operation *op);

} // namespace partita

#endif // PARTITA_INTERFACES_WORK_H
