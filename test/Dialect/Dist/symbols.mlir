// RUN: partita-opt %s -symbol-dce -split-input-file | FileCheck %s
// RUN: partita-opt %s -symbol-privatize -split-input-file | FileCheck %s --check-prefix=PRIVATE

// A private mesh is kept as long as something names it: an attribute on an
// argument, a result or an op, or one of our ops.
// CHECK-NOT: @unused
// CHECK: dist.mesh @argument
// CHECK: dist.mesh @result
// CHECK: dist.mesh @op
// CHECK: dist.mesh @collective
// CHECK-NOT: @unused
// PRIVATE: dist.mesh @unused ["x"=2] {sym_visibility = "private"}
dist.mesh @unused ["x"=2] {sym_visibility = "private"}
dist.mesh @argument ["x"=2] {sym_visibility = "private"}
dist.mesh @result ["x"=2] {sym_visibility = "private"}
dist.mesh @op ["x"=2] {sym_visibility = "private"}
dist.mesh @collective ["x"=2] {sym_visibility = "private"}
func.func @f(%x: tensor<4xf32> {dist.sharding = #dist.sharding<@argument, [{"x"}]>})
    -> (tensor<4xf32> {dist.sharding = #dist.sharding<@result, [{"x"}]>}) {
  %0 = math.exp %x {dist.shardings = [#dist.sharding<@op, [{"x"}]>]} : tensor<4xf32>
  %1 = dist.all_reduce %0 over @collective {"x"} : tensor<4xf32>
  return %1 : tensor<4xf32>
}

// -----

// A mesh can be made private by the pass for it, and is public unless it is.
// CHECK: dist.mesh @public ["x"=2]{{$}}
// PRIVATE: dist.mesh @public ["x"=2] {sym_visibility = "private"}
dist.mesh @public ["x"=2]
