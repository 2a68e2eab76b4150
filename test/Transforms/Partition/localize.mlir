// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: partita-opt %s --dist-localize | FileCheck %s -enable-var-scope

dist.mesh @mesh ["data"=2, "tensor"=4]

#rows = #dist.sharding<@mesh, [{"data"}, {}]>
#columns = #dist.sharding<@mesh, [{"data"}, {"tensor"}]>
#second = #dist.sharding<@mesh, [{}, {"tensor"}]>
#vector = #dist.sharding<@mesh, [{}]>

// The rows of the table are split, so each device must know which it has. What
// takes the place of the value has its sharding; the numbers have none yet.
// CHECK-LABEL: func @embedding(
// CHECK-NEXT: %[[N:.*]] = xformer.iota : tensor<512xi32>
// CHECK-NEXT: xformer.embedding %{{.*}}, %{{.*}} row_ids(%[[N]]) {dist.shardings = [#dist.sharding<@mesh, [{"data"}, {}, {}], partial={"tensor"}>]}
func.func @embedding(%t: tensor<512x64xf32> {dist.sharding = #dist.sharding<@mesh, [{"tensor"}, {}]>},
                     %ids: tensor<2x16xi32> {dist.sharding = #rows})
    -> (tensor<2x16x64xf32> {dist.sharding = #dist.sharding<@mesh, [{"data"}, {}, {}]>}) {
  %0 = xformer.embedding %t, %ids {dist.shardings = [#dist.sharding<@mesh, [{"data"}, {}, {}], partial={"tensor"}>]}
    : (tensor<512x64xf32>, tensor<2x16xi32>) -> tensor<2x16x64xf32>
  return %0 : tensor<2x16x64xf32>
}

// Only what is split so is rewritten: here the sum, there not.
// CHECK-LABEL: func @linear(
// CHECK: %[[A:.*]] = xformer.linear %{{.*}}, %{{.*}} transpose_weight : (tensor<8x256xf32>, tensor<64x256xf32>)
// CHECK-NEXT: %[[B:.*]] = xformer.add %[[A]], %{{.*}} {dist.shardings = [#dist.sharding<@mesh, [{"data"}, {}]>]}
// CHECK-NEXT: xformer.linear %[[B]], %{{.*}} bias
func.func @linear(%x: tensor<8x256xf32> {dist.sharding = #columns}, %w: tensor<64x256xf32> {dist.sharding = #second},
                  %b: tensor<64xf32> {dist.sharding = #vector}, %v: tensor<64x64xf32> {dist.sharding = #dist.sharding<@mesh, [{}, {}]>})
    -> (tensor<8x64xf32> {dist.sharding = #rows}) {
  %0 = xformer.linear %x, %w transpose_weight bias(%b) {dist.shardings = [#rows]}
    : (tensor<8x256xf32>, tensor<64x256xf32>, tensor<64xf32>) -> tensor<8x64xf32>
  %1 = xformer.linear %0, %v bias(%b) {dist.shardings = [#rows]}
    : (tensor<8x64xf32>, tensor<64x64xf32>, tensor<64xf32>) -> tensor<8x64xf32>
  return %1 : tensor<8x64xf32>
}

// Elements draw by their place in the whole.
// CHECK-LABEL: func @dropout(
// CHECK: xformer.dropout %{{.*}} seed(%{{.*}}) indices(%{{.*}}, %{{.*}}) of [8, 64] rate 1.000000e-01 stream 0
func.func @dropout(%x: tensor<8x64xf32> {dist.sharding = #rows}, %s: tensor<i64> {dist.sharding = #dist.sharding<@mesh, []>}) -> (tensor<8x64xf32> {dist.sharding = #rows}) {
  %0 = xformer.dropout %x seed(%s) rate 0.1 stream 0 {dist.shardings = [#rows]} : (tensor<8x64xf32>, tensor<i64>) -> tensor<8x64xf32>
  return %0 : tensor<8x64xf32>
}

// Keys that will be padded need a mask, which hides the pads from the softmax.
// CHECK-LABEL: func @padded(
// CHECK: xformer.attention {{.*}} key_mask(%{{.*}})
func.func @padded(%q: tensor<1x4x2x8xf32> {dist.sharding = #dist.sharding<@mesh, [{}, {}, {}, {}]>},
                  %k: tensor<1x7x2x8xf32> {dist.sharding = #dist.sharding<@mesh, [{}, {"tensor"}, {}, {}]>})
    -> (tensor<1x4x2x8xf32> {dist.sharding = #dist.sharding<@mesh, [{}, {}, {}, {}]>}) {
  %0 = dist.reshard %k to <@mesh, [{}, {}, {}, {}]> : tensor<1x7x2x8xf32>
  %1 = xformer.attention %q, %0, %0 scale 1.0 {dist.shardings = [#dist.sharding<@mesh, [{}, {}, {}, {}]>]}
    : (tensor<1x4x2x8xf32>, tensor<1x7x2x8xf32>, tensor<1x7x2x8xf32>) -> tensor<1x4x2x8xf32>
  return %1 : tensor<1x4x2x8xf32>
}

// Nothing tells a bias that counts positions by itself where pads are, so it is
// told the positions.
// CHECK-LABEL: func @counted(
// CHECK: xformer.relative_position_bias %{{.*}} query_positions(%{{.*}}) bidirectional
func.func @counted(%t: tensor<32x8xf32> {dist.sharding = #dist.sharding<@mesh, [{}, {}]>},
                   %x: tensor<1x8x7x16xf32> {dist.sharding = #dist.sharding<@mesh, [{}, {}, {"tensor"}, {}]>})
    -> (tensor<1x8x7x16xf32> {dist.sharding = #dist.sharding<@mesh, [{}, {}, {}, {}]>}) {
  %0 = xformer.relative_position_bias %t bidirectional max_distance 128 {dist.shardings = [#dist.sharding<@mesh, [{}, {}, {}, {}]>]}
    : (tensor<32x8xf32>) -> tensor<1x8x7x16xf32>
  %1 = dist.reshard %x to <@mesh, [{}, {}, {}, {}]> : tensor<1x8x7x16xf32>
  %2 = xformer.add %0, %1 {dist.shardings = [#dist.sharding<@mesh, [{}, {}, {}, {}]>]}
    : (tensor<1x8x7x16xf32>, tensor<1x8x7x16xf32>) -> tensor<1x8x7x16xf32>
  return %2 : tensor<1x8x7x16xf32>
}

// CHECK-LABEL: func @plain(
func.func @plain(%x: tensor<8x64xf32>) {
  return
}
