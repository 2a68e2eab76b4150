// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: partita-opt %s --print-sharding-rules -o /dev/null 2>&1 | FileCheck %s

func.func @linear(%x: tensor<2x16x64xf32>, %w: tensor<64x32xf32>) -> tensor<2x16x32xf32> {
  // CHECK: [[#@LINE+1]]:8: remark: sharding rule of 'xformer.linear': ([b, s, k], [k, n]) -> ([b, s, n]) {b=2, s=16, n=32, k=64} reduction={k:sum} linear={0}{1}{{$}}
  %0 = xformer.linear %x, %w : (tensor<2x16x64xf32>, tensor<64x32xf32>) -> tensor<2x16x32xf32>
  return %0 : tensor<2x16x32xf32>
}

// Each device would add the bias to its partial sum; one may, hence the local
// form. The bias is linear together with the one or the other factor.
func.func @linear_with_bias(%x: tensor<2x16x64xf32>, %w: tensor<32x64xf32>, %b: tensor<32xf32>) -> tensor<2x16x32xf32> {
  // CHECK: [[#@LINE+1]]:8: remark: sharding rule of 'xformer.linear': ([b, s, k], [n, k], [n]) -> ([b, s, n]) {b=2, s=16, n=32, k=64} reduction={k:sum} local_form={k} linear={0, 2}{1, 2}{{$}}
  %0 = xformer.linear %x, %w transpose_weight bias(%b) : (tensor<2x16x64xf32>, tensor<32x64xf32>, tensor<32xf32>) -> tensor<2x16x32xf32>
  return %0 : tensor<2x16x32xf32>
}

// No leading dimension, and more than have a usual name.
func.func @linear_of_any_rank(%x: tensor<64xf32>, %y: tensor<2x3x4x5x64xf32>, %w: tensor<64x32xf32>) -> (tensor<32xf32>, tensor<2x3x4x5x32xf32>) {
  // CHECK: [[#@LINE+1]]:8: remark: sharding rule of 'xformer.linear': ([k], [k, n]) -> ([n]) {n=32, k=64} reduction={k:sum} linear={0}{1}{{$}}
  %0 = xformer.linear %x, %w : (tensor<64xf32>, tensor<64x32xf32>) -> tensor<32xf32>
  // CHECK: [[#@LINE+1]]:8: remark: sharding rule of 'xformer.linear': ([b, s, h, i3, k], [k, n]) -> ([b, s, h, i3, n]) {b=2, s=3, h=4, i3=5, n=32, k=64} reduction={k:sum} linear={0}{1}{{$}}
  %1 = xformer.linear %y, %w : (tensor<2x3x4x5x64xf32>, tensor<64x32xf32>) -> tensor<2x3x4x5x32xf32>
  return %0, %1 : tensor<32xf32>, tensor<2x3x4x5x32xf32>
}

func.func @matmul(%a: tensor<16x64xf32>, %b: tensor<64x32xf32>) -> tensor<16x32xf32> {
  // CHECK: [[#@LINE+1]]:8: remark: sharding rule of 'xformer.matmul': ([m, k], [k, n]) -> ([m, n]) {m=16, n=32, k=64} reduction={k:sum} linear={0}{1}{{$}}
  %0 = xformer.matmul %a, %b : (tensor<16x64xf32>, tensor<64x32xf32>) -> tensor<16x32xf32>
  return %0 : tensor<16x32xf32>
}

func.func @matmul_transposed(%a: tensor<2x64x16xf32>, %b: tensor<2x32x64xf32>) -> tensor<2x16x32xf32> {
  // CHECK: [[#@LINE+1]]:8: remark: sharding rule of 'xformer.matmul': ([b, k, m], [b, n, k]) -> ([b, m, n]) {b=2, m=16, n=32, k=64} reduction={k:sum} linear={0}{1}{{$}}
  %0 = xformer.matmul %a, %b transpose_lhs transpose_rhs : (tensor<2x64x16xf32>, tensor<2x32x64xf32>) -> tensor<2x16x32xf32>
  return %0 : tensor<2x16x32xf32>
}

// An operand is not split along the dimensions in which it is repeated, be they
// 1 or missing.
func.func @matmul_broadcast(%a: tensor<2x1x16x64xf32>, %b: tensor<8x64x32xf32>) -> tensor<2x8x16x32xf32> {
  // CHECK: [[#@LINE+1]]:8: remark: sharding rule of 'xformer.matmul': ([b, 1, m, k], [s, k, n]) -> ([b, s, m, n]) {b=2, s=8, m=16, n=32, k=64} reduction={k:sum} linear={0}{1}{{$}}
  %0 = xformer.matmul %a, %b : (tensor<2x1x16x64xf32>, tensor<8x64x32xf32>) -> tensor<2x8x16x32xf32>
  return %0 : tensor<2x8x16x32xf32>
}
