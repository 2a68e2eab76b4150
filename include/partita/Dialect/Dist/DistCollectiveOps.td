// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Ops of the local view on the devices of one mesh. `n` is the size of a group
// over the axes of the op.

#ifndef PARTITA_DIALECT_DIST_DISTCOLLECTIVEOPS_TD
#define PARTITA_DIALECT_DIST_DISTCOLLECTIVEOPS_TD

include "partita/Dialect/Dist/DistBase.td"

def Dist_SliceOp : Dist_MeshUserOp<"slice", [Pure]> {
  let summary = "the block of a dimension that belongs to this device";
  let description = [{
    The result is block `i` of dimension `dim`, where `i` is the device's index
    in its group and blocks are as long as the result is. It communicates
    nothing. It is also how a device knows where it is: the slice of a constant
    that counts up holds the device's positions.

    **Constraints**
    - `dist_slice_c1`: `dim` is a dimension of the input.
    - `dist_slice_c2`: input and result have one element type, and one shape in all
      dimensions but `dim`.
    - `dist_slice_c3`: the result's size in `dim` is `ceil(s / n)` for a size of `s`
      in the input.

    ```mlir
    %0 = dist.slice %x dim 0 over @mesh {"data"}
      : tensor<4x8xf32> -> tensor<2x8xf32>
    ```
  }];
  let arguments = (ins Dist_LocalTensor:$input, I64Attr:$dim,
                       FlatSymbolRefAttr:$mesh, Dist_AxesAttr:$axes);
  let results = (outs Dist_LocalTensor:$result);
  let assemblyFormat = [{
    $input `dim` $dim `over` $mesh custom<Axes>($axes) attr-dict
    `:` type($input) `->` type($result)
  }];
  let builders = [
    OpBuilder<(ins "::mlir::Value":$input, "int64_t":$dim, "MeshOp":$mesh,
                   "AxesAttr":$axes)>,
  ];
  let hasVerifier = 1;
  let hasFolder = 1;
  let hasCanonicalizer = 1;
}

def Dist_AllGatherOp : Dist_CommunicationOp<"all_gather", [Pure]> {
  let summary = "joins the blocks of a group along a dimension";
  let description = [{
    The result is the inputs of the group, in the order of their indices, one
    after the other along `dim`, up to the size that the result has there.

    **Constraints**
    - `all_gather_c1`: `dim` is a dimension of the input.
    - `all_gather_c2`: input and result have one element type, and one shape in
      all dimensions but `dim`.
    - `all_gather_c3`: the input's size in `dim` is `ceil(s / n)` for a size of
      `s` in the result.

    ```mlir
    %0 = dist.all_gather %x dim 1 over @mesh {"tensor"}
      : tensor<4x2xf32> -> tensor<4x8xf32>
    ```
  }];
  let arguments = (ins Dist_LocalTensor:$input, I64Attr:$dim,
                       FlatSymbolRefAttr:$mesh, Dist_AxesAttr:$axes,
                       UnitAttr:$start);
  let results = (outs Dist_LocalTensorOrToken:$result);
  let assemblyFormat = [{
    (`start` $start^)? $input `dim` $dim `over` $mesh custom<Axes>($axes)
    attr-dict `:` type($input) `->` type($result)
  }];
  let builders = [
    // The result is n times as long as the input.
    OpBuilder<(ins "::mlir::Value":$input, "int64_t":$dim, "MeshOp":$mesh,
                   "AxesAttr":$axes)>,
  ];
  let hasVerifier = 1;
  let hasFolder = 1;
  let hasCanonicalizer = 1;
}

