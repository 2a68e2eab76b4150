// RUN: partita-opt %s -canonicalize="test-convergence" -split-input-file | FileCheck %s

//===----------------------------------------------------------------------===//
// Linear
//===----------------------------------------------------------------------===//

// CHECK-LABEL: func @linear_transposed_weight(
// CHECK-SAME: %[[X:.*]]: tensor<2x16xf32>, %[[W:.*]]: tensor<8x16xf32>
func.func @linear_transposed_weight(%x: tensor<2x16xf32>, %w: tensor<8x16xf32>) -> tensor<2x8xf32> {
  %t = xformer.transpose %w [1, 0] : (tensor<8x16xf32>) -> tensor<16x8xf32>
  // CHECK-NEXT: xformer.linear %[[X]], %[[W]] transpose_weight :
  %0 = xformer.linear %x, %t : (tensor<2x16xf32>, tensor<16x8xf32>) -> tensor<2x8xf32>
  return %0 : tensor<2x8xf32>
}

// Transposed twice is not transposed.
// CHECK-LABEL: func @linear_weight_transposed_twice(
// CHECK-SAME: %[[X:.*]]: tensor<2x16xf32>, %[[W:.*]]: tensor<16x8xf32>, %[[B:.*]]: tensor<8xf32>
func.func @linear_weight_transposed_twice(%x: tensor<2x16xf32>, %w: tensor<16x8xf32>, %b: tensor<8xf32>) -> tensor<2x8xf32> {
  %t = xformer.transpose %w [1, 0] : (tensor<16x8xf32>) -> tensor<8x16xf32>
  // CHECK-NEXT: xformer.linear %[[X]], %[[W]] bias(%[[B]]) :
  %0 = xformer.linear %x, %t transpose_weight bias(%b)
    : (tensor<2x16xf32>, tensor<8x16xf32>, tensor<8xf32>) -> tensor<2x8xf32>
  return %0 : tensor<2x8xf32>
}

// A bias of either zero is none.
// CHECK-LABEL: func @linear_zero_bias(
// CHECK-SAME: %[[X:.*]]: tensor<2x16xf32>, %[[W:.*]]: tensor<8x16xf32>
func.func @linear_zero_bias(%x: tensor<2x16xf32>, %w: tensor<8x16xf32>) -> (tensor<2x8xf32>, tensor<2x8xf32>) {
  %zero = arith.constant dense<0.0> : tensor<8xf32>
  // CHECK-NEXT: %[[Y:.*]] = xformer.linear %[[X]], %[[W]] transpose_weight : (tensor<2x16xf32>, tensor<8x16xf32>)
  %0 = xformer.linear %x, %w transpose_weight bias(%zero)
    : (tensor<2x16xf32>, tensor<8x16xf32>, tensor<8xf32>) -> tensor<2x8xf32>
  %minus = arith.constant dense<-0.0> : tensor<8xf32>
  // CHECK-NEXT: %[[Z:.*]] = xformer.linear %[[X]], %[[W]] transpose_weight : (tensor<2x16xf32>, tensor<8x16xf32>)
  %1 = xformer.linear %x, %w transpose_weight bias(%minus)
    : (tensor<2x16xf32>, tensor<8x16xf32>, tensor<8xf32>) -> tensor<2x8xf32>
  // CHECK-NEXT: return %[[Y]], %[[Z]]
  return %0, %1 : tensor<2x8xf32>, tensor<2x8xf32>
}

// CHECK-LABEL: func @linear_small_bias(
func.func @linear_small_bias(%x: tensor<2x16xf32>, %w: tensor<16x8xf32>) -> tensor<2x8xf32> {
  %b = arith.constant dense<1.0e-30> : tensor<8xf32>
  // CHECK: xformer.linear {{.*}} bias(
  %0 = xformer.linear %x, %w bias(%b) : (tensor<2x16xf32>, tensor<16x8xf32>, tensor<8xf32>) -> tensor<2x8xf32>
  return %0 : tensor<2x8xf32>
}

//===----------------------------------------------------------------------===//
// Matmul
//===----------------------------------------------------------------------===//

// CHECK-LABEL: func @matmul_transposed_left(
// CHECK-SAME: %[[A:.*]]: tensor<3x5x4xf32>, %[[B:.*]]: tensor<3x5x6xf32>
func.func @matmul_transposed_left(%a: tensor<3x5x4xf32>, %b: tensor<3x5x6xf32>) -> tensor<3x4x6xf32> {
  %t = xformer.transpose %a [0, 2, 1] : (tensor<3x5x4xf32>) -> tensor<3x4x5xf32>
  // CHECK-NEXT: xformer.matmul %[[A]], %[[B]] transpose_lhs :
  %0 = xformer.matmul %t, %b : (tensor<3x4x5xf32>, tensor<3x5x6xf32>) -> tensor<3x4x6xf32>
  return %0 : tensor<3x4x6xf32>
}

