// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: partita-opt %s --print-work -split-input-file -o /dev/null 2>&1 \
// RUN:   | FileCheck %s --check-prefixes=CHECK,EACH
// RUN: partita-opt %s --print-work=summary -split-input-file -o /dev/null 2>&1 \
// RUN:   | FileCheck %s --implicit-check-not="of 'xformer"

// The total of a function is the sum over its ops, kind by kind: those with most
// operations first, then those with most bytes, then by name.
// EACH: work of 'xformer.relu': 0 matrix flops, 8 vector flops, 32 bytes read, 32 bytes written
// EACH: work of 'xformer.linear': 96 matrix flops, 0 vector flops, 128 bytes read, 48 bytes written
// EACH: work of 'xformer.relu': 0 matrix flops, 12 vector flops, 48 bytes read, 48 bytes written
// CHECK: print-work.mlir:[[#@LINE+6]]:1: remark: work of @main: 96 matrix flops, 20 vector flops, 400 bytes read, 320 bytes written{{$}}
// CHECK: note: 1 x 'xformer.linear': 96 matrix flops, 0 vector flops, 128 bytes read, 48 bytes written{{$}}
// CHECK: note: 2 x 'xformer.relu': 0 matrix flops, 20 vector flops, 80 bytes read, 80 bytes written{{$}}
// CHECK: note: 1 x 'xformer.concat': 0 matrix flops, 0 vector flops, 96 bytes read, 96 bytes written{{$}}
// CHECK: note: 1 x 'xformer.slice': 0 matrix flops, 0 vector flops, 48 bytes read, 48 bytes written{{$}}
// CHECK: note: 1 x 'xformer.transpose': 0 matrix flops, 0 vector flops, 48 bytes read, 48 bytes written{{$}}
func.func @main(%x: tensor<2x4xf32>, %w: tensor<4x6xf32>) -> tensor<6x2xf32> {
  %0 = xformer.relu %x : tensor<2x4xf32>
  %1 = xformer.linear %0, %w : (tensor<2x4xf32>, tensor<4x6xf32>) -> tensor<2x6xf32>
  %2 = xformer.relu %1 : tensor<2x6xf32>
  %3 = xformer.concat %2, %2 dim 0 : (tensor<2x6xf32>, tensor<2x6xf32>) -> tensor<4x6xf32>
  %4 = xformer.slice %3 dim 0 offset 1 : tensor<4x6xf32> -> tensor<2x6xf32>
  %5 = xformer.transpose %4 [1, 0] : (tensor<2x6xf32>) -> tensor<6x2xf32>
  return %5 : tensor<6x2xf32>
}

// -----

// What is not known is said, and not counted.
// CHECK: remark: 'tensor.dim' does not say how much work it is
// CHECK: remark: 'math.exp' has work that depends on dynamic shapes
// CHECK: remark: 'arith.addf' has work that depends on dynamic shapes
// CHECK: remark: work of @unknown: 0 matrix flops, 2 vector flops, 8 bytes read, 8 bytes written{{$}}
func.func @unknown(%x: tensor<?xf32>, %y: tensor<*xf32>, %z: tensor<2xf32>) -> (tensor<?xf32>, tensor<*xf32>) {
  %c0 = arith.constant 0 : index
  %0 = tensor.dim %x, %c0 : tensor<?xf32>
  %1 = math.exp %x : tensor<?xf32>
  %2 = arith.addf %y, %y : tensor<*xf32>
  %3 = math.exp %z : tensor<2xf32>
  return %1, %2 : tensor<?xf32>, tensor<*xf32>
}

// -----

// Functions are totalled apart; an op outside of a function belongs to none.
// EACH: work of 'xformer.relu': 0 matrix flops, 3 vector flops
// CHECK: work of @first: 0 matrix flops, 4 vector flops,
// CHECK-NEXT: func.func @first
// CHECK: note: 1 x 'xformer.relu'
// CHECK: work of @second: 0 matrix flops, 8 vector flops,
// CHECK: note: 2 x 'xformer.relu'
// CHECK-NOT: x 'arith.constant'
%u = arith.constant dense<[0.0, 1.0, 2.0]> : tensor<3xf32>
%v = xformer.relu %u : tensor<3xf32>
func.func @first(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = xformer.relu %x : tensor<4xf32>
  return %0 : tensor<4xf32>
}
func.func @second(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = xformer.relu %x : tensor<4xf32>
  %1 = xformer.relu %0 : tensor<4xf32>
  return %1 : tensor<4xf32>
}

// -----

// Counts of absurd shapes stop at the largest number there is.
// CHECK: work of @absurd: 9223372036854775807 matrix flops, 0 vector flops, 9223372036854775807 bytes read, 4000000000000000000 bytes written{{$}}
func.func @absurd(%x: tensor<1000000000x2000000000xf32>, %w: tensor<2000000000x1000000000xf32>) -> tensor<1000000000x1000000000xf32> {
  %0 = xformer.linear %x, %w : (tensor<1000000000x2000000000xf32>, tensor<2000000000x1000000000xf32>) -> tensor<1000000000x1000000000xf32>
  return %0 : tensor<1000000000x1000000000xf32>
}
