// RUN: interpret-functions %s | FileCheck %s
// RUN: interpret-functions %s --f64 | FileCheck %s

// Each block of two keeps its place among three of three; the rest is zero.
// CHECK-LABEL: @pad
// CHECK-NEXT: tensor<2x6xi32> {{\[\[}}1, 2, 0, 3, 4, 0], [5, 6, 0, 7, 8, 0]]
// CHECK-NEXT: tensor<3x4xi32> {{\[\[}}1, 2, 3, 4], [5, 6, 7, 8], [0, 0, 0, 0]]
// CHECK-NEXT: tensor<2x4xi32> {{\[\[}}1, 2, 3, 4], [5, 6, 7, 8]]
func.func @pad() -> (tensor<2x6xi32>, tensor<3x4xi32>, tensor<2x4xi32>) {
  %x = arith.constant dense<[[1, 2, 3, 4], [5, 6, 7, 8]]> : tensor<2x4xi32>
  %0 = dist.pad %x dim 1 by [2, 2 -> 3] : tensor<2x4xi32> -> tensor<2x6xi32>
  %1 = dist.pad %x dim 0 by [2 -> 3] : tensor<2x4xi32> -> tensor<3x4xi32>
  %2 = dist.unpad %0 dim 1 of [2, 2 -> 3] : tensor<2x6xi32> -> tensor<2x4xi32>
  return %0, %1, %2 : tensor<2x6xi32>, tensor<3x4xi32>, tensor<2x4xi32>
}

// CHECK-LABEL: @fill
// CHECK-NEXT: {{\[\[}}1, -inf, 3], [4, -inf, 6]]
// CHECK-NEXT: {{\[\[}}1, 2, 3], [0.5, 0.5, 0.5]]
// CHECK-NEXT: tensor<2xi32> [-100, 2]
// CHECK-NEXT: tensor<2xi1> [1, 0]
func.func @fill() -> (tensor<2x3xf32>, tensor<2x3xf32>, tensor<2xi32>, tensor<2xi1>) {
  %x = arith.constant dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]> : tensor<2x3xf32>
  %ids = arith.constant dense<[1, 2]> : tensor<2xi32>
  %m3 = arith.constant dense<[true, false, true]> : tensor<3xi1>
  %m2 = arith.constant dense<[true, false]> : tensor<2xi1>
  %m1 = arith.constant dense<[false, true]> : tensor<2xi1>
  %0 = dist.fill %x dim 1 keep %m3 else 0xFF800000 : f32 : tensor<2x3xf32>, tensor<3xi1>
  %1 = dist.fill %x dim 0 keep %m2 else 0.5 : f32 : tensor<2x3xf32>, tensor<2xi1>
  %2 = dist.fill %ids dim 0 keep %m1 else -100 : i32 : tensor<2xi32>, tensor<2xi1>
  %3 = dist.fill %m2 dim 0 keep %m2 else false : tensor<2xi1>, tensor<2xi1>
  return %0, %1, %2, %3 : tensor<2x3xf32>, tensor<2x3xf32>, tensor<2xi32>, tensor<2xi1>
}
