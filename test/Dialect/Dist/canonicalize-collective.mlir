// RUN: partita-opt %s -canonicalize="test-convergence" -split-input-file | FileCheck %s

//===----------------------------------------------------------------------===//
// Groups of one device
//===----------------------------------------------------------------------===//

dist.mesh @mesh ["x"=2, "one"=1]

// CHECK-LABEL: func @no_axes(
// CHECK-SAME: %[[X:.*]]: tensor<4x8xf32>
func.func @no_axes(%x: tensor<4x8xf32>) -> (tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>) {
  %0 = dist.slice %x dim 0 over @mesh {} : tensor<4x8xf32> -> tensor<4x8xf32>
  %1 = dist.all_gather %x dim 0 over @mesh {} : tensor<4x8xf32> -> tensor<4x8xf32>
  %2 = dist.all_reduce %x over @mesh {} : tensor<4x8xf32>
  %3 = dist.reduce_scatter %x dim 0 over @mesh {} : tensor<4x8xf32> -> tensor<4x8xf32>
  %4 = dist.all_to_all %x dim 0 to 1 over @mesh {} : tensor<4x8xf32> -> tensor<4x8xf32>
  %5 = dist.broadcast %x from 0 over @mesh {} : tensor<4x8xf32>
  %6 = dist.permute %x over @mesh shift {} by 0 : tensor<4x8xf32>
  // CHECK-NEXT: return %[[X]], %[[X]], %[[X]], %[[X]], %[[X]], %[[X]], %[[X]]
  return %0, %1, %2, %3, %4, %5, %6 : tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>
}

// CHECK-LABEL: func @axes_of_size_one(
// CHECK-SAME: %[[X:.*]]: tensor<4x8xf32>
func.func @axes_of_size_one(%x: tensor<4x8xf32>) -> (tensor<4x8xf32>, tensor<4x8xf32>) {
  %0 = dist.slice %x dim 0 over @mesh {"one"} : tensor<4x8xf32> -> tensor<4x8xf32>
  %1 = dist.all_reduce %x by max over @mesh {"one"} : tensor<4x8xf32>
  // CHECK-NEXT: return %[[X]], %[[X]]
  return %0, %1 : tensor<4x8xf32>, tensor<4x8xf32>
}

// Where types are equal and groups are not of one device, the op stays.
// CHECK-LABEL: func @same_type(
func.func @same_type(%x: tensor<0x1xf32>) -> (tensor<0x1xf32>, tensor<0x1xf32>) {
  // CHECK: dist.all_gather
  %0 = dist.all_gather %x dim 0 over @mesh {"x"} : tensor<0x1xf32> -> tensor<0x1xf32>
  // CHECK: dist.slice
  %1 = dist.slice %x dim 1 over @mesh {"x"} : tensor<0x1xf32> -> tensor<0x1xf32>
  return %0, %1 : tensor<0x1xf32>, tensor<0x1xf32>
}

// A started op stays, even one that moves nothing: its token is waited for.
// CHECK-LABEL: func @started(
func.func @started(%x: tensor<4xf32>) -> tensor<4xf32> {
  // CHECK-NEXT: %[[T:.*]] = dist.all_reduce start %{{.*}} over @mesh {}
  %t = dist.all_reduce start %x over @mesh {} : tensor<4xf32> -> !dist.token<tensor<4xf32>>
  // CHECK-NEXT: dist.wait %[[T]]
  %0 = dist.wait %t : !dist.token<tensor<4xf32>>
  return %0 : tensor<4xf32>
}

// -----

//===----------------------------------------------------------------------===//
// Two of a kind
//===----------------------------------------------------------------------===//

dist.mesh @mesh ["x"=2, "y"=4, "z"=2]

// The outer gather has the major axes.
// CHECK-LABEL: func @merge_all_gathers(
// CHECK-SAME: %[[X:.*]]: tensor<3xf32>
func.func @merge_all_gathers(%x: tensor<3xf32>) -> tensor<48xf32> {
  // CHECK-NEXT: %[[G:.*]] = dist.all_gather %[[X]] dim 0 over @mesh {"z", "y", "x"} : tensor<3xf32> -> tensor<48xf32>
  // CHECK-NEXT: return %[[G]]
  %0 = dist.all_gather %x dim 0 over @mesh {"x"} : tensor<3xf32> -> tensor<6xf32>
  %1 = dist.all_gather %0 dim 0 over @mesh {"y"} : tensor<6xf32> -> tensor<24xf32>
  %2 = dist.all_gather %1 dim 0 over @mesh {"z"} : tensor<24xf32> -> tensor<48xf32>
  return %2 : tensor<48xf32>
}

