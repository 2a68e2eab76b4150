// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Ops that move elements and compute nothing. They differ from upstream's
// `tensor` ops in one way: no attribute repeats a size that a type already
// gives, so that a partitioned program differs from the global one in types
// only.

#ifndef PARTITA_DIALECT_XFORMER_XFORMERSHAPEOPS_TD
#define PARTITA_DIALECT_XFORMER_XFORMERSHAPEOPS_TD

include "partita/Dialect/Xformer/XformerBase.td"

def Xformer_SplitDimOp : Xformer_Op<"split_dim"> {
  let summary = "makes two dimensions of one";
  let description = [{
    `result[i..., a, b, j...] = input[i..., a * B + b, j...]` with `B` the size
    of the second new dimension: how heads are told apart.

    **Constraints**
    - `split_dim_c1`: `dim` is a dimension of the input.
    - `split_dim_c2`: the result has the shape of the input with dimension `dim`
      replaced by two whose product it is, and its element type.

    ```mlir
    %0 = xformer.split_dim %x dim 2
      : tensor<2x16x64xf32> -> tensor<2x16x8x8xf32>
    ```
  }];
  let arguments = (ins Xformer_AnyTensor:$input, I64Attr:$dim);
  let results = (outs Xformer_AnyTensor:$result);
  let assemblyFormat =
      "$input `dim` $dim attr-dict `:` type($input) `->` type($result)";
  let hasVerifier = 1;
  let hasFolder = 1;
}

def Xformer_MergeDimsOp : Xformer_InferringOp<"merge_dims"> {
  let summary = "makes one dimension of two neighbours";
  let description = [{
    The inverse of `split_dim`: `result[i..., a * B + b, j...] =
    input[i..., a, b, j...]` with `a` at dimension `dim` and `b`, of size `B`,
    at the next.

    **Constraints**
    - `merge_dims_c1`: `dim` and `dim + 1` are dimensions of the input.
    - `merge_dims_c2`: the result has the shape of the input with the two
      dimensions replaced by their product, and its element type.

    ```mlir
    %0 = xformer.merge_dims %x dim 2
      : (tensor<2x16x8x8xf32>) -> tensor<2x16x64xf32>
    ```
  }];
  let arguments = (ins Xformer_AnyTensor:$input, I64Attr:$dim);
  let results = (outs Xformer_AnyTensor:$result);
  let assemblyFormat =
      "$input `dim` $dim attr-dict `:` functional-type(operands, results)";
  let hasFolder = 1;
}

def Xformer_TransposeOp : Xformer_InferringOp<"transpose"> {
  let summary = "permutes the dimensions";
  let description = [{
    Dimension `i` of the result is dimension `permutation[i]` of the input.

    **Constraints**
    - `transpose_c1`: `permutation` is a permutation of the dimensions of the
      input.
    - `transpose_c2`: the result has the permuted shape and the element type of
      the input.

    ```mlir
    %0 = xformer.transpose %x [0, 2, 1]
      : (tensor<2x16x64xf32>) -> tensor<2x64x16xf32>
    ```
  }];
  let arguments = (ins Xformer_AnyTensor:$input,
                       DenseI64ArrayAttr:$permutation);
  let results = (outs Xformer_AnyTensor:$result);
  let assemblyFormat =
      "$input $permutation attr-dict `:` functional-type(operands, results)";
  let hasFolder = 1;
  let hasCanonicalizer = 1;
}

def Xformer_SliceOp : Xformer_Op<"slice"> {
  let summary = "takes a range along one dimension";
  let description = [{
    The elements from `offset` on along `dim`, as many as the result has there.

    **Constraints**
    - `slice_c1`: `dim` is a dimension of the input.
    - `slice_c2`: the result has the element type of the input and its shape in
      all dimensions but `dim`.
    - `slice_c3`: `offset` is not negative, and the range ends within the input.

    ```mlir
    %0 = xformer.slice %x dim 1 offset 4
      : tensor<2x16xf32> -> tensor<2x8xf32>
    ```
  }];
  let arguments = (ins Xformer_AnyTensor:$input, I64Attr:$dim, I64Attr:$offset);
  let results = (outs Xformer_AnyTensor:$result);
  let assemblyFormat = [{
    $input `dim` $dim `offset` $offset attr-dict `:` type($input) `->`
    type($result)
  }];
  let hasVerifier = 1;
  let hasFolder = 1;
  let hasCanonicalizer = 1;
}

def Xformer_ConcatOp : Xformer_InferringOp<"concat"> {
  let summary = "joins tensors along one dimension";
  let description = [{
    **Constraints**
    - `concat_c1`: there is at least one input.
    - `concat_c2`: `dim` is a dimension of the inputs.
    - `concat_c3`: the inputs have the same element type, and the same shape in
      all dimensions but `dim`.
    - `concat_c4`: the result is as long along `dim` as the inputs together.

    ```mlir
    %0 = xformer.concat %x, %y dim 1
      : (tensor<2x16xf32>, tensor<2x8xf32>) -> tensor<2x24xf32>
    ```
  }];
  let arguments = (ins Variadic<Xformer_AnyTensor>:$inputs, I64Attr:$dim);
  let results = (outs Xformer_AnyTensor:$result);
  let assemblyFormat =
      "$inputs `dim` $dim attr-dict `:` functional-type(operands, results)";
  let hasFolder = 1;
  let hasCanonicalizer = 1;
}

#endif // PARTITA_DIALECT_XFORMER_XFORMERSHAPEOPS_TD
