// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: partita-opt %s --print-sharding-rules -o /dev/null 2>&1 | FileCheck %s

func.func @activations(%x: tensor<2x16x64xf32>, %y: tensor<2x16x64xf32>) {
  // CHECK: [[#@LINE+1]]:8: remark: sharding rule of 'xformer.gelu': ([b, s, d]) -> ([b, s, d]) {b=2, s=16, d=64} zero={0}{{$}}
  %0 = xformer.gelu %x tanh : tensor<2x16x64xf32>
  // CHECK: [[#@LINE+1]]:8: remark: sharding rule of 'xformer.silu': ([b, s, d]) -> ([b, s, d]) {b=2, s=16, d=64} zero={0}{{$}}
  %1 = xformer.silu %x : tensor<2x16x64xf32>
  // CHECK: [[#@LINE+1]]:8: remark: sharding rule of 'xformer.relu': ([b, s, d]) -> ([b, s, d]) {b=2, s=16, d=64} zero={0}{{$}}
  %2 = xformer.relu %x : tensor<2x16x64xf32>
  // CHECK: [[#@LINE+1]]:8: remark: sharding rule of 'xformer.gated': ([b, s, d], [b, s, d]) -> ([b, s, d]) {b=2, s=16, d=64} linear={1} zero={0}{{$}}
  %3 = xformer.gated silu %x, %y : tensor<2x16x64xf32>
  return
}

func.func @arithmetic(%x: tensor<2x16xf32>, %y: tensor<2x16xf32>) {
  // CHECK: [[#@LINE+1]]:8: remark: sharding rule of 'xformer.add': ([b, d], [b, d]) -> ([b, d]) {b=2, d=16} linear={0, 1}{{$}}
  %0 = xformer.add %x, %y : (tensor<2x16xf32>, tensor<2x16xf32>) -> tensor<2x16xf32>
  // CHECK: [[#@LINE+1]]:8: remark: sharding rule of 'xformer.sub': ([b, d], [b, d]) -> ([b, d]) {b=2, d=16} linear={0, 1}{{$}}
  %1 = xformer.sub %x, %y : (tensor<2x16xf32>, tensor<2x16xf32>) -> tensor<2x16xf32>
  // CHECK: [[#@LINE+1]]:8: remark: sharding rule of 'xformer.mul': ([b, d], [b, d]) -> ([b, d]) {b=2, d=16} linear={0}{1}{{$}}
  %2 = xformer.mul %x, %y : (tensor<2x16xf32>, tensor<2x16xf32>) -> tensor<2x16xf32>
  // CHECK: [[#@LINE+1]]:8: remark: sharding rule of 'xformer.div': ([b, d], [b, d]) -> ([b, d]) {b=2, d=16} linear={0} divisors={1}{{$}}
  %3 = xformer.div %x, %y : (tensor<2x16xf32>, tensor<2x16xf32>) -> tensor<2x16xf32>
  // CHECK: [[#@LINE+1]]:8: remark: sharding rule of 'xformer.max': ([b, d], [b, d]) -> ([b, d]) {b=2, d=16} zero={0, 1}{{$}}
  %4 = xformer.max %x, %y : (tensor<2x16xf32>, tensor<2x16xf32>) -> tensor<2x16xf32>
  return
}

// A repeated dimension, 1 or missing, has no factor; one that is 1 in all
// operands has one of size 1.
func.func @broadcast(%x: tensor<2x1x16xf32>, %y: tensor<8x1xf32>, %z: tensor<f32>, %w: tensor<2x1x16xf32>) {
  // CHECK: [[#@LINE+1]]:8: remark: sharding rule of 'xformer.mul': ([b, 1, d], [s, 1]) -> ([b, s, d]) {b=2, s=8, d=16} linear={0}{1}{{$}}
  %0 = xformer.mul %x, %y : (tensor<2x1x16xf32>, tensor<8x1xf32>) -> tensor<2x8x16xf32>
  // CHECK: [[#@LINE+1]]:8: remark: sharding rule of 'xformer.mul': ([b, s, d], []) -> ([b, s, d]) {b=2, s=1, d=16} linear={0}{1}{{$}}
  %1 = xformer.mul %x, %z : (tensor<2x1x16xf32>, tensor<f32>) -> tensor<2x1x16xf32>
  // CHECK: [[#@LINE+1]]:8: remark: sharding rule of 'xformer.mul': ([b, s, d], [b, s, d]) -> ([b, s, d]) {b=2, s=1, d=16} linear={0}{1}{{$}}
  %2 = xformer.mul %x, %w : (tensor<2x1x16xf32>, tensor<2x1x16xf32>) -> tensor<2x1x16xf32>
  // CHECK: [[#@LINE+1]]:8: remark: sharding rule of 'xformer.mul': ([], []) -> ([]) {} linear={0}{1}{{$}}
  %3 = xformer.mul %z, %z : (tensor<f32>, tensor<f32>) -> tensor<f32>
  return
}

// An element draws by its place in the global tensor, which indices give.
func.func @dropout(%x: tensor<2x16xf32>, %seed: tensor<i64>, %i: tensor<2xi32>, %j: tensor<16xi32>) {
  // CHECK: [[#@LINE+1]]:8: remark: sharding rule of 'xformer.dropout': ([b, d], []) -> ([b, d]) {b=2, d=16} local_form={b, d} padded_form={d} linear={0}{{$}}
  %0 = xformer.dropout %x seed(%seed) rate 1.0e-1 stream 3 : (tensor<2x16xf32>, tensor<i64>) -> tensor<2x16xf32>
  // CHECK: [[#@LINE+1]]:8: remark: sharding rule of 'xformer.dropout': ([b, d], [], [b], [d]) -> ([b, d]) {b=2, d=16} linear={0}{{$}}
  %1 = xformer.dropout %x seed(%seed) indices(%i, %j) of [8, 16] rate 1.0e-1 stream 3 : (tensor<2x16xf32>, tensor<i64>, tensor<2xi32>, tensor<16xi32>) -> tensor<2x16xf32>
  return
}

// Linear in nothing.
func.func @log_add_exp(%x: tensor<2x16xf32>, %y: tensor<2x16xf32>) -> tensor<2x16xf32> {
  // CHECK: [[#@LINE+1]]:8: remark: sharding rule of 'xformer.log_add_exp': ([b, d], [b, d]) -> ([b, d]) {b=2, d=16}{{$}}
  %0 = xformer.log_add_exp %x, %y : (tensor<2x16xf32>, tensor<2x16xf32>) -> tensor<2x16xf32>
  return %0 : tensor<2x16xf32>
}