// Parts that make up an axis become it.
// CHECK-LABEL: func @merge_parts(
func.func @merge_parts(%x: tensor<3xf32>) -> tensor<12xf32> {
  // CHECK: dist.all_gather %{{.*}} dim 0 over @mesh {"y"} : tensor<3xf32> -> tensor<12xf32>
  %0 = dist.all_gather %x dim 0 over @mesh {"y":(2)2} : tensor<3xf32> -> tensor<6xf32>
  %1 = dist.all_gather %0 dim 0 over @mesh {"y":(1)2} : tensor<6xf32> -> tensor<12xf32>
  return %1 : tensor<12xf32>
}

// The outer gather may drop what is beyond the end, the inner may not.
// CHECK-LABEL: func @uneven_all_gathers(
func.func @uneven_all_gathers(%x: tensor<3xf32>) -> (tensor<11xf32>, tensor<10xf32>) {
  // CHECK-NEXT: dist.all_gather %{{.*}} dim 0 over @mesh {"x", "z"} : tensor<3xf32> -> tensor<11xf32>
  %0 = dist.all_gather %x dim 0 over @mesh {"z"} : tensor<3xf32> -> tensor<6xf32>
  %1 = dist.all_gather %0 dim 0 over @mesh {"x"} : tensor<6xf32> -> tensor<11xf32>
  // CHECK-NEXT: dist.all_gather %{{.*}} dim 0 over @mesh {"z"} : tensor<3xf32> -> tensor<5xf32>
  // CHECK-NEXT: dist.all_gather %{{.*}} dim 0 over @mesh {"x"} : tensor<5xf32> -> tensor<10xf32>
  %2 = dist.all_gather %x dim 0 over @mesh {"z"} : tensor<3xf32> -> tensor<5xf32>
  %3 = dist.all_gather %2 dim 0 over @mesh {"x"} : tensor<5xf32> -> tensor<10xf32>
  return %1, %3 : tensor<11xf32>, tensor<10xf32>
}

// Not along another dimension, not over the same axis twice, and not where the
// first is used otherwise.
// CHECK-LABEL: func @other_all_gathers(
func.func @other_all_gathers(%x: tensor<2x2xf32>) -> (tensor<4x4xf32>, tensor<8x2xf32>, tensor<4x2xf32>, tensor<8x2xf32>) {
  // CHECK-COUNT-6: dist.all_gather
  %0 = dist.all_gather %x dim 0 over @mesh {"x"} : tensor<2x2xf32> -> tensor<4x2xf32>
  %1 = dist.all_gather %0 dim 1 over @mesh {"z"} : tensor<4x2xf32> -> tensor<4x4xf32>
  %2 = dist.all_gather %x dim 0 over @mesh {"z"} : tensor<2x2xf32> -> tensor<4x2xf32>
  %3 = dist.all_gather %2 dim 0 over @mesh {"z"} : tensor<4x2xf32> -> tensor<8x2xf32>
  %4 = dist.all_gather %x dim 0 over @mesh {"y":(1)2} : tensor<2x2xf32> -> tensor<4x2xf32>
  %5 = dist.all_gather %4 dim 0 over @mesh {"x"} : tensor<4x2xf32> -> tensor<8x2xf32>
  return %1, %3, %4, %5 : tensor<4x4xf32>, tensor<8x2xf32>, tensor<4x2xf32>, tensor<8x2xf32>
}

// CHECK-LABEL: func @started_all_gathers(
func.func @started_all_gathers(%x: tensor<2xf32>) -> !dist.token<tensor<8xf32>> {
  // CHECK: dist.all_gather %{{.*}} dim 0 over @mesh {"x"}
  %0 = dist.all_gather %x dim 0 over @mesh {"x"} : tensor<2xf32> -> tensor<4xf32>
  // CHECK: dist.all_gather start %{{.*}} dim 0 over @mesh {"z"}
  %1 = dist.all_gather start %0 dim 0 over @mesh {"z"} : tensor<4xf32> -> !dist.token<tensor<8xf32>>
  return %1 : !dist.token<tensor<8xf32>>
}

