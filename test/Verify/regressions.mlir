// What random programs have shown: each was once wrong, or not proven.
//
// RUN: partita-opt %s --split-input-file --dist-partition-pipeline | FileCheck %s

// On the devices' parts the two ops would cancel, on the whole they do not.
// CHECK-LABEL: func.func @cancel(
// CHECK: xformer.merge_dims
// CHECK: xformer.split_dim
dist.mesh @mesh ["a"=3, "b"=4]
func.func @cancel(%x: tensor<6x4xf32> {dist.sharding = #dist.sharding<@mesh, [{}, {"b", ?}]>}, %w: tensor<2xf32>) -> tensor<12x2xf32> {
  %0 = math.cos %x : tensor<6x4xf32>
  %1 = xformer.merge_dims %0 dim 0 : (tensor<6x4xf32>) -> tensor<24xf32>
  %2 = xformer.split_dim %1 dim 0 : tensor<24xf32> -> tensor<12x2xf32>
  %3 = xformer.rms_norm %2, %w epsilon 1.000000e-03 : (tensor<12x2xf32>, tensor<2xf32>) -> tensor<12x2xf32>
  return %3 : tensor<12x2xf32>
}

// -----

// What is left out because it does nothing is left out of both programs.
// CHECK-LABEL: func.func @identity(
// CHECK-NOT: xformer.transpose
dist.mesh @mesh ["a"=2]
func.func @identity(%x: tensor<4x4xf32> {dist.sharding = #dist.sharding<@mesh, [{"a"}, {}]>}) -> tensor<4x4xf32> {
  %0 = xformer.silu %x : tensor<4x4xf32>
  %1 = xformer.transpose %0 [0, 1] : (tensor<4x4xf32>) -> tensor<4x4xf32>
  return %1 : tensor<4x4xf32>
}

// -----

// A permutation whose axes are of sizes that cannot be taken apart.
// CHECK-LABEL: func.func @mixed_sizes(
// CHECK: dist.permute %{{.*}} over @mesh reorder {"a", "b", "c"} to {"b", "c", "a"}
dist.mesh @mesh ["a"=2, "b"=2, "c"=3]
func.func @mixed_sizes(%x: tensor<24xf32> {dist.sharding = #dist.sharding<@mesh, [{"a", "b", "c"}]>}) -> (tensor<24xf32> {dist.sharding = #dist.sharding<@mesh, [{"b", "c", "a"}]>}) {
  %0 = xformer.relu %x : tensor<24xf32>
  return %0 : tensor<24xf32>
}

// -----

// Zeros in the pads of one dimension say nothing about those of another that is
// padded alike.
// CHECK-LABEL: func.func @square(
// CHECK: dist.fill %{{.*}} dim 1
// CHECK: dist.fill %{{.*}} dim 1
// CHECK: xformer.matmul
// CHECK: dist.fill %{{.*}} dim 1
// CHECK: xformer.linear
dist.mesh @mesh ["a"=4]
func.func @square(%x: tensor<6x2xf32> {dist.sharding = #dist.sharding<@mesh, [{"a"}, {}]>}, %w: tensor<6x2xf32> {dist.sharding = #dist.sharding<@mesh, [{"a"}, {}]>}) -> tensor<6x2xf32> {
  %0 = math.exp %x : tensor<6x2xf32>
  %1 = xformer.matmul %0, %0 transpose_rhs : (tensor<6x2xf32>, tensor<6x2xf32>) -> tensor<6x6xf32>
  %2 = xformer.matmul %1, %1 transpose_rhs : (tensor<6x6xf32>, tensor<6x6xf32>) -> tensor<6x6xf32>
  %3 = xformer.linear %2, %w : (tensor<6x6xf32>, tensor<6x2xf32>) -> tensor<6x2xf32>
  return %3 : tensor<6x2xf32>
}

// -----

// A factor that is split unevenly takes no split behind it: how long it will be
// depends on how others split it.
// CHECK-LABEL: func.func @uneven(
// CHECK: xformer.split_dim
dist.mesh @mesh ["a"=2, "b"=2, "c"=3]
func.func @uneven(%x: tensor<6xf16> {dist.sharding = #dist.sharding<@mesh, [{"c", "a", ?}]>}) -> (tensor<2x3xf16>, tensor<6xf16> {dist.sharding = #dist.sharding<@mesh, [{"b", ?}]>}) {
  %0 = xformer.gelu %x : tensor<6xf16>
  %1 = xformer.split_dim %0 dim 0 : tensor<6xf16> -> tensor<2x3xf16>
  %2 = xformer.softmax %1 dim 0 : tensor<2x3xf16>
  %3 = xformer.relu %0 : tensor<6xf16>
  return %2, %3 : tensor<2x3xf16>, tensor<6xf16>
}

// -----

// An op on a constant alone: how it is split shows at the next.
// CHECK-LABEL: func.func @constant(
dist.mesh @mesh ["a"=2]
func.func @constant(%x: tensor<4x3xf32> {dist.sharding = #dist.sharding<@mesh, [{"a"}, {}]>}, %w: tensor<3x3xf32>) -> tensor<4x3xf32> {
  %c = arith.constant dense<0.5> : tensor<4x3xf32>
  %0 = xformer.linear %c, %w : (tensor<4x3xf32>, tensor<3x3xf32>) -> tensor<4x3xf32>
  %1 = xformer.add %x, %0 : (tensor<4x3xf32>, tensor<4x3xf32>) -> tensor<4x3xf32>
  return %1 : tensor<4x3xf32>
}

// -----

// A device's part of 8 elements is one of 2 times 4 as well as one of 4 times 2.
// CHECK-LABEL: func.func @two_splits(
dist.mesh @mesh ["a"=2, "b"=2]
func.func @two_splits(%x: tensor<2x8x4xf32>) -> (tensor<2x2x4x4xf32> {dist.sharding = #dist.sharding<@mesh, [{}, {"a"}, {"b"}, {}]>}, tensor<2x4x2x4xf32> {dist.sharding = #dist.sharding<@mesh, [{}, {"a", "b"}, {}, {}]>}) {
  %0 = xformer.relu %x : tensor<2x8x4xf32>
  %1 = xformer.split_dim %0 dim 1 : tensor<2x8x4xf32> -> tensor<2x2x4x4xf32>
  %2 = xformer.split_dim %0 dim 1 : tensor<2x8x4xf32> -> tensor<2x4x2x4xf32>
  return %1, %2 : tensor<2x2x4x4xf32>, tensor<2x4x2x4xf32>
}
