// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "partita/Interpreter/Kernels/Gemm.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/ErrorHandling.h"

#include <algorithm>
#include <cassert>
#include <oneapi/dnnl/dnnl.h>

using namespace partita;
using namespace partita::interp;

// oneDNN's threads are those of GNU's OpenMP runtime.
// NOLINTNEXTLINE(readability-identifier-naming)
extern "C" void omp_set_num_threads(int numThreads);

void interp::setNumGemmThreads(unsigned numThreads) {
  assert(numThreads > 0 && "expected at least one thread");
  omp_set_num_threads(static_cast<int>(numThreads));
}

/// `c = beta * c`, all that is left to do when there is nothing to sum.
template <typename T>
static void scale(int64_t m, int64_t n, T beta, T *c, int64_t stride) {
  for (int64_t i = 0; i != m; ++i)
    for (int64_t j = 0; j != n; ++j)
      c[i * stride + j] = beta == 0 ? 0 : beta * c[i * stride + j];
}

//===----------------------------------------------------------------------===//
// f32
//===----------------------------------------------------------------------===//

void interp::gemm(int64_t m, int64_t n, int64_t k, float alpha,
                  MatrixRef<float> a, MatrixRef<float> b, float beta, float *c,
                  int64_t stride) {
  if (m == 0 || n == 0)
    return;
  if (k == 0)
    return scale(m, n, beta, c, stride);
  dnnl_status_t status =
      dnnl_sgemm(a.transposed ? 'T' : 'N', b.transposed ? 'T' : 'N', m, n, k,
                 alpha, a.data, a.stride, b.data, b.stride, beta, c, stride);
  // Arguments are ours to get right, so what remains is a lack of memory.
  if (status != dnnl_success)
    llvm::report_fatal_error(
        llvm::Twine("oneDNN cannot multiply ") + llvm::Twine(m) + "x" +
            llvm::Twine(k) + " by " + llvm::Twine(k) + "x" + llvm::Twine(n) +
            ": status " + llvm::Twine(static_cast<int>(status)),
        /*gen_crash_diag=*/false);
}

//===----------------------------------------------------------------------===//
// f64
//===----------------------------------------------------------------------===//
//
// Panels of `b` that fit in the second-level cache are packed into strips of 8
// columns, so that the inner loop reads memory in order and keeps a tile of 4 x
// 8 sums in registers. Every sum runs over k in order.

namespace {
constexpr int64_t tileRows = 4, tileColumns = 8;
constexpr int64_t panelRows = 256, panelColumns = 64;

// The tile below is compiled for several vector widths, of which the machine's
// best is taken when the program starts: too early for AddressSanitizer, which
// is not set up by then.
#if defined(__x86_64__) && defined(__linux__) && !defined(__SANITIZE_ADDRESS__)
#define PARTITA_FOR_EACH_VECTOR_WIDTH                                          \
  __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define PARTITA_FOR_EACH_VECTOR_WIDTH
#endif

/// Adds to `sums` the product of a tile of rows of `a`, packed k-major, and of
/// a strip of `b`.
PARTITA_FOR_EACH_VECTOR_WIDTH
void multiplyTile(int64_t k, const double *__restrict a,
                  const double *__restrict b, double *__restrict sums) {
  double tile[tileRows][tileColumns] = {};
  for (int64_t p = 0; p != k; ++p)
    for (int64_t i = 0; i != tileRows; ++i)
      for (int64_t j = 0; j != tileColumns; ++j)
        tile[i][j] += a[p * tileRows + i] * b[p * tileColumns + j];
  for (int64_t i = 0; i != tileRows; ++i)
    for (int64_t j = 0; j != tileColumns; ++j)
      sums[i * tileColumns + j] = tile[i][j];
}
} // namespace

/// Packs `rows` x `columns` elements from (row, column) of `matrix` on into
/// strips of `width` columns, each row by row, the last one filled up with 0.
template <int64_t width>
static void packStrips(MatrixRef<double> matrix, int64_t row, int64_t column,
                       int64_t rows, int64_t columns, double *packed) {
  int64_t rowStep = matrix.transposed ? 1 : matrix.stride;
  int64_t columnStep = matrix.transposed ? matrix.stride : 1;
  const double *origin = matrix.data + row * rowStep + column * columnStep;
  for (int64_t strip = 0; strip < columns; strip += width)
    for (int64_t i = 0; i != rows; ++i)
      for (int64_t j = strip; j != strip + width; ++j)
        *packed++ = j < columns ? origin[i * rowStep + j * columnStep] : 0;
}

void interp::gemm(int64_t m, int64_t n, int64_t k, double alpha,
                  MatrixRef<double> a, MatrixRef<double> b, double beta,
                  double *c, int64_t stride) {
  if (beta != 1)
    scale(m, n, beta, c, stride);
  // Tiles of `a` run along its rows: as strips of the transpose.
  MatrixRef<double> aTransposed{a.data, a.stride, !a.transposed};
  int64_t numTiles = (m + tileRows - 1) / tileRows;
  llvm::SmallVector<double, 0> packedA(numTiles * tileRows *
                                       std::min(k, panelRows));
  llvm::SmallVector<double, 0> packedB(panelColumns * std::min(k, panelRows));
  double sums[tileRows * tileColumns];

  for (int64_t p = 0; p < k; p += panelRows) {
    int64_t depth = std::min(panelRows, k - p);
    packStrips<tileRows>(aTransposed, p, 0, depth, m, packedA.data());
    for (int64_t column = 0; column < n; column += panelColumns) {
      int64_t columns = std::min(panelColumns, n - column);
      packStrips<tileColumns>(b, p, column, depth, columns, packedB.data());
      for (int64_t row = 0; row < m; row += tileRows)
        for (int64_t strip = 0; strip < columns; strip += tileColumns) {
          multiplyTile(depth, packedA.data() + row * depth,
                       packedB.data() + strip * depth, sums);
          int64_t height = std::min(tileRows, m - row);
          int64_t width = std::min(tileColumns, columns - strip);
          for (int64_t i = 0; i != height; ++i)
            for (int64_t j = 0; j != width; ++j)
              c[(row + i) * stride + column + strip + j] +=
                  alpha * sums[i * tileColumns + j];
        }
    }
  }
}
