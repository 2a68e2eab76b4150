// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// REQUIRES: pass-statistics
// RUN: partita-opt %s --print-sharding-rules --print-work -o /dev/null \
// RUN:   --mlir-pass-statistics --mlir-pass-statistics-display=list 2>&1 | FileCheck %s

// CHECK: PrintShardingRules
// CHECK-NEXT: (S) 0 invalid-rules
// CHECK-NEXT: (S) 1 ops-without-rule
// CHECK-NEXT: (S) 2 rules-printed
// CHECK: PrintWork
// CHECK-NEXT: (S) 2 ops-counted
// CHECK-NEXT: (S) 1 ops-without-work
func.func @main(%x: tensor<2x4xf32>) -> tensor<2x4xf32> {
  %0 = xformer.relu %x : tensor<2x4xf32>
  %1 = arith.addf %0, %x : tensor<2x4xf32>
  %2 = tensor.empty() : tensor<3xf32>
  return %1 : tensor<2x4xf32>
}
