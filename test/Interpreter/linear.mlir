// RUN: interpret-functions %s | FileCheck %s
// RUN: interpret-functions %s --f64 | FileCheck %s

// result[i, n] = sum over k of input[i, k] * weight[k, n]
// CHECK-LABEL: @linear
// CHECK-NEXT: {{\[\[}}13, 16], [29, 36]]
func.func @linear() -> tensor<2x2xf32> {
  %x = arith.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>
  %w = arith.constant dense<[[3.0, 4.0], [5.0, 6.0]]> : tensor<2x2xf32>
  %0 = xformer.linear %x, %w : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2x2xf32>
  return %0 : tensor<2x2xf32>
}

// The weight is [n, k] here.
// CHECK-LABEL: @linear_transposed_with_bias
// CHECK-NEXT: {{\[}}111, 217, 323]
func.func @linear_transposed_with_bias() -> tensor<3xf32> {
  %x = arith.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %w = arith.constant dense<[[3.0, 4.0], [5.0, 6.0], [7.0, 8.0]]> : tensor<3x2xf32>
  %b = arith.constant dense<[100.0, 200.0, 300.0]> : tensor<3xf32>
  %0 = xformer.linear %x, %w transpose_weight bias(%b)
    : (tensor<2xf32>, tensor<3x2xf32>, tensor<3xf32>) -> tensor<3xf32>
  return %0 : tensor<3xf32>
}

// CHECK-LABEL: @matmul
// CHECK-NEXT: {{\[\[}}13, 16]]
func.func @matmul() -> tensor<1x2xf32> {
  %a = arith.constant dense<[[1.0, 2.0]]> : tensor<1x2xf32>
  %b = arith.constant dense<[[3.0, 4.0], [5.0, 6.0]]> : tensor<2x2xf32>
  %0 = xformer.matmul %a, %b : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<1x2xf32>
  return %0 : tensor<1x2xf32>
}

// Both transposed: [1 2] stands upright, and the rows of %b become columns. The
// batches, 2 and 1 against 3, broadcast.
// CHECK-LABEL: @matmul_batched
// CHECK-NEXT: tensor<2x3x1x2x{{f32|f64}}>
// CHECK-SAME: {{\[\[\[\[}}11, 17]], {{\[\[}}2, 1]], {{\[\[}}3, 0]]],
// CHECK-SAME: {{\[\[\[}}110, 170]], {{\[\[}}20, 10]], {{\[\[}}30, 0]]]]
func.func @matmul_batched() -> tensor<2x3x1x2xf32> {
  %a = arith.constant dense<[[[[1.0], [2.0]]], [[[10.0], [20.0]]]]> : tensor<2x1x2x1xf32>
  %b = arith.constant dense<[[[3.0, 4.0], [5.0, 6.0]], [[0.0, 1.0], [1.0, 0.0]],
                             [[1.0, 1.0], [0.0, 0.0]]]> : tensor<3x2x2xf32>
  %0 = xformer.matmul %a, %b transpose_lhs transpose_rhs
    : (tensor<2x1x2x1xf32>, tensor<3x2x2xf32>) -> tensor<2x3x1x2xf32>
  return %0 : tensor<2x3x1x2xf32>
}