// The outer slice has the minor axes. A slice costs nothing, so it may be used
// otherwise, too.
// CHECK-LABEL: func @merge_slices(
// CHECK-SAME: %[[X:.*]]: tensor<16xf32>
func.func @merge_slices(%x: tensor<16xf32>) -> (tensor<8xf32>, tensor<2xf32>) {
  // CHECK-DAG: %[[A:.*]] = dist.slice %[[X]] dim 0 over @mesh {"x"} : tensor<16xf32> -> tensor<8xf32>
  // CHECK-DAG: %[[B:.*]] = dist.slice %[[X]] dim 0 over @mesh {"x", "y"} : tensor<16xf32> -> tensor<2xf32>
  // CHECK: return %[[A]], %[[B]]
  %0 = dist.slice %x dim 0 over @mesh {"x"} : tensor<16xf32> -> tensor<8xf32>
  %1 = dist.slice %0 dim 0 over @mesh {"y"} : tensor<8xf32> -> tensor<2xf32>
  return %0, %1 : tensor<8xf32>, tensor<2xf32>
}

// The inner slice may fill up, the outer may not: 5 in blocks of 3 and then 2
// leaves the third element where 5 in blocks of 2 does not have it.
// CHECK-LABEL: func @uneven_slices(
func.func @uneven_slices(%x: tensor<7xf32>, %y: tensor<5xf32>) -> (tensor<2xf32>, tensor<2xf32>) {
  // CHECK-NEXT: dist.slice %{{.*}} dim 0 over @mesh {"x", "z"} : tensor<7xf32> -> tensor<2xf32>
  %0 = dist.slice %x dim 0 over @mesh {"x"} : tensor<7xf32> -> tensor<4xf32>
  %1 = dist.slice %0 dim 0 over @mesh {"z"} : tensor<4xf32> -> tensor<2xf32>
  // CHECK-NEXT: dist.slice %{{.*}} dim 0 over @mesh {"x"} : tensor<5xf32> -> tensor<3xf32>
  // CHECK-NEXT: dist.slice %{{.*}} dim 0 over @mesh {"z"} : tensor<3xf32> -> tensor<2xf32>
  %2 = dist.slice %y dim 0 over @mesh {"x"} : tensor<5xf32> -> tensor<3xf32>
  %3 = dist.slice %2 dim 0 over @mesh {"z"} : tensor<3xf32> -> tensor<2xf32>
  return %1, %3 : tensor<2xf32>, tensor<2xf32>
}

// CHECK-LABEL: func @merge_reduce_scatters(
// CHECK-SAME: %[[X:.*]]: tensor<16xf32>
func.func @merge_reduce_scatters(%x: tensor<16xf32>) -> tensor<2xf32> {
  // CHECK-NEXT: dist.reduce_scatter %[[X]] by max dim 0 over @mesh {"x", "y"} : tensor<16xf32> -> tensor<2xf32>
  %0 = dist.reduce_scatter %x by max dim 0 over @mesh {"x"} : tensor<16xf32> -> tensor<8xf32>
  %1 = dist.reduce_scatter %0 by max dim 0 over @mesh {"y"} : tensor<8xf32> -> tensor<2xf32>
  return %1 : tensor<2xf32>
}

// Not where the combiners differ, nor where the first is used otherwise.
// CHECK-LABEL: func @other_reduce_scatters(
func.func @other_reduce_scatters(%x: tensor<8xf32>) -> (tensor<2xf32>, tensor<4xf32>, tensor<2xf32>) {
  // CHECK-COUNT-4: dist.reduce_scatter
  %0 = dist.reduce_scatter %x by max dim 0 over @mesh {"x"} : tensor<8xf32> -> tensor<4xf32>
  %1 = dist.reduce_scatter %0 dim 0 over @mesh {"z"} : tensor<4xf32> -> tensor<2xf32>
  %2 = dist.reduce_scatter %x dim 0 over @mesh {"x"} : tensor<8xf32> -> tensor<4xf32>
  %3 = dist.reduce_scatter %2 dim 0 over @mesh {"z"} : tensor<4xf32> -> tensor<2xf32>
  return %1, %2, %3 : tensor<2xf32>, tensor<4xf32>, tensor<2xf32>
}

