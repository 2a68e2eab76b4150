// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: partita-opt %s --allow-unregistered-dialect --dist-propagate --dist-check-propagated | FileCheck %s
// RUN: partita-opt %s --allow-unregistered-dialect --dist-propagate -o %t.once
// RUN: partita-opt %s --allow-unregistered-dialect --dist-propagate --dist-propagate -o %t.twice
// RUN: diff %t.once %t.twice

dist.mesh @mesh ["x"=2, "y"=2]

// What is settled stays, also where propagation would have it otherwise; values
// that are new between settled ones get what fits.
// CHECK-LABEL: func.func @new_values(
// CHECK-SAME: tensor<8x16xf32> {dist.sharding = #dist.sharding<@mesh, [{"x"}, {}]>}
func.func @new_values(%x: tensor<8x16xf32> {dist.sharding = #dist.sharding<@mesh, [{"x"}, {}]>}) {
  // CHECK: xformer.relu {{.*}} [#dist.sharding<@mesh, [{}, {"y"}]>]
  %0 = xformer.relu %x {dist.shardings = [#dist.sharding<@mesh, [{}, {"y"}]>]} : tensor<8x16xf32>
  // CHECK: xformer.gelu {{.*}} [#dist.sharding<@mesh, [{}, {"y"}]>]
  %1 = xformer.gelu %0 : tensor<8x16xf32>
  // CHECK: xformer.relu {{.*}} [#dist.sharding<@mesh, [{}, {"y"}]>]
  %2 = xformer.relu %1 {dist.shardings = [#dist.sharding<@mesh, [{}, {"y"}]>]} : tensor<8x16xf32>
  return
}

// A value that is partial stays so, and so does one that takes a constraint.
// CHECK-LABEL: func.func @partial(
func.func @partial(%x: tensor<8x16xf32> {dist.sharding = #dist.sharding<@mesh, [{}, {"x"}]>}, %w: tensor<16x8xf32>) {
  // CHECK: xformer.linear {{.*}} [#dist.sharding<@mesh, [{}, {}], partial={"x"}>]
  %0 = xformer.linear %x, %w {dist.shardings = [#dist.sharding<@mesh, [{}, {}], partial={"x"}>]}
    : (tensor<8x16xf32>, tensor<16x8xf32>) -> tensor<8x8xf32>
  // CHECK: dist.constraint {{.*}} <@mesh, [{"x"}, {"y"}]>
  %1 = dist.constraint %0 <@mesh, [{"x", ?}, {?}]> : tensor<8x8xf32>
  // CHECK: xformer.relu {{.*}} [#dist.sharding<@mesh, [{"x"}, {"y"}]>]
  %2 = xformer.relu %1 {dist.shardings = [#dist.sharding<@mesh, [{?}, {"y"}]>]} : tensor<8x8xf32>
  return
}

// A reshard is between two shardings, of which none follows from the other.
// CHECK-LABEL: func.func @reshard(
func.func @reshard(%x: tensor<8x16xf32> {dist.sharding = #dist.sharding<@mesh, [{"x"}, {}]>}) {
  // CHECK: xformer.relu {{.*}} [#dist.sharding<@mesh, [{"x"}, {}]>]
  %0 = xformer.relu %x : tensor<8x16xf32>
  %1 = dist.reshard %0 to <@mesh, [{}, {"y"}]> : tensor<8x16xf32>
  // CHECK: xformer.relu {{.*}} [#dist.sharding<@mesh, [{}, {"y"}]>]
  %2 = xformer.relu %1 : tensor<8x16xf32>
  return
}

// Results that are no tensors have a sharding of no dimensions.
// CHECK-LABEL: func.func @scalars(
func.func @scalars(%x: tensor<8xf32>) {
  // CHECK: "test.two"{{.*}}[#dist.sharding<@mesh, [{}]>, #dist.sharding<@mesh, []>]
  %0:2 = "test.two"(%x) : (tensor<8xf32>) -> (tensor<8xf32>, index)
  return
}
