// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Attention split over queries, with keys that go around, and over keys: both on
// four devices, of which some have no key that a query sees, equal one device.
//
// RUN: partita-opt %s --dist-partition-pipeline --dist-ring-attention --dist-verify -o %t.mlir
// RUN: FileCheck %s --input-file=%t.mlir
// RUN: partita-run %t.mlir --precision=f64 --verify --input=arg0=random:1 --input=arg1=random:2 --input=arg2=random:3 --input=arg3=random:4 2>&1 | FileCheck %s --check-prefix=ONE

// CHECK: scf.for
// CHECK: dist.permute
// CHECK: dist.all_reduce %{{.*}} by log_sum_exp
// CHECK: xformer.rescale
// ONE-COUNT-2: argmax equal in 64 of 64 rows
// ONE: equal to one device, up to a relative error of 1e-09

dist.mesh @mesh ["x"=4]
#sequence = #dist.sharding<@mesh, [{}, {"x"}, {}, {}]>
#whole = #dist.sharding<@mesh, [{}, {}, {}, {}]>
#mask = #dist.sharding<@mesh, [{}, {}]>
func.func @main(%q: tensor<2x8x4x8xf32> {dist.sharding = #sequence}, %k: tensor<2x8x2x8xf32> {dist.sharding = #sequence},
                %v: tensor<2x8x2x8xf32> {dist.sharding = #sequence}, %m: tensor<2x8xi1> {dist.sharding = #mask})
    -> (tensor<2x8x4x8xf32> {dist.sharding = #sequence}, tensor<2x8x4x8xf32> {dist.sharding = #whole}) {
  %0 = xformer.attention %q, %k, %v key_mask(%m) causal scale 0.5
    : (tensor<2x8x4x8xf32>, tensor<2x8x2x8xf32>, tensor<2x8x2x8xf32>, tensor<2x8xi1>) -> tensor<2x8x4x8xf32>
  %all = dist.constraint %q <@mesh, [{}, {}, {}, {}]> : tensor<2x8x4x8xf32>
  %1 = xformer.attention %all, %k, %v causal scale 0.5
    : (tensor<2x8x4x8xf32>, tensor<2x8x2x8xf32>, tensor<2x8x2x8xf32>) -> tensor<2x8x4x8xf32>
  return %0, %1 : tensor<2x8x4x8xf32>, tensor<2x8x4x8xf32>
}
