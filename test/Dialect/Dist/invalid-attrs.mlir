// RUN: partita-opt --allow-unregistered-dialect %s -split-input-file -verify-diagnostics

//===----------------------------------------------------------------------===//
// Meshes
//===----------------------------------------------------------------------===//

func.func @link_c1_zero() {
  // expected-error@+1 {{expected a bandwidth that is positive and finite, got 0.0}}
  "test.op"() {a = #dist.link<bandwidth = 0.0, latency = 0.0>} : () -> ()
}

// -----

func.func @link_c1_infinite() {
  // expected-error@+1 {{expected a bandwidth that is positive and finite, got INF}}
  "test.op"() {a = #dist.link<bandwidth = 0x7FF0000000000000, latency = 0.0>} : () -> ()
}

// -----

func.func @link_c1_nan() {
  // expected-error@+1 {{expected a bandwidth that is positive and finite, got nan}}
  "test.op"() {a = #dist.link<bandwidth = 0x7FF8000000000000, latency = 0.0>} : () -> ()
}

// -----

func.func @link_c2() {
  // expected-error@+1 {{expected a latency that is finite and not negative, got -1.0}}
  "test.op"() {a = #dist.link<bandwidth = 1.0, latency = -1.0>} : () -> ()
}

// -----

// expected-error@+1 {{expected names of axes that are not empty}}
dist.mesh @mesh_c1_empty [""=2]

// -----

// expected-error@+1 {{expected axes of different names, got "x" twice}}
dist.mesh @mesh_c1_twice ["x"=2, "y"=2, "x"=2]

// -----

// expected-error@+1 {{expected the size of axis "y" to be positive, got 0}}
dist.mesh @mesh_c2_zero ["x"=2, "y"=0]

// -----

// expected-error@+1 {{expected the size of axis "x" to be positive, got -2}}
dist.mesh @mesh_c2_negative ["x"=-2, "y"=-2]

// -----

// expected-error@+1 {{expected a mesh of fewer than 2^31 devices}}
dist.mesh @mesh_c3_axis ["x"=2147483648]

// -----

// expected-error@+1 {{expected a mesh of fewer than 2^31 devices}}
dist.mesh @mesh_c3_product ["x"=65536, "y"=32768]

// -----

// The product of the sizes is 2^64: no number of 64 bits.
// expected-error@+1 {{expected a mesh of fewer than 2^31 devices}}
dist.mesh @mesh_c3_overflow ["x"=1073741824, "y"=1073741824, "z"=16]

// -----

// expected-error@+1 {{expected integer value}}
dist.mesh @no_size ["x"="y"]

// -----

// expected-error@+1 {{expected 'latency'}}
dist.mesh @no_latency ["x"=2 <bandwidth = 1.0, bandwidth = 1.0>]

// -----

//===----------------------------------------------------------------------===//
// Axes
//===----------------------------------------------------------------------===//

func.func @axis_c1() {
  // expected-error@+1 {{expected the name of an axis that is not empty}}
  "test.op"() {a = #dist.axes<{"x", ""}>} : () -> ()
}

// -----

func.func @axis_c2_pre() {
  // expected-error@+1 {{expected a part "x":(pre)size with pre of at least 1, size of at least 2 and a product below 2^63, got (0)2}}
  "test.op"() {a = #dist.axis<"x":(0)2>} : () -> ()
}

// -----

func.func @axis_c2_size() {
  // expected-error@+1 {{expected a part "x":(pre)size with pre of at least 1, size of at least 2 and a product below 2^63, got (2)1}}
  "test.op"() {a = #dist.axis<"x":(2)1>} : () -> ()
}

// -----

// A size of 0 is how a whole axis is stored, and cannot be written.
func.func @axis_c2_zero() {
  // expected-error@+1 {{expected a part of size 2 or more, got 0}}
  "test.op"() {a = #dist.axis<"x":(1)0>} : () -> ()
}

// -----

func.func @axis_c2_negative() {
  // expected-error@+1 {{expected a part "x":(pre)size with pre of at least 1, size of at least 2 and a product below 2^63, got (-2)-2}}
  "test.op"() {a = #dist.axis<"x":(-2)-2>} : () -> ()
}

// -----

func.func @axis_c2_overflow() {
  // expected-error@+1 {{expected a part "x":(pre)size with pre of at least 1, size of at least 2 and a product below 2^63, got (4611686018427387904)2}}
  "test.op"() {a = #dist.axis<"x":(4611686018427387904)2>} : () -> ()
}

// -----

func.func @part_of_a_name() {
  // expected-error@+1 {{expected a part such as (1)2}}
  "test.op"() {a = #dist.axes<{"x":max}>} : () -> ()
}

// -----

func.func @axes_c1_twice() {
  // expected-error@+1 {{expected no coordinates of an axis twice, got "x" and "x"}}
  "test.op"() {a = #dist.axes<{"x", "y", "x"}>} : () -> ()
}

// -----

func.func @axes_c1_part_of_whole() {
  // expected-error@+1 {{expected no coordinates of an axis twice, got "x" and "x":(4)2}}
  "test.op"() {a = #dist.axes<{"x":(4)2, "x"}>} : () -> ()
}

// -----

func.func @axes_c1_overlap() {
  // expected-error@+1 {{expected no coordinates of an axis twice, got "x":(1)4 and "x":(2)4}}
  "test.op"() {a = #dist.axes<{"x":(2)4, "x":(1)4}>} : () -> ()
}

// -----

// No axis is both 2 * ... and 3 * 2 * ... from the major end.
func.func @axes_c2() {
  // expected-error@+1 {{expected parts of one factorization of an axis, got "x":(1)2 and "x":(3)2, where 3 is no multiple of 2}}
  "test.op"() {a = #dist.axes<{"x":(3)2, "x":(1)2}>} : () -> ()
}

// -----

//===----------------------------------------------------------------------===//
// Shardings
//===----------------------------------------------------------------------===//

func.func @dim_sharding_c1() {
  // expected-error@+1 {{expected no priority on a dimension that is closed and not split, got p1}}
  "test.op"() {a = #dist.sharding<@mesh, [{}p1]>} : () -> ()
}

// -----

func.func @no_priority() {
  // expected-error@+1 {{expected a priority such as p1}}
  "test.op"() {a = #dist.sharding<@mesh, [{"x"}q1]>} : () -> ()
}

// -----

func.func @priority_too_large() {
  // expected-error@+1 {{expected a priority such as p1}}
  "test.op"() {a = #dist.sharding<@mesh, [{"x"}p4294967296]>} : () -> ()
}

// -----

func.func @axes_after_open() {
  // expected-error@+1 {{expected '}'}}
  "test.op"() {a = #dist.sharding<@mesh, [{?, "x"}]>} : () -> ()
}

// -----

func.func @no_combiner() {
  // expected-error@+1 {{expected sum, max, min or log_sum_exp, got product}}
  "test.op"() {a = #dist.sharding<@mesh, [], partial={"x":product}>} : () -> ()
}

// -----

func.func @no_axes_but_partial() {
  // expected-error@+1 {{expected 'partial'}}
  "test.op"() {a = #dist.sharding<@mesh, [], replicated={"x"}>} : () -> ()
}

// -----

func.func @sharding_c1_in_dimension() {
  // expected-error@+1 {{expected no coordinates of an axis twice, got "x" and "x"}}
  "test.op"() {a = #dist.sharding<@mesh, [{"x", "y", "x"}]>} : () -> ()
}

// -----

func.func @sharding_c1_across_dimensions() {
  // expected-error@+1 {{expected no coordinates of an axis twice, got "x":(1)4 and "x":(2)2}}
  "test.op"() {a = #dist.sharding<@mesh, [{"x":(2)2}, {"x":(1)4}]>} : () -> ()
}

// -----

func.func @sharding_c1_partial() {
  // expected-error@+1 {{expected no coordinates of an axis twice, got "x" and "x"}}
  "test.op"() {a = #dist.sharding<@mesh, [{"x"}], partial={"x"}>} : () -> ()
}

// -----

func.func @sharding_c1_partial_twice() {
  // expected-error@+1 {{expected no coordinates of an axis twice, got "x" and "x"}}
  "test.op"() {a = #dist.sharding<@mesh, [], partial={"x", "x":max}>} : () -> ()
}

// -----

func.func @sharding_c3() {
  // expected-error@+1 {{expected one combiner for all partial axes, got sum and max}}
  "test.op"() {a = #dist.sharding<@mesh, [{"z"}], partial={"x", "y":max}>} : () -> ()
}

// -----

func.func @sharding_c2() {
  // expected-error@+1 {{expected parts of one factorization of an axis, got "x":(1)2 and "x":(3)2, where 3 is no multiple of 2}}
  "test.op"() {a = #dist.sharding<@mesh, [{"x":(1)2}, {"x":(3)2}]>} : () -> ()
}

// -----

func.func @sharding_c2_partial() {
  // expected-error@+1 {{expected parts of one factorization of an axis, got "x":(2)2 and "x":(6)2, where 6 is no multiple of 4}}
  "test.op"() {a = #dist.sharding<@mesh, [{"x":(6)2}], partial={"x":(2)2}>} : () -> ()
}

// -----

//===----------------------------------------------------------------------===//
// Routes
//===----------------------------------------------------------------------===//

func.func @shift_c1() {
  // expected-error@+1 {{expected a shift that is not negative, got -1; a step back in a ring of n devices is a shift by n - 1}}
  "test.op"() {a = #dist.shift<{"x"} by -1>} : () -> ()
}

// -----

func.func @pairs_c1_source() {
  // expected-error@+1 {{expected devices that are not negative, got -1}}
  "test.op"() {a = #dist.pairs<[-1 -> 0]>} : () -> ()
}

// -----

func.func @pairs_c1_target() {
  // expected-error@+1 {{expected devices that are not negative, got -3}}
  "test.op"() {a = #dist.pairs<[0 -> -3, 1 -> -2]>} : () -> ()
}

// -----

func.func @pairs_c2_source() {
  // expected-error@+1 {{expected device 1 to be a source once}}
  "test.op"() {a = #dist.pairs<[1 -> 0, 0 -> 1, 1 -> 2]>} : () -> ()
}

// -----

func.func @pairs_c2_target() {
  // expected-error@+1 {{expected device 2 to be a target once}}
  "test.op"() {a = #dist.pairs<[0 -> 2, 1 -> 2]>} : () -> ()
}

// -----

func.func @dim_padding_c1_positive() {
  // expected-error@+1 {{expected a positive size and one that is not below it, got 0 -> 4}}
  "test.op"() {a = #dist.dim_padding<[0 -> 4]>} : () -> ()
}

// -----

func.func @dim_padding_c1_below() {
  // expected-error@+1 {{expected a positive size and one that is not below it, got 4 -> 3}}
  "test.op"() {a = #dist.padding<[[2], [4 -> 3]]>} : () -> ()
}

// -----

func.func @dim_padding_c2() {
  // expected-error@+1 {{expected a padded size below 2^63}}
  "test.op"() {a = #dist.dim_padding<[2 -> 4294967296, 4294967296]>} : () -> ()
}
