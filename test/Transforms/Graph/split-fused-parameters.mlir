// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: partita-opt %s --split-fused-parameters | FileCheck %s

// The example of the documentation.
// CHECK-LABEL: func @main(
// CHECK-SAME: %[[X:.*]]: tensor<4x8xf32> {xformer.input = "x"},
// CHECK-SAME: %[[LOW:.*]]: tensor<8x8xf32> {xformer.parameter = "w", xformer.part = #xformer.part<dim = 1, offset = 0, size = 8, of = 16>},
// CHECK-SAME: %[[HIGH:.*]]: tensor<8x8xf32> {xformer.parameter = "w", xformer.part = #xformer.part<dim = 1, offset = 8, size = 8, of = 16>})
// CHECK-NEXT: %[[Y:.*]] = xformer.linear %[[X]], %[[LOW]] : (tensor<4x8xf32>, tensor<8x8xf32>) -> tensor<4x8xf32>
// CHECK-NEXT: %[[Z:.*]] = xformer.linear %[[X]], %[[HIGH]] : (tensor<4x8xf32>, tensor<8x8xf32>) -> tensor<4x8xf32>
// CHECK-NEXT: return %[[Y]], %[[Z]]
func.func @main(%x: tensor<4x8xf32> {xformer.input = "x"},
                %w: tensor<8x16xf32> {xformer.parameter = "w"}) -> (tensor<4x8xf32>, tensor<4x8xf32>) {
  %0 = xformer.linear %x, %w : (tensor<4x8xf32>, tensor<8x16xf32>) -> tensor<4x16xf32>
  %1 = xformer.slice %0 dim 1 offset 0 : tensor<4x16xf32> -> tensor<4x8xf32>
  %2 = xformer.slice %0 dim 1 offset 8 : tensor<4x16xf32> -> tensor<4x8xf32>
  return %1, %2 : tensor<4x8xf32>, tensor<4x8xf32>
}

// A bias, a weight of outputs first, attributes, and three slices, of which two
// are of one range, in another order than that of their offsets.
// CHECK-LABEL: func @transposed(
// CHECK-SAME: %[[X:.*]]: tensor<4x8xf32>,
// CHECK-SAME: %[[W0:.*]]: tensor<6x8xf32> {xformer.parameter = "w", xformer.part = #xformer.part<dim = 0, offset = 0, size = 6, of = 16>},
// CHECK-SAME: %[[W1:.*]]: tensor<9x8xf32> {xformer.parameter = "w", xformer.part = #xformer.part<dim = 0, offset = 7, size = 9, of = 16>},
// CHECK-SAME: %[[B0:.*]]: tensor<6xf32> {some.attribute, xformer.parameter = "b", xformer.part = #xformer.part<dim = 0, offset = 0, size = 6, of = 16>},
// CHECK-SAME: %[[B1:.*]]: tensor<9xf32> {some.attribute, xformer.parameter = "b", xformer.part = #xformer.part<dim = 0, offset = 7, size = 9, of = 16>},
// CHECK-SAME: %[[LAST:.*]]: tensor<2xf32>)
// CHECK-DAG: %[[HIGH:.*]] = xformer.linear %[[X]], %[[W1]] transpose_weight bias(%[[B1]]) {some.attribute}
// CHECK-DAG: %[[LOW:.*]] = xformer.linear %[[X]], %[[W0]] transpose_weight bias(%[[B0]]) {some.attribute}
// CHECK: return %[[HIGH]], %[[LOW]], %{{.*}}, %[[LAST]]
func.func @transposed(%x: tensor<4x8xf32>, %w: tensor<16x8xf32> {xformer.parameter = "w"}, %b: tensor<16xf32> {xformer.parameter = "b", some.attribute}, %last: tensor<2xf32>)
    -> (tensor<4x9xf32>, tensor<4x6xf32>, tensor<4x6xf32>, tensor<2xf32>) {
  %0 = xformer.linear %x, %w transpose_weight bias(%b) {some.attribute} : (tensor<4x8xf32>, tensor<16x8xf32>, tensor<16xf32>) -> tensor<4x16xf32>
  %1 = xformer.slice %0 dim 1 offset 7 : tensor<4x16xf32> -> tensor<4x9xf32>
  %2 = xformer.slice %0 dim 1 offset 0 : tensor<4x16xf32> -> tensor<4x6xf32>
  %3 = xformer.slice %0 dim 1 offset 0 : tensor<4x16xf32> -> tensor<4x6xf32>
  return %1, %2, %3, %last : tensor<4x9xf32>, tensor<4x6xf32>, tensor<4x6xf32>, tensor<2xf32>
}

