// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: partita-opt %s --print-work -o /dev/null 2>&1 | FileCheck %s

// 256 logits: 5 flops for the softmax and 2 comparisons each; 64 weights: 2 each
// when renormalized. Weights and experts take 4 bytes each.
func.func @moe_route(%logits: tensor<2x16x8xf32>) {
  // CHECK: [[#@LINE+1]]:24: remark: work of 'xformer.moe_route': 0 matrix flops, 1920 vector flops, 1024 bytes read, 512 bytes written{{$}}
  %weights, %experts = xformer.moe_route %logits renormalize : tensor<2x16x8xf32> -> tensor<2x16x2xf32>, tensor<2x16x2xi32>
  // CHECK: [[#@LINE+1]]:12: remark: work of 'xformer.moe_route': 0 matrix flops, 1792 vector flops, 1024 bytes read, 512 bytes written{{$}}
  %0, %1 = xformer.moe_route %logits : tensor<2x16x8xf32> -> tensor<2x16x2xf32>, tensor<2x16x2xi32>
  return
}

// Every token is read (8192 bytes), and 64 choices (256); all slots are written.
func.func @moe_dispatch(%x: tensor<2x16x64xf32>, %experts: tensor<2x16x2xi32>) -> tensor<2x8x12x64xf32> {
  // CHECK: [[#@LINE+1]]:8: remark: work of 'xformer.moe_dispatch': 0 matrix flops, 0 vector flops, 8448 bytes read, 49152 bytes written{{$}}
  %0 = xformer.moe_dispatch %x, %experts : (tensor<2x16x64xf32>, tensor<2x16x2xi32>) -> tensor<2x8x12x64xf32>
  return %0 : tensor<2x8x12x64xf32>
}

// With one slot an expert, 8 tokens of a sequence at most find one.
func.func @moe_dispatch_to_few_slots(%x: tensor<2x16x64xf32>, %experts: tensor<2x16x2xi32>) -> tensor<2x8x1x64xf32> {
  // CHECK: [[#@LINE+1]]:8: remark: work of 'xformer.moe_dispatch': 0 matrix flops, 0 vector flops, 4352 bytes read, 4096 bytes written{{$}}
  %0 = xformer.moe_dispatch %x, %experts : (tensor<2x16x64xf32>, tensor<2x16x2xi32>) -> tensor<2x8x1x64xf32>
  return %0 : tensor<2x8x1x64xf32>
}

// 2 sequences of 32 pairs of a token and an expert, 64 features each, are 4096
// elements, weighted and summed: 8192 flops. Read beside them: choices and
// weights, 256 bytes each.
func.func @moe_combine(%y: tensor<2x8x12x64xf32>, %experts: tensor<2x16x2xi32>, %weights: tensor<2x16x2xf32>) -> tensor<2x16x64xf32> {
  // CHECK: [[#@LINE+1]]:8: remark: work of 'xformer.moe_combine': 0 matrix flops, 8192 vector flops, 16896 bytes read, 8192 bytes written{{$}}
  %0 = xformer.moe_combine %y, %experts, %weights : (tensor<2x8x12x64xf32>, tensor<2x16x2xi32>, tensor<2x16x2xf32>) -> tensor<2x16x64xf32>
  return %0 : tensor<2x16x64xf32>
}

// Ids of 8 experts are 32 bytes more.
func.func @expert_ids(%x: tensor<2x16x64xf32>, %experts: tensor<2x16x2xi32>, %weights: tensor<2x16x2xf32>, %e: tensor<8xi32>) -> tensor<2x16x64xf32> {
  // CHECK: [[#@LINE+1]]:8: remark: work of 'xformer.moe_dispatch': 0 matrix flops, 0 vector flops, 8480 bytes read, 49152 bytes written{{$}}
  %0 = xformer.moe_dispatch %x, %experts expert_ids(%e) : (tensor<2x16x64xf32>, tensor<2x16x2xi32>, tensor<8xi32>) -> tensor<2x8x12x64xf32>
  // CHECK: [[#@LINE+1]]:8: remark: work of 'xformer.moe_combine': 0 matrix flops, 8192 vector flops, 16928 bytes read, 8192 bytes written{{$}}
  %1 = xformer.moe_combine %0, %experts, %weights expert_ids(%e) : (tensor<2x8x12x64xf32>, tensor<2x16x2xi32>, tensor<2x16x2xf32>, tensor<8xi32>) -> tensor<2x16x64xf32>
  return %1 : tensor<2x16x64xf32>
}
