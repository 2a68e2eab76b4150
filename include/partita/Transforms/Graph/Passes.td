// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef PARTITA_TRANSFORMS_GRAPH_PASSES_TD
#define PARTITA_TRANSFORMS_GRAPH_PASSES_TD

include "mlir/Pass/PassBase.td"

def SplitFusedParameters : Pass<"split-fused-parameters", "::mlir::ModuleOp"> {
  let summary = "Make several parameters of one that is used in parts";
  let description = [{
    Some checkpoints store the weights of several layers as one tensor, such as
    those of queries, keys and values in GPT-2, and models slice what comes out.
    A slice of a split dimension lies on other devices than the whole; so the
    slices are taken of the parameters instead, where they cost nothing.

    A `linear` of which only slices along its outputs are used becomes one `linear`
    a slice, with slices of weight and bias. A parameter of which only slices along
    one dimension are used, which do not overlap, becomes one argument a slice,
    with the same `xformer.parameter` and an `xformer.part`.

    ```mlir
    func.func @main(%x: tensor<4x8xf32> {xformer.input = "x"},
                    %w: tensor<8x16xf32> {xformer.parameter = "w"}) -> (tensor<4x8xf32>, tensor<4x8xf32>) {
      %0 = xformer.linear %x, %w : (tensor<4x8xf32>, tensor<8x16xf32>) -> tensor<4x16xf32>
      %1 = xformer.slice %0 dim 1 offset 0 : tensor<4x16xf32> -> tensor<4x8xf32>
      %2 = xformer.slice %0 dim 1 offset 8 : tensor<4x16xf32> -> tensor<4x8xf32>
      return %1, %2 : tensor<4x8xf32>, tensor<4x8xf32>
    }
    ```

    becomes

    ```mlir
    func.func @main(%arg0: tensor<4x8xf32> {xformer.input = "x"},
                    %arg1: tensor<8x8xf32> {xformer.parameter = "w", xformer.part = #xformer.part<dim = 1, offset = 0, size = 8, of = 16>},
                    %arg2: tensor<8x8xf32> {xformer.parameter = "w", xformer.part = #xformer.part<dim = 1, offset = 8, size = 8, of = 16>}) -> (tensor<4x8xf32>, tensor<4x8xf32>) {
      %0 = xformer.linear %arg0, %arg1 : (tensor<4x8xf32>, tensor<8x8xf32>) -> tensor<4x8xf32>
      %1 = xformer.linear %arg0, %arg2 : (tensor<4x8xf32>, tensor<8x8xf32>) -> tensor<4x8xf32>
      return %0, %1 : tensor<4x8xf32>, tensor<4x8xf32>
    }
    ```

    - **Accepts** any module. Modules inside of it are passed over.
    - **Guarantees** that no `linear` and no parameter is used through slices
      only, but where the slices overlap, are of several dimensions, or where
      parameters are those of a function that is called.
    - **Leaves** what is computed as it is. The order of arguments is kept, with
      the parts of a parameter in its place, by their offsets.
  }];
  let dependentDialects = ["::partita::xformer::XformerDialect"];
  let statistics = [
    Statistic<"numLinears", "linears-split",
              "Number of linear ops that became one a slice">,
    Statistic<"numParameters", "parameters-split",
              "Number of parameters that became one a part">,
    Statistic<"numKept", "parameters-kept",
              "Number of parameters of which only slices are used, and which stay">,
  ];
}

#endif // PARTITA_TRANSFORMS_GRAPH_PASSES_TD
