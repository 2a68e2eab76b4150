// RUN: partita-opt %s | partita-opt | FileCheck %s
// RUN: partita-opt %s --mlir-print-op-generic | partita-opt | FileCheck %s
// RUN: partita-opt %s --emit-bytecode | partita-opt | FileCheck %s

// Grouped-query self-attention of a decoder: four query heads share a key head.
// CHECK-LABEL: func @grouped_query(
// CHECK-SAME: %[[Q:.*]]: tensor<2x16x8x64xf32>, %[[K:.*]]: tensor<2x16x2x64xf32>, %[[V:.*]]: tensor<2x16x2x64xf32>
func.func @grouped_query(%q: tensor<2x16x8x64xf32>, %k: tensor<2x16x2x64xf32>, %v: tensor<2x16x2x64xf32>)
    -> tensor<2x16x8x64xf32> {
  // CHECK: xformer.attention %[[Q]], %[[K]], %[[V]] causal scale 1.250000e-01
  // CHECK-SAME: : (tensor<2x16x8x64xf32>, tensor<2x16x2x64xf32>, tensor<2x16x2x64xf32>) -> tensor<2x16x8x64xf32>
  %0 = xformer.attention %q, %k, %v causal scale 1.25e-01
    : (tensor<2x16x8x64xf32>, tensor<2x16x2x64xf32>, tensor<2x16x2x64xf32>)
    -> tensor<2x16x8x64xf32>
  return %0 : tensor<2x16x8x64xf32>
}

// Cross-attention with a bias, a mask of padding, and what the backward pass
// needs.
// CHECK-LABEL: func @cross(
// CHECK-SAME: %[[Q:.*]]: tensor<2x16x8x64xf32>, %[[K:.*]]: tensor<2x24x8x64xf32>, %[[V:.*]]: tensor<2x24x8x64xf32>,
// CHECK-SAME: %[[B:.*]]: tensor<1x8x16x24xf32>, %[[M:.*]]: tensor<2x24xi1>
func.func @cross(%q: tensor<2x16x8x64xf32>, %k: tensor<2x24x8x64xf32>, %v: tensor<2x24x8x64xf32>,
                 %b: tensor<1x8x16x24xf32>, %m: tensor<2x24xi1>) -> (tensor<2x16x8x64xf32>, tensor<2x8x16xf32>) {
  // CHECK: %[[OUT:.*]], %[[LSE:.*]] = xformer.attention %[[Q]], %[[K]], %[[V]] bias(%[[B]]) key_mask(%[[M]]) scale 1.000000e+00
  // CHECK-SAME: : (tensor<2x16x8x64xf32>, tensor<2x24x8x64xf32>, tensor<2x24x8x64xf32>, tensor<1x8x16x24xf32>, tensor<2x24xi1>)
  // CHECK-SAME: -> (tensor<2x16x8x64xf32>, tensor<2x8x16xf32>)
  // CHECK: return %[[OUT]], %[[LSE]]
  %1, %lse = xformer.attention %q, %k, %v bias(%b) key_mask(%m) scale 1.0
    : (tensor<2x16x8x64xf32>, tensor<2x24x8x64xf32>, tensor<2x24x8x64xf32>,
       tensor<1x8x16x24xf32>, tensor<2x24xi1>)
    -> (tensor<2x16x8x64xf32>, tensor<2x8x16xf32>)
  return %1, %lse : tensor<2x16x8x64xf32>, tensor<2x8x16xf32>
}

