// Pads, and what they hold.
//
// RUN: not partita-opt %s --split-input-file --dist-verify -o /dev/null 2>&1 | FileCheck %s --implicit-check-not=error:

// Pads of arguments are zeros, of which a sum sees nothing; and exp makes ones
// of them, which are filled again.
dist.mesh @mesh ["a"=4]
func.func @main(
    %x: tensor<4x3xf32> {dist.sharding = #dist.sharding<@mesh, [{}, {"a"}]>, dist.padding = #dist.padding<[[4], [9 -> 12]]>, dist.global_type = tensor<4x9xf32>},
    %w: tensor<3x2xf32> {dist.sharding = #dist.sharding<@mesh, [{"a"}, {}]>, dist.padding = #dist.padding<[[9 -> 12], [2]]>, dist.global_type = tensor<9x2xf32>})
    -> (tensor<4x2xf32>, tensor<4x2xf32>) {
  %0 = xformer.linear %x, %w : (tensor<4x3xf32>, tensor<3x2xf32>) -> tensor<4x2xf32>
  %1 = dist.all_reduce %0 over @mesh {"a"} : tensor<4x2xf32>
  %all = arith.constant dense<[1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0]> : tensor<12xi1>
  %keep = dist.slice %all dim 0 over @mesh {"a"} : tensor<12xi1> -> tensor<3xi1>
  %2 = math.exp %x : tensor<4x3xf32>
  %3 = dist.fill %2 dim 1 keep %keep else 0.0 : f32 : tensor<4x3xf32>, tensor<3xi1>
  %4 = xformer.linear %3, %w : (tensor<4x3xf32>, tensor<3x2xf32>) -> tensor<4x2xf32>
  %5 = dist.all_reduce %4 over @mesh {"a"} : tensor<4x2xf32>
  return %1, %5 : tensor<4x2xf32>, tensor<4x2xf32>
}
module @global attributes {dist.global} {
  func.func @main(%x: tensor<4x9xf32>, %w: tensor<9x2xf32>) -> (tensor<4x2xf32>, tensor<4x2xf32>) {
    %0 = xformer.linear %x, %w : (tensor<4x9xf32>, tensor<9x2xf32>) -> tensor<4x2xf32>
    %1 = math.exp %x : tensor<4x9xf32>
    %2 = xformer.linear %1, %w : (tensor<4x9xf32>, tensor<9x2xf32>) -> tensor<4x2xf32>
    return %0, %2 : tensor<4x2xf32>, tensor<4x2xf32>
  }
}

// -----

// Without the fill.
// CHECK: error: 'xformer.linear' op is not proven: the pads of operand #0 along dimension 1 of operand #0 must hold the zero value
dist.mesh @mesh ["a"=4]
func.func @main(
    %x: tensor<4x3xf32> {dist.sharding = #dist.sharding<@mesh, [{}, {"a"}]>, dist.padding = #dist.padding<[[4], [9 -> 12]]>, dist.global_type = tensor<4x9xf32>},
    %w: tensor<3x2xf32> {dist.sharding = #dist.sharding<@mesh, [{"a"}, {}]>, dist.padding = #dist.padding<[[9 -> 12], [2]]>, dist.global_type = tensor<9x2xf32>})
    -> tensor<4x2xf32> {
  %0 = math.exp %x : tensor<4x3xf32>
  %1 = xformer.linear %0, %w : (tensor<4x3xf32>, tensor<3x2xf32>) -> tensor<4x2xf32>
  %2 = dist.all_reduce %1 over @mesh {"a"} : tensor<4x2xf32>
  return %2 : tensor<4x2xf32>
}
module @global attributes {dist.global} {
  func.func @main(%x: tensor<4x9xf32>, %w: tensor<9x2xf32>) -> tensor<4x2xf32> {
    %0 = math.exp %x : tensor<4x9xf32>
    %1 = xformer.linear %0, %w : (tensor<4x9xf32>, tensor<9x2xf32>) -> tensor<4x2xf32>
    return %1 : tensor<4x2xf32>
  }
}

// -----

// A mask that keeps a pad.
// CHECK: error: 'dist.fill' op is not proven: the mask keeps what is no pad of [{}] and not what is none of dimension 1, got [{}, {}] padded
dist.mesh @mesh ["a"=4]
func.func @main(
    %x: tensor<4x4xf32> {dist.sharding = #dist.sharding<@mesh, [{}, {}]>, dist.padding = #dist.padding<[[4], [2 -> 4]]>, dist.global_type = tensor<4x2xf32>})
    -> (tensor<4x4xf32> {dist.sharding = #dist.sharding<@mesh, [{}, {}]>, dist.padding = #dist.padding<[[4], [2 -> 4]]>, dist.global_type = tensor<4x2xf32>}) {
  %keep = arith.constant dense<[1, 1, 1, 0]> : tensor<4xi1>
  %0 = dist.fill %x dim 1 keep %keep else 0.0 : f32 : tensor<4x4xf32>, tensor<4xi1>
  return %0 : tensor<4x4xf32>
}
module @global attributes {dist.global} {
  func.func @main(%x: tensor<4x2xf32>) -> tensor<4x2xf32> {
    return %x : tensor<4x2xf32>
  }
}

// -----

// A mask that is no prefix of blocks.
// CHECK: error: 'dist.fill' op is not proven: its mask is no constant that keeps what is no pad
dist.mesh @mesh ["a"=4]
func.func @main(
    %x: tensor<4x4xf32> {dist.sharding = #dist.sharding<@mesh, [{}, {}]>, dist.padding = #dist.padding<[[4], [3 -> 4]]>, dist.global_type = tensor<4x3xf32>})
    -> (tensor<4x4xf32> {dist.sharding = #dist.sharding<@mesh, [{}, {}]>, dist.padding = #dist.padding<[[4], [3 -> 4]]>, dist.global_type = tensor<4x3xf32>}) {
  %keep = arith.constant dense<[1, 0, 1, 1]> : tensor<4xi1>
  %0 = dist.fill %x dim 1 keep %keep else 0.0 : f32 : tensor<4x4xf32>, tensor<4xi1>
  return %0 : tensor<4x4xf32>
}
module @global attributes {dist.global} {
  func.func @main(%x: tensor<4x3xf32>) -> tensor<4x3xf32> {
    return %x : tensor<4x3xf32>
  }
}

// -----

// What must be whole gets no pads, in a dimension of blocks with pads each.
dist.mesh @mesh ["a"=2]
func.func @main(
    %x: tensor<2x4xf32> {dist.sharding = #dist.sharding<@mesh, [{}, {"a"}]>, dist.padding = #dist.padding<[[2], [2, 3 -> 4]]>, dist.global_type = tensor<2x6xf32>})
    -> (tensor<2x4xf32> {dist.sharding = #dist.sharding<@mesh, [{}, {"a"}]>, dist.padding = #dist.padding<[[2], [2, 3 -> 4]]>, dist.global_type = tensor<2x6xf32>}) {
  %0 = dist.all_gather %x dim 1 over @mesh {"a"} : tensor<2x4xf32> -> tensor<2x8xf32>
  %1 = dist.unpad %0 dim 1 of [2, 3 -> 4] : tensor<2x8xf32> -> tensor<2x6xf32>
  %2 = xformer.softmax %1 dim 1 : tensor<2x6xf32>
  %3 = dist.pad %2 dim 1 by [2, 3 -> 4] : tensor<2x6xf32> -> tensor<2x8xf32>
  %4 = dist.slice %3 dim 1 over @mesh {"a"} : tensor<2x8xf32> -> tensor<2x4xf32>
  return %4 : tensor<2x4xf32>
}
module @global attributes {dist.global} {
  func.func @main(%x: tensor<2x6xf32>) -> tensor<2x6xf32> {
    %0 = xformer.softmax %x dim 1 : tensor<2x6xf32>
    return %0 : tensor<2x6xf32>
  }
}

// -----

// Other pads are dropped than there are.
// CHECK: error: 'dist.unpad' op is not proven: dimension 0 must be whole and have these pads, got [{}] padded
dist.mesh @mesh ["a"=2]
func.func @main(
    %x: tensor<8xf32> {dist.sharding = #dist.sharding<@mesh, [{}]>, dist.padding = #dist.padding<[[2, 3 -> 4]]>, dist.global_type = tensor<6xf32>}) -> tensor<6xf32> {
  %0 = dist.unpad %x dim 0 of [6 -> 8] : tensor<8xf32> -> tensor<6xf32>
  return %0 : tensor<6xf32>
}
module @global attributes {dist.global} {
  func.func @main(%x: tensor<6xf32>) -> tensor<6xf32> {
    return %x : tensor<6xf32>
  }
}

// -----

// A dimension that is padded twice.
// CHECK: error: 'dist.pad' op is not proven: dimension 0 must be whole and without pads, got [{}] padded
dist.mesh @mesh ["a"=2]
func.func @main(
    %x: tensor<8xf32> {dist.sharding = #dist.sharding<@mesh, [{}]>, dist.padding = #dist.padding<[[6 -> 8]]>, dist.global_type = tensor<6xf32>}) -> tensor<6xf32> {
  %0 = dist.pad %x dim 0 by [8 -> 10] : tensor<8xf32> -> tensor<10xf32>
  %1 = xformer.slice %0 dim 0 offset 0 : tensor<10xf32> -> tensor<6xf32>
  return %1 : tensor<6xf32>
}
module @global attributes {dist.global} {
  func.func @main(%x: tensor<6xf32>) -> tensor<6xf32> {
    return %x : tensor<6xf32>
  }
}
