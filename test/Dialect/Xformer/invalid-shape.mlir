// RUN: partita-opt %s -split-input-file -verify-diagnostics

func.func @split_dim_c1(%x: tensor<2x64xf32>) {
  // expected-error@+1 {{'xformer.split_dim' op expected dim to be at least 0 and at most 1, got 2}}
  %0 = xformer.split_dim %x dim 2 : tensor<2x64xf32> -> tensor<2x8x8xf32>
  return
}

// -----

func.func @split_dim_c1_smallest(%x: tensor<2x64xf32>) {
  // expected-error@+1 {{'xformer.split_dim' op expected dim to be at least 0 and at most 1, got -9223372036854775808}}
  %0 = xformer.split_dim %x dim -9223372036854775808 : tensor<2x64xf32> -> tensor<2x8x8xf32>
  return
}

// -----

func.func @split_dim_c1_scalar(%x: tensor<f32>) {
  // expected-error@+1 {{'xformer.split_dim' op expected an input with at least 1 dimension, got 0}}
  %0 = xformer.split_dim %x dim 0 : tensor<f32> -> tensor<1xf32>
  return
}

// -----

func.func @split_dim_c2_product(%x: tensor<2x64xf32>) {
  // expected-error@+1 {{'xformer.split_dim' op expected a result that splits dimension 1 of 2x64, got 2x8x9}}
  %0 = xformer.split_dim %x dim 1 : tensor<2x64xf32> -> tensor<2x8x9xf32>
  return
}

// -----

func.func @split_dim_c2_other_dimension(%x: tensor<2x64xf32>) {
  // expected-error@+1 {{'xformer.split_dim' op expected a result that splits dimension 1 of 2x64, got 4x8x8}}
  %0 = xformer.split_dim %x dim 1 : tensor<2x64xf32> -> tensor<4x8x8xf32>
  return
}

// -----

func.func @split_dim_c2_rank(%x: tensor<2x64xf32>) {
  // expected-error@+1 {{'xformer.split_dim' op expected rank of the result to be 3, got 2}}
  %0 = xformer.split_dim %x dim 1 : tensor<2x64xf32> -> tensor<2x64xf32>
  return
}

// -----

func.func @split_dim_c2_element_type(%x: tensor<2x64xf32>) {
  // expected-error@+1 {{'xformer.split_dim' op expected the result to have element type 'f32', got 'f16'}}
  %0 = xformer.split_dim %x dim 1 : tensor<2x64xf32> -> tensor<2x8x8xf16>
  return
}

// -----

// 2^32 * 2^32 is 0 in 64 bits, which must not pass for the 0 of the input.
func.func @split_dim_c2_overflow(%x: tensor<0xi1>) {
  // expected-error@+1 {{'xformer.split_dim' op expected result #0 to have fewer than 2^63 bytes}}
  %0 = xformer.split_dim %x dim 0 : tensor<0xi1> -> tensor<4294967296x4294967296xi1>
  return
}

// -----

func.func @merge_dims_c1(%x: tensor<2x8x8xf32>) {
  // expected-error@+1 {{'xformer.merge_dims' op expected dim to be at least 0 and at most 1, got 2}}
  %0 = xformer.merge_dims %x dim 2 : (tensor<2x8x8xf32>) -> tensor<2x64xf32>
  return
}

// -----

func.func @merge_dims_c1_negative(%x: tensor<2x8x8xf32>) {
  // expected-error@+1 {{'xformer.merge_dims' op expected dim to be at least 0 and at most 1, got -1}}
  %0 = xformer.merge_dims %x dim -1 : (tensor<2x8x8xf32>) -> tensor<2x64xf32>
  return
}

// -----

func.func @merge_dims_c1_rank(%x: tensor<8xf32>) {
  // expected-error@+1 {{'xformer.merge_dims' op expected an input with at least 2 dimensions, got 1}}
  %0 = xformer.merge_dims %x dim 0 : (tensor<8xf32>) -> tensor<8xf32>
  return
}