def Dist_AllReduceOp : Dist_CommunicationOp<"all_reduce", [Pure]> {
  let summary = "combines the inputs of a group, element by element";
  let description = [{
    By sum, unless `by` names another combiner. The order of the axes has no
    meaning.

    **Constraints**
    - `all_reduce_c1`: the result has the type of the input.
    - `all_reduce_c2`: sums are of numbers wider than a bit, and log-sum-exp is
      of floats.

    ```mlir
    %0 = dist.all_reduce %x over @mesh {"data"} : tensor<4x8xf32>
    %1 = dist.all_reduce %x by max over @mesh {"data"} : tensor<4x8xf32>
    ```
  }];
  let arguments = (ins Dist_LocalTensor:$input, Dist_CombinerOrSum:$combiner,
                       FlatSymbolRefAttr:$mesh, Dist_AxesAttr:$axes,
                       UnitAttr:$start);
  let results = (outs Dist_LocalTensorOrToken:$result);
  let assemblyFormat = [{
    (`start` $start^)? $input (`by` custom<CombinerName>($combiner)^)? `over` $mesh
    custom<Axes>($axes) attr-dict
    `:` custom<SameType>(type($input), type($result))
  }];
  let builders = [
    OpBuilder<(ins "::mlir::Value":$input, "::partita::Combiner":$combiner,
                   "MeshOp":$mesh, "AxesAttr":$axes)>,
  ];
  let hasVerifier = 1;
  let hasFolder = 1;
  let hasCanonicalizer = 1;
}

def Dist_ReduceScatterOp : Dist_CommunicationOp<"reduce_scatter", [Pure]> {
  let summary = "combines the inputs of a group and gives each device a block";
  let description = [{
    The `slice` of the `all_reduce`, at half the price.

    **Constraints**
    - `reduce_scatter_c1`: `dim` is a dimension of the input.
    - `reduce_scatter_c2`: input and result have one element type, and one shape
      in all dimensions but `dim`.
    - `reduce_scatter_c3`: the result's size in `dim` is `ceil(s / n)` for a size
      of `s` in the input.
    - `reduce_scatter_c4`: sums are of numbers wider than a bit, and log-sum-exp
      is of floats.

    ```mlir
    %0 = dist.reduce_scatter %x dim 0 over @mesh {"tensor"}
      : tensor<4x8xf32> -> tensor<1x8xf32>
    ```
  }];
  let arguments = (ins Dist_LocalTensor:$input, Dist_CombinerOrSum:$combiner,
                       I64Attr:$dim, FlatSymbolRefAttr:$mesh,
                       Dist_AxesAttr:$axes, UnitAttr:$start);
  let results = (outs Dist_LocalTensorOrToken:$result);
  let assemblyFormat = [{
    (`start` $start^)? $input (`by` custom<CombinerName>($combiner)^)? `dim` $dim `over` $mesh
    custom<Axes>($axes) attr-dict `:` type($input) `->` type($result)
  }];
  let builders = [
    OpBuilder<(ins "::mlir::Value":$input, "::partita::Combiner":$combiner,
                   "int64_t":$dim, "MeshOp":$mesh, "AxesAttr":$axes)>,
  ];
  let hasVerifier = 1;
  let hasFolder = 1;
  let hasCanonicalizer = 1;
}

