// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: partita-opt %s --dist-keep-global | FileCheck %s -enable-var-scope
// RUN: partita-opt %s --dist-keep-global --dist-drop-global | FileCheck %s -enable-var-scope --check-prefix=DROP
// RUN: partita-opt %s --dist-drop-global | FileCheck %s -enable-var-scope --check-prefix=DROP
// RUN: not partita-opt %s --dist-keep-global --dist-keep-global 2>&1 | FileCheck %s --check-prefix=TWICE

// TWICE: keep-global.mlir:{{.*}}: error: 'builtin.module' op expected no symbol @global in it yet
// TWICE: note: this is one
// TWICE: note: run dist-drop-global to keep another program

// CHECK: dist.mesh @mesh
// DROP: dist.mesh @mesh
dist.mesh @mesh ["x"=2]

// The program itself stays as it is.
// CHECK: func @main(%[[X:.*]]: tensor<4xf32> {dist.sharding = #dist.sharding<@mesh, [{"x"}]>, xformer.input = "ids"})
// CHECK-SAME: -> (tensor<4xf32> {dist.sharding = #dist.sharding<@mesh, [{}]>, xformer.output = "hidden"})
// CHECK: dist.constraint
// CHECK: arith.negf %{{.*}} {dist.shardings
// DROP: func @main
func.func @main(%x: tensor<4xf32> {dist.sharding = #dist.sharding<@mesh, [{"x"}]>, xformer.input = "ids"})
    -> (tensor<4xf32> {dist.sharding = #dist.sharding<@mesh, [{}]>, xformer.output = "hidden"}) {
  %0 = dist.constraint %x <@mesh, [{"x"}]> : tensor<4xf32>
  %1 = arith.negf %0 {dist.shardings = [#dist.sharding<@mesh, [{"x"}]>]} : tensor<4xf32>
  return %1 : tensor<4xf32>
}

// CHECK: func private @declared(tensor<4xf32> {dist.sharding
func.func private @declared(tensor<4xf32> {dist.sharding = #dist.sharding<@mesh, [{"x"}]>})

// Its copy says nothing of meshes.
// CHECK: module @global attributes {dist.global} {
// CHECK-NEXT: func.func @main(%[[Y:.*]]: tensor<4xf32> {xformer.input = "ids"}) -> (tensor<4xf32> {xformer.output = "hidden"})
// CHECK-NEXT: %[[Z:.*]] = arith.negf %[[Y]] : tensor<4xf32>
// CHECK-NEXT: return %[[Z]]
// CHECK: func.func private @declared(tensor<4xf32>)
// DROP-NOT: module @global
