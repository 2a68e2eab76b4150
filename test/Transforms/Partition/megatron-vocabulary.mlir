// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// With the vocabulary split, each device looks up, multiplies and sums over its
// own rows of the table. What moves is as large as the hidden values, or has one
// number a token: never the logits, also where the vocabulary does not divide.
// RUN: partita-opt %s --dist-partition-pipeline | FileCheck %s -enable-var-scope --implicit-check-not="dist.{{all_gather|all_to_all|reduce_scatter|permute}}"

dist.mesh @mesh ["data"=2, "tensor"=4]

// CHECK-LABEL: func.func @even(
// CHECK: %[[E:.*]] = xformer.embedding {{.*}} : (tensor<512x16xf32>, tensor<2x16xi32>, tensor<512xi32>) -> tensor<2x16x16xf32>
// CHECK-NEXT: %[[X:.*]] = dist.all_reduce %[[E]] over @mesh {"tensor"} : tensor<2x16x16xf32>
// CHECK-NEXT: %[[L:.*]] = xformer.linear %[[X]], %{{.*}} -> tensor<2x16x512xf32>
// CHECK: %[[S:.*]] = xformer.log_sum_exp %[[L]]
// CHECK: %[[P:.*]] = xformer.pick %[[L]]
// CHECK-DAG: dist.all_reduce %[[S]] by log_sum_exp over @mesh {"tensor"} : tensor<2x16xf32>
// CHECK-DAG: dist.all_reduce %[[P]] over @mesh {"tensor"} : tensor<2x16xf32>
// CHECK: xformer.nll
// CHECK-NEXT: dist.all_reduce {{.*}} over @mesh {"data"} : tensor<f32>
// CHECK-NEXT: dist.all_reduce {{.*}} over @mesh {"data"} : tensor<f32>
func.func @even(%ids: tensor<4x16xi32> {dist.sharding = #dist.sharding<@mesh, [{"data"}, {}]>}, %labels: tensor<4x16xi32>,
               %table: tensor<2048x16xf32> {dist.sharding = #dist.sharding<@mesh, [{"tensor"}, {}]>}) -> (tensor<f32>, tensor<f32>) {
  %0 = xformer.embedding %table, %ids : (tensor<2048x16xf32>, tensor<4x16xi32>) -> tensor<4x16x16xf32>
  %1 = xformer.linear %0, %table transpose_weight : (tensor<4x16x16xf32>, tensor<2048x16xf32>) -> tensor<4x16x2048xf32>
  %2, %3 = xformer.cross_entropy %1, %labels ignore_index -100 : (tensor<4x16x2048xf32>, tensor<4x16xi32>) -> (tensor<f32>, tensor<f32>)
  return %2, %3 : tensor<f32>, tensor<f32>
}

// Pads of the logits are minus infinity to the sum of exponentials.
// CHECK-LABEL: func.func @padded(
// CHECK-SAME: tensor<512x16xf32> {dist.global_type = tensor<2045x16xf32>, dist.padding = #dist.padding<{{\[\[}}2045 -> 2048], [16]]>
// CHECK: %[[L:.*]] = xformer.linear %{{.*}} -> tensor<2x16x512xf32>
// CHECK: %[[F:.*]] = dist.fill %[[L]] dim 2 keep %{{.*}} else 0xFF800000 : f32 : tensor<2x16x512xf32>, tensor<512xi1>
// CHECK: xformer.log_sum_exp %[[F]]
func.func @padded(%ids: tensor<4x16xi32> {dist.sharding = #dist.sharding<@mesh, [{"data"}, {}]>}, %labels: tensor<4x16xi32>,
               %table: tensor<2045x16xf32> {dist.sharding = #dist.sharding<@mesh, [{"tensor"}, {}]>}) -> (tensor<f32>, tensor<f32>) {
  %0 = xformer.embedding %table, %ids : (tensor<2045x16xf32>, tensor<4x16xi32>) -> tensor<4x16x16xf32>
  %1 = xformer.linear %0, %table transpose_weight : (tensor<4x16x16xf32>, tensor<2045x16xf32>) -> tensor<4x16x2045xf32>
  %2, %3 = xformer.cross_entropy %1, %labels ignore_index -100 : (tensor<4x16x2045xf32>, tensor<4x16xi32>) -> (tensor<f32>, tensor<f32>)
  return %2, %3 : tensor<f32>, tensor<f32>
}
