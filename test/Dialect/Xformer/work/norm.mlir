// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: partita-opt %s --print-work -o /dev/null 2>&1 | FileCheck %s

// 2048 elements in 32 rows: 6 flops an element and 1 for the bias, 4 a row.
func.func @layer_norm(%x: tensor<2x16x64xf32>, %w: tensor<64xf32>, %b: tensor<64xf32>) -> tensor<2x16x64xf32> {
  // CHECK: [[#@LINE+1]]:8: remark: work of 'xformer.layer_norm': 0 matrix flops, 14464 vector flops, 8704 bytes read, 8192 bytes written{{$}}
  %0 = xformer.layer_norm %x, %w bias(%b) epsilon 1.0e-5 : (tensor<2x16x64xf32>, tensor<64xf32>, tensor<64xf32>) -> tensor<2x16x64xf32>
  // CHECK: [[#@LINE+1]]:8: remark: work of 'xformer.layer_norm': 0 matrix flops, 12416 vector flops, 8448 bytes read, 8192 bytes written{{$}}
  %1 = xformer.layer_norm %x, %w epsilon 1.0e-5 : (tensor<2x16x64xf32>, tensor<64xf32>) -> tensor<2x16x64xf32>
  return %0 : tensor<2x16x64xf32>
}

// 4 an element, 3 a row.
func.func @rms_norm(%x: tensor<2x16x64xf32>, %w: tensor<64xf32>) -> tensor<2x16x64xf32> {
  // CHECK: [[#@LINE+1]]:8: remark: work of 'xformer.rms_norm': 0 matrix flops, 8288 vector flops, 8448 bytes read, 8192 bytes written{{$}}
  %0 = xformer.rms_norm %x, %w epsilon 1.0e-5 : (tensor<2x16x64xf32>, tensor<64xf32>) -> tensor<2x16x64xf32>
  return %0 : tensor<2x16x64xf32>
}

// 5 an element.
func.func @softmax(%x: tensor<2x16x64xf32>) -> tensor<2x16x64xf32> {
  // CHECK: [[#@LINE+1]]:8: remark: work of 'xformer.softmax': 0 matrix flops, 10240 vector flops, 8192 bytes read, 8192 bytes written{{$}}
  %0 = xformer.softmax %x dim 1 : tensor<2x16x64xf32>
  return %0 : tensor<2x16x64xf32>
}
