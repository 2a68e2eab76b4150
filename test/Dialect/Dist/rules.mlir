// RUN: partita-opt %s --print-sharding-rules -verify-diagnostics

func.func @pad(%x: tensor<2x6xf32>) {
  // expected-remark@+1 {{sharding rule of 'dist.pad': ([b, d]) -> ([b, d_0]) {b=2, d=6, d_0=8} whole={d, d_0} linear={0}}}
  %0 = dist.pad %x dim 1 by [3 -> 4, 2] : tensor<2x6xf32> -> tensor<2x8xf32>
  // expected-remark@+1 {{sharding rule of 'dist.unpad': ([b, d]) -> ([b, d_0]) {b=2, d=8, d_0=6} whole={d, d_0} linear={0}}}
  %1 = dist.unpad %0 dim 1 of [3 -> 4, 2] : tensor<2x8xf32> -> tensor<2x6xf32>
  return
}

// Only zeros may be filled in before a sum is formed.
func.func @fill(%x: tensor<2x8xf32>, %m: tensor<8xi1>, %ids: tensor<8xi32>) {
  // expected-remark@+1 {{sharding rule of 'dist.fill': ([b, d], [d]) -> ([b, d]) {b=2, d=8} linear={0}}}
  %0 = dist.fill %x dim 1 keep %m else 0.0 : f32 : tensor<2x8xf32>, tensor<8xi1>
  // expected-remark@+1 {{sharding rule of 'dist.fill': ([b, d], [d]) -> ([b, d]) {b=2, d=8}}}
  %1 = dist.fill %x dim 1 keep %m else 1.0 : f32 : tensor<2x8xf32>, tensor<8xi1>
  // expected-remark@+1 {{sharding rule of 'dist.fill': ([d], [d]) -> ([d]) {d=8} linear={0}}}
  %2 = dist.fill %ids dim 0 keep %m else 0 : i32 : tensor<8xi32>, tensor<8xi1>
  return
}
