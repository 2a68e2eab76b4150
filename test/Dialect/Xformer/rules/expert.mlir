// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: partita-opt %s --print-sharding-rules -o /dev/null 2>&1 | FileCheck %s

func.func @moe_route(%logits: tensor<2x16x8xf32>) -> tensor<2x16x2xf32> {
  // CHECK: [[#@LINE+1]]:24: remark: sharding rule of 'xformer.moe_route': ([b, s, e]) -> ([b, s, k], [b, s, k]) {b=2, s=16, e=8, k=2} whole={e, k}{{$}}
  %weights, %experts = xformer.moe_route %logits renormalize : tensor<2x16x8xf32> -> tensor<2x16x2xf32>, tensor<2x16x2xi32>
  return %weights : tensor<2x16x2xf32>
}

// A device can hold some experts: of the tokens of all, it copies those that
// chose one of its own. The slot of a token depends on the tokens before it.
func.func @moe_dispatch(%x: tensor<2x16x64xf32>, %experts: tensor<2x16x2xi32>) -> tensor<2x8x12x64xf32> {
  // CHECK: [[#@LINE+1]]:8: remark: sharding rule of 'xformer.moe_dispatch': ([b, t, d], [b, t, k]) -> ([b, e, c, d]) {b=2, e=8, d=64, t=16, k=2, c=12} whole={t, k, c} local_form={e} linear={0}{{$}}
  %0 = xformer.moe_dispatch %x, %experts : (tensor<2x16x64xf32>, tensor<2x16x2xi32>) -> tensor<2x8x12x64xf32>
  return %0 : tensor<2x8x12x64xf32>
}

// It then has a part of each token's sum over experts.
func.func @moe_combine(%y: tensor<2x8x12x64xf32>, %experts: tensor<2x16x2xi32>, %weights: tensor<2x16x2xf32>) -> tensor<2x16x64xf32> {
  // CHECK: [[#@LINE+1]]:8: remark: sharding rule of 'xformer.moe_combine': ([b, e, c, d], [b, t, k], [b, t, k]) -> ([b, t, d]) {b=2, d=64, e=8, t=16, k=2, c=12} reduction={e:sum} whole={t, k, c} local_form={e} fill={e:[]} linear={0}{2}{{$}}
  %0 = xformer.moe_combine %y, %experts, %weights : (tensor<2x8x12x64xf32>, tensor<2x16x2xi32>, tensor<2x16x2xf32>) -> tensor<2x16x64xf32>
  return %0 : tensor<2x16x64xf32>
}

// With ids, experts are a parallel loop, and a sum.
func.func @expert_ids(%x: tensor<2x16x64xf32>, %experts: tensor<2x16x2xi32>, %weights: tensor<2x16x2xf32>, %e: tensor<8xi32>) -> tensor<2x16x64xf32> {
  // CHECK: [[#@LINE+1]]:8: remark: sharding rule of 'xformer.moe_dispatch': ([b, t, d], [b, t, k], [e]) -> ([b, e, c, d]) {b=2, e=8, d=64, t=16, k=2, c=12} whole={t, k, c} linear={0}{{$}}
  %0 = xformer.moe_dispatch %x, %experts expert_ids(%e) : (tensor<2x16x64xf32>, tensor<2x16x2xi32>, tensor<8xi32>) -> tensor<2x8x12x64xf32>
  // CHECK: [[#@LINE+1]]:8: remark: sharding rule of 'xformer.moe_combine': ([b, e, c, d], [b, t, k], [b, t, k], [e]) -> ([b, t, d]) {b=2, d=64, e=8, t=16, k=2, c=12} reduction={e:sum} whole={t, k, c} fill={e:[0 zero]} linear={0}{2}{{$}}
  %1 = xformer.moe_combine %0, %experts, %weights expert_ids(%e) : (tensor<2x8x12x64xf32>, tensor<2x16x2xi32>, tensor<2x16x2xf32>, tensor<8xi32>) -> tensor<2x16x64xf32>
  return %1 : tensor<2x16x64xf32>
}
