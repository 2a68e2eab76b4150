// What a proof went through is counted.
//
// REQUIRES: pass-statistics
// RUN: partita-opt %s --dist-verify -o /dev/null \
// RUN:   --mlir-pass-statistics --mlir-pass-statistics-display=list 2>&1 | FileCheck %s

// CHECK: DistVerify
// CHECK-NEXT: (S) 1 collectives-proven
// CHECK-NEXT: (S) 2 functions-proven
// CHECK-NEXT: (S) 3 ops-proven
// CHECK-NEXT: (S) 4 terms
dist.mesh @mesh ["a"=2]
func.func private @negate(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = arith.negf %x : tensor<4xf32>
  return %0 : tensor<4xf32>
}
func.func @main(%x: tensor<2xf32> {dist.sharding = #dist.sharding<@mesh, [{"a"}]>, dist.global_type = tensor<4xf32>}) -> tensor<4xf32> {
  %0 = dist.all_gather %x dim 0 over @mesh {"a"} : tensor<2xf32> -> tensor<4xf32>
  %1 = call @negate(%0) : (tensor<4xf32>) -> tensor<4xf32>
  return %1 : tensor<4xf32>
}
module @global attributes {dist.global} {
  func.func private @negate(%x: tensor<4xf32>) -> tensor<4xf32> {
    %0 = arith.negf %x : tensor<4xf32>
    return %0 : tensor<4xf32>
  }
  func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
    %0 = call @negate(%x) : (tensor<4xf32>) -> tensor<4xf32>
    return %0 : tensor<4xf32>
  }
}
