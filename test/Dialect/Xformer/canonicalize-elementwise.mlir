// RUN: partita-opt %s -canonicalize="test-convergence" -split-input-file | FileCheck %s

//===----------------------------------------------------------------------===//
// Neutral elements. They are neutral for every float, both zeros included.
//===----------------------------------------------------------------------===//

// CHECK-LABEL: func @add_minus_zero(
// CHECK-SAME: %[[X:.*]]: tensor<2x16xf32>
func.func @add_minus_zero(%x: tensor<2x16xf32>) -> tensor<2x16xf32> {
  %zero = arith.constant dense<-0.0> : tensor<16xf32>
  %0 = xformer.add %x, %zero : (tensor<2x16xf32>, tensor<16xf32>) -> tensor<2x16xf32>
  // CHECK-NEXT: return %[[X]]
  return %0 : tensor<2x16xf32>
}

// The constant may stand on either side.
// CHECK-LABEL: func @add_to_minus_zero(
// CHECK-SAME: %[[X:.*]]: tensor<2x16xf32>
func.func @add_to_minus_zero(%x: tensor<2x16xf32>) -> tensor<2x16xf32> {
  %zero = arith.constant dense<-0.0> : tensor<f32>
  %0 = xformer.add %zero, %x : (tensor<f32>, tensor<2x16xf32>) -> tensor<2x16xf32>
  // CHECK-NEXT: return %[[X]]
  return %0 : tensor<2x16xf32>
}

// -0 + 0 is +0: the sum is not always x.
// CHECK-LABEL: func @add_zero(
func.func @add_zero(%x: tensor<2x16xf32>) -> tensor<2x16xf32> {
  %zero = arith.constant dense<0.0> : tensor<16xf32>
  // CHECK: xformer.add
  %0 = xformer.add %x, %zero : (tensor<2x16xf32>, tensor<16xf32>) -> tensor<2x16xf32>
  return %0 : tensor<2x16xf32>
}

// Broadcasting repeats x; the result is not x.
// CHECK-LABEL: func @add_zero_that_broadcasts(
func.func @add_zero_that_broadcasts(%x: tensor<16xf32>) -> tensor<2x16xf32> {
  %zero = arith.constant dense<-0.0> : tensor<2x1xf32>
  // CHECK: xformer.add
  %0 = xformer.add %x, %zero : (tensor<16xf32>, tensor<2x1xf32>) -> tensor<2x16xf32>
  return %0 : tensor<2x16xf32>
}

// One element that is not zero is enough.
// CHECK-LABEL: func @add_no_splat(
func.func @add_no_splat(%x: tensor<2xf32>) -> tensor<2xf32> {
  %zero = arith.constant dense<[-0.0, 1.0]> : tensor<2xf32>
  // CHECK: xformer.add
  %0 = xformer.add %x, %zero : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  return %0 : tensor<2xf32>
}

// CHECK-LABEL: func @sub_zero(
// CHECK-SAME: %[[X:.*]]: tensor<2x16xbf16>
func.func @sub_zero(%x: tensor<2x16xbf16>) -> tensor<2x16xbf16> {
  %zero = arith.constant dense<0.0> : tensor<bf16>
  %0 = xformer.sub %x, %zero : (tensor<2x16xbf16>, tensor<bf16>) -> tensor<2x16xbf16>
  // CHECK-NEXT: return %[[X]]
  return %0 : tensor<2x16xbf16>
}

// x - -0 is x + 0.
// CHECK-LABEL: func @sub_minus_zero(
func.func @sub_minus_zero(%x: tensor<2x16xf32>) -> tensor<2x16xf32> {
  %zero = arith.constant dense<-0.0> : tensor<f32>
  // CHECK: xformer.sub
  %0 = xformer.sub %x, %zero : (tensor<2x16xf32>, tensor<f32>) -> tensor<2x16xf32>
  return %0 : tensor<2x16xf32>
}

// Zero is no neutral element on the left.
// CHECK-LABEL: func @sub_from_zero(
func.func @sub_from_zero(%x: tensor<2x16xf32>) -> tensor<2x16xf32> {
  %zero = arith.constant dense<0.0> : tensor<f32>
  // CHECK: xformer.sub
  %0 = xformer.sub %zero, %x : (tensor<f32>, tensor<2x16xf32>) -> tensor<2x16xf32>
  return %0 : tensor<2x16xf32>
}