// Slices that overlap would be stored twice: the outputs are split, and the
// parameter stays.
// CHECK-LABEL: func @overlap(
// CHECK-SAME: tensor<8x16xf32> {xformer.parameter = "w"}
// CHECK-COUNT-2: xformer.slice %{{.*}} dim 1 offset
func.func @overlap(%x: tensor<4x8xf32>, %w: tensor<8x16xf32> {xformer.parameter = "w"}) -> (tensor<4x8xf32>, tensor<4x12xf32>) {
  %0 = xformer.linear %x, %w : (tensor<4x8xf32>, tensor<8x16xf32>) -> tensor<4x16xf32>
  %1 = xformer.slice %0 dim 1 offset 0 : tensor<4x16xf32> -> tensor<4x8xf32>
  %2 = xformer.slice %0 dim 1 offset 4 : tensor<4x16xf32> -> tensor<4x12xf32>
  return %1, %2 : tensor<4x8xf32>, tensor<4x12xf32>
}

// All outputs are used too, or other dimensions are sliced: nothing to do.
// CHECK-LABEL: func @whole(
// CHECK-SAME: tensor<8x16xf32> {xformer.parameter = "w"}
// CHECK-NEXT: xformer.linear
// CHECK-NEXT: xformer.slice
func.func @whole(%x: tensor<4x8xf32>, %w: tensor<8x16xf32> {xformer.parameter = "w"}) -> (tensor<4x16xf32>, tensor<4x8xf32>) {
  %0 = xformer.linear %x, %w : (tensor<4x8xf32>, tensor<8x16xf32>) -> tensor<4x16xf32>
  %1 = xformer.slice %0 dim 1 offset 0 : tensor<4x16xf32> -> tensor<4x8xf32>
  return %0, %1 : tensor<4x16xf32>, tensor<4x8xf32>
}

// CHECK-LABEL: func @rows(
// CHECK: xformer.linear
// CHECK-NEXT: xformer.slice
func.func @rows(%x: tensor<4x8xf32>, %w: tensor<8x16xf32> {xformer.parameter = "w"}) -> tensor<2x16xf32> {
  %0 = xformer.linear %x, %w : (tensor<4x8xf32>, tensor<8x16xf32>) -> tensor<4x16xf32>
  %1 = xformer.slice %0 dim 0 offset 0 : tensor<4x16xf32> -> tensor<2x16xf32>
  return %1 : tensor<2x16xf32>
}

// A parameter without a linear; one of which a part is not used.
// CHECK-LABEL: func @table(
// CHECK-SAME: %[[T:.*]]: tensor<2x4xf32> {xformer.parameter = "t", xformer.part = #xformer.part<dim = 0, offset = 3, size = 2, of = 8>})
// CHECK-NEXT: return %[[T]]
func.func @table(%t: tensor<8x4xf32> {xformer.parameter = "t"}) -> tensor<2x4xf32> {
  %0 = xformer.slice %t dim 0 offset 3 : tensor<8x4xf32> -> tensor<2x4xf32>
  return %0 : tensor<2x4xf32>
}

// Callers give arguments as they are.
// CHECK-LABEL: func private @called(
// CHECK-SAME: tensor<8x16xf32> {xformer.parameter = "w"})
// CHECK: xformer.linear %{{.*}}, %{{.*}} : (tensor<4x8xf32>, tensor<8x8xf32>) -> tensor<4x8xf32>
func.func private @called(%x: tensor<4x8xf32>, %w: tensor<8x16xf32> {xformer.parameter = "w"}) -> tensor<4x8xf32> {
  %0 = xformer.linear %x, %w : (tensor<4x8xf32>, tensor<8x16xf32>) -> tensor<4x16xf32>
  %1 = xformer.slice %0 dim 1 offset 0 : tensor<4x16xf32> -> tensor<4x8xf32>
  return %1 : tensor<4x8xf32>
}

func.func @caller(%x: tensor<4x8xf32>, %w: tensor<8x16xf32>) -> tensor<4x8xf32> {
  %0 = call @called(%x, %w) : (tensor<4x8xf32>, tensor<8x16xf32>) -> tensor<4x8xf32>
  return %0 : tensor<4x8xf32>
}
