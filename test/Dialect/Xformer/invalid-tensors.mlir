// RUN: partita-opt %s -split-input-file -verify-diagnostics

// The laws that every op obeys, whatever it computes.

// An encoding could mean anything, so no op guesses what it means.
func.func @tensor_c1_operand(%x: tensor<2x16xf32, "blocked">, %ids: tensor<2xi32>) {
  // expected-error@+1 {{'xformer.embedding' op expected operand #0 to be a tensor without an encoding, got 'tensor<2x16xf32, "blocked">'}}
  %0 = xformer.embedding %x, %ids : (tensor<2x16xf32, "blocked">, tensor<2xi32>) -> tensor<2x16xf32>
  return
}

// -----

func.func @tensor_c1_result(%x: tensor<2x16xf32>) {
  // expected-error@+1 {{'xformer.merge_dims' op expected result #0 to be a tensor without an encoding, got 'tensor<32xf32, "blocked">'}}
  %0 = xformer.merge_dims %x dim 0 : (tensor<2x16xf32>) -> tensor<32xf32, "blocked">
  return
}

// -----

// 2^61 elements of four bytes.
func.func @tensor_c2_one_dimension(%x: tensor<2305843009213693952xf32>) {
  // expected-error@+1 {{'xformer.silu' op expected operand #0 to have fewer than 2^63 bytes, got 'tensor<2305843009213693952xf32>'}}
  %0 = xformer.silu %x : tensor<2305843009213693952xf32>
  return
}

// -----

// No dimension is too large, but their product is.
func.func @tensor_c2_product(%x: tensor<2147483648x2147483648xf16>) {
  // expected-error@+1 {{'xformer.merge_dims' op expected operand #0 to have fewer than 2^63 bytes}}
  %0 = xformer.merge_dims %x dim 0 : (tensor<2147483648x2147483648xf16>) -> tensor<1xf16>
  return
}

// -----

// An empty tensor whose other dimensions could not be multiplied.
func.func @tensor_c2_empty(%x: tensor<0x4294967296x4294967296xf32>) {
  // expected-error@+1 {{'xformer.merge_dims' op expected operand #0 to have fewer than 2^63 bytes}}
  %0 = xformer.merge_dims %x dim 1 : (tensor<0x4294967296x4294967296xf32>) -> tensor<0x0xf32>
  return
}

// -----

// A result is bounded as an operand is.
func.func @tensor_c2_result(%x: tensor<4294967296x1xf32>, %y: tensor<1x4294967296xf32>) {
  // expected-error@+1 {{'xformer.add' op expected result #0 to have fewer than 2^63 bytes}}
  %0 = xformer.add %x, %y : (tensor<4294967296x1xf32>, tensor<1x4294967296xf32>) -> tensor<4294967296x4294967296xf32>
  return
}

// -----

// One element less is allowed: this function has no error.
func.func @tensor_c2_largest(%x: tensor<2305843009213693951xf32>) {
  %0 = xformer.silu %x : tensor<2305843009213693951xf32>
  return
}

// -----

// A mask takes a byte an element: this function has no error.
func.func @tensor_c2_largest_mask(%x: tensor<9223372036854775807xi1>) {
  %0 = xformer.slice %x dim 0 offset 9223372036854775806 : tensor<9223372036854775807xi1> -> tensor<1xi1>
  return
}

// -----

// Shapes are static.
func.func @dynamic_shape(%x: tensor<?xf32>) {
  // expected-error@+1 {{'xformer.silu' op operand #0 must be static float tensor, but got 'tensor<?xf32>'}}
  %0 = xformer.silu %x : tensor<?xf32>
  return
}

// -----

func.func @unranked(%x: tensor<*xf32>) {
  // expected-error@+1 {{'xformer.silu' op operand #0 must be static float tensor, but got 'tensor<*xf32>'}}
  %0 = "xformer.silu"(%x) : (tensor<*xf32>) -> tensor<*xf32>
  return
}

// -----

// An op that infers its result checks its operands first.
func.func @dynamic_shape_of_inferring_op(%x: tensor<?x4xf32>) {
  // expected-error@+1 {{'xformer.transpose' op operand #0 must be static tensor, but got 'tensor<?x4xf32>'}}
  %0 = xformer.transpose %x [1, 0] : (tensor<?x4xf32>) -> tensor<4x?xf32>
  return
}

// -----

// f64 is no type of a model.
func.func @element_type(%x: tensor<2xf64>) {
  // expected-error@+1 {{'xformer.silu' op operand #0 must be static float tensor, but got 'tensor<2xf64>'}}
  %0 = xformer.silu %x : tensor<2xf64>
  return
}

// -----

func.func @no_tensor(%x: f32) {
  // expected-error@+1 {{'xformer.silu' op operand #0 must be static float tensor, but got 'f32'}}
  %0 = "xformer.silu"(%x) : (f32) -> f32
  return
}

// -----

func.func @number_of_operands(%x: tensor<2xf32>) {
  // expected-error@+1 {{'xformer.linear' op expected 2 or more operands, but found 1}}
  %0 = "xformer.linear"(%x) : (tensor<2xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @number_of_results(%x: tensor<2xf32>) {
  // expected-error@+1 {{'xformer.transpose' op requires one result}}
  "xformer.transpose"(%x) <{permutation = array<i64: 0>}> : (tensor<2xf32>) -> ()
  return
}

// -----

func.func @missing_attribute(%x: tensor<2xf32>) {
  // expected-error@+1 {{'xformer.softmax' op requires attribute 'dim'}}
  %0 = "xformer.softmax"(%x) : (tensor<2xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @missing_attribute_of_inferring_op(%x: tensor<2x2xf32>) {
  // expected-error@+1 {{'xformer.merge_dims' op requires attribute 'dim'}}
  %0 = "xformer.merge_dims"(%x) : (tensor<2x2xf32>) -> tensor<4xf32>
  return
}

// -----

func.func @type_of_attribute(%x: tensor<2xf32>) {
  // expected-error@+1 {{'xformer.softmax' op attribute 'dim' failed to satisfy constraint: 64-bit signless integer attribute}}
  %0 = "xformer.softmax"(%x) <{dim = 0 : i32}> : (tensor<2xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @attribute_out_of_range(%x: tensor<2xf32>) {
  // expected-error@+1 {{integer constant out of range for attribute}}
  %0 = xformer.softmax %x dim 18446744073709551616 : tensor<2xf32>
  return
}
