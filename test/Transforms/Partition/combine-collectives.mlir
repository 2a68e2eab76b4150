// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: partita-opt %s --dist-combine-collectives | FileCheck %s -enable-var-scope

dist.mesh @mesh ["data"=2, "tensor"=4]

//===----------------------------------------------------------------------===//
// Sharing
//===----------------------------------------------------------------------===//

// CHECK-LABEL: func @shared_gather(
// CHECK-SAME: %[[X:.*]]: tensor<2x8xf32>
// CHECK-NEXT: %[[G:.*]] = dist.all_gather %[[X]] dim 0 over @mesh {"tensor"}
// CHECK-NEXT: %[[E:.*]] = math.exp %[[G]]
// CHECK-NEXT: return %[[G]], %[[E]]
func.func @shared_gather(%x: tensor<2x8xf32>) -> (tensor<8x8xf32>, tensor<8x8xf32>) {
  %0 = dist.all_gather %x dim 0 over @mesh {"tensor"} : tensor<2x8xf32> -> tensor<8x8xf32>
  %1 = dist.all_gather %x dim 0 over @mesh {"tensor"} : tensor<2x8xf32> -> tensor<8x8xf32>
  %2 = math.exp %1 : tensor<8x8xf32>
  return %0, %2 : tensor<8x8xf32>, tensor<8x8xf32>
}

// Gathers over other axes stay apart.
// CHECK-LABEL: func @other_gathers(
// CHECK-COUNT-2: dist.all_gather
func.func @other_gathers(%x: tensor<2x8xf32>) -> (tensor<8x8xf32>, tensor<4x8xf32>) {
  %0 = dist.all_gather %x dim 0 over @mesh {"tensor"} : tensor<2x8xf32> -> tensor<8x8xf32>
  %1 = dist.all_gather %x dim 0 over @mesh {"data"} : tensor<2x8xf32> -> tensor<4x8xf32>
  return %0, %1 : tensor<8x8xf32>, tensor<4x8xf32>
}

// A weight that every turn of a loop gathers is gathered before it.
// CHECK-LABEL: func @loop(
// CHECK-SAME: %[[W:[^:]*]]: tensor<2x8xf32>
// CHECK: %[[G:.*]] = dist.all_gather %[[W]]
// CHECK: scf.for
// CHECK-NEXT: arith.addf %{{.*}}, %[[G]]
func.func @loop(%w: tensor<2x8xf32>, %x: tensor<8x8xf32>, %n: index) -> tensor<8x8xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %y = scf.for %i = %c0 to %n step %c1 iter_args(%a = %x) -> tensor<8x8xf32> {
    %0 = dist.all_gather %w dim 0 over @mesh {"tensor"} : tensor<2x8xf32> -> tensor<8x8xf32>
    %1 = arith.addf %a, %0 : tensor<8x8xf32>
    scf.yield %1 : tensor<8x8xf32>
  }
  return %y : tensor<8x8xf32>
}

// The program that is kept for proof is left alone.
// CHECK-LABEL: module @global
// CHECK-COUNT-2: math.exp
module @global attributes {dist.global} {
  func.func @f(%x: tensor<8xf32>) -> (tensor<8xf32>, tensor<8xf32>) {
    %0 = math.exp %x : tensor<8xf32>
    %1 = math.exp %x : tensor<8xf32>
    return %0, %1 : tensor<8xf32>, tensor<8xf32>
  }
}

//===----------------------------------------------------------------------===//
// Slices
//===----------------------------------------------------------------------===//

// The oracle: where users slice what was reduced, it is a reduce-scatter.
// CHECK-LABEL: func @slice_of_all_reduce(
// CHECK-SAME: %[[X:.*]]: tensor<8x8xf32>
// CHECK-NEXT: %[[S:.*]] = dist.reduce_scatter %[[X]] dim 0 over @mesh {"tensor"}
// CHECK-NEXT: return %[[S]]
func.func @slice_of_all_reduce(%x: tensor<8x8xf32>) -> tensor<2x8xf32> {
  %0 = dist.all_reduce %x over @mesh {"tensor"} : tensor<8x8xf32>
  %1 = dist.slice %0 dim 0 over @mesh {"tensor"} : tensor<8x8xf32> -> tensor<2x8xf32>
  return %1 : tensor<2x8xf32>
}

