// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: partita-opt %s --dist-insert-reshards | FileCheck %s -enable-var-scope

dist.mesh @mesh ["data"=2, "tensor"=4]

#rows = #dist.sharding<@mesh, [{"data"}, {}]>
#columns = #dist.sharding<@mesh, [{}, {"tensor"}]>
#whole = #dist.sharding<@mesh, [{}, {}]>

// What a loop starts with and what each iteration gives are under the sharding
// of the result. What does not change in the loop is resharded before it.
// CHECK-LABEL: func @loop(
// CHECK-SAME: %[[X:[^:]*]]: tensor<8x64xf32>
// CHECK-SAME: %[[C:[^:]*]]: tensor<8x64xf32>
// CHECK-DAG: %[[RX:.*]] = dist.reshard %[[X]] to <@mesh, [{"data"}, {}]>
// CHECK-DAG: %[[RC:.*]] = dist.reshard %[[C]] to <@mesh, [{"data"}, {}]>
// CHECK: %[[Y:.*]] = scf.for {{.*}} iter_args(%[[I:.*]] = %[[RX]])
// CHECK-NEXT: %[[A:.*]] = arith.addf %[[I]], %[[RC]]
// CHECK-NEXT: scf.yield %[[A]]
// CHECK-NEXT: } {dist.shardings = [#dist.sharding<@mesh, [{"data"}, {}]>]}
// CHECK-NEXT: return %[[Y]]
func.func @loop(%x: tensor<8x64xf32> {dist.sharding = #whole}, %c: tensor<8x64xf32> {dist.sharding = #whole}, %n: index)
    -> (tensor<8x64xf32> {dist.sharding = #rows}) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %0 = scf.for %i = %c0 to %n step %c1 iter_args(%a = %x) -> (tensor<8x64xf32>) {
    %1 = arith.addf %a, %c {dist.shardings = [#rows]} : tensor<8x64xf32>
    scf.yield %1 : tensor<8x64xf32>
  } {dist.shardings = [#rows]}
  return %0 : tensor<8x64xf32>
}

// Both branches give what the result is.
// CHECK-LABEL: func @branches(
// CHECK-SAME: %[[X:[^:]*]]: tensor<8x64xf32>
// CHECK-SAME: %[[Y:[^:]*]]: tensor<8x64xf32>
// CHECK: %[[RY:.*]] = dist.reshard %[[Y]] to <@mesh, [{"data"}, {}]>
// CHECK: scf.if
// CHECK-NEXT: %[[E:.*]] = math.exp %[[X]]
// CHECK-NEXT: scf.yield %[[E]]
// CHECK-NEXT: } else {
// CHECK-NEXT: scf.yield %[[RY]]
func.func @branches(%x: tensor<8x64xf32> {dist.sharding = #rows}, %y: tensor<8x64xf32> {dist.sharding = #columns}, %p: i1)
    -> (tensor<8x64xf32> {dist.sharding = #rows}) {
  %0 = scf.if %p -> (tensor<8x64xf32>) {
    %1 = math.exp %x {dist.shardings = [#rows]} : tensor<8x64xf32>
    scf.yield %1 : tensor<8x64xf32>
  } else {
    scf.yield %y : tensor<8x64xf32>
  } {dist.shardings = [#rows]}
  return %0 : tensor<8x64xf32>
}

// A loop of two regions: what enters the first has no result of its own, and is
// under the sharding it starts with.
// CHECK-LABEL: func @while(
// CHECK-SAME: %[[X:[^:]*]]: tensor<8x64xf32>
// CHECK: scf.while (%[[A:.*]] = %[[X]])
// CHECK: %[[R:.*]] = dist.reshard %[[A]] to <@mesh, [{}, {"tensor"}]>
// CHECK: scf.condition(%{{.*}}) %[[R]]
// CHECK: ^bb0(%[[B:.*]]: tensor<8x64xf32>):
// CHECK: %[[E:.*]] = math.exp %[[B]] {dist.shardings = [#dist.sharding<@mesh, [{}, {"tensor"}]>]}
// CHECK: %[[S:.*]] = dist.reshard %[[E]] to <@mesh, [{"data"}, {}]>
// CHECK: scf.yield %[[S]]
// CHECK: attributes {dist.shardings = [#dist.sharding<@mesh, [{}, {"tensor"}]>]}
func.func @while(%x: tensor<8x64xf32> {dist.sharding = #rows}, %p: i1)
    -> (tensor<8x64xf32> {dist.sharding = #columns}) {
  %0 = scf.while (%a = %x) : (tensor<8x64xf32>) -> tensor<8x64xf32> {
    scf.condition(%p) %a : tensor<8x64xf32>
  } do {
  ^bb0(%b: tensor<8x64xf32>):
    %1 = math.exp %b {dist.shardings = [#columns]} : tensor<8x64xf32>
    scf.yield %1 : tensor<8x64xf32>
  } attributes {dist.shardings = [#columns]}
  return %0 : tensor<8x64xf32>
}
