// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: partita-opt %s --print-sharding-rules -o /dev/null 2>&1 | FileCheck %s

// Elementwise ops of all kinds; linear in what they are, up to rounding.
func.func @elementwise(%x: tensor<2x4xf32>, %y: tensor<2x4xf32>, %c: tensor<2x4xi1>, %i: tensor<2x4xi32>) {
  // CHECK: [[#@LINE+1]]:8: remark: sharding rule of 'arith.addf': ([b, d], [b, d]) -> ([b, d]) {b=2, d=4} linear={0, 1}{{$}}
  %0 = arith.addf %x, %y : tensor<2x4xf32>
  // CHECK: [[#@LINE+1]]:8: remark: sharding rule of 'arith.subf': ([b, d], [b, d]) -> ([b, d]) {b=2, d=4} linear={0, 1}{{$}}
  %1 = arith.subf %x, %y : tensor<2x4xf32>
  // CHECK: [[#@LINE+1]]:8: remark: sharding rule of 'arith.mulf': ([b, d], [b, d]) -> ([b, d]) {b=2, d=4} linear={0}{1}{{$}}
  %2 = arith.mulf %x, %y : tensor<2x4xf32>
  // CHECK: [[#@LINE+1]]:8: remark: sharding rule of 'arith.divf': ([b, d], [b, d]) -> ([b, d]) {b=2, d=4} linear={0} divisors={1}{{$}}
  %3 = arith.divf %x, %y : tensor<2x4xf32>
  // CHECK: [[#@LINE+1]]:8: remark: sharding rule of 'arith.negf': ([b, d]) -> ([b, d]) {b=2, d=4} linear={0}{{$}}
  %4 = arith.negf %x : tensor<2x4xf32>
  // CHECK: [[#@LINE+1]]:8: remark: sharding rule of 'arith.truncf': ([b, d]) -> ([b, d]) {b=2, d=4} linear={0}{{$}}
  %5 = arith.truncf %x : tensor<2x4xf32> to tensor<2x4xbf16>
  // CHECK: [[#@LINE+1]]:8: remark: sharding rule of 'arith.extf': ([b, d]) -> ([b, d]) {b=2, d=4} linear={0}{{$}}
  %6 = arith.extf %5 : tensor<2x4xbf16> to tensor<2x4xf32>
  // CHECK: [[#@LINE+1]]:8: remark: sharding rule of 'arith.maximumf': ([b, d], [b, d]) -> ([b, d]) {b=2, d=4} zero={0, 1}{{$}}
  %7 = arith.maximumf %x, %y : tensor<2x4xf32>
  // CHECK: [[#@LINE+1]]:8: remark: sharding rule of 'arith.cmpf': ([b, d], [b, d]) -> ([b, d]) {b=2, d=4}{{$}}
  %8 = arith.cmpf ogt, %x, %y : tensor<2x4xf32>
  // CHECK: [[#@LINE+1]]:8: remark: sharding rule of 'arith.sitofp': ([b, d]) -> ([b, d]) {b=2, d=4}{{$}}
  %9 = arith.sitofp %i : tensor<2x4xi32> to tensor<2x4xf32>
  // CHECK: [[#@LINE+1]]:9: remark: sharding rule of 'arith.addi': ([b, d], [b, d]) -> ([b, d]) {b=2, d=4} linear={0, 1}{{$}}
  %10 = arith.addi %i, %i : tensor<2x4xi32>
  // CHECK: [[#@LINE+1]]:9: remark: sharding rule of 'arith.subi': ([b, d], [b, d]) -> ([b, d]) {b=2, d=4} linear={0, 1}{{$}}
  %11 = arith.subi %i, %i : tensor<2x4xi32>
  // CHECK: [[#@LINE+1]]:9: remark: sharding rule of 'arith.muli': ([b, d], [b, d]) -> ([b, d]) {b=2, d=4} linear={0}{1}{{$}}
  %12 = arith.muli %i, %i : tensor<2x4xi32>
  // CHECK: [[#@LINE+1]]:18: remark: sharding rule of 'arith.addui_extended': ([b, d], [b, d]) -> ([b, d], [b, d]) {b=2, d=4}{{$}}
  %sum, %carry = arith.addui_extended %i, %i : tensor<2x4xi32>, tensor<2x4xi1>
  // CHECK: [[#@LINE+1]]:9: remark: sharding rule of 'math.tanh': ([b, d]) -> ([b, d]) {b=2, d=4} zero={0}{{$}}
  %13 = math.tanh %x : tensor<2x4xf32>
  // CHECK: [[#@LINE+1]]:9: remark: sharding rule of 'math.fma': ([b, d], [b, d], [b, d]) -> ([b, d]) {b=2, d=4} linear={0, 2}{1, 2}{{$}}
  %14 = math.fma %x, %y, %x : tensor<2x4xf32>
  return
}

// The condition may be one for all elements, and no tensor.
func.func @select(%x: tensor<2x4xf32>, %y: tensor<2x4xf32>, %each: tensor<2x4xi1>, %all: i1) {
  // CHECK: [[#@LINE+1]]:8: remark: sharding rule of 'arith.select': ([b, d], [b, d], [b, d]) -> ([b, d]) {b=2, d=4} linear={1, 2}{{$}}
  %0 = arith.select %each, %x, %y : tensor<2x4xi1>, tensor<2x4xf32>
  // CHECK: [[#@LINE+1]]:8: remark: sharding rule of 'arith.select': ([], [b, d], [b, d]) -> ([b, d]) {b=2, d=4} linear={1, 2}{{$}}
  %1 = arith.select %all, %x, %y : tensor<2x4xf32>
  return
}

// The value of a constant has the shape of its type, so a slice of it needs
// another; also one that is the same number everywhere.
func.func @constant() {
  // CHECK: [[#@LINE+1]]:8: remark: sharding rule of 'arith.constant': () -> ([b, d]) {b=2, d=4} local_form={b, d}{{$}}
  %0 = arith.constant dense<1.0> : tensor<2x4xf32>
  // CHECK: [[#@LINE+1]]:8: remark: sharding rule of 'arith.constant': () -> ([d]) {d=2} local_form={d}{{$}}
  %1 = arith.constant dense<[1, 2]> : tensor<2xi32>
  // CHECK: [[#@LINE+1]]:8: remark: sharding rule of 'arith.constant': () -> ([]) {}{{$}}
  %2 = arith.constant dense<2.0> : tensor<f32>
  return
}

// Dynamic sizes are carried along, and what has no rank has no dimension.
func.func @not_static(%x: tensor<?x4xf32>, %y: tensor<*xf32>) {
  // CHECK: [[#@LINE+1]]:8: remark: sharding rule of 'math.exp': ([b, d]) -> ([b, d]) {b=?, d=4}{{$}}
  %0 = math.exp %x : tensor<?x4xf32>
  // CHECK: [[#@LINE+1]]:8: remark: sharding rule of 'math.exp': ([]) -> ([]) {}{{$}}
  %1 = math.exp %y : tensor<*xf32>
  return
}
