// Values that are moved and are what they say to be.
//
// RUN: partita-opt %s --split-input-file --dist-verify | FileCheck %s --enable-var-scope

// One value through every collective that moves it, and back.
// CHECK-LABEL: module @collectives
module @collectives {
  dist.mesh @mesh ["a"=2, "b"=4]
  func.func @main(%x: tensor<16x16xf32>) -> tensor<16x16xf32> {
    %0 = dist.slice %x dim 0 over @mesh {"a"} : tensor<16x16xf32> -> tensor<8x16xf32>
    %1 = dist.slice %0 dim 1 over @mesh {"b"} : tensor<8x16xf32> -> tensor<8x4xf32>
    // [{"a"}, {"b"}] to [{"b":(1)2}, {"a", "b":(2)2}]
    %2 = dist.permute %1 over @mesh reorder {"a", "b":(1)2} to {"b":(1)2, "a"} : tensor<8x4xf32>
    %3 = dist.all_gather %2 dim 1 over @mesh {"b":(2)2} : tensor<8x4xf32> -> tensor<8x8xf32>
    %4 = dist.all_to_all %3 dim 1 to 0 over @mesh {"a"} : tensor<8x8xf32> -> tensor<4x16xf32>
    // Both axes at once, the other way round in the dimension they join.
    %5 = dist.all_to_all %4 dim 0 to 1 over @mesh {"b":(1)2, "a"} as {"a", "b":(1)2} : tensor<4x16xf32> -> tensor<16x4xf32>
    // What is the same on all of them can be passed on among devices.
    %6 = dist.permute %5 over @mesh shift {"b":(2)2} by 1 : tensor<16x4xf32>
    %7 = dist.broadcast %6 from 1 over @mesh {"b":(2)2} : tensor<16x4xf32>
    %8 = dist.permute %7 over @mesh pairs [0 -> 1, 1 -> 0] : tensor<16x4xf32>
    %token = dist.all_gather start %8 dim 1 over @mesh {"b":(1)2} : tensor<16x4xf32> -> !dist.token<tensor<16x8xf32>>
    %9 = dist.wait %token : !dist.token<tensor<16x8xf32>>
    %10 = dist.all_gather %9 dim 1 over @mesh {"a"} : tensor<16x8xf32> -> tensor<16x16xf32>
    return %10 : tensor<16x16xf32>
  }
  module @global attributes {dist.global} {
    func.func @main(%x: tensor<16x16xf32>) -> tensor<16x16xf32> {
      return %x : tensor<16x16xf32>
    }
  }
}

// -----

// A maximum, over parts of an axis one after the other.
// CHECK-LABEL: module @maximum
module @maximum {
  dist.mesh @mesh ["a"=8]
  func.func @main(%x: tensor<8xf32> {dist.sharding = #dist.sharding<@mesh, [{}], partial={"a":max}>, dist.global_type = tensor<8xf32>}) -> tensor<8xf32> {
    %0 = dist.all_reduce %x by max over @mesh {"a":(2)2} : tensor<8xf32>
    %1 = dist.reduce_scatter %0 by max dim 0 over @mesh {"a":(4)2} : tensor<8xf32> -> tensor<4xf32>
    %2 = dist.all_reduce %1 by max over @mesh {"a":(1)2} : tensor<4xf32>
    %3 = dist.all_gather %2 dim 0 over @mesh {"a":(4)2} : tensor<4xf32> -> tensor<8xf32>
    return %3 : tensor<8xf32>
  }
  module @global attributes {dist.global} {
    func.func @main(%x: tensor<8xf32>) -> tensor<8xf32> {
      return %x : tensor<8xf32>
    }
  }
}

// -----

// A size that does not divide: the last block has zeros, which the gather drops.
// CHECK-LABEL: module @uneven
module @uneven {
  dist.mesh @mesh ["a"=4]
  func.func @main(%x: tensor<10x3xf32>) -> tensor<10x3xf32> {
    %0 = dist.slice %x dim 0 over @mesh {"a"} : tensor<10x3xf32> -> tensor<3x3xf32>
    %1 = xformer.gelu %0 : tensor<3x3xf32>
    %2 = dist.all_gather %1 dim 0 over @mesh {"a"} : tensor<3x3xf32> -> tensor<10x3xf32>
    return %2 : tensor<10x3xf32>
  }
  module @global attributes {dist.global} {
    func.func @main(%x: tensor<10x3xf32>) -> tensor<10x3xf32> {
      %0 = xformer.gelu %x : tensor<10x3xf32>
      return %0 : tensor<10x3xf32>
    }
  }
}

// -----

// Nine heads of two features on four devices: three each, of which some are pads.
// CHECK-LABEL: module @padded
module @padded {
  dist.mesh @mesh ["a"=4]
  func.func @main(
      %x: tensor<4x6xf32> {dist.sharding = #dist.sharding<@mesh, [{}, {"a"}]>, dist.padding = #dist.padding<[[4], [9 -> 12, 2]]>, dist.global_type = tensor<4x18xf32>})
      -> (tensor<4x3x2xf32> {dist.sharding = #dist.sharding<@mesh, [{}, {"a"}, {}]>, dist.padding = #dist.padding<[[4], [9 -> 12], [2]]>, dist.global_type = tensor<4x9x2xf32>}) {
    %0 = xformer.split_dim %x dim 1 : tensor<4x6xf32> -> tensor<4x3x2xf32>
    return %0 : tensor<4x3x2xf32>
  }
  module @global attributes {dist.global} {
    func.func @main(%x: tensor<4x18xf32>) -> tensor<4x9x2xf32> {
      %0 = xformer.split_dim %x dim 1 : tensor<4x18xf32> -> tensor<4x9x2xf32>
      return %0 : tensor<4x9x2xf32>
    }
  }
}
