// RUN: partita-opt %s -split-input-file -verify-diagnostics

//===----------------------------------------------------------------------===//
// slice
//===----------------------------------------------------------------------===//

dist.mesh @mesh ["x"=2, "y"=4]
func.func @dist_slice_c1(%x: tensor<4x8xf32>) {
  // expected-error@+1 {{'dist.slice' op expected a dimension of 'tensor<4x8xf32>', got dim 2}}
  %0 = dist.slice %x dim 2 over @mesh {"x"} : tensor<4x8xf32> -> tensor<2x8xf32>
  return
}

// -----

dist.mesh @mesh ["x"=2, "y"=4]
func.func @dist_slice_c1_negative(%x: tensor<4x8xf32>) {
  // expected-error@+1 {{'dist.slice' op expected a dimension of 'tensor<4x8xf32>', got dim -1}}
  %0 = dist.slice %x dim -1 over @mesh {"x"} : tensor<4x8xf32> -> tensor<2x8xf32>
  return
}

// -----

dist.mesh @mesh ["x"=2, "y"=4]
func.func @dist_slice_c1_scalar(%x: tensor<f32>) {
  // expected-error@+1 {{'dist.slice' op expected a dimension of 'tensor<f32>', got dim 0}}
  %0 = dist.slice %x dim 0 over @mesh {"x"} : tensor<f32> -> tensor<f32>
  return
}

// -----

dist.mesh @mesh ["x"=2, "y"=4]
func.func @dist_slice_c2_shape(%x: tensor<4x8xf32>) {
  // expected-error@+1 {{'dist.slice' op expected a result of type 'tensor<2x8xf32>', got 'tensor<2x4xf32>'}}
  %0 = dist.slice %x dim 0 over @mesh {"x"} : tensor<4x8xf32> -> tensor<2x4xf32>
  return
}

// -----

dist.mesh @mesh ["x"=2, "y"=4]
func.func @dist_slice_c2_rank(%x: tensor<4x8xf32>) {
  // expected-error@+1 {{'dist.slice' op expected a result of rank 2, got 'tensor<2xf32>'}}
  %0 = dist.slice %x dim 0 over @mesh {"x"} : tensor<4x8xf32> -> tensor<2xf32>
  return
}

// -----

dist.mesh @mesh ["x"=2, "y"=4]
func.func @dist_slice_c2_element(%x: tensor<4x8xf32>) {
  // expected-error@+1 {{'dist.slice' op expected a result of type 'tensor<2x8xf32>', got 'tensor<2x8xf16>'}}
  %0 = dist.slice %x dim 0 over @mesh {"x"} : tensor<4x8xf32> -> tensor<2x8xf16>
  return
}

// -----

dist.mesh @mesh ["x"=2, "y"=4]
func.func @dist_slice_c3(%x: tensor<4x8xf32>) {
  // expected-error@+1 {{'dist.slice' op expected dimension 1 of the result to be 1, one of 8 blocks of 8, got 2}}
  %0 = dist.slice %x dim 1 over @mesh {"y", "x"} : tensor<4x8xf32> -> tensor<4x2xf32>
  return
}

// -----

dist.mesh @mesh ["x"=2, "y"=4]
func.func @dist_slice_c3_uneven(%x: tensor<5xf32>) {
  // expected-error@+1 {{'dist.slice' op expected dimension 0 of the result to be 2, one of 4 blocks of 5, got 1}}
  %0 = dist.slice %x dim 0 over @mesh {"y"} : tensor<5xf32> -> tensor<1xf32>
  return
}

// -----

//===----------------------------------------------------------------------===//
// all_gather
//===----------------------------------------------------------------------===//

dist.mesh @mesh ["x"=2, "y"=4]
func.func @all_gather_c1(%x: tensor<4x8xf32>) {
  // expected-error@+1 {{'dist.all_gather' op expected a dimension of 'tensor<4x8xf32>', got dim 2}}
  %0 = dist.all_gather %x dim 2 over @mesh {"x"} : tensor<4x8xf32> -> tensor<8x8xf32>
  return
}

