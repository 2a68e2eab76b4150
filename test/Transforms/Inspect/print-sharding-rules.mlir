// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: partita-opt %s --print-sharding-rules -verify-diagnostics | FileCheck %s

// The program stays as it is, and the output says nothing about rules.
// CHECK-LABEL: func.func private @callee
// CHECK-NOT: rule

func.func private @callee(tensor<4xf32>) -> tensor<4xf32>

// Ops of any dialect are asked; the terminator and what is no tensor op are not.
// CHECK-LABEL: func.func @main
func.func @main(%x: tensor<2x4xf32>, %n: index) -> tensor<4xf32> {
  // expected-remark@below {{sharding rule of 'xformer.relu': ([b, d]) -> ([b, d]) {b=2, d=4}}}
  %0 = xformer.relu %x : tensor<2x4xf32>
  // expected-remark@below {{sharding rule of 'arith.addf': ([b, d], [b, d]) -> ([b, d]) {b=2, d=4} linear={0, 1}}}
  %1 = arith.addf %0, %x : tensor<2x4xf32>
  %2 = arith.addi %n, %n : index
  // expected-remark@below {{'tensor.extract_slice' has no sharding rule}}
  %3 = tensor.extract_slice %1[1, 0] [1, 4] [1, 1] : tensor<2x4xf32> to tensor<4xf32>
  // expected-remark@below {{'func.call' has no sharding rule}}
  %4 = func.call @callee(%3) : (tensor<4xf32>) -> tensor<4xf32>
  return %4 : tensor<4xf32>
}
