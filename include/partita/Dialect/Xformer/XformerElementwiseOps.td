// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef PARTITA_DIALECT_XFORMER_XFORMERELEMENTWISEOPS_TD
#define PARTITA_DIALECT_XFORMER_XFORMERELEMENTWISEOPS_TD

include "partita/Dialect/Xformer/XformerBase.td"

//===----------------------------------------------------------------------===//
// Activations
//===----------------------------------------------------------------------===//

class Xformer_ActivationOp<string mnemonic, list<Trait> traits = []>
    : Xformer_Op<mnemonic, !listconcat([SameOperandsAndResultType], traits)> {
  let arguments = (ins Xformer_FloatTensor:$input);
  let results = (outs Xformer_FloatTensor:$result);
  let assemblyFormat = "$input attr-dict `:` type($result)";
}

def Xformer_GeluOp : Xformer_ActivationOp<"gelu"> {
  let summary = "Gaussian error linear unit";
  let description = [{
    `x * P(X <= x)` for a standard normal `X`, that is
    `x / 2 * (1 + erf(x / sqrt(2)))`; when `tanh`, the approximation
    `x / 2 * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 x^3)))`.

    ```mlir
    %0 = xformer.gelu %x : tensor<2x16xf32>
    %1 = xformer.gelu %x tanh : tensor<2x16xf32>
    ```
  }];
  let arguments = (ins Xformer_FloatTensor:$input, UnitAttr:$tanh);
  let assemblyFormat = "$input (`tanh` $tanh^)? attr-dict `:` type($result)";
}

def Xformer_SiluOp : Xformer_ActivationOp<"silu"> {
  let summary = "sigmoid linear unit";
  let description = [{
    `x / (1 + exp(-x))`.

    ```mlir
    %0 = xformer.silu %x : tensor<2x16xf32>
    ```
  }];
}

def Xformer_ReluOp : Xformer_ActivationOp<"relu", [Idempotent]> {
  let summary = "rectified linear unit";
  let description = [{
    `max(x, 0)`; NaN stays NaN.

    ```mlir
    %0 = xformer.relu %x : tensor<2x16xf32>
    ```
  }];
}

def Xformer_GatedOp : Xformer_Op<"gated", [SameOperandsAndResultType]> {
  let summary = "product of an activated gate and a value";
  let description = [{
    `activation(gate) * value`, the middle of a gated feed-forward layer
    (SwiGLU with `silu`, GEGLU with `gelu` or `gelu_tanh`).

    ```mlir
    %0 = xformer.gated silu %gate, %value : tensor<2x16xf32>
    ```
  }];
  let arguments = (ins Xformer_ActivationAttr:$activation,
                       Xformer_FloatTensor:$gate, Xformer_FloatTensor:$value);
  let results = (outs Xformer_FloatTensor:$result);
  // The attribute prints a blank of its own.
  let assemblyFormat =
      "`` $activation $gate `,` $value attr-dict `:` type($result)";
}

//===----------------------------------------------------------------------===//
// Arithmetic with broadcasting
//===----------------------------------------------------------------------===//

class Xformer_BinaryOp<string mnemonic, list<Trait> traits = []>
    : Xformer_InferringOp<mnemonic, traits> {
  let arguments = (ins Xformer_FloatTensor:$lhs, Xformer_FloatTensor:$rhs);
  let results = (outs Xformer_FloatTensor:$result);
  let assemblyFormat =
      "$lhs `,` $rhs attr-dict `:` functional-type(operands, results)";
  let hasFolder = 1;
}

def Xformer_AddOp : Xformer_BinaryOp<"add", [Commutative]> {
  let summary = "sum, with broadcasting";
  let description = [{
    **Constraints**
    - `add_c1`: the shapes of the operands broadcast to that of the result.
    - `add_c2`: the element types are equal.

    ```mlir
    %0 = xformer.add %x, %b
      : (tensor<2x16xf32>, tensor<16xf32>) -> tensor<2x16xf32>
    ```
  }];
}

def Xformer_SubOp : Xformer_BinaryOp<"sub"> {
  let summary = "difference, with broadcasting";
  let description = [{
    **Constraints**
    - `sub_c1`: the shapes of the operands broadcast to that of the result.
    - `sub_c2`: the element types are equal.

    ```mlir
    %0 = xformer.sub %x, %b
      : (tensor<2x16xf32>, tensor<16xf32>) -> tensor<2x16xf32>
    ```
  }];
}

def Xformer_MulOp : Xformer_BinaryOp<"mul", [Commutative]> {
  let summary = "product, with broadcasting";
  let description = [{
    **Constraints**
    - `mul_c1`: the shapes of the operands broadcast to that of the result.
    - `mul_c2`: the element types are equal.

    ```mlir
    %0 = xformer.mul %x, %scale
      : (tensor<2x16xf32>, tensor<f32>) -> tensor<2x16xf32>
    ```
  }];
  let hasCanonicalizer = 1;
}

