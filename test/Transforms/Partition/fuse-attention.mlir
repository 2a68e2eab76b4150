// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: partita-opt %s --dist-fuse-attention | FileCheck %s

dist.mesh @mesh ["x"=4]

// Log-sum-exps of each device's keys are combined; with the result, so are the
// outputs.
// CHECK-LABEL: func @split_keys(
// CHECK-SAME: %[[Q:.*]]: tensor<1x4x2x8xf32>, %[[K:.*]]: tensor<1x2x2x8xf32>, %[[V:.*]]: tensor<1x2x2x8xf32>
// CHECK-NEXT: %[[O:.*]], %[[S:.*]] = xformer.attention %[[Q]], %[[K]], %[[V]] scale 1.000000e+00
// CHECK-NEXT: %[[L:.*]] = dist.all_reduce %[[S]] by log_sum_exp over @mesh {"x"}
// CHECK-NEXT: %[[R:.*]] = xformer.rescale %[[O]], %[[S]], %[[L]]
// CHECK-NEXT: %[[ALL:.*]] = dist.all_reduce %[[R]] over @mesh {"x"}
// CHECK-NEXT: return %[[ALL]], %[[L]]
func.func @split_keys(%q: tensor<1x4x2x8xf32>, %k: tensor<1x2x2x8xf32>, %v: tensor<1x2x2x8xf32>) -> (tensor<1x4x2x8xf32>, tensor<1x2x4xf32>) {
  %0 = xformer.attention_lse %q, %k scale 1.0 : (tensor<1x4x2x8xf32>, tensor<1x2x2x8xf32>) -> tensor<1x2x4xf32>
  %1 = dist.all_reduce %0 by log_sum_exp over @mesh {"x"} : tensor<1x2x4xf32>
  %2 = xformer.attention %q, %k, %v normalizer(%1) scale 1.0 : (tensor<1x4x2x8xf32>, tensor<1x2x2x8xf32>, tensor<1x2x2x8xf32>, tensor<1x2x4xf32>) -> tensor<1x4x2x8xf32>
  %3 = dist.all_reduce %2 over @mesh {"x"} : tensor<1x4x2x8xf32>
  return %3, %1 : tensor<1x4x2x8xf32>, tensor<1x2x4xf32>
}

// Nothing was combined: the normalizer is its own.
// CHECK-LABEL: func @own_normalizer(
// CHECK: %[[O:.*]], %{{.*}} = xformer.attention %{{.*}}, %{{.*}}, %{{.*}} bias(%{{.*}}) key_mask(%{{.*}}) query_positions(%{{.*}}) key_positions(%{{.*}}) causal scale 1.000000e+00
// CHECK-NEXT: return %[[O]]
func.func @own_normalizer(%q: tensor<1x4x2x8xf32>, %b: tensor<1x2x4x4xf32>, %m: tensor<1x4xi1>, %p: tensor<4xi32>) -> tensor<1x4x2x8xf32> {
  %0 = xformer.attention_lse %q, %q bias(%b) key_mask(%m) query_positions(%p) key_positions(%p) causal scale 1.0
    : (tensor<1x4x2x8xf32>, tensor<1x4x2x8xf32>, tensor<1x2x4x4xf32>, tensor<1x4xi1>, tensor<4xi32>, tensor<4xi32>) -> tensor<1x2x4xf32>
  %1 = xformer.attention %q, %q, %q bias(%b) key_mask(%m) query_positions(%p) key_positions(%p) normalizer(%0) causal scale 1.0
    : (tensor<1x4x2x8xf32>, tensor<1x4x2x8xf32>, tensor<1x4x2x8xf32>, tensor<1x2x4x4xf32>, tensor<1x4xi1>, tensor<4xi32>, tensor<4xi32>, tensor<1x2x4xf32>)
    -> tensor<1x4x2x8xf32>
  return %1 : tensor<1x4x2x8xf32>
}

// Other scores: by another mask, another scale.
// CHECK-LABEL: func @other_scores(
// CHECK: xformer.attention_lse
// CHECK: xformer.attention_lse
// CHECK: xformer.attention %{{.*}} normalizer
// CHECK: xformer.attention %{{.*}} normalizer
func.func @other_scores(%q: tensor<1x4x2x8xf32>, %m: tensor<1x4xi1>) -> (tensor<1x4x2x8xf32>, tensor<1x4x2x8xf32>) {
  %0 = xformer.attention_lse %q, %q key_mask(%m) scale 1.0 : (tensor<1x4x2x8xf32>, tensor<1x4x2x8xf32>, tensor<1x4xi1>) -> tensor<1x2x4xf32>
  %1 = xformer.attention_lse %q, %q scale 2.0 : (tensor<1x4x2x8xf32>, tensor<1x4x2x8xf32>) -> tensor<1x2x4xf32>
  %2 = xformer.attention %q, %q, %q normalizer(%0) scale 1.0 : (tensor<1x4x2x8xf32>, tensor<1x4x2x8xf32>, tensor<1x4x2x8xf32>, tensor<1x2x4xf32>) -> tensor<1x4x2x8xf32>
  %3 = xformer.attention %q, %q, %q normalizer(%1) scale 1.0 : (tensor<1x4x2x8xf32>, tensor<1x4x2x8xf32>, tensor<1x4x2x8xf32>, tensor<1x2x4xf32>) -> tensor<1x4x2x8xf32>
  return %2, %3 : tensor<1x4x2x8xf32>, tensor<1x4x2x8xf32>
}

// Values that come later than the log-sum-exp cannot be part of its op.
// CHECK-LABEL: func @late_values(
// CHECK: xformer.attention_lse
// CHECK: xformer.attention %{{.*}} normalizer
func.func @late_values(%q: tensor<1x4x2x8xf32>) -> tensor<1x4x2x8xf32> {
  %0 = xformer.attention_lse %q, %q scale 1.0 : (tensor<1x4x2x8xf32>, tensor<1x4x2x8xf32>) -> tensor<1x2x4xf32>
  %v = xformer.relu %q : tensor<1x4x2x8xf32>
  %1 = xformer.attention %q, %q, %v normalizer(%0) scale 1.0 : (tensor<1x4x2x8xf32>, tensor<1x4x2x8xf32>, tensor<1x4x2x8xf32>, tensor<1x2x4xf32>) -> tensor<1x4x2x8xf32>
  return %1 : tensor<1x4x2x8xf32>
}

// The program that is kept stays as it is.
// CHECK: module @kept
// CHECK: xformer.attention_lse
module @kept {
  func.func @main(%q: tensor<1x4x2x8xf32>) -> tensor<1x4x2x8xf32> {
    %0 = xformer.attention_lse %q, %q scale 1.0 : (tensor<1x4x2x8xf32>, tensor<1x4x2x8xf32>) -> tensor<1x2x4xf32>
    %1 = xformer.attention %q, %q, %q normalizer(%0) scale 1.0 : (tensor<1x4x2x8xf32>, tensor<1x4x2x8xf32>, tensor<1x4x2x8xf32>, tensor<1x2x4xf32>) -> tensor<1x4x2x8xf32>
    return %1 : tensor<1x4x2x8xf32>
  }
}
