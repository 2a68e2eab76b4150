// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: partita-opt %s --dist-propagate --dist-check-propagated -split-input-file | FileCheck %s

// What a loop starts with, what its body gets and gives, and what it results in
// have one sharding.
// CHECK-LABEL: func.func @loop(
// CHECK-SAME: tensor<8x16xf32> {dist.sharding = #dist.sharding<@mesh, [{"x"}, {"y"}]>}
// CHECK-SAME: tensor<16xf32> {dist.sharding = #dist.sharding<@mesh, [{"y"}]>}
// CHECK-SAME: -> (tensor<8x16xf32> {dist.sharding = #dist.sharding<@mesh, [{"x"}, {"y"}]>})
dist.mesh @mesh ["x"=2, "y"=2]
func.func @loop(%x: tensor<8x16xf32> {dist.sharding = #dist.sharding<@mesh, [{"x", ?}, {?}]>}, %b: tensor<16xf32>,
                %n: index, %one: index) -> tensor<8x16xf32> {
  // CHECK: xformer.add {{.*}} [#dist.sharding<@mesh, [{"x"}, {"y"}]>]
  // CHECK: scf.yield
  // CHECK-NEXT: } {dist.shardings = [#dist.sharding<@mesh, [{"x"}, {"y"}]>]}
  %0 = scf.for %i = %one to %n step %one iter_args(%y = %x) -> tensor<8x16xf32> {
    %1 = xformer.add %y, %b : (tensor<8x16xf32>, tensor<16xf32>) -> tensor<8x16xf32>
    scf.yield %1 : tensor<8x16xf32>
  }
  // CHECK: xformer.gelu {{.*}} [#dist.sharding<@mesh, [{"x"}, {"y"}]>]
  %2 = xformer.gelu %0 {dist.shardings = [#dist.sharding<@mesh, [{?}, {"y", ?}]>]} : tensor<8x16xf32>
  return %2 : tensor<8x16xf32>
}

// -----

// CHECK-LABEL: func.func @branch(
// CHECK: scf.if
// CHECK: xformer.relu {{.*}} [#dist.sharding<@mesh, [{"x"}]>]
// CHECK: xformer.gelu {{.*}} [#dist.sharding<@mesh, [{"x"}]>]
// CHECK: } {dist.shardings = [#dist.sharding<@mesh, [{"x"}]>]}
dist.mesh @mesh ["x"=2]
func.func @branch(%x: tensor<8xf32>, %c: i1)
    -> (tensor<8xf32> {dist.sharding = #dist.sharding<@mesh, [{"x"}]>}) {
  %0 = scf.if %c -> tensor<8xf32> {
    %1 = xformer.relu %x : tensor<8xf32>
    scf.yield %1 : tensor<8xf32>
  } else {
    %2 = xformer.gelu %x : tensor<8xf32>
    scf.yield %2 : tensor<8xf32>
  }
  return %0 : tensor<8xf32>
}

// -----

// A function has one sharding for all its calls; it may stand behind them.
// CHECK-LABEL: func.func @caller(
// CHECK-SAME: tensor<8xf32> {dist.sharding = #dist.sharding<@mesh, [{"x"}]>}
// CHECK: call @callee({{.*}}) {dist.shardings = [#dist.sharding<@mesh, [{"x"}]>]}
// CHECK: call @callee({{.*}}) {dist.shardings = [#dist.sharding<@mesh, [{"x"}]>]}
// CHECK-LABEL: func.func private @callee(
// CHECK-SAME: tensor<8xf32> {dist.sharding = #dist.sharding<@mesh, [{"x"}]>}
// CHECK-SAME: -> (tensor<8xf32> {dist.sharding = #dist.sharding<@mesh, [{"x"}]>})
dist.mesh @mesh ["x"=2]
func.func @caller(%x: tensor<8xf32> {dist.sharding = #dist.sharding<@mesh, [{"x", ?}]>}) -> tensor<8xf32> {
  %0 = call @callee(%x) : (tensor<8xf32>) -> tensor<8xf32>
  %1 = call @callee(%0) : (tensor<8xf32>) -> tensor<8xf32>
  return %1 : tensor<8xf32>
}
func.func private @callee(%x: tensor<8xf32>) -> tensor<8xf32> {
  %0 = xformer.relu %x : tensor<8xf32>
  return %0 : tensor<8xf32>
}

// -----

// A function that is elsewhere passes on what its declaration says.
// CHECK-LABEL: func.func @external(
// CHECK: call @elsewhere({{.*}}) {dist.shardings = [#dist.sharding<@mesh, [{"x"}]>]}
dist.mesh @mesh ["x"=2]
func.func private @elsewhere(tensor<8xf32> {dist.sharding = #dist.sharding<@mesh, [{}]>})
    -> (tensor<8xf32> {dist.sharding = #dist.sharding<@mesh, [{"x"}]>})
func.func @external(%x: tensor<8xf32>) -> tensor<8xf32> {
  %0 = call @elsewhere(%x) : (tensor<8xf32>) -> tensor<8xf32>
  return %0 : tensor<8xf32>
}

// -----

// A sum that leaves a function, or goes around a loop, is formed.
// CHECK-LABEL: func.func @sums(
// CHECK: xformer.linear {{.*}} [#dist.sharding<@mesh, [{}, {}]>]
// CHECK: xformer.linear {{.*}} [#dist.sharding<@mesh, [{}, {}]>]
dist.mesh @mesh ["x"=2]
func.func @sums(%x: tensor<8x16xf32> {dist.sharding = #dist.sharding<@mesh, [{}, {"x"}]>}, %w: tensor<16x16xf32>,
                %z: tensor<8x16xf32>, %n: index, %one: index) -> (tensor<8x16xf32>, tensor<8x16xf32>) {
  %0 = xformer.linear %x, %w : (tensor<8x16xf32>, tensor<16x16xf32>) -> tensor<8x16xf32>
  %1 = scf.for %i = %one to %n step %one iter_args(%y = %z) -> tensor<8x16xf32> {
    %2 = xformer.linear %x, %w : (tensor<8x16xf32>, tensor<16x16xf32>) -> tensor<8x16xf32>
    scf.yield %2 : tensor<8x16xf32>
  }
  return %0, %1 : tensor<8x16xf32>, tensor<8x16xf32>
}