// NaN - NaN is not 0.
// CHECK-LABEL: func @sub_itself(
func.func @sub_itself(%x: tensor<2x16xf32>) -> tensor<2x16xf32> {
  // CHECK: xformer.sub
  %0 = xformer.sub %x, %x : (tensor<2x16xf32>, tensor<2x16xf32>) -> tensor<2x16xf32>
  return %0 : tensor<2x16xf32>
}

// CHECK-LABEL: func @mul_one(
// CHECK-SAME: %[[X:.*]]: tensor<2x16xf16>
func.func @mul_one(%x: tensor<2x16xf16>) -> tensor<2x16xf16> {
  %one = arith.constant dense<1.0> : tensor<f16>
  %0 = xformer.mul %one, %x : (tensor<f16>, tensor<2x16xf16>) -> tensor<2x16xf16>
  // CHECK-NEXT: return %[[X]]
  return %0 : tensor<2x16xf16>
}

// NaN * 0 and infinity * 0 are NaN.
// CHECK-LABEL: func @mul_zero(
func.func @mul_zero(%x: tensor<2x16xf32>) -> tensor<2x16xf32> {
  %zero = arith.constant dense<0.0> : tensor<f32>
  // CHECK: xformer.mul
  %0 = xformer.mul %x, %zero : (tensor<2x16xf32>, tensor<f32>) -> tensor<2x16xf32>
  return %0 : tensor<2x16xf32>
}

// CHECK-LABEL: func @mul_one_that_broadcasts(
func.func @mul_one_that_broadcasts(%x: tensor<16xf32>) -> tensor<1x16xf32> {
  %one = arith.constant dense<1.0> : tensor<1x1xf32>
  // CHECK: xformer.mul
  %0 = xformer.mul %x, %one : (tensor<16xf32>, tensor<1x1xf32>) -> tensor<1x16xf32>
  return %0 : tensor<1x16xf32>
}

// CHECK-LABEL: func @div_one(
// CHECK-SAME: %[[X:.*]]: tensor<2x16xf32>
func.func @div_one(%x: tensor<2x16xf32>) -> tensor<2x16xf32> {
  %one = arith.constant dense<1.0> : tensor<2x1xf32>
  %0 = xformer.div %x, %one : (tensor<2x16xf32>, tensor<2x1xf32>) -> tensor<2x16xf32>
  // CHECK-NEXT: return %[[X]]
  return %0 : tensor<2x16xf32>
}

// CHECK-LABEL: func @div_of_one(
func.func @div_of_one(%x: tensor<2x16xf32>) -> tensor<2x16xf32> {
  %one = arith.constant dense<1.0> : tensor<f32>
  // CHECK: xformer.div
  %0 = xformer.div %one, %x : (tensor<f32>, tensor<2x16xf32>) -> tensor<2x16xf32>
  return %0 : tensor<2x16xf32>
}

// CHECK-LABEL: func @max_of_itself(
// CHECK-SAME: %[[X:.*]]: tensor<2x16xf32>
func.func @max_of_itself(%x: tensor<2x16xf32>) -> tensor<2x16xf32> {
  %0 = xformer.max %x, %x : (tensor<2x16xf32>, tensor<2x16xf32>) -> tensor<2x16xf32>
  // CHECK-NEXT: return %[[X]]
  return %0 : tensor<2x16xf32>
}

// CHECK-LABEL: func @max_minus_infinity(
// CHECK-SAME: %[[X:.*]]: tensor<2x16xf32>
func.func @max_minus_infinity(%x: tensor<2x16xf32>) -> tensor<2x16xf32> {
  %floor = arith.constant dense<0xFF800000> : tensor<f32>
  %0 = xformer.max %floor, %x : (tensor<f32>, tensor<2x16xf32>) -> tensor<2x16xf32>
  // CHECK-NEXT: return %[[X]]
  return %0 : tensor<2x16xf32>
}

// NaN and infinity are larger.
// CHECK-LABEL: func @max_infinity(
func.func @max_infinity(%x: tensor<2x16xf32>) -> tensor<2x16xf32> {
  %ceiling = arith.constant dense<0x7F800000> : tensor<f32>
  // CHECK: xformer.max
  %0 = xformer.max %x, %ceiling : (tensor<2x16xf32>, tensor<f32>) -> tensor<2x16xf32>
  return %0 : tensor<2x16xf32>
}

