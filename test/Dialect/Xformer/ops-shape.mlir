// RUN: partita-opt %s | partita-opt | FileCheck %s
// RUN: partita-opt %s --mlir-print-op-generic | partita-opt | FileCheck %s
// RUN: partita-opt %s --emit-bytecode | partita-opt | FileCheck %s

// CHECK-LABEL: func @split_dim(
// CHECK-SAME: %[[X:.*]]: tensor<2x16x64xf32>
func.func @split_dim(%x: tensor<2x16x64xf32>) -> tensor<2x16x8x8xf32> {
  // CHECK: xformer.split_dim %[[X]] dim 2 : tensor<2x16x64xf32> -> tensor<2x16x8x8xf32>
  %0 = xformer.split_dim %x dim 2
    : tensor<2x16x64xf32> -> tensor<2x16x8x8xf32>
  return %0 : tensor<2x16x8x8xf32>
}

// Masks and ids are moved as floats are.
// CHECK-LABEL: func @split_dim_element_types(
func.func @split_dim_element_types(%m: tensor<16xi1>, %i: tensor<0x16xi64>) -> (tensor<16x1xi1>, tensor<5x0x16xi64>) {
  // CHECK: xformer.split_dim %{{.*}} dim 0 : tensor<16xi1> -> tensor<16x1xi1>
  %0 = xformer.split_dim %m dim 0 : tensor<16xi1> -> tensor<16x1xi1>
  // CHECK: xformer.split_dim %{{.*}} dim 0 : tensor<0x16xi64> -> tensor<5x0x16xi64>
  %1 = xformer.split_dim %i dim 0 : tensor<0x16xi64> -> tensor<5x0x16xi64>
  return %0, %1 : tensor<16x1xi1>, tensor<5x0x16xi64>
}

// CHECK-LABEL: func @merge_dims(
// CHECK-SAME: %[[X:.*]]: tensor<2x16x8x8xf32>
func.func @merge_dims(%x: tensor<2x16x8x8xf32>) -> tensor<2x16x64xf32> {
  // CHECK: xformer.merge_dims %[[X]] dim 2 : (tensor<2x16x8x8xf32>) -> tensor<2x16x64xf32>
  %0 = xformer.merge_dims %x dim 2
    : (tensor<2x16x8x8xf32>) -> tensor<2x16x64xf32>
  return %0 : tensor<2x16x64xf32>
}

// CHECK-LABEL: func @transpose(
// CHECK-SAME: %[[X:.*]]: tensor<2x16x64xf32>
func.func @transpose(%x: tensor<2x16x64xf32>) -> tensor<2x64x16xf32> {
  // CHECK: xformer.transpose %[[X]] [0, 2, 1] : (tensor<2x16x64xf32>) -> tensor<2x64x16xf32>
  %0 = xformer.transpose %x [0, 2, 1]
    : (tensor<2x16x64xf32>) -> tensor<2x64x16xf32>
  return %0 : tensor<2x64x16xf32>
}

// The permutation says where a dimension of the result comes from.
// CHECK-LABEL: func @transpose_cycle(
func.func @transpose_cycle(%x: tensor<2x3x5xi32>) -> tensor<5x2x3xi32> {
  // CHECK: xformer.transpose %{{.*}} [2, 0, 1] : (tensor<2x3x5xi32>) -> tensor<5x2x3xi32>
  %0 = xformer.transpose %x [2, 0, 1] : (tensor<2x3x5xi32>) -> tensor<5x2x3xi32>
  return %0 : tensor<5x2x3xi32>
}

// A scalar has the empty permutation.
// CHECK-LABEL: func @transpose_scalar(
func.func @transpose_scalar(%x: tensor<bf16>) -> tensor<bf16> {
  // CHECK: xformer.transpose %{{.*}} [] : (tensor<bf16>) -> tensor<bf16>
  %0 = xformer.transpose %x [] : (tensor<bf16>) -> tensor<bf16>
  return %0 : tensor<bf16>
}

// CHECK-LABEL: func @slice(
// CHECK-SAME: %[[X:.*]]: tensor<2x16xf32>
func.func @slice(%x: tensor<2x16xf32>) -> tensor<2x8xf32> {
  // CHECK: xformer.slice %[[X]] dim 1 offset 4 : tensor<2x16xf32> -> tensor<2x8xf32>
  %0 = xformer.slice %x dim 1 offset 4
    : tensor<2x16xf32> -> tensor<2x8xf32>
  return %0 : tensor<2x8xf32>
}

// The empty range behind the last element is a range.
// CHECK-LABEL: func @slice_nothing(
func.func @slice_nothing(%x: tensor<2x16xf16>) -> tensor<2x0xf16> {
  // CHECK: xformer.slice %{{.*}} dim 1 offset 16 : tensor<2x16xf16> -> tensor<2x0xf16>
  %0 = xformer.slice %x dim 1 offset 16 : tensor<2x16xf16> -> tensor<2x0xf16>
  return %0 : tensor<2x0xf16>
}

// CHECK-LABEL: func @concat(
// CHECK-SAME: %[[X:.*]]: tensor<2x16xf32>, %[[Y:.*]]: tensor<2x8xf32>
func.func @concat(%x: tensor<2x16xf32>, %y: tensor<2x8xf32>) -> tensor<2x24xf32> {
  // CHECK: xformer.concat %[[X]], %[[Y]] dim 1 : (tensor<2x16xf32>, tensor<2x8xf32>) -> tensor<2x24xf32>
  %0 = xformer.concat %x, %y dim 1
    : (tensor<2x16xf32>, tensor<2x8xf32>) -> tensor<2x24xf32>
  return %0 : tensor<2x24xf32>
}

// One input is enough, and an input may be empty.
// CHECK-LABEL: func @concat_few(
func.func @concat_few(%x: tensor<2x16xi1>, %y: tensor<0x16xi1>) -> (tensor<2x16xi1>, tensor<2x16xi1>) {
  // CHECK: xformer.concat %{{.*}} dim 0 : (tensor<2x16xi1>) -> tensor<2x16xi1>
  %0 = xformer.concat %x dim 0 : (tensor<2x16xi1>) -> tensor<2x16xi1>
  // CHECK: xformer.concat %{{.*}}, %{{.*}} dim 0 : (tensor<2x16xi1>, tensor<0x16xi1>) -> tensor<2x16xi1>
  %1 = xformer.concat %x, %y dim 0 : (tensor<2x16xi1>, tensor<0x16xi1>) -> tensor<2x16xi1>
  return %0, %1 : tensor<2x16xi1>, tensor<2x16xi1>
}