// Both at once, one of them the second time.
// CHECK-LABEL: func @matmul_transposed_both(
// CHECK-SAME: %[[A:.*]]: tensor<4x5xf32>, %[[B:.*]]: tensor<6x5xf32>
func.func @matmul_transposed_both(%a: tensor<4x5xf32>, %b: tensor<6x5xf32>) -> tensor<4x6xf32> {
  %s = xformer.transpose %a [1, 0] : (tensor<4x5xf32>) -> tensor<5x4xf32>
  %t = xformer.transpose %b [1, 0] : (tensor<6x5xf32>) -> tensor<5x6xf32>
  // CHECK-NEXT: xformer.matmul %[[A]], %[[B]] transpose_rhs :
  %0 = xformer.matmul %s, %t transpose_lhs : (tensor<5x4xf32>, tensor<5x6xf32>) -> tensor<4x6xf32>
  return %0 : tensor<4x6xf32>
}

// The transposition is absorbed by one product though another op reads it.
// CHECK-LABEL: func @matmul_transposed_with_other_use(
// CHECK-SAME: %[[A:.*]]: tensor<4x5xf32>, %[[B:.*]]: tensor<6x5xf32>
func.func @matmul_transposed_with_other_use(%a: tensor<4x5xf32>, %b: tensor<6x5xf32>) -> (tensor<4x6xf32>, tensor<5x6xf32>) {
  // CHECK: %[[T:.*]] = xformer.transpose %[[B]]
  %t = xformer.transpose %b [1, 0] : (tensor<6x5xf32>) -> tensor<5x6xf32>
  // CHECK: xformer.matmul %[[A]], %[[B]] transpose_rhs :
  %0 = xformer.matmul %a, %t : (tensor<4x5xf32>, tensor<5x6xf32>) -> tensor<4x6xf32>
  return %0, %t : tensor<4x6xf32>, tensor<5x6xf32>
}

// A product cannot permute leading dimensions.
// CHECK-LABEL: func @matmul_permuted_batch(
func.func @matmul_permuted_batch(%a: tensor<3x2x5x4xf32>, %b: tensor<2x3x5x6xf32>) -> tensor<2x3x4x6xf32> {
  // CHECK: xformer.transpose
  %t = xformer.transpose %a [1, 0, 3, 2] : (tensor<3x2x5x4xf32>) -> tensor<2x3x4x5xf32>
  // CHECK: xformer.matmul %{{.*}}, %{{.*}} : (tensor<2x3x4x5xf32>
  %0 = xformer.matmul %t, %b : (tensor<2x3x4x5xf32>, tensor<2x3x5x6xf32>) -> tensor<2x3x4x6xf32>
  return %0 : tensor<2x3x4x6xf32>
}

// -----

//===----------------------------------------------------------------------===//
// Attention
//===----------------------------------------------------------------------===//

// CHECK-LABEL: func @attention_zero_bias(
// CHECK-SAME: %[[Q:.*]]: tensor<2x4x8x64xf32>, %[[M:.*]]: tensor<2x4xi1>
func.func @attention_zero_bias(%q: tensor<2x4x8x64xf32>, %m: tensor<2x4xi1>) -> tensor<2x4x8x64xf32> {
  %zero = arith.constant dense<0.0> : tensor<1x8x4x4xf32>
  // CHECK-NEXT: xformer.attention %[[Q]], %[[Q]], %[[Q]] key_mask(%[[M]]) causal scale 1.250000e-01 :
  %0 = xformer.attention %q, %q, %q bias(%zero) key_mask(%m) causal scale 0.125
    : (tensor<2x4x8x64xf32>, tensor<2x4x8x64xf32>, tensor<2x4x8x64xf32>, tensor<1x8x4x4xf32>, tensor<2x4xi1>)
    -> tensor<2x4x8x64xf32>
  return %0 : tensor<2x4x8x64xf32>
}

