// RUN: partita-opt %s -canonicalize --mlir-print-debuginfo --mlir-print-local-scope | FileCheck %s

// Diagnostics of later passes name the module path, so it must survive.

// An op that replaces two is at the place of both.
// CHECK-LABEL: func @fused_gate(
func.func @fused_gate(%gate: tensor<2x16xf32>, %value: tensor<2x16xf32>) -> tensor<2x16xf32> {
  // CHECK: xformer.gated silu {{.*}} loc(fused["mlp.act", "mlp"])
  %silu = xformer.silu %gate : tensor<2x16xf32> loc("mlp.act")
  %0 = xformer.mul %silu, %value : (tensor<2x16xf32>, tensor<2x16xf32>) -> tensor<2x16xf32> loc("mlp")
  return %0 : tensor<2x16xf32>
}

// CHECK-LABEL: func @joined_slices(
func.func @joined_slices(%x: tensor<16xf32>) -> tensor<8xf32> {
  // CHECK: xformer.slice {{.*}} loc(fused["q", "k"])
  %0 = xformer.slice %x dim 0 offset 0 : tensor<16xf32> -> tensor<4xf32> loc("q")
  %1 = xformer.slice %x dim 0 offset 4 : tensor<16xf32> -> tensor<4xf32> loc("k")
  %2 = xformer.concat %0, %1 dim 0 : (tensor<4xf32>, tensor<4xf32>) -> tensor<8xf32> loc("qk")
  return %2 : tensor<8xf32>
}

// An op that is changed or rebuilt stays where it was.
// CHECK-LABEL: func @changed(
func.func @changed(%x: tensor<2x16xf32>, %w: tensor<8x16xf32>, %q: tensor<2x4x8x64xf32>)
    -> (tensor<2x8xf32>, tensor<2x4x8x64xf32>) {
  %t = xformer.transpose %w [1, 0] : (tensor<8x16xf32>) -> tensor<16x8xf32> loc("weight")
  // CHECK: xformer.linear {{.*}} loc("fc1")
  %0 = xformer.linear %x, %t : (tensor<2x16xf32>, tensor<16x8xf32>) -> tensor<2x8xf32> loc("fc1")
  // CHECK: xformer.attention {{.*}} loc("attn")
  %1, %lse = xformer.attention %q, %q, %q scale 0.125
    : (tensor<2x4x8x64xf32>, tensor<2x4x8x64xf32>, tensor<2x4x8x64xf32>)
    -> (tensor<2x4x8x64xf32>, tensor<2x8x4xf32>) loc("attn")
  return %0, %1 : tensor<2x8xf32>, tensor<2x4x8x64xf32>
}
