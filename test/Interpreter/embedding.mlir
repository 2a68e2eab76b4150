// RUN: interpret-functions %s | FileCheck %s
// RUN: interpret-functions %s --f64 | FileCheck %s

// CHECK-LABEL: @embedding
// CHECK-NEXT: {{\[\[\[}}5, 6], [1, 2]]]
func.func @embedding() -> tensor<1x2x2xf32> {
  %table = arith.constant dense<[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]> : tensor<3x2xf32>
  %ids = arith.constant dense<[[2, 0]]> : tensor<1x2xi32>
  %0 = xformer.embedding %table, %ids : (tensor<3x2xf32>, tensor<1x2xi32>) -> tensor<1x2x2xf32>
  return %0 : tensor<1x2x2xf32>
}

// The rows of a device are 5 and 6; then two rows of one id, which add up.
// CHECK-LABEL: @embedding_row_ids
// CHECK-NEXT: {{\[\[}}3, 4], [0, 0], [1, 2]]
// CHECK-NEXT: {{\[\[}}4, 6], [0, 0], [0, 0]]
func.func @embedding_row_ids() -> (tensor<3x2xf32>, tensor<3x2xf32>) {
  %table = arith.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>
  %ids = arith.constant dense<[6, -1, 5]> : tensor<3xi32>
  %range = xformer.iota first 5 : tensor<2xi64>
  %0 = xformer.embedding %table, %ids row_ids(%range) : (tensor<2x2xf32>, tensor<3xi32>, tensor<2xi64>) -> tensor<3x2xf32>
  %same = xformer.iota first 6 step 0 : tensor<2xi32>
  %1 = xformer.embedding %table, %ids row_ids(%same) : (tensor<2x2xf32>, tensor<3xi32>, tensor<2xi32>) -> tensor<3x2xf32>
  return %0, %1 : tensor<3x2xf32>, tensor<3x2xf32>
}

// CHECK-LABEL: @iota
// CHECK-NEXT: [0, 1, 2]
// CHECK-NEXT: [4, 1, -2, -5]
func.func @iota() -> (tensor<3xi32>, tensor<4xi64>) {
  %0 = xformer.iota : tensor<3xi32>
  %1 = xformer.iota first 4 step -3 : tensor<4xi64>
  return %0, %1 : tensor<3xi32>, tensor<4xi64>
}

// Position 0 stays. At position 1 the first pair, (1, 3), turns by 1 radian and
// the second, (2, 4), by 16^(-2/4) = 1/4.
// CHECK-LABEL: @rotary
// CHECK-NEXT: {{\[\[\[\[}}1, 2, 3, 4]], {{\[\[}}-1.98411{{[0-9]*}}, 0.94820{{[0-9]*}}, 2.46237{{[0-9]*}}, 4.37045{{[0-9]*}}]]]]
// CHECK-NEXT: {{\[\[\[\[}}-1.98411{{[0-9]*}}, 2.46237{{[0-9]*}}, 0.94820{{[0-9]*}}, 4.37045{{[0-9]*}}]]]]
func.func @rotary() -> (tensor<1x2x1x4xf32>, tensor<1x1x1x4xf32>) {
  %x = arith.constant dense<[[[[1.0, 2.0, 3.0, 4.0]], [[1.0, 2.0, 3.0, 4.0]]]]> : tensor<1x2x1x4xf32>
  %0 = xformer.rotary %x theta 1.6e1 : (tensor<1x2x1x4xf32>) -> tensor<1x2x1x4xf32>
  // The pairs side by side, and the position given.
  %y = arith.constant dense<[[[[1.0, 3.0, 2.0, 4.0]]]]> : tensor<1x1x1x4xf32>
  %p = arith.constant dense<1> : tensor<1xi64>
  %1 = xformer.rotary %y positions(%p) theta 1.6e1 interleaved
    : (tensor<1x1x1x4xf32>, tensor<1xi64>) -> tensor<1x1x1x4xf32>
  return %0, %1 : tensor<1x2x1x4xf32>, tensor<1x1x1x4xf32>
}

// Within the original context of 2 positions neither pair turns once: both are
// stretched by 4, so that position 4 looks like position 1 above.
// CHECK-LABEL: @rotary_scaled
// CHECK-NEXT: {{\[\[\[\[}}-1.98411{{[0-9]*}}, 0.94820{{[0-9]*}}, 2.46237{{[0-9]*}}, 4.37045{{[0-9]*}}]]]]
func.func @rotary_scaled() -> tensor<1x1x1x4xf32> {
  %x = arith.constant dense<[[[[1.0, 2.0, 3.0, 4.0]]]]> : tensor<1x1x1x4xf32>
  %p = arith.constant dense<4> : tensor<1xi32>
  %0 = xformer.rotary %x positions(%p) theta 1.6e1
    scaling <factor = 4.0, low_frequency_factor = 1.0, high_frequency_factor = 4.0, original_context = 2>
    : (tensor<1x1x1x4xf32>, tensor<1xi32>) -> tensor<1x1x1x4xf32>
  return %0 : tensor<1x1x1x4xf32>
}

// 4 buckets. In both directions two a side, for distance 0 and for 1 and more,
// with those of later keys second; in one direction buckets 0 and 1 are exact,
// and the other two begin at 2 and at 2 sqrt(2).
// CHECK-LABEL: @relative_position_bias
// CHECK-NEXT: {{\[\[\[\[}}0, 3, 3, 3], [1, 0, 3, 3], [1, 1, 0, 3], [1, 1, 1, 0]]]]
// CHECK-NEXT: {{\[\[\[\[}}0, 0, 0, 0], [1, 0, 0, 0], [2, 1, 0, 0], [3, 2, 1, 0]]]]
// CHECK-NEXT: {{\[\[\[\[}}3, 2]]]]
func.func @relative_position_bias() -> (tensor<1x1x4x4xf32>, tensor<1x1x4x4xf32>, tensor<1x1x1x2xf32>) {
  %table = arith.constant dense<[[0.0], [1.0], [2.0], [3.0]]> : tensor<4x1xf32>
  %0 = xformer.relative_position_bias %table bidirectional max_distance 4
    : (tensor<4x1xf32>) -> tensor<1x1x4x4xf32>
  %1 = xformer.relative_position_bias %table max_distance 4
    : (tensor<4x1xf32>) -> tensor<1x1x4x4xf32>
  // The query at 3, the keys at 0 and 1.
  %q = arith.constant dense<3> : tensor<1xi32>
  %k = arith.constant dense<[0, 1]> : tensor<2xi32>
  %2 = xformer.relative_position_bias %table query_positions(%q) key_positions(%k) max_distance 4
    : (tensor<4x1xf32>, tensor<1xi32>, tensor<2xi32>) -> tensor<1x1x1x2xf32>
  return %0, %1, %2 : tensor<1x1x4x4xf32>, tensor<1x1x4x4xf32>, tensor<1x1x1x2xf32>
}
