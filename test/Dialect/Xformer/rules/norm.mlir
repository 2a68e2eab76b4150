// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: partita-opt %s --print-sharding-rules -o /dev/null 2>&1 | FileCheck %s

// What is normalized over must be whole; the result is linear in weight and
// bias, never in the input.
func.func @layer_norm(%x: tensor<2x16x64xf32>, %w: tensor<64xf32>, %b: tensor<64xf32>) -> tensor<2x16x64xf32> {
  // CHECK: [[#@LINE+1]]:8: remark: sharding rule of 'xformer.layer_norm': ([b, s, d], [d], [d]) -> ([b, s, d]) {b=2, s=16, d=64} whole={d} linear={1, 2}{{$}}
  %0 = xformer.layer_norm %x, %w bias(%b) epsilon 1.0e-5 : (tensor<2x16x64xf32>, tensor<64xf32>, tensor<64xf32>) -> tensor<2x16x64xf32>
  // CHECK: [[#@LINE+1]]:8: remark: sharding rule of 'xformer.layer_norm': ([b, s, d], [d]) -> ([b, s, d]) {b=2, s=16, d=64} whole={d} linear={1} zero={0}{{$}}
  %1 = xformer.layer_norm %x, %w epsilon 1.0e-5 : (tensor<2x16x64xf32>, tensor<64xf32>) -> tensor<2x16x64xf32>
  return %0 : tensor<2x16x64xf32>
}

func.func @rms_norm(%x: tensor<2x16x64xf32>, %w: tensor<64xf32>) -> tensor<2x16x64xf32> {
  // CHECK: [[#@LINE+1]]:8: remark: sharding rule of 'xformer.rms_norm': ([b, s, d], [d]) -> ([b, s, d]) {b=2, s=16, d=64} whole={d} linear={1} zero={0}{{$}}
  %0 = xformer.rms_norm %x, %w epsilon 1.0e-5 : (tensor<2x16x64xf32>, tensor<64xf32>) -> tensor<2x16x64xf32>
  return %0 : tensor<2x16x64xf32>
}

func.func @softmax(%x: tensor<2x16x64xf32>) -> tensor<2x16x64xf32> {
  // CHECK: [[#@LINE+1]]:8: remark: sharding rule of 'xformer.softmax': ([b, s, d]) -> ([b, s, d]) {b=2, s=16, d=64} whole={d}{{$}}
  %0 = xformer.softmax %x dim 2 : tensor<2x16x64xf32>
  // CHECK: [[#@LINE+1]]:8: remark: sharding rule of 'xformer.softmax': ([b, s, d]) -> ([b, s, d]) {b=2, s=16, d=64} whole={s}{{$}}
  %1 = xformer.softmax %x dim 1 : tensor<2x16x64xf32>
  return %0 : tensor<2x16x64xf32>
}