// The axes of an all_reduce have no order; they are sorted.
// CHECK-LABEL: func @merge_all_reduces(
// CHECK-SAME: %[[X:.*]]: tensor<16xf32>
func.func @merge_all_reduces(%x: tensor<16xf32>) -> (tensor<16xf32>, tensor<16xf32>) {
  // CHECK-NEXT: %[[A:.*]] = dist.all_reduce %[[X]] over @mesh {"x", "y", "z"} : tensor<16xf32>
  %0 = dist.all_reduce %x over @mesh {"z", "y":(2)2} : tensor<16xf32>
  %1 = dist.all_reduce %0 over @mesh {"x", "y":(1)2} : tensor<16xf32>
  // CHECK-NEXT: %[[B:.*]] = dist.all_reduce %[[X]] by min over @mesh {"x", "z"} : tensor<16xf32>
  %2 = dist.all_reduce %x by min over @mesh {"z", "x"} : tensor<16xf32>
  // CHECK-NEXT: return %[[A]], %[[B]]
  return %1, %2 : tensor<16xf32>, tensor<16xf32>
}

// Not over an axis twice, not where combiners differ, nor where the first is used
// otherwise.
// CHECK-LABEL: func @other_all_reduces(
func.func @other_all_reduces(%x: tensor<16xf32>) -> (tensor<16xf32>, tensor<16xf32>, tensor<16xf32>, tensor<16xf32>) {
  // CHECK-COUNT-6: dist.all_reduce
  %0 = dist.all_reduce %x over @mesh {"x"} : tensor<16xf32>
  %1 = dist.all_reduce %0 over @mesh {"x", "z"} : tensor<16xf32>
  %2 = dist.all_reduce %x by max over @mesh {"x"} : tensor<16xf32>
  %3 = dist.all_reduce %2 by min over @mesh {"z"} : tensor<16xf32>
  %4 = dist.all_reduce %x over @mesh {"z"} : tensor<16xf32>
  %5 = dist.all_reduce %4 over @mesh {"x"} : tensor<16xf32>
  return %1, %3, %4, %5 : tensor<16xf32>, tensor<16xf32>, tensor<16xf32>, tensor<16xf32>
}

// CHECK-LABEL: func @merge_broadcasts(
// CHECK-SAME: %[[X:.*]]: tensor<4xf32>
func.func @merge_broadcasts(%x: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  // CHECK-NEXT: %[[B:.*]] = dist.broadcast %[[X]] from 1 over @mesh {"y"} : tensor<4xf32>
  %0 = dist.broadcast %x from 1 over @mesh {"y"} : tensor<4xf32>
  %1 = dist.broadcast %0 from 2 over @mesh {"y"} : tensor<4xf32>
  // CHECK-NEXT: %[[C:.*]] = dist.broadcast %[[B]] from 0 over @mesh {"x"} : tensor<4xf32>
  %2 = dist.broadcast %1 from 0 over @mesh {"x"} : tensor<4xf32>
  // CHECK-NEXT: return %[[B]], %[[C]]
  return %1, %2 : tensor<4xf32>, tensor<4xf32>
}

// -----

//===----------------------------------------------------------------------===//
// Permutations
//===----------------------------------------------------------------------===//

dist.mesh @mesh ["x"=2, "y"=4, "z"=2]
dist.mesh @other ["y"=4]

// CHECK-LABEL: func @merge_shifts(
// CHECK-SAME: %[[X:.*]]: tensor<4xf32>
func.func @merge_shifts(%x: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  // CHECK-NEXT: %[[P:.*]] = dist.permute %[[X]] over @mesh shift {"y"} by 1 : tensor<4xf32>
  %0 = dist.permute %x over @mesh shift {"y"} by 2 : tensor<4xf32>
  %1 = dist.permute %0 over @mesh shift {"y"} by 3 : tensor<4xf32>
  %2 = dist.permute %1 over @mesh shift {"y"} by 3 : tensor<4xf32>
  // CHECK-NEXT: return %[[P]], %[[X]]
  return %1, %2 : tensor<4xf32>, tensor<4xf32>
}

