// RUN: partita-opt %s -split-input-file -verify-diagnostics

func.func @linear_c1(%x: tensor<f32>, %w: tensor<4x8xf32>) {
  // expected-error@+1 {{'xformer.linear' op expected the input to have at least 1 dimension, got scalar}}
  %0 = xformer.linear %x, %w : (tensor<f32>, tensor<4x8xf32>) -> tensor<8xf32>
  return
}

// -----

func.func @linear_c2(%x: tensor<2x16xf32>, %w: tensor<8x16xf32>) {
  // expected-error@+1 {{'xformer.linear' op expected contracted dimension of the weight to be 16, got 8}}
  %0 = xformer.linear %x, %w : (tensor<2x16xf32>, tensor<8x16xf32>) -> tensor<2x16xf32>
  return
}

// -----

func.func @linear_c2_transposed(%x: tensor<2x16xf32>, %w: tensor<16x8xf32>) {
  // expected-error@+1 {{'xformer.linear' op expected contracted dimension of the weight to be 16, got 8}}
  %0 = xformer.linear %x, %w transpose_weight : (tensor<2x16xf32>, tensor<16x8xf32>) -> tensor<2x16xf32>
  return
}

// -----

func.func @linear_c3(%x: tensor<2x16xf32>, %w: tensor<16x8xf32>, %b: tensor<16xf32>) {
  // expected-error@+1 {{'xformer.linear' op expected size of the bias to be 8, got 16}}
  %0 = xformer.linear %x, %w bias(%b) : (tensor<2x16xf32>, tensor<16x8xf32>, tensor<16xf32>) -> tensor<2x8xf32>
  return
}

// -----

func.func @linear_c4_weight(%x: tensor<2x16xf32>, %w: tensor<16x8xbf16>) {
  // expected-error@+1 {{'xformer.linear' op expected the weight to have element type 'f32', got 'bf16'}}
  %0 = xformer.linear %x, %w : (tensor<2x16xf32>, tensor<16x8xbf16>) -> tensor<2x8xf32>
  return
}

// -----

func.func @linear_c4_bias(%x: tensor<2x16xf32>, %w: tensor<16x8xf32>, %b: tensor<8xf16>) {
  // expected-error@+1 {{'xformer.linear' op expected the bias to have element type 'f32', got 'f16'}}
  %0 = xformer.linear %x, %w bias(%b) : (tensor<2x16xf32>, tensor<16x8xf32>, tensor<8xf16>) -> tensor<2x8xf32>
  return
}

// -----

func.func @linear_c5(%x: tensor<2x16xf32>, %w: tensor<16x8xf32>) {
  // expected-error@+1 {{'xformer.linear' op expected result #0 to be of type 'tensor<2x8xf32>', got 'tensor<8x2xf32>'}}
  %0 = xformer.linear %x, %w : (tensor<2x16xf32>, tensor<16x8xf32>) -> tensor<8x2xf32>
  return
}

// -----

func.func @matmul_c1_left(%a: tensor<16xf32>, %b: tensor<16x8xf32>) {
  // expected-error@+1 {{'xformer.matmul' op expected the left operand to have at least 2 dimensions, got 16}}
  %0 = xformer.matmul %a, %b : (tensor<16xf32>, tensor<16x8xf32>) -> tensor<8xf32>
  return
}

// -----

func.func @matmul_c1_right(%a: tensor<4x16xf32>, %b: tensor<f32>) {
  // expected-error@+1 {{'xformer.matmul' op expected the right operand to have at least 2 dimensions, got scalar}}
  %0 = xformer.matmul %a, %b : (tensor<4x16xf32>, tensor<f32>) -> tensor<4x16xf32>
  return
}

// -----

func.func @matmul_c2(%a: tensor<4x16xf32>, %b: tensor<8x16xf32>) {
  // expected-error@+1 {{'xformer.matmul' op expected contracted dimension of the right operand to be 16, got 8}}
  %0 = xformer.matmul %a, %b : (tensor<4x16xf32>, tensor<8x16xf32>) -> tensor<4x16xf32>
  return
}

// -----

func.func @matmul_c2_transposed_left(%a: tensor<4x16xf32>, %b: tensor<16x8xf32>) {
  // expected-error@+1 {{'xformer.matmul' op expected contracted dimension of the right operand to be 4, got 16}}
  %0 = xformer.matmul %a, %b transpose_lhs : (tensor<4x16xf32>, tensor<16x8xf32>) -> tensor<16x8xf32>
  return
}

// -----

func.func @matmul_c2_transposed_right(%a: tensor<4x16xf32>, %b: tensor<16x8xf32>) {
  // expected-error@+1 {{'xformer.matmul' op expected contracted dimension of the right operand to be 16, got 8}}
  %0 = xformer.matmul %a, %b transpose_rhs : (tensor<4x16xf32>, tensor<16x8xf32>) -> tensor<4x16xf32>
  return
}

// -----

func.func @matmul_c3(%a: tensor<3x4x16xf32>, %b: tensor<2x16x8xf32>) {
  // expected-error@+1 {{'xformer.matmul' op expected leading dimensions that broadcast, got 3 and 2}}
  %0 = xformer.matmul %a, %b : (tensor<3x4x16xf32>, tensor<2x16x8xf32>) -> tensor<3x4x8xf32>
  return
}

// -----

func.func @matmul_c4(%a: tensor<4x16xf32>, %b: tensor<16x8xf16>) {
  // expected-error@+1 {{'xformer.matmul' op expected the right operand to have element type 'f32', got 'f16'}}
  %0 = xformer.matmul %a, %b : (tensor<4x16xf32>, tensor<16x8xf16>) -> tensor<4x8xf32>
  return
}

// -----

func.func @matmul_c5(%a: tensor<4x16xf32>, %b: tensor<2x16x8xf32>) {
  // expected-error@+1 {{'xformer.matmul' op expected result #0 to be of type 'tensor<2x4x8xf32>', got 'tensor<4x8xf32>'}}
  %0 = xformer.matmul %a, %b : (tensor<4x16xf32>, tensor<2x16x8xf32>) -> tensor<4x8xf32>
  return
}
