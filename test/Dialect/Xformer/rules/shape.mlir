// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: partita-opt %s --print-sharding-rules -o /dev/null 2>&1 | FileCheck %s

// Two factors in one dimension, major to minor.
func.func @split_dim(%x: tensor<2x16x64xf32>) -> tensor<2x16x8x8xf32> {
  // CHECK: [[#@LINE+1]]:8: remark: sharding rule of 'xformer.split_dim': ([b, s, h*d]) -> ([b, s, h, d]) {b=2, s=16, h=8, d=8} linear={0}{{$}}
  %0 = xformer.split_dim %x dim 2 : tensor<2x16x64xf32> -> tensor<2x16x8x8xf32>
  return %0 : tensor<2x16x8x8xf32>
}

func.func @merge_dims(%x: tensor<2x16x8x4xf32>) -> (tensor<2x16x32xf32>, tensor<32x8x4xf32>) {
  // CHECK: [[#@LINE+1]]:8: remark: sharding rule of 'xformer.merge_dims': ([b, s, h, d]) -> ([b, s, h*d]) {b=2, s=16, h=8, d=4} linear={0}{{$}}
  %0 = xformer.merge_dims %x dim 2 : (tensor<2x16x8x4xf32>) -> tensor<2x16x32xf32>
  // CHECK: [[#@LINE+1]]:8: remark: sharding rule of 'xformer.merge_dims': ([b, s, h, d]) -> ([b*s, h, d]) {b=2, s=16, h=8, d=4} linear={0}{{$}}
  %1 = xformer.merge_dims %x dim 0 : (tensor<2x16x8x4xf32>) -> tensor<32x8x4xf32>
  return %0, %1 : tensor<2x16x32xf32>, tensor<32x8x4xf32>
}

func.func @transpose(%x: tensor<2x16x64xf32>) -> tensor<64x2x16xf32> {
  // CHECK: [[#@LINE+1]]:8: remark: sharding rule of 'xformer.transpose': ([b, s, d]) -> ([d, b, s]) {b=2, s=16, d=64} linear={0}{{$}}
  %0 = xformer.transpose %x [2, 0, 1] : (tensor<2x16x64xf32>) -> tensor<64x2x16xf32>
  return %0 : tensor<64x2x16xf32>
}

// A part of the input is no part of the result: the sliced dimension is whole in
// both, unless the slice is all of it.
func.func @slice(%x: tensor<2x16xf32>) -> (tensor<2x8xf32>, tensor<2x16xf32>) {
  // CHECK: [[#@LINE+1]]:8: remark: sharding rule of 'xformer.slice': ([b, d_0]) -> ([b, d]) {b=2, d=8, d_0=16} whole={d, d_0} linear={0}{{$}}
  %0 = xformer.slice %x dim 1 offset 4 : tensor<2x16xf32> -> tensor<2x8xf32>
  // CHECK: [[#@LINE+1]]:8: remark: sharding rule of 'xformer.slice': ([b, d]) -> ([b, d]) {b=2, d=16} linear={0}{{$}}
  %1 = xformer.slice %x dim 1 offset 0 : tensor<2x16xf32> -> tensor<2x16xf32>
  return %0, %1 : tensor<2x8xf32>, tensor<2x16xf32>
}

func.func @concat(%x: tensor<2x16xf32>, %y: tensor<2x8xf32>) -> (tensor<2x24xf32>, tensor<2x16xf32>) {
  // CHECK: [[#@LINE+1]]:8: remark: sharding rule of 'xformer.concat': ([b, d_0], [b, d_1]) -> ([b, d]) {b=2, d=24, d_0=16, d_1=8} whole={d, d_0, d_1} linear={0, 1}{{$}}
  %0 = xformer.concat %x, %y dim 1 : (tensor<2x16xf32>, tensor<2x8xf32>) -> tensor<2x24xf32>
  // CHECK: [[#@LINE+1]]:8: remark: sharding rule of 'xformer.concat': ([b, d]) -> ([b, d]) {b=2, d=16} linear={0}{{$}}
  %1 = xformer.concat %x dim 1 : (tensor<2x16xf32>) -> tensor<2x16xf32>
  return %0, %1 : tensor<2x24xf32>, tensor<2x16xf32>
}

// An input without elements along the dimension leaves nothing to split there.
func.func @concat_with_nothing(%x: tensor<2x16xf32>, %y: tensor<2x0xf32>) -> tensor<2x16xf32> {
  // CHECK: [[#@LINE+1]]:8: remark: sharding rule of 'xformer.concat': ([b, d], [b, d_1]) -> ([b, d]) {b=2, d=16, d_1=0} whole={d, d_1} linear={0, 1}{{$}}
  %0 = xformer.concat %x, %y dim 1 : (tensor<2x16xf32>, tensor<2x0xf32>) -> tensor<2x16xf32>
  return %0 : tensor<2x16xf32>
}