// All users take the same slice, some of them after computing.
// CHECK-LABEL: func @slices_behind_ops(
// CHECK-SAME: %[[X:[^:]*]]: tensor<8x8xf32>, %[[B:[^:]*]]: tensor<8x8xf32>
// CHECK-NEXT: %[[S:.*]] = dist.reduce_scatter %[[X]] dim 0 over @mesh {"tensor"}
// CHECK-NEXT: %[[E:.*]] = math.exp %[[S]] : tensor<2x8xf32>
// CHECK-NEXT: %[[T:.*]] = dist.slice %[[B]] dim 0 over @mesh {"tensor"}
// CHECK-NEXT: %[[A:.*]] = arith.addf %[[S]], %[[T]] : tensor<2x8xf32>
// CHECK-NEXT: return %[[E]], %[[A]]
func.func @slices_behind_ops(%x: tensor<8x8xf32>, %b: tensor<8x8xf32>) -> (tensor<2x8xf32>, tensor<2x8xf32>) {
  %0 = dist.all_reduce %x over @mesh {"tensor"} : tensor<8x8xf32>
  %1 = math.exp %0 : tensor<8x8xf32>
  %2 = arith.addf %0, %b : tensor<8x8xf32>
  %3 = dist.slice %1 dim 0 over @mesh {"tensor"} : tensor<8x8xf32> -> tensor<2x8xf32>
  %4 = dist.slice %2 dim 0 over @mesh {"tensor"} : tensor<8x8xf32> -> tensor<2x8xf32>
  return %3, %4 : tensor<2x8xf32>, tensor<2x8xf32>
}

// Somebody needs all of it.
// CHECK-LABEL: func @all_reduce_with_whole_user(
// CHECK: %[[R:.*]] = dist.all_reduce
// CHECK: dist.slice %[[R]]
func.func @all_reduce_with_whole_user(%x: tensor<8x8xf32>) -> (tensor<2x8xf32>, tensor<8x8xf32>) {
  %0 = dist.all_reduce %x over @mesh {"tensor"} : tensor<8x8xf32>
  %1 = dist.slice %0 dim 0 over @mesh {"tensor"} : tensor<8x8xf32> -> tensor<2x8xf32>
  return %1, %0 : tensor<2x8xf32>, tensor<8x8xf32>
}

// A gather that is sliced again behind an op vanishes. An operand that is
// broadcast along the dimension stays whole.
// CHECK-LABEL: func @inverse_behind_op(
// CHECK-SAME: %[[X:[^:]*]]: tensor<2x8xf32>, %[[B:[^:]*]]: tensor<8xf32>
// CHECK-NEXT: %[[S:.*]] = xformer.add %[[X]], %[[B]] : (tensor<2x8xf32>, tensor<8xf32>) -> tensor<2x8xf32>
// CHECK-NEXT: return %[[S]]
func.func @inverse_behind_op(%x: tensor<2x8xf32>, %b: tensor<8xf32>) -> tensor<2x8xf32> {
  %0 = dist.all_gather %x dim 0 over @mesh {"tensor"} : tensor<2x8xf32> -> tensor<8x8xf32>
  %1 = xformer.add %0, %b : (tensor<8x8xf32>, tensor<8xf32>) -> tensor<8x8xf32>
  %2 = dist.slice %1 dim 0 over @mesh {"tensor"} : tensor<8x8xf32> -> tensor<2x8xf32>
  return %2 : tensor<2x8xf32>
}

// Ops that look at more than one element keep their operands.
// CHECK-LABEL: func @not_elementwise(
// CHECK: xformer.softmax
// CHECK-NEXT: dist.slice
func.func @not_elementwise(%x: tensor<8x8xf32>) -> tensor<8x2xf32> {
  %0 = xformer.softmax %x dim 1 : tensor<8x8xf32>
  %1 = dist.slice %0 dim 1 over @mesh {"tensor"} : tensor<8x8xf32> -> tensor<8x2xf32>
  return %1 : tensor<8x2xf32>
}

// Others need the whole result.
// CHECK-LABEL: func @sliced_and_used(
// CHECK: %[[E:.*]] = math.exp %{{.*}} : tensor<8x8xf32>
// CHECK-NEXT: dist.slice %[[E]]
func.func @sliced_and_used(%x: tensor<8x8xf32>) -> (tensor<2x8xf32>, tensor<8x8xf32>) {
  %0 = math.exp %x : tensor<8x8xf32>
  %1 = dist.slice %0 dim 0 over @mesh {"tensor"} : tensor<8x8xf32> -> tensor<2x8xf32>
  return %1, %0 : tensor<2x8xf32>, tensor<8x8xf32>
}

