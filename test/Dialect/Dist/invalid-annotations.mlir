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

// expected-error@+1 {{'func.func' op has an unknown attribute 'dist.shardings' on argument #0; arguments and results of functions may have 'dist.sharding', 'dist.global_type' and 'dist.padding'}}
func.func @annotation_c4_argument(%x: tensor<4xf32> {dist.shardings = []}) {
  return
}

// -----

// expected-error@+1 {{'func.func' op has an unknown attribute 'dist.x' on result #0; arguments and results of functions may have 'dist.sharding', 'dist.global_type' and 'dist.padding'}}
func.func private @annotation_c4_result() -> (tensor<4xf32> {dist.x})

// -----

// The attribute of arguments, on an op.
func.func @annotation_c4_singular(%x: tensor<4xf32>) {
  // expected-error@+1 {{'arith.negf' op has an unknown attribute 'dist.sharding'; ops may have 'dist.shardings', and 'dist.sharding' stands on arguments and results of functions}}
  %0 = arith.negf %x {dist.sharding = #dist.sharding<@mesh, [{"x"}]>} : tensor<4xf32>
  return
}

// -----

func.func @annotation_c4_padding(%x: tensor<4xf32>) {
  // expected-error@+1 {{'arith.negf' op has an unknown attribute 'dist.padding'; ops may have 'dist.shardings', and 'dist.padding' stands on arguments and results of functions}}
  %0 = arith.negf %x {dist.padding = #dist.padding<[[4]]>} : tensor<4xf32>
  return
}

// -----

dist.mesh @mesh ["x"=2]
// expected-error@+1 {{'func.func' op argument #0: expected 'dist.global_type' to be a tensor type, got "x"}}
func.func @annotation_c5_global_type(%x: tensor<4xf32> {dist.sharding = #dist.sharding<@mesh, [{"x"}]>, dist.global_type = "x"}) {
  return
}

// -----

dist.mesh @mesh ["x"=2]
// expected-error@+1 {{'func.func' op result #0: expected 'dist.global_type' to be a tensor type, got f32}}
func.func private @annotation_c5_scalar() -> (tensor<4xf32> {dist.sharding = #dist.sharding<@mesh, [{"x"}]>, dist.global_type = f32})

// -----

// expected-error@+1 {{'func.func' op argument #0: expected 'dist.padding' to be a padding, got [4]}}
func.func @annotation_c5_padding(%x: tensor<4xf32> {dist.padding = [4]}) {
  return
}

// -----

// expected-error@+1 {{'func.func' op argument #0: expected no padding of 'f32'}}
func.func @annotation_c6_scalar(%x: f32 {dist.padding = #dist.padding<[]>}) {
  return
}

// -----

// expected-error@+1 {{'func.func' op argument #0: expected a padding of 1 dimensions for 'tensor<4xf32>', got #dist.padding<[[4], [2 -> 3]]>}}
func.func @annotation_c6_rank(%x: tensor<4xf32> {dist.padding = #dist.padding<[[4], [2 -> 3]]>}) {
  return
}

// -----

// Without the type that the user knows, the value has pads.
// expected-error@+1 {{'func.func' op argument #0: expected #dist.padding<[[4 -> 6]]> to be of what becomes 'tensor<4xf32>', got 'tensor<6xf32>'}}
func.func @annotation_c6_padded(%x: tensor<4xf32> {dist.padding = #dist.padding<[[4 -> 6]]>}) {
  return
}

// -----

dist.mesh @mesh ["x"=2]
// expected-error@+1 {{'func.func' op argument #0: expected #dist.padding<[[4 -> 6]]> to be of 'tensor<6xf32>', got 'tensor<4xf32>'}}
func.func @annotation_c6_unpadded(%x: tensor<3xf32> {dist.sharding = #dist.sharding<@mesh, [{"x"}]>,
    dist.padding = #dist.padding<[[4 -> 6]]>, dist.global_type = tensor<6xf32>}) {
  return
}

// -----

dist.mesh @mesh ["x"=2]
// expected-error@+1 {{'func.func' op argument #0: expected 'dist.sharding' beside 'dist.global_type'}}
func.func @annotation_c7_alone(%x: tensor<4xf32> {dist.global_type = tensor<4xf32>}) {
  return
}

// -----

dist.mesh @mesh ["x"=2]
// expected-error@+1 {{'func.func' op result #0: expected 'tensor<2xf32>', what a device holds of 'tensor<4xf32>', got 'tensor<4xf32>'}}
func.func private @annotation_c7_type() -> (tensor<4xf32> {dist.sharding = #dist.sharding<@mesh, [{"x"}]>, dist.global_type = tensor<4xf32>})

// -----

dist.mesh @mesh ["x"=2]
// expected-error@+1 {{'func.func' op argument #0: expected 'tensor<3xf32>', what a device holds of 'tensor<4xf32>', got 'tensor<2xf32>'}}
func.func @annotation_c7_padded(%x: tensor<2xf32> {dist.sharding = #dist.sharding<@mesh, [{"x"}]>,
    dist.padding = #dist.padding<[[4 -> 6]]>, dist.global_type = tensor<4xf32>}) {
  return
}

// -----

// expected-error@+1 {{'builtin.module' op expected 'dist.global' to be a unit on a module inside of another, got 1 : i64}}
module @annotation_c8_unit attributes {dist.global = 1} {
}

// -----

func.func @annotation_c8_op(%x: tensor<4xf32>) {
  // expected-error@+1 {{'arith.negf' op expected 'dist.global' to be a unit on a module inside of another, got unit}}
  %0 = arith.negf %x {dist.global} : tensor<4xf32>
  return
}

// -----

// expected-error@+1 {{'func.func' op argument #0: expected 'dist.origins' to be lists of strings, got ["x"]}}
func.func @annotation_c9_argument(%x: tensor<4xf32> {dist.origins = ["x"]}) {
  return
}

// -----

func.func @annotation_c9_op(%x: tensor<4xf32>) {
  // expected-error@+1 {{'arith.negf' op expected 'dist.origins' to be lists of strings for each of the 1 results, got [}}
  %0 = arith.negf %x {dist.origins = [["x"]]} : tensor<4xf32>
  return
}
