// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: partita-opt %s --dist-check-propagated -split-input-file -verify-diagnostics

// What is no tensor needs no sharding, nor does anything in a nested module.
dist.mesh @mesh ["x"=2]
func.func @settled(%n: index, %x: tensor<4xf32> {dist.sharding = #dist.sharding<@mesh, [{"x"}]>}) {
  %0 = arith.addi %n, %n : index
  return
}
module {
  func.func @nested(%x: tensor<4xf32>) {
    return
  }
}

// -----

// expected-error@below {{'func.func' op expected a settled sharding of argument #0, got none; '--dist-propagate' gives one to every tensor}}
func.func @argument(%x: tensor<4xf32>) {
  return
}

// -----

dist.mesh @mesh ["x"=2]
// expected-error@below {{expected a settled sharding of result #0, got #dist.sharding<@mesh, [{"x", ?}]>}}
func.func private @result() -> (tensor<4xf32> {dist.sharding = #dist.sharding<@mesh, [{"x", ?}]>})

// -----

dist.mesh @mesh ["x"=2]
func.func @op(%x: tensor<4xf32> {dist.sharding = #dist.sharding<@mesh, [{"x"}]>}) {
  // expected-error@below {{'xformer.relu' op expected a settled sharding of result #0, got none}}
  %0 = xformer.relu %x : tensor<4xf32>
  // expected-error@below {{'dist.constraint' op expected a settled sharding of result #0, got #dist.sharding<@mesh, [{"x"}p1]>}}
  %1 = dist.constraint %x <@mesh, [{"x"}p1]> : tensor<4xf32>
  return
}