// -----

dist.mesh @mesh ["x"=2, "y"=4]
func.func @all_gather_c2(%x: tensor<4x8xf32>) {
  // expected-error@+1 {{'dist.all_gather' op expected a result of type 'tensor<8x8xf32>', got 'tensor<8x16xf32>'}}
  %0 = dist.all_gather %x dim 0 over @mesh {"x"} : tensor<4x8xf32> -> tensor<8x16xf32>
  return
}

// -----

dist.mesh @mesh ["x"=2, "y"=4]
func.func @all_gather_c2_started(%x: tensor<4x8xf32>) {
  // expected-error@+1 {{'dist.all_gather' op expected a result of type 'tensor<8x8xf32>', got 'tensor<8x8xi32>'}}
  %0 = dist.all_gather start %x dim 0 over @mesh {"x"} : tensor<4x8xf32> -> !dist.token<tensor<8x8xi32>>
  return
}

// -----

dist.mesh @mesh ["x"=2, "y"=4]
func.func @all_gather_c3(%x: tensor<4x8xf32>) {
  // expected-error@+1 {{'dist.all_gather' op expected dimension 0 of the input to be 2, one of 4 blocks of 8, got 4}}
  %0 = dist.all_gather %x dim 0 over @mesh {"y"} : tensor<4x8xf32> -> tensor<8x8xf32>
  return
}

// -----

// No device would hold nothing but what is beyond the end of blocks that long.
dist.mesh @mesh ["x"=2, "y"=4]
func.func @all_gather_c3_too_short(%x: tensor<4x8xf32>) {
  // expected-error@+1 {{'dist.all_gather' op expected dimension 0 of the input to be 3, one of 4 blocks of 12, got 4}}
  %0 = dist.all_gather start %x dim 0 over @mesh {"y"} : tensor<4x8xf32> -> !dist.token<tensor<12x8xf32>>
  return
}

// -----

//===----------------------------------------------------------------------===//
// all_reduce
//===----------------------------------------------------------------------===//

dist.mesh @mesh ["x"=2, "y"=4]
func.func @all_reduce_c1(%x: tensor<4x8xf32>) {
  // expected-error@+1 {{'dist.all_reduce' op expected a result of type 'tensor<4x8xf32>', got 'tensor<4x8xf16>'}}
  %0 = dist.all_reduce %x over @mesh {"x"} : tensor<4x8xf32> -> tensor<4x8xf16>
  return
}

// -----

dist.mesh @mesh ["x"=2, "y"=4]
func.func @all_reduce_c2_bits(%x: tensor<4xi1>) {
  // expected-error@+1 {{'dist.all_reduce' op expected numbers to sum, got 'tensor<4xi1>'; combine bits by max for or, by min for and}}
  %0 = dist.all_reduce %x over @mesh {"x"} : tensor<4xi1>
  return
}

// -----

dist.mesh @mesh ["x"=2, "y"=4]
func.func @all_reduce_c2_integers(%x: tensor<4xi32>) {
  // expected-error@+1 {{'dist.all_reduce' op expected floats to combine by log_sum_exp, got 'tensor<4xi32>'}}
  %0 = dist.all_reduce %x by log_sum_exp over @mesh {"x"} : tensor<4xi32>
  return
}

// -----

dist.mesh @mesh ["x"=2, "y"=4]
func.func @all_reduce_combiner(%x: tensor<4xf32>) {
  // expected-error@+1 {{expected sum, max, min or log_sum_exp, got mean}}
  %0 = dist.all_reduce %x by mean over @mesh {"x"} : tensor<4xf32>
  return
}

// -----

//===----------------------------------------------------------------------===//
// reduce_scatter
//===----------------------------------------------------------------------===//