// CHECK-LABEL: func @relu_of_relu(
// CHECK-SAME: %[[X:.*]]: tensor<2x16xf32>
func.func @relu_of_relu(%x: tensor<2x16xf32>) -> tensor<2x16xf32> {
  // CHECK-NEXT: %[[RELU:.*]] = xformer.relu %[[X]]
  %0 = xformer.relu %x : tensor<2x16xf32>
  %1 = xformer.relu %0 : tensor<2x16xf32>
  // CHECK-NEXT: return %[[RELU]]
  return %1 : tensor<2x16xf32>
}

// CHECK-LABEL: func @silu_of_silu(
func.func @silu_of_silu(%x: tensor<2x16xf32>) -> tensor<2x16xf32> {
  // CHECK-COUNT-2: xformer.silu
  %0 = xformer.silu %x : tensor<2x16xf32>
  %1 = xformer.silu %0 : tensor<2x16xf32>
  return %1 : tensor<2x16xf32>
}

// CHECK-LABEL: func @dropout_of_nothing(
// CHECK-SAME: %[[X:.*]]: tensor<2x16xf32>
func.func @dropout_of_nothing(%x: tensor<2x16xf32>, %seed: tensor<i64>) -> tensor<2x16xf32> {
  %0 = xformer.dropout %x seed(%seed) rate 0.0 stream 3 : (tensor<2x16xf32>, tensor<i64>) -> tensor<2x16xf32>
  // CHECK-NEXT: return %[[X]]
  return %0 : tensor<2x16xf32>
}

// CHECK-LABEL: func @dropout_of_little(
func.func @dropout_of_little(%x: tensor<2x16xf32>, %seed: tensor<i64>) -> tensor<2x16xf32> {
  // CHECK: xformer.dropout
  %0 = xformer.dropout %x seed(%seed) rate 4.9e-324 stream 3 : (tensor<2x16xf32>, tensor<i64>) -> tensor<2x16xf32>
  return %0 : tensor<2x16xf32>
}

// -----

//===----------------------------------------------------------------------===//
// Arithmetic on constants
//===----------------------------------------------------------------------===//

// Shapes broadcast.
// CHECK-LABEL: func @add_constants()
func.func @add_constants() -> tensor<2x3xf32> {
  // CHECK-NEXT: %[[C:.*]] = arith.constant dense<3.500000e+00> : tensor<2x3xf32>
  %x = arith.constant dense<1.5> : tensor<2x1xf32>
  %y = arith.constant dense<2.0> : tensor<3xf32>
  %0 = xformer.add %x, %y : (tensor<2x1xf32>, tensor<3xf32>) -> tensor<2x3xf32>
  // CHECK-NEXT: return %[[C]]
  return %0 : tensor<2x3xf32>
}

// CHECK-LABEL: func @sub_constants()
func.func @sub_constants() -> tensor<2xf32> {
  // CHECK-NEXT: arith.constant dense<-5.000000e-01> : tensor<2xf32>
  %x = arith.constant dense<1.5> : tensor<2xf32>
  %y = arith.constant dense<2.0> : tensor<2xf32>
  %0 = xformer.sub %x, %y : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  return %0 : tensor<2xf32>
}

// CHECK-LABEL: func @mul_constants()
func.func @mul_constants() -> tensor<2xf32> {
  // CHECK-NEXT: arith.constant dense<3.000000e+00> : tensor<2xf32>
  %x = arith.constant dense<1.5> : tensor<2xf32>
  %y = arith.constant dense<2.0> : tensor<2xf32>
  %0 = xformer.mul %x, %y : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  return %0 : tensor<2xf32>
}

// CHECK-LABEL: func @div_constants()
func.func @div_constants() -> tensor<2xf32> {
  // CHECK-NEXT: arith.constant dense<7.500000e-01> : tensor<2xf32>
  %x = arith.constant dense<1.5> : tensor<2xf32>
  %y = arith.constant dense<2.0> : tensor<2xf32>
  %0 = xformer.div %x, %y : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  return %0 : tensor<2xf32>
}

// CHECK-LABEL: func @max_constants()
func.func @max_constants() -> tensor<2xf32> {
  // CHECK-NEXT: arith.constant dense<2.000000e+00> : tensor<2xf32>
  %x = arith.constant dense<1.5> : tensor<2xf32>
  %y = arith.constant dense<2.0> : tensor<2xf32>
  %0 = xformer.max %x, %y : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  return %0 : tensor<2xf32>
}

