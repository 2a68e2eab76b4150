// RUN: partita-reduce %s --shrink-model=test=%S/Inputs/has-caller.sh | FileCheck %s

// A function that nothing calls goes; one that is called keeps its signature.
// CHECK-NOT: @unused
// CHECK: func.func private @callee(%{{.*}}: tensor<2xf32>, %{{.*}}: tensor<2xf32>) -> tensor<2xf32>
// CHECK-NOT: xformer.
func.func @unused(%x: tensor<2xf32>) -> tensor<2xf32> {
  %0 = xformer.silu %x : tensor<2xf32>
  return %0 : tensor<2xf32>
}
func.func private @callee(%x: tensor<2xf32>, %y: tensor<2xf32>) -> tensor<2xf32> {
  %0 = xformer.relu %x : tensor<2xf32>
  return %0 : tensor<2xf32>
}

// The caller loses the argument it does not need.
// CHECK: func.func @caller(%[[X:.*]]: tensor<2xf32>) -> tensor<2xf32>
// CHECK-NEXT: call @callee(%[[X]], %[[X]])
func.func @caller(%x: tensor<2xf32>, %y: tensor<2xf32>) -> tensor<2xf32> {
  %0 = xformer.add %x, %y : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  %1 = call @callee(%x, %0) : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  return %1 : tensor<2xf32>
}
