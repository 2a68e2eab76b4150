// RUN: partita-opt --allow-unregistered-dialect %s | partita-opt --allow-unregistered-dialect | FileCheck %s
// RUN: partita-opt --allow-unregistered-dialect %s --mlir-print-op-generic | partita-opt --allow-unregistered-dialect | FileCheck %s
// RUN: partita-opt --allow-unregistered-dialect %s --emit-bytecode | partita-opt --allow-unregistered-dialect | FileCheck %s

//===----------------------------------------------------------------------===//
// Meshes
//===----------------------------------------------------------------------===//

// The examples of the documentation.
// CHECK: #dist.link<bandwidth = 4.500000e+11, latency = 2.000000e-06>
"test.link"() {a = #dist.link<bandwidth = 4.5e11, latency = 2.0e-6>} : () -> ()
// CHECK: #dist.mesh_axis<"tensor"=4 <bandwidth = 4.500000e+11, latency = 2.000000e-06>>
"test.mesh_axis"() {a = #dist.mesh_axis<"tensor"=4 <bandwidth = 4.5e11, latency = 2.0e-6>>} : () -> ()
// CHECK: #dist.mesh<["data"=2, "tensor"=4]>
"test.mesh"() {a = #dist.mesh<["data"=2, "tensor"=4]>} : () -> ()

// Numbers read back as the doubles they were.
// CHECK: #dist.link<bandwidth = 0.30000000000000004, latency = 0.000000e+00>
"test.doubles"() {a = #dist.link<bandwidth = 0.30000000000000004, latency = 0.0>} : () -> ()

// A mesh may have no axis, then it has one device; and axes of size 1.
// CHECK: #dist.mesh<[]>, #dist.mesh<["x"=1]>
"test.small"() {a = [#dist.mesh<[]>, #dist.mesh<["x"=1]>]} : () -> ()

// The largest mesh, and a name that needs escapes.
// CHECK: #dist.mesh<["x"=1, "a\22\\\0Ab"=2147483647]>
"test.large"() {a = #dist.mesh<["x"=1, "a\"\\\nb"=2147483647]>} : () -> ()

//===----------------------------------------------------------------------===//
// Axes
//===----------------------------------------------------------------------===//

// CHECK: #dist.axis<"x":(2)4>
"test.axis"() {a = #dist.axis<"x":(2)4>} : () -> ()
// CHECK: #dist.axis<"x">
"test.whole_axis"() {a = #dist.axis<"x">} : () -> ()
// CHECK: #dist.axes<{"data", "tensor":(1)2}>
"test.axes"() {a = #dist.axes<{"data", "tensor":(1)2}>} : () -> ()
// CHECK: #dist.axes<{}>
"test.no_axes"() {a = #dist.axes<{}>} : () -> ()

// A part that follows the one before it is joined to it, and no other.
// CHECK: "test.joined"
// CHECK-SAME: #dist.axes<{"x":(1)12}>
// CHECK-SAME: #dist.axes<{"x":(2)2, "x":(1)2}>
// CHECK-SAME: #dist.axes<{"x":(1)2, "y":(2)2}>
// CHECK-SAME: #dist.axes<{"x":(1)2, "x":(4)2}>
// CHECK-SAME: #dist.axes<{"x":(1)2, "y", "x":(2)2}>
"test.joined"() {a = [#dist.axes<{"x":(1)2, "x":(2)3, "x":(6)2}>,
                      #dist.axes<{"x":(2)2, "x":(1)2}>,
                      #dist.axes<{"x":(1)2, "y":(2)2}>,
                      #dist.axes<{"x":(1)2, "x":(4)2}>,
                      #dist.axes<{"x":(1)2, "y", "x":(2)2}>]} : () -> ()

// The largest product.
// CHECK: #dist.axis<"x":(1152921504606846976)4>
"test.large_axis"() {a = #dist.axis<"x":(1152921504606846976)4>} : () -> ()

//===----------------------------------------------------------------------===//
// Shardings
//===----------------------------------------------------------------------===//

// CHECK: #dist.combiner<max>
"test.combiner"() {a = #dist.combiner<max>} : () -> ()
// CHECK: #dist.combiner<sum>, #dist.combiner<min>, #dist.combiner<log_sum_exp>
"test.combiners"() {a = [#dist.combiner<sum>, #dist.combiner<min>, #dist.combiner<log_sum_exp>]} : () -> ()
// CHECK: #dist.dim_sharding<{"data", "tensor":(1)2, ?}p1>
"test.dim_sharding"() {a = #dist.dim_sharding<{"data", "tensor":(1)2, ?}p1>} : () -> ()
// CHECK: #dist.partial<"x":(1)2:max>
"test.partial"() {a = #dist.partial<"x":(1)2:max>} : () -> ()

// CHECK: #dist.sharding<@mesh, [{"data"}, {"tensor":(1)2, ?}p1, {}], partial={"x":max, "y":max}>
"test.sharding"() {a = #dist.sharding<@mesh, [{"data"}, {"tensor":(1)2, ?}p1, {} ],
                   partial={"x":max, "y":max}>} : () -> ()

// Of rank 0; with empty, open and closed dimensions. Priority 0 is not written.
// CHECK: "test.plain"
// CHECK-SAME: #dist.sharding<@mesh, []>
// CHECK-SAME: #dist.sharding<@mesh, [], partial={"x"}>
// CHECK-SAME: #dist.sharding<@mesh, [{}, {?}, {?}p7, {"x", ?}]>
"test.plain"() {a = [#dist.sharding<@mesh, []>, #dist.sharding<@mesh, [], partial={"x":sum}>,
                     #dist.sharding<@mesh, [{}p0, {?}, {?}p7, {"x", ?}p0], partial={}>]} : () -> ()

// Parts of a dimension are joined. Partial axes are sorted and joined. A sum is
// not written.
// CHECK: #dist.sharding<@mesh, [{"x":(1)4}], partial={"a":min, "b":(1)4:min, "c":min}>
"test.canonical"() {a = #dist.sharding<@mesh, [{"x":(1)2, "x":(2)2}],
    partial={"c":min, "b":(2)2:min, "a":min, "b":(1)2:min}>} : () -> ()

// Two ways to write one sharding are one attribute.
// CHECK: "test.same"() {a = #[[S:.*]], b = #[[S]]}
"test.same"() {a = #dist.sharding<@mesh, [], partial={"x":max, "y":(2)2:max, "y":(1)2:max}>,
               b = #dist.sharding<@mesh, [], partial={"y":(1)4:max, "x":max}>} : () -> ()

//===----------------------------------------------------------------------===//
// Routes
//===----------------------------------------------------------------------===//

// CHECK: #dist.shift<{"x"} by 1>
"test.shift"() {a = #dist.shift<{"x"} by 1>} : () -> ()
// CHECK: #dist.reorder<{"a", "b"} to {"b", "a"}>
"test.reorder"() {a = #dist.reorder<{"a", "b"} to {"b", "a"}>} : () -> ()
// CHECK: #dist.pairs<[0 -> 1, 1 -> 0]>
"test.pairs"() {a = #dist.pairs<[0 -> 1, 1 -> 0]>} : () -> ()

// Common ends of a reorder are dropped, also where that leaves nothing.
// CHECK: #dist.reorder<{"a", "b"} to {"b", "a"}>, #dist.reorder<{} to {}>
"test.common_ends"() {a = [#dist.reorder<{"x", "a", "b", "y", "z"} to {"x", "b", "a", "y", "z"}>,
                           #dist.reorder<{"x", "y"} to {"x", "y"}>]} : () -> ()

// Pairs are sorted by their source.
// CHECK: #dist.pairs<[0 -> 2, 1 -> 1, 2 -> 0]>, #dist.pairs<[]>
"test.sorted_pairs"() {a = [#dist.pairs<[2 -> 0, 0 -> 2, 1 -> 1]>, #dist.pairs<[]>]} : () -> ()

//===----------------------------------------------------------------------===//
// Paddings
//===----------------------------------------------------------------------===//

// CHECK: #dist.dim_padding<[3 -> 4, 192]>
"test.dim_padding"() {a = #dist.dim_padding<[3 -> 4, 192]>} : () -> ()
// CHECK: #dist.padding<{{\[\[}}2], [3 -> 4, 192]]>, #dist.padding<[]>
"test.padding"() {a = [#dist.padding<[[2], [3 -> 4, 192]]>, #dist.padding<[]>]} : () -> ()

// Neighbours that are not padded are one atom, and those of size 1 are none.
// CHECK: #dist.dim_padding<[6, 3 -> 4, 10]>, #dist.dim_padding<[1 -> 2, 3 -> 4]>, #dist.dim_padding<[]>
"test.joined_atoms"() {a = [#dist.dim_padding<[2, 3, 3 -> 4, 1, 2, 5]>,
                            #dist.dim_padding<[1, 1 -> 2, 1, 3 -> 4]>,
                            #dist.dim_padding<[1, 1]>]} : () -> ()

//===----------------------------------------------------------------------===//
// Types
//===----------------------------------------------------------------------===//

// CHECK: !dist.token<tensor<4x8xf32>>, !dist.token
"test.token"() {a = [!dist.token<tensor<4x8xf32>>, !dist.token]} : () -> ()
