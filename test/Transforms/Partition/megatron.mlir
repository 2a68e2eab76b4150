// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What Megatron does by hand follows from the shardings of parameters: those of
// the first matrix of a pair by rows, of the second by columns.
// RUN: partita-opt %s --dist-partition-pipeline | FileCheck %s --implicit-check-not="dist.{{all|reduce|slice|permute}}"

dist.mesh @mesh ["data"=2, "tensor"=4]

#rows = #dist.sharding<@mesh, [{"tensor"}, {?}]>
#columns = #dist.sharding<@mesh, [{?}, {"tensor"}]>

// A block has two all-reduces.
// CHECK-LABEL: func.func @tensor_parallel(
// CHECK: xformer.attention {{.*}}(tensor<2x16x2x8xf32>, tensor<2x16x1x8xf32>, tensor<2x16x1x8xf32>) -> tensor<2x16x2x8xf32>
// CHECK: dist.all_reduce {{.*}} over @mesh {"tensor"} : tensor<2x16x64xf32>
// CHECK: xformer.gated silu {{.*}} : tensor<2x16x64xf32>
// CHECK: dist.all_reduce {{.*}} over @mesh {"tensor"} : tensor<2x16x64xf32>
func.func @tensor_parallel(
    %x: tensor<4x16x64xf32> {dist.sharding = #dist.sharding<@mesh, [{"data"}, {}, {}]>}, %n0: tensor<64xf32>, %n1: tensor<64xf32>,
    %q: tensor<64x64xf32> {dist.sharding = #rows}, %k: tensor<32x64xf32> {dist.sharding = #rows},
    %v: tensor<32x64xf32> {dist.sharding = #rows}, %o: tensor<64x64xf32> {dist.sharding = #columns},
    %gate: tensor<256x64xf32> {dist.sharding = #rows}, %up: tensor<256x64xf32> {dist.sharding = #rows},
    %down: tensor<64x256xf32> {dist.sharding = #columns})
    -> (tensor<4x16x64xf32> {dist.sharding = #dist.sharding<@mesh, [{"data"}, {}, {}]>}) {
  %0 = xformer.rms_norm %x, %n0 epsilon 1.0e-5 : (tensor<4x16x64xf32>, tensor<64xf32>) -> tensor<4x16x64xf32>
  %1 = xformer.linear %0, %q transpose_weight : (tensor<4x16x64xf32>, tensor<64x64xf32>) -> tensor<4x16x64xf32>
  %2 = xformer.split_dim %1 dim 2 : tensor<4x16x64xf32> -> tensor<4x16x8x8xf32>
  %3 = xformer.linear %0, %k transpose_weight : (tensor<4x16x64xf32>, tensor<32x64xf32>) -> tensor<4x16x32xf32>
  %4 = xformer.split_dim %3 dim 2 : tensor<4x16x32xf32> -> tensor<4x16x4x8xf32>
  %5 = xformer.linear %0, %v transpose_weight : (tensor<4x16x64xf32>, tensor<32x64xf32>) -> tensor<4x16x32xf32>
  %6 = xformer.split_dim %5 dim 2 : tensor<4x16x32xf32> -> tensor<4x16x4x8xf32>
  %7 = xformer.rotary %2 theta 1.0e4 : (tensor<4x16x8x8xf32>) -> tensor<4x16x8x8xf32>
  %8 = xformer.rotary %4 theta 1.0e4 : (tensor<4x16x4x8xf32>) -> tensor<4x16x4x8xf32>
  %9 = xformer.attention %7, %8, %6 causal scale 3.5e-1
    : (tensor<4x16x8x8xf32>, tensor<4x16x4x8xf32>, tensor<4x16x4x8xf32>) -> tensor<4x16x8x8xf32>
  %10 = xformer.merge_dims %9 dim 2 : (tensor<4x16x8x8xf32>) -> tensor<4x16x64xf32>
  %11 = xformer.linear %10, %o transpose_weight : (tensor<4x16x64xf32>, tensor<64x64xf32>) -> tensor<4x16x64xf32>
  %12 = xformer.add %x, %11 : (tensor<4x16x64xf32>, tensor<4x16x64xf32>) -> tensor<4x16x64xf32>
  %13 = xformer.rms_norm %12, %n1 epsilon 1.0e-5 : (tensor<4x16x64xf32>, tensor<64xf32>) -> tensor<4x16x64xf32>
  %14 = xformer.linear %13, %gate transpose_weight : (tensor<4x16x64xf32>, tensor<256x64xf32>) -> tensor<4x16x256xf32>
  %15 = xformer.linear %13, %up transpose_weight : (tensor<4x16x64xf32>, tensor<256x64xf32>) -> tensor<4x16x256xf32>
  %16 = xformer.gated silu %14, %15 : tensor<4x16x256xf32>
  %17 = xformer.linear %16, %down transpose_weight : (tensor<4x16x256xf32>, tensor<64x256xf32>) -> tensor<4x16x64xf32>
  %18 = xformer.add %12, %17 : (tensor<4x16x64xf32>, tensor<4x16x64xf32>) -> tensor<4x16x64xf32>
  return %18 : tensor<4x16x64xf32>
}

// With the sequence split outside of the pairs, each all-reduce becomes a gather
// before the first matrix and a scatter after the second.
// CHECK-LABEL: func.func @sequence_parallel(
// CHECK: dist.all_gather {{.*}} dim 1 over @mesh {"tensor"} : tensor<2x4x64xf32> -> tensor<2x16x64xf32>
// CHECK: xformer.attention {{.*}}(tensor<2x16x2x8xf32>, tensor<2x16x1x8xf32>, tensor<2x16x1x8xf32>) -> tensor<2x16x2x8xf32>
// CHECK: dist.reduce_scatter {{.*}} dim 1 over @mesh {"tensor"} : tensor<2x16x64xf32> -> tensor<2x4x64xf32>
// CHECK: dist.all_gather {{.*}} dim 1 over @mesh {"tensor"} : tensor<2x4x64xf32> -> tensor<2x16x64xf32>
// CHECK: xformer.gated silu {{.*}} : tensor<2x16x64xf32>
// CHECK: dist.reduce_scatter {{.*}} dim 1 over @mesh {"tensor"} : tensor<2x16x64xf32> -> tensor<2x4x64xf32>
func.func @sequence_parallel(
    %x: tensor<4x16x64xf32> {dist.sharding = #dist.sharding<@mesh, [{"data"}, {"tensor"}, {}]>}, %n0: tensor<64xf32>, %n1: tensor<64xf32>,
    %q: tensor<64x64xf32> {dist.sharding = #rows}, %k: tensor<32x64xf32> {dist.sharding = #rows},
    %v: tensor<32x64xf32> {dist.sharding = #rows}, %o: tensor<64x64xf32> {dist.sharding = #columns},
    %gate: tensor<256x64xf32> {dist.sharding = #rows}, %up: tensor<256x64xf32> {dist.sharding = #rows},
    %down: tensor<64x256xf32> {dist.sharding = #columns})
    -> (tensor<4x16x64xf32> {dist.sharding = #dist.sharding<@mesh, [{"data"}, {"tensor"}, {}]>}) {
  %0 = xformer.rms_norm %x, %n0 epsilon 1.0e-5 : (tensor<4x16x64xf32>, tensor<64xf32>) -> tensor<4x16x64xf32>
  %1 = xformer.linear %0, %q transpose_weight : (tensor<4x16x64xf32>, tensor<64x64xf32>) -> tensor<4x16x64xf32>
  %2 = xformer.split_dim %1 dim 2 : tensor<4x16x64xf32> -> tensor<4x16x8x8xf32>
  %3 = xformer.linear %0, %k transpose_weight : (tensor<4x16x64xf32>, tensor<32x64xf32>) -> tensor<4x16x32xf32>
  %4 = xformer.split_dim %3 dim 2 : tensor<4x16x32xf32> -> tensor<4x16x4x8xf32>
  %5 = xformer.linear %0, %v transpose_weight : (tensor<4x16x64xf32>, tensor<32x64xf32>) -> tensor<4x16x32xf32>
  %6 = xformer.split_dim %5 dim 2 : tensor<4x16x32xf32> -> tensor<4x16x4x8xf32>
  %7 = xformer.rotary %2 theta 1.0e4 : (tensor<4x16x8x8xf32>) -> tensor<4x16x8x8xf32>
  %8 = xformer.rotary %4 theta 1.0e4 : (tensor<4x16x4x8xf32>) -> tensor<4x16x4x8xf32>
  %9 = xformer.attention %7, %8, %6 causal scale 3.5e-1
    : (tensor<4x16x8x8xf32>, tensor<4x16x4x8xf32>, tensor<4x16x4x8xf32>) -> tensor<4x16x8x8xf32>
  %10 = xformer.merge_dims %9 dim 2 : (tensor<4x16x8x8xf32>) -> tensor<4x16x64xf32>
  %11 = xformer.linear %10, %o transpose_weight : (tensor<4x16x64xf32>, tensor<64x64xf32>) -> tensor<4x16x64xf32>
  %12 = xformer.add %x, %11 : (tensor<4x16x64xf32>, tensor<4x16x64xf32>) -> tensor<4x16x64xf32>
  %13 = xformer.rms_norm %12, %n1 epsilon 1.0e-5 : (tensor<4x16x64xf32>, tensor<64xf32>) -> tensor<4x16x64xf32>
  %14 = xformer.linear %13, %gate transpose_weight : (tensor<4x16x64xf32>, tensor<256x64xf32>) -> tensor<4x16x256xf32>
  %15 = xformer.linear %13, %up transpose_weight : (tensor<4x16x64xf32>, tensor<256x64xf32>) -> tensor<4x16x256xf32>
  %16 = xformer.gated silu %14, %15 : tensor<4x16x256xf32>
  %17 = xformer.linear %16, %down transpose_weight : (tensor<4x16x256xf32>, tensor<64x256xf32>) -> tensor<4x16x64xf32>
  %18 = xformer.add %12, %17 : (tensor<4x16x64xf32>, tensor<4x16x64xf32>) -> tensor<4x16x64xf32>
  return %18 : tensor<4x16x64xf32>
}
