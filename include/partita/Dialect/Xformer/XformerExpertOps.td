// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Mixture of experts. Between dispatch and combine the experts are an ordinary
// batch dimension, so that the layers of an expert are `matmul` and `gated`.
// Every sequence of the batch has slots of its own: what happens to a token
// does not depend on other sequences, and splitting the batch changes nothing.

#ifndef PARTITA_DIALECT_XFORMER_XFORMEREXPERTOPS_TD
#define PARTITA_DIALECT_XFORMER_XFORMEREXPERTOPS_TD

include "partita/Dialect/Xformer/XformerBase.td"

def Xformer_MoeRouteOp : Xformer_Op<"moe_route"> {
  let summary = "chooses the experts of every token, and their weights";
  let description = [{
    The softmax of `logits` over its last dimension, the experts, is computed;
    the `k` largest probabilities of a token are its `weights`, and their
    experts its `experts`, in falling order, the lower expert first among
    equals. When `renormalize`, the weights of a token are divided by their sum.

    **Constraints**
    - `moe_route_c1`: `logits` has at least one dimension.
    - `moe_route_c2`: `weights` and `experts` have the shape of `logits` but for
      their last dimension, `k`, which is at least 1 and at most the number of
      experts.
    - `moe_route_c3`: `weights` has the element type of `logits`.

    ```mlir
    %weights, %experts = xformer.moe_route %logits renormalize
      : tensor<2x16x8xf32> -> tensor<2x16x2xf32>, tensor<2x16x2xi32>
    ```
  }];
  let arguments = (ins Xformer_FloatTensor:$logits, UnitAttr:$renormalize);
  let results = (outs Xformer_FloatTensor:$weights,
                      Xformer_IdTensor:$experts);
  let assemblyFormat = [{
    $logits (`renormalize` $renormalize^)? attr-dict `:` type($logits) `->`
    type($weights) `,` type($experts)
  }];
  let hasVerifier = 1;
}

def Xformer_MoeDispatchOp : Xformer_Op<"moe_dispatch"> {
  let summary = "copies every token to slots of its experts";
  let description = [{
    Tokens `[batch, tokens, features]` with their `experts` `[batch, tokens, k]`
    are copied to `[batch, experts, slots, features]`. The tokens of a sequence
    that chose an expert take its slots in order, one for every choice; a choice
    that finds no slot left is dropped, which cannot happen with as many slots
    as tokens whose choices differ. Slots that no token takes are 0. An expert
    that the result does not have is an error at run time.

    With `expert_ids`, which name the experts of the result, choices of experts
    that are not among them are passed over: a device that has some experts
    fills their slots.

    **Constraints**
    - `moe_dispatch_c1`: batch and tokens of `input` and `experts` are equal.
    - `moe_dispatch_c2`: batch, features and element type of the result are
      those of `input`.
    - `moe_dispatch_c3`: `expert_ids` has one element an expert of the result.

    ```mlir
    %0 = xformer.moe_dispatch %x, %experts
      : (tensor<2x16x64xf32>, tensor<2x16x2xi32>) -> tensor<2x8x16x64xf32>
    %1 = xformer.moe_dispatch %x, %experts expert_ids(%e)
      : (tensor<2x16x64xf32>, tensor<2x16x2xi32>, tensor<4xi32>)
      -> tensor<2x4x16x64xf32>
    ```
  }];
  let arguments = (ins Xformer_FloatTensorOfRank<3>:$input,
                       Xformer_IdTensorOfRank<3>:$experts,
                       Optional<Xformer_IdTensorOfRank<1>>:$expert_ids);
  let results = (outs Xformer_FloatTensorOfRank<4>:$result);
  let assemblyFormat = [{
    $input `,` $experts (`expert_ids` `(` $expert_ids^ `)`)? attr-dict `:`
    functional-type(operands, results)
  }];
  let builders = [
    OpBuilder<(ins "::mlir::Type":$result, "::mlir::Value":$input,
                   "::mlir::Value":$experts), [{
      build($_builder, $_state, result, input, experts,
            /*expert_ids=*/::mlir::Value());
    }]>,
  ];
  let hasVerifier = 1;
}

def Xformer_MoeCombineOp : Xformer_InferringOp<"moe_combine"> {
  let summary = "sums the results of every token's experts by their weights";
  let description = [{
    The inverse of `moe_dispatch`: `result[b, t, d]` is the sum over the experts
    of token `t` of their weight times `input[b, expert, slot, d]`, with the
    slots assigned as in `moe_dispatch`. A choice that was dropped contributes 0,
    and so does one of an expert that is not among `expert_ids`, if they are
    given.

    **Constraints**
    - `moe_combine_c1`: `experts` and `weights` have the same shape.
    - `moe_combine_c2`: the batch of `input`, `experts` and `weights` is equal.
    - `moe_combine_c3`: the element types of `input` and `weights` are equal.
    - `moe_combine_c4`: the result is `[batch, tokens, features]`.
    - `moe_combine_c5`: `expert_ids` has one element an expert of the input.

    ```mlir
    %0 = xformer.moe_combine %y, %experts, %weights
      : (tensor<2x8x16x64xf32>, tensor<2x16x2xi32>, tensor<2x16x2xf32>)
      -> tensor<2x16x64xf32>
    %2 = xformer.moe_combine %z, %experts, %weights expert_ids(%e)
      : (tensor<2x4x16x64xf32>, tensor<2x16x2xi32>, tensor<2x16x2xf32>,
         tensor<4xi32>) -> tensor<2x16x64xf32>
    ```
  }];
  let arguments = (ins Xformer_FloatTensorOfRank<4>:$input,
                       Xformer_IdTensorOfRank<3>:$experts,
                       Xformer_FloatTensorOfRank<3>:$weights,
                       Optional<Xformer_IdTensorOfRank<1>>:$expert_ids);
  let results = (outs Xformer_FloatTensorOfRank<3>:$result);
  let assemblyFormat = [{
    $input `,` $experts `,` $weights (`expert_ids` `(` $expert_ids^ `)`)?
    attr-dict `:` functional-type(operands, results)
  }];
  let builders = [
    OpBuilder<(ins "::mlir::Value":$input, "::mlir::Value":$experts,
                   "::mlir::Value":$weights), [{
      build($_builder, $_state, input, experts, weights,
            /*expert_ids=*/::mlir::Value());
    }]>,
  ];
}

#endif // PARTITA_DIALECT_XFORMER_XFORMEREXPERTOPS_TD
