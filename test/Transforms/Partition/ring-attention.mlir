// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: partita-opt %s --dist-ring-attention | FileCheck %s

dist.mesh @mesh ["x"=4, "y"=2]

// Each device begins with its own keys; three times they go on to the next.
// CHECK-LABEL: func @ring(
// CHECK-SAME: %[[Q:.*]]: tensor<1x2x4x8xf32>, %[[K:.*]]: tensor<1x2x2x8xf32>, %[[V:.*]]: tensor<1x2x2x8xf32>
// CHECK-NOT: all_gather
// CHECK: %[[O:.*]], %[[L:.*]] = xformer.attention %[[Q]], %[[K]], %[[V]] scale 1.000000e+00
// CHECK: %[[LAST:.*]] = arith.constant 4 : index
// CHECK: %[[R:.*]]:4 = scf.for %{{.*}} = %{{.*}} to %[[LAST]] step %{{.*}} iter_args(%[[K0:.*]] = %[[K]], %[[V0:.*]] = %[[V]], %[[O0:.*]] = %[[O]], %[[L0:.*]] = %[[L]])
// CHECK-NEXT: %[[K1:.*]] = dist.permute %[[K0]] over @mesh shift {"x"} by 1
// CHECK-NEXT: %[[V1:.*]] = dist.permute %[[V0]] over @mesh shift {"x"} by 1
// CHECK-NEXT: %[[O1:.*]], %[[L1:.*]] = xformer.attention %[[Q]], %[[K1]], %[[V1]] scale 1.000000e+00
// CHECK-NEXT: %[[L2:.*]] = xformer.log_add_exp %[[L0]], %[[L1]]
// CHECK-DAG: %[[OLD:.*]] = xformer.rescale %[[O0]], %[[L0]], %[[L2]]
// CHECK-DAG: %[[NEW:.*]] = xformer.rescale %[[O1]], %[[L1]], %[[L2]]
// CHECK: %[[O2:.*]] = xformer.add %[[OLD]], %[[NEW]]
// CHECK-NEXT: scf.yield %[[K1]], %[[V1]], %[[O2]], %[[L2]]
// CHECK: return %[[R]]#2, %[[R]]#3
func.func @ring(%q: tensor<1x2x4x8xf32>, %0: tensor<1x2x2x8xf32>, %1: tensor<1x2x2x8xf32>) -> (tensor<1x2x4x8xf32>, tensor<1x4x2xf32>) {
  %k = dist.all_gather %0 dim 1 over @mesh {"x"} : tensor<1x2x2x8xf32> -> tensor<1x8x2x8xf32>
  %v = dist.all_gather %1 dim 1 over @mesh {"x"} : tensor<1x2x2x8xf32> -> tensor<1x8x2x8xf32>
  %2, %l = xformer.attention %q, %k, %v scale 1.0 : (tensor<1x2x4x8xf32>, tensor<1x8x2x8xf32>, tensor<1x8x2x8xf32>) -> (tensor<1x2x4x8xf32>, tensor<1x4x2xf32>)
  return %2, %l : tensor<1x2x4x8xf32>, tensor<1x4x2xf32>
}

// Masks and positions of keys go around as well; where keys have none, a causal
// attention makes them. A bias of rows stays.
// CHECK-LABEL: func @causal(
// CHECK-SAME: %[[M:[a-z0-9]*]]: tensor<1x8xi1>, %[[P:[a-z0-9]*]]: tensor<2xi32>
// CHECK-DAG: %[[MASK:.*]] = dist.slice %[[M]] dim 1 over @mesh {"x"} : tensor<1x8xi1> -> tensor<1x2xi1>
// CHECK-DAG: %[[ALL:.*]] = xformer.iota : tensor<8xi32>
// CHECK: %[[OWN:.*]] = dist.slice %[[ALL]] dim 0 over @mesh {"x"} : tensor<8xi32> -> tensor<2xi32>
// CHECK: xformer.attention %{{.*}} bias(%{{.*}}) key_mask(%[[MASK]]) query_positions(%[[P]]) key_positions(%[[OWN]]) causal
// CHECK: scf.for
// CHECK-COUNT-4: dist.permute
// CHECK: xformer.attention %{{.*}} bias(%{{.*}}) key_mask(%{{.*}}) query_positions(%[[P]]) key_positions(%{{.*}}) causal
func.func @causal(%q: tensor<1x2x4x8xf32>, %0: tensor<1x2x2x8xf32>, %b: tensor<1x4x2x1xf32>, %m: tensor<1x8xi1>, %p: tensor<2xi32>) -> tensor<1x2x4x8xf32> {
  %k = dist.all_gather %0 dim 1 over @mesh {"x"} : tensor<1x2x2x8xf32> -> tensor<1x8x2x8xf32>
  %1 = xformer.attention %q, %k, %k bias(%b) key_mask(%m) query_positions(%p) causal scale 1.0
    : (tensor<1x2x4x8xf32>, tensor<1x8x2x8xf32>, tensor<1x8x2x8xf32>, tensor<1x4x2x1xf32>, tensor<1x8xi1>, tensor<2xi32>) -> tensor<1x2x4x8xf32>
  return %1 : tensor<1x2x4x8xf32>
}