//===----------------------------------------------------------------------===//
// Reductions
//===----------------------------------------------------------------------===//

// CHECK-LABEL: func @gathered_again(
// CHECK-SAME: %[[X:.*]]: tensor<8x8xf32>
// CHECK-NEXT: %[[R:.*]] = dist.all_reduce %[[X]] by max over @mesh {"tensor"}
// CHECK-NEXT: return %[[R]]
func.func @gathered_again(%x: tensor<8x8xf32>) -> tensor<8x8xf32> {
  %0 = dist.reduce_scatter %x by max dim 0 over @mesh {"tensor"} : tensor<8x8xf32> -> tensor<2x8xf32>
  %1 = dist.all_gather %0 dim 0 over @mesh {"tensor"} : tensor<2x8xf32> -> tensor<8x8xf32>
  return %1 : tensor<8x8xf32>
}

// Along another dimension it is a transposition.
// CHECK-LABEL: func @gathered_elsewhere(
// CHECK: dist.reduce_scatter
// CHECK: dist.all_gather
func.func @gathered_elsewhere(%x: tensor<8x8xf32>) -> tensor<2x32xf32> {
  %0 = dist.reduce_scatter %x dim 0 over @mesh {"tensor"} : tensor<8x8xf32> -> tensor<2x8xf32>
  %1 = dist.all_gather %0 dim 1 over @mesh {"tensor"} : tensor<2x8xf32> -> tensor<2x32xf32>
  return %1 : tensor<2x32xf32>
}

// CHECK-LABEL: func @sum_of_all_reduces(
// CHECK-SAME: %[[X:[^:]*]]: tensor<8xf32>, %[[Y:[^:]*]]: tensor<8xf32>
// CHECK-NEXT: %[[A:.*]] = arith.addf %[[X]], %[[Y]]
// CHECK-NEXT: %[[R:.*]] = dist.all_reduce %[[A]] over @mesh {"tensor"}
// CHECK-NEXT: return %[[R]]
func.func @sum_of_all_reduces(%x: tensor<8xf32>, %y: tensor<8xf32>) -> tensor<8xf32> {
  %0 = dist.all_reduce %x over @mesh {"tensor"} : tensor<8xf32>
  %1 = dist.all_reduce %y over @mesh {"tensor"} : tensor<8xf32>
  %2 = arith.addf %0, %1 : tensor<8xf32>
  return %2 : tensor<8xf32>
}

// A slice of the sum is taken of one reduce-scatter, not of two.
// CHECK-LABEL: func @slice_of_sum(
// CHECK-SAME: %[[X:[^:]*]]: tensor<8xf32>, %[[Y:[^:]*]]: tensor<8xf32>
// CHECK-NEXT: %[[A:.*]] = arith.addf %[[X]], %[[Y]] : tensor<8xf32>
// CHECK-NEXT: %[[R:.*]] = dist.reduce_scatter %[[A]] dim 0 over @mesh {"tensor"} : tensor<8xf32> -> tensor<2xf32>
// CHECK-NEXT: return %[[R]]
func.func @slice_of_sum(%x: tensor<8xf32>, %y: tensor<8xf32>) -> tensor<2xf32> {
  %0 = dist.all_reduce %x over @mesh {"tensor"} : tensor<8xf32>
  %1 = dist.all_reduce %y over @mesh {"tensor"} : tensor<8xf32>
  %2 = arith.addf %0, %1 : tensor<8xf32>
  %3 = dist.slice %2 dim 0 over @mesh {"tensor"} : tensor<8xf32> -> tensor<2xf32>
  return %3 : tensor<2xf32>
}

