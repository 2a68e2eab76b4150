// RUN: interpret-functions %s | FileCheck %s
// RUN: interpret-functions %s --f64 | FileCheck %s

// CHECK-LABEL: @split_and_merge
// CHECK-NEXT: tensor<1x2x3xi32> {{\[\[\[}}1, 2, 3], [4, 5, 6]]]
// CHECK-NEXT: tensor<2x3xi32> {{\[\[}}1, 2, 3], [4, 5, 6]]
func.func @split_and_merge() -> (tensor<1x2x3xi32>, tensor<2x3xi32>) {
  %x = arith.constant dense<[[1, 2, 3, 4, 5, 6]]> : tensor<1x6xi32>
  %0 = xformer.split_dim %x dim 1 : tensor<1x6xi32> -> tensor<1x2x3xi32>
  %1 = xformer.merge_dims %0 dim 0 : (tensor<1x2x3xi32>) -> tensor<2x3xi32>
  return %0, %1 : tensor<1x2x3xi32>, tensor<2x3xi32>
}

// Dimension i of the result is dimension permutation[i] of the input.
// CHECK-LABEL: @transpose
// CHECK-NEXT: tensor<3x1x2xi1> {{\[\[\[}}1, 0]], {{\[\[}}0, 0]], {{\[\[}}0, 1]]]
func.func @transpose() -> tensor<3x1x2xi1> {
  %x = arith.constant dense<[[[true, false, false], [false, false, true]]]> : tensor<1x2x3xi1>
  %0 = xformer.transpose %x [2, 0, 1] : (tensor<1x2x3xi1>) -> tensor<3x1x2xi1>
  return %0 : tensor<3x1x2xi1>
}

// CHECK-LABEL: @slice_and_concat
// CHECK-NEXT: {{\[\[}}2, 3], [5, 6]]
// CHECK-NEXT: {{\[\[}}2, 3, 1, 2, 3], [5, 6, 4, 5, 6]]
func.func @slice_and_concat() -> (tensor<2x2xf32>, tensor<2x5xf32>) {
  %x = arith.constant dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]> : tensor<2x3xf32>
  %0 = xformer.slice %x dim 1 offset 1 : tensor<2x3xf32> -> tensor<2x2xf32>
  %1 = xformer.concat %0, %x dim 1 : (tensor<2x2xf32>, tensor<2x3xf32>) -> tensor<2x5xf32>
  return %0, %1 : tensor<2x2xf32>, tensor<2x5xf32>
}
