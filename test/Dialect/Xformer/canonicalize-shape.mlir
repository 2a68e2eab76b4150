// RUN: partita-opt %s -canonicalize="test-convergence" -split-input-file | FileCheck %s

//===----------------------------------------------------------------------===//
// Splitting and merging dimensions
//===----------------------------------------------------------------------===//

// CHECK-LABEL: func @split_merged(
// CHECK-SAME: %[[X:.*]]: tensor<2x4x8xf32>
func.func @split_merged(%x: tensor<2x4x8xf32>) -> tensor<2x4x8xf32> {
  %0 = xformer.merge_dims %x dim 1 : (tensor<2x4x8xf32>) -> tensor<2x32xf32>
  %1 = xformer.split_dim %0 dim 1 : tensor<2x32xf32> -> tensor<2x4x8xf32>
  // CHECK-NEXT: return %[[X]]
  return %1 : tensor<2x4x8xf32>
}

// What is split elsewhere than it was merged is another tensor.
// CHECK-LABEL: func @split_merged_differently(
func.func @split_merged_differently(%x: tensor<2x4x8xf32>) -> tensor<2x8x4xf32> {
  %0 = xformer.merge_dims %x dim 1 : (tensor<2x4x8xf32>) -> tensor<2x32xf32>
  // CHECK: xformer.split_dim
  %1 = xformer.split_dim %0 dim 1 : tensor<2x32xf32> -> tensor<2x8x4xf32>
  return %1 : tensor<2x8x4xf32>
}

// A dimension of 1 that moves from one place to the other is back where it was.
// CHECK-LABEL: func @split_merged_elsewhere(
// CHECK-SAME: %[[X:.*]]: tensor<4x1x8xf32>
func.func @split_merged_elsewhere(%x: tensor<4x1x8xf32>) -> tensor<4x1x8xf32> {
  %0 = xformer.merge_dims %x dim 0 : (tensor<4x1x8xf32>) -> tensor<4x8xf32>
  %1 = xformer.split_dim %0 dim 1 : tensor<4x8xf32> -> tensor<4x1x8xf32>
  // CHECK-NEXT: return %[[X]]
  return %1 : tensor<4x1x8xf32>
}

// CHECK-LABEL: func @merge_split(
// CHECK-SAME: %[[X:.*]]: tensor<2x32xi32>
func.func @merge_split(%x: tensor<2x32xi32>) -> tensor<2x32xi32> {
  %0 = xformer.split_dim %x dim 1 : tensor<2x32xi32> -> tensor<2x4x8xi32>
  %1 = xformer.merge_dims %0 dim 1 : (tensor<2x4x8xi32>) -> tensor<2x32xi32>
  // CHECK-NEXT: return %[[X]]
  return %1 : tensor<2x32xi32>
}

// CHECK-LABEL: func @merge_other_dimension(
func.func @merge_other_dimension(%x: tensor<2x32xf32>) -> tensor<8x8xf32> {
  %0 = xformer.split_dim %x dim 1 : tensor<2x32xf32> -> tensor<2x4x8xf32>
  // CHECK: xformer.merge_dims
  %1 = xformer.merge_dims %0 dim 0 : (tensor<2x4x8xf32>) -> tensor<8x8xf32>
  return %1 : tensor<8x8xf32>
}

//===----------------------------------------------------------------------===//
// Transpositions
//===----------------------------------------------------------------------===//

// CHECK-LABEL: func @transpose_identity(
// CHECK-SAME: %[[X:.*]]: tensor<4x4x4xf32>
func.func @transpose_identity(%x: tensor<4x4x4xf32>) -> tensor<4x4x4xf32> {
  %0 = xformer.transpose %x [0, 1, 2] : (tensor<4x4x4xf32>) -> tensor<4x4x4xf32>
  // CHECK-NEXT: return %[[X]]
  return %0 : tensor<4x4x4xf32>
}

// CHECK-LABEL: func @transpose_scalar(
// CHECK-SAME: %[[X:.*]]: tensor<f32>
func.func @transpose_scalar(%x: tensor<f32>) -> tensor<f32> {
  %0 = xformer.transpose %x [] : (tensor<f32>) -> tensor<f32>
  // CHECK-NEXT: return %[[X]]
  return %0 : tensor<f32>
}

// A type that stays does not make a permutation the identity.
// CHECK-LABEL: func @transpose_square(
func.func @transpose_square(%x: tensor<4x4xf32>) -> tensor<4x4xf32> {
  // CHECK: xformer.transpose
  %0 = xformer.transpose %x [1, 0] : (tensor<4x4xf32>) -> tensor<4x4xf32>
  return %0 : tensor<4x4xf32>
}

