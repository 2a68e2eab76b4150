// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef PARTITA_DIALECT_XFORMER_XFORMERNORMOPS_TD
#define PARTITA_DIALECT_XFORMER_XFORMERNORMOPS_TD

include "partita/Dialect/Xformer/XformerBase.td"

def Xformer_LayerNormOp : Xformer_InferringOp<"layer_norm"> {
  let summary = "normalizes the last dimension to mean 0 and variance 1";
  let description = [{
    `result = (input - mean) / sqrt(variance + epsilon) * weight + bias`, with
    mean and (biased) variance over the last dimension.

    **Constraints**
    - `layer_norm_c1`: the input has at least one dimension.
    - `layer_norm_c2`: `weight` and `bias` have as many elements as the last
      dimension of the input.
    - `layer_norm_c3`: the element types are equal.
    - `layer_norm_c4`: `epsilon` is finite and not negative.
    - `layer_norm_c5`: the result has the type of the input.

    ```mlir
    %0 = xformer.layer_norm %x, %w bias(%b) epsilon 1.0e-5
      : (tensor<2x16x64xf32>, tensor<64xf32>, tensor<64xf32>)
      -> tensor<2x16x64xf32>
    ```
  }];
  let arguments = (ins Xformer_FloatTensor:$input,
                       Xformer_FloatTensorOfRank<1>:$weight,
                       Optional<Xformer_FloatTensorOfRank<1>>:$bias,
                       F64Attr:$epsilon);
  let results = (outs Xformer_FloatTensor:$result);
  let assemblyFormat = [{
    $input `,` $weight (`bias` `(` $bias^ `)`)? `epsilon` $epsilon
    attr-dict `:` functional-type(operands, results)
  }];
  let hasVerifier = 1;
}

def Xformer_RmsNormOp : Xformer_InferringOp<"rms_norm"> {
  let summary = "normalizes the last dimension to root mean square 1";
  let description = [{
    `result = input / sqrt(mean of input^2 + epsilon) * weight`, with the mean
    over the last dimension. T5's layer norm is this op.

    **Constraints**
    - `rms_norm_c1`: the input has at least one dimension.
    - `rms_norm_c2`: `weight` has as many elements as the last dimension of the
      input.
    - `rms_norm_c3`: the element types are equal.
    - `rms_norm_c4`: `epsilon` is finite and not negative.
    - `rms_norm_c5`: the result has the type of the input.

    ```mlir
    %0 = xformer.rms_norm %x, %w epsilon 1.0e-5
      : (tensor<2x16x64xf32>, tensor<64xf32>) -> tensor<2x16x64xf32>
    ```
  }];
  let arguments = (ins Xformer_FloatTensor:$input,
                       Xformer_FloatTensorOfRank<1>:$weight,
                       F64Attr:$epsilon);
  let results = (outs Xformer_FloatTensor:$result);
  let assemblyFormat = [{
    $input `,` $weight `epsilon` $epsilon
    attr-dict `:` functional-type(operands, results)
  }];
  let hasVerifier = 1;
}

def Xformer_SoftmaxOp
    : Xformer_Op<"softmax", [SameOperandsAndResultType]> {
  let summary = "exponentials normalized to sum 1 along a dimension";
  let description = [{
    `result = exp(input - max) / sum of exp(input - max)`, with maximum and sum
    along `dim`.

    **Constraints**
    - `softmax_c1`: `dim` is a dimension of the input.

    ```mlir
    %0 = xformer.softmax %x dim 2 : tensor<2x16x64xf32>
    ```
  }];
  let arguments = (ins Xformer_FloatTensor:$input, I64Attr:$dim);
  let results = (outs Xformer_FloatTensor:$result);
  let assemblyFormat = "$input `dim` $dim attr-dict `:` type($result)";
  let hasVerifier = 1;
}

#endif // PARTITA_DIALECT_XFORMER_XFORMERNORMOPS_TD
