// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: partita-opt %s --dist-insert-reshards -split-input-file -verify-diagnostics

dist.mesh @mesh ["x"=2]
// expected-error@+1 {{'func.func' op expected a sharding of argument #1; run dist-propagate before}}
func.func @argument(%x: tensor<4xf32> {dist.sharding = #dist.sharding<@mesh, [{"x"}]>}, %y: tensor<4xf32>) {
  return
}

// -----

dist.mesh @mesh ["x"=2]
// expected-error@+1 {{'func.func' op expected a sharding of result #0; run dist-propagate before}}
func.func @result(%x: tensor<4xf32> {dist.sharding = #dist.sharding<@mesh, [{"x"}]>}) -> tensor<4xf32> {
  return %x : tensor<4xf32>
}

// -----

dist.mesh @mesh ["x"=2]
func.func @op(%x: tensor<4xf32> {dist.sharding = #dist.sharding<@mesh, [{"x"}]>}) {
  // expected-error@+1 {{'math.exp' op expected a sharding of result #0; run dist-propagate before}}
  %0 = math.exp %x : tensor<4xf32>
  return
}

// -----

dist.mesh @mesh ["x"=2]
func.func @loop(%x: tensor<4xf32> {dist.sharding = #dist.sharding<@mesh, [{"x"}]>}, %p: i1) {
  // expected-error@+1 {{'scf.if' op expected shardings of its results and of what its regions get; run dist-propagate before}}
  %0 = scf.if %p -> tensor<4xf32> {
    scf.yield %x : tensor<4xf32>
  } else {
    scf.yield %x : tensor<4xf32>
  }
  return
}

// -----

dist.mesh @mesh ["x"=2]
dist.mesh @other ["x"=2]
func.func @two_meshes(%x: tensor<4xf32> {dist.sharding = #dist.sharding<@mesh, [{"x"}]>}) {
  // expected-error@+1 {{'math.exp' op expected all shardings in @two_meshes to be on one mesh, got @mesh and @other}}
  %0 = math.exp %x {dist.shardings = [#dist.sharding<@other, [{}]>]} : tensor<4xf32>
  return
}

// -----

dist.mesh @mesh ["x"=2]
// expected-error@+1 {{'func.func' op expected one block; lift its control flow to scf before}}
func.func @blocks(%x: tensor<4xf32> {dist.sharding = #dist.sharding<@mesh, [{"x"}]>}) {
  cf.br ^next
^next:
  return
}

// -----

dist.mesh @mesh ["x"=2]
// expected-note@+1 {{the function is defined here}}
func.func private @callee(tensor<4xf32>)
func.func @call_argument(%x: tensor<4xf32> {dist.sharding = #dist.sharding<@mesh, [{"x"}]>}) {
  // expected-error@+1 {{'func.call' op expected a sharding of argument #0 of @callee; run dist-propagate before}}
  call @callee(%x) : (tensor<4xf32>) -> ()
  return
}

// -----

dist.mesh @mesh ["x"=2]
// expected-note@+1 {{the function is defined here}}
func.func private @callee() -> tensor<4xf32>
func.func @call_result(%x: tensor<4xf32> {dist.sharding = #dist.sharding<@mesh, [{"x"}]>}) {
  // expected-error@+1 {{'func.call' op expected a sharding of result #0 of @callee; run dist-propagate before}}
  %0 = call @callee() : () -> tensor<4xf32>
  return
}

// -----

dist.mesh @mesh ["x"=2]
func.func @regions(%x: tensor<4xf32> {dist.sharding = #dist.sharding<@mesh, [{"x"}]>}) {
  // expected-error@+1 {{'tensor.generate' op has regions and no sharding rule, and cannot be computed whole on every device}}
  %0 = tensor.generate {
  ^bb0(%i: index):
    %1 = tensor.extract %x[%i] : tensor<4xf32>
    tensor.yield %1 : f32
  } : tensor<4xf32>
  return
}