// Dimension 0 of the result is dimension 1 of the middle, which is dimension 0
// of the input: sizes tell the dimensions apart.
// CHECK-LABEL: func @transpose_transpose(
// CHECK-SAME: %[[X:.*]]: tensor<2x3x5xf32>
func.func @transpose_transpose(%x: tensor<2x3x5xf32>) -> tensor<2x5x3xf32> {
  %0 = xformer.transpose %x [2, 0, 1] : (tensor<2x3x5xf32>) -> tensor<5x2x3xf32>
  // CHECK-NEXT: %[[T:.*]] = xformer.transpose %[[X]] [0, 2, 1] : (tensor<2x3x5xf32>) -> tensor<2x5x3xf32>
  %1 = xformer.transpose %0 [1, 0, 2] : (tensor<5x2x3xf32>) -> tensor<2x5x3xf32>
  // CHECK-NEXT: return %[[T]]
  return %1 : tensor<2x5x3xf32>
}

// CHECK-LABEL: func @transpose_back(
// CHECK-SAME: %[[X:.*]]: tensor<2x3x5xf32>
func.func @transpose_back(%x: tensor<2x3x5xf32>) -> tensor<2x3x5xf32> {
  %0 = xformer.transpose %x [2, 0, 1] : (tensor<2x3x5xf32>) -> tensor<5x2x3xf32>
  %1 = xformer.transpose %0 [1, 2, 0] : (tensor<5x2x3xf32>) -> tensor<2x3x5xf32>
  // CHECK-NEXT: return %[[X]]
  return %1 : tensor<2x3x5xf32>
}

// -----

//===----------------------------------------------------------------------===//
// Slices
//===----------------------------------------------------------------------===//

// CHECK-LABEL: func @slice_all(
// CHECK-SAME: %[[X:.*]]: tensor<2x16xf32>
func.func @slice_all(%x: tensor<2x16xf32>) -> tensor<2x16xf32> {
  %0 = xformer.slice %x dim 1 offset 0 : tensor<2x16xf32> -> tensor<2x16xf32>
  // CHECK-NEXT: return %[[X]]
  return %0 : tensor<2x16xf32>
}

// CHECK-LABEL: func @slice_slice(
// CHECK-SAME: %[[X:.*]]: tensor<2x16xf32>
func.func @slice_slice(%x: tensor<2x16xf32>) -> tensor<2x3xf32> {
  %0 = xformer.slice %x dim 1 offset 4 : tensor<2x16xf32> -> tensor<2x8xf32>
  // CHECK-NEXT: xformer.slice %[[X]] dim 1 offset 6 : tensor<2x16xf32> -> tensor<2x3xf32>
  %1 = xformer.slice %0 dim 1 offset 2 : tensor<2x8xf32> -> tensor<2x3xf32>
  return %1 : tensor<2x3xf32>
}

// Ranges along two dimensions are no range along one.
// CHECK-LABEL: func @slice_slice_other_dimension(
func.func @slice_slice_other_dimension(%x: tensor<8x16xf32>) -> tensor<2x8xf32> {
  // CHECK-COUNT-2: xformer.slice
  %0 = xformer.slice %x dim 1 offset 4 : tensor<8x16xf32> -> tensor<8x8xf32>
  %1 = xformer.slice %0 dim 0 offset 2 : tensor<8x8xf32> -> tensor<2x8xf32>
  return %1 : tensor<2x8xf32>
}

// The range begins in the second input, at its element 1.
// CHECK-LABEL: func @slice_concat(
// CHECK-SAME: %[[X:.*]]: tensor<2x4xf32>, %[[Y:.*]]: tensor<2x8xf32>
func.func @slice_concat(%x: tensor<2x4xf32>, %y: tensor<2x8xf32>) -> tensor<2x7xf32> {
  %0 = xformer.concat %x, %y, %x dim 1 : (tensor<2x4xf32>, tensor<2x8xf32>, tensor<2x4xf32>) -> tensor<2x16xf32>
  // CHECK-NEXT: xformer.slice %[[Y]] dim 1 offset 1 : tensor<2x8xf32> -> tensor<2x7xf32>
  %1 = xformer.slice %0 dim 1 offset 5 : tensor<2x16xf32> -> tensor<2x7xf32>
  return %1 : tensor<2x7xf32>
}

