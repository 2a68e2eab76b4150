// RUN: partita-opt --allow-unregistered-dialect %s | partita-opt --allow-unregistered-dialect | FileCheck %s
// RUN: partita-opt --allow-unregistered-dialect %s --mlir-print-op-generic | partita-opt --allow-unregistered-dialect | FileCheck %s
// RUN: partita-opt --allow-unregistered-dialect %s --emit-bytecode | partita-opt --allow-unregistered-dialect | FileCheck %s

dist.mesh @mesh ["x"=2, "y"=4]

// Arguments and results of functions.
// CHECK-LABEL: func @function(
// CHECK-SAME: %{{.*}}: tensor<4x8xf32> {dist.sharding = #dist.sharding<@mesh, [{"x"}, {?}]>}
// CHECK-SAME: %{{.*}}: tensor<8x4xf32>
// CHECK-SAME: -> (tensor<4x4xf32> {dist.sharding = #dist.sharding<@mesh, [{"x"}, {}], partial={"y"}>})
func.func @function(%x: tensor<4x8xf32> {dist.sharding = #dist.sharding<@mesh, [{"x"}, {?}]>},
                    %w: tensor<8x4xf32>)
    -> (tensor<4x4xf32> {dist.sharding = #dist.sharding<@mesh, [{"x"}, {}], partial={"y"}>}) {
  %0 = xformer.linear %x, %w : (tensor<4x8xf32>, tensor<8x4xf32>) -> tensor<4x4xf32>
  return %0 : tensor<4x4xf32>
}

// A function without a body.
// CHECK-LABEL: func private @declaration(
// CHECK-SAME: tensor<4xf32> {dist.sharding = #dist.sharding<@mesh, [{"y"}]>}
func.func private @declaration(tensor<4xf32> {dist.sharding = #dist.sharding<@mesh, [{"y"}]>})

// Ops of any dialect: ours, upstream's, and some that nobody knows; with regions.
// CHECK-LABEL: func @ops(
func.func @ops(%x: tensor<4x8xf32>, %n: index) -> tensor<4x8xf32> {
  // CHECK: xformer.add {{.*}} {dist.shardings = [#dist.sharding<@mesh, [{"x"}, {}]>]}
  %0 = xformer.add %x, %x {dist.shardings = [#dist.sharding<@mesh, [{"x"}, {}]>]}
    : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  // CHECK: arith.negf {{.*}} {dist.shardings = [#dist.sharding<@mesh, [{}, {"y", "x"}]>]}
  %1 = arith.negf %0 {dist.shardings = [#dist.sharding<@mesh, [{}, {"y", "x"}]>]} : tensor<4x8xf32>
  // CHECK: "test.two"({{.*}}) {dist.shardings = [#dist.sharding<@mesh, [{"y":(1)2}]>, #dist.sharding<@mesh, []>]}
  %2:2 = "test.two"(%1) {dist.shardings = [#dist.sharding<@mesh, [{"y":(1)2}]>, #dist.sharding<@mesh, []>]}
    : (tensor<4x8xf32>) -> (tensor<3xf32>, f32)
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  // CHECK: scf.for
  // CHECK: } {dist.shardings = [#dist.sharding<@mesh, [{"x"}, {}]>]}
  %3 = scf.for %i = %c0 to %n step %c1 iter_args(%a = %1) -> (tensor<4x8xf32>) {
    %4 = math.exp %a {dist.shardings = [#dist.sharding<@mesh, [{?}, {?}]>]} : tensor<4x8xf32>
    scf.yield %4 : tensor<4x8xf32>
  } {dist.shardings = [#dist.sharding<@mesh, [{"x"}, {}]>]}
  return %3 : tensor<4x8xf32>
}

// What counts as how many dimensions: a dynamic size is one, a scalar has none,
// vectors and memrefs have as many as tensors.
// CHECK-LABEL: func @types(
func.func @types(%a: tensor<?x4xf32> {dist.sharding = #dist.sharding<@mesh, [{"x"}, {"y"}]>},
                 %b: i32 {dist.sharding = #dist.sharding<@mesh, [], partial={"x":max}>},
                 %c: vector<4xf32> {dist.sharding = #dist.sharding<@mesh, [{"y"}]>},
                 %d: memref<2x2xf32> {dist.sharding = #dist.sharding<@mesh, [{"x"}, {}]>},
                 %e: tensor<f32> {dist.sharding = #dist.sharding<@mesh, []>}) {
  return
}

// Sizes need not be multiples: 3 over 4 devices, and 1 over 8.
// CHECK-LABEL: func @uneven(
func.func @uneven(%a: tensor<3x1xf32> {dist.sharding = #dist.sharding<@mesh, [{"y"}, {}]>},
                  %b: tensor<1xf32> {dist.sharding = #dist.sharding<@mesh, [{"x", "y"}]>}) {
  return
}

// A mesh is that of the nearest module, wherever it stands in it.
// CHECK-LABEL: module @nested
module @nested {
  // CHECK: func @inner(%{{.*}}: tensor<4xf32> {dist.sharding = #dist.sharding<@mesh, [{"z"}]>})
  func.func @inner(%x: tensor<4xf32> {dist.sharding = #dist.sharding<@mesh, [{"z"}]>}) {
    // CHECK: dist.constraint %{{.*}} <@mesh, [{"z"}]>
    %0 = dist.constraint %x <@mesh, [{"z"}]> : tensor<4xf32>
    // CHECK: dist.all_reduce %{{.*}} over @mesh {"z"}
    %1 = dist.all_reduce %0 over @mesh {"z"} : tensor<4xf32>
    return
  }
  // CHECK: dist.mesh @mesh ["z"=3]
  dist.mesh @mesh ["z"=3]
}

// The local program says what its arguments and results are parts of. Three
// heads of 192 become four; a list of names is that of the tensors of the stack,
// of which a device holds some.
// CHECK-LABEL: func @local(
// CHECK-SAME: tensor<2x384xf32> {dist.global_type = tensor<2x576xf32>, dist.padding = #dist.padding<{{\[\[}}2], [3 -> 4, 192]]>, dist.sharding = #dist.sharding<@mesh, [{}, {"x"}]>}
// CHECK-SAME: tensor<2x5xf32> {dist.global_type = tensor<3x5xf32>, dist.padding = #dist.padding<{{\[\[}}3 -> 4], [5]]>,
// CHECK-SAME: -> (tensor<f32> {dist.global_type = tensor<f32>, dist.padding = #dist.padding<[]>, dist.sharding = #dist.sharding<@mesh, [], partial={"x"}>})
func.func @local(%x: tensor<2x384xf32> {dist.sharding = #dist.sharding<@mesh, [{}, {"x"}]>,
    dist.global_type = tensor<2x576xf32>, dist.padding = #dist.padding<[[2], [3 -> 4, 192]]>},
                 %w: tensor<2x5xf32> {dist.sharding = #dist.sharding<@mesh, [{"x"}, {}]>,
    dist.global_type = tensor<3x5xf32>, dist.padding = #dist.padding<[[3 -> 4], [5]]>,
    xformer.parameter = ["a", "b", "c"]},
                 %y: tensor<f32>)
    -> (tensor<f32> {dist.sharding = #dist.sharding<@mesh, [], partial={"x"}>,
                     dist.global_type = tensor<f32>, dist.padding = #dist.padding<[]>}) {
  return %y : tensor<f32>
}

// Before it is split, a padded value has its padded type.
// CHECK-LABEL: func @padded(%{{.*}}: tensor<2x768xf32> {dist.padding = #dist.padding<{{\[\[}}2], [3 -> 4, 192]]>})
func.func @padded(%x: tensor<2x768xf32> {dist.padding = #dist.padding<[[2], [3 -> 4, 192]]>}) {
  return
}

// CHECK-LABEL: module @global attributes {dist.global}
module @global attributes {dist.global} {
  func.func @local(%x: tensor<2x576xf32>) {
    return
  }
}