// bf16 has eight digits: 256 + 1 is rounded to even.
// CHECK-LABEL: func @round_to_nearest_even()
func.func @round_to_nearest_even() -> (tensor<2xbf16>, tensor<2xbf16>) {
  // CHECK-DAG: %[[DOWN:.*]] = arith.constant dense<2.560000e+02> : tensor<2xbf16>
  // CHECK-DAG: %[[UP:.*]] = arith.constant dense<2.600000e+02> : tensor<2xbf16>
  %a = arith.constant dense<256.0> : tensor<2xbf16>
  %b = arith.constant dense<258.0> : tensor<2xbf16>
  %one = arith.constant dense<1.0> : tensor<2xbf16>
  %0 = xformer.add %a, %one : (tensor<2xbf16>, tensor<2xbf16>) -> tensor<2xbf16>
  %1 = xformer.add %b, %one : (tensor<2xbf16>, tensor<2xbf16>) -> tensor<2xbf16>
  // CHECK: return %[[DOWN]], %[[UP]]
  return %0, %1 : tensor<2xbf16>, tensor<2xbf16>
}

// f16 ends at 65504.
// CHECK-LABEL: func @overflow_to_infinity()
func.func @overflow_to_infinity() -> tensor<f16> {
  // CHECK-NEXT: arith.constant dense<0x7C00> : tensor<f16>
  %x = arith.constant dense<65504.0> : tensor<f16>
  %0 = xformer.add %x, %x : (tensor<f16>, tensor<f16>) -> tensor<f16>
  return %0 : tensor<f16>
}

// CHECK-LABEL: func @div_by_zero()
func.func @div_by_zero() -> tensor<f32> {
  // CHECK-NEXT: arith.constant dense<0xFF800000> : tensor<f32>
  %x = arith.constant dense<1.0> : tensor<f32>
  %y = arith.constant dense<-0.0> : tensor<f32>
  %0 = xformer.div %x, %y : (tensor<f32>, tensor<f32>) -> tensor<f32>
  return %0 : tensor<f32>
}

// The maximum with NaN is NaN.
// CHECK-LABEL: func @max_of_nan()
func.func @max_of_nan() -> tensor<f32> {
  // CHECK-NEXT: arith.constant dense<0x7FC00000> : tensor<f32>
  %x = arith.constant dense<1.0> : tensor<f32>
  %y = arith.constant dense<0x7FC00000> : tensor<f32>
  %0 = xformer.max %x, %y : (tensor<f32>, tensor<f32>) -> tensor<f32>
  return %0 : tensor<f32>
}

// Constants whose elements differ are left alone: their results would have to
// be stored element by element.
// CHECK-LABEL: func @no_splat()
func.func @no_splat() -> tensor<2xf32> {
  %x = arith.constant dense<[1.0, 2.0]> : tensor<2xf32>
  // CHECK: xformer.mul
  %0 = xformer.mul %x, %x : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  return %0 : tensor<2xf32>
}

// Nothing has no value to repeat.
// CHECK-LABEL: func @no_elements()
func.func @no_elements() -> tensor<0xf32> {
  %x = arith.constant dense<> : tensor<0xf32>
  // CHECK: xformer.div
  %0 = xformer.div %x, %x : (tensor<0xf32>, tensor<0xf32>) -> tensor<0xf32>
  return %0 : tensor<0xf32>
}

// -----

//===----------------------------------------------------------------------===//
// Gates
//===----------------------------------------------------------------------===//

