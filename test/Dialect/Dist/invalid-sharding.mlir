// RUN: partita-opt %s -split-input-file -verify-diagnostics

dist.mesh @mesh ["x"=4]
func.func @constraint_c1_overlap(%x: tensor<4x4xf32>) {
  // expected-error@+1 {{'dist.constraint' op expected a value that is not split over #dist.axis<"x":(2)2>, which is replicated}}
  %0 = dist.constraint %x <@mesh, [{"x":(2)2}, {}]> replicated {"x"} : tensor<4x4xf32>
  return
}

// -----

dist.mesh @mesh ["x"=4]
func.func @constraint_c1_axis(%x: tensor<4x4xf32>) {
  // expected-error@+1 {{'dist.constraint' op }}
  %0 = dist.constraint %x <@mesh, [{?}, {?}]> replicated {"y"} : tensor<4x4xf32>
  return
}

// -----

dist.mesh @mesh ["x"=2]
func.func @reshard_c1_open(%x: tensor<4x4xf32>) {
  // expected-error@+1 {{'dist.reshard' op expected closed dimensions without priorities, got #dist.sharding<@mesh, [{"x"}, {?}]>}}
  %0 = dist.reshard %x to <@mesh, [{"x"}, {?}]> : tensor<4x4xf32>
  return
}

// -----

dist.mesh @mesh ["x"=2]
func.func @reshard_c1_priority(%x: tensor<4x4xf32>) {
  // expected-error@+1 {{'dist.reshard' op expected closed dimensions without priorities, got #dist.sharding<@mesh, [{"x"}p1, {}]>}}
  %0 = dist.reshard %x to <@mesh, [{"x"}p1, {}]> : tensor<4x4xf32>
  return
}

// -----

dist.mesh @mesh ["x"=2]
func.func @types(%x: tensor<4xf32>) {
  // expected-error@+1 {{'dist.constraint' op requires the same type for all operands and results}}
  %0 = "dist.constraint"(%x) {sharding = #dist.sharding<@mesh, [{}]>} : (tensor<4xf32>) -> tensor<8xf32>
  return
}

// -----

func.func @unranked(%x: tensor<*xf32>) {
  // expected-error@+1 {{'dist.reshard' op operand #0 must be tensor with a rank, but got 'tensor<*xf32>'}}
  %0 = "dist.reshard"(%x) {sharding = #dist.sharding<@mesh, []>} : (tensor<*xf32>) -> tensor<*xf32>
  return
}
