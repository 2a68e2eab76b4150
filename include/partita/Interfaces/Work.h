// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// How much an op does: what the cost model turns into seconds.

#ifndef PARTITA_INTERFACES_WORK_H
#define PARTITA_INTERFACES_WORK_H

#include "mlir/Support/LLVM.h"
#include "llvm/ADT/SmallVector.h"
#include <cstdint>

namespace mlir {
class Operation;
} // namespace mlir

namespace partita {

/// The shape of a tensor, without a context to unique it in: work is asked for
/// at many shapes that no IR has.
struct TensorShape {
  mlir::SmallVector<int64_t, 4> dims;
  /// Width of an element in bits; 1 for i1 masks, which are stored as a byte.
  unsigned elementBits = 32;

  int64_t numElements() const;
  /// Bytes in memory; an i1 element takes one byte.
  int64_t numBytes() const;
};

/// Work of one execution of an op.
struct Work {
  /// Operations of matrix products; a multiply-add counts as two.
  int64_t matrixFlops = 0;
  /// All other floating-point operations; a transcendental function counts as
  /// one.
  int64_t vectorFlops = 0;
  /// Bytes touched in memory if every operand is read once and every result
  /// written once.
  int64_t bytesRead = 0;
  int64_t bytesWritten = 0;

  int64_t flops() const { return matrixFlops + vectorFlops; }
  int64_t bytes() const { return bytesRead + bytesWritten; }
  Work &operator+=(const Work &other);
  friend bool operator==(const Work &a, const Work &b) = default;
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