// A gather that others need stays for them.
// CHECK-LABEL: func @shared_gather(
// CHECK: %[[ALL:.*]] = dist.all_gather
// CHECK: scf.for
// CHECK: return %{{.*}}, %[[ALL]]
func.func @shared_gather(%q: tensor<1x2x4x8xf32>, %0: tensor<1x2x2x8xf32>) -> (tensor<1x2x4x8xf32>, tensor<1x8x2x8xf32>) {
  %k = dist.all_gather %0 dim 1 over @mesh {"x"} : tensor<1x2x2x8xf32> -> tensor<1x8x2x8xf32>
  %1 = xformer.attention %q, %k, %k scale 1.0 : (tensor<1x2x4x8xf32>, tensor<1x8x2x8xf32>, tensor<1x8x2x8xf32>) -> tensor<1x2x4x8xf32>
  return %1, %k : tensor<1x2x4x8xf32>, tensor<1x8x2x8xf32>
}

// Each device would need the bias of its queries for all keys.
// CHECK-LABEL: func @bias_of_keys(
// CHECK-NOT: scf.for
// CHECK: return
func.func @bias_of_keys(%q: tensor<1x2x4x8xf32>, %0: tensor<1x2x2x8xf32>, %b: tensor<1x4x2x8xf32>) -> tensor<1x2x4x8xf32> {
  %k = dist.all_gather %0 dim 1 over @mesh {"x"} : tensor<1x2x2x8xf32> -> tensor<1x8x2x8xf32>
  %1 = xformer.attention %q, %k, %k bias(%b) scale 1.0 : (tensor<1x2x4x8xf32>, tensor<1x8x2x8xf32>, tensor<1x8x2x8xf32>, tensor<1x4x2x8xf32>) -> tensor<1x2x4x8xf32>
  return %1 : tensor<1x2x4x8xf32>
}

// Gathered along heads, over other axes, or into fewer keys than the parts have.
// CHECK-LABEL: func @other_gathers(
// CHECK-NOT: scf.for
// CHECK: return
func.func @other_gathers(%q: tensor<1x2x4x8xf32>, %0: tensor<1x2x2x8xf32>, %1: tensor<1x4x2x8xf32>, %2: tensor<1x8x1x8xf32>)
    -> (tensor<1x2x4x8xf32>, tensor<1x2x4x8xf32>, tensor<1x2x4x8xf32>) {
  %k = dist.all_gather %0 dim 1 over @mesh {"x"} : tensor<1x2x2x8xf32> -> tensor<1x8x2x8xf32>
  %y = dist.all_gather %1 dim 1 over @mesh {"y"} : tensor<1x4x2x8xf32> -> tensor<1x8x2x8xf32>
  %3 = xformer.attention %q, %k, %y scale 1.0 : (tensor<1x2x4x8xf32>, tensor<1x8x2x8xf32>, tensor<1x8x2x8xf32>) -> tensor<1x2x4x8xf32>
  %h = dist.all_gather %2 dim 2 over @mesh {"y"} : tensor<1x8x1x8xf32> -> tensor<1x8x2x8xf32>
  %4 = xformer.attention %q, %h, %h scale 1.0 : (tensor<1x2x4x8xf32>, tensor<1x8x2x8xf32>, tensor<1x8x2x8xf32>) -> tensor<1x2x4x8xf32>
  %u = dist.all_gather %0 dim 1 over @mesh {"x"} : tensor<1x2x2x8xf32> -> tensor<1x7x2x8xf32>
  %5 = xformer.attention %q, %u, %u scale 1.0 : (tensor<1x2x4x8xf32>, tensor<1x7x2x8xf32>, tensor<1x7x2x8xf32>) -> tensor<1x2x4x8xf32>
  return %3, %4, %5 : tensor<1x2x4x8xf32>, tensor<1x2x4x8xf32>, tensor<1x2x4x8xf32>
}