// A local program that holds some of the queries and keys passes their
// positions.
// CHECK-LABEL: func @positions(
// CHECK-SAME: %[[Q:.*]]: tensor<2x4x8x64xbf16>, %[[K:.*]]: tensor<2x6x8x64xbf16>, %[[V:.*]]: tensor<2x6x8x32xbf16>,
// CHECK-SAME: %[[QP:.*]]: tensor<4xi32>, %[[KP:.*]]: tensor<6xi64>
func.func @positions(%q: tensor<2x4x8x64xbf16>, %k: tensor<2x6x8x64xbf16>, %v: tensor<2x6x8x32xbf16>,
                     %qp: tensor<4xi32>, %kp: tensor<6xi64>) -> (tensor<2x4x8x32xbf16>, tensor<2x4x8x32xbf16>) {
  // CHECK: xformer.attention %[[Q]], %[[K]], %[[V]] query_positions(%[[QP]]) key_positions(%[[KP]]) causal scale 1.250000e-01
  %0 = xformer.attention %q, %k, %v query_positions(%qp) key_positions(%kp) causal scale 0.125
    : (tensor<2x4x8x64xbf16>, tensor<2x6x8x64xbf16>, tensor<2x6x8x32xbf16>, tensor<4xi32>, tensor<6xi64>)
    -> tensor<2x4x8x32xbf16>
  // CHECK: xformer.attention %[[Q]], %[[K]], %[[V]] key_positions(%[[KP]]) causal scale 1.250000e-01
  %1 = xformer.attention %q, %k, %v key_positions(%kp) causal scale 0.125
    : (tensor<2x4x8x64xbf16>, tensor<2x6x8x64xbf16>, tensor<2x6x8x32xbf16>, tensor<6xi64>)
    -> tensor<2x4x8x32xbf16>
  return %0, %1 : tensor<2x4x8x32xbf16>, tensor<2x4x8x32xbf16>
}

// Every optional operand at once; the bias is one number for each head.
// CHECK-LABEL: func @everything(
func.func @everything(%q: tensor<2x4x8x64xf16>, %b: tensor<1x8x1x1xf16>, %m: tensor<2x4xi1>, %p: tensor<4xi32>)
    -> (tensor<2x4x8x64xf16>, tensor<2x8x4xf32>) {
  // CHECK: xformer.attention %[[Q:.*]], %[[Q]], %[[Q]] bias(%{{.*}}) key_mask(%{{.*}}) query_positions(%[[P:.*]]) key_positions(%[[P]]) causal scale 1.250000e-01
  // CHECK-SAME: -> (tensor<2x4x8x64xf16>, tensor<2x8x4xf32>)
  %0, %lse = xformer.attention %q, %q, %q bias(%b) key_mask(%m) query_positions(%p) key_positions(%p) causal scale 0.125
    : (tensor<2x4x8x64xf16>, tensor<2x4x8x64xf16>, tensor<2x4x8x64xf16>, tensor<1x8x1x1xf16>, tensor<2x4xi1>,
       tensor<4xi32>, tensor<4xi32>) -> (tensor<2x4x8x64xf16>, tensor<2x8x4xf32>)
  return %0, %lse : tensor<2x4x8x64xf16>, tensor<2x8x4xf32>
}

// A device may hold no key: its output is 0, its log-sum-exp minus infinity.
// CHECK-LABEL: func @no_keys(
func.func @no_keys(%q: tensor<2x4x8x64xf32>, %k: tensor<2x0x8x64xf32>) -> (tensor<2x4x8x64xf32>, tensor<2x8x4xf32>) {
  // CHECK: xformer.attention %{{.*}}, %{{.*}}, %{{.*}} scale -1.000000e+00 : (tensor<2x4x8x64xf32>, tensor<2x0x8x64xf32>, tensor<2x0x8x64xf32>)
  %0, %lse = xformer.attention %q, %k, %k scale -1.0
    : (tensor<2x4x8x64xf32>, tensor<2x0x8x64xf32>, tensor<2x0x8x64xf32>) -> (tensor<2x4x8x64xf32>, tensor<2x8x4xf32>)
  return %0, %lse : tensor<2x4x8x64xf32>, tensor<2x8x4xf32>
}

