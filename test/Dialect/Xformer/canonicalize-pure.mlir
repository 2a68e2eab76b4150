// Ops without patterns of their own: canonicalization leaves a used one as it
// is, removes an unused one, and CSE makes one of two equal ones. Each function
// has an op whose result is returned twice through equal twins, and a dead one.

// RUN: partita-opt %s --canonicalize --cse | FileCheck %s

// CHECK-LABEL: func @embedding(
// CHECK-NEXT: %[[Y:.+]] = xformer.embedding
// CHECK-NEXT: return %[[Y]], %[[Y]]
func.func @embedding(%table: tensor<8x4xf32>, %other: tensor<8x4xf32>,
                     %ids: tensor<2xi32>)
    -> (tensor<2x4xf32>, tensor<2x4xf32>) {
  %dead = xformer.embedding %other, %ids
    : (tensor<8x4xf32>, tensor<2xi32>) -> tensor<2x4xf32>
  %0 = xformer.embedding %table, %ids
    : (tensor<8x4xf32>, tensor<2xi32>) -> tensor<2x4xf32>
  %1 = xformer.embedding %table, %ids
    : (tensor<8x4xf32>, tensor<2xi32>) -> tensor<2x4xf32>
  return %0, %1 : tensor<2x4xf32>, tensor<2x4xf32>
}

// Two rotations by different angles are not one.
// CHECK-LABEL: func @rotary(
// CHECK-NEXT: %[[Y:.+]] = xformer.rotary {{.*}} theta 1.000000e+04 :
// CHECK-NEXT: %[[Z:.+]] = xformer.rotary {{.*}} theta 2.000000e+04 :
// CHECK-NEXT: return %[[Y]], %[[Y]], %[[Z]]
func.func @rotary(%x: tensor<1x2x1x4xf32>)
    -> (tensor<1x2x1x4xf32>, tensor<1x2x1x4xf32>, tensor<1x2x1x4xf32>) {
  %dead = xformer.rotary %x theta 3.0e4
    : (tensor<1x2x1x4xf32>) -> tensor<1x2x1x4xf32>
  %0 = xformer.rotary %x theta 1.0e4
    : (tensor<1x2x1x4xf32>) -> tensor<1x2x1x4xf32>
  %1 = xformer.rotary %x theta 1.0e4
    : (tensor<1x2x1x4xf32>) -> tensor<1x2x1x4xf32>
  %2 = xformer.rotary %x theta 2.0e4
    : (tensor<1x2x1x4xf32>) -> tensor<1x2x1x4xf32>
  return %0, %1, %2
    : tensor<1x2x1x4xf32>, tensor<1x2x1x4xf32>, tensor<1x2x1x4xf32>
}

// CHECK-LABEL: func @relative_position_bias(
// CHECK-NEXT: %[[Y:.+]] = xformer.relative_position_bias
// CHECK-NEXT: return %[[Y]], %[[Y]]
func.func @relative_position_bias(%table: tensor<4x2xf32>)
    -> (tensor<1x2x3x3xf32>, tensor<1x2x3x3xf32>) {
  %dead = xformer.relative_position_bias %table max_distance 16
    : (tensor<4x2xf32>) -> tensor<1x2x3x3xf32>
  %0 = xformer.relative_position_bias %table bidirectional max_distance 8
    : (tensor<4x2xf32>) -> tensor<1x2x3x3xf32>
  %1 = xformer.relative_position_bias %table bidirectional max_distance 8
    : (tensor<4x2xf32>) -> tensor<1x2x3x3xf32>
  return %0, %1 : tensor<1x2x3x3xf32>, tensor<1x2x3x3xf32>
}

// CHECK-LABEL: func @layer_norm(
// CHECK-NEXT: %[[Y:.+]] = xformer.layer_norm
// CHECK-NEXT: return %[[Y]], %[[Y]]
func.func @layer_norm(%x: tensor<2x4xf32>, %w: tensor<4xf32>)
    -> (tensor<2x4xf32>, tensor<2x4xf32>) {
  %dead = xformer.layer_norm %x, %w bias(%w) epsilon 1.0e-5
    : (tensor<2x4xf32>, tensor<4xf32>, tensor<4xf32>) -> tensor<2x4xf32>
  %0 = xformer.layer_norm %x, %w epsilon 1.0e-5
    : (tensor<2x4xf32>, tensor<4xf32>) -> tensor<2x4xf32>
  %1 = xformer.layer_norm %x, %w epsilon 1.0e-5
    : (tensor<2x4xf32>, tensor<4xf32>) -> tensor<2x4xf32>
  return %0, %1 : tensor<2x4xf32>, tensor<2x4xf32>
}

// CHECK-LABEL: func @rms_norm(
// CHECK-NEXT: %[[Y:.+]] = xformer.rms_norm
// CHECK-NEXT: return %[[Y]], %[[Y]]
func.func @rms_norm(%x: tensor<2x4xf32>, %w: tensor<4xf32>)
    -> (tensor<2x4xf32>, tensor<2x4xf32>) {
  %dead = xformer.rms_norm %x, %w epsilon 1.0e-6
    : (tensor<2x4xf32>, tensor<4xf32>) -> tensor<2x4xf32>
  %0 = xformer.rms_norm %x, %w epsilon 1.0e-5
    : (tensor<2x4xf32>, tensor<4xf32>) -> tensor<2x4xf32>
  %1 = xformer.rms_norm %x, %w epsilon 1.0e-5
    : (tensor<2x4xf32>, tensor<4xf32>) -> tensor<2x4xf32>
  return %0, %1 : tensor<2x4xf32>, tensor<2x4xf32>
}

