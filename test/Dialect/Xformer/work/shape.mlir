// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: partita-opt %s --print-work -o /dev/null 2>&1 | FileCheck %s

// The elements stay where they are.
func.func @reshape(%x: tensor<2x16x64xf32>) -> tensor<2x16x64xf32> {
  // CHECK: [[#@LINE+1]]:8: remark: work of 'xformer.split_dim': 0 matrix flops, 0 vector flops, 0 bytes read, 0 bytes written{{$}}
  %0 = xformer.split_dim %x dim 2 : tensor<2x16x64xf32> -> tensor<2x16x8x8xf32>
  // CHECK: [[#@LINE+1]]:8: remark: work of 'xformer.merge_dims': 0 matrix flops, 0 vector flops, 0 bytes read, 0 bytes written{{$}}
  %1 = xformer.merge_dims %0 dim 2 : (tensor<2x16x8x8xf32>) -> tensor<2x16x64xf32>
  return %1 : tensor<2x16x64xf32>
}

// A mask takes a byte an element.
func.func @transpose(%x: tensor<2x16xi1>) -> tensor<16x2xi1> {
  // CHECK: [[#@LINE+1]]:8: remark: work of 'xformer.transpose': 0 matrix flops, 0 vector flops, 32 bytes read, 32 bytes written{{$}}
  %0 = xformer.transpose %x [1, 0] : (tensor<2x16xi1>) -> tensor<16x2xi1>
  return %0 : tensor<16x2xi1>
}

// Reads what it returns: 2 x 4 of 2 x 16 elements.
func.func @slice(%x: tensor<2x16xf32>) -> tensor<2x4xf32> {
  // CHECK: [[#@LINE+1]]:8: remark: work of 'xformer.slice': 0 matrix flops, 0 vector flops, 32 bytes read, 32 bytes written{{$}}
  %0 = xformer.slice %x dim 1 offset 4 : tensor<2x16xf32> -> tensor<2x4xf32>
  return %0 : tensor<2x4xf32>
}

func.func @concat(%x: tensor<2x16xf32>, %y: tensor<2x8xf32>) -> tensor<2x24xf32> {
  // CHECK: [[#@LINE+1]]:8: remark: work of 'xformer.concat': 0 matrix flops, 0 vector flops, 192 bytes read, 192 bytes written{{$}}
  %0 = xformer.concat %x, %y dim 1 : (tensor<2x16xf32>, tensor<2x8xf32>) -> tensor<2x24xf32>
  return %0 : tensor<2x24xf32>
}