// An input in full is that input.
// CHECK-LABEL: func @slice_concat_whole_input(
// CHECK-SAME: %[[X:.*]]: tensor<2x4xf32>, %[[Y:.*]]: tensor<2x8xf32>
func.func @slice_concat_whole_input(%x: tensor<2x4xf32>, %y: tensor<2x8xf32>) -> tensor<2x8xf32> {
  %0 = xformer.concat %x, %y dim 1 : (tensor<2x4xf32>, tensor<2x8xf32>) -> tensor<2x12xf32>
  %1 = xformer.slice %0 dim 1 offset 4 : tensor<2x12xf32> -> tensor<2x8xf32>
  // CHECK-NEXT: return %[[Y]]
  return %1 : tensor<2x8xf32>
}

// CHECK-LABEL: func @slice_concat_across_inputs(
func.func @slice_concat_across_inputs(%x: tensor<2x4xf32>, %y: tensor<2x8xf32>) -> tensor<2x4xf32> {
  %0 = xformer.concat %x, %y dim 1 : (tensor<2x4xf32>, tensor<2x8xf32>) -> tensor<2x12xf32>
  // CHECK: xformer.slice
  %1 = xformer.slice %0 dim 1 offset 3 : tensor<2x12xf32> -> tensor<2x4xf32>
  return %1 : tensor<2x4xf32>
}

// CHECK-LABEL: func @slice_concat_other_dimension(
func.func @slice_concat_other_dimension(%x: tensor<2x4xf32>, %y: tensor<2x8xf32>) -> tensor<1x12xf32> {
  %0 = xformer.concat %x, %y dim 1 : (tensor<2x4xf32>, tensor<2x8xf32>) -> tensor<2x12xf32>
  // CHECK: xformer.slice
  %1 = xformer.slice %0 dim 0 offset 1 : tensor<2x12xf32> -> tensor<1x12xf32>
  return %1 : tensor<1x12xf32>
}

// -----

//===----------------------------------------------------------------------===//
// Concatenations
//===----------------------------------------------------------------------===//

// CHECK-LABEL: func @concat_one(
// CHECK-SAME: %[[X:.*]]: tensor<2x16xf32>
func.func @concat_one(%x: tensor<2x16xf32>) -> tensor<2x16xf32> {
  %0 = xformer.concat %x dim 1 : (tensor<2x16xf32>) -> tensor<2x16xf32>
  // CHECK-NEXT: return %[[X]]
  return %0 : tensor<2x16xf32>
}

// CHECK-LABEL: func @concat_nested(
// CHECK-SAME: %[[X:.*]]: tensor<2x4xf32>, %[[Y:.*]]: tensor<2x8xf32>
func.func @concat_nested(%x: tensor<2x4xf32>, %y: tensor<2x8xf32>) -> tensor<2x24xf32> {
  %0 = xformer.concat %x, %y dim 1 : (tensor<2x4xf32>, tensor<2x8xf32>) -> tensor<2x12xf32>
  %1 = xformer.concat %0, %x dim 1 : (tensor<2x12xf32>, tensor<2x4xf32>) -> tensor<2x16xf32>
  // CHECK-NEXT: xformer.concat %[[Y]], %[[X]], %[[Y]], %[[X]] dim 1
  %2 = xformer.concat %y, %1 dim 1 : (tensor<2x8xf32>, tensor<2x16xf32>) -> tensor<2x24xf32>
  return %2 : tensor<2x24xf32>
}

// CHECK-LABEL: func @concat_nested_other_dimension(
func.func @concat_nested_other_dimension(%x: tensor<2x4xf32>) -> tensor<4x8xf32> {
  // CHECK-COUNT-2: xformer.concat
  %0 = xformer.concat %x, %x dim 1 : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x8xf32>
  %1 = xformer.concat %0, %0 dim 0 : (tensor<2x8xf32>, tensor<2x8xf32>) -> tensor<4x8xf32>
  return %1 : tensor<4x8xf32>
}

// Taken apart at every level, this chain would have 2^4 inputs.
// CHECK-LABEL: func @concat_doubled(
func.func @concat_doubled(%x: tensor<1xf32>) -> tensor<16xf32> {
  // CHECK-COUNT-4: xformer.concat %[[IN:.*]], %[[IN]] dim 0
  %0 = xformer.concat %x, %x dim 0 : (tensor<1xf32>, tensor<1xf32>) -> tensor<2xf32>
  %1 = xformer.concat %0, %0 dim 0 : (tensor<2xf32>, tensor<2xf32>) -> tensor<4xf32>
  %2 = xformer.concat %1, %1 dim 0 : (tensor<4xf32>, tensor<4xf32>) -> tensor<8xf32>
  %3 = xformer.concat %2, %2 dim 0 : (tensor<8xf32>, tensor<8xf32>) -> tensor<16xf32>
  return %3 : tensor<16xf32>
}

