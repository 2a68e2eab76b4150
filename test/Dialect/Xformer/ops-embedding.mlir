// RUN: partita-opt %s | partita-opt | FileCheck %s
// RUN: partita-opt %s --mlir-print-op-generic | partita-opt | FileCheck %s
// RUN: partita-opt %s --emit-bytecode | partita-opt | FileCheck %s

// One row of the table for every id, whatever the shape of the ids.
// CHECK-LABEL: func @embedding(
// CHECK-SAME: %[[TABLE:.*]]: tensor<512x64xf32>, %[[IDS:.*]]: tensor<2x16xi32>
func.func @embedding(%table: tensor<512x64xf32>, %ids: tensor<2x16xi32>) -> tensor<2x16x64xf32> {
  // CHECK: xformer.embedding %[[TABLE]], %[[IDS]] : (tensor<512x64xf32>, tensor<2x16xi32>) -> tensor<2x16x64xf32>
  %0 = xformer.embedding %table, %ids
    : (tensor<512x64xf32>, tensor<2x16xi32>) -> tensor<2x16x64xf32>
  return %0 : tensor<2x16x64xf32>
}

// A single id gives a single row; ids may be i64.
// CHECK-LABEL: func @embedding_scalar_id(
func.func @embedding_scalar_id(%table: tensor<512x64xbf16>, %id: tensor<i64>) -> tensor<64xbf16> {
  // CHECK: xformer.embedding %{{.*}}, %{{.*}} : (tensor<512x64xbf16>, tensor<i64>) -> tensor<64xbf16>
  %0 = xformer.embedding %table, %id : (tensor<512x64xbf16>, tensor<i64>) -> tensor<64xbf16>
  return %0 : tensor<64xbf16>
}

// Rows may have ids.
// CHECK-LABEL: func @embedding_row_ids(
// CHECK-SAME: %[[TABLE:.*]]: tensor<512x64xf32>, %[[IDS:.*]]: tensor<2x16xi32>, %[[ROWS:.*]]: tensor<512xi32>
func.func @embedding_row_ids(%table: tensor<512x64xf32>, %ids: tensor<2x16xi32>, %r: tensor<512xi32>) -> tensor<2x16x64xf32> {
  // CHECK: xformer.embedding %[[TABLE]], %[[IDS]] row_ids(%[[ROWS]]) : (tensor<512x64xf32>, tensor<2x16xi32>, tensor<512xi32>) -> tensor<2x16x64xf32>
  %1 = xformer.embedding %table, %ids row_ids(%r)
    : (tensor<512x64xf32>, tensor<2x16xi32>, tensor<512xi32>) -> tensor<2x16x64xf32>
  return %1 : tensor<2x16x64xf32>
}

// Counting from 0 by 1 goes without saying.
// CHECK-LABEL: func @iota(
func.func @iota() -> (tensor<16xi32>, tensor<16xi32>, tensor<0xi64>) {
  // CHECK: xformer.iota : tensor<16xi32>
  %0 = xformer.iota : tensor<16xi32>
  // CHECK: xformer.iota first 8 step 2 : tensor<16xi32>
  %1 = xformer.iota first 8 step 2 : tensor<16xi32>
  // CHECK: xformer.iota step -3 : tensor<0xi64>
  %2 = xformer.iota first 0 step -3 : tensor<0xi64>
  return %0, %1, %2 : tensor<16xi32>, tensor<16xi32>, tensor<0xi64>
}

// A local batch may be empty.
// CHECK-LABEL: func @embedding_no_ids(
func.func @embedding_no_ids(%table: tensor<512x64xf16>, %ids: tensor<0x16xi32>) -> tensor<0x16x64xf16> {
  // CHECK: xformer.embedding %{{.*}}, %{{.*}} : (tensor<512x64xf16>, tensor<0x16xi32>) -> tensor<0x16x64xf16>
  %0 = xformer.embedding %table, %ids : (tensor<512x64xf16>, tensor<0x16xi32>) -> tensor<0x16x64xf16>
  return %0 : tensor<0x16x64xf16>
}

