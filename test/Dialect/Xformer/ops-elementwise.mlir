// RUN: partita-opt %s | partita-opt | FileCheck %s
// RUN: partita-opt %s --mlir-print-op-generic | partita-opt | FileCheck %s
// RUN: partita-opt %s --emit-bytecode | partita-opt | FileCheck %s

// CHECK-LABEL: func @gelu(
// CHECK-SAME: %[[X:.*]]: tensor<2x16xf32>
func.func @gelu(%x: tensor<2x16xf32>) -> (tensor<2x16xf32>, tensor<2x16xf32>) {
  // CHECK: xformer.gelu %[[X]] : tensor<2x16xf32>
  %0 = xformer.gelu %x : tensor<2x16xf32>
  // CHECK: xformer.gelu %[[X]] tanh : tensor<2x16xf32>
  %1 = xformer.gelu %x tanh : tensor<2x16xf32>
  return %0, %1 : tensor<2x16xf32>, tensor<2x16xf32>
}

// CHECK-LABEL: func @silu(
// CHECK-SAME: %[[X:.*]]: tensor<2x16xf32>
func.func @silu(%x: tensor<2x16xf32>) -> tensor<2x16xf32> {
  // CHECK: xformer.silu %[[X]] : tensor<2x16xf32>
  %0 = xformer.silu %x : tensor<2x16xf32>
  return %0 : tensor<2x16xf32>
}

// CHECK-LABEL: func @relu(
// CHECK-SAME: %[[X:.*]]: tensor<2x16xf32>
func.func @relu(%x: tensor<2x16xf32>) -> tensor<2x16xf32> {
  // CHECK: xformer.relu %[[X]] : tensor<2x16xf32>
  %0 = xformer.relu %x : tensor<2x16xf32>
  return %0 : tensor<2x16xf32>
}

// A scalar, and a tensor without elements.
// CHECK-LABEL: func @activations_of_any_shape(
func.func @activations_of_any_shape(%x: tensor<f16>, %y: tensor<0x3xbf16>) -> (tensor<f16>, tensor<0x3xbf16>) {
  // CHECK: xformer.silu %{{.*}} : tensor<f16>
  %0 = xformer.silu %x : tensor<f16>
  // CHECK: xformer.relu %{{.*}} : tensor<0x3xbf16>
  %1 = xformer.relu %y : tensor<0x3xbf16>
  return %0, %1 : tensor<f16>, tensor<0x3xbf16>
}

// Every activation, with one blank before its name.
// CHECK-LABEL: func @gated(
// CHECK-SAME: %[[GATE:.*]]: tensor<2x16xf32>, %[[VALUE:.*]]: tensor<2x16xf32>
func.func @gated(%gate: tensor<2x16xf32>, %value: tensor<2x16xf32>) -> tensor<2x16xf32> {
  // CHECK: xformer.gated{{ }}silu %[[GATE]], %[[VALUE]] : tensor<2x16xf32>
  %0 = xformer.gated silu %gate, %value : tensor<2x16xf32>
  // CHECK: xformer.gated{{ }}relu %[[GATE]], %[[VALUE]] : tensor<2x16xf32>
  %1 = xformer.gated relu %gate, %value : tensor<2x16xf32>
  // CHECK: xformer.gated{{ }}gelu %[[GATE]], %[[VALUE]] : tensor<2x16xf32>
  %2 = xformer.gated gelu %gate, %value : tensor<2x16xf32>
  // CHECK: xformer.gated{{ }}gelu_tanh %[[GATE]], %[[VALUE]] : tensor<2x16xf32>
  %3 = xformer.gated gelu_tanh %gate, %value : tensor<2x16xf32>
  return %3 : tensor<2x16xf32>
}

// CHECK-LABEL: func @add(
// CHECK-SAME: %[[X:.*]]: tensor<2x16xf32>, %[[B:.*]]: tensor<16xf32>
func.func @add(%x: tensor<2x16xf32>, %b: tensor<16xf32>) -> tensor<2x16xf32> {
  // CHECK: xformer.add %[[X]], %[[B]] : (tensor<2x16xf32>, tensor<16xf32>) -> tensor<2x16xf32>
  %0 = xformer.add %x, %b
    : (tensor<2x16xf32>, tensor<16xf32>) -> tensor<2x16xf32>
  return %0 : tensor<2x16xf32>
}

// CHECK-LABEL: func @sub(
// CHECK-SAME: %[[X:.*]]: tensor<2x16xf32>, %[[B:.*]]: tensor<16xf32>
func.func @sub(%x: tensor<2x16xf32>, %b: tensor<16xf32>) -> tensor<2x16xf32> {
  // CHECK: xformer.sub %[[X]], %[[B]] : (tensor<2x16xf32>, tensor<16xf32>) -> tensor<2x16xf32>
  %0 = xformer.sub %x, %b
    : (tensor<2x16xf32>, tensor<16xf32>) -> tensor<2x16xf32>
  return %0 : tensor<2x16xf32>
}

// CHECK-LABEL: func @mul(
// CHECK-SAME: %[[X:.*]]: tensor<2x16xf32>, %[[SCALE:.*]]: tensor<f32>
func.func @mul(%x: tensor<2x16xf32>, %scale: tensor<f32>) -> tensor<2x16xf32> {
  // CHECK: xformer.mul %[[X]], %[[SCALE]] : (tensor<2x16xf32>, tensor<f32>) -> tensor<2x16xf32>
  %0 = xformer.mul %x, %scale
    : (tensor<2x16xf32>, tensor<f32>) -> tensor<2x16xf32>
  return %0 : tensor<2x16xf32>
}

