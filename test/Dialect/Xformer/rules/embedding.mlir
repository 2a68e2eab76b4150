// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: partita-opt %s --print-sharding-rules -o /dev/null 2>&1 | FileCheck %s

// The vocabulary is a sum: a device looks up the ids of its rows, after shifting
// and masking them.
func.func @embedding(%table: tensor<512x64xf32>, %ids: tensor<2x16xi32>) -> tensor<2x16x64xf32> {
  // CHECK: [[#@LINE+1]]:8: remark: sharding rule of 'xformer.embedding': ([v, d], [b, s]) -> ([b, s, d]) {b=2, s=16, d=64, v=512} reduction={v:sum} local_form={v} fill={v:[]} linear={0}{{$}}
  %0 = xformer.embedding %table, %ids : (tensor<512x64xf32>, tensor<2x16xi32>) -> tensor<2x16x64xf32>
  return %0 : tensor<2x16x64xf32>
}

// With the ids of rows it is a sum like others, of zeros in the pad.
func.func @embedding_with_row_ids(%table: tensor<512x64xf32>, %ids: tensor<2x16xi32>) -> tensor<2x16x64xf32> {
  // CHECK: [[#@LINE+1]]:8: remark: sharding rule of 'xformer.iota': () -> ([d]) {d=512} whole={d}{{$}}
  %r = xformer.iota : tensor<512xi32>
  // CHECK: [[#@LINE+1]]:8: remark: sharding rule of 'xformer.embedding': ([v, d], [b, s], [v]) -> ([b, s, d]) {b=2, s=16, d=64, v=512} reduction={v:sum} fill={v:[0 zero]} linear={0}{{$}}
  %0 = xformer.embedding %table, %ids row_ids(%r) : (tensor<512x64xf32>, tensor<2x16xi32>, tensor<512xi32>) -> tensor<2x16x64xf32>
  return %0 : tensor<2x16x64xf32>
}

// Ids of any rank, none included.
func.func @embedding_of_one_id(%table: tensor<512x64xf32>, %id: tensor<i32>) -> tensor<64xf32> {
  // CHECK: [[#@LINE+1]]:8: remark: sharding rule of 'xformer.embedding': ([v, d], []) -> ([d]) {d=64, v=512} reduction={v:sum} local_form={v} fill={v:[]} linear={0}{{$}}
  %0 = xformer.embedding %table, %id : (tensor<512x64xf32>, tensor<i32>) -> tensor<64xf32>
  return %0 : tensor<64xf32>
}

// Without positions the position is the index, which a slice must be told.
func.func @rotary(%x: tensor<2x16x4x8xf32>) -> tensor<2x16x4x8xf32> {
  // CHECK: [[#@LINE+1]]:8: remark: sharding rule of 'xformer.rotary': ([b, s, h, d]) -> ([b, s, h, d]) {b=2, s=16, h=4, d=8} whole={d} local_form={s} linear={0}{{$}}
  %0 = xformer.rotary %x theta 1.0e4 : (tensor<2x16x4x8xf32>) -> tensor<2x16x4x8xf32>
  return %0 : tensor<2x16x4x8xf32>
}

func.func @rotary_with_positions(%x: tensor<2x16x4x8xf32>, %p: tensor<16xi32>) -> tensor<2x16x4x8xf32> {
  // CHECK: [[#@LINE+1]]:8: remark: sharding rule of 'xformer.rotary': ([b, s, h, d], [s]) -> ([b, s, h, d]) {b=2, s=16, h=4, d=8} whole={d} linear={0}{{$}}
  %0 = xformer.rotary %x positions(%p) theta 1.0e4 : (tensor<2x16x4x8xf32>, tensor<16xi32>) -> tensor<2x16x4x8xf32>
  return %0 : tensor<2x16x4x8xf32>
}

func.func @relative_position_bias(%table: tensor<32x8xf32>) -> tensor<1x8x16x24xf32> {
  // CHECK: [[#@LINE+1]]:8: remark: sharding rule of 'xformer.relative_position_bias': ([r, h]) -> ([1, h, q, k]) {h=8, q=16, k=24, r=32} whole={r} local_form={q, k} linear={0}{{$}}
  %0 = xformer.relative_position_bias %table bidirectional max_distance 128 : (tensor<32x8xf32>) -> tensor<1x8x16x24xf32>
  return %0 : tensor<1x8x16x24xf32>
}

func.func @relative_position_bias_with_positions(%table: tensor<32x8xf32>, %q: tensor<16xi32>, %k: tensor<24xi32>) -> (tensor<1x8x16x24xf32>, tensor<1x8x16x24xf32>) {
  // CHECK: [[#@LINE+1]]:8: remark: sharding rule of 'xformer.relative_position_bias': ([r, h], [q], [k]) -> ([1, h, q, k]) {h=8, q=16, k=24, r=32} whole={r} linear={0}{{$}}
  %0 = xformer.relative_position_bias %table query_positions(%q) key_positions(%k) bidirectional max_distance 128 : (tensor<32x8xf32>, tensor<16xi32>, tensor<24xi32>) -> tensor<1x8x16x24xf32>
  // CHECK: [[#@LINE+1]]:8: remark: sharding rule of 'xformer.relative_position_bias': ([r, h], [k]) -> ([1, h, q, k]) {h=8, q=16, k=24, r=32} whole={r} local_form={q} linear={0}{{$}}
  %1 = xformer.relative_position_bias %table key_positions(%k) bidirectional max_distance 128 : (tensor<32x8xf32>, tensor<24xi32>) -> tensor<1x8x16x24xf32>
  return %0, %1 : tensor<1x8x16x24xf32>, tensor<1x8x16x24xf32>
}
