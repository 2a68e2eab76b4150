// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: partita-opt %s --print-work -o /dev/null 2>&1 | FileCheck %s

// 16384 logits: 4 flops each; 32 labels: 5 each.
func.func @cross_entropy(%logits: tensor<2x16x512xf32>, %labels: tensor<2x16xi32>) -> (tensor<f32>, tensor<f32>) {
  // CHECK: [[#@LINE+1]]:18: remark: work of 'xformer.cross_entropy': 0 matrix flops, 65696 vector flops, 65664 bytes read, 8 bytes written{{$}}
  %sum, %count = xformer.cross_entropy %logits, %labels ignore_index -100 : (tensor<2x16x512xf32>, tensor<2x16xi32>) -> (tensor<f32>, tensor<f32>)
  return %sum, %count : tensor<f32>, tensor<f32>
}
