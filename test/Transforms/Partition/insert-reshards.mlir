// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: partita-opt %s --dist-insert-reshards | FileCheck %s -enable-var-scope

dist.mesh @mesh ["data"=2, "tensor"=4]

#rows = #dist.sharding<@mesh, [{"data"}, {}]>
#columns = #dist.sharding<@mesh, [{"data"}, {"tensor"}]>
#partial = #dist.sharding<@mesh, [{"data"}, {}], partial={"tensor"}>
#whole = #dist.sharding<@mesh, [{}, {}]>
#first = #dist.sharding<@mesh, [{"tensor"}, {}]>
#second = #dist.sharding<@mesh, [{}, {"tensor"}]>

// Column then row split: the sum is formed where an op is not linear in it
// alone, and nothing else moves.
// CHECK-LABEL: func @mlp(
// CHECK-NOT: dist.reshard
// CHECK: %[[SUM:.*]] = xformer.linear {{.*}}partial={"tensor"}
// CHECK-NEXT: %[[WHOLE:.*]] = dist.reshard %[[SUM]] to <@mesh, [{"data"}, {}]>
// CHECK-NEXT: %[[Y:.*]] = xformer.add %{{.*}}, %[[WHOLE]]
// CHECK-NEXT: return %[[Y]]
func.func @mlp(%x: tensor<8x64xf32> {dist.sharding = #rows},
               %w0: tensor<256x64xf32> {dist.sharding = #first},
               %w1: tensor<64x256xf32> {dist.sharding = #second}) -> (tensor<8x64xf32> {dist.sharding = #rows}) {
  %0 = xformer.linear %x, %w0 transpose_weight {dist.shardings = [#columns]}
    : (tensor<8x64xf32>, tensor<256x64xf32>) -> tensor<8x256xf32>
  %1 = xformer.gelu %0 {dist.shardings = [#columns]} : tensor<8x256xf32>
  %2 = xformer.linear %1, %w1 transpose_weight {dist.shardings = [#partial]}
    : (tensor<8x256xf32>, tensor<64x256xf32>) -> tensor<8x64xf32>
  %3 = xformer.add %x, %2 {dist.shardings = [#rows]} : (tensor<8x64xf32>, tensor<8x64xf32>) -> tensor<8x64xf32>
  return %3 : tensor<8x64xf32>
}

// Pending sums pass through ops that are linear in them.
// CHECK-LABEL: func @linear(
// CHECK: %[[A:.*]] = xformer.linear
// CHECK-NEXT: %[[B:.*]] = xformer.linear
// CHECK-NEXT: %[[C:.*]] = arith.addf %[[A]], %[[B]] {dist.shardings = [#[[$PARTIAL:.*]]]}
// CHECK-NEXT: %[[D:.*]] = dist.reshard %[[C]] to <@mesh, [{"data"}, {}]>
// CHECK-NEXT: return %[[D]]
func.func @linear(%x: tensor<8x256xf32> {dist.sharding = #columns},
                  %w: tensor<64x256xf32> {dist.sharding = #second}) -> (tensor<8x64xf32> {dist.sharding = #rows}) {
  %0 = xformer.linear %x, %w transpose_weight {dist.shardings = [#partial]}
    : (tensor<8x256xf32>, tensor<64x256xf32>) -> tensor<8x64xf32>
  %1 = xformer.linear %x, %w transpose_weight {dist.shardings = [#partial]}
    : (tensor<8x256xf32>, tensor<64x256xf32>) -> tensor<8x64xf32>
  %2 = arith.addf %0, %1 {dist.shardings = [#partial]} : tensor<8x64xf32>
  return %2 : tensor<8x64xf32>
}

// What several ops need under one sharding is resharded once, before the first
// of them.
// CHECK-LABEL: func @shared(
// CHECK-SAME: %[[X:[^:]*]]: tensor<8x16x64xf32>
// CHECK-NEXT: %[[N:.*]] = xformer.rms_norm %[[X]]
// CHECK-NEXT: %[[G:.*]] = dist.reshard %[[N]] to <@mesh, [{"data"}, {}, {}]>
// CHECK-NEXT: xformer.linear %[[G]]
// CHECK-NEXT: xformer.linear %[[G]]
// CHECK-NOT: dist.reshard
func.func @shared(%x: tensor<8x16x64xf32> {dist.sharding = #dist.sharding<@mesh, [{"data"}, {"tensor"}, {}]>},
                  %n: tensor<64xf32> {dist.sharding = #dist.sharding<@mesh, [{}]>},
                  %w: tensor<256x64xf32> {dist.sharding = #first})
    -> (tensor<8x16x256xf32> {dist.sharding = #dist.sharding<@mesh, [{"data"}, {}, {"tensor"}]>},
        tensor<8x16x256xf32> {dist.sharding = #dist.sharding<@mesh, [{"data"}, {}, {"tensor"}]>}) {
  %0 = xformer.rms_norm %x, %n epsilon 1.0e-5 {dist.shardings = [#dist.sharding<@mesh, [{"data"}, {"tensor"}, {}]>]}
    : (tensor<8x16x64xf32>, tensor<64xf32>) -> tensor<8x16x64xf32>
  %1 = xformer.linear %0, %w transpose_weight {dist.shardings = [#dist.sharding<@mesh, [{"data"}, {}, {"tensor"}]>]}
    : (tensor<8x16x64xf32>, tensor<256x64xf32>) -> tensor<8x16x256xf32>
  %2 = xformer.linear %0, %w transpose_weight {dist.shardings = [#dist.sharding<@mesh, [{"data"}, {}, {"tensor"}]>]}
    : (tensor<8x16x64xf32>, tensor<256x64xf32>) -> tensor<8x16x256xf32>
  return %1, %2 : tensor<8x16x256xf32>, tensor<8x16x256xf32>
}

// A sum that is needed whole and in slices is scattered first, and gathered
// from there.
// CHECK-LABEL: func @tree(
// CHECK: %[[P:.*]] = xformer.linear
// CHECK-NEXT: %[[S:.*]] = dist.reshard %[[P]] to <@mesh, [{"data"}, {"tensor"}]>
// CHECK-NEXT: %[[W:.*]] = dist.reshard %[[S]] to <@mesh, [{"data"}, {}]>
// CHECK-NEXT: return %[[W]], %[[S]]
func.func @tree(%x: tensor<8x256xf32> {dist.sharding = #columns}, %w: tensor<64x256xf32> {dist.sharding = #second})
    -> (tensor<8x64xf32> {dist.sharding = #rows}, tensor<8x64xf32> {dist.sharding = #columns}) {
  %0 = xformer.linear %x, %w transpose_weight {dist.shardings = [#partial]}
    : (tensor<8x256xf32>, tensor<64x256xf32>) -> tensor<8x64xf32>
  return %0, %0 : tensor<8x64xf32>, tensor<8x64xf32>
}

// A slice costs nothing, so work is split where it can be.
// CHECK-LABEL: func @split_work(
// CHECK-SAME: %[[X:[^:]*]]: tensor<8x64xf32>
// CHECK-NEXT: %[[S:.*]] = dist.reshard %[[X]] to <@mesh, [{"data"}, {"tensor"}]>
// CHECK-NEXT: math.exp %[[S]]
func.func @split_work(%x: tensor<8x64xf32> {dist.sharding = #whole}) -> (tensor<8x64xf32> {dist.sharding = #columns}) {
  %0 = math.exp %x {dist.shardings = [#columns]} : tensor<8x64xf32>
  return %0 : tensor<8x64xf32>
}

// The sharding that a value should have is a wish: nobody needs it, so nothing
// is moved for it.
// CHECK-LABEL: func @wish(
// CHECK: %[[A:.*]] = math.exp %{{.*}} {dist.shardings = [#dist.sharding<@mesh, [{"data"}, {}]>]}
// CHECK-NEXT: %[[B:.*]] = math.exp %[[A]] {dist.shardings = [#dist.sharding<@mesh, [{"data"}, {}]>]}
// CHECK-NEXT: return %[[B]]
func.func @wish(%x: tensor<8x64xf32> {dist.sharding = #rows}) -> (tensor<8x64xf32> {dist.sharding = #rows}) {
  %0 = math.exp %x {dist.shardings = [#whole]} : tensor<8x64xf32>
  %1 = math.exp %0 {dist.shardings = [#rows]} : tensor<8x64xf32>
  return %1 : tensor<8x64xf32>
}

// A sum that may be pending may as well be formed.
// CHECK-LABEL: func @formed(
// CHECK-NEXT: %[[A:.*]] = math.exp %{{.*}} {dist.shardings = [#dist.sharding<@mesh, [{"data"}, {}]>]}
// CHECK-NEXT: return %[[A]]
func.func @formed(%x: tensor<8x64xf32> {dist.sharding = #rows}) -> (tensor<8x64xf32> {dist.sharding = #rows}) {
  %0 = math.exp %x {dist.shardings = [#partial]} : tensor<8x64xf32>
  return %0 : tensor<8x64xf32>
}

// Each device would add the bias once if the sum were split, so it is not.
// CHECK-LABEL: func @needs_local_form(
// CHECK-SAME: %[[X:[^:]*]]: tensor<8x256xf32>
// CHECK-SAME: %[[W:[^:]*]]: tensor<64x256xf32>
// CHECK: %[[GX:.*]] = dist.reshard %[[X]] to <@mesh, [{"data"}, {}]>
// CHECK: xformer.linear %[[GX]], %{{.*}} transpose_weight bias
func.func @needs_local_form(%x: tensor<8x256xf32> {dist.sharding = #columns},
                            %w: tensor<64x256xf32> {dist.sharding = #first},
                            %b: tensor<64xf32> {dist.sharding = #dist.sharding<@mesh, [{"tensor"}]>})
    -> (tensor<8x64xf32> {dist.sharding = #columns}) {
  %0 = xformer.linear %x, %w transpose_weight bias(%b) {dist.shardings = [#columns]}
    : (tensor<8x256xf32>, tensor<64x256xf32>, tensor<64xf32>) -> tensor<8x64xf32>
  return %0 : tensor<8x64xf32>
}

// A constant of equal elements is made anew under each sharding.
// CHECK-LABEL: func @splat(
// CHECK-NEXT: %[[A:.*]] = arith.constant {dist.shardings = [#dist.sharding<@mesh, [{"data"}, {}]>]} dense<2.0
// CHECK-NEXT: %[[B:.*]] = arith.constant {dist.shardings = [#dist.sharding<@mesh, [{"data"}, {"tensor"}]>]} dense<2.0
// CHECK-NEXT: return %[[B]], %[[A]]
func.func @splat() -> (tensor<8x64xf32> {dist.sharding = #columns}, tensor<8x64xf32> {dist.sharding = #rows}) {
  %0 = arith.constant {dist.shardings = [#rows]} dense<2.0> : tensor<8x64xf32>
  return %0, %0 : tensor<8x64xf32>, tensor<8x64xf32>
}

// Any other is whole everywhere, and sliced.
// CHECK-LABEL: func @constant(
// CHECK-NEXT: %[[A:.*]] = arith.constant {dist.shardings = [#dist.sharding<@mesh, [{}]>]} dense<[1.0
// CHECK-NEXT: %[[B:.*]] = dist.reshard %[[A]] to <@mesh, [{"data"}]>
// CHECK-NEXT: return %[[B]]
func.func @constant() -> (tensor<2xf32> {dist.sharding = #dist.sharding<@mesh, [{"data"}]>}) {
  %0 = arith.constant {dist.shardings = [#dist.sharding<@mesh, [{"data"}]>]} dense<[1.0, 2.0]> : tensor<2xf32>
  return %0 : tensor<2xf32>
}

// A constraint holds for its operand too; what a reshard gets is free.
// CHECK-LABEL: func @constraint(
// CHECK-SAME: %[[X:[^:]*]]: tensor<8x64xf32>
// CHECK-NEXT: %[[R:.*]] = dist.reshard %[[X]] to <@mesh, [{}, {"tensor"}]>
// CHECK-NEXT: %[[C:.*]] = dist.constraint %[[R]] <@mesh, [{}, {"tensor"}]>
// CHECK-NEXT: %[[S:.*]] = dist.reshard %[[C]] to <@mesh, [{"tensor"}, {}]>
// CHECK-NEXT: return %[[S]]
func.func @constraint(%x: tensor<8x64xf32> {dist.sharding = #rows}) -> (tensor<8x64xf32> {dist.sharding = #first}) {
  %0 = dist.constraint %x <@mesh, [{}, {"tensor"}]> : tensor<8x64xf32>
  %1 = dist.reshard %0 to <@mesh, [{"tensor"}, {}]> : tensor<8x64xf32>
  return %1 : tensor<8x64xf32>
}

// The operands of a call come as the function wants them.
// CHECK-LABEL: func @call(
// CHECK-SAME: %[[X:[^:]*]]: tensor<8x64xf32>
// CHECK-NEXT: %[[R:.*]] = dist.reshard %[[X]] to <@mesh, [{"data"}, {}]>
// CHECK-NEXT: %[[Y:.*]] = call @wish(%[[R]]) {dist.shardings = [#dist.sharding<@mesh, [{"data"}, {}]>]}
// CHECK-NEXT: %[[S:.*]] = dist.reshard %[[Y]] to <@mesh, [{}, {}]>
// CHECK-NEXT: return %[[S]]
func.func @call(%x: tensor<8x64xf32> {dist.sharding = #whole}) -> (tensor<8x64xf32> {dist.sharding = #whole}) {
  %0 = call @wish(%x) {dist.shardings = [#whole]} : (tensor<8x64xf32>) -> tensor<8x64xf32>
  return %0 : tensor<8x64xf32>
}

// Nothing is to be done without shardings.
// CHECK-LABEL: func @plain(
// CHECK-NEXT: math.exp %{{.*}} : tensor<8x64xf32>
func.func @plain(%x: tensor<8x64xf32>) -> tensor<8x64xf32> {
  %0 = math.exp %x : tensor<8x64xf32>
  return %0 : tensor<8x64xf32>
}

// Modules inside are passed over.
// CHECK: module @global
// CHECK-NEXT: func.func @wish(%{{.*}}: tensor<8x64xf32>)
module @global attributes {dist.global} {
  func.func @wish(%x: tensor<8x64xf32>) -> tensor<8x64xf32> {
    return %x : tensor<8x64xf32>
  }
}
