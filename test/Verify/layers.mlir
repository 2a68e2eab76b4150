// Local programs of layers that are what they say to be.
//
// RUN: partita-opt %s --split-input-file --dist-verify | FileCheck %s --enable-var-scope

// A feed-forward layer by columns and then by rows: one sum at the end.
// CHECK-LABEL: module @tensor_parallel
module @tensor_parallel {
  dist.mesh @mesh ["tensor"=4]
  func.func @main(
      %x: tensor<8x16xf32>,
      %up: tensor<16x8xf32> {dist.sharding = #dist.sharding<@mesh, [{}, {"tensor"}]>, dist.global_type = tensor<16x32xf32>},
      %down: tensor<8x16xf32> {dist.sharding = #dist.sharding<@mesh, [{"tensor"}, {}]>, dist.global_type = tensor<32x16xf32>})
      -> tensor<8x16xf32> {
    %0 = xformer.linear %x, %up : (tensor<8x16xf32>, tensor<16x8xf32>) -> tensor<8x8xf32>
    %1 = xformer.gelu %0 : tensor<8x8xf32>
    %2 = xformer.linear %1, %down : (tensor<8x8xf32>, tensor<8x16xf32>) -> tensor<8x16xf32>
    %3 = dist.all_reduce %2 over @mesh {"tensor"} : tensor<8x16xf32>
    %4 = xformer.add %x, %3 : (tensor<8x16xf32>, tensor<8x16xf32>) -> tensor<8x16xf32>
    return %4 : tensor<8x16xf32>
  }
  module @global attributes {dist.global} {
    func.func @main(%x: tensor<8x16xf32>, %up: tensor<16x32xf32>, %down: tensor<32x16xf32>) -> tensor<8x16xf32> {
      %0 = xformer.linear %x, %up : (tensor<8x16xf32>, tensor<16x32xf32>) -> tensor<8x32xf32>
      %1 = xformer.gelu %0 : tensor<8x32xf32>
      %2 = xformer.linear %1, %down : (tensor<8x32xf32>, tensor<32x16xf32>) -> tensor<8x16xf32>
      %3 = xformer.add %x, %2 : (tensor<8x16xf32>, tensor<8x16xf32>) -> tensor<8x16xf32>
      return %3 : tensor<8x16xf32>
    }
  }
}

// -----

// The same between rows: gather, and sum and scatter.
// CHECK-LABEL: module @sequence_parallel
module @sequence_parallel {
  dist.mesh @mesh ["tensor"=4]
  func.func @main(
      %x: tensor<2x16xf32> {dist.sharding = #dist.sharding<@mesh, [{"tensor"}, {}]>, dist.global_type = tensor<8x16xf32>},
      %up: tensor<16x8xf32> {dist.sharding = #dist.sharding<@mesh, [{}, {"tensor"}]>, dist.global_type = tensor<16x32xf32>},
      %down: tensor<8x16xf32> {dist.sharding = #dist.sharding<@mesh, [{"tensor"}, {}]>, dist.global_type = tensor<32x16xf32>})
      -> (tensor<2x16xf32> {dist.sharding = #dist.sharding<@mesh, [{"tensor"}, {}]>, dist.global_type = tensor<8x16xf32>}) {
    %x_all = dist.all_gather %x dim 0 over @mesh {"tensor"} : tensor<2x16xf32> -> tensor<8x16xf32>
    %0 = xformer.linear %x_all, %up : (tensor<8x16xf32>, tensor<16x8xf32>) -> tensor<8x8xf32>
    %1 = xformer.gelu %0 : tensor<8x8xf32>
    %2 = xformer.linear %1, %down : (tensor<8x8xf32>, tensor<8x16xf32>) -> tensor<8x16xf32>
    %3 = dist.reduce_scatter %2 dim 0 over @mesh {"tensor"} : tensor<8x16xf32> -> tensor<2x16xf32>
    %4 = xformer.add %x, %3 : (tensor<2x16xf32>, tensor<2x16xf32>) -> tensor<2x16xf32>
    return %4 : tensor<2x16xf32>
  }
  module @global attributes {dist.global} {
    func.func @main(%x: tensor<8x16xf32>, %up: tensor<16x32xf32>, %down: tensor<32x16xf32>) -> tensor<8x16xf32> {
      %0 = xformer.linear %x, %up : (tensor<8x16xf32>, tensor<16x32xf32>) -> tensor<8x32xf32>
      %1 = xformer.gelu %0 : tensor<8x32xf32>
      %2 = xformer.linear %1, %down : (tensor<8x32xf32>, tensor<32x16xf32>) -> tensor<8x16xf32>
      %3 = xformer.add %x, %2 : (tensor<8x16xf32>, tensor<8x16xf32>) -> tensor<8x16xf32>
      return %3 : tensor<8x16xf32>
    }
  }
}

// -----

// A sum is carried through what is linear, two of them through a product.
// CHECK-LABEL: module @pending_sums
module @pending_sums {
  dist.mesh @mesh ["a"=2, "b"=2]
  func.func @main(
      %x: tensor<4x4xf32> {dist.sharding = #dist.sharding<@mesh, [{}, {}], partial={"a"}>, dist.global_type = tensor<4x4xf32>},
      %y: tensor<4x4xf32> {dist.sharding = #dist.sharding<@mesh, [{}, {}], partial={"a"}>, dist.global_type = tensor<4x4xf32>},
      %z: tensor<4x4xf32> {dist.sharding = #dist.sharding<@mesh, [{}, {}], partial={"b"}>, dist.global_type = tensor<4x4xf32>})
      -> tensor<4x4xf32> {
    %0 = xformer.add %x, %y : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
    %1 = xformer.mul %0, %z : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
    %2 = xformer.transpose %1 [1, 0] : (tensor<4x4xf32>) -> tensor<4x4xf32>
    %3 = dist.all_reduce %2 over @mesh {"a", "b"} : tensor<4x4xf32>
    return %3 : tensor<4x4xf32>
  }
  module @global attributes {dist.global} {
    func.func @main(%x: tensor<4x4xf32>, %y: tensor<4x4xf32>, %z: tensor<4x4xf32>) -> tensor<4x4xf32> {
      %0 = xformer.add %x, %y : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
      %1 = xformer.mul %0, %z : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
      %2 = xformer.transpose %1 [1, 0] : (tensor<4x4xf32>) -> tensor<4x4xf32>
      return %2 : tensor<4x4xf32>
    }
  }
}

// -----

// Heads in groups: half of an axis splits the keys, all of it the queries.
// CHECK-LABEL: module @grouped_heads
module @grouped_heads {
  dist.mesh @mesh ["x"=4]
  func.func @main(
      %q: tensor<2x4x1x8xf32> {dist.sharding = #dist.sharding<@mesh, [{}, {}, {"x"}, {}]>, dist.global_type = tensor<2x4x4x8xf32>},
      %k: tensor<2x4x1x8xf32> {dist.sharding = #dist.sharding<@mesh, [{}, {}, {"x":(1)2}, {}]>, dist.global_type = tensor<2x4x2x8xf32>},
      %v: tensor<2x4x1x8xf32> {dist.sharding = #dist.sharding<@mesh, [{}, {}, {"x":(1)2}, {}]>, dist.global_type = tensor<2x4x2x8xf32>})
      -> (tensor<2x4x8xf32> {dist.sharding = #dist.sharding<@mesh, [{}, {}, {"x"}]>, dist.global_type = tensor<2x4x32xf32>}) {
    %0 = xformer.attention %q, %k, %v causal scale 0.5
      : (tensor<2x4x1x8xf32>, tensor<2x4x1x8xf32>, tensor<2x4x1x8xf32>) -> tensor<2x4x1x8xf32>
    %1 = xformer.merge_dims %0 dim 2 : (tensor<2x4x1x8xf32>) -> tensor<2x4x8xf32>
    return %1 : tensor<2x4x8xf32>
  }
  module @global attributes {dist.global} {
    func.func @main(%q: tensor<2x4x4x8xf32>, %k: tensor<2x4x2x8xf32>, %v: tensor<2x4x2x8xf32>) -> tensor<2x4x32xf32> {
      %0 = xformer.attention %q, %k, %v causal scale 0.5
        : (tensor<2x4x4x8xf32>, tensor<2x4x2x8xf32>, tensor<2x4x2x8xf32>) -> tensor<2x4x4x8xf32>
      %1 = xformer.merge_dims %0 dim 2 : (tensor<2x4x4x8xf32>) -> tensor<2x4x32xf32>
      return %1 : tensor<2x4x32xf32>
    }
  }
}

// -----

// A constant of one value is a part of any that has it; others are whole.
// CHECK-LABEL: module @constants
module @constants {
  dist.mesh @mesh ["a"=2]
  func.func @main(
      %x: tensor<2x3xf32> {dist.sharding = #dist.sharding<@mesh, [{"a"}, {}]>, dist.global_type = tensor<4x3xf32>})
      -> (tensor<2x3xf32> {dist.sharding = #dist.sharding<@mesh, [{"a"}, {}]>, dist.global_type = tensor<4x3xf32>}) {
    %two = arith.constant dense<2.0> : tensor<2x3xf32>
    %row = arith.constant dense<[1.0, 2.0, 3.0]> : tensor<3xf32>
    %0 = arith.addf %x, %two : tensor<2x3xf32>
    // The operands of what commutes may change places.
    %1 = xformer.mul %row, %0 : (tensor<3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
    return %1 : tensor<2x3xf32>
  }
  module @global attributes {dist.global} {
    func.func @main(%x: tensor<4x3xf32>) -> tensor<4x3xf32> {
      %two = arith.constant dense<2.0> : tensor<4x3xf32>
      %row = arith.constant dense<[1.0, 2.0, 3.0]> : tensor<3xf32>
      %0 = arith.addf %x, %two : tensor<4x3xf32>
      %1 = xformer.mul %0, %row : (tensor<4x3xf32>, tensor<3xf32>) -> tensor<4x3xf32>
      return %1 : tensor<4x3xf32>
    }
  }
}

// -----

// Calls, branches and loops.
// CHECK-LABEL: module @control_flow
module @control_flow {
  dist.mesh @mesh ["a"=2]
  func.func private @half(
      %x: tensor<2xf32> {dist.sharding = #dist.sharding<@mesh, [{"a"}]>, dist.global_type = tensor<4xf32>})
      -> (tensor<2xf32> {dist.sharding = #dist.sharding<@mesh, [{"a"}]>, dist.global_type = tensor<4xf32>}) {
    %c = arith.constant dense<0.5> : tensor<2xf32>
    %0 = arith.mulf %x, %c : tensor<2xf32>
    return %0 : tensor<2xf32>
  }
  func.func @main(
      %x: tensor<2xf32> {dist.sharding = #dist.sharding<@mesh, [{"a"}]>, dist.global_type = tensor<4xf32>},
      %w: tensor<4xf32>, %flag: i1) -> tensor<4xf32> {
    %lower = arith.constant 0 : index
    %upper = arith.constant 8 : index
    %step = arith.constant 1 : index
    %0 = call @half(%x) : (tensor<2xf32>) -> tensor<2xf32>
    %1 = scf.for %i = %lower to %upper step %step iter_args(%sum = %0) -> tensor<2xf32> {
      %local = dist.slice %w dim 0 over @mesh {"a"} : tensor<4xf32> -> tensor<2xf32>
      %2 = arith.addf %sum, %local : tensor<2xf32>
      scf.yield %2 : tensor<2xf32>
    }
    %3 = dist.all_gather %1 dim 0 over @mesh {"a"} : tensor<2xf32> -> tensor<4xf32>
    %4 = scf.if %flag -> tensor<4xf32> {
      %5 = arith.negf %3 : tensor<4xf32>
      scf.yield %5 : tensor<4xf32>
    } else {
      scf.yield %w : tensor<4xf32>
    }
    return %4 : tensor<4xf32>
  }
  module @global attributes {dist.global} {
    func.func private @half(%x: tensor<4xf32>) -> tensor<4xf32> {
      %c = arith.constant dense<0.5> : tensor<4xf32>
      %0 = arith.mulf %x, %c : tensor<4xf32>
      return %0 : tensor<4xf32>
    }
    func.func @main(%x: tensor<4xf32>, %w: tensor<4xf32>, %flag: i1) -> tensor<4xf32> {
      %lower = arith.constant 0 : index
      %upper = arith.constant 8 : index
      %step = arith.constant 1 : index
      %0 = call @half(%x) : (tensor<4xf32>) -> tensor<4xf32>
      %1 = scf.for %i = %lower to %upper step %step iter_args(%sum = %0) -> tensor<4xf32> {
        %2 = arith.addf %sum, %w : tensor<4xf32>
        scf.yield %2 : tensor<4xf32>
      }
      %4 = scf.if %flag -> tensor<4xf32> {
        %5 = arith.negf %1 : tensor<4xf32>
        scf.yield %5 : tensor<4xf32>
      } else {
        scf.yield %w : tensor<4xf32>
      }
      return %4 : tensor<4xf32>
    }
  }
}