def Dist_AllToAllOp : Dist_CommunicationOp<"all_to_all", [Pure]> {
  let summary = "joins blocks along one dimension and splits another";
  let description = [{
    The result is what an `all_gather` along the first dimension and a `slice` of
    the second would give, but each device gets only what it keeps. With `as` the
    slice goes by the same axes in another order.

    **Constraints**
    - `all_to_all_c1`: both are dimensions of the input, and different.
    - `all_to_all_c2`: input and result have one element type, and one shape in
      all other dimensions.
    - `all_to_all_c3`: the input's size in the first dimension is `ceil(s / n)`
      for a size of `s` in the result.
    - `all_to_all_c4`: the result's size in the second dimension is `ceil(s / n)`
      for a size of `s` in the input.
    - `all_to_all_c5`: the axes after `as` are the others in another order.

    ```mlir
    %0 = dist.all_to_all %x dim 0 to 1 over @mesh {"data"}
      : tensor<4x8xf32> -> tensor<8x4xf32>
    %1 = dist.all_to_all %x dim 0 to 1 over @mesh {"data", "tensor"}
      as {"tensor", "data"} : tensor<4x8xf32> -> tensor<32x1xf32>
    ```
  }];
  let arguments = (ins Dist_LocalTensor:$input, I64Attr:$join_dim,
                       I64Attr:$split_dim, FlatSymbolRefAttr:$mesh,
                       Dist_AxesAttr:$axes,
                       OptionalAttr<Dist_AxesAttr>:$split_axes,
                       UnitAttr:$start);
  let results = (outs Dist_LocalTensorOrToken:$result);
  let assemblyFormat = [{
    (`start` $start^)? $input `dim` $join_dim `to` $split_dim `over` $mesh
    custom<Axes>($axes) (`as` custom<Axes>($split_axes)^)? attr-dict
    `:` type($input) `->` type($result)
  }];
  let builders = [
    // The result is n times as long as the input in the joined dimension.
    // `splitAxes` may be null, for the same order.
    OpBuilder<(ins "::mlir::Value":$input, "int64_t":$joinDim,
                   "int64_t":$splitDim, "MeshOp":$mesh, "AxesAttr":$axes,
                   CArg<"AxesAttr", "{}">:$splitAxes)>,
  ];
  let extraClassDeclaration = [{
    /// The axes in the order by which the second dimension is split.
    AxesAttr getSplitOrder() {
      return getSplitAxes() ? getSplitAxesAttr() : getAxesAttr();
    }
  }];
  let hasVerifier = 1;
  let hasFolder = 1;
  let hasCanonicalizer = 1;
}

def Dist_PermuteOp : Dist_CommunicationOp<"permute", [Pure]> {
  let summary = "moves whole values between devices, as a permutation";
  let description = [{
    Each device gets the value of one device, and each value goes to one; see the
    routes `shift`, `reorder` and `pairs`.

    **Constraints**
    - `permute_c1`: the result has the type of the input.

    ```mlir
    %0 = dist.permute %x over @mesh shift {"tensor"} by 1 : tensor<4x8xf32>
    %1 = dist.permute %x over @mesh reorder {"data", "tensor"}
      to {"tensor", "data"} : tensor<4x8xf32>
    %2 = dist.permute %x over @mesh pairs [0 -> 1, 1 -> 0] : tensor<4x8xf32>
    ```
  }];
  let arguments = (ins Dist_LocalTensor:$input, FlatSymbolRefAttr:$mesh,
                       Dist_Route:$route, UnitAttr:$start);
  let results = (outs Dist_LocalTensorOrToken:$result);
  let assemblyFormat = [{
    (`start` $start^)? $input `over` $mesh custom<Route>($route) attr-dict
    `:` custom<SameType>(type($input), type($result))
  }];
  let builders = [
    OpBuilder<(ins "::mlir::Value":$input, "MeshOp":$mesh,
                   "RouteAttrInterface":$route)>,
  ];
  let hasVerifier = 1;
  let hasFolder = 1;
  let hasCanonicalizer = 1;
}

def Dist_BroadcastOp : Dist_CommunicationOp<"broadcast", [Pure]> {
  let summary = "gives the value of one device to its whole group";
  let description = [{
    The result is the input of the device with index `root` in the group.

    **Constraints**
    - `broadcast_c1`: the result has the type of the input.
    - `broadcast_c2`: `root` is at least 0 and below `n`.

    ```mlir
    %0 = dist.broadcast %x from 0 over @mesh {"data"} : tensor<4x8xf32>
    ```
  }];
  let arguments = (ins Dist_LocalTensor:$input, I64Attr:$root,
                       FlatSymbolRefAttr:$mesh, Dist_AxesAttr:$axes,
                       UnitAttr:$start);
  let results = (outs Dist_LocalTensorOrToken:$result);
  let assemblyFormat = [{
    (`start` $start^)? $input `from` $root `over` $mesh custom<Axes>($axes)
    attr-dict `:` custom<SameType>(type($input), type($result))
  }];
  let builders = [
    OpBuilder<(ins "::mlir::Value":$input, "int64_t":$root, "MeshOp":$mesh,
                   "AxesAttr":$axes)>,
  ];
  let hasVerifier = 1;
  let hasFolder = 1;
}

#endif // PARTITA_DIALECT_DIST_DISTCOLLECTIVEOPS_TD