// -----

func.func @merge_dims_c2(%x: tensor<2x8x8xf32>) {
  // expected-error@+1 {{'xformer.merge_dims' op expected result #0 to be of type 'tensor<2x64xf32>', got 'tensor<16x8xf32>'}}
  %0 = xformer.merge_dims %x dim 1 : (tensor<2x8x8xf32>) -> tensor<16x8xf32>
  return
}

// -----

func.func @transpose_c1_length(%x: tensor<2x16x64xf32>) {
  // expected-error@+1 {{'xformer.transpose' op expected a permutation of 3 dimensions, got [1, 0]}}
  %0 = xformer.transpose %x [1, 0] : (tensor<2x16x64xf32>) -> tensor<16x2x64xf32>
  return
}

// -----

func.func @transpose_c1_twice(%x: tensor<2x16x64xf32>) {
  // expected-error@+1 {{'xformer.transpose' op expected a permutation of 3 dimensions, got [0, 1, 1]}}
  %0 = xformer.transpose %x [0, 1, 1] : (tensor<2x16x64xf32>) -> tensor<2x16x16xf32>
  return
}

// -----

func.func @transpose_c1_range(%x: tensor<2x16x64xf32>) {
  // expected-error@+1 {{'xformer.transpose' op expected a permutation of 3 dimensions, got [-1, 0, 9223372036854775807]}}
  %0 = xformer.transpose %x [-1, 0, 9223372036854775807] : (tensor<2x16x64xf32>) -> tensor<2x16x64xf32>
  return
}

// -----

func.func @transpose_c2(%x: tensor<2x16x64xf32>) {
  // expected-error@+1 {{'xformer.transpose' op expected result #0 to be of type 'tensor<64x2x16xf32>', got 'tensor<16x64x2xf32>'}}
  %0 = xformer.transpose %x [2, 0, 1] : (tensor<2x16x64xf32>) -> tensor<16x64x2xf32>
  return
}

// -----

func.func @slice_c1(%x: tensor<2x16xf32>) {
  // expected-error@+1 {{'xformer.slice' op expected dim to be at least 0 and at most 1, got 2}}
  %0 = xformer.slice %x dim 2 offset 0 : tensor<2x16xf32> -> tensor<2x8xf32>
  return
}

// -----

func.func @slice_c2_other_dimension(%x: tensor<2x16xf32>) {
  // expected-error@+1 {{'xformer.slice' op expected the result to have shape 2x8, got 1x8}}
  %0 = xformer.slice %x dim 1 offset 0 : tensor<2x16xf32> -> tensor<1x8xf32>
  return
}

// -----

func.func @slice_c2_rank(%x: tensor<2x16xf32>) {
  // expected-error@+1 {{'xformer.slice' op expected rank of the result to be 2, got 1}}
  %0 = xformer.slice %x dim 0 offset 0 : tensor<2x16xf32> -> tensor<16xf32>
  return
}

// -----

func.func @slice_c2_element_type(%x: tensor<2x16xf32>) {
  // expected-error@+1 {{'xformer.slice' op expected the result to have element type 'f32', got 'bf16'}}
  %0 = xformer.slice %x dim 1 offset 0 : tensor<2x16xf32> -> tensor<2x8xbf16>
  return
}

// -----

func.func @slice_c3_end(%x: tensor<2x16xf32>) {
  // expected-error@+1 {{'xformer.slice' op expected a range within dimension 1 of size 16, got 8 elements from 9 on}}
  %0 = xformer.slice %x dim 1 offset 9 : tensor<2x16xf32> -> tensor<2x8xf32>
  return
}

// -----

func.func @slice_c3_negative(%x: tensor<2x16xf32>) {
  // expected-error@+1 {{'xformer.slice' op expected a range within dimension 1 of size 16, got 8 elements from -1 on}}
  %0 = xformer.slice %x dim 1 offset -1 : tensor<2x16xf32> -> tensor<2x8xf32>
  return
}

