// RUN: partita-opt %s | partita-opt | FileCheck %s
// RUN: partita-opt %s --mlir-print-op-generic | partita-opt | FileCheck %s
// RUN: partita-opt %s --emit-bytecode | partita-opt | FileCheck %s

// CHECK-LABEL: func @layer_norm(
// CHECK-SAME: %[[X:.*]]: tensor<2x16x64xf32>, %[[W:.*]]: tensor<64xf32>, %[[B:.*]]: tensor<64xf32>
func.func @layer_norm(%x: tensor<2x16x64xf32>, %w: tensor<64xf32>, %b: tensor<64xf32>) -> tensor<2x16x64xf32> {
  // CHECK: xformer.layer_norm %[[X]], %[[W]] bias(%[[B]]) epsilon 1.000000e-05
  // CHECK-SAME: : (tensor<2x16x64xf32>, tensor<64xf32>, tensor<64xf32>) -> tensor<2x16x64xf32>
  %0 = xformer.layer_norm %x, %w bias(%b) epsilon 1.0e-5
    : (tensor<2x16x64xf32>, tensor<64xf32>, tensor<64xf32>)
    -> tensor<2x16x64xf32>
  return %0 : tensor<2x16x64xf32>
}

// The bias is optional, and epsilon may be 0.
// CHECK-LABEL: func @layer_norm_no_bias(
func.func @layer_norm_no_bias(%x: tensor<64xbf16>, %w: tensor<64xbf16>) -> tensor<64xbf16> {
  // CHECK: xformer.layer_norm %{{.*}}, %{{.*}} epsilon 0.000000e+00 : (tensor<64xbf16>, tensor<64xbf16>) -> tensor<64xbf16>
  %0 = xformer.layer_norm %x, %w epsilon 0.0 : (tensor<64xbf16>, tensor<64xbf16>) -> tensor<64xbf16>
  return %0 : tensor<64xbf16>
}

// CHECK-LABEL: func @rms_norm(
// CHECK-SAME: %[[X:.*]]: tensor<2x16x64xf32>, %[[W:.*]]: tensor<64xf32>
func.func @rms_norm(%x: tensor<2x16x64xf32>, %w: tensor<64xf32>) -> tensor<2x16x64xf32> {
  // CHECK: xformer.rms_norm %[[X]], %[[W]] epsilon 1.000000e-05 : (tensor<2x16x64xf32>, tensor<64xf32>) -> tensor<2x16x64xf32>
  %0 = xformer.rms_norm %x, %w epsilon 1.0e-5
    : (tensor<2x16x64xf32>, tensor<64xf32>) -> tensor<2x16x64xf32>
  return %0 : tensor<2x16x64xf32>
}

// A number that needs all digits of a double keeps them.
// CHECK-LABEL: func @rms_norm_exact_epsilon(
func.func @rms_norm_exact_epsilon(%x: tensor<2x64xf16>, %w: tensor<64xf16>) -> tensor<2x64xf16> {
  // CHECK: epsilon 9.9999999747524271E-7
  %0 = xformer.rms_norm %x, %w epsilon 9.9999999747524271e-7 : (tensor<2x64xf16>, tensor<64xf16>) -> tensor<2x64xf16>
  return %0 : tensor<2x64xf16>
}

// CHECK-LABEL: func @softmax(
// CHECK-SAME: %[[X:.*]]: tensor<2x16x64xf32>
func.func @softmax(%x: tensor<2x16x64xf32>) -> tensor<2x16x64xf32> {
  // CHECK: xformer.softmax %[[X]] dim 2 : tensor<2x16x64xf32>
  %0 = xformer.softmax %x dim 2 : tensor<2x16x64xf32>
  return %0 : tensor<2x16x64xf32>
}
