// RUN: partita-opt %s | partita-opt | FileCheck %s
// RUN: partita-opt %s --mlir-print-op-generic | partita-opt | FileCheck %s
// RUN: partita-opt %s --emit-bytecode | partita-opt | FileCheck %s

// CHECK: dist.mesh @mesh ["data"=2, "tensor"=4]
dist.mesh @mesh ["data"=2, "tensor"=4]
// CHECK: dist.mesh @cluster ["node"=8 <bandwidth = 5.000000e+10, latency = 1.000000e-05>, "gpu"=8 <bandwidth = 4.500000e+11, latency = 2.000000e-06>]
dist.mesh @cluster ["node"=8 <bandwidth = 5.0e10, latency = 1.0e-5>,
                        "gpu"=8 <bandwidth = 4.5e11, latency = 2.0e-6>]
// CHECK: dist.mesh @one []
dist.mesh @one []
// CHECK: dist.mesh @hidden ["x"=2] {sym_visibility = "private"}
dist.mesh @hidden ["x"=2] {sym_visibility = "private"}

// CHECK-LABEL: func @constraint(
// CHECK-SAME: %[[X:.*]]: tensor<4x8xf32>, %[[Y:.*]]: tensor<?x3xi64>
func.func @constraint(%x: tensor<4x8xf32>, %y: tensor<?x3xi64>) -> (tensor<4x8xf32>, tensor<?x3xi64>) {
  // CHECK: dist.constraint %[[X]] <@mesh, [{"data"}, {?}]> : tensor<4x8xf32>
  %0 = dist.constraint %x <@mesh, [{"data"}, {?} ]> : tensor<4x8xf32>
  // CHECK: dist.constraint %[[Y]] <@mesh, [{"tensor":(2)2, ?}p3, {"tensor":(1)2}], partial={"data":min}> : tensor<?x3xi64>
  %1 = dist.constraint %y <@mesh, [{"tensor":(2)2, ?}p3, {"tensor":(1)2}], partial={"data":min}> : tensor<?x3xi64>
  return %0, %1 : tensor<4x8xf32>, tensor<?x3xi64>
}

// CHECK-LABEL: func @constraint_replicated(
// CHECK-SAME: %[[W:.*]]: tensor<4x8xf32>
func.func @constraint_replicated(%w: tensor<4x8xf32>) -> (tensor<4x8xf32>, tensor<4x8xf32>) {
  // CHECK: dist.constraint %[[W]] <@mesh, [{?}, {?}]> replicated {"data"} : tensor<4x8xf32>
  %1 = dist.constraint %w <@mesh, [{?}, {?} ]> replicated {"data"}
      : tensor<4x8xf32>
  // CHECK: dist.constraint %[[W]] <@mesh, [{?}, {}]> replicated {"data", "tensor":(1)2} : tensor<4x8xf32>
  %2 = dist.constraint %w <@mesh, [{?}, {} ]> replicated {"data", "tensor":(1)2} : tensor<4x8xf32>
  return %1, %2 : tensor<4x8xf32>, tensor<4x8xf32>
}

// CHECK-LABEL: func @reshard(
// CHECK-SAME: %[[X:.*]]: tensor<4x8xf32>, %[[Y:.*]]: tensor<f32>
func.func @reshard(%x: tensor<4x8xf32>, %y: tensor<f32>) -> (tensor<4x8xf32>, tensor<f32>) {
  // CHECK: dist.reshard %[[X]] to <@mesh, [{}, {"data"}]> : tensor<4x8xf32>
  %0 = dist.reshard %x to <@mesh, [{}, {"data"} ]> : tensor<4x8xf32>
  // CHECK: dist.reshard %[[Y]] to <@mesh, [], partial={"data"}> : tensor<f32>
  %1 = dist.reshard %y to <@mesh, [], partial={"data"}> : tensor<f32>
  return %0, %1 : tensor<4x8xf32>, tensor<f32>
}
