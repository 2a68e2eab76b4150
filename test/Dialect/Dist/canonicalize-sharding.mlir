// RUN: partita-opt %s -canonicalize="test-convergence" | FileCheck %s

dist.mesh @mesh ["x"=2, "y"=4]

// CHECK-LABEL: func @constraint_twice(
// CHECK-SAME: %[[X:.*]]: tensor<4xf32>
func.func @constraint_twice(%x: tensor<4xf32>) -> tensor<4xf32> {
  // CHECK-NEXT: %[[C:.*]] = dist.constraint %[[X]] <@mesh, [{"x", ?}]> : tensor<4xf32>
  // CHECK-NEXT: return %[[C]]
  %0 = dist.constraint %x <@mesh, [{"x", ?}]> : tensor<4xf32>
  %1 = dist.constraint %0 <@mesh, [{"x", ?}]> : tensor<4xf32>
  return %1 : tensor<4xf32>
}

// Two constraints that differ are both wanted.
// CHECK-LABEL: func @constraints(
func.func @constraints(%x: tensor<4xf32>) -> tensor<4xf32> {
  // CHECK-NEXT: dist.constraint %{{.*}} <@mesh, [{"x"}]>
  // CHECK-NEXT: dist.constraint %{{.*}} <@mesh, [{"y"}]>
  %0 = dist.constraint %x <@mesh, [{"x"}]> : tensor<4xf32>
  %1 = dist.constraint %0 <@mesh, [{"y"}]> : tensor<4xf32>
  return %1 : tensor<4xf32>
}

// No way leads through a third sharding.
// CHECK-LABEL: func @reshard_twice(
// CHECK-SAME: %[[X:.*]]: tensor<4xf32>
func.func @reshard_twice(%x: tensor<4xf32>) -> tensor<4xf32> {
  // CHECK-NEXT: dist.reshard %[[X]] to <@mesh, [{"y"}]> : tensor<4xf32>
  // CHECK-NEXT: return
  %0 = dist.reshard %x to <@mesh, [{}]> : tensor<4xf32>
  %1 = dist.reshard %0 to <@mesh, [{"y"}]> : tensor<4xf32>
  return %1 : tensor<4xf32>
}

// A value stays where it is settled already: as an argument, as the result of an
// op, or by a constraint or a reshard.
// CHECK-LABEL: func @reshard_nowhere(
// CHECK-SAME: %[[X:[^:]*]]: tensor<4xf32>
func.func @reshard_nowhere(%x: tensor<4xf32> {dist.sharding = #dist.sharding<@mesh, [{"x"}]>})
    -> (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) {
  // CHECK-NEXT: %[[N:.*]] = arith.negf
  // CHECK-NEXT: %[[C:.*]] = dist.constraint
  // CHECK-NEXT: %[[R:.*]] = dist.reshard %[[X]] to <@mesh, [{"y"}]>
  // CHECK-NEXT: return %[[X]], %[[N]], %[[C]], %[[R]]
  %0 = dist.reshard %x to <@mesh, [{"x"}]> : tensor<4xf32>
  %1 = arith.negf %x {dist.shardings = [#dist.sharding<@mesh, [{"x"}]>]} : tensor<4xf32>
  %2 = dist.reshard %1 to <@mesh, [{"x"}]> : tensor<4xf32>
  %3 = dist.constraint %x <@mesh, [{"y"}]> : tensor<4xf32>
  %4 = dist.reshard %3 to <@mesh, [{"y"}]> : tensor<4xf32>
  %5 = dist.reshard %x to <@mesh, [{"y"}]> : tensor<4xf32>
  %6 = dist.reshard %5 to <@mesh, [{"y"}]> : tensor<4xf32>
  return %0, %2, %4, %6 : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>
}

// One that is still open may come to lie elsewhere; and one without a sharding
// lies nobody knows where.
// CHECK-LABEL: func @reshard_of_open(
func.func @reshard_of_open(%x: tensor<4xf32> {dist.sharding = #dist.sharding<@mesh, [{"x", ?}]>}, %y: tensor<4xf32>)
    -> (tensor<4xf32>, tensor<4xf32>) {
  // CHECK-COUNT-2: dist.reshard
  %0 = dist.reshard %x to <@mesh, [{"x"}]> : tensor<4xf32>
  %1 = dist.reshard %y to <@mesh, [{}]> : tensor<4xf32>
  return %0, %1 : tensor<4xf32>, tensor<4xf32>
}