// Both forms of the documentation: index as position, and given positions with
// the scaling of Llama 3.
// CHECK-LABEL: func @rotary(
// CHECK-SAME: %[[X:.*]]: tensor<2x16x4x8xf32>, %[[P:.*]]: tensor<16xi32>
func.func @rotary(%x: tensor<2x16x4x8xf32>, %p: tensor<16xi32>) -> (tensor<2x16x4x8xf32>, tensor<2x16x4x8xf32>) {
  // CHECK: xformer.rotary %[[X]] theta 1.000000e+04 : (tensor<2x16x4x8xf32>) -> tensor<2x16x4x8xf32>
  %0 = xformer.rotary %x theta 1.0e4
    : (tensor<2x16x4x8xf32>) -> tensor<2x16x4x8xf32>
  // CHECK: xformer.rotary %[[X]] positions(%[[P]]) theta 5.000000e+05
  // CHECK-SAME: scaling <factor = 8.000000e+00, low_frequency_factor = 1.000000e+00, high_frequency_factor = 4.000000e+00, original_context = 8192>
  // CHECK-SAME: : (tensor<2x16x4x8xf32>, tensor<16xi32>) -> tensor<2x16x4x8xf32>
  %1 = xformer.rotary %x positions(%p) theta 5.0e5
    scaling <factor = 8.0, low_frequency_factor = 1.0,
             high_frequency_factor = 4.0, original_context = 8192>
    : (tensor<2x16x4x8xf32>, tensor<16xi32>) -> tensor<2x16x4x8xf32>
  return %0, %1 : tensor<2x16x4x8xf32>, tensor<2x16x4x8xf32>
}

// Pairs of neighbours instead of halves.
// CHECK-LABEL: func @rotary_interleaved(
func.func @rotary_interleaved(%x: tensor<2x16x4x8xf16>, %p: tensor<16xi64>) -> tensor<2x16x4x8xf16> {
  // CHECK: xformer.rotary %{{.*}} positions(%{{.*}}) theta 1.000000e+04 interleaved : (tensor<2x16x4x8xf16>, tensor<16xi64>)
  %0 = xformer.rotary %x positions(%p) theta 1.0e4 interleaved
    : (tensor<2x16x4x8xf16>, tensor<16xi64>) -> tensor<2x16x4x8xf16>
  return %0 : tensor<2x16x4x8xf16>
}

// CHECK-LABEL: func @relative_position_bias(
// CHECK-SAME: %[[TABLE:.*]]: tensor<32x8xf32>
func.func @relative_position_bias(%table: tensor<32x8xf32>) -> tensor<1x8x16x16xf32> {
  // CHECK: xformer.relative_position_bias %[[TABLE]] bidirectional max_distance 128 : (tensor<32x8xf32>) -> tensor<1x8x16x16xf32>
  %0 = xformer.relative_position_bias %table bidirectional max_distance 128
    : (tensor<32x8xf32>) -> tensor<1x8x16x16xf32>
  return %0 : tensor<1x8x16x16xf32>
}

// A decoder looks back only; a local program says which queries and keys it
// holds.
// CHECK-LABEL: func @relative_position_bias_positions(
// CHECK-SAME: %[[TABLE:.*]]: tensor<32x8xbf16>, %[[Q:.*]]: tensor<4xi32>, %[[K:.*]]: tensor<16xi64>
func.func @relative_position_bias_positions(%table: tensor<32x8xbf16>, %q: tensor<4xi32>, %k: tensor<16xi64>)
    -> (tensor<1x8x4x16xbf16>, tensor<1x8x4x16xbf16>) {
  // CHECK: xformer.relative_position_bias %[[TABLE]] query_positions(%[[Q]]) key_positions(%[[K]]) max_distance 128
  %0 = xformer.relative_position_bias %table query_positions(%q) key_positions(%k) max_distance 128
    : (tensor<32x8xbf16>, tensor<4xi32>, tensor<16xi64>) -> tensor<1x8x4x16xbf16>
  // CHECK: xformer.relative_position_bias %[[TABLE]] key_positions(%[[K]]) max_distance 128
  %1 = xformer.relative_position_bias %table key_positions(%k) max_distance 128
    : (tensor<32x8xbf16>, tensor<16xi64>) -> tensor<1x8x4x16xbf16>
  return %0, %1 : tensor<1x8x4x16xbf16>, tensor<1x8x4x16xbf16>
}
