// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// REQUIRES: pass-statistics
// RUN: partita-opt %s --split-fused-parameters -o /dev/null \
// RUN:   --mlir-pass-statistics --mlir-pass-statistics-display=list 2>&1 | FileCheck %s

// CHECK: SplitFusedParameters
// CHECK-NEXT: (S) 1 linears-split
// CHECK-NEXT: (S) 1 parameters-kept
// CHECK-NEXT: (S) 1 parameters-split
func.func @main(%x: tensor<4x8xf32>, %w: tensor<8x16xf32> {xformer.parameter = "w"},
                %t: tensor<8x2xf32> {xformer.parameter = "t"}) -> (tensor<4x8xf32>, tensor<4x2xf32>, tensor<5x2xf32>) {
  %0 = xformer.linear %x, %w : (tensor<4x8xf32>, tensor<8x16xf32>) -> tensor<4x16xf32>
  %1 = xformer.slice %0 dim 1 offset 0 : tensor<4x16xf32> -> tensor<4x8xf32>
  %2 = xformer.slice %t dim 0 offset 0 : tensor<8x2xf32> -> tensor<4x2xf32>
  %3 = xformer.slice %t dim 0 offset 3 : tensor<8x2xf32> -> tensor<5x2xf32>
  return %1, %2, %3 : tensor<4x8xf32>, tensor<4x2xf32>, tensor<5x2xf32>
}
