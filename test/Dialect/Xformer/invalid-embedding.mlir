// RUN: partita-opt %s -split-input-file -verify-diagnostics

func.func @embedding_c1_shape(%table: tensor<512x64xf32>, %ids: tensor<2x16xi32>) {
  // expected-error@+1 {{'xformer.embedding' op expected result #0 to be of type 'tensor<2x16x64xf32>', got 'tensor<2x16x32xf32>'}}
  %0 = xformer.embedding %table, %ids : (tensor<512x64xf32>, tensor<2x16xi32>) -> tensor<2x16x32xf32>
  return
}

// -----

func.func @embedding_c1_element_type(%table: tensor<512x64xbf16>, %ids: tensor<2xi32>) {
  // expected-error@+1 {{'xformer.embedding' op expected result #0 to be of type 'tensor<2x64xbf16>', got 'tensor<2x64xf32>'}}
  %0 = xformer.embedding %table, %ids : (tensor<512x64xbf16>, tensor<2xi32>) -> tensor<2x64xf32>
  return
}

// -----

func.func @embedding_c2(%table: tensor<512x64xf32>, %ids: tensor<2x16xi32>, %rows: tensor<2xi32>) {
  // expected-error@+1 {{'xformer.embedding' op expected number of row ids to be 512, got 2}}
  %0 = xformer.embedding %table, %ids row_ids(%rows) : (tensor<512x64xf32>, tensor<2x16xi32>, tensor<2xi32>) -> tensor<2x16x64xf32>
  return
}

// -----

func.func @iota_c1_last() {
  // expected-error@+1 {{'xformer.iota' op expected numbers that fit 'i32', got 2 numbers from 2147483647 in steps of 1}}
  %0 = xformer.iota first 2147483647 : tensor<2xi32>
  return
}

// -----

func.func @iota_c1_first() {
  // expected-error@+1 {{'xformer.iota' op expected numbers that fit 'i32', got 1 numbers from -2147483649 in steps of 1}}
  %0 = xformer.iota first -2147483649 : tensor<1xi32>
  return
}

// -----

func.func @iota_c1_overflow() {
  // expected-error@+1 {{'xformer.iota' op expected numbers that fit 'i64', got 3 numbers from 0 in steps of 9223372036854775807}}
  %0 = xformer.iota step 9223372036854775807 : tensor<3xi64>
  return
}

// -----

func.func @embedding_rank_of_table(%table: tensor<64xf32>, %ids: tensor<2xi32>) {
  // expected-error@+1 {{'xformer.embedding' op operand #0 must be static float tensor of rank 2, but got 'tensor<64xf32>'}}
  %0 = xformer.embedding %table, %ids : (tensor<64xf32>, tensor<2xi32>) -> tensor<2x64xf32>
  return
}

// -----

func.func @embedding_ids(%table: tensor<512x64xf32>, %ids: tensor<2xf32>) {
  // expected-error@+1 {{'xformer.embedding' op operand #1 must be static id tensor, but got 'tensor<2xf32>'}}
  %0 = xformer.embedding %table, %ids : (tensor<512x64xf32>, tensor<2xf32>) -> tensor<2x64xf32>
  return
}

// -----

func.func @rotary_c1(%x: tensor<2x16x4x7xf32>) {
  // expected-error@+1 {{'xformer.rotary' op expected an even number of features, got 7}}
  %0 = xformer.rotary %x theta 1.0e4 : (tensor<2x16x4x7xf32>) -> tensor<2x16x4x7xf32>
  return
}

// -----

func.func @rotary_c2(%x: tensor<2x16x4x8xf32>, %p: tensor<15xi32>) {
  // expected-error@+1 {{'xformer.rotary' op expected number of positions to be 16, got 15}}
  %0 = xformer.rotary %x positions(%p) theta 1.0e4 : (tensor<2x16x4x8xf32>, tensor<15xi32>) -> tensor<2x16x4x8xf32>
  return
}

// -----

func.func @rotary_c3_zero(%x: tensor<2x16x4x8xf32>) {
  // expected-error@+1 {{'xformer.rotary' op expected theta to be positive and finite, got 0.000000e+00}}
  %0 = xformer.rotary %x theta 0.0 : (tensor<2x16x4x8xf32>) -> tensor<2x16x4x8xf32>
  return
}

// -----

func.func @rotary_c3_negative(%x: tensor<2x16x4x8xf32>) {
  // expected-error@+1 {{'xformer.rotary' op expected theta to be positive and finite, got -1.000000e+04}}
  %0 = xformer.rotary %x theta -1.0e4 : (tensor<2x16x4x8xf32>) -> tensor<2x16x4x8xf32>
  return
}

// -----

func.func @rotary_c3_not_a_number(%x: tensor<2x16x4x8xf32>) {
  // expected-error@+1 {{'xformer.rotary' op expected theta to be positive and finite, got}}
  %0 = xformer.rotary %x theta 0x7FF8000000000000 : (tensor<2x16x4x8xf32>) -> tensor<2x16x4x8xf32>
  return
}

// -----

func.func @rotary_c4(%x: tensor<2x16x4x8xf32>) {
  // expected-error@+1 {{'xformer.rotary' op expected result #0 to be of type 'tensor<2x16x4x8xf32>', got 'tensor<2x16x4x8xf16>'}}
  %0 = xformer.rotary %x theta 1.0e4 : (tensor<2x16x4x8xf32>) -> tensor<2x16x4x8xf16>
  return
}

