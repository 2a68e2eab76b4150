// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: partita-opt %s --print-sharding-rules -o /dev/null 2>&1 | FileCheck %s

// Heads, queries and value features need nothing; keys are combined by the
// log-sum-exp of their scores.
func.func @attention(%q: tensor<2x16x8x64xf32>, %k: tensor<2x24x8x64xf32>, %v: tensor<2x24x8x32xf32>) -> tensor<2x16x8x32xf32> {
  // CHECK: [[#@LINE+1]]:8: remark: sharding rule of 'xformer.attention': ([b, q, h, d], [b, k, h, d], [b, k, h, v]) -> ([b, q, h, v]) {b=2, q=16, h=8, v=32, d=64, k=24} reduction={k:log_sum_exp} whole={d} local_form={k} padded_form={k} fill={k:[]} linear={2}{{$}}
  %0 = xformer.attention %q, %k, %v scale 1.25e-01 : (tensor<2x16x8x64xf32>, tensor<2x24x8x64xf32>, tensor<2x24x8x32xf32>) -> tensor<2x16x8x32xf32>
  return %0 : tensor<2x16x8x32xf32>
}

// Causal: where the positions are indices, a slice of the queries needs its own.
func.func @causal(%q: tensor<2x16x8x64xf32>, %k: tensor<2x16x8x64xf32>, %v: tensor<2x16x8x64xf32>) -> tensor<2x16x8x64xf32> {
  // CHECK: [[#@LINE+1]]:8: remark: sharding rule of 'xformer.attention': ([b, q, h, d], [b, k, h, d], [b, k, h, v]) -> ([b, q, h, v]) {b=2, q=16, h=8, v=64, d=64, k=16} reduction={k:log_sum_exp} whole={d} local_form={q, k} padded_form={k} fill={k:[]} linear={2}{{$}}
  %0 = xformer.attention %q, %k, %v causal scale 1.25e-01 : (tensor<2x16x8x64xf32>, tensor<2x16x8x64xf32>, tensor<2x16x8x64xf32>) -> tensor<2x16x8x64xf32>
  return %0 : tensor<2x16x8x64xf32>
}

func.func @causal_with_positions(%q: tensor<2x16x8x64xf32>, %k: tensor<2x16x8x64xf32>, %v: tensor<2x16x8x64xf32>, %p: tensor<16xi32>) -> tensor<2x16x8x64xf32> {
  // CHECK: [[#@LINE+1]]:8: remark: sharding rule of 'xformer.attention': ([b, q, h, d], [b, k, h, d], [b, k, h, v], [q], [k]) -> ([b, q, h, v]) {b=2, q=16, h=8, v=64, d=64, k=16} reduction={k:log_sum_exp} whole={d} local_form={k} fill={k:[2 zero, 4 highest]} linear={2}{{$}}
  %0 = xformer.attention %q, %k, %v query_positions(%p) key_positions(%p) causal scale 1.25e-01 : (tensor<2x16x8x64xf32>, tensor<2x16x8x64xf32>, tensor<2x16x8x64xf32>, tensor<16xi32>, tensor<16xi32>) -> tensor<2x16x8x64xf32>
  // CHECK: [[#@LINE+1]]:8: remark: sharding rule of 'xformer.attention': ([b, q, h, d], [b, k, h, d], [b, k, h, v], [k]) -> ([b, q, h, v]) {b=2, q=16, h=8, v=64, d=64, k=16} reduction={k:log_sum_exp} whole={d} local_form={q, k} fill={k:[2 zero, 3 highest]} linear={2}{{$}}
  %1 = xformer.attention %q, %k, %v key_positions(%p) causal scale 1.25e-01 : (tensor<2x16x8x64xf32>, tensor<2x16x8x64xf32>, tensor<2x16x8x64xf32>, tensor<16xi32>) -> tensor<2x16x8x64xf32>
  return %0 : tensor<2x16x8x64xf32>
}

// Grouped queries: 8 query heads are 2 key heads of 4 queries each. The
// log-sum-exp does not depend on the values, so there is no linear set.
func.func @grouped_query_with_lse(%q: tensor<2x16x8x64xf32>, %k: tensor<2x24x2x64xf32>, %v: tensor<2x24x2x64xf32>) -> tensor<2x8x16xf32> {
  // CHECK: [[#@LINE+1]]:14: remark: sharding rule of 'xformer.attention': ([b, q, h*g, d], [b, k, h, d], [b, k, h, v]) -> ([b, q, h*g, v], [b, h*g, q]) {b=2, q=16, h=2, g=4, v=64, d=64, k=24} reduction={k:log_sum_exp} whole={d} local_form={k} padded_form={k} fill={k:[]}{{$}}
  %0, %lse = xformer.attention %q, %k, %v scale 1.25e-01 : (tensor<2x16x8x64xf32>, tensor<2x24x2x64xf32>, tensor<2x24x2x64xf32>) -> (tensor<2x16x8x64xf32>, tensor<2x8x16xf32>)
  return %lse : tensor<2x8x16xf32>
}