// CHECK-LABEL: func @merge_reorders(
// CHECK-SAME: %[[X:.*]]: tensor<4xf32>
func.func @merge_reorders(%x: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  // CHECK-NEXT: %[[P:.*]] = dist.permute %[[X]] over @mesh reorder {"x", "y", "z"} to {"z", "x", "y"} : tensor<4xf32>
  %0 = dist.permute %x over @mesh reorder {"x", "y", "z"} to {"y", "z", "x"} : tensor<4xf32>
  %1 = dist.permute %0 over @mesh reorder {"y", "z", "x"} to {"z", "x", "y"} : tensor<4xf32>
  %2 = dist.permute %1 over @mesh reorder {"z", "x", "y"} to {"x", "y", "z"} : tensor<4xf32>
  // CHECK-NEXT: return %[[P]], %[[X]]
  return %1, %2 : tensor<4xf32>, tensor<4xf32>
}

// A permutation that keeps everything where it is.
// CHECK-LABEL: func @identities(
// CHECK-SAME: %[[X:.*]]: tensor<4xf32>
func.func @identities(%x: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) {
  %0 = dist.permute %x over @mesh shift {"y"} by 0 : tensor<4xf32>
  %1 = dist.permute %x over @mesh reorder {"x", "y"} to {"x", "y"} : tensor<4xf32>
  %2 = dist.permute %x over @mesh pairs [3 -> 3, 5 -> 5] : tensor<4xf32>
  // CHECK-NEXT: return %[[X]], %[[X]], %[[X]]
  return %0, %1, %2 : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>
}

// Not around different rings, through different orders, or on different meshes.
// CHECK-LABEL: func @other_permutes(
func.func @other_permutes(%x: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) {
  // CHECK-COUNT-6: dist.permute
  %0 = dist.permute %x over @mesh shift {"y"} by 1 : tensor<4xf32>
  %1 = dist.permute %0 over @mesh shift {"y", "x"} by 1 : tensor<4xf32>
  %2 = dist.permute %x over @mesh reorder {"x", "z"} to {"z", "x"} : tensor<4xf32>
  %3 = dist.permute %2 over @mesh reorder {"x", "z"} to {"z", "x"} : tensor<4xf32>
  %4 = dist.permute %x over @mesh shift {"y"} by 2 : tensor<4xf32>
  %5 = dist.permute %4 over @other shift {"y"} by 2 : tensor<4xf32>
  return %1, %3, %5 : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>
}

// -----

//===----------------------------------------------------------------------===//
// One that undoes or takes up the other
//===----------------------------------------------------------------------===//

dist.mesh @mesh ["x"=2, "y"=4]

// What is gathered and cut again was there.
// CHECK-LABEL: func @slice_of_all_gather(
// CHECK-SAME: %[[X:.*]]: tensor<2xf32>
func.func @slice_of_all_gather(%x: tensor<2xf32>) -> (tensor<16xf32>, tensor<2xf32>) {
  // CHECK-NEXT: %[[G:.*]] = dist.all_gather %[[X]]
  %0 = dist.all_gather %x dim 0 over @mesh {"x", "y"} : tensor<2xf32> -> tensor<16xf32>
  %1 = dist.slice %0 dim 0 over @mesh {"x", "y"} : tensor<16xf32> -> tensor<2xf32>
  // CHECK-NEXT: return %[[G]], %[[X]]
  return %0, %1 : tensor<16xf32>, tensor<2xf32>
}

// Cutting along the major axes leaves a gather along the others.
// CHECK-LABEL: func @slice_of_major(
// CHECK-SAME: %[[X:.*]]: tensor<2xf32>
func.func @slice_of_major(%x: tensor<2xf32>) -> tensor<8xf32> {
  // CHECK-NEXT: dist.all_gather %[[X]] dim 0 over @mesh {"y"} : tensor<2xf32> -> tensor<8xf32>
  %0 = dist.all_gather %x dim 0 over @mesh {"x", "y"} : tensor<2xf32> -> tensor<16xf32>
  %1 = dist.slice %0 dim 0 over @mesh {"x"} : tensor<16xf32> -> tensor<8xf32>
  return %1 : tensor<8xf32>
}

