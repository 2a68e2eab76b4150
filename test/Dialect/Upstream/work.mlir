// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: partita-opt %s --print-work -o /dev/null 2>&1 | FileCheck %s

// One flop an element where floats are concerned, two for a fused multiply-add.
func.func @elementwise(%x: tensor<2x4xf32>, %c: tensor<2x4xi1>, %i: tensor<2x4xi64>) {
  // CHECK: [[#@LINE+1]]:8: remark: work of 'arith.addf': 0 matrix flops, 8 vector flops, 64 bytes read, 32 bytes written{{$}}
  %0 = arith.addf %x, %x : tensor<2x4xf32>
  // CHECK: [[#@LINE+1]]:8: remark: work of 'math.exp': 0 matrix flops, 8 vector flops, 32 bytes read, 32 bytes written{{$}}
  %1 = math.exp %x : tensor<2x4xf32>
  // CHECK: [[#@LINE+1]]:8: remark: work of 'math.fma': 0 matrix flops, 16 vector flops, 96 bytes read, 32 bytes written{{$}}
  %2 = math.fma %x, %x, %x : tensor<2x4xf32>
  // CHECK: [[#@LINE+1]]:8: remark: work of 'arith.cmpf': 0 matrix flops, 8 vector flops, 64 bytes read, 8 bytes written{{$}}
  %3 = arith.cmpf ogt, %x, %x : tensor<2x4xf32>
  // CHECK: [[#@LINE+1]]:8: remark: work of 'arith.select': 0 matrix flops, 8 vector flops, 72 bytes read, 32 bytes written{{$}}
  %4 = arith.select %c, %x, %x : tensor<2x4xi1>, tensor<2x4xf32>
  // CHECK: [[#@LINE+1]]:8: remark: work of 'arith.sitofp': 0 matrix flops, 8 vector flops, 64 bytes read, 32 bytes written{{$}}
  %5 = arith.sitofp %i : tensor<2x4xi64> to tensor<2x4xf32>
  // CHECK: [[#@LINE+1]]:8: remark: work of 'arith.addi': 0 matrix flops, 0 vector flops, 128 bytes read, 64 bytes written{{$}}
  %6 = arith.addi %i, %i : tensor<2x4xi64>
  // CHECK: [[#@LINE+1]]:8: remark: work of 'arith.constant': 0 matrix flops, 0 vector flops, 0 bytes read, 0 bytes written{{$}}
  %7 = arith.constant dense<1.0> : tensor<2x4xf32>
  return
}
