// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "partita/Interpreter/Kernels/Linear.h"

#include "KernelUtils.h"
#include "partita/Interpreter/Kernels/Broadcast.h"
#include "partita/Interpreter/Kernels/Gemm.h"

using namespace partita;
using namespace partita::interp;

template <typename T>
static void linearInto(HostTensor &result, const HostTensor &input,
                       const HostTensor &weight, const HostTensor *bias,
                       bool transposeWeight) {
  int64_t k = input.getDims().back(), n = result.getDims().back();
  int64_t m = product(input.getDims().drop_back());
  T *out = result.mutableData<T>().data();
  if (bias)
    for (int64_t i = 0; i != m; ++i)
      llvm::copy(bias->data<T>(), out + i * n);
  gemm(m, n, k, T(1), {input.data<T>().data(), k},
       {weight.data<T>().data(), weight.getDim(1), transposeWeight},
       T(bias ? 1 : 0), out, n);
}

HostTensor interp::linear(const HostTensor &input, const HostTensor &weight,
                          const HostTensor *bias, bool transposeWeight) {
  Shape dims(input.getDims());
  dims.back() = weight.getDim(transposeWeight ? 0 : 1);
  HostTensor result = HostTensor::allocate(input.getKind(), dims);
  dispatchFloat(input.getKind(), [&](auto type) {
    linearInto<decltype(type)>(result, input, weight, bias, transposeWeight);
  });
  return result;
}

template <typename T>
static void matmulInto(HostTensor &result, const HostTensor &lhs,
                       const HostTensor &rhs, bool transposeLhs,
                       bool transposeRhs) {
  auto lhsMatrix = lhs.getDims().take_back(2);
  auto rhsMatrix = rhs.getDims().take_back(2);
  auto batch = result.getDims().drop_back(2);
  int64_t m = result.getDims().take_back(2)[0], n = result.getDims().back();
  int64_t k = lhsMatrix[transposeLhs ? 0 : 1];
  const T *lhsData = lhs.data<T>().data(), *rhsData = rhs.data<T>().data();
  T *out = result.mutableData<T>().data();
  auto lhsBatch = lhs.getDims().drop_back(2);
  auto rhsBatch = rhs.getDims().drop_back(2);
  if (product(rhsBatch) == 1 && !transposeLhs) {
    // One matrix for all of the batch: the batch is more rows.
    gemm(product(batch) * m, n, k, T(1), {lhsData, lhsMatrix[1]},
         {rhsData, rhsMatrix[1], transposeRhs}, T(0), out, n);
    return;
  }
  int64_t lhsSize = product(lhsMatrix), rhsSize = product(rhsMatrix);
  forEachIndex(
      batch, broadcastSteps(lhsBatch, batch), broadcastSteps(rhsBatch, batch),
      [&](int64_t lhsIndex, int64_t rhsIndex) {
        gemm(m, n, k, T(1),
             {lhsData + lhsIndex * lhsSize, lhsMatrix[1], transposeLhs},
             {rhsData + rhsIndex * rhsSize, rhsMatrix[1], transposeRhs}, T(0),
             out, n);
        out += m * n;
      });
}

HostTensor interp::matmul(const HostTensor &lhs, const HostTensor &rhs,
                          bool transposeLhs, bool transposeRhs) {
  Shape dims =
      broadcastShape(lhs.getDims().drop_back(2), rhs.getDims().drop_back(2));
  dims.push_back(lhs.getDims().take_back(2)[transposeLhs ? 1 : 0]);
  dims.push_back(rhs.getDims().take_back(2)[transposeRhs ? 0 : 1]);
  HostTensor result = HostTensor::allocate(lhs.getKind(), dims);
  dispatchFloat(lhs.getKind(), [&](auto type) {
    matmulInto<decltype(type)>(result, lhs, rhs, transposeLhs, transposeRhs);
  });
  return result;
}
