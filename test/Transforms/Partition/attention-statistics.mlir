// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// REQUIRES: pass-statistics
// RUN: partita-opt %s --dist-fuse-attention --dist-ring-attention -o /dev/null \
// RUN:   --mlir-pass-statistics --mlir-pass-statistics-display=list 2>&1 | FileCheck %s

// CHECK: FuseAttention
// CHECK-NEXT: (S) 1 attentions-fused
// CHECK-NEXT: (S) 1 attentions-missed
// CHECK: RingAttention
// CHECK-NEXT: (S) 2 attentions-kept
// CHECK-NEXT: (S) 1 rings
dist.mesh @mesh ["x"=4]
func.func @main(%q: tensor<1x2x2x8xf32>, %l: tensor<1x2x2xf32>) -> (tensor<1x2x2x8xf32>, tensor<1x2x2x8xf32>, tensor<1x2x2x8xf32>) {
  %0 = xformer.attention_lse %q, %q scale 1.0 : (tensor<1x2x2x8xf32>, tensor<1x2x2x8xf32>) -> tensor<1x2x2xf32>
  %1 = xformer.attention %q, %q, %q normalizer(%0) scale 1.0 : (tensor<1x2x2x8xf32>, tensor<1x2x2x8xf32>, tensor<1x2x2x8xf32>, tensor<1x2x2xf32>) -> tensor<1x2x2x8xf32>
  %2 = xformer.attention %q, %q, %q normalizer(%l) scale 2.0 : (tensor<1x2x2x8xf32>, tensor<1x2x2x8xf32>, tensor<1x2x2x8xf32>, tensor<1x2x2xf32>) -> tensor<1x2x2x8xf32>
  %k = dist.all_gather %q dim 1 over @mesh {"x"} : tensor<1x2x2x8xf32> -> tensor<1x8x2x8xf32>
  %3 = xformer.attention %q, %k, %k scale 1.0 : (tensor<1x2x2x8xf32>, tensor<1x8x2x8xf32>, tensor<1x8x2x8xf32>) -> tensor<1x2x2x8xf32>
  return %1, %2, %3 : tensor<1x2x2x8xf32>, tensor<1x2x2x8xf32>, tensor<1x2x2x8xf32>
}
