// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: partita-opt %s --print-work -o /dev/null 2>&1 | FileCheck %s

// 16384 logits: 4 flops each; 32 labels: 5 each.
func.func @cross_entropy(%logits: tensor<2x16x512xf32>, %labels: tensor<2x16xi32>) -> (tensor<f32>, tensor<f32>) {
  // CHECK: [[#@LINE+1]]:18: remark: work of 'xformer.cross_entropy': 0 matrix flops, 65696 vector flops, 65664 bytes read, 8 bytes written{{$}}
  %sum, %count = xformer.cross_entropy %logits, %labels ignore_index -100 : (tensor<2x16x512xf32>, tensor<2x16xi32>) -> (tensor<f32>, tensor<f32>)
  return %sum, %count : tensor<f32>, tensor<f32>
}

// The same in parts: 4 flops a logit and 2 a row; 3 a label. Of the logits, pick
// reads 32 (128 bytes) beside 32 labels and 512 ids (2176 bytes).
func.func @parts(%logits: tensor<2x16x512xf32>, %labels: tensor<2x16xi32>, %c: tensor<512xi32>) -> (tensor<f32>, tensor<f32>) {
  // CHECK: [[#@LINE+1]]:8: remark: work of 'xformer.log_sum_exp': 0 matrix flops, 65600 vector flops, 65536 bytes read, 128 bytes written{{$}}
  %0 = xformer.log_sum_exp %logits : (tensor<2x16x512xf32>) -> tensor<2x16xf32>
  // CHECK: [[#@LINE+1]]:8: remark: work of 'xformer.pick': 0 matrix flops, 0 vector flops, 2304 bytes read, 128 bytes written{{$}}
  %1 = xformer.pick %logits, %labels class_ids(%c) : (tensor<2x16x512xf32>, tensor<2x16xi32>, tensor<512xi32>) -> tensor<2x16xf32>
  // CHECK: [[#@LINE+1]]:18: remark: work of 'xformer.nll': 0 matrix flops, 96 vector flops, 384 bytes read, 8 bytes written{{$}}
  %sum, %count = xformer.nll %0, %1, %labels ignore_index -100 : (tensor<2x16xf32>, tensor<2x16xf32>, tensor<2x16xi32>) -> (tensor<f32>, tensor<f32>)
  return %sum, %count : tensor<f32>, tensor<f32>
}
