// RUN: partita-opt %s --canonicalize | FileCheck %s

// What is padded and unpadded alike is what it was.
// CHECK-LABEL: func @unpad_of_pad(
// CHECK-SAME: %[[X:.*]]: tensor<2x3xf32>
// CHECK-NEXT: return %[[X]]
func.func @unpad_of_pad(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = dist.pad %x dim 1 by [3 -> 4] : tensor<2x3xf32> -> tensor<2x4xf32>
  %1 = dist.unpad %0 dim 1 of [3 -> 4] : tensor<2x4xf32> -> tensor<2x3xf32>
  return %1 : tensor<2x3xf32>
}

// Of another dimension, or in another way, it is not.
// CHECK-LABEL: func @others(
// CHECK-COUNT-2: dist.unpad
func.func @others(%x: tensor<4x4xf32>) -> (tensor<3x5xf32>, tensor<4x4xf32>) {
  %0 = dist.pad %x dim 1 by [4 -> 5] : tensor<4x4xf32> -> tensor<4x5xf32>
  %1 = dist.unpad %0 dim 0 of [3 -> 4] : tensor<4x5xf32> -> tensor<3x5xf32>
  %2 = dist.pad %x dim 1 by [2, 2 -> 3] : tensor<4x4xf32> -> tensor<4x6xf32>
  %3 = dist.unpad %2 dim 1 of [2 -> 3, 2] : tensor<4x6xf32> -> tensor<4x4xf32>
  return %1, %3 : tensor<3x5xf32>, tensor<4x4xf32>
}

// Pads may have held something else, so padding anew is not nothing.
// CHECK-LABEL: func @pad_of_unpad(
// CHECK: dist.pad
func.func @pad_of_unpad(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = dist.unpad %x dim 0 of [3 -> 4] : tensor<4xf32> -> tensor<3xf32>
  %1 = dist.pad %0 dim 0 by [3 -> 4] : tensor<3xf32> -> tensor<4xf32>
  return %1 : tensor<4xf32>
}
