// RUN: partita-opt %s | partita-opt | FileCheck %s
// RUN: partita-opt %s --mlir-print-op-generic | partita-opt | FileCheck %s
// RUN: partita-opt %s --emit-bytecode | partita-opt | FileCheck %s

// The names of inputs, parameters and outputs, tied and stacked ones included.
// CHECK-LABEL: func @main(
// CHECK-SAME: tensor<2x16xi32> {xformer.input = "ids"}
// CHECK-SAME: tensor<512x64xf32> {xformer.parameter = "wte.weight"}
// CHECK-SAME: tensor<2x64x64xf32> {xformer.parameter = ["experts.0.w", "experts.1.w"]}
// CHECK-SAME: -> (tensor<2x16x512xf32> {xformer.output = "logits"})
func.func @main(%ids: tensor<2x16xi32> {xformer.input = "ids"},
                %wte: tensor<512x64xf32> {xformer.parameter = "wte.weight"},
                %experts: tensor<2x64x64xf32> {xformer.parameter = ["experts.0.w", "experts.1.w"]})
    -> (tensor<2x16x512xf32> {xformer.output = "logits"}) {
  %0 = xformer.embedding %wte, %ids : (tensor<512x64xf32>, tensor<2x16xi32>) -> tensor<2x16x64xf32>
  %1 = xformer.linear %0, %wte transpose_weight : (tensor<2x16x64xf32>, tensor<512x64xf32>) -> tensor<2x16x512xf32>
  return %1 : tensor<2x16x512xf32>
}

// A declaration has them too.
// CHECK-LABEL: func private @declared(
// CHECK-SAME: tensor<4xf32> {xformer.parameter = "b"}) -> (tensor<4xf32> {xformer.output = "hidden"})
func.func private @declared(tensor<4xf32> {xformer.parameter = "b"}) -> (tensor<4xf32> {xformer.output = "hidden"})

// Parts of a parameter, and what a device holds of them and of a stack.
// CHECK-LABEL: func @parts(
// CHECK-SAME: tensor<4xf32> {xformer.parameter = "b", xformer.part = #xformer.part<dim = 0, offset = 4, size = 4, of = 12>}
// CHECK-SAME: tensor<2xf32> {dist.global_type = tensor<4xf32>, dist.sharding = #dist.sharding<@mesh, [{"x"}]>, xformer.parameter = "b", xformer.part = #xformer.part<dim = 0, offset = 0, size = 4, of = 12>}
// CHECK-SAME: tensor<1x4xf32> {dist.global_type = tensor<2x4xf32>, dist.sharding = #dist.sharding<@mesh, [{"x"}, {}]>, xformer.parameter = ["w0", "w1"]}
dist.mesh @mesh ["x"=2]
func.func @parts(%a: tensor<4xf32> {xformer.parameter = "b", xformer.part = #xformer.part<dim = 0, offset = 4, size = 4, of = 12>},
                 %b: tensor<2xf32> {dist.global_type = tensor<4xf32>, dist.sharding = #dist.sharding<@mesh, [{"x"}]>, xformer.parameter = "b", xformer.part = #xformer.part<dim = 0, offset = 0, size = 4, of = 12>},
                 %c: tensor<1x4xf32> {dist.global_type = tensor<2x4xf32>, dist.sharding = #dist.sharding<@mesh, [{"x"}, {}]>, xformer.parameter = ["w0", "w1"]}) {
  return
}