// CHECK-LABEL: func @div(
// CHECK-SAME: %[[X:.*]]: tensor<2x16xf32>, %[[N:.*]]: tensor<2x1xf32>
func.func @div(%x: tensor<2x16xf32>, %n: tensor<2x1xf32>) -> tensor<2x16xf32> {
  // CHECK: xformer.div %[[X]], %[[N]] : (tensor<2x16xf32>, tensor<2x1xf32>) -> tensor<2x16xf32>
  %0 = xformer.div %x, %n
    : (tensor<2x16xf32>, tensor<2x1xf32>) -> tensor<2x16xf32>
  return %0 : tensor<2x16xf32>
}

// CHECK-LABEL: func @max(
// CHECK-SAME: %[[X:.*]]: tensor<2x16xf32>, %[[FLOOR:.*]]: tensor<f32>
func.func @max(%x: tensor<2x16xf32>, %floor: tensor<f32>) -> tensor<2x16xf32> {
  // CHECK: xformer.max %[[X]], %[[FLOOR]] : (tensor<2x16xf32>, tensor<f32>) -> tensor<2x16xf32>
  %0 = xformer.max %x, %floor
    : (tensor<2x16xf32>, tensor<f32>) -> tensor<2x16xf32>
  return %0 : tensor<2x16xf32>
}

// Both operands may be repeated, and a dimension of 1 meets one of 0.
// CHECK-LABEL: func @broadcast_both(
func.func @broadcast_both(%x: tensor<2x1xbf16>, %y: tensor<3x1x16xbf16>, %z: tensor<0xbf16>)
    -> (tensor<3x2x16xbf16>, tensor<2x0xbf16>) {
  // CHECK: xformer.sub %{{.*}}, %{{.*}} : (tensor<2x1xbf16>, tensor<3x1x16xbf16>) -> tensor<3x2x16xbf16>
  %0 = xformer.sub %x, %y : (tensor<2x1xbf16>, tensor<3x1x16xbf16>) -> tensor<3x2x16xbf16>
  // CHECK: xformer.div %{{.*}}, %{{.*}} : (tensor<2x1xbf16>, tensor<0xbf16>) -> tensor<2x0xbf16>
  %1 = xformer.div %x, %z : (tensor<2x1xbf16>, tensor<0xbf16>) -> tensor<2x0xbf16>
  return %0, %1 : tensor<3x2x16xbf16>, tensor<2x0xbf16>
}

// CHECK-LABEL: func @log_add_exp(
// CHECK-SAME: %[[X:.*]]: tensor<2x16xf32>, %[[Y:.*]]: tensor<2x16xf32>
func.func @log_add_exp(%x: tensor<2x16xf32>, %y: tensor<2x16xf32>) -> tensor<2x16xf32> {
  // CHECK: xformer.log_add_exp %[[X]], %[[Y]] : (tensor<2x16xf32>, tensor<2x16xf32>) -> tensor<2x16xf32>
  %0 = xformer.log_add_exp %x, %y
    : (tensor<2x16xf32>, tensor<2x16xf32>) -> tensor<2x16xf32>
  return %0 : tensor<2x16xf32>
}

// On a whole tensor, and on elements of a larger one.
// CHECK-LABEL: func @dropout(
// CHECK-SAME: %[[X:.*]]: tensor<2x16xf32>, %[[SEED:.*]]: tensor<i64>, %[[I:.*]]: tensor<2xi32>, %[[J:.*]]: tensor<16xi32>
func.func @dropout(%x: tensor<2x16xf32>, %seed: tensor<i64>, %i: tensor<2xi32>, %j: tensor<16xi32>)
    -> (tensor<2x16xf32>, tensor<2x16xf32>) {
  // CHECK: xformer.dropout %[[X]] seed(%[[SEED]]) rate 1.000000e-01 stream 3 : (tensor<2x16xf32>, tensor<i64>) -> tensor<2x16xf32>
  %0 = xformer.dropout %x seed(%seed) rate 1.0e-1 stream 3
    : (tensor<2x16xf32>, tensor<i64>) -> tensor<2x16xf32>
  // CHECK: xformer.dropout %[[X]] seed(%[[SEED]]) indices(%[[I]], %[[J]]) of [8, 16] rate 1.000000e-01 stream 3
  // CHECK-SAME: : (tensor<2x16xf32>, tensor<i64>, tensor<2xi32>, tensor<16xi32>) -> tensor<2x16xf32>
  %1 = xformer.dropout %x seed(%seed) indices(%i, %j) of [8, 16] rate 1.0e-1
    stream 3
    : (tensor<2x16xf32>, tensor<i64>, tensor<2xi32>, tensor<16xi32>)
    -> tensor<2x16xf32>
  return %0, %1 : tensor<2x16xf32>, tensor<2x16xf32>
}

// A scalar has no dimension with indices.
// CHECK-LABEL: func @dropout_scalar(
func.func @dropout_scalar(%x: tensor<f16>, %seed: tensor<i64>) -> tensor<f16> {
  // CHECK: xformer.dropout %{{.*}} seed(%{{.*}}) rate 0.000000e+00 stream -1
  %0 = xformer.dropout %x seed(%seed) rate 0.0 stream -1
    : (tensor<f16>, tensor<i64>) -> tensor<f16>
  return %0 : tensor<f16>
}
