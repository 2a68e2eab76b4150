// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: partita-opt %s --split-input-file --dist-keep-global --dist-partition --dist-check-local --dist-verify \
// RUN:   --dist-drop-global | FileCheck %s -enable-var-scope
//
// Known right answers, each named after what it shows.

dist.mesh @grid ["x"=4, "y"=2]

// XLA gathers all of it.
// CHECK-LABEL: func @moves_axes_together(
// CHECK-SAME: %[[X:.*]]: tensor<4x8x2xf32>
// CHECK-NEXT: %[[A:.*]] = dist.all_to_all %[[X]] dim 2 to 1 over @grid {"x"} : tensor<4x8x2xf32> -> tensor<4x2x8xf32>
// CHECK-NEXT: %[[B:.*]] = dist.all_to_all %[[A]] dim 0 to 1 over @grid {"y"} : tensor<4x2x8xf32> -> tensor<8x1x8xf32>
// CHECK-NEXT: return %[[B]]
func.func @moves_axes_together(%x: tensor<8x8x8xf32> {dist.sharding = #dist.sharding<@grid, [{"y"}, {}, {"x"}]>})
    -> (tensor<8x8x8xf32> {dist.sharding = #dist.sharding<@grid, [{}, {"x", "y"}, {}]>}) {
  %0 = dist.reshard %x to <@grid, [{}, {"x", "y"}, {}]> : tensor<8x8x8xf32>
  return %0 : tensor<8x8x8xf32>
}

// -----

dist.mesh @square ["a"=4, "b"=4]

// CHECK-LABEL: func @transposes_equal_axes(
// CHECK-SAME: %[[X:.*]]: tensor<2x4xf32>
// CHECK-NEXT: %[[P:.*]] = dist.permute %[[X]] over @square reorder {"a", "b"} to {"b", "a"} : tensor<2x4xf32>
// CHECK-NEXT: return %[[P]]
func.func @transposes_equal_axes(%x: tensor<8x16xf32> {dist.sharding = #dist.sharding<@square, [{"a"}, {"b"}]>})
    -> (tensor<8x16xf32> {dist.sharding = #dist.sharding<@square, [{"b"}, {"a"}]>}) {
  %0 = dist.reshard %x to <@square, [{"b"}, {"a"}]> : tensor<8x16xf32>
  return %0 : tensor<8x16xf32>
}

// CHECK-LABEL: func @takes_another_axis(
// CHECK-NEXT: %[[P:.*]] = dist.permute %{{.*}} over @square reorder {"a", "b"} to {"b", "a"} : tensor<2x16xf32>
// CHECK-NEXT: return %[[P]]
func.func @takes_another_axis(%x: tensor<8x16xf32> {dist.sharding = #dist.sharding<@square, [{"a"}, {}]>})
    -> (tensor<8x16xf32> {dist.sharding = #dist.sharding<@square, [{"b"}, {}]>}) {
  %0 = dist.reshard %x to <@square, [{"b"}, {}]> : tensor<8x16xf32>
  return %0 : tensor<8x16xf32>
}

// -----

dist.mesh @mesh ["a"=2, "b"=4]

// CHECK-LABEL: func @transposes_other_axes(
// CHECK-SAME: %[[X:.*]]: tensor<4x4xf32>
// CHECK-NEXT: %[[A:.*]] = dist.all_to_all %[[X]] dim 1 to 0 over @mesh {"b":(2)2} : tensor<4x4xf32> -> tensor<2x8xf32>
// CHECK-NEXT: %[[P:.*]] = dist.permute %[[A]] over @mesh reorder {"a", "b":(1)2} to {"b":(1)2, "a"} : tensor<2x8xf32>
// CHECK-NEXT: return %[[P]]
func.func @transposes_other_axes(%x: tensor<8x16xf32> {dist.sharding = #dist.sharding<@mesh, [{"a"}, {"b"}]>})
    -> (tensor<8x16xf32> {dist.sharding = #dist.sharding<@mesh, [{"b"}, {"a"}]>}) {
  %0 = dist.reshard %x to <@mesh, [{"b"}, {"a"}]> : tensor<8x16xf32>
  return %0 : tensor<8x16xf32>
}

// CHECK-LABEL: func @gathers(
// CHECK-SAME: tensor<4x4xf32>
// CHECK-COUNT-2: dist.all_gather
// CHECK-NEXT: return %{{.*}} : tensor<8x16xf32>
func.func @gathers(%x: tensor<8x16xf32> {dist.sharding = #dist.sharding<@mesh, [{"a"}, {"b"}]>})
    -> (tensor<8x16xf32> {dist.sharding = #dist.sharding<@mesh, [{}, {}]>}) {
  %0 = dist.reshard %x to <@mesh, [{}, {}]> : tensor<8x16xf32>
  return %0 : tensor<8x16xf32>
}

// CHECK-LABEL: func @slices(
// CHECK-SAME: tensor<8x16xf32>
// CHECK-NEXT: dist.slice %{{.*}} dim 0 over @mesh {"a"}
// CHECK-NEXT: dist.slice %{{.*}} dim 1 over @mesh {"b"}
// CHECK-NEXT: return %{{.*}} : tensor<4x4xf32>
func.func @slices(%x: tensor<8x16xf32> {dist.sharding = #dist.sharding<@mesh, [{}, {}]>})
    -> (tensor<8x16xf32> {dist.sharding = #dist.sharding<@mesh, [{"a"}, {"b"}]>}) {
  %0 = dist.reshard %x to <@mesh, [{"a"}, {"b"}]> : tensor<8x16xf32>
  return %0 : tensor<8x16xf32>
}

// CHECK-LABEL: func @moves_two_axes(
// CHECK-NEXT: %[[A:.*]] = dist.all_to_all %{{.*}} dim 0 to 1 over @mesh {"a", "b"} : tensor<1x16xf32> -> tensor<8x2xf32>
// CHECK-NEXT: return %[[A]]
func.func @moves_two_axes(%x: tensor<8x16xf32> {dist.sharding = #dist.sharding<@mesh, [{"a", "b"}, {}]>})
    -> (tensor<8x16xf32> {dist.sharding = #dist.sharding<@mesh, [{}, {"a", "b"}]>}) {
  %0 = dist.reshard %x to <@mesh, [{}, {"a", "b"}]> : tensor<8x16xf32>
  return %0 : tensor<8x16xf32>
}

// CHECK-LABEL: func @swaps_order(
// CHECK-NEXT: %[[P:.*]] = dist.permute %{{.*}} over @mesh reorder {"a", "b"} to {"b", "a"} : tensor<1x16xf32>
// CHECK-NEXT: return %[[P]]
func.func @swaps_order(%x: tensor<8x16xf32> {dist.sharding = #dist.sharding<@mesh, [{"a", "b"}, {}]>})
    -> (tensor<8x16xf32> {dist.sharding = #dist.sharding<@mesh, [{"b", "a"}, {}]>}) {
  %0 = dist.reshard %x to <@mesh, [{"b", "a"}, {}]> : tensor<8x16xf32>
  return %0 : tensor<8x16xf32>
}

// CHECK-LABEL: func @splits_contributions(
// CHECK-NEXT: %[[P:.*]] = xformer.linear
// CHECK-NEXT: %[[S:.*]] = dist.reduce_scatter %[[P]] dim 0 over @mesh {"b"} : tensor<4x8xf32> -> tensor<1x8xf32>
// CHECK-NEXT: return %[[S]]
func.func @splits_contributions(%x: tensor<8x16xf32> {dist.sharding = #dist.sharding<@mesh, [{"a"}, {"b"}]>},
                                %w: tensor<8x16xf32> {dist.sharding = #dist.sharding<@mesh, [{}, {"b"}]>})
    -> (tensor<8x8xf32> {dist.sharding = #dist.sharding<@mesh, [{"a", "b"}, {}]>}) {
  %0 = xformer.linear %x, %w transpose_weight {dist.shardings = [#dist.sharding<@mesh, [{"a"}, {}], partial={"b"}>]}
    : (tensor<8x16xf32>, tensor<8x16xf32>) -> tensor<8x8xf32>
  %1 = dist.reshard %0 to <@mesh, [{"a", "b"}, {}]> : tensor<8x8xf32>
  return %1 : tensor<8x8xf32>
}
