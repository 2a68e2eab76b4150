// What is wrong with a local program is said at the op where it shows.
//
// RUN: not partita-opt %s --split-input-file --allow-unregistered-dialect --dist-verify -o /dev/null 2>&1 | FileCheck %s

// A sum that is not formed.
// CHECK: 'xformer.relu' op of "h.0.act" is not proven: operand #0 is a pending sum over {"a"}, which must be combined before the op
// CHECK: operand #0 is result #0 of 'xformer.linear' of "h.0.up" under [{}, {}] partial={"a"}
module @dropped_reduce {
  dist.mesh @mesh ["a"=2, "b"=2]
  func.func @main(%x: tensor<4x2xf32> {dist.sharding = #dist.sharding<@mesh, [{}, {"a"}]>, dist.global_type = tensor<4x4xf32>}, %w: tensor<2x4xf32> {dist.sharding = #dist.sharding<@mesh, [{"a"}, {}]>, dist.global_type = tensor<4x4xf32>}) -> tensor<4x4xf32> {
    %0 = xformer.linear %x, %w : (tensor<4x2xf32>, tensor<2x4xf32>) -> tensor<4x4xf32> loc("h.0.up")
    %1 = xformer.relu %0 : tensor<4x4xf32> loc("h.0.act")
    return %1 : tensor<4x4xf32>
  }
  module @global attributes {dist.global} {
    func.func @main(%x: tensor<4x4xf32>, %w: tensor<4x4xf32>) -> tensor<4x4xf32> {
      %0 = xformer.linear %x, %w : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32> loc("h.0.up")
      %1 = xformer.relu %0 : tensor<4x4xf32> loc("h.0.act")
      return %1 : tensor<4x4xf32>
    }
  }
}

// -----

// What is added to a part of a sum is added once a device.
// CHECK: 'xformer.add' op is not proven: operand #0 is a pending sum over {"a"}, and operand #1, which the op adds to it, is not
module @added_to_a_sum {
  dist.mesh @mesh ["a"=2, "b"=2]
  func.func @main(%x: tensor<4x4xf32> {dist.sharding = #dist.sharding<@mesh, [{}, {}], partial={"a"}>, dist.global_type = tensor<4x4xf32>}, %y: tensor<4x4xf32>) -> (tensor<4x4xf32> {dist.sharding = #dist.sharding<@mesh, [{}, {}], partial={"a"}>, dist.global_type = tensor<4x4xf32>}) {
    %0 = xformer.add %x, %y : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
    return %0 : tensor<4x4xf32>
  }
  module @global attributes {dist.global} {
    func.func @main(%x: tensor<4x4xf32>, %y: tensor<4x4xf32>) -> tensor<4x4xf32> {
      %0 = xformer.add %x, %y : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
      return %0 : tensor<4x4xf32>
    }
  }
}

// -----

// A product of two sums over one axis is no sum of products.
// CHECK: 'xformer.mul' op is not proven: operand #0 is a pending sum over {"a"}, and so is operand #1, with which the op multiplies it
module @product_of_sums {
  dist.mesh @mesh ["a"=2, "b"=2]
  func.func @main(%x: tensor<4x4xf32> {dist.sharding = #dist.sharding<@mesh, [{}, {}], partial={"a"}>, dist.global_type = tensor<4x4xf32>}, %y: tensor<4x4xf32> {dist.sharding = #dist.sharding<@mesh, [{}, {}], partial={"a"}>, dist.global_type = tensor<4x4xf32>}) -> (tensor<4x4xf32> {dist.sharding = #dist.sharding<@mesh, [{}, {}], partial={"a"}>, dist.global_type = tensor<4x4xf32>}) {
    %0 = xformer.mul %x, %y : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
    return %0 : tensor<4x4xf32>
  }
  module @global attributes {dist.global} {
    func.func @main(%x: tensor<4x4xf32>, %y: tensor<4x4xf32>) -> tensor<4x4xf32> {
      %0 = xformer.mul %x, %y : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
      return %0 : tensor<4x4xf32>
    }
  }
}

// -----

// Only sums are carried through ops.
// CHECK: 'xformer.transpose' op is not proven: operand #0 is a pending max over {"a"}, which must be combined before the op
module @maximum_through_an_op {
  dist.mesh @mesh ["a"=2, "b"=2]
  func.func @main(%x: tensor<4x4xf32> {dist.sharding = #dist.sharding<@mesh, [{}, {}], partial={"a":max}>, dist.global_type = tensor<4x4xf32>}) -> (tensor<4x4xf32> {dist.sharding = #dist.sharding<@mesh, [{}, {}], partial={"a":max}>, dist.global_type = tensor<4x4xf32>}) {
    %0 = xformer.transpose %x [1, 0] : (tensor<4x4xf32>) -> tensor<4x4xf32>
    return %0 : tensor<4x4xf32>
  }
  module @global attributes {dist.global} {
    func.func @main(%x: tensor<4x4xf32>) -> tensor<4x4xf32> {
      %0 = xformer.transpose %x [1, 0] : (tensor<4x4xf32>) -> tensor<4x4xf32>
      return %0 : tensor<4x4xf32>
    }
  }
}

// -----

// A sum over an axis that also splits a dimension.
// CHECK: 'xformer.mul' op is not proven: operand #0 is a pending sum over {"a"}, and dimension 0 of operand #1 is split over the same axis
module @sum_and_split {
  dist.mesh @mesh ["a"=2, "b"=2]
  func.func @main(%x: tensor<f32> {dist.sharding = #dist.sharding<@mesh, [], partial={"a"}>, dist.global_type = tensor<f32>}, %y: tensor<2x4xf32> {dist.sharding = #dist.sharding<@mesh, [{"a"}, {}]>, dist.global_type = tensor<4x4xf32>}) -> (tensor<2x4xf32> {dist.sharding = #dist.sharding<@mesh, [{"a"}, {}]>, dist.global_type = tensor<4x4xf32>}) {
    %0 = xformer.mul %x, %y : (tensor<f32>, tensor<2x4xf32>) -> tensor<2x4xf32>
    return %0 : tensor<2x4xf32>
  }
  module @global attributes {dist.global} {
    func.func @main(%x: tensor<f32>, %y: tensor<4x4xf32>) -> tensor<4x4xf32> {
      %0 = xformer.mul %x, %y : (tensor<f32>, tensor<4x4xf32>) -> tensor<4x4xf32>
      return %0 : tensor<4x4xf32>
    }
  }
}

// -----

// Operands that are split differently.
// CHECK: 'xformer.add' op is not proven: dimension 0 of operand #1 is split over {"b"}, and dimension 0 of operand #0, with which it belongs together, over {"a"}
module @split_apart {
  dist.mesh @mesh ["a"=2, "b"=2]
  func.func @main(%x: tensor<2x4xf32> {dist.sharding = #dist.sharding<@mesh, [{"a"}, {}]>, dist.global_type = tensor<4x4xf32>}, %y: tensor<4x4xf32>) -> (tensor<2x4xf32> {dist.sharding = #dist.sharding<@mesh, [{"a"}, {}]>, dist.global_type = tensor<4x4xf32>}) {
    %y_row = dist.slice %y dim 1 over @mesh {"a"} : tensor<4x4xf32> -> tensor<4x2xf32>
    %y_both = dist.slice %y_row dim 0 over @mesh {"b"} : tensor<4x2xf32> -> tensor<2x2xf32>
    %y_a = dist.all_gather %y_both dim 1 over @mesh {"a"} : tensor<2x2xf32> -> tensor<2x4xf32>
    %0 = xformer.add %x, %y_a : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
    return %0 : tensor<2x4xf32>
  }
  module @global attributes {dist.global} {
    func.func @main(%x: tensor<4x4xf32>, %y: tensor<4x4xf32>) -> tensor<4x4xf32> {
      %0 = xformer.add %x, %y : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
      return %0 : tensor<4x4xf32>
    }
  }
}

// -----

// One axis for two loops: a device would have the blocks on the diagonal.
// CHECK: 'xformer.matmul' op is not proven: dimension 1 of operand #1 and dimension 0 of operand #0, which do not belong together, are both split over {"a"}
module @split_twice {
  dist.mesh @mesh ["a"=2, "b"=2]
  func.func @main(%x: tensor<2x4xf32> {dist.sharding = #dist.sharding<@mesh, [{"a"}, {}]>, dist.global_type = tensor<4x4xf32>}, %y: tensor<4x2xf32> {dist.sharding = #dist.sharding<@mesh, [{}, {"a"}]>, dist.global_type = tensor<4x4xf32>}) -> (tensor<2x2xf32> {dist.sharding = #dist.sharding<@mesh, [{"a"}, {"b"}]>, dist.global_type = tensor<4x4xf32>}) {
    %0 = xformer.matmul %x, %y : (tensor<2x4xf32>, tensor<4x2xf32>) -> tensor<2x2xf32>
    return %0 : tensor<2x2xf32>
  }
  module @global attributes {dist.global} {
    func.func @main(%x: tensor<4x4xf32>, %y: tensor<4x4xf32>) -> tensor<4x4xf32> {
      %0 = xformer.matmul %x, %y : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
      return %0 : tensor<4x4xf32>
    }
  }
}

// -----

// A softmax over a part.
// CHECK: 'xformer.softmax' op is not proven: dimension 1 of operand #0 must be whole, and is split over {"a"}
module @whole {
  dist.mesh @mesh ["a"=2, "b"=2]
  func.func @main(%x: tensor<4x2xf32> {dist.sharding = #dist.sharding<@mesh, [{}, {"a"}]>, dist.global_type = tensor<4x4xf32>}) -> (tensor<4x2xf32> {dist.sharding = #dist.sharding<@mesh, [{}, {"a"}]>, dist.global_type = tensor<4x4xf32>}) {
    %0 = xformer.softmax %x dim 1 : tensor<4x2xf32>
    return %0 : tensor<4x2xf32>
  }
  module @global attributes {dist.global} {
    func.func @main(%x: tensor<4x4xf32>) -> tensor<4x4xf32> {
      %0 = xformer.softmax %x dim 1 : tensor<4x4xf32>
      return %0 : tensor<4x4xf32>
    }
  }
}

// -----

// Positions that count from the first of a slice.
// CHECK: 'xformer.rotary' op is not proven: dimension 1 of operand #0 is split over {"a"}, where the op alone is not right on parts
module @local_form {
  dist.mesh @mesh ["a"=2, "b"=2]
  func.func @main(%x: tensor<1x2x1x4xf32> {dist.sharding = #dist.sharding<@mesh, [{}, {"a"}, {}, {}]>, dist.global_type = tensor<1x4x1x4xf32>}) -> (tensor<1x2x1x4xf32> {dist.sharding = #dist.sharding<@mesh, [{}, {"a"}, {}, {}]>, dist.global_type = tensor<1x4x1x4xf32>}) {
    %0 = xformer.rotary %x theta 1.0e4 : (tensor<1x2x1x4xf32>) -> tensor<1x2x1x4xf32>
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

// Six heads, of which three groups of two cannot be told to two devices.
// CHECK: 'xformer.split_dim' op is not proven: dimension 0 of operand #0 is split over {"a"}, which does not fill its factors evenly
module @not_filling {
  dist.mesh @mesh ["a"=2, "b"=2]
  func.func @main(%x: tensor<3xf32> {dist.sharding = #dist.sharding<@mesh, [{"a"}]>, dist.global_type = tensor<6xf32>}) -> (tensor<3x1xf32> {dist.sharding = #dist.sharding<@mesh, [{}, {"a"}]>, dist.global_type = tensor<3x2xf32>}) {
    %0 = xformer.split_dim %x dim 0 : tensor<3xf32> -> tensor<3x1xf32>
    return %0 : tensor<3x1xf32>
  }
  module @global attributes {dist.global} {
    func.func @main(%x: tensor<6xf32>) -> tensor<3x2xf32> {
      %0 = xformer.split_dim %x dim 0 : tensor<6xf32> -> tensor<3x2xf32>
      return %0 : tensor<3x2xf32>
    }
  }
}

// -----

// Every other element.
// CHECK: 'xformer.merge_dims' op is not proven: dimension 0 of result #0 would be split over {"a"} within blocks that are not split, which no layout says
module @no_layout {
  dist.mesh @mesh ["a"=2, "b"=2]
  func.func @main(%x: tensor<4x2xf32> {dist.sharding = #dist.sharding<@mesh, [{}, {"a"}]>, dist.global_type = tensor<4x4xf32>}) -> (tensor<8xf32> {dist.sharding = #dist.sharding<@mesh, [{"a"}]>, dist.global_type = tensor<16xf32>}) {
    %0 = xformer.merge_dims %x dim 0 : (tensor<4x2xf32>) -> tensor<8xf32>
    return %0 : tensor<8xf32>
  }
  module @global attributes {dist.global} {
    func.func @main(%x: tensor<4x4xf32>) -> tensor<16xf32> {
      %0 = xformer.merge_dims %x dim 0 : (tensor<4x4xf32>) -> tensor<16xf32>
      return %0 : tensor<16xf32>
    }
  }
}

// -----

// A softmax over pads.
// CHECK: 'xformer.softmax' op is not proven: dimension 1 of operand #0 must be whole, and is padded
module @unpadded_whole {
  dist.mesh @mesh ["a"=2, "b"=2]
  func.func @main(%x: tensor<4x4xf32> {dist.sharding = #dist.sharding<@mesh, [{}, {}]>, dist.padding = #dist.padding<[[4], [3 -> 4]]>, dist.global_type = tensor<4x3xf32>}) -> (tensor<4x4xf32> {dist.sharding = #dist.sharding<@mesh, [{}, {}]>, dist.padding = #dist.padding<[[4], [3 -> 4]]>, dist.global_type = tensor<4x3xf32>}) {
    %0 = xformer.softmax %x dim 1 : tensor<4x4xf32>
    return %0 : tensor<4x4xf32>
  }
  module @global attributes {dist.global} {
    func.func @main(%x: tensor<4x3xf32>) -> tensor<4x3xf32> {
      %0 = xformer.softmax %x dim 1 : tensor<4x3xf32>
      return %0 : tensor<4x3xf32>
    }
  }
}

// -----

// Another attribute.
// CHECK: 'xformer.gelu' op is not proven: attribute 'tanh' is unit, and absent in the global op
// CHECK: this is the global op
module @other_attribute {
  dist.mesh @mesh ["a"=2, "b"=2]
  func.func @main(%x: tensor<4x4xf32>) -> tensor<4x4xf32> {
    %0 = xformer.gelu %x tanh : tensor<4x4xf32>
    return %0 : tensor<4x4xf32>
  }
  module @global attributes {dist.global} {
    func.func @main(%x: tensor<4x4xf32>) -> tensor<4x4xf32> {
      %0 = xformer.gelu %x : tensor<4x4xf32>
      return %0 : tensor<4x4xf32>
    }
  }
}

// -----

// The weight of another layer.
// CHECK: 'xformer.linear' op of "h.1.up" is not proven: operand #1 is argument #1, and argument #2 in the global program
module @other_operand {
  dist.mesh @mesh ["a"=2, "b"=2]
  func.func @main(%x: tensor<4x4xf32>, %w0: tensor<4x4xf32>, %w1: tensor<4x4xf32>) -> tensor<4x4xf32> {
    %0 = xformer.linear %x, %w0 : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32> loc("h.0.up")
    %1 = xformer.linear %0, %w0 : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32> loc("h.1.up")
    return %1 : tensor<4x4xf32>
  }
  module @global attributes {dist.global} {
    func.func @main(%x: tensor<4x4xf32>, %w0: tensor<4x4xf32>, %w1: tensor<4x4xf32>) -> tensor<4x4xf32> {
      %0 = xformer.linear %x, %w0 : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32> loc("h.0.up")
      %1 = xformer.linear %0, %w1 : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32> loc("h.1.up")
      return %1 : tensor<4x4xf32>
    }
  }
}

// -----

// A bias that is left out.
// CHECK: 'xformer.layer_norm' op is not proven: it has 2 operands, and 3 in the global program
module @other_number {
  dist.mesh @mesh ["a"=2, "b"=2]
  func.func @main(%x: tensor<4x4xf32>, %w: tensor<4xf32>, %b: tensor<4xf32>) -> tensor<4x4xf32> {
    %0 = xformer.layer_norm %x, %w epsilon 1.0e-5 : (tensor<4x4xf32>, tensor<4xf32>) -> tensor<4x4xf32>
    return %0 : tensor<4x4xf32>
  }
  module @global attributes {dist.global} {
    func.func @main(%x: tensor<4x4xf32>, %w: tensor<4xf32>, %b: tensor<4xf32>) -> tensor<4x4xf32> {
      %0 = xformer.layer_norm %x, %w bias(%b) epsilon 1.0e-5 : (tensor<4x4xf32>, tensor<4xf32>, tensor<4xf32>) -> tensor<4x4xf32>
      return %0 : tensor<4x4xf32>
    }
  }
}

// -----

// The product alone, which is a value of its own.
// CHECK: 'func.return' op is not proven: operand #0 is result #0 of 'xformer.linear' under [{}, {}], expected another result #0 of 'xformer.linear' under [{}, {}]
module @dropped_bias {
  dist.mesh @mesh ["a"=2, "b"=2]
  func.func @main(%x: tensor<4x4xf32>, %w: tensor<4x4xf32>, %b: tensor<4xf32>) -> tensor<4x4xf32> {
    %0 = xformer.linear %x, %w : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
    return %0 : tensor<4x4xf32>
  }
  module @global attributes {dist.global} {
    func.func @main(%x: tensor<4x4xf32>, %w: tensor<4x4xf32>, %b: tensor<4xf32>) -> tensor<4x4xf32> {
      %0 = xformer.linear %x, %w bias(%b) : (tensor<4x4xf32>, tensor<4x4xf32>, tensor<4xf32>) -> tensor<4x4xf32>
      return %0 : tensor<4x4xf32>
    }
  }
}

// -----

// An op that is nowhere.
// CHECK: 'xformer.silu' op is not proven: the global program has no such op
module @unknown_op {
  dist.mesh @mesh ["a"=2, "b"=2]
  func.func @main(%x: tensor<4x4xf32>) -> tensor<4x4xf32> {
    %0 = xformer.silu %x : tensor<4x4xf32>
    return %0 : tensor<4x4xf32>
  }
  module @global attributes {dist.global} {
    func.func @main(%x: tensor<4x4xf32>) -> tensor<4x4xf32> {
      %0 = xformer.relu %x : tensor<4x4xf32>
      return %0 : tensor<4x4xf32>
    }
  }
}

// -----

// Another constant.
// CHECK: 'xformer.mul' op is not proven: operand #1 is the constant dense<2.000000e+00> : tensor<f32>, and the constant dense<3.000000e+00> : tensor<f32> in the global program
module @other_constant {
  dist.mesh @mesh ["a"=2, "b"=2]
  func.func @main(%x: tensor<4x4xf32>) -> tensor<4x4xf32> {
    %c = arith.constant dense<2.0> : tensor<f32>
    %0 = xformer.mul %x, %c : (tensor<4x4xf32>, tensor<f32>) -> tensor<4x4xf32>
    return %0 : tensor<4x4xf32>
  }
  module @global attributes {dist.global} {
    func.func @main(%x: tensor<4x4xf32>) -> tensor<4x4xf32> {
      %c = arith.constant dense<3.0> : tensor<f32>
      %0 = xformer.mul %x, %c : (tensor<4x4xf32>, tensor<f32>) -> tensor<4x4xf32>
      return %0 : tensor<4x4xf32>
    }
  }
}

// -----

// A result that is another value, and one that lies otherwise.
// CHECK: 'func.return' op is not proven: operand #0 is argument #0 under [{}, {}], expected result #0 of 'xformer.relu' under [{}, {}]
// CHECK: it comes from here
module @result {
  dist.mesh @mesh ["a"=2, "b"=2]
  func.func @main(%x: tensor<4x4xf32>) -> tensor<4x4xf32> {
    return %x : tensor<4x4xf32>
  }
  module @global attributes {dist.global} {
    func.func @main(%x: tensor<4x4xf32>) -> tensor<4x4xf32> {
      %0 = xformer.relu %x : tensor<4x4xf32>
      return %0 : tensor<4x4xf32>
    }
  }
}

// -----

// A result that lies otherwise.
// CHECK: 'func.return' op is not proven: operand #0 is argument #0 under [{"a"}, {}], expected argument #0 under [{"b"}, {}]
module @result_layout {
  dist.mesh @mesh ["a"=2, "b"=2]
  func.func @main(%x: tensor<2x4xf32> {dist.sharding = #dist.sharding<@mesh, [{"a"}, {}]>, dist.global_type = tensor<4x4xf32>}) -> (tensor<2x4xf32> {dist.sharding = #dist.sharding<@mesh, [{"b"}, {}]>, dist.global_type = tensor<4x4xf32>}) {
    return %x : tensor<2x4xf32>
  }
  module @global attributes {dist.global} {
    func.func @main(%x: tensor<4x4xf32>) -> tensor<4x4xf32> {
      return %x : tensor<4x4xf32>
    }
  }
}

// -----

// A slice that is taken twice has a type that no shard has.
// CHECK: 'xformer.slice' op is not proven: result #0 has type tensor<2x1xf32>, where the shard of tensor<4x2xf32> under [{"a"}, {}] has tensor<2x2xf32>
module @local_type {
  dist.mesh @mesh ["a"=2, "b"=2]
  func.func @main(%x: tensor<2x4xf32> {dist.sharding = #dist.sharding<@mesh, [{"a"}, {}]>, dist.global_type = tensor<4x4xf32>}) -> (tensor<2x2xf32> {dist.sharding = #dist.sharding<@mesh, [{"a"}, {}]>, dist.global_type = tensor<4x2xf32>}) {
    %0 = xformer.slice %x dim 1 offset 1 : tensor<2x4xf32> -> tensor<2x1xf32>
    %1 = xformer.concat %0, %0 dim 1 : (tensor<2x1xf32>, tensor<2x1xf32>) -> tensor<2x2xf32>
    return %1 : tensor<2x2xf32>
  }
  module @global attributes {dist.global} {
    func.func @main(%x: tensor<4x4xf32>) -> tensor<4x2xf32> {
      %0 = xformer.slice %x dim 1 offset 1 : tensor<4x4xf32> -> tensor<4x2xf32>
      return %0 : tensor<4x2xf32>
    }
  }
}

// -----

// A slice over an axis that splits already.
// CHECK: 'dist.slice' op is not proven: the slice over {"a"} needs a value that is replicated over it, got [{"a"}, {}]
module @slice_of_split {
  dist.mesh @mesh ["a"=2, "b"=2]
  func.func @main(%x: tensor<2x4xf32> {dist.sharding = #dist.sharding<@mesh, [{"a"}, {}]>, dist.global_type = tensor<4x4xf32>}) -> tensor<4x4xf32> {
    %0 = dist.slice %x dim 1 over @mesh {"a"} : tensor<2x4xf32> -> tensor<2x2xf32>
    %1 = dist.all_gather %0 dim 1 over @mesh {"a"} : tensor<2x2xf32> -> tensor<2x4xf32>
    %2 = dist.all_gather %1 dim 0 over @mesh {"a"} : tensor<2x4xf32> -> tensor<4x4xf32>
    return %2 : tensor<4x4xf32>
  }
  module @global attributes {dist.global} {
    func.func @main(%x: tensor<4x4xf32>) -> tensor<4x4xf32> {
      return %x : tensor<4x4xf32>
    }
  }
}

// -----

// Blocks in blocks that they do not divide.
// CHECK: 'dist.slice' op is not proven: dimension 0 of size 6 is split into 4 blocks, which do not divide it
module @uneven_slice {
  dist.mesh @mesh ["a"=2, "b"=2]
  func.func @main(%x: tensor<6xf32>) -> tensor<6xf32> {
    %0 = dist.slice %x dim 0 over @mesh {"a"} : tensor<6xf32> -> tensor<3xf32>
    %1 = dist.slice %0 dim 0 over @mesh {"b"} : tensor<3xf32> -> tensor<2xf32>
    %2 = dist.all_gather %1 dim 0 over @mesh {"b"} : tensor<2xf32> -> tensor<3xf32>
    %3 = dist.all_gather %2 dim 0 over @mesh {"a"} : tensor<3xf32> -> tensor<6xf32>
    return %3 : tensor<6xf32>
  }
  module @global attributes {dist.global} {
    func.func @main(%x: tensor<6xf32>) -> tensor<6xf32> {
      return %x : tensor<6xf32>
    }
  }
}

// -----

// A gather over another axis.
// CHECK: 'dist.all_gather' op is not proven: dimension 0 is not split last over {"b"}, got [{"a"}, {}]
module @wrong_gather {
  dist.mesh @mesh ["a"=2, "b"=2]
  func.func @main(%x: tensor<2x4xf32> {dist.sharding = #dist.sharding<@mesh, [{"a"}, {}]>, dist.global_type = tensor<4x4xf32>}) -> tensor<4x4xf32> {
    %0 = dist.all_gather %x dim 0 over @mesh {"b"} : tensor<2x4xf32> -> tensor<4x4xf32>
    return %0 : tensor<4x4xf32>
  }
  module @global attributes {dist.global} {
    func.func @main(%x: tensor<4x4xf32>) -> tensor<4x4xf32> {
      return %x : tensor<4x4xf32>
    }
  }
}

// -----

// A gather of the outer blocks of two.
// CHECK: 'dist.all_gather' op is not proven: dimension 0 is not split last over {"a"}, got [{"a", "b"}, {}]
module @gather_of_outer {
  dist.mesh @mesh ["a"=2, "b"=2]
  func.func @main(%x: tensor<1x4xf32> {dist.sharding = #dist.sharding<@mesh, [{"a", "b"}, {}]>, dist.global_type = tensor<4x4xf32>}) -> tensor<4x4xf32> {
    %0 = dist.all_gather %x dim 0 over @mesh {"a"} : tensor<1x4xf32> -> tensor<2x4xf32>
    %1 = dist.all_gather %0 dim 0 over @mesh {"b"} : tensor<2x4xf32> -> tensor<4x4xf32>
    return %1 : tensor<4x4xf32>
  }
  module @global attributes {dist.global} {
    func.func @main(%x: tensor<4x4xf32>) -> tensor<4x4xf32> {
      return %x : tensor<4x4xf32>
    }
  }
}

// -----

// A gather that leaves out elements.
// CHECK: 'dist.all_gather' op is not proven: dimension 0 of the result has 3 elements, where the blocks of [{"a"}, {}] have 4
module @gather_of_too_little {
  dist.mesh @mesh ["a"=2, "b"=2]
  func.func @main(%x: tensor<2x4xf32> {dist.sharding = #dist.sharding<@mesh, [{"a"}, {}]>, dist.global_type = tensor<4x4xf32>}) -> tensor<4x4xf32> {
    %0 = dist.all_gather %x dim 0 over @mesh {"a"} : tensor<2x4xf32> -> tensor<3x4xf32>
    %1 = xformer.concat %0, %0 dim 0 : (tensor<3x4xf32>, tensor<3x4xf32>) -> tensor<6x4xf32>
    %2 = xformer.slice %1 dim 0 offset 0 : tensor<6x4xf32> -> tensor<4x4xf32>
    return %2 : tensor<4x4xf32>
  }
  module @global attributes {dist.global} {
    func.func @main(%x: tensor<4x4xf32>) -> tensor<4x4xf32> {
      return %x : tensor<4x4xf32>
    }
  }
}

// -----

// A sum of what is there once.
// CHECK: 'dist.all_reduce' op is not proven: the value is not to be combined over {"b"}, got [{}, {}] partial={"a"}
module @reduce_of_whole {
  dist.mesh @mesh ["a"=2, "b"=2]
  func.func @main(%x: tensor<4x4xf32> {dist.sharding = #dist.sharding<@mesh, [{}, {}], partial={"a"}>, dist.global_type = tensor<4x4xf32>}) -> tensor<4x4xf32> {
    %0 = dist.all_reduce %x over @mesh {"b"} : tensor<4x4xf32>
    return %0 : tensor<4x4xf32>
  }
  module @global attributes {dist.global} {
    func.func @main(%x: tensor<4x4xf32>) -> tensor<4x4xf32> {
      return %x : tensor<4x4xf32>
    }
  }
}

// -----

// A maximum of what is to be summed.
// CHECK: 'dist.all_reduce' op is not proven: it combines by max what is to be combined by sum, got [{}, {}] partial={"a"}
module @reduce_by_other {
  dist.mesh @mesh ["a"=2, "b"=2]
  func.func @main(%x: tensor<4x4xf32> {dist.sharding = #dist.sharding<@mesh, [{}, {}], partial={"a"}>, dist.global_type = tensor<4x4xf32>}) -> tensor<4x4xf32> {
    %0 = dist.all_reduce %x by max over @mesh {"a"} : tensor<4x4xf32>
    return %0 : tensor<4x4xf32>
  }
  module @global attributes {dist.global} {
    func.func @main(%x: tensor<4x4xf32>) -> tensor<4x4xf32> {
      return %x : tensor<4x4xf32>
    }
  }
}

// -----

// A sum of constants.
// CHECK: 'dist.all_reduce' op is not proven: the value is not to be combined over {"a"}, got [{}, {}]
module @reduce_of_constant {
  dist.mesh @mesh ["a"=2]
  func.func @main(%x: tensor<4x4xf32>) -> tensor<4x4xf32> {
    %c = arith.constant dense<2.0> : tensor<4x4xf32>
    %0 = dist.all_reduce %c over @mesh {"a"} : tensor<4x4xf32>
    return %0 : tensor<4x4xf32>
  }
  module @global attributes {dist.global} {
    func.func @main(%x: tensor<4x4xf32>) -> tensor<4x4xf32> {
      %c = arith.constant dense<2.0> : tensor<4x4xf32>
      return %c : tensor<4x4xf32>
    }
  }
}

// -----

// A step in a ring leaves blocks where no layout has them.
// CHECK: 'dist.permute' op is not proven: devices that differ on {"a"} exchange what is not the same on them, got [{"a"}, {}]
module @ring {
  dist.mesh @mesh ["a"=2, "b"=2]
  func.func @main(%x: tensor<2x4xf32> {dist.sharding = #dist.sharding<@mesh, [{"a"}, {}]>, dist.global_type = tensor<4x4xf32>}) -> (tensor<2x4xf32> {dist.sharding = #dist.sharding<@mesh, [{"a"}, {}]>, dist.global_type = tensor<4x4xf32>}) {
    %0 = dist.permute %x over @mesh shift {"a"} by 1 : tensor<2x4xf32>
    return %0 : tensor<2x4xf32>
  }
  module @global attributes {dist.global} {
    func.func @main(%x: tensor<4x4xf32>) -> tensor<4x4xf32> {
      return %x : tensor<4x4xf32>
    }
  }
}

// -----

// One block for all.
// CHECK: 'dist.broadcast' op is not proven: devices that differ on {"a"} exchange what is not the same on them, got [{"a"}, {}]
module @broadcast {
  dist.mesh @mesh ["a"=2, "b"=2]
  func.func @main(%x: tensor<2x4xf32> {dist.sharding = #dist.sharding<@mesh, [{"a"}, {}]>, dist.global_type = tensor<4x4xf32>}) -> (tensor<2x4xf32> {dist.sharding = #dist.sharding<@mesh, [{"a"}, {}]>, dist.global_type = tensor<4x4xf32>}) {
    %0 = dist.broadcast %x from 0 over @mesh {"a"} : tensor<2x4xf32>
    return %0 : tensor<2x4xf32>
  }
  module @global attributes {dist.global} {
    func.func @main(%x: tensor<4x4xf32>) -> tensor<4x4xf32> {
      return %x : tensor<4x4xf32>
    }
  }
}

// -----

// Devices that get the block of another.
// CHECK: 'dist.permute' op is not proven: device 0 gets what is of device 3 under [{"a"}, {}]
module @pairs {
  dist.mesh @mesh ["a"=2, "b"=2]
  func.func @main(%x: tensor<2x4xf32> {dist.sharding = #dist.sharding<@mesh, [{"a"}, {}]>, dist.global_type = tensor<4x4xf32>}) -> (tensor<2x4xf32> {dist.sharding = #dist.sharding<@mesh, [{"a"}, {}]>, dist.global_type = tensor<4x4xf32>}) {
    %0 = dist.permute %x over @mesh pairs [0 -> 3, 3 -> 0] : tensor<2x4xf32>
    return %0 : tensor<2x4xf32>
  }
  module @global attributes {dist.global} {
    func.func @main(%x: tensor<4x4xf32>) -> tensor<4x4xf32> {
      return %x : tensor<4x4xf32>
    }
  }
}

// -----

// Sixths have no halves that begin where thirds do.
// CHECK: 'dist.permute' op is not proven: no layout says where the permutation from {"a":(1)2, "b"} to {"b", "a":(1)2} brings [{"a":(1)3}]
module @reorder {
  dist.mesh @mesh ["a"=6, "b"=2]
  func.func @main(%x: tensor<2xf32> {dist.sharding = #dist.sharding<@mesh, [{"a":(1)3}]>, dist.global_type = tensor<6xf32>}) -> (tensor<2xf32> {dist.sharding = #dist.sharding<@mesh, [{"a":(1)3}]>, dist.global_type = tensor<6xf32>}) {
    %0 = dist.permute %x over @mesh reorder {"a":(1)2, "b"} to {"b", "a":(1)2} : tensor<2xf32>
    return %0 : tensor<2xf32>
  }
  module @global attributes {dist.global} {
    func.func @main(%x: tensor<6xf32>) -> tensor<6xf32> {
      return %x : tensor<6xf32>
    }
  }
}

// -----

// Another mesh.
// CHECK: 'dist.slice' op is not proven: it runs on @other, and the rest of the program on @mesh
module @other_mesh {
  dist.mesh @mesh ["a"=2, "b"=2]
  dist.mesh @other ["c"=2]
  func.func @main(%x: tensor<2x4xf32> {dist.sharding = #dist.sharding<@mesh, [{"a"}, {}]>, dist.global_type = tensor<4x4xf32>}) -> (tensor<2x4xf32> {dist.sharding = #dist.sharding<@mesh, [{"a"}, {}]>, dist.global_type = tensor<4x4xf32>}) {
    %0 = dist.slice %x dim 1 over @other {"c"} : tensor<2x4xf32> -> tensor<2x2xf32>
    %1 = dist.all_gather %0 dim 1 over @other {"c"} : tensor<2x2xf32> -> tensor<2x4xf32>
    return %1 : tensor<2x4xf32>
  }
  module @global attributes {dist.global} {
    func.func @main(%x: tensor<4x4xf32>) -> tensor<4x4xf32> {
      return %x : tensor<4x4xf32>
    }
  }
}

// -----

// A transfer to another mesh.
// CHECK: 'dist.send' op is not proven: it joins the programs of two meshes, and one is proven
module @send {
  dist.mesh @mesh ["a"=2, "b"=2]
  dist.mesh @other ["a"=2, "b"=2]
  func.func @main(%x: tensor<2x4xf32> {dist.sharding = #dist.sharding<@mesh, [{"a"}, {}]>, dist.global_type = tensor<4x4xf32>}) -> (tensor<2x4xf32> {dist.sharding = #dist.sharding<@mesh, [{"a"}, {}]>, dist.global_type = tensor<4x4xf32>}) {
    dist.send %x over @mesh to @other channel 0 : tensor<2x4xf32>
    return %x : tensor<2x4xf32>
  }
  module @global attributes {dist.global} {
    func.func @main(%x: tensor<4x4xf32>) -> tensor<4x4xf32> {
      return %x : tensor<4x4xf32>
    }
  }
}

// -----

// A reshard that was not made collectives.
// CHECK: 'dist.reshard' op is not proven: it is no op of a local program
module @reshard {
  dist.mesh @mesh ["a"=2, "b"=2]
  func.func @main(%x: tensor<4x4xf32>) -> tensor<4x4xf32> {
    %0 = dist.reshard %x to <@mesh, [{}, {}]> : tensor<4x4xf32>
    return %0 : tensor<4x4xf32>
  }
  module @global attributes {dist.global} {
    func.func @main(%x: tensor<4x4xf32>) -> tensor<4x4xf32> {
      return %x : tensor<4x4xf32>
    }
  }
}

// -----

// A branch that devices do not take alike.
// CHECK: 'tensor.extract' op is not proven: operand #0 must be whole for an op without a sharding rule, got [] partial={"a":max}
module @branch {
  dist.mesh @mesh ["a"=2, "b"=2]
  func.func @main(%x: tensor<4x4xf32>, %c: tensor<i1> {dist.sharding = #dist.sharding<@mesh, [], partial={"a":max}>, dist.global_type = tensor<i1>}) -> tensor<4x4xf32> {
    %flag = tensor.extract %c[] : tensor<i1>
    %0 = scf.if %flag -> tensor<4x4xf32> {
      scf.yield %x : tensor<4x4xf32>
    } else {
      scf.yield %x : tensor<4x4xf32>
    }
    return %0 : tensor<4x4xf32>
  }
  module @global attributes {dist.global} {
    func.func @main(%x: tensor<4x4xf32>, %c: tensor<i1>) -> tensor<4x4xf32> {
      %flag = tensor.extract %c[] : tensor<i1>
      %0 = scf.if %flag -> tensor<4x4xf32> {
        scf.yield %x : tensor<4x4xf32>
      } else {
        scf.yield %x : tensor<4x4xf32>
      }
      return %0 : tensor<4x4xf32>
    }
  }
}

// -----

// Branches that give shards of other layouts.
// CHECK: 'scf.if' op is not proven: result #0 is argument #0 under [{"a"}, {}] or else argument #1 under [{"b"}, {}]; expected one layout
module @branch_layouts {
  dist.mesh @mesh ["a"=2, "b"=2]
  func.func @main(%x: tensor<2x4xf32> {dist.sharding = #dist.sharding<@mesh, [{"a"}, {}]>, dist.global_type = tensor<4x4xf32>}, %y: tensor<2x4xf32> {dist.sharding = #dist.sharding<@mesh, [{"b"}, {}]>, dist.global_type = tensor<4x4xf32>}, %flag: i1) -> (tensor<2x4xf32> {dist.sharding = #dist.sharding<@mesh, [{"a"}, {}]>, dist.global_type = tensor<4x4xf32>}) {
    %0 = scf.if %flag -> tensor<2x4xf32> {
      scf.yield %x : tensor<2x4xf32>
    } else {
      scf.yield %y : tensor<2x4xf32>
    }
    return %0 : tensor<2x4xf32>
  }
  module @global attributes {dist.global} {
    func.func @main(%x: tensor<4x4xf32>, %y: tensor<4x4xf32>, %flag: i1) -> tensor<4x4xf32> {
      %0 = scf.if %flag -> tensor<4x4xf32> {
        scf.yield %x : tensor<4x4xf32>
      } else {
        scf.yield %y : tensor<4x4xf32>
      }
      return %0 : tensor<4x4xf32>
    }
  }
}

// -----

// Branches that are swapped.
// CHECK: 'scf.if' op is not proven: no global scf.if yields the same
module @branch_swapped {
  dist.mesh @mesh ["a"=2, "b"=2]
  func.func @main(%x: tensor<4x4xf32>, %y: tensor<4x4xf32>, %flag: i1) -> tensor<4x4xf32> {
    %0 = scf.if %flag -> tensor<4x4xf32> {
      scf.yield %y : tensor<4x4xf32>
    } else {
      scf.yield %x : tensor<4x4xf32>
    }
    return %0 : tensor<4x4xf32>
  }
  module @global attributes {dist.global} {
    func.func @main(%x: tensor<4x4xf32>, %y: tensor<4x4xf32>, %flag: i1) -> tensor<4x4xf32> {
      %0 = scf.if %flag -> tensor<4x4xf32> {
        scf.yield %x : tensor<4x4xf32>
      } else {
        scf.yield %y : tensor<4x4xf32>
      }
      return %0 : tensor<4x4xf32>
    }
  }
}

// -----

// One iteration less.
// CHECK: 'scf.for' op is not proven: no global scf.for does the same
module @loop_count {
  dist.mesh @mesh ["a"=2, "b"=2]
  func.func @main(%x: tensor<4x4xf32>) -> tensor<4x4xf32> {
    %l = arith.constant 0 : index
    %u = arith.constant 3 : index
    %s = arith.constant 1 : index
    %0 = scf.for %i = %l to %u step %s iter_args(%v = %x) -> tensor<4x4xf32> {
      %1 = xformer.relu %v : tensor<4x4xf32>
      scf.yield %1 : tensor<4x4xf32>
    }
    return %0 : tensor<4x4xf32>
  }
  module @global attributes {dist.global} {
    func.func @main(%x: tensor<4x4xf32>) -> tensor<4x4xf32> {
      %l = arith.constant 0 : index
      %u = arith.constant 4 : index
      %s = arith.constant 1 : index
      %0 = scf.for %i = %l to %u step %s iter_args(%v = %x) -> tensor<4x4xf32> {
        %1 = xformer.relu %v : tensor<4x4xf32>
        scf.yield %1 : tensor<4x4xf32>
      }
      return %0 : tensor<4x4xf32>
    }
  }
}

// -----

// A loop whose value does not stay where it is.
// CHECK: 'scf.for' op is not proven: the loop begins with loop argument #1 under [{"a"}, {}], and goes on with result #0 of 'xformer.relu' under [{"b"}, {}]; expected one layout
module @loop_layout {
  dist.mesh @mesh ["a"=2, "b"=2]
  func.func @main(%x: tensor<2x4xf32> {dist.sharding = #dist.sharding<@mesh, [{"a"}, {}]>, dist.global_type = tensor<4x4xf32>}) -> (tensor<2x4xf32> {dist.sharding = #dist.sharding<@mesh, [{"a"}, {}]>, dist.global_type = tensor<4x4xf32>}) {
    %l = arith.constant 0 : index
    %u = arith.constant 4 : index
    %s = arith.constant 1 : index
    %0 = scf.for %i = %l to %u step %s iter_args(%v = %x) -> tensor<2x4xf32> {
      %1 = xformer.relu %v : tensor<2x4xf32>
      %2 = dist.permute %1 over @mesh reorder {"a", "b"} to {"b", "a"} : tensor<2x4xf32>
      scf.yield %2 : tensor<2x4xf32>
    }
    return %0 : tensor<2x4xf32>
  }
  module @global attributes {dist.global} {
    func.func @main(%x: tensor<4x4xf32>) -> tensor<4x4xf32> {
      %l = arith.constant 0 : index
      %u = arith.constant 4 : index
      %s = arith.constant 1 : index
      %0 = scf.for %i = %l to %u step %s iter_args(%v = %x) -> tensor<4x4xf32> {
        %1 = xformer.relu %v : tensor<4x4xf32>
        scf.yield %1 : tensor<4x4xf32>
      }
      return %0 : tensor<4x4xf32>
    }
  }
}

// -----

// An argument that lies otherwise than the function takes it.
// CHECK: 'func.call' op is not proven: operand #0 is argument #0 under [{"a"}, {}], where the callee takes [{"b"}, {}]
module @call_layout {
  dist.mesh @mesh ["a"=2, "b"=2]
  func.func private @f(%x: tensor<2x4xf32> {dist.sharding = #dist.sharding<@mesh, [{"b"}, {}]>, dist.global_type = tensor<4x4xf32>}) -> (tensor<2x4xf32> {dist.sharding = #dist.sharding<@mesh, [{"b"}, {}]>, dist.global_type = tensor<4x4xf32>}) {
    return %x : tensor<2x4xf32>
  }
  func.func @main(%x: tensor<2x4xf32> {dist.sharding = #dist.sharding<@mesh, [{"a"}, {}]>, dist.global_type = tensor<4x4xf32>}) -> (tensor<2x4xf32> {dist.sharding = #dist.sharding<@mesh, [{"a"}, {}]>, dist.global_type = tensor<4x4xf32>}) {
    %0 = call @f(%x) : (tensor<2x4xf32>) -> tensor<2x4xf32>
    return %0 : tensor<2x4xf32>
  }
  module @global attributes {dist.global} {
    func.func private @f(%x: tensor<4x4xf32>) -> (tensor<4x4xf32>) {
      return %x : tensor<4x4xf32>
    }
    func.func @main(%x: tensor<4x4xf32>) -> tensor<4x4xf32> {
      %0 = call @f(%x) : (tensor<4x4xf32>) -> tensor<4x4xf32>
      return %0 : tensor<4x4xf32>
    }
  }
}

// -----

// An op with effects.
// CHECK: 'test.effect' op is not proven: it has effects, and only functions of operands are understood
module @effects {
  dist.mesh @mesh ["a"=2, "b"=2]
  func.func @main(%x: tensor<4x4xf32>) -> tensor<4x4xf32> {
    "test.effect"() : () -> ()
    return %x : tensor<4x4xf32>
  }
  module @global attributes {dist.global} {
    func.func @main(%x: tensor<4x4xf32>) -> tensor<4x4xf32> {
      return %x : tensor<4x4xf32>
    }
  }
}

// -----

// Regions of other ops.
// CHECK: 'test.region' op is not proven: it has regions, and only those of scf.if and scf.for are understood
module @regions {
  dist.mesh @mesh ["a"=2, "b"=2]
  func.func @main(%x: tensor<4x4xf32>) -> tensor<4x4xf32> {
    "test.region"() ({
    }) : () -> ()
    return %x : tensor<4x4xf32>
  }
  module @global attributes {dist.global} {
    func.func @main(%x: tensor<4x4xf32>) -> tensor<4x4xf32> {
      return %x : tensor<4x4xf32>
    }
  }
}