// No product of sums is the sum of products, no maximum is a sum, and nothing
// is gained for a value that is reduced anyway.
// CHECK-LABEL: func @reductions_that_stay(
// CHECK: arith.mulf
// CHECK: arith.addf
// CHECK: arith.addf
// CHECK: arith.addf
// CHECK: return
func.func @reductions_that_stay(%x: tensor<8xf32>, %y: tensor<8xf32>)
    -> (tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>) {
  %0 = dist.all_reduce %x over @mesh {"tensor"} : tensor<8xf32>
  %1 = dist.all_reduce %y over @mesh {"tensor"} : tensor<8xf32>
  %2 = arith.mulf %0, %1 : tensor<8xf32>
  %3 = dist.all_reduce %x by max over @mesh {"data"} : tensor<8xf32>
  %4 = dist.all_reduce %y by max over @mesh {"data"} : tensor<8xf32>
  %5 = arith.addf %3, %4 : tensor<8xf32>
  %6 = dist.all_reduce %x over @mesh {"data"} : tensor<8xf32>
  %7 = dist.all_reduce %y over @mesh {"data"} : tensor<8xf32>
  %8 = arith.addf %6, %7 : tensor<8xf32>
  %9 = dist.all_reduce %2 over @mesh {"data"} : tensor<8xf32>
  %10 = dist.all_reduce %5 over @mesh {"tensor"} : tensor<8xf32>
  %11 = arith.addf %9, %10 : tensor<8xf32>
  return %2, %5, %8, %6, %11 : tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>
}

//===----------------------------------------------------------------------===//
// Casts
//===----------------------------------------------------------------------===//

// CHECK-LABEL: func @extend(
// CHECK-SAME: %[[X:.*]]: tensor<2x8xbf16>
// CHECK-NEXT: %[[G:.*]] = dist.all_gather %[[X]] dim 0 over @mesh {"tensor"} : tensor<2x8xbf16> -> tensor<8x8xbf16>
// CHECK-NEXT: %[[E:.*]] = arith.extf %[[G]] : tensor<8x8xbf16> to tensor<8x8xf32>
// CHECK-NEXT: return %[[E]]
func.func @extend(%x: tensor<2x8xbf16>) -> tensor<8x8xf32> {
  %0 = arith.extf %x : tensor<2x8xbf16> to tensor<2x8xf32>
  %1 = dist.all_gather %0 dim 0 over @mesh {"tensor"} : tensor<2x8xf32> -> tensor<8x8xf32>
  return %1 : tensor<8x8xf32>
}

// CHECK-LABEL: func @truncate(
// CHECK-SAME: %[[X:.*]]: tensor<2x8xf32>
// CHECK-NEXT: %[[T:.*]] = arith.truncf %[[X]] : tensor<2x8xf32> to tensor<2x8xbf16>
// CHECK-NEXT: %[[G:.*]] = dist.all_to_all %[[T]] dim 0 to 1 over @mesh {"tensor"} : tensor<2x8xbf16> -> tensor<8x2xbf16>
// CHECK-NEXT: return %[[G]]
func.func @truncate(%x: tensor<2x8xf32>) -> tensor<8x2xbf16> {
  %0 = dist.all_to_all %x dim 0 to 1 over @mesh {"tensor"} : tensor<2x8xf32> -> tensor<8x2xf32>
  %1 = arith.truncf %0 : tensor<8x2xf32> to tensor<8x2xbf16>
  return %1 : tensor<8x2xbf16>
}

// Sums are made of wide elements, as the program says.
// CHECK-LABEL: func @wide_sum(
// CHECK: arith.extf
// CHECK-NEXT: dist.all_reduce
// CHECK-NEXT: arith.truncf
func.func @wide_sum(%x: tensor<8xbf16>) -> tensor<8xbf16> {
  %0 = arith.extf %x : tensor<8xbf16> to tensor<8xf32>
  %1 = dist.all_reduce %0 over @mesh {"tensor"} : tensor<8xf32>
  %2 = arith.truncf %1 : tensor<8xf32> to tensor<8xbf16>
  return %2 : tensor<8xbf16>
}

// What was started stays as it is.
// CHECK-LABEL: func @started(
// CHECK: arith.extf
// CHECK-NEXT: dist.all_gather start
func.func @started(%x: tensor<2x8xbf16>) -> tensor<8x8xf32> {
  %0 = arith.extf %x : tensor<2x8xbf16> to tensor<2x8xf32>
  %1 = dist.all_gather start %0 dim 0 over @mesh {"tensor"} : tensor<2x8xf32> -> !dist.token<tensor<8x8xf32>>
  %2 = dist.wait %1 : !dist.token<tensor<8x8xf32>>
  return %2 : tensor<8x8xf32>
}
