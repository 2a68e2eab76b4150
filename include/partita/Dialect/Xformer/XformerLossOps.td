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

#endif // PARTITA_DIALECT_XFORMER_XFORMERLOSSOPS_TD
