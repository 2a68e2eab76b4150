// RUN: partita-opt %s | partita-opt | FileCheck %s
// RUN: partita-opt %s --mlir-print-op-generic | partita-opt | FileCheck %s
// RUN: partita-opt %s --emit-bytecode | partita-opt | FileCheck %s

// CHECK-LABEL: func @pad(
func.func @pad(%x: tensor<2x576xf32>, %ids: tensor<5xi32>) {
  // CHECK: dist.pad %{{.*}} dim 1 by [3 -> 4, 192] : tensor<2x576xf32> -> tensor<2x768xf32>
  %0 = dist.pad %x dim 1 by [3 -> 4, 192]
      : tensor<2x576xf32> -> tensor<2x768xf32>
  // CHECK: dist.pad %{{.*}} dim 0 by [5 -> 8] : tensor<5xi32> -> tensor<8xi32>
  %1 = dist.pad %ids dim 0 by [5 -> 8] : tensor<5xi32> -> tensor<8xi32>
  return
}

// CHECK-LABEL: func @unpad(
func.func @unpad(%x: tensor<2x768xf32>) {
  // CHECK: dist.unpad %{{.*}} dim 1 of [3 -> 4, 192] : tensor<2x768xf32> -> tensor<2x576xf32>
  %0 = dist.unpad %x dim 1 of [3 -> 4, 192]
      : tensor<2x768xf32> -> tensor<2x576xf32>
  return
}

// CHECK-LABEL: func @fill(
func.func @fill(%x: tensor<2x768xf32>, %mask: tensor<768xi1>, %ids: tensor<2xi32>, %m: tensor<2xi1>) {
  // CHECK: dist.fill %{{.*}} dim 1 keep %{{.*}} else 0.000000e+00 : f32 : tensor<2x768xf32>, tensor<768xi1>
  %0 = dist.fill %x dim 1 keep %mask else 0.0 : f32
      : tensor<2x768xf32>, tensor<768xi1>
  // CHECK: dist.fill %{{.*}} dim 0 keep %{{.*}} else -100 : i32 : tensor<2xi32>, tensor<2xi1>
  %1 = dist.fill %ids dim 0 keep %m else -100 : i32 : tensor<2xi32>, tensor<2xi1>
  return
}