// The bias has all heads of the queries, and no factor where it is repeated.
func.func @bias_and_mask(%q: tensor<2x16x8x64xf32>, %k: tensor<2x24x2x64xf32>, %v: tensor<2x24x2x64xf32>, %b: tensor<1x8x16x24xf32>, %row: tensor<2x1x1x24xf32>, %m: tensor<2x24xi1>) -> tensor<2x16x8x64xf32> {
  // CHECK: [[#@LINE+1]]:8: remark: sharding rule of 'xformer.attention': ([b, q, h*g, d], [b, k, h, d], [b, k, h, v], [1, h*g, q, k], [b, k]) -> ([b, q, h*g, v]) {b=2, q=16, h=2, g=4, v=64, d=64, k=24} reduction={k:log_sum_exp} whole={d} local_form={k} fill={k:[2 zero, 4 zero]} linear={2}{{$}}
  %0 = xformer.attention %q, %k, %v bias(%b) key_mask(%m) scale 1.25e-01 : (tensor<2x16x8x64xf32>, tensor<2x24x2x64xf32>, tensor<2x24x2x64xf32>, tensor<1x8x16x24xf32>, tensor<2x24xi1>) -> tensor<2x16x8x64xf32>
  // CHECK: [[#@LINE+1]]:8: remark: sharding rule of 'xformer.attention': ([b, q, h*g, d], [b, k, h, d], [b, k, h, v], [b, 1, 1, k]) -> ([b, q, h*g, v]) {b=2, q=16, h=2, g=4, v=64, d=64, k=24} reduction={k:log_sum_exp} whole={d} local_form={k} padded_form={k} fill={k:[]} linear={2}{{$}}
  %1 = xformer.attention %q, %k, %v bias(%row) scale 1.25e-01 : (tensor<2x16x8x64xf32>, tensor<2x24x2x64xf32>, tensor<2x24x2x64xf32>, tensor<2x1x1x24xf32>) -> tensor<2x16x8x64xf32>
  return %0 : tensor<2x16x8x64xf32>
}

// With the normalizer of all keys, keys are a sum; and so is what makes one, by
// its own combiner.
func.func @normalizer(%q: tensor<2x16x8x64xf32>, %k: tensor<2x24x2x64xf32>, %v: tensor<2x24x2x64xf32>, %m: tensor<2x24xi1>) -> tensor<2x16x8x64xf32> {
  // CHECK: [[#@LINE+1]]:8: remark: sharding rule of 'xformer.attention_lse': ([b, q, h*g, d], [b, k, h, d], [b, k]) -> ([b, h*g, q]) {b=2, q=16, h=2, g=4, d=64, k=24} reduction={k:log_sum_exp} whole={d} fill={k:[2 zero]}{{$}}
  %l = xformer.attention_lse %q, %k key_mask(%m) scale 1.25e-01 : (tensor<2x16x8x64xf32>, tensor<2x24x2x64xf32>, tensor<2x24xi1>) -> tensor<2x8x16xf32>
  // CHECK: [[#@LINE+1]]:8: remark: sharding rule of 'xformer.attention': ([b, q, h*g, d], [b, k, h, d], [b, k, h, v], [b, k], [b, h*g, q]) -> ([b, q, h*g, v]) {b=2, q=16, h=2, g=4, v=64, d=64, k=24} reduction={k:sum} whole={d} fill={k:[2 zero, 3 zero]} linear={2}{{$}}
  %0 = xformer.attention %q, %k, %v key_mask(%m) normalizer(%l) scale 1.25e-01 : (tensor<2x16x8x64xf32>, tensor<2x24x2x64xf32>, tensor<2x24x2x64xf32>, tensor<2x24xi1>, tensor<2x8x16xf32>) -> tensor<2x16x8x64xf32>
  return %0 : tensor<2x16x8x64xf32>
}

// Causal: keys of a slice need their positions here too.
func.func @causal_normalizer(%q: tensor<2x16x8x64xf32>, %l: tensor<2x8x16xf32>) -> tensor<2x16x8x64xf32> {
  // CHECK: [[#@LINE+1]]:8: remark: sharding rule of 'xformer.attention': ([b, q, h, d], [b, k, h, d], [b, k, h, v], [b, h, q]) -> ([b, q, h, v]) {b=2, q=16, h=8, v=64, d=64, k=16} reduction={k:sum} whole={d} local_form={q, k} padded_form={k} fill={k:[]} linear={2}{{$}}
  %0 = xformer.attention %q, %q, %q normalizer(%l) causal scale 1.25e-01 : (tensor<2x16x8x64xf32>, tensor<2x16x8x64xf32>, tensor<2x16x8x64xf32>, tensor<2x8x16xf32>) -> tensor<2x16x8x64xf32>
  return %0 : tensor<2x16x8x64xf32>
}

func.func @rescale(%o: tensor<2x16x8x64xf32>, %l: tensor<2x8x16xf32>) -> tensor<2x16x8x64xf32> {
  // CHECK: [[#@LINE+1]]:8: remark: sharding rule of 'xformer.rescale': ([b, q, h, v], [b, h, q], [b, h, q]) -> ([b, q, h, v]) {b=2, q=16, h=8, v=64} linear={0}{{$}}
  %0 = xformer.rescale %o, %l, %l : (tensor<2x16x8x64xf32>, tensor<2x8x16xf32>, tensor<2x8x16xf32>) -> tensor<2x16x8x64xf32>
  return %0 : tensor<2x16x8x64xf32>
}
