// RUN: partita-opt --allow-unregistered-dialect %s -split-input-file -verify-diagnostics

dist.mesh @mesh ["x"=2]
// expected-error@+1 {{'func.func' op argument #0: expected 'dist.sharding' to be a sharding, got "x"}}
func.func @annotation_c1_argument(%x: tensor<4xf32> {dist.sharding = "x"}) {
  return
}

// -----

dist.mesh @mesh ["x"=2]
// expected-error@+1 {{'func.func' op result #0: expected 'dist.sharding' to be a sharding, got [#dist.sharding<@mesh, [{"x"}]>]}}
func.func private @annotation_c1_result() -> (tensor<4xf32> {dist.sharding = [#dist.sharding<@mesh, [{"x"}]>]})

// -----

dist.mesh @mesh ["x"=2]
func.func @annotation_c1_op(%x: tensor<4xf32>) {
  // expected-error@+1 {{'arith.negf' op expected 'dist.shardings' to be a list of shardings, got #dist.sharding<@mesh, [{"x"}]>}}
  %0 = arith.negf %x {dist.shardings = #dist.sharding<@mesh, [{"x"}]>} : tensor<4xf32>
  return
}

// -----

dist.mesh @mesh ["x"=2]
func.func @annotation_c1_element(%x: tensor<4xf32>) {
  // expected-error@+1 {{'arith.negf' op expected 'dist.shardings' to be a list of shardings, got ["x"]}}
  %0 = arith.negf %x {dist.shardings = ["x"]} : tensor<4xf32>
  return
}

// -----

dist.mesh @mesh ["x"=2]
func.func @annotation_c2_too_few() {
  // expected-error@+1 {{'test.two' op expected a sharding for each of the 2 results, got 1}}
  %0:2 = "test.two"() {dist.shardings = [#dist.sharding<@mesh, []>]} : () -> (f32, f32)
  return
}

// -----

func.func @annotation_c2_no_results() {
  // expected-error@+1 {{'func.return' op expected no 'dist.shardings', as it has no results}}
  return {dist.shardings = []}
}

// -----

dist.mesh @mesh ["x"=2]
func.func @annotation_c2_constraint(%x: tensor<4xf32>) {
  // expected-error@+1 {{'dist.constraint' op expected no 'dist.shardings', as it says the sharding of its result}}
  %0 = dist.constraint %x <@mesh, [{}]> {dist.shardings = [#dist.sharding<@mesh, [{"x"}]>]} : tensor<4xf32>
  return
}

// -----

dist.mesh @mesh ["x"=2]
func.func @annotation_c2_reshard(%x: tensor<4xf32>) {
  // expected-error@+1 {{'dist.reshard' op expected no 'dist.shardings', as it says the sharding of its result}}
  %0 = dist.reshard %x to <@mesh, [{}]> {dist.shardings = [#dist.sharding<@mesh, [{"x"}]>]} : tensor<4xf32>
  return
}

// -----

dist.mesh @mesh ["x"=2]
// expected-error@+1 {{'func.func' op argument #0: expected a sharding of 2 dimensions for 'tensor<4x4xf32>', got #dist.sharding<@mesh, [{"x"}]>}}
func.func @annotation_c3_argument(%x: tensor<4x4xf32> {dist.sharding = #dist.sharding<@mesh, [{"x"}]>}) {
  return
}

// -----

dist.mesh @mesh ["x"=2]
// expected-error@+1 {{'func.func' op result #1: expected a sharding of 0 dimensions for 'f32', got #dist.sharding<@mesh, [{"x"}]>}}
func.func private @annotation_c3_result() -> (f32, f32 {dist.sharding = #dist.sharding<@mesh, [{"x"}]>})

// -----

dist.mesh @mesh ["x"=2]
func.func @annotation_c3_op(%x: tensor<4xf32>) {
  // expected-error@+1 {{'arith.negf' op result #0: expected a sharding of 1 dimensions for 'tensor<4xf32>', got #dist.sharding<@mesh, []>}}
  %0 = arith.negf %x {dist.shardings = [#dist.sharding<@mesh, []>]} : tensor<4xf32>
  return
}

// -----

dist.mesh @mesh ["x"=2]
func.func @annotation_c3_constraint(%x: tensor<4xf32>) {
  // expected-error@+1 {{'dist.constraint' op expected a sharding of 1 dimensions for 'tensor<4xf32>', got #dist.sharding<@mesh, [{}, {}]>}}
  %0 = dist.constraint %x <@mesh, [{}, {}]> : tensor<4xf32>
  return
}

// -----

dist.mesh @mesh ["x"=2]
func.func @annotation_c3_unranked(%x: tensor<*xf32>) {
  // expected-error@+1 {{'arith.negf' op result #0: expected no sharding of 'tensor<*xf32>', whose rank is unknown}}
  %0 = arith.negf %x {dist.shardings = [#dist.sharding<@mesh, []>]} : tensor<*xf32>
  return
}

// -----

func.func @annotation_c4_op(%x: tensor<4xf32>) {
  // expected-error@+1 {{'arith.negf' op has an unknown attribute 'dist.shard'; ops may have 'dist.shardings'}}
  %0 = arith.negf %x {dist.shard = 1} : tensor<4xf32>
  return
}

// -----

// expected-error@+1 {{'func.func' op has an unknown attribute 'dist.shardings' on argument #0; arguments and results of functions may have 'dist.sharding'}}
func.func @annotation_c4_argument(%x: tensor<4xf32> {dist.shardings = []}) {
  return
}

// -----

// expected-error@+1 {{'func.func' op has an unknown attribute 'dist.x' on result #0; arguments and results of functions may have 'dist.sharding'}}
func.func private @annotation_c4_result() -> (tensor<4xf32> {dist.x})

// -----

// The attribute of arguments, on an op.
func.func @annotation_c4_singular(%x: tensor<4xf32>) {
  // expected-error@+1 {{'arith.negf' op has an unknown attribute 'dist.sharding'; ops may have 'dist.shardings', and 'dist.sharding' stands on arguments and results of functions}}
  %0 = arith.negf %x {dist.sharding = #dist.sharding<@mesh, [{"x"}]>} : tensor<4xf32>
  return
}
