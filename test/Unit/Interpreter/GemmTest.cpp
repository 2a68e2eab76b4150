// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "partita/Interpreter/Kernels/Gemm.h"

#include "TensorTesting.h"

#include <limits>

using namespace partita;
using namespace partita::interp;

namespace {

template <typename T> class GemmTest : public testing::Test {
protected:
  static constexpr ElementKind kind = ElementKindOf<T>::value;

  /// Multiplies matrices of small integers, whose rows are `padding` elements
  /// longer than needed, and expects the exact product.
  void checkProduct(int64_t m, int64_t n, int64_t k, bool transposeA,
                    bool transposeB, T alpha, T beta, int64_t padding) {
    SCOPED_TRACE(testing::Message()
                 << m << "x" << k << " * " << k << "x" << n << " transposed "
                 << transposeA << transposeB << " alpha " << alpha << " beta "
                 << beta << " padding " << padding);
    Shape aDims{transposeA ? k : m, (transposeA ? m : k) + padding};
    Shape bDims{transposeB ? n : k, (transposeB ? k : n) + padding};
    HostTensor a = exactFloats(kind, "a", aDims);
    HostTensor b = exactFloats(kind, "b", bDims);
    HostTensor before = exactFloats(kind, "c", {m, n + padding});
    HostTensor c = HostTensor(before).makeWritable();
    gemm(m, n, k, alpha, {a.data<T>().data(), aDims[1], transposeA},
         {b.data<T>().data(), bDims[1], transposeB}, beta,
         c.mutableData<T>().data(), n + padding);
    for (int64_t i = 0; i != m; ++i)
      for (int64_t j = 0; j != n + padding; ++j) {
        double expected = at(before, {i, j});
        if (j < n) {
          double sum = 0;
          for (int64_t p = 0; p != k; ++p)
            sum += (transposeA ? at(a, {p, i}) : at(a, {i, p})) *
                   (transposeB ? at(b, {j, p}) : at(b, {p, j}));
          expected = alpha * sum + beta * expected;
        }
        ASSERT_EQ(at(c, {i, j}), expected) << "at " << i << ", " << j;
      }
  }
};
using FloatTypes = testing::Types<float, double>;
TYPED_TEST_SUITE(GemmTest, FloatTypes);

// All combinations of sizes on and beside the edges of blocks, either operand
// transposed or not.
TYPED_TEST(GemmTest, MultipliesAllShapes) {
  for (int64_t m : {1, 4, 7})
    for (int64_t n : {1, 8, 13, 65})
      for (int64_t k : {1, 3, 257})
        for (bool transposeA : {false, true})
          for (bool transposeB : {false, true})
            this->checkProduct(m, n, k, transposeA, transposeB, 1, 0, 0);
}

// Rows may be longer than the matrix is wide; what lies beyond is left alone.
// The old values are scaled and added.
TYPED_TEST(GemmTest, ScalesAndKeepsPadding) {
  for (auto [alpha, beta] : {std::pair(2, 1), std::pair(-1, 3)})
    this->checkProduct(5, 9, 6, false, true, alpha, beta, 3);
}

// An empty sum is 0, and an empty result is left alone.
TYPED_TEST(GemmTest, AcceptsEmptyMatrices) {
  this->checkProduct(3, 4, 0, false, false, 1, 0, 0);
  this->checkProduct(3, 4, 0, false, false, 1, 2, 1);
  this->checkProduct(0, 4, 5, false, false, 1, 0, 0);
  this->checkProduct(3, 0, 5, false, false, 1, 0, 1);
}

// With beta 0 the old values do not matter, whatever they are.
TYPED_TEST(GemmTest, DoesNotReadWhatItOverwrites) {
  TypeParam a = 2, b = 3, c = std::numeric_limits<TypeParam>::quiet_NaN();
  gemm(1, 1, 1, TypeParam(1), {&a, 1}, {&b, 1}, TypeParam(0), &c, 1);
  EXPECT_EQ(c, 6);
}

// More threads do not change an exact product.
TYPED_TEST(GemmTest, TakesThreads) {
  setNumGemmThreads(2);
  this->checkProduct(70, 90, 300, false, true, 1, 0, 0);
  setNumGemmThreads(1);
}

} // namespace
