// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: partita-opt %s --dist-partition --dist-check-local | FileCheck %s -enable-var-scope

dist.mesh @mesh ["data"=2, "tensor"=4]

#rows = #dist.sharding<@mesh, [{"data"}, {}]>
#columns = #dist.sharding<@mesh, [{"data"}, {"tensor"}]>
#partial = #dist.sharding<@mesh, [{"data"}, {}], partial={"tensor"}>
#second = #dist.sharding<@mesh, [{}, {"tensor"}]>
#whole = #dist.sharding<@mesh, [{}, {}]>

// Types become those of a device; attributes and locations stay. The signature
// says what its values are parts of.
// CHECK-LABEL: func @linear(
// CHECK-SAME: %[[X:[^:]*]]: tensor<4x64xf32> {dist.global_type = tensor<8x256xf32>, dist.sharding = #dist.sharding<@mesh, [{"data"}, {"tensor"}]>, xformer.input = "x"}
// CHECK-SAME: %[[W:[^:]*]]: tensor<64x64xf32> {dist.global_type = tensor<64x256xf32>, dist.sharding = #dist.sharding<@mesh, [{}, {"tensor"}]>, xformer.parameter = "w"}
// CHECK-SAME: -> (tensor<4x64xf32> {dist.global_type = tensor<8x64xf32>, dist.sharding = #dist.sharding<@mesh, [{"data"}, {}]>, xformer.output = "y"})
// CHECK-NEXT: %[[P:.*]] = xformer.linear %[[X]], %[[W]] transpose_weight : (tensor<4x64xf32>, tensor<64x64xf32>) -> tensor<4x64xf32>
// CHECK-NEXT: %[[Y:.*]] = dist.all_reduce %[[P]] over @mesh {"tensor"} : tensor<4x64xf32>
// CHECK-NEXT: return %[[Y]]
func.func @linear(%x: tensor<8x256xf32> {dist.sharding = #columns, xformer.input = "x"},
                  %w: tensor<64x256xf32> {dist.sharding = #second, xformer.parameter = "w"})
    -> (tensor<8x64xf32> {dist.sharding = #rows, xformer.output = "y"}) {
  %0 = xformer.linear %x, %w transpose_weight {dist.shardings = [#partial]}
    : (tensor<8x256xf32>, tensor<64x256xf32>) -> tensor<8x64xf32>
  %1 = dist.reshard %0 to <@mesh, [{"data"}, {}]> : tensor<8x64xf32>
  return %1 : tensor<8x64xf32>
}

// What a padded value is a part of is the value without pads.
// CHECK-LABEL: func @padded(
// CHECK-SAME: tensor<2x5xf32> {dist.global_type = tensor<7x5xf32>, dist.padding = #dist.padding<{{\[\[}}7 -> 8], [5]]>
// CHECK-SAME: -> (tensor<2x5xf32> {dist.global_type = tensor<7x5xf32>, dist.padding = #dist.padding<{{\[\[}}7 -> 8], [5]]>
func.func @padded(%x: tensor<8x5xf32> {dist.sharding = #dist.sharding<@mesh, [{"tensor"}, {}]>, dist.padding = #dist.padding<[[7 -> 8], [5]]>})
    -> (tensor<8x5xf32> {dist.sharding = #dist.sharding<@mesh, [{"tensor"}, {}]>, dist.padding = #dist.padding<[[7 -> 8], [5]]>}) {
  return %x : tensor<8x5xf32>
}

// Constants of equal elements shrink; others are sliced.
// CHECK-LABEL: func @constants(
// CHECK-NEXT: %[[A:.*]] = arith.constant dense<2.000000e+00> : tensor<4x16xf32>
// CHECK-NEXT: %[[B:.*]] = arith.constant dense<[1.000000e+00, 2.000000e+00]> : tensor<2xf32>
// CHECK-NEXT: %[[C:.*]] = dist.slice %[[B]] dim 0 over @mesh {"data"} : tensor<2xf32> -> tensor<1xf32>
// CHECK-NEXT: return %[[A]], %[[C]]
func.func @constants() -> (tensor<8x64xf32> {dist.sharding = #columns}, tensor<2xf32> {dist.sharding = #dist.sharding<@mesh, [{"data"}]>}) {
  %0 = arith.constant {dist.shardings = [#columns]} dense<2.0> : tensor<8x64xf32>
  %1 = arith.constant {dist.shardings = [#dist.sharding<@mesh, [{}]>]} dense<[1.0, 2.0]> : tensor<2xf32>
  %2 = dist.reshard %1 to <@mesh, [{"data"}]> : tensor<2xf32>
  return %0, %2 : tensor<8x64xf32>, tensor<2xf32>
}

// A constraint has done its work.
// CHECK-LABEL: func @constraint(
// CHECK-SAME: %[[X:[^:]*]]: tensor<4x64xf32>
// CHECK-NEXT: return %[[X]]
func.func @constraint(%x: tensor<8x64xf32> {dist.sharding = #rows}) -> (tensor<8x64xf32> {dist.sharding = #rows}) {
  %0 = dist.constraint %x <@mesh, [{"data"}, {}]> : tensor<8x64xf32>
  return %0 : tensor<8x64xf32>
}

// A declared function is that of a device too.
// CHECK-LABEL: func private @callee(tensor<4x16xf32> {dist.global_type = tensor<8x64xf32>
// CHECK-SAME: -> (tensor<4x64xf32> {dist.global_type = tensor<8x64xf32>
func.func private @callee(tensor<8x64xf32> {dist.sharding = #columns}) -> (tensor<8x64xf32> {dist.sharding = #rows})
// CHECK-LABEL: func @call(
// CHECK: call @callee(%{{.*}}) : (tensor<4x16xf32>) -> tensor<4x64xf32>
func.func @call(%x: tensor<8x64xf32> {dist.sharding = #columns}) -> (tensor<8x64xf32> {dist.sharding = #rows}) {
  %0 = call @callee(%x) {dist.shardings = [#rows]} : (tensor<8x64xf32>) -> tensor<8x64xf32>
  return %0 : tensor<8x64xf32>
}

// CHECK-LABEL: func @loop(
// CHECK: %[[Y:.*]] = scf.for {{.*}} iter_args(%[[A:.*]] = %{{.*}}) -> (tensor<4x16xf32>)
// CHECK-NEXT: %[[E:.*]] = math.exp %[[A]] : tensor<4x16xf32>
// CHECK-NEXT: scf.yield %[[E]] : tensor<4x16xf32>
// CHECK-NEXT: }
// CHECK-NEXT: return %[[Y]] : tensor<4x16xf32>
func.func @loop(%x: tensor<8x64xf32> {dist.sharding = #columns}, %n: index) -> (tensor<8x64xf32> {dist.sharding = #columns}) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %0 = scf.for %i = %c0 to %n step %c1 iter_args(%a = %x) -> (tensor<8x64xf32>) {
    %1 = math.exp %a {dist.shardings = [#columns]} : tensor<8x64xf32>
    scf.yield %1 : tensor<8x64xf32>
  } {dist.shardings = [#columns]}
  return %0 : tensor<8x64xf32>
}

// CHECK-LABEL: func @while(
// CHECK: scf.while (%{{.*}} = %{{.*}}) : (tensor<4x64xf32>) -> tensor<4x16xf32>
// CHECK: %[[S:.*]] = dist.slice
// CHECK: scf.condition(%{{.*}}) %[[S]] : tensor<4x16xf32>
// CHECK: ^bb0(%[[B:.*]]: tensor<4x16xf32>):
// CHECK: %[[G:.*]] = dist.all_gather %[[B]]
// CHECK: scf.yield %[[G]] : tensor<4x64xf32>
func.func @while(%x: tensor<8x64xf32> {dist.sharding = #rows}, %p: i1) -> (tensor<8x64xf32> {dist.sharding = #columns}) {
  %0 = scf.while (%a = %x) : (tensor<8x64xf32>) -> tensor<8x64xf32> {
    %1 = dist.reshard %a to <@mesh, [{"data"}, {"tensor"}]> : tensor<8x64xf32>
    scf.condition(%p) %1 : tensor<8x64xf32>
  } do {
  ^bb0(%b: tensor<8x64xf32>):
    %2 = dist.reshard %b to <@mesh, [{"data"}, {}]> : tensor<8x64xf32>
    scf.yield %2 : tensor<8x64xf32>
  } attributes {dist.shardings = [#columns]}
  return %0 : tensor<8x64xf32>
}

// An op without a rule is computed whole.
// CHECK-LABEL: func @without_rule(
// CHECK: tensor.extract %{{.*}} : tensor<8x64xf32>
func.func @without_rule(%x: tensor<8x64xf32> {dist.sharding = #whole}, %i: index) -> f32 {
  %0 = tensor.extract %x[%i, %i] : tensor<8x64xf32>
  return %0 : f32
}

// CHECK-LABEL: func @plain(%{{.*}}: tensor<8x64xf32>)
func.func @plain(%x: tensor<8x64xf32>) {
  return
}
