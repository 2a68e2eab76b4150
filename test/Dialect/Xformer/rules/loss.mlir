// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: partita-opt %s --print-sharding-rules -o /dev/null 2>&1 | FileCheck %s

// Loss and count are sums over the batch and the sequence. The vocabulary is
// inside of a logarithm: devices that split it exchange log-sum-exps.
func.func @cross_entropy(%logits: tensor<2x16x512xf32>, %labels: tensor<2x16xi32>) -> (tensor<f32>, tensor<f32>) {
  // CHECK: [[#@LINE+1]]:18: remark: sharding rule of 'xformer.cross_entropy': ([b, s, v], [b, s]) -> ([], []) {b=2, s=16, v=512} reduction={b:sum, s:sum, v:log_sum_exp} local_form={v} fill={b:[1 label -100], s:[1 label -100]}{{$}}
  %sum, %count = xformer.cross_entropy %logits, %labels ignore_index -100 : (tensor<2x16x512xf32>, tensor<2x16xi32>) -> (tensor<f32>, tensor<f32>)
  return %sum, %count : tensor<f32>, tensor<f32>
}

// Its parts are split like any other op: over classes, a log-sum-exp and a sum.
func.func @parts(%logits: tensor<2x16x512xf32>, %labels: tensor<2x16xi32>) -> (tensor<f32>, tensor<f32>) {
  %c = xformer.iota : tensor<512xi32>
  // CHECK: [[#@LINE+1]]:8: remark: sharding rule of 'xformer.log_sum_exp': ([b, s, v]) -> ([b, s]) {b=2, s=16, v=512} reduction={v:log_sum_exp}{{$}}
  %0 = xformer.log_sum_exp %logits : (tensor<2x16x512xf32>) -> tensor<2x16xf32>
  // CHECK: [[#@LINE+1]]:8: remark: sharding rule of 'xformer.pick': ([b, s, v], [b, s], [v]) -> ([b, s]) {b=2, s=16, v=512} reduction={v:sum} fill={v:[0 zero]} linear={0}{{$}}
  %1 = xformer.pick %logits, %labels class_ids(%c) : (tensor<2x16x512xf32>, tensor<2x16xi32>, tensor<512xi32>) -> tensor<2x16xf32>
  // CHECK: [[#@LINE+1]]:18: remark: sharding rule of 'xformer.nll': ([b, s], [b, s], [b, s]) -> ([], []) {b=2, s=16} reduction={b:sum, s:sum} fill={b:[2 label -100], s:[2 label -100]}{{$}}
  %sum, %count = xformer.nll %0, %1, %labels ignore_index -100 : (tensor<2x16xf32>, tensor<2x16xf32>, tensor<2x16xi32>) -> (tensor<f32>, tensor<f32>)
  return %sum, %count : tensor<f32>, tensor<f32>
}
