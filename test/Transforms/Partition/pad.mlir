// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: partita-opt %s --dist-pad | FileCheck %s -enable-var-scope

dist.mesh @mesh ["data"=2, "tensor"=4]

#rows = #dist.sharding<@mesh, [{"tensor"}, {}]>
#columns = #dist.sharding<@mesh, [{}, {"tensor"}]>
#whole = #dist.sharding<@mesh, [{}, {}]>
#heads = #dist.sharding<@mesh, [{}, {}, {"tensor"}, {}]>
#features = #dist.sharding<@mesh, [{}, {}, {"tensor"}]>
#none = #dist.sharding<@mesh, [{}, {}, {}]>

// 3 key heads with 3 query heads each are split 4 ways: a fourth key head is
// added, with its queries, and all weights are padded by heads. The features of
// queries divide by 4 as they are, but blocks of heads they would not be.
// CHECK-LABEL: func @heads(
// CHECK-SAME: %[[X:[^:]*]]: tensor<2x5x36xf32> {dist.sharding
// CHECK-SAME: tensor<96x36xf32> {dist.padding = #dist.padding<{{\[\[}}3 -> 4, 24], [36]]>
// CHECK-SAME: tensor<32x36xf32> {dist.padding = #dist.padding<{{\[\[}}3 -> 4, 8], [36]]>
// CHECK-SAME: tensor<32x36xf32> {dist.padding = #dist.padding<{{\[\[}}3 -> 4, 8], [36]]>
// CHECK-SAME: tensor<36x96xf32> {dist.padding = #dist.padding<{{\[\[}}36], [3 -> 4, 24]]>
// CHECK-SAME: -> (tensor<2x5x36xf32> {dist.sharding
// CHECK: xformer.attention {{.*}} : (tensor<2x5x12x8xf32>, tensor<2x5x4x8xf32>, tensor<2x5x4x8xf32>) -> tensor<2x5x12x8xf32>
// CHECK-NEXT: xformer.merge_dims {{.*}} -> tensor<2x5x96xf32>
// No fill: zeros in weights make zeros, and the softmax is in each head.
// CHECK-NEXT: xformer.linear {{.*}} : (tensor<2x5x96xf32>, tensor<36x96xf32>) -> tensor<2x5x36xf32>
func.func @heads(%x: tensor<2x5x36xf32> {dist.sharding = #none},
                 %q: tensor<72x36xf32> {dist.sharding = #rows}, %k: tensor<24x36xf32> {dist.sharding = #rows},
                 %v: tensor<24x36xf32> {dist.sharding = #rows}, %o: tensor<36x72xf32> {dist.sharding = #columns})
    -> (tensor<2x5x36xf32> {dist.sharding = #none}) {
  %0 = xformer.linear %x, %q transpose_weight {dist.shardings = [#features]} : (tensor<2x5x36xf32>, tensor<72x36xf32>) -> tensor<2x5x72xf32>
  %1 = xformer.split_dim %0 dim 2 {dist.shardings = [#heads]} : tensor<2x5x72xf32> -> tensor<2x5x9x8xf32>
  %2 = xformer.linear %x, %k transpose_weight {dist.shardings = [#features]} : (tensor<2x5x36xf32>, tensor<24x36xf32>) -> tensor<2x5x24xf32>
  %3 = xformer.split_dim %2 dim 2 {dist.shardings = [#heads]} : tensor<2x5x24xf32> -> tensor<2x5x3x8xf32>
  %4 = xformer.linear %x, %v transpose_weight {dist.shardings = [#features]} : (tensor<2x5x36xf32>, tensor<24x36xf32>) -> tensor<2x5x24xf32>
  %5 = xformer.split_dim %4 dim 2 {dist.shardings = [#heads]} : tensor<2x5x24xf32> -> tensor<2x5x3x8xf32>
  %6 = xformer.attention %1, %3, %5 scale 1.0 {dist.shardings = [#heads]}
    : (tensor<2x5x9x8xf32>, tensor<2x5x3x8xf32>, tensor<2x5x3x8xf32>) -> tensor<2x5x9x8xf32>
  %7 = xformer.merge_dims %6 dim 2 {dist.shardings = [#features]} : (tensor<2x5x9x8xf32>) -> tensor<2x5x72xf32>
  %8 = xformer.linear %7, %o transpose_weight {dist.shardings = [#dist.sharding<@mesh, [{}, {}, {}], partial={"tensor"}>]}
    : (tensor<2x5x72xf32>, tensor<36x72xf32>) -> tensor<2x5x36xf32>
  %9 = dist.reshard %8 to <@mesh, [{}, {}, {}]> : tensor<2x5x36xf32>
  return %9 : tensor<2x5x36xf32>
}

// What a sum would see of pads is filled with zeros: exp makes ones of them. The
// mask is a constant of which each device takes its part; it is made once.
// CHECK-LABEL: func @fill(
// CHECK-SAME: %[[X:[^:]*]]: tensor<2x12xf32>
// CHECK-NEXT: %[[M:.*]] = arith.constant {dist.shardings = [#dist.sharding<@mesh, [{}]>]} dense<[true, true, true, true, true, true, true, true, true, false, false, false]> : tensor<12xi1>
// CHECK-NEXT: %[[S:.*]] = dist.reshard %[[M]] to <@mesh, [{"tensor"}]>
// CHECK-NEXT: %[[G:.*]] = xformer.gelu %[[X]]
// CHECK-NEXT: xformer.linear %[[G]]
// CHECK-NEXT: %[[E:.*]] = math.exp %[[X]]
// CHECK-NEXT: %[[F:.*]] = dist.fill %[[E]] dim 1 keep %[[S]] else 0.000000e+00 : f32 {dist.shardings = [#dist.sharding<@mesh, [{}, {"tensor"}]>]}
// CHECK-NEXT: xformer.linear %[[F]]
// CHECK-NEXT: xformer.linear %[[F]]
func.func @fill(%x: tensor<2x9xf32> {dist.sharding = #columns}, %w: tensor<9x4xf32> {dist.sharding = #rows}) {
  %0 = xformer.gelu %x {dist.shardings = [#columns]} : tensor<2x9xf32>
  %1 = xformer.linear %0, %w {dist.shardings = [#dist.sharding<@mesh, [{}, {}], partial={"tensor"}>]}
    : (tensor<2x9xf32>, tensor<9x4xf32>) -> tensor<2x4xf32>
  %2 = math.exp %x {dist.shardings = [#columns]} : tensor<2x9xf32>
  %3 = xformer.linear %2, %w {dist.shardings = [#dist.sharding<@mesh, [{}, {}], partial={"tensor"}>]}
    : (tensor<2x9xf32>, tensor<9x4xf32>) -> tensor<2x4xf32>
  %4 = xformer.linear %2, %w {dist.shardings = [#dist.sharding<@mesh, [{}, {}], partial={"tensor"}>]}
    : (tensor<2x9xf32>, tensor<9x4xf32>) -> tensor<2x4xf32>
  return
}

// Rows in the pad of a batch count for nothing in a loss.
// CHECK-LABEL: func @loss(
// CHECK-SAME: %[[L:[^:]*]]: tensor<4x8xf32> {dist.padding = #dist.padding<{{\[\[}}3 -> 4], [8]]>
// CHECK-SAME: %[[T:[^:]*]]: tensor<4xi32> {dist.padding = #dist.padding<{{\[\[}}3 -> 4]]>
// CHECK: %[[F:.*]] = dist.fill %[[T]] dim 0 keep %{{.*}} else -100 : i32
// CHECK-NEXT: xformer.cross_entropy %[[L]], %[[F]]
func.func @loss(%l: tensor<3x8xf32> {dist.sharding = #rows}, %t: tensor<3xi32> {dist.sharding = #dist.sharding<@mesh, [{"tensor"}]>}) {
  %0, %1 = xformer.cross_entropy %l, %t ignore_index -100 {dist.shardings = [#dist.sharding<@mesh, [], partial={"tensor"}>, #dist.sharding<@mesh, [], partial={"tensor"}>]}
    : (tensor<3x8xf32>, tensor<3xi32>) -> (tensor<f32>, tensor<f32>)
  return
}

// An op that needs a dimension whole sees no pads in it.
// CHECK-LABEL: func @whole(
// CHECK-SAME: %[[X:[^:]*]]: tensor<2x8xf32> {dist.padding = #dist.padding<{{\[\[}}2], [7 -> 8]]>
// CHECK-SAME: -> (tensor<2x8xf32> {dist.padding = #dist.padding<{{\[\[}}2], [7 -> 8]]>
// CHECK-NEXT: %[[G:.*]] = dist.reshard %[[X]] to <@mesh, [{}, {}]> : tensor<2x8xf32>
// CHECK-NEXT: %[[U:.*]] = dist.unpad %[[G]] dim 1 of [7 -> 8] {dist.shardings
// CHECK-NEXT: %[[S:.*]] = xformer.softmax %[[U]] dim 1 {{.*}} : tensor<2x7xf32>
// CHECK-NEXT: %[[P:.*]] = dist.pad %[[S]] dim 1 by [7 -> 8] {dist.shardings
// CHECK-NEXT: %[[R:.*]] = dist.reshard %[[P]] to <@mesh, [{}, {"tensor"}]> : tensor<2x8xf32>
// CHECK-NEXT: return %[[R]]
func.func @whole(%x: tensor<2x7xf32> {dist.sharding = #columns}) -> (tensor<2x7xf32> {dist.sharding = #columns}) {
  %0 = dist.reshard %x to <@mesh, [{}, {}]> : tensor<2x7xf32>
  %1 = xformer.softmax %0 dim 1 {dist.shardings = [#whole]} : tensor<2x7xf32>
  %2 = dist.reshard %1 to <@mesh, [{}, {"tensor"}]> : tensor<2x7xf32>
  return %2 : tensor<2x7xf32>
}

// Nor does one without a rule. Constants of equal elements are longer by
// themselves, others are padded.
// CHECK-LABEL: func @others(
// CHECK: %[[U:.*]] = dist.unpad %{{.*}} dim 0 of [3 -> 4]
// CHECK-NEXT: tensor.extract %[[U]]
// CHECK-NEXT: arith.constant {{.*}} dense<2.000000e+00> : tensor<4xf32>
// CHECK-NEXT: %[[C:.*]] = arith.constant {{.*}} : tensor<3xf32>
// CHECK-NEXT: %[[P:.*]] = dist.pad %[[C]] dim 0 by [3 -> 4]
// CHECK-NEXT: dist.reshard %[[P]] to <@mesh, [{"tensor"}]> : tensor<4xf32>
func.func @others(%x: tensor<3xf32> {dist.sharding = #dist.sharding<@mesh, [{"tensor"}]>}, %i: index) {
  %0 = dist.reshard %x to <@mesh, [{}]> : tensor<3xf32>
  %1 = tensor.extract %0[%i] : tensor<3xf32>
  %2 = arith.constant {dist.shardings = [#dist.sharding<@mesh, [{"tensor"}]>]} dense<2.0> : tensor<3xf32>
  %3 = arith.constant {dist.shardings = [#dist.sharding<@mesh, [{}]>]} dense<[1.0, 2.0, 3.0]> : tensor<3xf32>
  %4 = dist.reshard %3 to <@mesh, [{"tensor"}]> : tensor<3xf32>
  return
}

// What a function gets from another may hold anything in its pads.
// CHECK-LABEL: func private @callee(
// CHECK-SAME: tensor<2x12xf32> {dist.padding
// CHECK: %[[F:.*]] = dist.fill
// CHECK-NEXT: %[[G:.*]] = dist.fill
// CHECK-NEXT: xformer.linear %[[F]], %[[G]]
func.func private @callee(%x: tensor<2x9xf32> {dist.sharding = #columns}, %w: tensor<9x4xf32> {dist.sharding = #rows}) {
  %0 = xformer.linear %x, %w {dist.shardings = [#dist.sharding<@mesh, [{}, {}], partial={"tensor"}>]}
    : (tensor<2x9xf32>, tensor<9x4xf32>) -> tensor<2x4xf32>
  return
}
// CHECK-LABEL: func @caller(
// CHECK: call @callee(%{{.*}}, %{{.*}}) : (tensor<2x12xf32>, tensor<12x4xf32>) -> ()
func.func @caller(%x: tensor<2x9xf32> {dist.sharding = #columns}, %w: tensor<9x4xf32> {dist.sharding = #rows}) {
  call @callee(%x, %w) : (tensor<2x9xf32>, tensor<9x4xf32>) -> ()
  return
}

// CHECK-LABEL: func @loop(
// CHECK: scf.for {{.*}} iter_args(%[[A:.*]] = %{{.*}}) -> (tensor<4xf32>)
// CHECK-NEXT: math.exp %[[A]] {{.*}} : tensor<4xf32>
func.func @loop(%x: tensor<3xf32> {dist.sharding = #dist.sharding<@mesh, [{"tensor"}]>}, %n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %0 = scf.for %i = %c0 to %n step %c1 iter_args(%a = %x) -> (tensor<3xf32>) {
    %1 = math.exp %a {dist.shardings = [#dist.sharding<@mesh, [{"tensor"}]>]} : tensor<3xf32>
    scf.yield %1 : tensor<3xf32>
  } {dist.shardings = [#dist.sharding<@mesh, [{"tensor"}]>]}
  return
}

// Of several atoms the one is made longer that grows the least: 7 * 3 becomes
// 8 * 3, and not 7 * 4.
// CHECK-LABEL: func @least(
// CHECK-SAME: tensor<24xf32> {dist.padding = #dist.padding<{{\[\[}}7 -> 8, 3]]>
func.func @least(%x: tensor<21xf32> {dist.sharding = #dist.sharding<@mesh, [{"tensor"}]>}, %y: tensor<21xf32> {dist.sharding = #dist.sharding<@mesh, [{}]>}) {
  %0 = dist.reshard %x to <@mesh, [{}]> : tensor<21xf32>
  %1 = xformer.split_dim %0 dim 0 {dist.shardings = [#whole]} : tensor<21xf32> -> tensor<7x3xf32>
  return
}

// Even splits need nothing.
// CHECK-LABEL: func @even(
// CHECK-NEXT: math.exp
// CHECK-NEXT: return
func.func @even(%x: tensor<8xf32> {dist.sharding = #dist.sharding<@mesh, [{"tensor"}]>}) {
  %0 = math.exp %x {dist.shardings = [#dist.sharding<@mesh, [{"tensor"}]>]} : tensor<8xf32>
  return
}
