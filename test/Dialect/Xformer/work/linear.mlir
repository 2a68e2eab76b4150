// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: partita-opt %s --print-work -o /dev/null 2>&1 | FileCheck %s

// 2 * 32 rows * 64 * 32 = 131072. Reads 2048 + 2048 elements, and the bias of 32,
// whose sum is one flop for each of 1024 outputs.
func.func @linear(%x: tensor<2x16x64xf32>, %w: tensor<64x32xf32>, %b: tensor<32xf32>) -> tensor<2x16x32xf32> {
  // CHECK: [[#@LINE+1]]:8: remark: work of 'xformer.linear': 131072 matrix flops, 0 vector flops, 16384 bytes read, 4096 bytes written{{$}}
  %0 = xformer.linear %x, %w : (tensor<2x16x64xf32>, tensor<64x32xf32>) -> tensor<2x16x32xf32>
  // CHECK: [[#@LINE+1]]:8: remark: work of 'xformer.linear': 131072 matrix flops, 1024 vector flops, 16512 bytes read, 4096 bytes written{{$}}
  %1 = xformer.linear %x, %w bias(%b) : (tensor<2x16x64xf32>, tensor<64x32xf32>, tensor<32xf32>) -> tensor<2x16x32xf32>
  return %0 : tensor<2x16x32xf32>
}

// 2 * 2 * 8 batches of 16 x 64 x 32; each operand is read once, repeated or not:
// 2048 and 16384 elements, of 8192 written.
func.func @matmul(%a: tensor<2x1x16x64xf32>, %b: tensor<8x64x32xf32>) -> tensor<2x8x16x32xf32> {
  // CHECK: [[#@LINE+1]]:8: remark: work of 'xformer.matmul': 1048576 matrix flops, 0 vector flops, 73728 bytes read, 32768 bytes written{{$}}
  %0 = xformer.matmul %a, %b : (tensor<2x1x16x64xf32>, tensor<8x64x32xf32>) -> tensor<2x8x16x32xf32>
  return %0 : tensor<2x8x16x32xf32>
}

// 2 * 3 * 5 * 7, whichever way the operands lie.
func.func @matmul_transposed(%a: tensor<7x3xf16>, %b: tensor<5x7xf16>) -> tensor<3x5xf16> {
  // CHECK: [[#@LINE+1]]:8: remark: work of 'xformer.matmul': 210 matrix flops, 0 vector flops, 112 bytes read, 30 bytes written{{$}}
  %0 = xformer.matmul %a, %b transpose_lhs transpose_rhs : (tensor<7x3xf16>, tensor<5x7xf16>) -> tensor<3x5xf16>
  return %0 : tensor<3x5xf16>
}
