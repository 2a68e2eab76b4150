// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Meshes, and the ops of the global view.

#ifndef PARTITA_DIALECT_DIST_DISTSHARDINGOPS_TD
#define PARTITA_DIALECT_DIST_DISTSHARDINGOPS_TD

include "partita/Dialect/Dist/DistBase.td"

def Dist_MeshOp : Dist_Op<"mesh", [Symbol]> {
  let summary = "names a mesh";
  let description = [{
    See `#dist.mesh`. Meshes are best placed before all functions, or behind
    them: there they are found at once.

    ```mlir
    dist.mesh @mesh ["data"=2, "tensor"=4]
    dist.mesh @cluster ["node"=8 <bandwidth = 5.0e10, latency = 1.0e-5>,
                        "gpu"=8 <bandwidth = 4.5e11, latency = 2.0e-6>]
    ```
  }];
  let arguments = (ins SymbolNameAttr:$sym_name,
                       OptionalAttr<StrAttr>:$sym_visibility,
                       Dist_MeshAttr:$mesh);
  let assemblyFormat = "$sym_name custom<MeshAxes>($mesh) attr-dict";
  let builders = [
    OpBuilder<(ins "::llvm::StringRef":$name, "MeshAttr":$mesh)>,
  ];
  let extraClassDeclaration = [{
    /// The reference by which ops of the same symbol table name this mesh.
    ::mlir::FlatSymbolRefAttr getReference();
  }];
}

def Dist_ConstraintOp : Dist_MeshUserOp<"constraint", [
    Pure, SameOperandsAndResultType]> {
  let summary = "pins a sharding to a value";
  let description = [{
    The result is the input, and lies on the mesh as the sharding says.
    Propagation adds axes to open dimensions only, and never those in
    `replicated`: over these every device has the same.

    **Constraints**
    - `constraint_c1`: the sharding has none of the axes in `replicated`, and all
      are parts of axes of the mesh.

    ```mlir
    %0 = dist.constraint %x <@mesh, [{"data"}, {?} ]> : tensor<4x8xf32>
    %1 = dist.constraint %w <@mesh, [{?}, {?} ]> replicated {"data"}
      : tensor<4x8xf32>
    ```
  }];
  let arguments = (ins Dist_AnyRankedTensor:$input, Dist_ShardingAttr:$sharding,
                       OptionalAttr<Dist_AxesAttr>:$replicated);
  let results = (outs Dist_AnyRankedTensor:$result);
  let assemblyFormat = [{
    $input $sharding (`replicated` custom<Axes>($replicated)^)? attr-dict
    `:` type($input)
  }];
  let builders = [
    OpBuilder<(ins "::mlir::Value":$input, "ShardingAttr":$sharding), [{
      build($_builder, $_state, input, sharding, /*replicated=*/nullptr);
    }]>,
  ];
  let hasFolder = 1;
}

def Dist_ReshardOp : Dist_MeshUserOp<"reshard", [
    Pure, SameOperandsAndResultType]> {
  let summary = "the same value under another sharding";
  let description = [{
    Says where a value changes from the sharding it has to another, and leaves
    open how: that is found by search, and becomes collectives in the local
    program.

    **Constraints**
    - `reshard_c1`: all dimensions of the sharding are closed and have priority 0.

    ```mlir
    %0 = dist.reshard %x to <@mesh, [{}, {"data"} ]> : tensor<4x8xf32>
    ```
  }];
  let arguments = (ins Dist_AnyRankedTensor:$input, Dist_ShardingAttr:$sharding);
  let results = (outs Dist_AnyRankedTensor:$result);
  let assemblyFormat = "$input `to` $sharding attr-dict `:` type($input)";
  let hasVerifier = 1;
  let hasFolder = 1;
}

#endif // PARTITA_DIALECT_DIST_DISTSHARDINGOPS_TD
