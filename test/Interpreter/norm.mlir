// RUN: interpret-functions %s | FileCheck %s
// RUN: interpret-functions %s --f64 | FileCheck %s

// Mean 2, variance 1, and 3 more make 4: divided by 2.
// CHECK-LABEL: @layer_norm
// CHECK-NEXT: {{\[\[}}99, 202]]
// CHECK-NEXT: {{\[\[}}-1, 2]]
func.func @layer_norm() -> (tensor<1x2xf32>, tensor<1x2xf32>) {
  %x = arith.constant dense<[[1.0, 3.0]]> : tensor<1x2xf32>
  %w = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %b = arith.constant dense<[100.0, 200.0]> : tensor<2xf32>
  %0 = xformer.layer_norm %x, %w bias(%b) epsilon 3.0
    : (tensor<1x2xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<1x2xf32>
  %1 = xformer.layer_norm %x, %w epsilon 3.0
    : (tensor<1x2xf32>, tensor<2xf32>) -> tensor<1x2xf32>
  return %0, %1 : tensor<1x2xf32>, tensor<1x2xf32>
}

// Mean square 34, and 2 more make 36: divided by 6.
// CHECK-LABEL: @rms_norm
// CHECK-NEXT: {{\[\[}}5, 80], [0, 0]]
func.func @rms_norm() -> tensor<2x2xf32> {
  %x = arith.constant dense<[[2.0, 8.0], [0.0, 0.0]]> : tensor<2x2xf32>
  %w = arith.constant dense<[15.0, 60.0]> : tensor<2xf32>
  %0 = xformer.rms_norm %x, %w epsilon 2.0
    : (tensor<2x2xf32>, tensor<2xf32>) -> tensor<2x2xf32>
  return %0 : tensor<2x2xf32>
}

// Along the second dimension and along the first.
// CHECK-LABEL: @softmax
// CHECK-NEXT: {{\[\[}}0.5, 0.5], [0, 1]]
// CHECK-NEXT: {{\[\[}}1, 0.5], [0, 0.5]]
func.func @softmax() -> (tensor<2x2xf32>, tensor<2x2xf32>) {
  %x = arith.constant dense<[[7.0, 7.0], [-1000.0, 7.0]]> : tensor<2x2xf32>
  %0 = xformer.softmax %x dim 1 : tensor<2x2xf32>
  %1 = xformer.softmax %x dim 0 : tensor<2x2xf32>
  return %0, %1 : tensor<2x2xf32>, tensor<2x2xf32>
}