dist.mesh @mesh ["x"=2, "y"=4]
func.func @reduce_scatter_c1(%x: tensor<4x8xf32>) {
  // expected-error@+1 {{'dist.reduce_scatter' op expected a dimension of 'tensor<4x8xf32>', got dim -2}}
  %0 = dist.reduce_scatter %x dim -2 over @mesh {"x"} : tensor<4x8xf32> -> tensor<2x8xf32>
  return
}

// -----

dist.mesh @mesh ["x"=2, "y"=4]
func.func @reduce_scatter_c2(%x: tensor<4x8xf32>) {
  // expected-error@+1 {{'dist.reduce_scatter' op expected a result of type 'tensor<4x4xf32>', got 'tensor<2x4xf32>'}}
  %0 = dist.reduce_scatter %x dim 1 over @mesh {"x"} : tensor<4x8xf32> -> tensor<2x4xf32>
  return
}

// -----

dist.mesh @mesh ["x"=2, "y"=4]
func.func @reduce_scatter_c3(%x: tensor<4x8xf32>) {
  // expected-error@+1 {{'dist.reduce_scatter' op expected dimension 0 of the result to be 1, one of 4 blocks of 4, got 2}}
  %0 = dist.reduce_scatter %x dim 0 over @mesh {"y"} : tensor<4x8xf32> -> tensor<2x8xf32>
  return
}

// -----

dist.mesh @mesh ["x"=2, "y"=4]
func.func @reduce_scatter_c4(%x: tensor<4xi1>) {
  // expected-error@+1 {{'dist.reduce_scatter' op expected numbers to sum, got 'tensor<4xi1>'; combine bits by max for or, by min for and}}
  %0 = dist.reduce_scatter start %x dim 0 over @mesh {"x"} : tensor<4xi1> -> !dist.token<tensor<2xi1>>
  return
}

// -----

//===----------------------------------------------------------------------===//
// all_to_all
//===----------------------------------------------------------------------===//

dist.mesh @mesh ["x"=2, "y"=4]
func.func @all_to_all_c1_join(%x: tensor<4x8xf32>) {
  // expected-error@+1 {{'dist.all_to_all' op expected a dimension of 'tensor<4x8xf32>', got dim 2}}
  %0 = dist.all_to_all %x dim 2 to 1 over @mesh {"x"} : tensor<4x8xf32> -> tensor<8x4xf32>
  return
}

// -----

dist.mesh @mesh ["x"=2, "y"=4]
func.func @all_to_all_c1_split(%x: tensor<4x8xf32>) {
  // expected-error@+1 {{'dist.all_to_all' op expected a dimension of 'tensor<4x8xf32>', got dim -1}}
  %0 = dist.all_to_all %x dim 0 to -1 over @mesh {"x"} : tensor<4x8xf32> -> tensor<8x4xf32>
  return
}

// -----

dist.mesh @mesh ["x"=2, "y"=4]
func.func @all_to_all_c1_same(%x: tensor<4x8xf32>) {
  // expected-error@+1 {{'dist.all_to_all' op expected two dimensions, got 1 twice}}
  %0 = dist.all_to_all %x dim 1 to 1 over @mesh {"x"} : tensor<4x8xf32> -> tensor<4x8xf32>
  return
}

// -----

dist.mesh @mesh ["x"=2, "y"=4]
func.func @all_to_all_c2(%x: tensor<4x8x2xf32>) {
  // expected-error@+1 {{'dist.all_to_all' op expected a result of type 'tensor<8x4x2xf32>', got 'tensor<8x4x1xf32>'}}
  %0 = dist.all_to_all %x dim 0 to 1 over @mesh {"x"} : tensor<4x8x2xf32> -> tensor<8x4x1xf32>
  return
}

// -----

dist.mesh @mesh ["x"=2, "y"=4]
func.func @all_to_all_c3(%x: tensor<4x8xf32>) {
  // expected-error@+1 {{'dist.all_to_all' op expected dimension 0 of the input to be 2, one of 2 blocks of 4, got 4}}
  %0 = dist.all_to_all %x dim 0 to 1 over @mesh {"x"} : tensor<4x8xf32> -> tensor<4x4xf32>
  return
}

