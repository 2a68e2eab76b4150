// RUN: interpret-functions %s | FileCheck %s
// RUN: interpret-functions %s --f64 | FileCheck %s

// The two most probable experts; among the equals 0, 1 and 2 the lower ones.
// Probabilities of the first token are e/(e+3) and 1/(e+3).
// CHECK-LABEL: @moe_route
// CHECK-NEXT: {{\[\[}}0.47536{{[0-9]*}}, 0.17487{{[0-9]*}}], [0.25, 0.25]]
// CHECK-NEXT: {{\[\[}}3, 0], [0, 1]]
// CHECK-NEXT: {{\[\[}}0.73105{{[0-9]*}}, 0.26894{{[0-9]*}}], [0.5, 0.5]]
// CHECK-NEXT: {{\[\[}}3, 0], [0, 1]]
func.func @moe_route() -> (tensor<2x2xf32>, tensor<2x2xi32>, tensor<2x2xf32>, tensor<2x2xi32>) {
  %x = arith.constant dense<[[0.0, 0.0, 0.0, 1.0], [5.0, 5.0, 5.0, 5.0]]> : tensor<2x4xf32>
  %w0, %e0 = xformer.moe_route %x : tensor<2x4xf32> -> tensor<2x2xf32>, tensor<2x2xi32>
  %w1, %e1 = xformer.moe_route %x renormalize : tensor<2x4xf32> -> tensor<2x2xf32>, tensor<2x2xi32>
  return %w0, %e0, %w1, %e1 : tensor<2x2xf32>, tensor<2x2xi32>, tensor<2x2xf32>, tensor<2x2xi32>
}

// Tokens 1, 2, 3 choose experts 1 and 0, 1 and 1, 1 and 0. Expert 1 has slots
// for the first two choices only; its other two are dropped.
// CHECK-LABEL: @moe_dispatch_and_combine
// CHECK-NEXT: {{\[\[\[\[}}1], [3]], {{\[\[}}1], [2]]]]
// CHECK-NEXT: {{\[\[\[}}21], [20], [60]]]
func.func @moe_dispatch_and_combine() -> (tensor<1x2x2x1xf32>, tensor<1x3x1xf32>) {
  %x = arith.constant dense<[[[1.0], [2.0], [3.0]]]> : tensor<1x3x1xf32>
  %e = arith.constant dense<[[[1, 0], [1, 1], [1, 0]]]> : tensor<1x3x2xi32>
  %w = arith.constant dense<[[[1.0, 20.0], [10.0, 10.0], [30.0, 20.0]]]> : tensor<1x3x2xf32>
  %0 = xformer.moe_dispatch %x, %e : (tensor<1x3x1xf32>, tensor<1x3x2xi32>) -> tensor<1x2x2x1xf32>
  %1 = xformer.moe_combine %0, %e, %w
    : (tensor<1x2x2x1xf32>, tensor<1x3x2xi32>, tensor<1x3x2xf32>) -> tensor<1x3x1xf32>
  return %0, %1 : tensor<1x2x2x1xf32>, tensor<1x3x1xf32>
}

// The same on a device that has expert 1 alone, and one that has none of them.
// CHECK-LABEL: @moe_expert_ids
// CHECK-NEXT: {{\[\[\[\[}}1], [2]]]]
// CHECK-NEXT: {{\[\[\[\[}}0], [0]]]]
// CHECK-NEXT: {{\[\[\[}}1], [20], [0]]]
func.func @moe_expert_ids() -> (tensor<1x1x2x1xf32>, tensor<1x1x2x1xf32>, tensor<1x3x1xf32>) {
  %x = arith.constant dense<[[[1.0], [2.0], [3.0]]]> : tensor<1x3x1xf32>
  %e = arith.constant dense<[[[1, 0], [1, 1], [1, 0]]]> : tensor<1x3x2xi32>
  %w = arith.constant dense<[[[1.0, 20.0], [10.0, 10.0], [30.0, 20.0]]]> : tensor<1x3x2xf32>
  %one = xformer.iota first 1 : tensor<1xi32>
  %two = xformer.iota first 2 : tensor<1xi32>
  %0 = xformer.moe_dispatch %x, %e expert_ids(%one) : (tensor<1x3x1xf32>, tensor<1x3x2xi32>, tensor<1xi32>) -> tensor<1x1x2x1xf32>
  %1 = xformer.moe_dispatch %x, %e expert_ids(%two) : (tensor<1x3x1xf32>, tensor<1x3x2xi32>, tensor<1xi32>) -> tensor<1x1x2x1xf32>
  %2 = xformer.moe_combine %0, %e, %w expert_ids(%one)
    : (tensor<1x1x2x1xf32>, tensor<1x3x2xi32>, tensor<1x3x2xf32>, tensor<1xi32>) -> tensor<1x3x1xf32>
  return %0, %1, %2 : tensor<1x1x2x1xf32>, tensor<1x1x2x1xf32>, tensor<1x3x1xf32>
}
