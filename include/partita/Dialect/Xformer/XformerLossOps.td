// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef PARTITA_DIALECT_XFORMER_XFORMERLOSSOPS_TD
#define PARTITA_DIALECT_XFORMER_XFORMERLOSSOPS_TD

include "partita/Dialect/Xformer/XformerBase.td"

def Xformer_CrossEntropyOp : Xformer_InferringOp<"cross_entropy"> {
  let summary = "negative log-likelihood of labels under softmax";
  let description = [{
    `sum` is the sum over all `i...` of `-log softmax(logits[i...])[labels[i...]]`
    and `count` the number of terms; positions whose label is `ignore_index`
    have no term. The mean is `sum / count`: two plain sums, each of which may be
    split over devices. A label outside of the vocabulary, other than
    `ignore_index`, is an error at run time.

    **Constraints**
    - `cross_entropy_c1`: `logits` has the shape of `labels` with the vocabulary
      appended.
    - `cross_entropy_c2`: `sum` and `count` are `tensor<f32>`.

    ```mlir
    %sum, %count = xformer.cross_entropy %logits, %labels ignore_index -100
      : (tensor<2x16x512xf32>, tensor<2x16xi32>) -> (tensor<f32>, tensor<f32>)
    ```
  }];
  let arguments = (ins Xformer_FloatTensor:$logits, Xformer_IdTensor:$labels,
                       I64Attr:$ignore_index);
  let results = (outs Xformer_F32TensorOfRank<0>:$sum,
                      Xformer_F32TensorOfRank<0>:$count);
  let assemblyFormat = [{
    $logits `,` $labels `ignore_index` $ignore_index attr-dict `:`
    functional-type(operands, results)
  }];
}

// What cross_entropy consists of. Classes may be split over devices: each has the
// log-sum-exp of its logits, and the logits of those labels that are its
// classes.

def Xformer_LogSumExpOp : Xformer_InferringOp<"log_sum_exp"> {
  let summary = "logarithm of the sum of exponentials along the last dimension";
  let description = [{
    `result[i...] = log of the sum over v of exp(input[i..., v])`, in f32; minus
    infinity where there are no terms but zeros.

    **Constraints**
    - `log_sum_exp_c1`: the input has at least one dimension.
    - `log_sum_exp_c2`: the result has the shape of the input without its last
      dimension, in f32.

    ```mlir
    %0 = xformer.log_sum_exp %x : (tensor<2x16x512xf32>) -> tensor<2x16xf32>
    ```
  }];
  let arguments = (ins Xformer_FloatTensor:$input);
  let results = (outs Xformer_F32Tensor:$result);
  let assemblyFormat =
      "$input attr-dict `:` functional-type(operands, results)";
}

def Xformer_PickOp : Xformer_InferringOp<"pick"> {
  let summary = "takes one element of every row, by label";
  let description = [{
    `result[i...]` is the sum over all `v` with `class_ids[v] == labels[i...]`
    of `input[i..., v]`, and 0 where there is none: a device that has some of
    the classes finds those, and the devices' results add up to the whole.

    **Constraints**
    - `pick_c1`: `input` has the shape of `labels` with the classes appended.
    - `pick_c2`: `class_ids` has one element a class.
    - `pick_c3`: the result has the shape of `labels` and the element type of
      `input`.

    ```mlir
    %0 = xformer.pick %x, %labels class_ids(%c)
      : (tensor<2x16x512xf32>, tensor<2x16xi32>, tensor<512xi32>)
      -> tensor<2x16xf32>
    ```
  }];
  let arguments = (ins Xformer_FloatTensor:$input, Xformer_IdTensor:$labels,
                       Xformer_IdTensorOfRank<1>:$class_ids);
  let results = (outs Xformer_FloatTensor:$result);
  let assemblyFormat = [{
    $input `,` $labels `class_ids` `(` $class_ids `)` attr-dict `:`
    functional-type(operands, results)
  }];
}

def Xformer_NllOp : Xformer_InferringOp<"nll"> {
  let summary = "sum of negative log-likelihoods";
  let description = [{
    `sum` is the sum of `lse[i...] - picked[i...]` and `count` the number of
    terms; positions whose label is `ignore_index` have no term. With the
    log-sum-exp of logits and the logits picked by the labels, this is
    `cross_entropy`.

    **Constraints**
    - `nll_c1`: `lse`, `picked` and `labels` have the same shape.
    - `nll_c2`: `sum` and `count` are `tensor<f32>`.

    ```mlir
    %sum, %count = xformer.nll %lse, %picked, %labels ignore_index -100
      : (tensor<2x16xf32>, tensor<2x16xf32>, tensor<2x16xi32>)
      -> (tensor<f32>, tensor<f32>)
    ```
  }];
  let arguments = (ins Xformer_F32Tensor:$lse, Xformer_FloatTensor:$picked,
                       Xformer_IdTensor:$labels, I64Attr:$ignore_index);
  let results = (outs Xformer_F32TensorOfRank<0>:$sum,
                      Xformer_F32TensorOfRank<0>:$count);
  let assemblyFormat = [{
    $lse `,` $picked `,` $labels `ignore_index` $ignore_index attr-dict `:`
    functional-type(operands, results)
  }];
}

#endif // PARTITA_DIALECT_XFORMER_XFORMERLOSSOPS_TD
