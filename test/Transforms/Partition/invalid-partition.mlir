// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: partita-opt %s --dist-partition -split-input-file -verify-diagnostics

dist.mesh @mesh ["x"=2]
// expected-error@+1 {{'func.func' op argument #1: expected a sharding; run dist-insert-reshards before}}
func.func @argument(%x: tensor<4xf32> {dist.sharding = #dist.sharding<@mesh, [{"x"}]>}, %y: tensor<4xf32>) {
  return
}

// -----

dist.mesh @mesh ["x"=2]
// expected-error@+1 {{'func.func' op result #0: expected a sharding; run dist-insert-reshards before}}
func.func @result(%x: tensor<4xf32> {dist.sharding = #dist.sharding<@mesh, [{"x"}]>}) -> tensor<4xf32> {
  return %x : tensor<4xf32>
}

// -----

dist.mesh @mesh ["x"=2]
func.func @op(%x: tensor<4xf32> {dist.sharding = #dist.sharding<@mesh, [{"x"}]>}) {
  // expected-error@+1 {{'math.exp' op result #0: expected a sharding; run dist-insert-reshards before}}
  %0 = math.exp %x : tensor<4xf32>
  return
}

// -----

dist.mesh @mesh ["x"=2]
// expected-error@+1 {{'func.func' op argument #0: dimension 1 of 'tensor<4x5xf32>' does not split into 2 equal blocks; run dist-pad before}}
func.func @uneven(%x: tensor<4x5xf32> {dist.sharding = #dist.sharding<@mesh, [{}, {"x"}]>}) {
  return
}

// -----

dist.mesh @mesh ["x"=2]
func.func @dynamic(%x: tensor<?xf32> {dist.sharding = #dist.sharding<@mesh, [{}]>}) {
  // expected-error@+1 {{'dist.reshard' op result #0: dimension 0 of 'tensor<?xf32>' is split, but its size is not known}}
  %0 = dist.reshard %x to <@mesh, [{"x"}]> : tensor<?xf32>
  return
}

// -----

dist.mesh @mesh ["x"=2]
// expected-note@+1 {{operand #0 comes under #dist.sharding<@mesh, [{}]>}}
func.func @rule(%x: tensor<4xf32> {dist.sharding = #dist.sharding<@mesh, [{}]>}) {
  // expected-error@+1 {{'math.exp' op cannot be split as its operands and results are; run dist-insert-reshards before}}
  %0 = math.exp %x {dist.shardings = [#dist.sharding<@mesh, [{"x"}]>]} : tensor<4xf32>
  return
}

// -----

dist.mesh @mesh ["x"=2]
func.func @local_form(%x: tensor<4x8xf32> {dist.sharding = #dist.sharding<@mesh, [{}, {"x"}]>},
                      %w: tensor<8x8xf32> {dist.sharding = #dist.sharding<@mesh, [{"x"}, {}]>},
                      %b: tensor<8xf32> {dist.sharding = #dist.sharding<@mesh, [{}]>}) {
  // expected-error@+1 {{'xformer.linear' op is split over 'k', for which it needs another form; run dist-localize before}}
  %0 = xformer.linear %x, %w bias(%b) {dist.shardings = [#dist.sharding<@mesh, [{}, {}], partial={"x"}>]}
    : (tensor<4x8xf32>, tensor<8x8xf32>, tensor<8xf32>) -> tensor<4x8xf32>
  return
}

// -----

dist.mesh @mesh ["x"=2]
func.func @without_rule(%x: tensor<4xf32> {dist.sharding = #dist.sharding<@mesh, [{"x"}]>}, %i: index) {
  // expected-error@+1 {{'tensor.extract' op has no sharding rule, and expects whole operands and results; run dist-insert-reshards before}}
  %0 = tensor.extract %x[%i] : tensor<4xf32>
  return
}

// -----

dist.mesh @mesh ["x"=2]
func.func @return(%x: tensor<4xf32> {dist.sharding = #dist.sharding<@mesh, [{"x"}]>}) -> (tensor<4xf32> {dist.sharding = #dist.sharding<@mesh, [{}]>}) {
  // expected-error@+1 {{'func.return' op expected operand #0 under #dist.sharding<@mesh, [{}]>, got #dist.sharding<@mesh, [{"x"}]>; run dist-insert-reshards before}}
  return %x : tensor<4xf32>
}

// -----

dist.mesh @mesh ["x"=2]
func.func @constraint(%x: tensor<4xf32> {dist.sharding = #dist.sharding<@mesh, [{"x"}]>}) {
  // expected-error@+1 {{'dist.constraint' op expected operand #0 under #dist.sharding<@mesh, [{}]>, got #dist.sharding<@mesh, [{"x"}]>; run dist-insert-reshards before}}
  %0 = dist.constraint %x <@mesh, [{}]> : tensor<4xf32>
  return
}

// -----

dist.mesh @mesh ["x"=2]
func.func @yield(%x: tensor<4xf32> {dist.sharding = #dist.sharding<@mesh, [{"x"}]>}, %p: i1) {
  %0 = scf.if %p -> tensor<4xf32> {
    // expected-error@+1 {{'scf.yield' op expected operand #0 under #dist.sharding<@mesh, [{}]>, got #dist.sharding<@mesh, [{"x"}]>; run dist-insert-reshards before}}
    scf.yield %x : tensor<4xf32>
  } else {
    scf.yield %x : tensor<4xf32>
  } {dist.shardings = [#dist.sharding<@mesh, [{}]>]}
  return
}

// -----

dist.mesh @mesh ["x"=2]
func.func private @callee(tensor<4xf32> {dist.sharding = #dist.sharding<@mesh, [{"x"}]>}) -> (tensor<4xf32> {dist.sharding = #dist.sharding<@mesh, [{"x"}]>})
func.func @call_result(%x: tensor<4xf32> {dist.sharding = #dist.sharding<@mesh, [{"x"}]>}) {
  // expected-error@+1 {{'func.call' op expected result #0 under #dist.sharding<@mesh, [{"x"}]>, as the function gives it, got #dist.sharding<@mesh, [{}]>; run dist-insert-reshards before}}
  %0 = call @callee(%x) {dist.shardings = [#dist.sharding<@mesh, [{}]>]} : (tensor<4xf32>) -> tensor<4xf32>
  return
}

// -----

dist.mesh @mesh ["x"=2]
func.func private @callee(tensor<4xf32> {dist.sharding = #dist.sharding<@mesh, [{"x"}]>})
func.func @call_argument(%x: tensor<4xf32> {dist.sharding = #dist.sharding<@mesh, [{}]>}) {
  // expected-error@+1 {{'func.call' op expected operand #0 under #dist.sharding<@mesh, [{"x"}]>, got #dist.sharding<@mesh, [{}]>; run dist-insert-reshards before}}
  call @callee(%x) : (tensor<4xf32>) -> ()
  return
}
