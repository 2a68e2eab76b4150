// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: partita-opt %s --dist-annotate='mesh=data=2,tensor=4 annotate="*.weight=[_, tensor],ids=[(data, tensor:(1)2)!, -],mlp=[data@2, _, tensor],logits=[_, _, tensor],h.up=[_, _, tensor:(2)2]"' | FileCheck %s
// RUN: partita-opt %s --dist-annotate='mesh=data=2,tensor=4' --dist-annotate | FileCheck %s --check-prefix=MESH

// The mesh stands first.
// CHECK: dist.mesh @mesh ["data"=2, "tensor"=4]
// MESH: dist.mesh @mesh ["data"=2, "tensor"=4]
// MESH-NOT: dist.mesh
// MESH-NOT: dist.sharding

// By the name of an input, of a parameter, of what a parameter is made of, of an
// output; what is not annotated has no sharding.
// CHECK-LABEL: func.func @main
// CHECK-SAME: %[[IDS:[a-z0-9]+]]: tensor<8x16xi32> {dist.origins = {{\[}}["ids=[(data, tensor:(1)2)!, -]", "ids=[(data, tensor:(1)2)!, -]"], []],
// CHECK-SAME: dist.sharding = #dist.sharding<@mesh, [{"data", "tensor":(1)2}, {}]>
// CHECK-SAME: tensor<512x64xf32> {dist.origins = {{\[\[}}], ["*.weight=[_, tensor]"]], dist.sharding = #dist.sharding<@mesh, [{?}, {"tensor", ?}]>
// CHECK-SAME: tensor<64x256xf32> {dist.origins = {{.*}}, dist.sharding = #dist.sharding<@mesh, [{?}, {"tensor", ?}]>
// CHECK-SAME: tensor<64xf32> {xformer.parameter = "h.bias"}
// CHECK-SAME: -> (tensor<8x16x256xf32> {dist.origins = {{.*}}, dist.sharding = #dist.sharding<@mesh, [{?}, {?}, {"tensor", ?}]>
func.func @main(%ids: tensor<8x16xi32> {xformer.input = "ids"},
                %table: tensor<512x64xf32> {xformer.parameter = "wte.weight"},
                %w: tensor<64x256xf32> {xformer.parameter = "h.up.weight"},
                %b: tensor<64xf32> {xformer.parameter = "h.bias"})
    -> (tensor<8x16x256xf32> {xformer.output = "logits"}) {
  // CHECK: xformer.embedding {{.*}} : (
  // CHECK: xformer.linear {{.*}} {dist.origins = {{.*}}, dist.shardings = [#dist.sharding<@mesh, [{?}, {?}, {"tensor":(2)2, ?}]>]}
  // The last value that a module makes is its output.
  // CHECK: xformer.gelu %{{[0-9]+}} :
  // CHECK: xformer.relu {{.*}} {dist.origins = {{\[\[\[}}"mlp=[data@2, _, tensor]"], [], ["mlp=[data@2, _, tensor]"]]], dist.shardings = [#dist.sharding<@mesh, [{"data", ?}p2, {?}, {"tensor", ?}]>]}
  %0 = xformer.embedding %table, %ids : (tensor<512x64xf32>, tensor<8x16xi32>) -> tensor<8x16x64xf32> loc("wte")
  %1 = xformer.linear %0, %w : (tensor<8x16x64xf32>, tensor<64x256xf32>) -> tensor<8x16x256xf32> loc("h.up")
  %2 = xformer.gelu %1 : tensor<8x16x256xf32> loc("mlp")
  %3 = xformer.relu %2 : tensor<8x16x256xf32> loc("mlp")
  return %3 : tensor<8x16x256xf32>
}
