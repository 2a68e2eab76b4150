// Ops that are equal to others by a law of lib/Verify/Lemmas.h.
//
// RUN: partita-opt %s --split-input-file --dist-verify | FileCheck %s --enable-var-scope

// The positions of a slice of the sequence are a slice of the positions.
// CHECK-LABEL: module @positions
module @positions {
  dist.mesh @mesh ["a"=2]
  func.func @main(
      %x: tensor<1x2x1x4xf32> {dist.sharding = #dist.sharding<@mesh, [{}, {"a"}, {}, {}]>, dist.global_type = tensor<1x4x1x4xf32>})
      -> (tensor<1x2x1x4xf32> {dist.sharding = #dist.sharding<@mesh, [{}, {"a"}, {}, {}]>, dist.global_type = tensor<1x4x1x4xf32>}) {
    %n = xformer.iota : tensor<4xi32>
    %p = dist.slice %n dim 0 over @mesh {"a"} : tensor<4xi32> -> tensor<2xi32>
    %0 = xformer.rotary %x positions(%p) theta 1.0e4 : (tensor<1x2x1x4xf32>, tensor<2xi32>) -> tensor<1x2x1x4xf32>
    return %0 : tensor<1x2x1x4xf32>
  }
  module @global attributes {dist.global} {
    func.func @main(%x: tensor<1x4x1x4xf32>) -> tensor<1x4x1x4xf32> {
      %0 = xformer.rotary %x theta 1.0e4 : (tensor<1x4x1x4xf32>) -> tensor<1x4x1x4xf32>
      return %0 : tensor<1x4x1x4xf32>
    }
  }
}

// -----

// One list of positions or both.
// CHECK-LABEL: module @relative_positions
module @relative_positions {
  dist.mesh @mesh ["a"=2]
  func.func @main(%t: tensor<8x2xf32>)
      -> (tensor<1x2x2x4xf32> {dist.sharding = #dist.sharding<@mesh, [{}, {}, {"a"}, {}]>, dist.global_type = tensor<1x2x4x4xf32>},
          tensor<1x2x4x2xf32> {dist.sharding = #dist.sharding<@mesh, [{}, {}, {}, {"a"}]>, dist.global_type = tensor<1x2x4x4xf32>}) {
    %n = xformer.iota : tensor<4xi32>
    %p = dist.slice %n dim 0 over @mesh {"a"} : tensor<4xi32> -> tensor<2xi32>
    %0 = xformer.relative_position_bias %t query_positions(%p) max_distance 16 : (tensor<8x2xf32>, tensor<2xi32>) -> tensor<1x2x2x4xf32>
    %1 = xformer.relative_position_bias %t query_positions(%n) key_positions(%p) max_distance 16 : (tensor<8x2xf32>, tensor<4xi32>, tensor<2xi32>) -> tensor<1x2x4x2xf32>
    return %0, %1 : tensor<1x2x2x4xf32>, tensor<1x2x4x2xf32>
  }
  module @global attributes {dist.global} {
    func.func @main(%t: tensor<8x2xf32>) -> (tensor<1x2x4x4xf32>, tensor<1x2x4x4xf32>) {
      %0 = xformer.relative_position_bias %t max_distance 16 : (tensor<8x2xf32>) -> tensor<1x2x4x4xf32>
      return %0, %0 : tensor<1x2x4x4xf32>, tensor<1x2x4x4xf32>
    }
  }
}

// -----

// Each device finds the ids of its rows.
// CHECK-LABEL: module @embedding
module @embedding {
  dist.mesh @mesh ["a"=2]
  func.func @main(
      %t: tensor<4x2xf32> {dist.sharding = #dist.sharding<@mesh, [{"a"}, {}]>, dist.global_type = tensor<8x2xf32>},
      %ids: tensor<3xi32>) -> tensor<3x2xf32> {
    %n = xformer.iota : tensor<8xi32>
    %rows = dist.slice %n dim 0 over @mesh {"a"} : tensor<8xi32> -> tensor<4xi32>
    %0 = xformer.embedding %t, %ids row_ids(%rows) : (tensor<4x2xf32>, tensor<3xi32>, tensor<4xi32>) -> tensor<3x2xf32>
    %1 = dist.all_reduce %0 over @mesh {"a"} : tensor<3x2xf32>
    return %1 : tensor<3x2xf32>
  }
  module @global attributes {dist.global} {
    func.func @main(%t: tensor<8x2xf32>, %ids: tensor<3xi32>) -> tensor<3x2xf32> {
      %0 = xformer.embedding %t, %ids : (tensor<8x2xf32>, tensor<3xi32>) -> tensor<3x2xf32>
      return %0 : tensor<3x2xf32>
    }
  }
}

// -----

// A bias is added to the sum.
// CHECK-LABEL: module @bias
module @bias {
  dist.mesh @mesh ["a"=2]
  func.func @main(
      %x: tensor<4x2xf32> {dist.sharding = #dist.sharding<@mesh, [{}, {"a"}]>, dist.global_type = tensor<4x4xf32>},
      %w: tensor<3x2xf32> {dist.sharding = #dist.sharding<@mesh, [{}, {"a"}]>, dist.global_type = tensor<3x4xf32>},
      %b: tensor<3xf32>) -> tensor<4x3xf32> {
    %0 = xformer.linear %x, %w transpose_weight : (tensor<4x2xf32>, tensor<3x2xf32>) -> tensor<4x3xf32>
    %1 = dist.all_reduce %0 over @mesh {"a"} : tensor<4x3xf32>
    %2 = xformer.add %1, %b : (tensor<4x3xf32>, tensor<3xf32>) -> tensor<4x3xf32>
    return %2 : tensor<4x3xf32>
  }
  module @global attributes {dist.global} {
    func.func @main(%x: tensor<4x4xf32>, %w: tensor<3x4xf32>, %b: tensor<3xf32>) -> tensor<4x3xf32> {
      %0 = xformer.linear %x, %w transpose_weight bias(%b) : (tensor<4x4xf32>, tensor<3x4xf32>, tensor<3xf32>) -> tensor<4x3xf32>
      return %0 : tensor<4x3xf32>
    }
  }
}
