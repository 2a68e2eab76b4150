// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: partita-opt %s --dist-pad -split-input-file -verify-diagnostics

dist.mesh @mesh ["x"=2]
func.func @sharding(%x: tensor<3xf32> {dist.sharding = #dist.sharding<@mesh, [{"x"}]>}) {
  // expected-error@+1 {{expected all tensors in @sharding to have shardings; run dist-insert-reshards before}}
  %0 = math.exp %x : tensor<3xf32>
  return
}

// -----

dist.mesh @mesh ["x"=2]
// expected-error@+1 {{expected all tensors in @result to have shardings; run dist-insert-reshards before}}
func.func @result(%x: tensor<3xf32> {dist.sharding = #dist.sharding<@mesh, [{"x"}]>}) -> tensor<3xf32> {
  return %x : tensor<3xf32>
}

// -----

dist.mesh @mesh ["x"=2]
dist.mesh @other ["x"=2]
func.func @first(%x: tensor<3xf32> {dist.sharding = #dist.sharding<@mesh, [{"x"}]>}) {
  return
}
// expected-error@+1 {{'func.func' op expected all functions to be on mesh @mesh, got @other}}
func.func @second(%x: tensor<3xf32> {dist.sharding = #dist.sharding<@other, [{"x"}]>}) {
  return
}

// -----

// A softmax would see the keys in the pad.
dist.mesh @mesh ["x"=2]
func.func @form(%q: tensor<1x4x2x8xf32> {dist.sharding = #dist.sharding<@mesh, [{}, {}, {}, {}]>},
                %k: tensor<1x3x2x8xf32> {dist.sharding = #dist.sharding<@mesh, [{}, {"x"}, {}, {}]>}) {
  %0 = dist.reshard %k to <@mesh, [{}, {}, {}, {}]> : tensor<1x3x2x8xf32>
  // expected-error@+1 {{'xformer.attention' op is padded along 'k', for which it needs another form; run dist-localize before}}
  %1 = xformer.attention %q, %0, %0 scale 1.0 {dist.shardings = [#dist.sharding<@mesh, [{}, {}, {}, {}]>]}
    : (tensor<1x4x2x8xf32>, tensor<1x3x2x8xf32>, tensor<1x3x2x8xf32>) -> tensor<1x4x2x8xf32>
  return
}

// -----

dist.mesh @mesh ["x"=2]
func.func @counted(%t: tensor<32x8xf32> {dist.sharding = #dist.sharding<@mesh, [{}, {}]>}) {
  // expected-error@+1 {{'xformer.relative_position_bias' op is padded along 'q', for which it needs another form; run dist-localize before}}
  %0 = xformer.relative_position_bias %t bidirectional max_distance 128 {dist.shardings = [#dist.sharding<@mesh, [{}, {}, {}, {}]>]}
    : (tensor<32x8xf32>) -> tensor<1x8x7x16xf32>
  %1 = dist.reshard %0 to <@mesh, [{}, {}, {"x"}, {}]> : tensor<1x8x7x16xf32>
  return
}

// -----

// Seen as 4 x 6 and as 6 x 4 at once, a dimension has no place for pads.
dist.mesh @mesh ["x"=5]
// expected-error@+1 {{expected a dimension that can be padded, so that it splits into equal blocks}}
func.func @shapes(%x: tensor<24xf32> {dist.sharding = #dist.sharding<@mesh, [{"x"}]>}) {
  %0 = dist.reshard %x to <@mesh, [{}]> : tensor<24xf32>
  %1 = xformer.split_dim %0 dim 0 {dist.shardings = [#dist.sharding<@mesh, [{}, {}]>]} : tensor<24xf32> -> tensor<4x6xf32>
  %2 = xformer.split_dim %0 dim 0 {dist.shardings = [#dist.sharding<@mesh, [{}, {}]>]} : tensor<24xf32> -> tensor<6x4xf32>
  return
}
