// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: partita-opt %s --dist-propagate --dist-check-propagated | FileCheck %s

// Three annotations are a whole tensor-parallel model: the rest of the weights
// and all activations follow.

dist.mesh @mesh ["data"=2, "tensor"=2]

// CHECK-LABEL: func.func @main
// CHECK-SAME: %[[IDS:[a-z0-9]+]]: tensor<4x16xi32> {dist.sharding = #dist.sharding<@mesh, [{"data"}, {}]>}
// CHECK-SAME: tensor<512x64xf32> {dist.sharding = #dist.sharding<@mesh, [{"tensor"}, {}]>}
// CHECK-SAME: tensor<64xf32> {dist.sharding = #dist.sharding<@mesh, [{}]>}
// CHECK-SAME: tensor<256x64xf32> {dist.sharding = #dist.sharding<@mesh, [{"tensor"}, {}]>}
// CHECK-SAME: tensor<256x64xf32> {dist.sharding = #dist.sharding<@mesh, [{"tensor"}, {}]>}
// CHECK-SAME: tensor<64x256xf32> {dist.sharding = #dist.sharding<@mesh, [{}, {"tensor"}]>}
// CHECK-SAME: -> (tensor<4x16x512xf32> {dist.sharding = #dist.sharding<@mesh, [{"data"}, {}, {"tensor"}]>})
func.func @main(%ids: tensor<4x16xi32> {dist.sharding = #dist.sharding<@mesh, [{"data", ?}, {?}]>},
                %table: tensor<512x64xf32> {dist.sharding = #dist.sharding<@mesh, [{"tensor", ?}, {?}]>},
                %norm: tensor<64xf32>, %up: tensor<256x64xf32>, %gate: tensor<256x64xf32>,
                %down: tensor<64x256xf32> {dist.sharding = #dist.sharding<@mesh, [{?}, {"tensor", ?}]>})
    -> tensor<4x16x512xf32> {
  // The vocabulary is split and its sum formed here, as the norm needs it.
  // CHECK: xformer.embedding {{.*}}[#dist.sharding<@mesh, [{"data"}, {}, {}]>]
  // CHECK: xformer.rms_norm {{.*}}[#dist.sharding<@mesh, [{"data"}, {}, {}]>]
  // CHECK: xformer.linear {{.*}}[#dist.sharding<@mesh, [{"data"}, {}, {"tensor"}]>]
  // CHECK: xformer.linear {{.*}}[#dist.sharding<@mesh, [{"data"}, {}, {"tensor"}]>]
  // CHECK: xformer.gated {{.*}}[#dist.sharding<@mesh, [{"data"}, {}, {"tensor"}]>]
  // CHECK: xformer.linear {{.*}}[#dist.sharding<@mesh, [{"data"}, {}, {}]>]
  // CHECK: arith.addf {{.*}}[#dist.sharding<@mesh, [{"data"}, {}, {}]>]
  // CHECK: xformer.linear {{.*}}[#dist.sharding<@mesh, [{"data"}, {}, {"tensor"}]>]
  %0 = xformer.embedding %table, %ids : (tensor<512x64xf32>, tensor<4x16xi32>) -> tensor<4x16x64xf32>
  %1 = xformer.rms_norm %0, %norm epsilon 1.0e-5 : (tensor<4x16x64xf32>, tensor<64xf32>) -> tensor<4x16x64xf32>
  %2 = xformer.linear %1, %up transpose_weight : (tensor<4x16x64xf32>, tensor<256x64xf32>) -> tensor<4x16x256xf32>
  %3 = xformer.linear %1, %gate transpose_weight : (tensor<4x16x64xf32>, tensor<256x64xf32>) -> tensor<4x16x256xf32>
  %4 = xformer.gated silu %3, %2 : tensor<4x16x256xf32>
  %5 = xformer.linear %4, %down transpose_weight : (tensor<4x16x256xf32>, tensor<64x256xf32>) -> tensor<4x16x64xf32>
  %6 = arith.addf %0, %5 : tensor<4x16x64xf32>
  %7 = xformer.linear %6, %table transpose_weight : (tensor<4x16x64xf32>, tensor<512x64xf32>) -> tensor<4x16x512xf32>
  return %7 : tensor<4x16x512xf32>
}