// Split over keys: with the log-sum-exp of all keys, the outputs of some are
// parts of a sum; and so they are when taken from that of the few to that of
// all.
// CHECK-LABEL: func @normalizer(
// CHECK-SAME: %[[Q:.*]]: tensor<2x16x8x64xf32>, %[[K:.*]]: tensor<2x24x8x64xf32>, %[[V:.*]]: tensor<2x24x8x64xf32>, %[[L:.*]]: tensor<2x8x16xf32>
func.func @normalizer(%q: tensor<2x16x8x64xf32>, %k: tensor<2x24x8x64xf32>, %v: tensor<2x24x8x64xf32>, %l: tensor<2x8x16xf32>)
    -> tensor<2x16x8x64xf32> {
  // CHECK: xformer.attention %[[Q]], %[[K]], %[[V]] normalizer(%[[L]]) scale 1.000000e+00
  // CHECK-SAME: : (tensor<2x16x8x64xf32>, tensor<2x24x8x64xf32>, tensor<2x24x8x64xf32>, tensor<2x8x16xf32>) -> tensor<2x16x8x64xf32>
  %2 = xformer.attention %q, %k, %v normalizer(%l) scale 1.0
    : (tensor<2x16x8x64xf32>, tensor<2x24x8x64xf32>, tensor<2x24x8x64xf32>,
       tensor<2x8x16xf32>) -> tensor<2x16x8x64xf32>
  return %2 : tensor<2x16x8x64xf32>
}

// CHECK-LABEL: func @lse(
// CHECK-SAME: %[[Q:.*]]: tensor<2x16x8x64xf32>, %[[K:.*]]: tensor<2x24x2x64xf32>, %[[M:.*]]: tensor<2x24xi1>
func.func @lse(%q: tensor<2x16x8x64xf32>, %k: tensor<2x24x2x64xf32>, %m: tensor<2x24xi1>) -> tensor<2x8x16xf32> {
  // CHECK: xformer.attention_lse %[[Q]], %[[K]] key_mask(%[[M]]) scale 1.250000e-01 : (tensor<2x16x8x64xf32>, tensor<2x24x2x64xf32>, tensor<2x24xi1>) -> tensor<2x8x16xf32>
  %0 = xformer.attention_lse %q, %k key_mask(%m) scale 1.25e-01
    : (tensor<2x16x8x64xf32>, tensor<2x24x2x64xf32>, tensor<2x24xi1>)
    -> tensor<2x8x16xf32>
  return %0 : tensor<2x8x16xf32>
}

// CHECK-LABEL: func @lse_of_everything(
func.func @lse_of_everything(%q: tensor<2x4x8x64xf16>, %b: tensor<1x8x1x1xf16>, %m: tensor<2x4xi1>, %p: tensor<4xi32>) -> tensor<2x8x4xf32> {
  // CHECK: xformer.attention_lse %[[Q:.*]], %[[Q]] bias(%{{.*}}) key_mask(%{{.*}}) query_positions(%[[P:.*]]) key_positions(%[[P]]) causal scale 1.250000e-01
  %0 = xformer.attention_lse %q, %q bias(%b) key_mask(%m) query_positions(%p) key_positions(%p) causal scale 0.125
    : (tensor<2x4x8x64xf16>, tensor<2x4x8x64xf16>, tensor<1x8x1x1xf16>, tensor<2x4xi1>, tensor<4xi32>, tensor<4xi32>) -> tensor<2x8x4xf32>
  return %0 : tensor<2x8x4xf32>
}

// CHECK-LABEL: func @rescale(
// CHECK-SAME: %[[O:.*]]: tensor<2x16x8x64xf32>, %[[FROM:.*]]: tensor<2x8x16xf32>, %[[TO:.*]]: tensor<2x8x16xf32>
func.func @rescale(%o: tensor<2x16x8x64xf32>, %from: tensor<2x8x16xf32>, %to: tensor<2x8x16xf32>) -> tensor<2x16x8x64xf32> {
  // CHECK: xformer.rescale %[[O]], %[[FROM]], %[[TO]] : (tensor<2x16x8x64xf32>, tensor<2x8x16xf32>, tensor<2x8x16xf32>) -> tensor<2x16x8x64xf32>
  %0 = xformer.rescale %o, %from, %to
    : (tensor<2x16x8x64xf32>, tensor<2x8x16xf32>, tensor<2x8x16xf32>)
    -> tensor<2x16x8x64xf32>
  return %0 : tensor<2x16x8x64xf32>
}
