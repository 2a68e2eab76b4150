// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: partita-opt %s --dist-check-local -split-input-file -verify-diagnostics

// A local program, beside the global one, and functions of no mesh.
dist.mesh @mesh ["x"=2]
func.func @main(%x: tensor<2xf32> {dist.global_type = tensor<4xf32>, dist.sharding = #dist.sharding<@mesh, [{"x"}]>})
    -> (tensor<4xf32> {dist.global_type = tensor<4xf32>, dist.sharding = #dist.sharding<@mesh, [{}]>}) {
  %0 = dist.all_gather %x dim 0 over @mesh {"x"} : tensor<2xf32> -> tensor<4xf32>
  return %0 : tensor<4xf32>
}
func.func @plain(%x: tensor<2xf32>) {
  return
}
module @global attributes {dist.global} {
  dist.mesh @mesh ["x"=2]
  func.func @main(%x: tensor<4xf32> {dist.sharding = #dist.sharding<@mesh, [{"x"}]>}) -> tensor<4xf32> {
    return %x : tensor<4xf32>
  }
}

// -----

dist.mesh @mesh ["x"=2]
func.func @reshard(%x: tensor<2xf32>, %p: i1) {
  scf.if %p {
    // expected-error@+1 {{'dist.reshard' op is not part of a local program}}
    %0 = dist.reshard %x to <@mesh, [{"x"}]> : tensor<2xf32>
    // expected-error@+1 {{'dist.constraint' op is not part of a local program}}
    %1 = dist.constraint %x <@mesh, [{"x"}]> : tensor<2xf32>
  }
  return
}

// -----

dist.mesh @mesh ["x"=2]
func.func @shardings(%x: tensor<2xf32>) {
  // expected-error@+1 {{'math.exp' op expected no 'dist.shardings' in a local program}}
  %0 = math.exp %x {dist.shardings = [#dist.sharding<@mesh, [{"x"}]>]} : tensor<2xf32>
  return
}

// -----

dist.mesh @mesh ["x"=2]
// expected-error@+1 {{'func.func' op expected 'dist.global_type' on argument #0 in a local program}}
func.func @argument(%x: tensor<2xf32> {dist.sharding = #dist.sharding<@mesh, [{"x"}]>}) {
  return
}

// -----

dist.mesh @mesh ["x"=2]
// expected-error@+1 {{'func.func' op expected 'dist.global_type' on result #0 in a local program}}
func.func private @result() -> (tensor<2xf32> {dist.sharding = #dist.sharding<@mesh, [{"x"}]>})
