// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: partita-opt %s --print-work -o /dev/null 2>&1 | FileCheck %s

// 2 * 8 rows of 16 * 24 pairs are 6144 pairs: 2 * (64 + 32) matrix flops each,
// 5 vector flops each, one for each of 8192 outputs: 30720 + 8192.
func.func @attention(%q: tensor<2x16x8x64xf32>, %k: tensor<2x24x8x64xf32>, %v: tensor<2x24x8x32xf32>) -> tensor<2x16x8x32xf32> {
  // CHECK: [[#@LINE+1]]:8: remark: work of 'xformer.attention': 1179648 matrix flops, 38912 vector flops, 212992 bytes read, 32768 bytes written{{$}}
  %0 = xformer.attention %q, %k, %v scale 1.25e-01 : (tensor<2x16x8x64xf32>, tensor<2x24x8x64xf32>, tensor<2x24x8x32xf32>) -> tensor<2x16x8x32xf32>
  return %0 : tensor<2x16x8x32xf32>
}

// Keys and values are read once for all the query heads that share them; the
// bias adds a flop a pair (6144), the log-sum-exp 2 for each of 256 rows:
// 6 * 6144 + 16384 + 512.
func.func @grouped_query_with_all(%q: tensor<2x16x8x64xf32>, %k: tensor<2x24x2x64xf32>, %v: tensor<2x24x2x64xf32>, %b: tensor<1x8x16x24xf32>, %m: tensor<2x24xi1>) -> tensor<2x8x16xf32> {
  // CHECK: [[#@LINE+1]]:14: remark: work of 'xformer.attention': 1572864 matrix flops, 53760 vector flops, 127024 bytes read, 66560 bytes written{{$}}
  %0, %lse = xformer.attention %q, %k, %v bias(%b) key_mask(%m) scale 1.25e-01 : (tensor<2x16x8x64xf32>, tensor<2x24x2x64xf32>, tensor<2x24x2x64xf32>, tensor<1x8x16x24xf32>, tensor<2x24xi1>) -> (tensor<2x16x8x64xf32>, tensor<2x8x16xf32>)
  return %lse : tensor<2x8x16xf32>
}

// Causal: 5 queries of 5 keys see 1 + 2 + 3 + 4 + 5 = 15 pairs.
func.func @causal(%q: tensor<1x5x1x2xf32>, %k: tensor<1x5x1x2xf32>) -> tensor<1x5x1x2xf32> {
  // CHECK: [[#@LINE+1]]:8: remark: work of 'xformer.attention': 120 matrix flops, 85 vector flops, 120 bytes read, 40 bytes written{{$}}
  %0 = xformer.attention %q, %k, %k causal scale 1.0 : (tensor<1x5x1x2xf32>, tensor<1x5x1x2xf32>, tensor<1x5x1x2xf32>) -> tensor<1x5x1x2xf32>
  return %0 : tensor<1x5x1x2xf32>
}

// 5 queries of 3 keys: 1 + 2 + 3 + 3 + 3 = 12 pairs; 3 of 5: 1 + 2 + 3 = 6.
func.func @causal_rectangles(%five: tensor<1x5x1x2xf32>, %three: tensor<1x3x1x2xf32>) {
  // CHECK: [[#@LINE+1]]:8: remark: work of 'xformer.attention': 96 matrix flops, 70 vector flops, 88 bytes read, 40 bytes written{{$}}
  %0 = xformer.attention %five, %three, %three causal scale 1.0 : (tensor<1x5x1x2xf32>, tensor<1x3x1x2xf32>, tensor<1x3x1x2xf32>) -> tensor<1x5x1x2xf32>
  // CHECK: [[#@LINE+1]]:8: remark: work of 'xformer.attention': 48 matrix flops, 36 vector flops, 104 bytes read, 24 bytes written{{$}}
  %1 = xformer.attention %three, %five, %five causal scale 1.0 : (tensor<1x3x1x2xf32>, tensor<1x5x1x2xf32>, tensor<1x5x1x2xf32>) -> tensor<1x3x1x2xf32>
  return
}

// Given positions are unknown: all 15 pairs may be visible.
func.func @causal_with_positions(%q: tensor<1x5x1x2xf32>, %k: tensor<1x3x1x2xf32>, %p: tensor<5xi32>) -> tensor<1x5x1x2xf32> {
  // CHECK: [[#@LINE+1]]:8: remark: work of 'xformer.attention': 120 matrix flops, 85 vector flops, 108 bytes read, 40 bytes written{{$}}
  %0 = xformer.attention %q, %k, %k query_positions(%p) causal scale 1.0 : (tensor<1x5x1x2xf32>, tensor<1x3x1x2xf32>, tensor<1x3x1x2xf32>, tensor<5xi32>) -> tensor<1x5x1x2xf32>
  return %0 : tensor<1x5x1x2xf32>
}

// 6144 pairs. The log-sum-exp: 2 * 64 matrix flops and 5 vector flops a pair, 2
// for each of 256 rows. With it given, 2 * (64 + 32) and 3 a pair.
func.func @normalizer(%q: tensor<2x16x8x64xf32>, %k: tensor<2x24x8x64xf32>, %v: tensor<2x24x8x32xf32>) -> tensor<2x16x8x32xf32> {
  // CHECK: [[#@LINE+1]]:8: remark: work of 'xformer.attention_lse': 786432 matrix flops, 31232 vector flops, 163840 bytes read, 1024 bytes written{{$}}
  %l = xformer.attention_lse %q, %k scale 1.25e-01 : (tensor<2x16x8x64xf32>, tensor<2x24x8x64xf32>) -> tensor<2x8x16xf32>
  // CHECK: [[#@LINE+1]]:8: remark: work of 'xformer.attention': 1179648 matrix flops, 18432 vector flops, 214016 bytes read, 32768 bytes written{{$}}
  %0 = xformer.attention %q, %k, %v normalizer(%l) scale 1.25e-01 : (tensor<2x16x8x64xf32>, tensor<2x24x8x64xf32>, tensor<2x24x8x32xf32>, tensor<2x8x16xf32>) -> tensor<2x16x8x32xf32>
  // 256 rows: 2 flops; 8192 elements: 1.
  // CHECK: [[#@LINE+1]]:8: remark: work of 'xformer.rescale': 0 matrix flops, 8704 vector flops, 34816 bytes read, 32768 bytes written{{$}}
  %1 = xformer.rescale %0, %l, %l : (tensor<2x16x8x32xf32>, tensor<2x8x16xf32>, tensor<2x8x16xf32>) -> tensor<2x16x8x32xf32>
  return %1 : tensor<2x16x8x32xf32>
}