// A softmax of a softmax is not one: softmax is not idempotent.
// CHECK-LABEL: func @softmax(
// CHECK-NEXT: %[[Y:.+]] = xformer.softmax %{{.*}} dim 1
// CHECK-NEXT: %[[Z:.+]] = xformer.softmax %[[Y]] dim 1
// CHECK-NEXT: return %[[Y]], %[[Z]]
func.func @softmax(%x: tensor<2x4xf32>)
    -> (tensor<2x4xf32>, tensor<2x4xf32>) {
  %dead = xformer.softmax %x dim 0 : tensor<2x4xf32>
  %0 = xformer.softmax %x dim 1 : tensor<2x4xf32>
  %1 = xformer.softmax %0 dim 1 : tensor<2x4xf32>
  return %0, %1 : tensor<2x4xf32>, tensor<2x4xf32>
}

// CHECK-LABEL: func @moe_route(
// CHECK-NEXT: %[[W:.+]], %[[E:.+]] = xformer.moe_route %{{.*}} renormalize
// CHECK-NEXT: return %[[W]], %[[E]]
func.func @moe_route(%x: tensor<2x4xf32>)
    -> (tensor<2x2xf32>, tensor<2x2xi32>) {
  %dead:2 = xformer.moe_route %x
    : tensor<2x4xf32> -> tensor<2x2xf32>, tensor<2x2xi32>
  %w0, %e0 = xformer.moe_route %x renormalize
    : tensor<2x4xf32> -> tensor<2x2xf32>, tensor<2x2xi32>
  %w1, %e1 = xformer.moe_route %x renormalize
    : tensor<2x4xf32> -> tensor<2x2xf32>, tensor<2x2xi32>
  return %w0, %e1 : tensor<2x2xf32>, tensor<2x2xi32>
}

// Dispatch to other numbers of slots is another op.
// CHECK-LABEL: func @moe_dispatch(
// CHECK-NEXT: %[[Y:.+]] = xformer.moe_dispatch {{.*}} -> tensor<1x4x3x2xf32>
// CHECK-NEXT: %[[Z:.+]] = xformer.moe_dispatch {{.*}} -> tensor<1x4x2x2xf32>
// CHECK-NEXT: return %[[Y]], %[[Y]], %[[Z]]
func.func @moe_dispatch(%x: tensor<1x3x2xf32>, %e: tensor<1x3x2xi32>)
    -> (tensor<1x4x3x2xf32>, tensor<1x4x3x2xf32>, tensor<1x4x2x2xf32>) {
  %0 = xformer.moe_dispatch %x, %e
    : (tensor<1x3x2xf32>, tensor<1x3x2xi32>) -> tensor<1x4x3x2xf32>
  %1 = xformer.moe_dispatch %x, %e
    : (tensor<1x3x2xf32>, tensor<1x3x2xi32>) -> tensor<1x4x3x2xf32>
  %2 = xformer.moe_dispatch %x, %e
    : (tensor<1x3x2xf32>, tensor<1x3x2xi32>) -> tensor<1x4x2x2xf32>
  return %0, %1, %2
    : tensor<1x4x3x2xf32>, tensor<1x4x3x2xf32>, tensor<1x4x2x2xf32>
}

// CHECK-LABEL: func @moe_combine(
// CHECK-NEXT: %[[Y:.+]] = xformer.moe_combine
// CHECK-NEXT: return %[[Y]], %[[Y]]
func.func @moe_combine(%y: tensor<1x4x3x2xf32>, %e: tensor<1x3x2xi32>,
                       %w: tensor<1x3x2xf32>)
    -> (tensor<1x3x2xf32>, tensor<1x3x2xf32>) {
  %0 = xformer.moe_combine %y, %e, %w
    : (tensor<1x4x3x2xf32>, tensor<1x3x2xi32>, tensor<1x3x2xf32>)
    -> tensor<1x3x2xf32>
  %1 = xformer.moe_combine %y, %e, %w
    : (tensor<1x4x3x2xf32>, tensor<1x3x2xi32>, tensor<1x3x2xf32>)
    -> tensor<1x3x2xf32>
  return %0, %1 : tensor<1x3x2xf32>, tensor<1x3x2xf32>
}

// Losses that ignore different labels are different.
// CHECK-LABEL: func @cross_entropy(
// CHECK-NEXT: %[[S:.+]], %[[N:.+]] = xformer.cross_entropy {{.*}} ignore_index -100
// CHECK-NEXT: %[[T:.+]], %{{.+}} = xformer.cross_entropy {{.*}} ignore_index 0
// CHECK-NEXT: return %[[S]], %[[N]], %[[T]]
func.func @cross_entropy(%x: tensor<2x4xf32>, %l: tensor<2xi32>)
    -> (tensor<f32>, tensor<f32>, tensor<f32>) {
  %s0, %n0 = xformer.cross_entropy %x, %l ignore_index -100
    : (tensor<2x4xf32>, tensor<2xi32>) -> (tensor<f32>, tensor<f32>)
  %s1, %n1 = xformer.cross_entropy %x, %l ignore_index -100
    : (tensor<2x4xf32>, tensor<2xi32>) -> (tensor<f32>, tensor<f32>)
  %s2, %n2 = xformer.cross_entropy %x, %l ignore_index 0
    : (tensor<2x4xf32>, tensor<2xi32>) -> (tensor<f32>, tensor<f32>)
  return %s0, %n1, %s2 : tensor<f32>, tensor<f32>, tensor<f32>
}