// CHECK-LABEL: func @concat_neighbours(
// CHECK-SAME: %[[X:.*]]: tensor<2x16xf32>
func.func @concat_neighbours(%x: tensor<2x16xf32>) -> tensor<2x9xf32> {
  %0 = xformer.slice %x dim 1 offset 3 : tensor<2x16xf32> -> tensor<2x4xf32>
  %1 = xformer.slice %x dim 1 offset 7 : tensor<2x16xf32> -> tensor<2x5xf32>
  // CHECK-NEXT: %[[S:.*]] = xformer.slice %[[X]] dim 1 offset 3 : tensor<2x16xf32> -> tensor<2x9xf32>
  %2 = xformer.concat %0, %1 dim 1 : (tensor<2x4xf32>, tensor<2x5xf32>) -> tensor<2x9xf32>
  // CHECK-NEXT: return %[[S]]
  return %2 : tensor<2x9xf32>
}

// All parts of a value, in order, are the value.
// CHECK-LABEL: func @concat_all_parts(
// CHECK-SAME: %[[X:.*]]: tensor<2x12xf32>
func.func @concat_all_parts(%x: tensor<2x12xf32>) -> tensor<2x12xf32> {
  %0 = xformer.slice %x dim 1 offset 0 : tensor<2x12xf32> -> tensor<2x4xf32>
  %1 = xformer.slice %x dim 1 offset 4 : tensor<2x12xf32> -> tensor<2x4xf32>
  %2 = xformer.slice %x dim 1 offset 8 : tensor<2x12xf32> -> tensor<2x4xf32>
  %3 = xformer.concat %0, %1, %2 dim 1 : (tensor<2x4xf32>, tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x12xf32>
  // CHECK-NEXT: return %[[X]]
  return %3 : tensor<2x12xf32>
}

// Neighbours are joined where they stand among others.
// CHECK-LABEL: func @concat_neighbours_among_others(
// CHECK-SAME: %[[X:.*]]: tensor<16xf32>, %[[Y:.*]]: tensor<2xf32>
func.func @concat_neighbours_among_others(%x: tensor<16xf32>, %y: tensor<2xf32>) -> tensor<16xf32> {
  // CHECK-DAG: %[[A:.*]] = xformer.slice %[[X]] dim 0 offset 8 : tensor<16xf32> -> tensor<8xf32>
  // CHECK-DAG: %[[B:.*]] = xformer.slice %[[X]] dim 0 offset 0 : tensor<16xf32> -> tensor<4xf32>
  %0 = xformer.slice %x dim 0 offset 8 : tensor<16xf32> -> tensor<4xf32>
  %1 = xformer.slice %x dim 0 offset 12 : tensor<16xf32> -> tensor<4xf32>
  %2 = xformer.slice %x dim 0 offset 0 : tensor<16xf32> -> tensor<4xf32>
  // CHECK: xformer.concat %[[Y]], %[[A]], %[[B]], %[[Y]] dim 0
  %3 = xformer.concat %y, %0, %1, %2, %y dim 0
    : (tensor<2xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<2xf32>) -> tensor<16xf32>
  return %3 : tensor<16xf32>
}

// Out of order, with a gap, and of two values.
// CHECK-LABEL: func @concat_no_neighbours(
func.func @concat_no_neighbours(%x: tensor<16xf32>, %y: tensor<16xf32>) -> (tensor<8xf32>, tensor<8xf32>, tensor<8xf32>) {
  %0 = xformer.slice %x dim 0 offset 0 : tensor<16xf32> -> tensor<4xf32>
  %1 = xformer.slice %x dim 0 offset 4 : tensor<16xf32> -> tensor<4xf32>
  %2 = xformer.slice %x dim 0 offset 8 : tensor<16xf32> -> tensor<4xf32>
  %3 = xformer.slice %y dim 0 offset 4 : tensor<16xf32> -> tensor<4xf32>
  // CHECK-COUNT-3: xformer.concat
  %4 = xformer.concat %1, %0 dim 0 : (tensor<4xf32>, tensor<4xf32>) -> tensor<8xf32>
  %5 = xformer.concat %0, %2 dim 0 : (tensor<4xf32>, tensor<4xf32>) -> tensor<8xf32>
  %6 = xformer.concat %0, %3 dim 0 : (tensor<4xf32>, tensor<4xf32>) -> tensor<8xf32>
  return %4, %5, %6 : tensor<8xf32>, tensor<8xf32>, tensor<8xf32>
}

// Parts along one dimension, joined along another.
// CHECK-LABEL: func @concat_parts_of_other_dimension(
func.func @concat_parts_of_other_dimension(%x: tensor<4x4xf32>) -> tensor<8x2xf32> {
  %0 = xformer.slice %x dim 1 offset 0 : tensor<4x4xf32> -> tensor<4x2xf32>
  %1 = xformer.slice %x dim 1 offset 2 : tensor<4x4xf32> -> tensor<4x2xf32>
  // CHECK: xformer.concat
  %2 = xformer.concat %0, %1 dim 0 : (tensor<4x2xf32>, tensor<4x2xf32>) -> tensor<8x2xf32>
  return %2 : tensor<8x2xf32>
}

// -----

//===----------------------------------------------------------------------===//
// Constants of equal elements
//===----------------------------------------------------------------------===//

// CHECK-LABEL: func @split_constant()
func.func @split_constant() -> tensor<2x4x8xf32> {
  // CHECK-NEXT: arith.constant dense<3.000000e+00> : tensor<2x4x8xf32>
  %c = arith.constant dense<3.0> : tensor<2x32xf32>
  %0 = xformer.split_dim %c dim 1 : tensor<2x32xf32> -> tensor<2x4x8xf32>
  return %0 : tensor<2x4x8xf32>
}

// CHECK-LABEL: func @merge_constant()
func.func @merge_constant() -> tensor<2x32xi1> {
  // CHECK-NEXT: arith.constant dense<true> : tensor<2x32xi1>
  %c = arith.constant dense<true> : tensor<2x4x8xi1>
  %0 = xformer.merge_dims %c dim 1 : (tensor<2x4x8xi1>) -> tensor<2x32xi1>
  return %0 : tensor<2x32xi1>
}

// CHECK-LABEL: func @transpose_constant()
func.func @transpose_constant() -> tensor<3x2xi64> {
  // CHECK-NEXT: arith.constant dense<7> : tensor<3x2xi64>
  %c = arith.constant dense<7> : tensor<2x3xi64>
  %0 = xformer.transpose %c [1, 0] : (tensor<2x3xi64>) -> tensor<3x2xi64>
  return %0 : tensor<3x2xi64>
}

// CHECK-LABEL: func @slice_constant()
func.func @slice_constant() -> tensor<2xbf16> {
  // CHECK-NEXT: arith.constant dense<3.000000e+00> : tensor<2xbf16>
  %c = arith.constant dense<3.0> : tensor<8xbf16>
  %0 = xformer.slice %c dim 0 offset 5 : tensor<8xbf16> -> tensor<2xbf16>
  return %0 : tensor<2xbf16>
}

// CHECK-LABEL: func @concat_constants()
func.func @concat_constants() -> tensor<12xf32> {
  // CHECK-NEXT: arith.constant dense<3.000000e+00> : tensor<12xf32>
  %a = arith.constant dense<3.0> : tensor<8xf32>
  %b = arith.constant dense<3.0> : tensor<4xf32>
  %0 = xformer.concat %a, %b dim 0 : (tensor<8xf32>, tensor<4xf32>) -> tensor<12xf32>
  return %0 : tensor<12xf32>
}

// 0 and -0 are equal numbers, but not equal elements.
// CHECK-LABEL: func @concat_different_constants()
func.func @concat_different_constants() -> tensor<12xf32> {
  %a = arith.constant dense<0.0> : tensor<8xf32>
  %b = arith.constant dense<-0.0> : tensor<4xf32>
  // CHECK: xformer.concat
  %0 = xformer.concat %a, %b dim 0 : (tensor<8xf32>, tensor<4xf32>) -> tensor<12xf32>
  return %0 : tensor<12xf32>
}

// CHECK-LABEL: func @transpose_no_splat()
func.func @transpose_no_splat() -> tensor<2x1xf32> {
  %c = arith.constant dense<[[1.0, 2.0]]> : tensor<1x2xf32>
  // CHECK: xformer.transpose
  %0 = xformer.transpose %c [1, 0] : (tensor<1x2xf32>) -> tensor<2x1xf32>
  return %0 : tensor<2x1xf32>
}

// No element of the constant is taken.
// CHECK-LABEL: func @slice_constant_to_nothing()
func.func @slice_constant_to_nothing() -> tensor<0xf32> {
  %c = arith.constant dense<3.0> : tensor<8xf32>
  // CHECK: xformer.slice
  %0 = xformer.slice %c dim 0 offset 8 : tensor<8xf32> -> tensor<0xf32>
  return %0 : tensor<0xf32>
}
