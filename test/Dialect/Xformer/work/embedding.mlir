// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: partita-opt %s --print-work -o /dev/null 2>&1 | FileCheck %s

// Reads the rows it looks up, each once: 32 of 512, 64 f32 long (8192 bytes),
// beside 32 ids (128 bytes).
func.func @embedding(%table: tensor<512x64xf32>, %ids: tensor<2x16xi32>) -> tensor<2x16x64xf32> {
  // CHECK: [[#@LINE+1]]:8: remark: work of 'xformer.embedding': 0 matrix flops, 0 vector flops, 8320 bytes read, 8192 bytes written{{$}}
  %0 = xformer.embedding %table, %ids : (tensor<512x64xf32>, tensor<2x16xi32>) -> tensor<2x16x64xf32>
  return %0 : tensor<2x16x64xf32>
}

// Numbers are written, and read where they are the ids of rows (2048 bytes).
func.func @embedding_with_row_ids(%table: tensor<512x64xf32>, %ids: tensor<2x16xi32>) -> tensor<2x16x64xf32> {
  // CHECK: [[#@LINE+1]]:8: remark: work of 'xformer.iota': 0 matrix flops, 0 vector flops, 0 bytes read, 2048 bytes written{{$}}
  %r = xformer.iota : tensor<512xi32>
  // CHECK: [[#@LINE+1]]:8: remark: work of 'xformer.embedding': 0 matrix flops, 0 vector flops, 10368 bytes read, 8192 bytes written{{$}}
  %0 = xformer.embedding %table, %ids row_ids(%r) : (tensor<512x64xf32>, tensor<2x16xi32>, tensor<512xi32>) -> tensor<2x16x64xf32>
  return %0 : tensor<2x16x64xf32>
}

// No more rows than there are: 4 of 64 bf16 (512 bytes), beside 32 i64 ids (256).
func.func @embedding_in_small_table(%table: tensor<4x64xbf16>, %ids: tensor<2x16xi64>) -> tensor<2x16x64xbf16> {
  // CHECK: [[#@LINE+1]]:8: remark: work of 'xformer.embedding': 0 matrix flops, 0 vector flops, 768 bytes read, 4096 bytes written{{$}}
  %0 = xformer.embedding %table, %ids : (tensor<4x64xbf16>, tensor<2x16xi64>) -> tensor<2x16x64xbf16>
  return %0 : tensor<2x16x64xbf16>
}

// 2 * 16 * 4 * 8 = 1024 elements: 3 flops each, and 3 for each of 16 positions
// and 4 pairs: 3072 + 192.
func.func @rotary(%x: tensor<2x16x4x8xf32>, %p: tensor<16xi32>) -> tensor<2x16x4x8xf32> {
  // CHECK: [[#@LINE+1]]:8: remark: work of 'xformer.rotary': 0 matrix flops, 3264 vector flops, 4096 bytes read, 4096 bytes written{{$}}
  %0 = xformer.rotary %x theta 1.0e4 : (tensor<2x16x4x8xf32>) -> tensor<2x16x4x8xf32>
  // CHECK: [[#@LINE+1]]:8: remark: work of 'xformer.rotary': 0 matrix flops, 3264 vector flops, 4160 bytes read, 4096 bytes written{{$}}
  %1 = xformer.rotary %0 positions(%p) theta 1.0e4 : (tensor<2x16x4x8xf32>, tensor<16xi32>) -> tensor<2x16x4x8xf32>
  return %1 : tensor<2x16x4x8xf32>
}

// 16 * 24 pairs have 39 distances, enough for all 32 buckets of 8 heads (1024
// bytes): 4 flops a pair, 3072 elements written. The positions are 40 i32.
func.func @relative_position_bias(%table: tensor<32x8xf32>, %q: tensor<16xi32>, %k: tensor<24xi32>) -> tensor<1x8x16x24xf32> {
  // CHECK: [[#@LINE+1]]:8: remark: work of 'xformer.relative_position_bias': 0 matrix flops, 1536 vector flops, 1184 bytes read, 12288 bytes written{{$}}
  %0 = xformer.relative_position_bias %table query_positions(%q) key_positions(%k) bidirectional max_distance 128 : (tensor<32x8xf32>, tensor<16xi32>, tensor<24xi32>) -> tensor<1x8x16x24xf32>
  return %0 : tensor<1x8x16x24xf32>
}

// 2 queries and 3 keys have 4 distances: 4 rows of 8 heads are read.
func.func @relative_position_bias_of_few(%table: tensor<32x8xf32>) -> tensor<1x8x2x3xf32> {
  // CHECK: [[#@LINE+1]]:8: remark: work of 'xformer.relative_position_bias': 0 matrix flops, 24 vector flops, 128 bytes read, 192 bytes written{{$}}
  %0 = xformer.relative_position_bias %table bidirectional max_distance 128 : (tensor<32x8xf32>) -> tensor<1x8x2x3xf32>
  return %0 : tensor<1x8x2x3xf32>
}
