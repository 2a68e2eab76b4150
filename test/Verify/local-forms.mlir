// Ops in their local forms, and in their padded ones.
//
// RUN: partita-opt %s --split-input-file --dist-partition-pipeline | FileCheck %s

// Classes that are split, and do not divide: no logits are gathered.
// CHECK-LABEL: func.func @cross_entropy(
// CHECK-DAG: xformer.log_sum_exp
// CHECK-DAG: dist.all_reduce %{{.*}} by log_sum_exp
// CHECK-DAG: xformer.pick
// CHECK: xformer.nll
dist.mesh @mesh ["a"=4]
func.func @cross_entropy(%x: tensor<2x3x10xf32> {dist.sharding = #dist.sharding<@mesh, [{}, {}, {"a"}]>}, %y: tensor<2x3xi32>) -> (tensor<f32>, tensor<f32>) {
  %0, %1 = xformer.cross_entropy %x, %y ignore_index -100 : (tensor<2x3x10xf32>, tensor<2x3xi32>) -> (tensor<f32>, tensor<f32>)
  return %0, %1 : tensor<f32>, tensor<f32>
}

// -----

// CHECK-LABEL: func.func @dropout(
// CHECK: xformer.dropout %{{.*}} indices(
dist.mesh @mesh ["a"=2, "b"=2]
func.func @dropout(%x: tensor<4x6xf32> {dist.sharding = #dist.sharding<@mesh, [{"a"}, {"b"}]>}, %s: tensor<i64>) -> (tensor<4x6xf32> {dist.sharding = #dist.sharding<@mesh, [{"a"}, {"b"}]>}) {
  %0 = xformer.dropout %x seed(%s) rate 0.5 stream 3 : (tensor<4x6xf32>, tensor<i64>) -> tensor<4x6xf32>
  return %0 : tensor<4x6xf32>
}

// -----

// CHECK-LABEL: func.func @experts(
// CHECK: xformer.moe_dispatch %{{.*}} expert_ids(
// CHECK: xformer.moe_combine %{{.*}} expert_ids(
dist.mesh @mesh ["a"=2]
func.func @experts(%x: tensor<2x4x6xf32>, %e: tensor<2x4x2xi32>, %w: tensor<2x4x2xf32>,
                   %m: tensor<4x6x6xf32> {dist.sharding = #dist.sharding<@mesh, [{"a"}, {}, {}]>}) -> tensor<2x4x6xf32> {
  %0 = xformer.moe_dispatch %x, %e : (tensor<2x4x6xf32>, tensor<2x4x2xi32>) -> tensor<2x4x4x6xf32>
  %1 = xformer.matmul %0, %m : (tensor<2x4x4x6xf32>, tensor<4x6x6xf32>) -> tensor<2x4x4x6xf32>
  %2 = xformer.moe_combine %1, %e, %w : (tensor<2x4x4x6xf32>, tensor<2x4x2xi32>, tensor<2x4x2xf32>) -> tensor<2x4x6xf32>
  return %2 : tensor<2x4x6xf32>
}

// -----

// Keys that do not divide are hidden in the pads.
// CHECK-LABEL: func.func @masked_keys(
// CHECK: dist.fill
// CHECK: xformer.attention %{{.*}} key_mask(
dist.mesh @mesh ["a"=4]
func.func @masked_keys(%q: tensor<1x6x1x4xf32>, %k: tensor<1x6x1x4xf32> {dist.sharding = #dist.sharding<@mesh, [{}, {"a"}, {}, {}]>},
                       %v: tensor<1x6x1x4xf32> {dist.sharding = #dist.sharding<@mesh, [{}, {"a"}, {}, {}]>}) -> (tensor<1x6x1x4xf32> {dist.sharding = #dist.sharding<@mesh, [{}, {}, {}, {}]>}) {
  %0 = xformer.attention %q, %k, %v scale 0.5 : (tensor<1x6x1x4xf32>, tensor<1x6x1x4xf32>, tensor<1x6x1x4xf32>) -> tensor<1x6x1x4xf32>
  return %0 : tensor<1x6x1x4xf32>
}
