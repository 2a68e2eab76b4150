// RUN: partita-opt %s | partita-opt | FileCheck %s
// RUN: partita-opt %s --mlir-print-op-generic | partita-opt | FileCheck %s
// RUN: partita-opt %s --emit-bytecode | partita-opt | FileCheck %s

// All optional parts: a weight as checkpoints store it, and a bias.
// CHECK-LABEL: func @linear(
// CHECK-SAME: %[[X:.*]]: tensor<2x16x64xf32>, %[[W:.*]]: tensor<256x64xf32>, %[[B:.*]]: tensor<256xf32>
func.func @linear(%x: tensor<2x16x64xf32>, %w: tensor<256x64xf32>, %b: tensor<256xf32>) -> tensor<2x16x256xf32> {
  // CHECK: xformer.linear %[[X]], %[[W]] transpose_weight bias(%[[B]])
  // CHECK-SAME: : (tensor<2x16x64xf32>, tensor<256x64xf32>, tensor<256xf32>) -> tensor<2x16x256xf32>
  %0 = xformer.linear %x, %w transpose_weight bias(%b)
    : (tensor<2x16x64xf32>, tensor<256x64xf32>, tensor<256xf32>)
    -> tensor<2x16x256xf32>
  return %0 : tensor<2x16x256xf32>
}

// No optional part; a vector in, a vector out.
// CHECK-LABEL: func @linear_vector(
func.func @linear_vector(%x: tensor<64xbf16>, %w: tensor<64x256xbf16>) -> tensor<256xbf16> {
  // CHECK: xformer.linear %{{.*}}, %{{.*}} : (tensor<64xbf16>, tensor<64x256xbf16>) -> tensor<256xbf16>
  %0 = xformer.linear %x, %w : (tensor<64xbf16>, tensor<64x256xbf16>) -> tensor<256xbf16>
  return %0 : tensor<256xbf16>
}

// A sum over nothing is legal.
// CHECK-LABEL: func @linear_nothing_to_sum(
func.func @linear_nothing_to_sum(%x: tensor<4x0xf16>, %w: tensor<0x8xf16>, %b: tensor<8xf16>) -> tensor<4x8xf16> {
  // CHECK: xformer.linear %{{.*}}, %{{.*}} bias(%{{.*}}) : (tensor<4x0xf16>, tensor<0x8xf16>, tensor<8xf16>) -> tensor<4x8xf16>
  %0 = xformer.linear %x, %w bias(%b) : (tensor<4x0xf16>, tensor<0x8xf16>, tensor<8xf16>) -> tensor<4x8xf16>
  return %0 : tensor<4x8xf16>
}

// Leading dimensions broadcast, also where one operand has none.
// CHECK-LABEL: func @matmul(
// CHECK-SAME: %[[A:.*]]: tensor<2x8x16x64xf32>, %[[B:.*]]: tensor<8x32x64xf32>
func.func @matmul(%a: tensor<2x8x16x64xf32>, %b: tensor<8x32x64xf32>) -> tensor<2x8x16x32xf32> {
  // CHECK: xformer.matmul %[[A]], %[[B]] transpose_rhs : (tensor<2x8x16x64xf32>, tensor<8x32x64xf32>) -> tensor<2x8x16x32xf32>
  %0 = xformer.matmul %a, %b transpose_rhs
    : (tensor<2x8x16x64xf32>, tensor<8x32x64xf32>) -> tensor<2x8x16x32xf32>
  return %0 : tensor<2x8x16x32xf32>
}

// CHECK-LABEL: func @matmul_transposes(
func.func @matmul_transposes(%a: tensor<3x1x4x5xbf16>, %b: tensor<2x4x6xbf16>, %c: tensor<2x6x4xbf16>)
    -> (tensor<3x2x5x6xbf16>, tensor<3x2x5x6xbf16>) {
  // CHECK: xformer.matmul %{{.*}}, %{{.*}} transpose_lhs : (tensor<3x1x4x5xbf16>, tensor<2x4x6xbf16>) -> tensor<3x2x5x6xbf16>
  %0 = xformer.matmul %a, %b transpose_lhs : (tensor<3x1x4x5xbf16>, tensor<2x4x6xbf16>) -> tensor<3x2x5x6xbf16>
  // CHECK: xformer.matmul %{{.*}}, %{{.*}} transpose_lhs transpose_rhs : (tensor<3x1x4x5xbf16>, tensor<2x6x4xbf16>) -> tensor<3x2x5x6xbf16>
  %1 = xformer.matmul %a, %c transpose_lhs transpose_rhs
    : (tensor<3x1x4x5xbf16>, tensor<2x6x4xbf16>) -> tensor<3x2x5x6xbf16>
  return %0, %1 : tensor<3x2x5x6xbf16>, tensor<3x2x5x6xbf16>
}

// Matrices without leading dimensions.
// CHECK-LABEL: func @matmul_plain(
func.func @matmul_plain(%a: tensor<4x5xf16>, %b: tensor<5x6xf16>) -> tensor<4x6xf16> {
  // CHECK: xformer.matmul %{{.*}}, %{{.*}} : (tensor<4x5xf16>, tensor<5x6xf16>) -> tensor<4x6xf16>
  %0 = xformer.matmul %a, %b : (tensor<4x5xf16>, tensor<5x6xf16>) -> tensor<4x6xf16>
  return %0 : tensor<4x6xf16>
}