// CHECK-LABEL: func @fuse_gates(
// CHECK-SAME: %[[GATE:.*]]: tensor<2x16xbf16>, %[[VALUE:.*]]: tensor<2x16xbf16>
func.func @fuse_gates(%gate: tensor<2x16xbf16>, %value: tensor<2x16xbf16>)
    -> (tensor<2x16xbf16>, tensor<2x16xbf16>, tensor<2x16xbf16>, tensor<2x16xbf16>) {
  // CHECK-NEXT: xformer.gated silu %[[GATE]], %[[VALUE]]
  %silu = xformer.silu %gate : tensor<2x16xbf16>
  %0 = xformer.mul %silu, %value : (tensor<2x16xbf16>, tensor<2x16xbf16>) -> tensor<2x16xbf16>
  // CHECK-NEXT: xformer.gated relu %[[GATE]], %[[VALUE]]
  %relu = xformer.relu %gate : tensor<2x16xbf16>
  %1 = xformer.mul %relu, %value : (tensor<2x16xbf16>, tensor<2x16xbf16>) -> tensor<2x16xbf16>
  // CHECK-NEXT: xformer.gated gelu %[[GATE]], %[[VALUE]]
  %gelu = xformer.gelu %gate : tensor<2x16xbf16>
  %2 = xformer.mul %gelu, %value : (tensor<2x16xbf16>, tensor<2x16xbf16>) -> tensor<2x16xbf16>
  // CHECK-NEXT: xformer.gated gelu_tanh %[[GATE]], %[[VALUE]]
  %tanh = xformer.gelu %gate tanh : tensor<2x16xbf16>
  %3 = xformer.mul %tanh, %value : (tensor<2x16xbf16>, tensor<2x16xbf16>) -> tensor<2x16xbf16>
  return %0, %1, %2, %3 : tensor<2x16xbf16>, tensor<2x16xbf16>, tensor<2x16xbf16>, tensor<2x16xbf16>
}

// The gate may stand on the right.
// CHECK-LABEL: func @fuse_gate_on_the_right(
// CHECK-SAME: %[[GATE:.*]]: tensor<2x16xf32>, %[[VALUE:.*]]: tensor<2x16xf32>
func.func @fuse_gate_on_the_right(%gate: tensor<2x16xf32>, %value: tensor<2x16xf32>) -> tensor<2x16xf32> {
  // CHECK-NEXT: xformer.gated silu %[[GATE]], %[[VALUE]]
  %silu = xformer.silu %gate : tensor<2x16xf32>
  %0 = xformer.mul %value, %silu : (tensor<2x16xf32>, tensor<2x16xf32>) -> tensor<2x16xf32>
  return %0 : tensor<2x16xf32>
}

// Models multiply equal shapes by upstream's op.
// CHECK-LABEL: func @fuse_gate_into_upstream_product(
// CHECK-SAME: %[[GATE:.*]]: tensor<2x16xf32>, %[[VALUE:.*]]: tensor<2x16xf32>
func.func @fuse_gate_into_upstream_product(%gate: tensor<2x16xf32>, %value: tensor<2x16xf32>) -> tensor<2x16xf32> {
  // CHECK-NEXT: xformer.gated silu %[[GATE]], %[[VALUE]]
  %silu = xformer.silu %gate : tensor<2x16xf32>
  %0 = arith.mulf %silu, %value : tensor<2x16xf32>
  return %0 : tensor<2x16xf32>
}

// An activated gate that something else reads is there anyway.
// CHECK-LABEL: func @gate_with_two_uses(
func.func @gate_with_two_uses(%gate: tensor<2x16xf32>, %value: tensor<2x16xf32>)
    -> (tensor<2x16xf32>, tensor<2x16xf32>) {
  // CHECK-NOT: xformer.gated
  %silu = xformer.silu %gate : tensor<2x16xf32>
  %0 = xformer.mul %silu, %value : (tensor<2x16xf32>, tensor<2x16xf32>) -> tensor<2x16xf32>
  return %silu, %0 : tensor<2x16xf32>, tensor<2x16xf32>
}

// The square of an activation reads it twice.
// CHECK-LABEL: func @squared_activation(
func.func @squared_activation(%x: tensor<2x16xf32>) -> tensor<2x16xf32> {
  // CHECK-NOT: xformer.gated
  %relu = xformer.relu %x : tensor<2x16xf32>
  %0 = xformer.mul %relu, %relu : (tensor<2x16xf32>, tensor<2x16xf32>) -> tensor<2x16xf32>
  return %0 : tensor<2x16xf32>
}

// A gated product does not broadcast.
// CHECK-LABEL: func @gate_that_broadcasts(
func.func @gate_that_broadcasts(%gate: tensor<16xf32>, %value: tensor<2x16xf32>) -> tensor<2x16xf32> {
  // CHECK-NOT: xformer.gated
  %silu = xformer.silu %gate : tensor<16xf32>
  %0 = xformer.mul %silu, %value : (tensor<16xf32>, tensor<2x16xf32>) -> tensor<2x16xf32>
  return %0 : tensor<2x16xf32>
}
