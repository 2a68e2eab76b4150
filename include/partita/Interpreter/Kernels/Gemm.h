// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The one matrix product that all others are made of.

#ifndef PARTITA_INTERPRETER_KERNELS_GEMM_H
#define PARTITA_INTERPRETER_KERNELS_GEMM_H

#include <cstdint>

namespace partita::interp {

/// A row-major matrix in memory that somebody else owns: row i starts at
/// `data + i * stride`. When `transposed`, it stands for its transpose.
template <typename T> struct MatrixRef {
  const T *data;
  int64_t stride;
  bool transposed = false;
};

/// `c = alpha * a * b + beta * c` where `a` is m x k, `b` is k x n (after their
/// transposition) and row i of `c`, which is m x n, starts at `c + i * stride`.
/// With beta 0, `c` is not read. Any of m, n and k may be 0.
///
/// In f32 this is oneDNN's, in f64 a blocked loop of our own. The result is the
/// same for every run on one machine with one number of threads.
void gemm(int64_t m, int64_t n, int64_t k, float alpha, MatrixRef<float> a,
          MatrixRef<float> b, float beta, float *c, int64_t stride);
void gemm(int64_t m, int64_t n, int64_t k, double alpha, MatrixRef<double> a,
          MatrixRef<double> b, double beta, double *c, int64_t stride);

/// How many threads one f32 product may use, for the calling thread.
void setNumGemmThreads(unsigned numThreads);

} // namespace partita::interp

#endif // PARTITA_INTERPRETER_KERNELS_GEMM_H
