// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: partita-opt %s --print-work -o /dev/null 2>&1 | FileCheck %s

// One block of GPT-2: b=2 sequences of s=16 positions, d=48 features, 4 heads of
// 12, and a feed-forward layer of 4 d. The textbook counts, for full attention,
//
//   24 b s d^2 + 4 b s^2 d = 24 * 2 * 16 * 2304 + 4 * 2 * 256 * 48 = 1867776
//
// matrix flops forward. Of the s^2 pairs, a causal query sees s (s + 1) / 2:
//
//   24 b s d^2 + 2 b s (s + 1) d = 1769472 + 2 * 2 * 16 * 17 * 48 = 1821696

// CHECK: [[#@LINE+3]]:1: remark: work of @causal_block: 1821696 matrix flops,
// CHECK: note: 4 x 'xformer.linear': 1769472 matrix flops,
// CHECK: note: 1 x 'xformer.attention': 52224 matrix flops,
func.func @causal_block(%x: tensor<2x16x48xf32>, %g: tensor<48xf32>,
    %qkv_w: tensor<48x144xf32>, %qkv_b: tensor<144xf32>, %proj_w: tensor<48x48xf32>,
    %fc_w: tensor<48x192xf32>, %fc_b: tensor<192xf32>, %out_w: tensor<192x48xf32>, %b: tensor<48xf32>)
    -> tensor<2x16x48xf32> {
  %n0 = xformer.layer_norm %x, %g bias(%b) epsilon 1.0e-5 : (tensor<2x16x48xf32>, tensor<48xf32>, tensor<48xf32>) -> tensor<2x16x48xf32>
  %qkv = xformer.linear %n0, %qkv_w bias(%qkv_b) : (tensor<2x16x48xf32>, tensor<48x144xf32>, tensor<144xf32>) -> tensor<2x16x144xf32>
  %q0 = xformer.slice %qkv dim 2 offset 0 : tensor<2x16x144xf32> -> tensor<2x16x48xf32>
  %k0 = xformer.slice %qkv dim 2 offset 48 : tensor<2x16x144xf32> -> tensor<2x16x48xf32>
  %v0 = xformer.slice %qkv dim 2 offset 96 : tensor<2x16x144xf32> -> tensor<2x16x48xf32>
  %q = xformer.split_dim %q0 dim 2 : tensor<2x16x48xf32> -> tensor<2x16x4x12xf32>
  %k = xformer.split_dim %k0 dim 2 : tensor<2x16x48xf32> -> tensor<2x16x4x12xf32>
  %v = xformer.split_dim %v0 dim 2 : tensor<2x16x48xf32> -> tensor<2x16x4x12xf32>
  %a = xformer.attention %q, %k, %v causal scale 0.28867513459481287 : (tensor<2x16x4x12xf32>, tensor<2x16x4x12xf32>, tensor<2x16x4x12xf32>) -> tensor<2x16x4x12xf32>
  %m = xformer.merge_dims %a dim 2 : (tensor<2x16x4x12xf32>) -> tensor<2x16x48xf32>
  %p = xformer.linear %m, %proj_w bias(%b) : (tensor<2x16x48xf32>, tensor<48x48xf32>, tensor<48xf32>) -> tensor<2x16x48xf32>
  %r0 = xformer.add %x, %p : (tensor<2x16x48xf32>, tensor<2x16x48xf32>) -> tensor<2x16x48xf32>
  %n1 = xformer.layer_norm %r0, %g bias(%b) epsilon 1.0e-5 : (tensor<2x16x48xf32>, tensor<48xf32>, tensor<48xf32>) -> tensor<2x16x48xf32>
  %f = xformer.linear %n1, %fc_w bias(%fc_b) : (tensor<2x16x48xf32>, tensor<48x192xf32>, tensor<192xf32>) -> tensor<2x16x192xf32>
  %h = xformer.gelu %f tanh : tensor<2x16x192xf32>
  %o = xformer.linear %h, %out_w bias(%b) : (tensor<2x16x192xf32>, tensor<192x48xf32>, tensor<48xf32>) -> tensor<2x16x48xf32>
  %r1 = xformer.add %r0, %o : (tensor<2x16x48xf32>, tensor<2x16x48xf32>) -> tensor<2x16x48xf32>
  return %r1 : tensor<2x16x48xf32>
}