// -----

// The end of this range is beyond what 64 bits can say.
func.func @slice_c3_overflow(%x: tensor<2x16xf32>) {
  // expected-error@+1 {{'xformer.slice' op expected a range within dimension 1 of size 16, got 8 elements from 9223372036854775807 on}}
  %0 = xformer.slice %x dim 1 offset 9223372036854775807 : tensor<2x16xf32> -> tensor<2x8xf32>
  return
}

// -----

func.func @slice_c3_longer(%x: tensor<2x16xf32>) {
  // expected-error@+1 {{'xformer.slice' op expected a range within dimension 1 of size 16, got 17 elements from 0 on}}
  %0 = xformer.slice %x dim 1 offset 0 : tensor<2x16xf32> -> tensor<2x17xf32>
  return
}

// -----

func.func @concat_c1() {
  // expected-error@+1 {{'xformer.concat' op expected at least one input}}
  %0 = "xformer.concat"() <{dim = 0 : i64}> : () -> tensor<2xf32>
  return
}

// -----

func.func @concat_c2(%x: tensor<2x16xf32>) {
  // expected-error@+1 {{'xformer.concat' op expected dim to be at least 0 and at most 1, got 2}}
  %0 = xformer.concat %x, %x dim 2 : (tensor<2x16xf32>, tensor<2x16xf32>) -> tensor<2x32xf32>
  return
}

// -----

func.func @concat_c2_scalars(%x: tensor<f32>) {
  // expected-error@+1 {{'xformer.concat' op expected an input with at least 1 dimension, got 0}}
  %0 = xformer.concat %x, %x dim 0 : (tensor<f32>, tensor<f32>) -> tensor<2xf32>
  return
}

// -----

func.func @concat_c3_shape(%x: tensor<2x16xf32>, %y: tensor<3x8xf32>) {
  // expected-error@+1 {{'xformer.concat' op expected every input to have shape 2x8, got 3x8}}
  %0 = xformer.concat %x, %y dim 1 : (tensor<2x16xf32>, tensor<3x8xf32>) -> tensor<2x24xf32>
  return
}

// -----

func.func @concat_c3_rank(%x: tensor<2x16xf32>, %y: tensor<16xf32>) {
  // expected-error@+1 {{'xformer.concat' op expected rank of every input to be 2, got 1}}
  %0 = xformer.concat %x, %y dim 1 : (tensor<2x16xf32>, tensor<16xf32>) -> tensor<2x32xf32>
  return
}

// -----

func.func @concat_c3_element_type(%x: tensor<2x16xf32>, %y: tensor<2x16xf16>) {
  // expected-error@+1 {{'xformer.concat' op expected every input to have element type 'f32', got 'f16'}}
  %0 = xformer.concat %x, %y dim 1 : (tensor<2x16xf32>, tensor<2x16xf16>) -> tensor<2x32xf32>
  return
}

// -----

func.func @concat_c4(%x: tensor<2x16xf32>, %y: tensor<2x8xf32>) {
  // expected-error@+1 {{'xformer.concat' op expected result #0 to be of type 'tensor<2x24xf32>', got 'tensor<2x16xf32>'}}
  %0 = xformer.concat %x, %y dim 1 : (tensor<2x16xf32>, tensor<2x8xf32>) -> tensor<2x16xf32>
  return
}

// -----

// Inputs that are each of a legal size, but not together.
func.func @concat_c4_overflow(%x: tensor<9223372036854775807xi1>) {
  // expected-error@+1 {{'xformer.concat' op expected inputs with fewer than 2^63 elements together along dimension 0}}
  %0 = xformer.concat %x, %x dim 0 : (tensor<9223372036854775807xi1>, tensor<9223372036854775807xi1>) -> tensor<1xi1>
  return
}
