// RUN: partita-opt %s | partita-opt | FileCheck %s
// RUN: partita-opt %s --mlir-print-op-generic | partita-opt | FileCheck %s
// RUN: partita-opt %s --emit-bytecode | partita-opt | FileCheck %s

// CHECK-LABEL: func @moe_route(
// CHECK-SAME: %[[LOGITS:.*]]: tensor<2x16x8xf32>
func.func @moe_route(%logits: tensor<2x16x8xf32>) -> (tensor<2x16x2xf32>, tensor<2x16x2xi32>) {
  // CHECK: %[[W:.*]], %[[E:.*]] = xformer.moe_route %[[LOGITS]] renormalize : tensor<2x16x8xf32> -> tensor<2x16x2xf32>, tensor<2x16x2xi32>
  // CHECK: return %[[W]], %[[E]]
  %weights, %experts = xformer.moe_route %logits renormalize
    : tensor<2x16x8xf32> -> tensor<2x16x2xf32>, tensor<2x16x2xi32>
  return %weights, %experts : tensor<2x16x2xf32>, tensor<2x16x2xi32>
}

// As many experts as there are may be chosen; experts may be numbered in i64.
// CHECK-LABEL: func @moe_route_all(
func.func @moe_route_all(%logits: tensor<8xbf16>) -> (tensor<8xbf16>, tensor<8xi64>) {
  // CHECK: xformer.moe_route %{{.*}} : tensor<8xbf16> -> tensor<8xbf16>, tensor<8xi64>
  %w, %e = xformer.moe_route %logits : tensor<8xbf16> -> tensor<8xbf16>, tensor<8xi64>
  return %w, %e : tensor<8xbf16>, tensor<8xi64>
}

// The number of experts and of their slots are those of the result.
// CHECK-LABEL: func @moe_dispatch(
// CHECK-SAME: %[[X:.*]]: tensor<2x16x64xf32>, %[[E:.*]]: tensor<2x16x2xi32>
func.func @moe_dispatch(%x: tensor<2x16x64xf32>, %experts: tensor<2x16x2xi32>) -> tensor<2x8x16x64xf32> {
  // CHECK: xformer.moe_dispatch %[[X]], %[[E]] : (tensor<2x16x64xf32>, tensor<2x16x2xi32>) -> tensor<2x8x16x64xf32>
  %0 = xformer.moe_dispatch %x, %experts
    : (tensor<2x16x64xf32>, tensor<2x16x2xi32>) -> tensor<2x8x16x64xf32>
  return %0 : tensor<2x8x16x64xf32>
}

// CHECK-LABEL: func @moe_combine(
// CHECK-SAME: %[[Y:.*]]: tensor<2x8x16x64xf32>, %[[E:.*]]: tensor<2x16x2xi32>, %[[W:.*]]: tensor<2x16x2xf32>
func.func @moe_combine(%y: tensor<2x8x16x64xf32>, %experts: tensor<2x16x2xi32>, %weights: tensor<2x16x2xf32>)
    -> tensor<2x16x64xf32> {
  // CHECK: xformer.moe_combine %[[Y]], %[[E]], %[[W]]
  // CHECK-SAME: : (tensor<2x8x16x64xf32>, tensor<2x16x2xi32>, tensor<2x16x2xf32>) -> tensor<2x16x64xf32>
  %0 = xformer.moe_combine %y, %experts, %weights
    : (tensor<2x8x16x64xf32>, tensor<2x16x2xi32>, tensor<2x16x2xf32>)
    -> tensor<2x16x64xf32>
  return %0 : tensor<2x16x64xf32>
}

// Fewer slots than tokens: the capacity of an expert is limited.
// CHECK-LABEL: func @moe_capacity(
func.func @moe_capacity(%x: tensor<2x16x64xf16>, %e: tensor<2x16x2xi64>, %w: tensor<2x16x2xf16>) -> tensor<2x16x64xf16> {
  // CHECK: xformer.moe_dispatch %{{.*}}, %{{.*}} : (tensor<2x16x64xf16>, tensor<2x16x2xi64>) -> tensor<2x8x5x64xf16>
  %0 = xformer.moe_dispatch %x, %e : (tensor<2x16x64xf16>, tensor<2x16x2xi64>) -> tensor<2x8x5x64xf16>
  // CHECK: xformer.moe_combine %{{.*}}, %{{.*}}, %{{.*}} : (tensor<2x8x5x64xf16>, tensor<2x16x2xi64>, tensor<2x16x2xf16>)
  %1 = xformer.moe_combine %0, %e, %w
    : (tensor<2x8x5x64xf16>, tensor<2x16x2xi64>, tensor<2x16x2xf16>) -> tensor<2x16x64xf16>
  return %1 : tensor<2x16x64xf16>
}

// A device has some of the experts; the others take no slot.
// CHECK-LABEL: func @moe_expert_ids(
// CHECK-SAME: %[[X:.*]]: tensor<2x16x64xf32>, %[[Z:.*]]: tensor<2x4x16x64xf32>, %[[EXPERTS:.*]]: tensor<2x16x2xi32>, %[[W:.*]]: tensor<2x16x2xf32>, %[[E:.*]]: tensor<4xi32>
func.func @moe_expert_ids(%x: tensor<2x16x64xf32>, %z: tensor<2x4x16x64xf32>, %experts: tensor<2x16x2xi32>, %weights: tensor<2x16x2xf32>, %e: tensor<4xi32>)
    -> (tensor<2x4x16x64xf32>, tensor<2x16x64xf32>) {
  // CHECK: xformer.moe_dispatch %[[X]], %[[EXPERTS]] expert_ids(%[[E]]) : (tensor<2x16x64xf32>, tensor<2x16x2xi32>, tensor<4xi32>) -> tensor<2x4x16x64xf32>
  %1 = xformer.moe_dispatch %x, %experts expert_ids(%e)
    : (tensor<2x16x64xf32>, tensor<2x16x2xi32>, tensor<4xi32>)
    -> tensor<2x4x16x64xf32>
  // CHECK: xformer.moe_combine %[[Z]], %[[EXPERTS]], %[[W]] expert_ids(%[[E]])
  // CHECK-SAME: : (tensor<2x4x16x64xf32>, tensor<2x16x2xi32>, tensor<2x16x2xf32>, tensor<4xi32>) -> tensor<2x16x64xf32>
  %2 = xformer.moe_combine %z, %experts, %weights expert_ids(%e)
    : (tensor<2x4x16x64xf32>, tensor<2x16x2xi32>, tensor<2x16x2xf32>,
       tensor<4xi32>) -> tensor<2x16x64xf32>
  return %1, %2 : tensor<2x4x16x64xf32>, tensor<2x16x64xf32>
}