// Not along the minor axes, along another dimension, where the gather is used
// otherwise, or where it drops what the slice fills up with zeros.
// CHECK-LABEL: func @slices_of_other_gathers(
func.func @slices_of_other_gathers(%x: tensor<2x4xf32>) -> (tensor<4x4xf32>, tensor<4x2xf32>, tensor<16x4xf32>, tensor<8x4xf32>, tensor<2x4xf32>) {
  // CHECK-DAG: dist.all_gather %{{.*}} dim 0 over @mesh {"x", "y"} : tensor<2x4xf32> -> tensor<16x4xf32>
  // CHECK-DAG: dist.slice %{{.*}} dim 0 over @mesh {"y"}
  %0 = dist.all_gather %x dim 0 over @mesh {"x", "y"} : tensor<2x4xf32> -> tensor<16x4xf32>
  %1 = dist.slice %0 dim 0 over @mesh {"y"} : tensor<16x4xf32> -> tensor<4x4xf32>
  // CHECK-DAG: dist.all_gather %{{.*}} dim 0 over @mesh {"x"} : tensor<2x4xf32> -> tensor<4x4xf32>
  // CHECK-DAG: dist.slice %{{.*}} dim 1 over @mesh {"x"} : tensor<4x4xf32> -> tensor<4x2xf32>
  %2 = dist.all_gather %x dim 0 over @mesh {"x"} : tensor<2x4xf32> -> tensor<4x4xf32>
  %3 = dist.slice %2 dim 1 over @mesh {"x"} : tensor<4x4xf32> -> tensor<4x2xf32>
  // CHECK-DAG: dist.slice %{{.*}} dim 0 over @mesh {"x"} : tensor<16x4xf32> -> tensor<8x4xf32>
  %4 = dist.slice %0 dim 0 over @mesh {"x"} : tensor<16x4xf32> -> tensor<8x4xf32>
  // CHECK-DAG: dist.slice %{{.*}} dim 0 over @mesh {"x"} : tensor<3x4xf32> -> tensor<2x4xf32>
  %5 = dist.all_gather %x dim 0 over @mesh {"x"} : tensor<2x4xf32> -> tensor<3x4xf32>
  %6 = dist.slice %5 dim 0 over @mesh {"x"} : tensor<3x4xf32> -> tensor<2x4xf32>
  return %1, %3, %0, %4, %6 : tensor<4x4xf32>, tensor<4x2xf32>, tensor<16x4xf32>, tensor<8x4xf32>, tensor<2x4xf32>
}

// CHECK-LABEL: func @slice_of_all_reduce(
// CHECK-SAME: %[[X:.*]]: tensor<5xf32>
func.func @slice_of_all_reduce(%x: tensor<5xf32>) -> tensor<1xf32> {
  // CHECK-NEXT: dist.reduce_scatter %[[X]] by max dim 0 over @mesh {"y", "x"} : tensor<5xf32> -> tensor<1xf32>
  // CHECK-NEXT: return
  %0 = dist.all_reduce %x by max over @mesh {"x", "y"} : tensor<5xf32>
  %1 = dist.slice %0 dim 0 over @mesh {"y", "x"} : tensor<5xf32> -> tensor<1xf32>
  return %1 : tensor<1xf32>
}

// What is cut is reduced first, and then less is left to reduce.
// CHECK-LABEL: func @slice_of_wider_all_reduce(
// CHECK-SAME: %[[X:.*]]: tensor<8xf32>
func.func @slice_of_wider_all_reduce(%x: tensor<8xf32>) -> tensor<2xf32> {
  // CHECK-NEXT: %[[S:.*]] = dist.reduce_scatter %[[X]] dim 0 over @mesh {"y"} : tensor<8xf32> -> tensor<2xf32>
  // CHECK-NEXT: dist.all_reduce %[[S]] over @mesh {"x"} : tensor<2xf32>
  %0 = dist.all_reduce %x over @mesh {"x", "y"} : tensor<8xf32>
  %1 = dist.slice %0 dim 0 over @mesh {"y"} : tensor<8xf32> -> tensor<2xf32>
  return %1 : tensor<2xf32>
}