def Xformer_DivOp : Xformer_BinaryOp<"div"> {
  let summary = "quotient, with broadcasting";
  let description = [{
    **Constraints**
    - `div_c1`: the shapes of the operands broadcast to that of the result.
    - `div_c2`: the element types are equal.

    ```mlir
    %0 = xformer.div %x, %n
      : (tensor<2x16xf32>, tensor<2x1xf32>) -> tensor<2x16xf32>
    ```
  }];
}

def Xformer_MaxOp : Xformer_BinaryOp<"max", [Commutative]> {
  let summary = "maximum, with broadcasting";
  let description = [{
    NaN if either operand is NaN.

    **Constraints**
    - `max_c1`: the shapes of the operands broadcast to that of the result.
    - `max_c2`: the element types are equal.

    ```mlir
    %0 = xformer.max %x, %floor
      : (tensor<2x16xf32>, tensor<f32>) -> tensor<2x16xf32>
    ```
  }];
}

def Xformer_LogAddExpOp : Xformer_BinaryOp<"log_add_exp", [Commutative]> {
  let summary = "logarithm of a sum of two exponentials, with broadcasting";
  let description = [{
    `log(exp(lhs) + exp(rhs))`, and minus infinity where both are: the
    log-sum-exp of all, from those of two parts.

    **Constraints**
    - `log_add_exp_c1`: the shapes of the operands broadcast to that of the
      result.
    - `log_add_exp_c2`: the element types are equal.

    ```mlir
    %0 = xformer.log_add_exp %x, %y
      : (tensor<2x16xf32>, tensor<2x16xf32>) -> tensor<2x16xf32>
    ```
  }];
  let hasFolder = 0;
}

//===----------------------------------------------------------------------===//
// Dropout
//===----------------------------------------------------------------------===//

def Xformer_DropoutOp
    : Xformer_Op<"dropout", [AllTypesMatch<["input", "result"]>]> {
  let summary = "zeroes random elements and scales up the rest";
  let description = [{
    Each element is kept with probability `1 - rate` and then divided by it. The
    decision is a function of `seed`, `stream` and the element's row-major index
    in the global tensor. `stream` tells the dropout ops of one model apart.

    The global tensor is the input, unless `indices`, one list a dimension, say
    where in it the elements of the input stand, and `global_shape` how large it
    is. With these a slice of the result is the result on the slice. An element
    that stands nowhere in the global tensor becomes 0.

    Element `i` is dropped if `u(i) < rate`, where `u(i)` is the upper 24 bits,
    over 2^24, of word `i mod 4` of the block that Philox 4x32-10 makes of the
    counter `(i / 4, stream)` with the key `seed`, 64 bits each, low word first.

    **Constraints**
    - `dropout_c1`: `rate` is in [0, 1).
    - `dropout_c2`: `indices` and `global_shape` are given together or not at
      all.
    - `dropout_c3`: there is one list of `indices`, and one element of
      `global_shape`, a dimension of the input.
    - `dropout_c4`: each list has one index an element along its dimension.
    - `dropout_c5`: a tensor of `global_shape` obeys `tensor_c2`, and none of
      its dimensions is negative.

    ```mlir
    %0 = xformer.dropout %x seed(%seed) rate 1.0e-1 stream 3
      : (tensor<2x16xf32>, tensor<i64>) -> tensor<2x16xf32>
    %1 = xformer.dropout %x seed(%seed) indices(%i, %j) of [8, 16] rate 1.0e-1
      stream 3
      : (tensor<2x16xf32>, tensor<i64>, tensor<2xi32>, tensor<16xi32>)
      -> tensor<2x16xf32>
    ```
  }];
  let arguments = (ins
      Xformer_FloatTensor:$input,
      Xformer_RankedTensorOf<[I64], 0, "scalar i64 tensor">:$seed,
      Variadic<Xformer_IdTensorOfRank<1>>:$indices,
      OptionalAttr<DenseI64ArrayAttr>:$global_shape,
      F64Attr:$rate, I64Attr:$stream);
  let results = (outs Xformer_FloatTensor:$result);
  let assemblyFormat = [{
    $input `seed` `(` $seed `)` (`indices` `(` $indices^ `)`)?
    (`of` $global_shape^)? `rate` $rate `stream` $stream
    attr-dict `:` functional-type(operands, results)
  }];
  let hasFolder = 1;
  let hasVerifier = 1;
}

#endif // PARTITA_DIALECT_XFORMER_XFORMERELEMENTWISEOPS_TD
