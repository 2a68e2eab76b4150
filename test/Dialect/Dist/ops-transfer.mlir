// RUN: partita-opt %s | partita-opt | FileCheck %s
// RUN: partita-opt %s --mlir-print-op-generic | partita-opt | FileCheck %s
// RUN: partita-opt %s --emit-bytecode | partita-opt | FileCheck %s

dist.mesh @stage0 ["data"=2]
dist.mesh @stage1 ["data"=2 <bandwidth = 1.0e9, latency = 0.0>]
dist.mesh @wide ["data"=2, "tensor"=2]

// Two meshes may be linked in different ways, and still have the same axes.
// CHECK-LABEL: func @send(
// CHECK-SAME: %[[X:.*]]: tensor<4x8xf32>
func.func @send(%x: tensor<4x8xf32>) {
  // CHECK: dist.send %[[X]] over @stage0 to @stage1 channel 0 : tensor<4x8xf32>
  dist.send %x over @stage0 to @stage1 channel 0 : tensor<4x8xf32>
  // CHECK: dist.send %[[X]] over @stage0 to @stage1 channel 1 pairs [0 -> 1, 1 -> 0] : tensor<4x8xf32>
  dist.send %x over @stage0 to @stage1 channel 1 pairs [0 -> 1, 1 -> 0]
      : tensor<4x8xf32>
  // CHECK: %[[DONE:.*]] = dist.send start %[[X]] over @stage0 to @stage1 channel 2 : tensor<4x8xf32> -> !dist.token
  %done = dist.send start %x over @stage0 to @stage1 channel 2
      : tensor<4x8xf32> -> !dist.token
  // CHECK: dist.wait %[[DONE]] : !dist.token
  dist.wait %done : !dist.token
  // CHECK: dist.send %[[X]] over @stage0 to @wide channel 9223372036854775807 pairs [0 -> 3] : tensor<4x8xf32>
  dist.send %x over @stage0 to @wide channel 9223372036854775807 pairs [0 -> 3] : tensor<4x8xf32>
  return
}

// CHECK-LABEL: func @recv(
func.func @recv() -> tensor<4x8xf32> {
  // CHECK: dist.recv over @stage1 from @stage0 channel 0 : tensor<4x8xf32>
  %0 = dist.recv over @stage1 from @stage0 channel 0 : tensor<4x8xf32>
  // CHECK: %[[TOKEN:.*]] = dist.recv start over @wide from @stage0 channel 3 pairs [0 -> 3] : !dist.token<tensor<2xbf16>>
  %token = dist.recv start over @wide from @stage0 channel 3 pairs [0 -> 3] : !dist.token<tensor<2xbf16>>
  // CHECK: dist.wait %[[TOKEN]] : !dist.token<tensor<2xbf16>>
  %1 = dist.wait %token : !dist.token<tensor<2xbf16>>
  return %0 : tensor<4x8xf32>
}