// A value that becomes smaller does so where it did before, and not only where
// the smaller one is used.
// CHECK-LABEL: func @early(
// CHECK-SAME: %[[X:.*]]: tensor<8xf32>, %[[Y:.*]]: tensor<8xf32>
func.func @early(%x: tensor<8xf32>, %y: tensor<8xf32>) -> (tensor<1xf32>, tensor<4xf32>, tensor<8xf32>) {
  // CHECK-NEXT: dist.slice %[[X]] dim 0 over @mesh {"x", "y"}
  // CHECK-NEXT: dist.reduce_scatter %[[X]] dim 0 over @mesh {"x"}
  // CHECK-NEXT: arith.negf %[[Y]]
  // CHECK-NEXT: return
  %0 = dist.slice %x dim 0 over @mesh {"x"} : tensor<8xf32> -> tensor<4xf32>
  %1 = dist.all_reduce %x over @mesh {"x"} : tensor<8xf32>
  %2 = arith.negf %y : tensor<8xf32>
  %3 = dist.slice %0 dim 0 over @mesh {"y"} : tensor<4xf32> -> tensor<1xf32>
  %4 = dist.slice %1 dim 0 over @mesh {"x"} : tensor<8xf32> -> tensor<4xf32>
  return %3, %4, %2 : tensor<1xf32>, tensor<4xf32>, tensor<8xf32>
}

// Nothing leaves a branch that may not be taken.
// CHECK-LABEL: func @branch(
func.func @branch(%x: tensor<8xf32>, %taken: i1) -> tensor<4xf32> {
  // CHECK: scf.if
  // CHECK-NEXT: dist.reduce_scatter
  %0 = dist.all_reduce %x over @mesh {"x"} : tensor<8xf32>
  %1 = scf.if %taken -> tensor<4xf32> {
    %2 = dist.slice %0 dim 0 over @mesh {"x"} : tensor<8xf32> -> tensor<4xf32>
    scf.yield %2 : tensor<4xf32>
  } else {
    %3 = arith.constant dense<0.0> : tensor<4xf32>
    scf.yield %3 : tensor<4xf32>
  }
  return %1 : tensor<4xf32>
}

// Not over axes that are not reduced, nor where all of the sum is used.
// CHECK-LABEL: func @slices_of_other_reduces(
func.func @slices_of_other_reduces(%x: tensor<8xf32>) -> (tensor<2xf32>, tensor<8xf32>, tensor<2xf32>) {
  // CHECK-NOT: dist.reduce_scatter
  // CHECK: return
  %0 = dist.all_reduce %x over @mesh {"x"} : tensor<8xf32>
  %1 = dist.slice %0 dim 0 over @mesh {"y"} : tensor<8xf32> -> tensor<2xf32>
  %2 = dist.all_reduce %x over @mesh {"y"} : tensor<8xf32>
  %3 = dist.slice %2 dim 0 over @mesh {"y"} : tensor<8xf32> -> tensor<2xf32>
  return %1, %2, %3 : tensor<2xf32>, tensor<8xf32>, tensor<2xf32>
}

// CHECK-LABEL: func @inverse_all_to_alls(
// CHECK-SAME: %[[X:.*]]: tensor<2x8xf32>
func.func @inverse_all_to_alls(%x: tensor<2x8xf32>) -> tensor<2x8xf32> {
  // CHECK-NEXT: return %[[X]]
  %0 = dist.all_to_all %x dim 0 to 1 over @mesh {"x", "y"} as {"y", "x"} : tensor<2x8xf32> -> tensor<16x1xf32>
  %1 = dist.all_to_all %0 dim 1 to 0 over @mesh {"y", "x"} as {"x", "y"} : tensor<16x1xf32> -> tensor<2x8xf32>
  return %1 : tensor<2x8xf32>
}

// Not in another order, nor where zeros were filled in.
// CHECK-LABEL: func @other_all_to_alls(
func.func @other_all_to_alls(%x: tensor<2x8xf32>, %y: tensor<2x3xf32>) -> (tensor<2x8xf32>, tensor<2x3xf32>) {
  // CHECK-COUNT-4: dist.all_to_all
  %0 = dist.all_to_all %x dim 0 to 1 over @mesh {"x", "y"} as {"y", "x"} : tensor<2x8xf32> -> tensor<16x1xf32>
  %1 = dist.all_to_all %0 dim 1 to 0 over @mesh {"x", "y"} : tensor<16x1xf32> -> tensor<2x8xf32>
  %2 = dist.all_to_all %y dim 0 to 1 over @mesh {"x"} : tensor<2x3xf32> -> tensor<3x2xf32>
  %3 = dist.all_to_all %2 dim 1 to 0 over @mesh {"x"} : tensor<3x2xf32> -> tensor<2x3xf32>
  return %1, %3 : tensor<2x8xf32>, tensor<2x3xf32>
}
