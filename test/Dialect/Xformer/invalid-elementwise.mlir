// RUN: partita-opt %s -split-input-file -verify-diagnostics

func.func @add_c1(%x: tensor<2x16xf32>, %y: tensor<2x8xf32>) {
  // expected-error@+1 {{'xformer.add' op expected operands whose shapes broadcast, got 2x16 and 2x8}}
  %0 = xformer.add %x, %y : (tensor<2x16xf32>, tensor<2x8xf32>) -> tensor<2x16xf32>
  return
}

// -----

func.func @add_c1_result(%x: tensor<2x1xf32>, %y: tensor<16xf32>) {
  // expected-error@+1 {{'xformer.add' op expected result #0 to be of type 'tensor<2x16xf32>', got 'tensor<2x1xf32>'}}
  %0 = xformer.add %x, %y : (tensor<2x1xf32>, tensor<16xf32>) -> tensor<2x1xf32>
  return
}

// -----

func.func @add_c2(%x: tensor<2x16xf32>, %y: tensor<16xbf16>) {
  // expected-error@+1 {{'xformer.add' op expected the right operand to have element type 'f32', got 'bf16'}}
  %0 = xformer.add %x, %y : (tensor<2x16xf32>, tensor<16xbf16>) -> tensor<2x16xf32>
  return
}

// -----

func.func @sub_c1(%x: tensor<2x16xf32>, %y: tensor<2x8xf32>) {
  // expected-error@+1 {{'xformer.sub' op expected operands whose shapes broadcast, got 2x16 and 2x8}}
  %0 = xformer.sub %x, %y : (tensor<2x16xf32>, tensor<2x8xf32>) -> tensor<2x16xf32>
  return
}

// -----

func.func @sub_c1_result(%x: tensor<2x1xf32>, %y: tensor<16xf32>) {
  // expected-error@+1 {{'xformer.sub' op expected result #0 to be of type 'tensor<2x16xf32>', got 'tensor<2x1xf32>'}}
  %0 = xformer.sub %x, %y : (tensor<2x1xf32>, tensor<16xf32>) -> tensor<2x1xf32>
  return
}

// -----

func.func @sub_c2(%x: tensor<2x16xf32>, %y: tensor<16xbf16>) {
  // expected-error@+1 {{'xformer.sub' op expected the right operand to have element type 'f32', got 'bf16'}}
  %0 = xformer.sub %x, %y : (tensor<2x16xf32>, tensor<16xbf16>) -> tensor<2x16xf32>
  return
}

// -----

func.func @mul_c1(%x: tensor<2x16xf32>, %y: tensor<2x8xf32>) {
  // expected-error@+1 {{'xformer.mul' op expected operands whose shapes broadcast, got 2x16 and 2x8}}
  %0 = xformer.mul %x, %y : (tensor<2x16xf32>, tensor<2x8xf32>) -> tensor<2x16xf32>
  return
}

// -----

func.func @mul_c1_result(%x: tensor<2x1xf32>, %y: tensor<16xf32>) {
  // expected-error@+1 {{'xformer.mul' op expected result #0 to be of type 'tensor<2x16xf32>', got 'tensor<2x1xf32>'}}
  %0 = xformer.mul %x, %y : (tensor<2x1xf32>, tensor<16xf32>) -> tensor<2x1xf32>
  return
}

// -----

func.func @mul_c2(%x: tensor<2x16xf32>, %y: tensor<16xbf16>) {
  // expected-error@+1 {{'xformer.mul' op expected the right operand to have element type 'f32', got 'bf16'}}
  %0 = xformer.mul %x, %y : (tensor<2x16xf32>, tensor<16xbf16>) -> tensor<2x16xf32>
  return
}

// -----

func.func @div_c1(%x: tensor<2x16xf32>, %y: tensor<2x8xf32>) {
  // expected-error@+1 {{'xformer.div' op expected operands whose shapes broadcast, got 2x16 and 2x8}}
  %0 = xformer.div %x, %y : (tensor<2x16xf32>, tensor<2x8xf32>) -> tensor<2x16xf32>
  return
}

// -----

func.func @div_c1_result(%x: tensor<2x1xf32>, %y: tensor<16xf32>) {
  // expected-error@+1 {{'xformer.div' op expected result #0 to be of type 'tensor<2x16xf32>', got 'tensor<2x1xf32>'}}
  %0 = xformer.div %x, %y : (tensor<2x1xf32>, tensor<16xf32>) -> tensor<2x1xf32>
  return
}

// -----

func.func @div_c2(%x: tensor<2x16xf32>, %y: tensor<16xbf16>) {
  // expected-error@+1 {{'xformer.div' op expected the right operand to have element type 'f32', got 'bf16'}}
  %0 = xformer.div %x, %y : (tensor<2x16xf32>, tensor<16xbf16>) -> tensor<2x16xf32>
  return
}

// -----

