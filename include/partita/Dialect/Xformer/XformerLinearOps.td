// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef PARTITA_DIALECT_XFORMER_XFORMERLINEAROPS_TD
#define PARTITA_DIALECT_XFORMER_XFORMERLINEAROPS_TD

include "partita/Dialect/Xformer/XformerBase.td"

def Xformer_LinearOp : Xformer_InferringOp<"linear"> {
  let summary = "applies a weight matrix, and a bias, to the last dimension";
  let description = [{
    `result[i..., n] = sum over k of input[i..., k] * weight[k, n] + bias[n]`,
    where `weight` is `[n, k]` when `transpose_weight`, as most checkpoints
    store it.

    **Constraints**
    - `linear_c1`: the input has at least one dimension.
    - `linear_c2`: the last dimension of the input is the contracted dimension
      of the weight.
    - `linear_c3`: the bias has as many elements as the weight has outputs.
    - `linear_c4`: the element types of input, weight and bias are equal.
    - `linear_c5`: the result has the shape of the input with the last dimension
      replaced by the outputs of the weight.

    ```mlir
    %0 = xformer.linear %x, %w transpose_weight bias(%b)
      : (tensor<2x16x64xf32>, tensor<256x64xf32>, tensor<256xf32>)
      -> tensor<2x16x256xf32>
    ```
  }];
  let arguments = (ins Xformer_FloatTensor:$input,
                       Xformer_FloatTensorOfRank<2>:$weight,
                       Optional<Xformer_FloatTensorOfRank<1>>:$bias,
                       UnitAttr:$transpose_weight);
  let results = (outs Xformer_FloatTensor:$result);
  let assemblyFormat = [{
    $input `,` $weight (`transpose_weight` $transpose_weight^)?
    (`bias` `(` $bias^ `)`)?
    attr-dict `:` functional-type(operands, results)
  }];
  let hasCanonicalizer = 1;
}

def Xformer_MatmulOp : Xformer_InferringOp<"matmul"> {
  let summary = "matrix product, batched over leading dimensions that broadcast";
  let description = [{
    `result[i..., m, n] = sum over k of lhs[i..., m, k] * rhs[i..., k, n]`. The
    last two dimensions of an operand are swapped first when it is transposed;
    the dimensions before them broadcast.

    **Constraints**
    - `matmul_c1`: both operands have at least two dimensions.
    - `matmul_c2`: the contracted dimensions are equal.
    - `matmul_c3`: the leading dimensions broadcast.
    - `matmul_c4`: the element types are equal.
    - `matmul_c5`: the result is `[i..., m, n]` for the broadcast `i...`.

    ```mlir
    %0 = xformer.matmul %a, %b transpose_rhs
      : (tensor<2x8x16x64xf32>, tensor<8x32x64xf32>) -> tensor<2x8x16x32xf32>
    ```
  }];
  let arguments = (ins Xformer_FloatTensor:$lhs, Xformer_FloatTensor:$rhs,
                       UnitAttr:$transpose_lhs, UnitAttr:$transpose_rhs);
  let results = (outs Xformer_FloatTensor:$result);
  let assemblyFormat = [{
    $lhs `,` $rhs (`transpose_lhs` $transpose_lhs^)?
    (`transpose_rhs` $transpose_rhs^)?
    attr-dict `:` functional-type(operands, results)
  }];
  let hasCanonicalizer = 1;
}

#endif // PARTITA_DIALECT_XFORMER_XFORMERLINEAROPS_TD