// -----

func.func @relative_position_bias_c1_batch(%table: tensor<32x8xf32>) {
  // expected-error@+1 {{'xformer.relative_position_bias' op expected the result to have shape 1x8x16x16, got 2x8x16x16}}
  %0 = xformer.relative_position_bias %table max_distance 128 : (tensor<32x8xf32>) -> tensor<2x8x16x16xf32>
  return
}

// -----

func.func @relative_position_bias_c1_heads(%table: tensor<32x8xf32>) {
  // expected-error@+1 {{'xformer.relative_position_bias' op expected the result to have shape 1x8x16x16, got 1x4x16x16}}
  %0 = xformer.relative_position_bias %table max_distance 128 : (tensor<32x8xf32>) -> tensor<1x4x16x16xf32>
  return
}

// -----

func.func @relative_position_bias_c1_element_type(%table: tensor<32x8xf32>) {
  // expected-error@+1 {{'xformer.relative_position_bias' op expected the result to have element type 'f32', got 'bf16'}}
  %0 = xformer.relative_position_bias %table max_distance 128 : (tensor<32x8xf32>) -> tensor<1x8x16x16xbf16>
  return
}

// -----

func.func @relative_position_bias_c2_queries(%table: tensor<32x8xf32>, %p: tensor<8xi32>) {
  // expected-error@+1 {{'xformer.relative_position_bias' op expected number of query positions to be 16, got 8}}
  %0 = xformer.relative_position_bias %table query_positions(%p) max_distance 128
    : (tensor<32x8xf32>, tensor<8xi32>) -> tensor<1x8x16x24xf32>
  return
}

// -----

func.func @relative_position_bias_c2_keys(%table: tensor<32x8xf32>, %p: tensor<8xi32>) {
  // expected-error@+1 {{'xformer.relative_position_bias' op expected number of key positions to be 24, got 8}}
  %0 = xformer.relative_position_bias %table key_positions(%p) max_distance 128
    : (tensor<32x8xf32>, tensor<8xi32>) -> tensor<1x8x16x24xf32>
  return
}

// -----

func.func @relative_position_bias_c3(%table: tensor<1x8xf32>) {
  // expected-error@+1 {{'xformer.relative_position_bias' op expected at least 2 buckets, got 1}}
  %0 = xformer.relative_position_bias %table max_distance 128 : (tensor<1x8xf32>) -> tensor<1x8x16x16xf32>
  return
}

// -----

func.func @relative_position_bias_c3_few_bidirectional(%table: tensor<2x8xf32>) {
  // expected-error@+1 {{'xformer.relative_position_bias' op expected an even number of at least 4 buckets, got 2}}
  %0 = xformer.relative_position_bias %table bidirectional max_distance 128 : (tensor<2x8xf32>) -> tensor<1x8x16x16xf32>
  return
}

// -----

func.func @relative_position_bias_c3_odd_bidirectional(%table: tensor<33x8xf32>) {
  // expected-error@+1 {{'xformer.relative_position_bias' op expected an even number of at least 4 buckets, got 33}}
  %0 = xformer.relative_position_bias %table bidirectional max_distance 128 : (tensor<33x8xf32>) -> tensor<1x8x16x16xf32>
  return
}

// -----

func.func @relative_position_bias_c4(%table: tensor<32x8xf32>) {
  // expected-error@+1 {{'xformer.relative_position_bias' op expected max_distance to be greater than 16, the number of distances that have their own bucket, got 16}}
  %0 = xformer.relative_position_bias %table max_distance 16 : (tensor<32x8xf32>) -> tensor<1x8x16x16xf32>
  return
}

// -----

// Two sides share the buckets, so a side has eight exact ones.
func.func @relative_position_bias_c4_bidirectional(%table: tensor<32x8xf32>) {
  // expected-error@+1 {{'xformer.relative_position_bias' op expected max_distance to be greater than 8, the number of distances that have their own bucket, got -1}}
  %0 = xformer.relative_position_bias %table bidirectional max_distance -1 : (tensor<32x8xf32>) -> tensor<1x8x16x16xf32>
  return
}

// -----

// The sizes of the operand segments come from the outside as well.
func.func @relative_position_bias_segments(%table: tensor<32x8xf32>, %p: tensor<16xi32>) {
  // expected-error@+1 {{'xformer.relative_position_bias' op operand count (2) does not match with the total size (3) specified in attribute 'operandSegmentSizes'}}
  %0 = "xformer.relative_position_bias"(%table, %p) <{max_distance = 128 : i64, operandSegmentSizes = array<i32: 1, 1, 1>}>
    : (tensor<32x8xf32>, tensor<16xi32>) -> tensor<1x8x16x16xf32>
  return
}

// -----

// The table is required, also where its group says otherwise.
func.func @relative_position_bias_no_table(%p: tensor<16xi32>) {
  // expected-error@+1 {{'xformer.relative_position_bias' op expected operand group #0 to have 1 operand, got 0}}
  %0 = "xformer.relative_position_bias"(%p) <{max_distance = 128 : i64, operandSegmentSizes = array<i32: 0, 1, 0>}>
    : (tensor<16xi32>) -> tensor<1x8x16x16xf32>
  return
}