func.func @max_c1(%x: tensor<2x16xf32>, %y: tensor<2x8xf32>) {
  // expected-error@+1 {{'xformer.max' op expected operands whose shapes broadcast, got 2x16 and 2x8}}
  %0 = xformer.max %x, %y : (tensor<2x16xf32>, tensor<2x8xf32>) -> tensor<2x16xf32>
  return
}

// -----

func.func @max_c1_result(%x: tensor<2x1xf32>, %y: tensor<16xf32>) {
  // expected-error@+1 {{'xformer.max' op expected result #0 to be of type 'tensor<2x16xf32>', got 'tensor<2x1xf32>'}}
  %0 = xformer.max %x, %y : (tensor<2x1xf32>, tensor<16xf32>) -> tensor<2x1xf32>
  return
}

// -----

func.func @max_c2(%x: tensor<2x16xf32>, %y: tensor<16xbf16>) {
  // expected-error@+1 {{'xformer.max' op expected the right operand to have element type 'f32', got 'bf16'}}
  %0 = xformer.max %x, %y : (tensor<2x16xf32>, tensor<16xbf16>) -> tensor<2x16xf32>
  return
}

// -----

// Arithmetic is on floats; ids are computed by upstream's ops.
func.func @add_of_ids(%x: tensor<2xi32>) {
  // expected-error@+1 {{'xformer.add' op operand #0 must be static float tensor, but got 'tensor<2xi32>'}}
  %0 = xformer.add %x, %x : (tensor<2xi32>, tensor<2xi32>) -> tensor<2xi32>
  return
}

// -----

func.func @gelu_types(%x: tensor<2x16xf32>) {
  // expected-error@+1 {{'xformer.gelu' op requires the same type for all operands and results}}
  %0 = "xformer.gelu"(%x) : (tensor<2x16xf32>) -> tensor<2x16xf16>
  return
}

// -----

func.func @silu_types(%x: tensor<2x16xf32>) {
  // expected-error@+1 {{'xformer.silu' op requires the same type for all operands and results}}
  %0 = "xformer.silu"(%x) : (tensor<2x16xf32>) -> tensor<2x16xf16>
  return
}

// -----

func.func @relu_types(%x: tensor<2x16xf32>) {
  // expected-error@+1 {{'xformer.relu' op requires the same type for all operands and results}}
  %0 = "xformer.relu"(%x) : (tensor<2x16xf32>) -> tensor<2x16xf16>
  return
}

// -----

