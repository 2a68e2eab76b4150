// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What needs a local form, on four devices: a table and classes that are split,
// where they divide and where they do not, dropout, experts. No logits are
// gathered.
//
// RUN: partita-opt %s --dist-partition-pipeline -o %t.mlir
// RUN: FileCheck %s --input-file=%t.mlir
// RUN: partita-run %t.mlir --precision=f64 --verify --random-weights=1 --input=x=random:1 --input=labels=random:2 \
// RUN:   --input=seed=random:3 --input=scores=random:4 2>&1 | FileCheck %s --check-prefix=ONE

// CHECK-LABEL: func.func @main(
// CHECK-NOT: all_gather
// CHECK: xformer.embedding %{{.*}}, %{{.*}} row_ids(%[[IDS:.*]]) : (tensor<17x16xf32>
// CHECK: xformer.dropout %{{.*}} indices(
// CHECK: xformer.moe_dispatch %{{.*}}, %{{.*}} expert_ids(
// CHECK: xformer.moe_combine %{{.*}} expert_ids(
// CHECK: %[[LSE:.*]] = xformer.log_sum_exp %{{.*}} : (tensor<2x8x17xf32>)
// CHECK: %[[PICKED:.*]] = xformer.pick %{{.*}}, %{{.*}} class_ids(%[[IDS]])
// CHECK: %[[L:.*]] = dist.all_reduce %[[LSE]] by log_sum_exp over @mesh {"tensor"}
// CHECK: %[[P:.*]] = dist.all_reduce %[[PICKED]] over @mesh {"tensor"}
// CHECK: xformer.nll %[[L]], %[[P]]
// CHECK-NOT: all_gather
// CHECK: module @global
// ONE: loss  relative error
// ONE-NEXT: count  relative error 0
// ONE-NEXT: equal to one device, up to a relative error of 1e-09

dist.mesh @mesh ["data"=2, "tensor"=2]
#batch = #dist.sharding<@mesh, [{"data"}, {}, {}]>
#ids = #dist.sharding<@mesh, [{"data"}, {}]>
#scalar = #dist.sharding<@mesh, []>
func.func @main(%x: tensor<4x8x16xf32> {dist.sharding = #batch, xformer.input = "x"},
                %labels: tensor<4x8xi32> {dist.sharding = #ids, xformer.input = "labels"},
                %seed: tensor<i64> {dist.sharding = #scalar, xformer.input = "seed"},
                %scores: tensor<4x8x4xf32> {dist.sharding = #batch, xformer.input = "scores"},
                %table: tensor<33x16xf32> {dist.sharding = #dist.sharding<@mesh, [{"tensor"}, {}]>, xformer.parameter = "table"},
                %w: tensor<4x16x16xf32> {dist.sharding = #dist.sharding<@mesh, [{"tensor"}, {}, {}]>, xformer.parameter = "w"})
    -> (tensor<f32> {dist.sharding = #scalar, xformer.output = "loss"}, tensor<f32> {dist.sharding = #scalar, xformer.output = "count"}) {
  %0 = xformer.embedding %table, %labels : (tensor<33x16xf32>, tensor<4x8xi32>) -> tensor<4x8x16xf32>
  %1 = xformer.add %x, %0 : (tensor<4x8x16xf32>, tensor<4x8x16xf32>) -> tensor<4x8x16xf32>
  %2 = xformer.dropout %1 seed(%seed) rate 0.3 stream 1 : (tensor<4x8x16xf32>, tensor<i64>) -> tensor<4x8x16xf32>
  %weights, %experts = xformer.moe_route %scores renormalize : tensor<4x8x4xf32> -> tensor<4x8x2xf32>, tensor<4x8x2xi32>
  %3 = xformer.moe_dispatch %2, %experts : (tensor<4x8x16xf32>, tensor<4x8x2xi32>) -> tensor<4x4x8x16xf32>
  %4 = xformer.matmul %3, %w : (tensor<4x4x8x16xf32>, tensor<4x16x16xf32>) -> tensor<4x4x8x16xf32>
  %5 = xformer.moe_combine %4, %experts, %weights : (tensor<4x4x8x16xf32>, tensor<4x8x2xi32>, tensor<4x8x2xf32>) -> tensor<4x8x16xf32>
  %logits = xformer.linear %5, %table transpose_weight : (tensor<4x8x16xf32>, tensor<33x16xf32>) -> tensor<4x8x33xf32>
  %sum, %count = xformer.cross_entropy %logits, %labels ignore_index -100 : (tensor<4x8x33xf32>, tensor<4x8xi32>) -> (tensor<f32>, tensor<f32>)
  return %sum, %count : tensor<f32>, tensor<f32>
}
