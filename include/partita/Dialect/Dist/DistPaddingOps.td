// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Ops on pads. They are legal on what a device holds as well as on whole values.

#ifndef PARTITA_DIALECT_DIST_DISTPADDINGOPS_TD
#define PARTITA_DIALECT_DIST_DISTPADDINGOPS_TD

include "mlir/IR/BuiltinAttributeInterfaces.td"
include "partita/Dialect/Dist/DistBase.td"
include "partita/Interfaces/ShardingRuleInterface.td"

// One truth value for each element of a dimension.
def Dist_Mask
    : Type<And<[StaticShapeTensorOf<[I1]>.predicate, HasAnyRankOfPred<[1]>]>,
           "static tensor of truth values of rank 1",
           "::mlir::RankedTensorType">;

class Dist_PaddingOp<string mnemonic, list<Trait> traits = []>
    : Dist_Op<mnemonic, !listconcat(traits, [
        Pure, DeclareOpInterfaceMethods<ShardingRuleInterface>])> {
  let results = (outs Dist_LocalTensor:$result);
  let hasVerifier = 1;
}

def Dist_PadOp : Dist_PaddingOp<"pad"> {
  let summary = "makes a dimension longer, with zeros for pads";
  let description = [{
    The elements of dimension `dim` move to where the padding has them; see
    `dim_padding`. All others are zero.

    **Constraints**
    - `pad_c1`: `dim` is a dimension of the input.
    - `pad_c2`: the padding is of the size of that dimension.
    - `pad_c3`: the result has the type of the input but for dimension `dim`, which
      has the padded size.

    ```mlir
    %0 = dist.pad %x dim 1 by [3 -> 4, 192]
      : tensor<2x576xf32> -> tensor<2x768xf32>
    ```
  }];
  let arguments = (ins Dist_LocalTensor:$input, I64Attr:$dim,
                       Dist_DimPaddingAttr:$padding);
  let assemblyFormat = [{
    $input `dim` $dim `by` custom<DimPadding>($padding) attr-dict
    `:` type($input) `->` type($result)
  }];
  let builders = [
    OpBuilder<(ins "::mlir::Value":$input, "int64_t":$dim,
                   "DimPaddingAttr":$padding)>,
  ];
}

def Dist_UnpadOp : Dist_PaddingOp<"unpad"> {
  let summary = "drops the pads of a dimension";
  let description = [{
    The inverse of `pad`, whatever pads hold.

    **Constraints**
    - `unpad_c1`: `dim` is a dimension of the input.
    - `unpad_c2`: that dimension has the padded size of the padding.
    - `unpad_c3`: the result has the type of the input but for dimension `dim`, which
      has the size without pads.

    ```mlir
    %0 = dist.unpad %x dim 1 of [3 -> 4, 192]
      : tensor<2x768xf32> -> tensor<2x576xf32>
    ```
  }];
  let arguments = (ins Dist_LocalTensor:$input, I64Attr:$dim,
                       Dist_DimPaddingAttr:$padding);
  let assemblyFormat = [{
    $input `dim` $dim `of` custom<DimPadding>($padding) attr-dict
    `:` type($input) `->` type($result)
  }];
  let builders = [
    OpBuilder<(ins "::mlir::Value":$input, "int64_t":$dim,
                   "DimPaddingAttr":$padding)>,
  ];
  let hasFolder = 1;
}

def Dist_FillOp : Dist_PaddingOp<"fill", [
    AllTypesMatch<["input", "result"]>]> {
  let summary = "puts a number where a dimension is masked";
  let description = [{
    `result[..., i, ...] = input[..., i, ...]` for index `i` of dimension `dim`
    where `keep[i]`, and `value` elsewhere. The mask is an operand that is split
    like the dimension, so that a device fills its part as the whole is filled.

    **Constraints**
    - `fill_c1`: `dim` is a dimension of the input.
    - `fill_c2`: `keep` has one element for each of that dimension.
    - `fill_c3`: `value` has the element type of the input.

    ```mlir
    %0 = dist.fill %x dim 1 keep %mask else 0.0 : f32
      : tensor<2x768xf32>, tensor<768xi1>
    ```
  }];
  let arguments = (ins Dist_LocalTensor:$input, I64Attr:$dim,
                       Dist_Mask:$keep, TypedAttrInterface:$value);
  let assemblyFormat = [{
    $input `dim` $dim `keep` $keep `else` $value attr-dict
    `:` type($input) `,` type($keep)
  }];
}

#endif // PARTITA_DIALECT_DIST_DISTPADDINGOPS_TD