func.func @gated_types(%x: tensor<2x16xf32>, %y: tensor<16xf32>) {
  // expected-error@+1 {{'xformer.gated' op requires the same type for all operands and results}}
  %0 = "xformer.gated"(%x, %y) <{activation = #xformer<activation silu>}> : (tensor<2x16xf32>, tensor<16xf32>) -> tensor<2x16xf32>
  return
}

// -----

func.func @gated_activation(%x: tensor<2x16xf32>) {
  // expected-error@+2 {{expected ::partita::xformer::Activation to be one of: relu, silu, gelu, gelu_tanh}}
  // expected-error@+1 {{failed to parse Xformer_ActivationAttr parameter 'value'}}
  %0 = xformer.gated swish %x, %x : tensor<2x16xf32>
  return
}

// -----

func.func @dropout_c1_negative(%x: tensor<2x16xf32>, %seed: tensor<i64>) {
  // expected-error@+1 {{'xformer.dropout' op expected rate to be at least 0 and less than 1, got -1.000000e-01}}
  %0 = xformer.dropout %x seed(%seed) rate -0.1 stream 3 : (tensor<2x16xf32>, tensor<i64>) -> tensor<2x16xf32>
  return
}

// -----

func.func @dropout_c1_one(%x: tensor<2x16xf32>, %seed: tensor<i64>) {
  // expected-error@+1 {{'xformer.dropout' op expected rate to be at least 0 and less than 1, got 1.000000e+00}}
  %0 = xformer.dropout %x seed(%seed) rate 1.0 stream 3 : (tensor<2x16xf32>, tensor<i64>) -> tensor<2x16xf32>
  return
}

// -----

func.func @dropout_c1_not_a_number(%x: tensor<2x16xf32>, %seed: tensor<i64>) {
  // expected-error@+1 {{'xformer.dropout' op expected rate to be at least 0 and less than 1, got}}
  %0 = xformer.dropout %x seed(%seed) rate 0x7FF8000000000000 stream 3 : (tensor<2x16xf32>, tensor<i64>) -> tensor<2x16xf32>
  return
}

// -----

func.func @dropout_c2_no_shape(%x: tensor<2x16xf32>, %seed: tensor<i64>, %i: tensor<2xi32>, %j: tensor<16xi32>) {
  // expected-error@+1 {{'xformer.dropout' op expected 'indices' and 'of' to be given together or not at all}}
  %0 = xformer.dropout %x seed(%seed) indices(%i, %j) rate 0.1 stream 3
    : (tensor<2x16xf32>, tensor<i64>, tensor<2xi32>, tensor<16xi32>) -> tensor<2x16xf32>
  return
}

// -----

func.func @dropout_c2_no_indices(%x: tensor<2x16xf32>, %seed: tensor<i64>) {
  // expected-error@+1 {{'xformer.dropout' op expected 'indices' and 'of' to be given together or not at all}}
  %0 = xformer.dropout %x seed(%seed) of [8, 16] rate 0.1 stream 3
    : (tensor<2x16xf32>, tensor<i64>) -> tensor<2x16xf32>
  return
}

// -----

func.func @dropout_c3_indices(%x: tensor<2x16xf32>, %seed: tensor<i64>, %i: tensor<2xi32>) {
  // expected-error@+1 {{'xformer.dropout' op expected number of lists of indices to be 2, got 1}}
  %0 = xformer.dropout %x seed(%seed) indices(%i) of [8, 16] rate 0.1 stream 3
    : (tensor<2x16xf32>, tensor<i64>, tensor<2xi32>) -> tensor<2x16xf32>
  return
}

// -----

func.func @dropout_c3_global_shape(%x: tensor<2x16xf32>, %seed: tensor<i64>, %i: tensor<2xi32>, %j: tensor<16xi32>) {
  // expected-error@+1 {{'xformer.dropout' op expected rank of the global shape to be 2, got 3}}
  %0 = xformer.dropout %x seed(%seed) indices(%i, %j) of [8, 16, 1] rate 0.1 stream 3
    : (tensor<2x16xf32>, tensor<i64>, tensor<2xi32>, tensor<16xi32>) -> tensor<2x16xf32>
  return
}

// -----

func.func @dropout_c4(%x: tensor<2x16xf32>, %seed: tensor<i64>, %i: tensor<2xi32>, %j: tensor<16xi32>) {
  // expected-error@+1 {{'xformer.dropout' op expected 16 indices along dimension 1, got 2}}
  %0 = xformer.dropout %x seed(%seed) indices(%i, %i) of [8, 16] rate 0.1 stream 3
    : (tensor<2x16xf32>, tensor<i64>, tensor<2xi32>, tensor<2xi32>) -> tensor<2x16xf32>
  return
}

// -----

// An index in the global tensor is computed in 64 bits.
func.func @dropout_c5(%x: tensor<2x16xf32>, %seed: tensor<i64>, %i: tensor<2xi32>, %j: tensor<16xi32>) {
  // expected-error@+1 {{'xformer.dropout' op expected a global shape of fewer than 2^63 bytes, got 4294967296x4294967296}}
  %0 = xformer.dropout %x seed(%seed) indices(%i, %j) of [4294967296, 4294967296] rate 0.1 stream 3
    : (tensor<2x16xf32>, tensor<i64>, tensor<2xi32>, tensor<16xi32>) -> tensor<2x16xf32>
  return
}

// -----

func.func @dropout_c5_negative(%x: tensor<2x16xf32>, %seed: tensor<i64>, %i: tensor<2xi32>, %j: tensor<16xi32>) {
  // expected-error@+1 {{'xformer.dropout' op expected a global shape without negative sizes, got -8x16}}
  %0 = xformer.dropout %x seed(%seed) indices(%i, %j) of [-8, 16] rate 0.1 stream 3
    : (tensor<2x16xf32>, tensor<i64>, tensor<2xi32>, tensor<16xi32>) -> tensor<2x16xf32>
  return
}

// -----

func.func @dropout_types(%x: tensor<2x16xf32>, %seed: tensor<i64>) {
  // expected-error@+1 {{'xformer.dropout' op failed to verify that all of {input, result} have same type}}
  %0 = xformer.dropout %x seed(%seed) rate 0.1 stream 3 : (tensor<2x16xf32>, tensor<i64>) -> tensor<16x2xf32>
  return
}

// -----

func.func @dropout_seed(%x: tensor<2x16xf32>, %seed: tensor<2xi64>) {
  // expected-error@+1 {{'xformer.dropout' op operand #1 must be scalar i64 tensor, but got 'tensor<2xi64>'}}
  %0 = xformer.dropout %x seed(%seed) rate 0.1 stream 3 : (tensor<2x16xf32>, tensor<2xi64>) -> tensor<2x16xf32>
  return
}

// -----

func.func @log_add_exp_c1(%x: tensor<2x16xf32>, %y: tensor<3x16xf32>) {
  // expected-error@+1 {{'xformer.log_add_exp' op expected operands whose shapes broadcast, got 2x16 and 3x16}}
  %0 = xformer.log_add_exp %x, %y : (tensor<2x16xf32>, tensor<3x16xf32>) -> tensor<2x16xf32>
  return
}

// -----

func.func @log_add_exp_c2(%x: tensor<2x16xf32>, %y: tensor<2x16xbf16>) {
  // expected-error@+1 {{'xformer.log_add_exp' op expected the right operand to have element type 'f32', got 'bf16'}}
  %0 = xformer.log_add_exp %x, %y : (tensor<2x16xf32>, tensor<2x16xbf16>) -> tensor<2x16xf32>
  return
}