// A bias of minus infinity hides keys.
// CHECK-LABEL: func @attention_infinite_bias(
func.func @attention_infinite_bias(%q: tensor<2x4x8x64xf32>) -> tensor<2x4x8x64xf32> {
  %b = arith.constant dense<0xFF800000> : tensor<1x8x4x4xf32>
  // CHECK: xformer.attention {{.*}} bias(
  %0 = xformer.attention %q, %q, %q bias(%b) scale 0.125
    : (tensor<2x4x8x64xf32>, tensor<2x4x8x64xf32>, tensor<2x4x8x64xf32>, tensor<1x8x4x4xf32>) -> tensor<2x4x8x64xf32>
  return %0 : tensor<2x4x8x64xf32>
}

// CHECK-LABEL: func @attention_true_mask(
// CHECK-SAME: %[[Q:.*]]: tensor<2x4x8x64xf32>, %[[P:.*]]: tensor<4xi32>
func.func @attention_true_mask(%q: tensor<2x4x8x64xf32>, %p: tensor<4xi32>) -> tensor<2x4x8x64xf32> {
  %true = arith.constant dense<true> : tensor<2x4xi1>
  // CHECK-NEXT: xformer.attention %[[Q]], %[[Q]], %[[Q]] query_positions(%[[P]]) causal scale
  %0 = xformer.attention %q, %q, %q key_mask(%true) query_positions(%p) causal scale 0.125
    : (tensor<2x4x8x64xf32>, tensor<2x4x8x64xf32>, tensor<2x4x8x64xf32>, tensor<2x4xi1>, tensor<4xi32>)
    -> tensor<2x4x8x64xf32>
  return %0 : tensor<2x4x8x64xf32>
}

// One hidden key is enough.
// CHECK-LABEL: func @attention_mask(
func.func @attention_mask(%q: tensor<1x2x8x64xf32>) -> (tensor<1x2x8x64xf32>, tensor<1x2x8x64xf32>) {
  %mask = arith.constant dense<[[true, false]]> : tensor<1x2xi1>
  // CHECK: xformer.attention {{.*}} key_mask(
  %0 = xformer.attention %q, %q, %q key_mask(%mask) scale 0.125
    : (tensor<1x2x8x64xf32>, tensor<1x2x8x64xf32>, tensor<1x2x8x64xf32>, tensor<1x2xi1>) -> tensor<1x2x8x64xf32>
  %false = arith.constant dense<false> : tensor<1x2xi1>
  // CHECK: xformer.attention {{.*}} key_mask(
  %1 = xformer.attention %q, %q, %q key_mask(%false) scale 0.125
    : (tensor<1x2x8x64xf32>, tensor<1x2x8x64xf32>, tensor<1x2x8x64xf32>, tensor<1x2xi1>) -> tensor<1x2x8x64xf32>
  return %0, %1 : tensor<1x2x8x64xf32>, tensor<1x2x8x64xf32>
}

// The rest of the op is what it was, other people's attributes included.
// CHECK-LABEL: func @attention_unused_lse(
// CHECK-SAME: %[[Q:.*]]: tensor<2x4x8x64xf32>, %[[B:.*]]: tensor<1x8x4x4xf32>
func.func @attention_unused_lse(%q: tensor<2x4x8x64xf32>, %b: tensor<1x8x4x4xf32>) -> tensor<2x4x8x64xf32> {
  // CHECK-NEXT: %[[OUT:.*]] = xformer.attention %[[Q]], %[[Q]], %[[Q]] bias(%[[B]]) causal scale 1.250000e-01 {some.attribute = 3 : i64}
  // CHECK-SAME: tensor<1x8x4x4xf32>) -> tensor<2x4x8x64xf32>
  %0, %lse = xformer.attention %q, %q, %q bias(%b) causal scale 0.125 {some.attribute = 3}
    : (tensor<2x4x8x64xf32>, tensor<2x4x8x64xf32>, tensor<2x4x8x64xf32>, tensor<1x8x4x4xf32>)
    -> (tensor<2x4x8x64xf32>, tensor<2x8x4xf32>)
  // CHECK-NEXT: return %[[OUT]]
  return %0 : tensor<2x4x8x64xf32>
}

// CHECK-LABEL: func @attention_used_lse(
func.func @attention_used_lse(%q: tensor<2x4x8x64xf32>) -> tensor<2x8x4xf32> {
  // CHECK: -> (tensor<2x4x8x64xf32>, tensor<2x8x4xf32>)
  %0, %lse = xformer.attention %q, %q, %q scale 0.125
    : (tensor<2x4x8x64xf32>, tensor<2x4x8x64xf32>, tensor<2x4x8x64xf32>) -> (tensor<2x4x8x64xf32>, tensor<2x8x4xf32>)
  return %lse : tensor<2x8x4xf32>
}