// -----

dist.mesh @mesh ["x"=2, "y"=4]
func.func @all_to_all_c4(%x: tensor<4x8xf32>) {
  // expected-error@+1 {{'dist.all_to_all' op expected dimension 1 of the result to be 4, one of 2 blocks of 8, got 8}}
  %0 = dist.all_to_all %x dim 0 to 1 over @mesh {"x"} : tensor<4x8xf32> -> tensor<8x8xf32>
  return
}

// -----

dist.mesh @mesh ["x"=2, "y"=4]
func.func @all_to_all_c5(%x: tensor<4x8xf32>) {
  // expected-error@+1 {{'dist.all_to_all' op expected the same axes in another order, got #dist.axes<{"x"}> and #dist.axes<{"y":(1)2}>}}
  %0 = dist.all_to_all %x dim 0 to 1 over @mesh {"x"} as {"y":(1)2} : tensor<4x8xf32> -> tensor<8x4xf32>
  return
}

// -----

dist.mesh @mesh ["x"=2, "y"=4]
func.func @all_to_all_c5_same_order(%x: tensor<4x8xf32>) {
  // expected-error@+1 {{'dist.all_to_all' op expected the same axes in another order, got #dist.axes<{"x", "y"}> and #dist.axes<{"x", "y"}>}}
  %0 = dist.all_to_all %x dim 0 to 1 over @mesh {"x", "y"} as {"x", "y"} : tensor<4x8xf32> -> tensor<32x1xf32>
  return
}

// -----

//===----------------------------------------------------------------------===//
// permute
//===----------------------------------------------------------------------===//

dist.mesh @mesh ["x"=2, "y"=4]
func.func @permute_c1(%x: tensor<4x8xf32>) {
  // expected-error@+1 {{'dist.permute' op expected a result of type 'tensor<4x8xf32>', got 'tensor<8x4xf32>'}}
  %0 = dist.permute %x over @mesh shift {"x"} by 1 : tensor<4x8xf32> -> tensor<8x4xf32>
  return
}

// -----

dist.mesh @mesh ["x"=2, "y"=4]
func.func @permute_route(%x: tensor<4x8xf32>) {
  // expected-error@+1 {{expected shift, reorder or pairs, got rotate}}
  %0 = dist.permute %x over @mesh rotate {"x"} by 1 : tensor<4x8xf32>
  return
}

// -----

dist.mesh @mesh ["x"=2, "y"=4]
func.func @permute_other_route(%x: tensor<4x8xf32>) {
  // expected-error@+1 {{'dist.permute' op attribute 'route' failed to satisfy constraint: shift, reorder or pairs}}
  %0 = "dist.permute"(%x) {mesh = @mesh, route = #dist.axes<{"x"}>} : (tensor<4x8xf32>) -> tensor<4x8xf32>
  return
}

// -----

dist.mesh @mesh ["x"=2, "y"=4]
func.func @shift_c2(%x: tensor<4x8xf32>) {
  // expected-error@+1 {{'dist.permute' op expected a shift below the 8 devices of the ring, got 8}}
  %0 = dist.permute %x over @mesh shift {"x", "y"} by 8 : tensor<4x8xf32>
  return
}

// -----

dist.mesh @mesh ["x"=2, "y"=4]
func.func @reorder_c1(%x: tensor<4x8xf32>) {
  // expected-error@+1 {{'dist.permute' op expected the same axes in another order, got #dist.reorder<{"x"} to {"y"}>}}
  %0 = dist.permute %x over @mesh reorder {"x"} to {"y"} : tensor<4x8xf32>
  return
}

// -----

// As many devices, but not the same ones.
dist.mesh @mesh ["x"=2, "y"=4]
func.func @reorder_c1_other_part(%x: tensor<4x8xf32>) {
  // expected-error@+1 {{'dist.permute' op expected the same axes in another order, got #dist.reorder<{"x", "y":(1)2} to {"y":(2)2, "x"}>}}
  %0 = dist.permute %x over @mesh reorder {"x", "y":(1)2} to {"y":(2)2, "x"} : tensor<4x8xf32>
  return
}

// -----

dist.mesh @mesh ["x"=2, "y"=4]
func.func @pairs_c3(%x: tensor<4x8xf32>) {
  // expected-error@+1 {{'dist.permute' op expected a device of the mesh, which has 8, got 8}}
  %0 = dist.permute %x over @mesh pairs [7 -> 8, 8 -> 7] : tensor<4x8xf32>
  return
}

// -----

dist.mesh @mesh ["x"=2, "y"=4]
func.func @pairs_c4(%x: tensor<4x8xf32>) {
  // expected-error@+1 {{'dist.permute' op expected pairs that form a permutation, got device 2 as a source only}}
  %0 = dist.permute %x over @mesh pairs [0 -> 1, 1 -> 0, 2 -> 3] : tensor<4x8xf32>
  return
}

// -----

//===----------------------------------------------------------------------===//
// broadcast
//===----------------------------------------------------------------------===//

dist.mesh @mesh ["x"=2, "y"=4]
func.func @broadcast_c1(%x: tensor<4x8xf32>) {
  // expected-error@+1 {{'dist.broadcast' op expected a result of rank 2, got 'tensor<4xf32>'}}
  %0 = dist.broadcast start %x from 0 over @mesh {"x"} : tensor<4x8xf32> -> !dist.token<tensor<4xf32>>
  return
}

// -----

dist.mesh @mesh ["x"=2, "y"=4]
func.func @broadcast_c2(%x: tensor<4x8xf32>) {
  // expected-error@+1 {{'dist.broadcast' op expected a root among the 4 devices of a group, got 4}}
  %0 = dist.broadcast %x from 4 over @mesh {"y"} : tensor<4x8xf32>
  return
}

// -----

dist.mesh @mesh ["x"=2, "y"=4]
func.func @broadcast_c2_negative(%x: tensor<4x8xf32>) {
  // expected-error@+1 {{'dist.broadcast' op expected a root among the 4 devices of a group, got -1}}
  %0 = dist.broadcast %x from -1 over @mesh {"y"} : tensor<4x8xf32>
  return
}

// -----

//===----------------------------------------------------------------------===//
// Started ops, and operands of all
//===----------------------------------------------------------------------===//

dist.mesh @mesh ["x"=2, "y"=4]
func.func @start_c1_no_token(%x: tensor<4x8xf32>) {
  // expected-error@+1 {{'dist.all_reduce' op expected a token, as it is started}}
  %0 = dist.all_reduce start %x over @mesh {"x"} : tensor<4x8xf32>
  return
}

// -----

dist.mesh @mesh ["x"=2, "y"=4]
func.func @start_c1_token(%x: tensor<4x8xf32>) {
  // expected-error@+1 {{'dist.all_reduce' op expected no token, as it is not started}}
  %0 = dist.all_reduce %x over @mesh {"x"} : tensor<4x8xf32> -> !dist.token<tensor<4x8xf32>>
  return
}

// -----

dist.mesh @mesh ["x"=2, "y"=4]
func.func @start_c1_no_value(%x: tensor<4x8xf32>) {
  // expected-error@+1 {{'dist.all_reduce' op expected a token for a value, got '!dist.token'}}
  %0 = dist.all_reduce start %x over @mesh {"x"} : tensor<4x8xf32> -> !dist.token
  return
}

// -----

func.func @dynamic(%x: tensor<?xf32>) {
  // expected-error@+1 {{'dist.all_reduce' op operand #0 must be static tensor of numbers, but got 'tensor<?xf32>'}}
  %0 = dist.all_reduce %x over @mesh {"x"} : tensor<?xf32>
  return
}
