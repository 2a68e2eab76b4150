// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef PARTITA_DIALECT_XFORMER_XFORMERATTENTIONOPS_TD
#define PARTITA_DIALECT_XFORMER_XFORMERATTENTIONOPS_TD

include "partita/Dialect/Xformer/XformerBase.td"

def Xformer_AttentionOp
    : Xformer_Op<"attention", [AttrSizedOperandSegments]> {
  let summary = "scaled dot-product attention";
  let description = [{
    For query `[batch, queries, heads, features]`, key `[batch, keys, key heads,
    features]` and value `[batch, keys, key heads, value features]`:

    ```
    score[b, h, q, k] = scale * sum over d of query[b, q, h, d] * key[b, k, h / g, d]
                        + bias[b, h, q, k]
    output[b, q, h, v] = sum over k of softmax over k (score)[b, h, q, k]
                                       * value[b, k, h / g, v]
    lse[b, h, q] = log of the sum over k of exp(score[b, h, q, k])
    ```

    where `g = heads / key heads` query heads share a key head (grouped-query
    attention). Self- and cross-attention differ in their operands only.

    A query does not see a key whose `key_mask[b, k]` is false, nor, when
    `causal`, one whose position is greater than its own. Positions are the
    indices in the sequence unless `query_positions` or `key_positions` give
    them; a program that holds a slice of the queries or keys passes theirs. A
    query that sees no key, or only scores of minus infinity, has output 0 and
    log-sum-exp minus infinity.

    `lse`, in f32, is what the backward pass and the combination of partial
    results over split keys need; it is computed when the op has that result.

    With `normalizer`, the log-sum-exp `l` is given and not that of the scores:

    ```
    output[b, q, h, v] = sum over k of exp(score[b, h, q, k] - normalizer[b, h, q])
                                       * value[b, k, h / g, v]
    ```

    and 0 where the normalizer is minus infinity. This is a plain sum over the
    keys, so that devices that have some of them get partial sums.

    **Constraints**
    - `attention_c1`: batch sizes of query, key and value are equal.
    - `attention_c2`: query and key have the same number of features.
    - `attention_c3`: key and value have the same number of keys and of heads.
    - `attention_c4`: the number of query heads is a multiple of that of key
      heads.
    - `attention_c5`: `bias` broadcasts to `[batch, heads, queries, keys]`.
    - `attention_c6`: `key_mask` is `[batch, keys]`.
    - `attention_c7`: `query_positions` has one element a query and
      `key_positions` one a key, and both need `causal`.
    - `attention_c8`: the output is `[batch, queries, heads, value features]`.
    - `attention_c9`: `lse` is `[batch, heads, queries]`.
    - `attention_c10`: the element types of query, key, value, bias and output
      are equal.
    - `attention_c11`: `scale` is finite.
    - `attention_c12`: `normalizer` is `[batch, heads, queries]`.
    - `attention_c13`: there is no result `lse` where `normalizer` is given.

    ```mlir
    %0 = xformer.attention %q, %k, %v causal scale 1.25e-01
      : (tensor<2x16x8x64xf32>, tensor<2x16x2x64xf32>, tensor<2x16x2x64xf32>)
      -> tensor<2x16x8x64xf32>
    %1, %lse = xformer.attention %q, %k, %v bias(%b) key_mask(%m) scale 1.0
      : (tensor<2x16x8x64xf32>, tensor<2x24x8x64xf32>, tensor<2x24x8x64xf32>,
         tensor<1x8x16x24xf32>, tensor<2x24xi1>)
      -> (tensor<2x16x8x64xf32>, tensor<2x8x16xf32>)
    %2 = xformer.attention %q, %k, %v normalizer(%l) scale 1.0
      : (tensor<2x16x8x64xf32>, tensor<2x24x8x64xf32>, tensor<2x24x8x64xf32>,
         tensor<2x8x16xf32>) -> tensor<2x16x8x64xf32>
    ```
  }];
  let arguments = (ins Xformer_FloatTensorOfRank<4>:$query,
                       Xformer_FloatTensorOfRank<4>:$key,
                       Xformer_FloatTensorOfRank<4>:$value,
                       Optional<Xformer_FloatTensorOfRank<4>>:$bias,
                       Optional<Xformer_MaskOfRank<2>>:$key_mask,
                       Optional<Xformer_IdTensorOfRank<1>>:$query_positions,
                       Optional<Xformer_IdTensorOfRank<1>>:$key_positions,
                       Optional<Xformer_F32TensorOfRank<3>>:$normalizer,
                       UnitAttr:$causal, F64Attr:$scale);
  let results = (outs Xformer_FloatTensorOfRank<4>:$output,
                      Optional<Xformer_F32TensorOfRank<3>>:$lse);
  let assemblyFormat = [{
    $query `,` $key `,` $value (`bias` `(` $bias^ `)`)?
    (`key_mask` `(` $key_mask^ `)`)?
    (`query_positions` `(` $query_positions^ `)`)?
    (`key_positions` `(` $key_positions^ `)`)?
    (`normalizer` `(` $normalizer^ `)`)? (`causal` $causal^)? `scale` $scale
    attr-dict `:` functional-type(operands, results)
  }];
  let hasVerifier = 1;
  let hasCanonicalizer = 1;
  let extraClassDeclaration = [{
    int64_t getBatch() { return getQuery().getType().getDimSize(0); }
    int64_t getNumQueries() { return getQuery().getType().getDimSize(1); }
    int64_t getNumHeads() { return getQuery().getType().getDimSize(2); }
    int64_t getNumKeys() { return getKey().getType().getDimSize(1); }
    int64_t getNumKeyHeads() { return getKey().getType().getDimSize(2); }
    int64_t getNumFeatures() { return getQuery().getType().getDimSize(3); }
    int64_t getNumValueFeatures() { return getValue().getType().getDimSize(3); }
  }];
}

def Xformer_AttentionLseOp
    : Xformer_Op<"attention_lse", [AttrSizedOperandSegments]> {
  let summary = "log-sum-exp of the scores of attention";
  let description = [{
    The result `lse` of `attention`, without its output and hence without
    values: `lse[b, h, q] = log of the sum over k of exp(score[b, h, q, k])`,
    and minus infinity for a query that sees no key.

    **Constraints**
    - `attention_lse_c1`: batch sizes of query and key are equal.
    - `attention_lse_c2`: query and key have the same number of features.
    - `attention_lse_c3`: the number of query heads is a multiple of that of key
      heads.
    - `attention_lse_c4`: `bias` broadcasts to `[batch, heads, queries, keys]`.
    - `attention_lse_c5`: `key_mask` is `[batch, keys]`.
    - `attention_lse_c6`: `query_positions` has one element a query and
      `key_positions` one a key, and both need `causal`.
    - `attention_lse_c7`: the result is `[batch, heads, queries]`.
    - `attention_lse_c8`: the element types of query, key and bias are equal.
    - `attention_lse_c9`: `scale` is finite.

    ```mlir
    %0 = xformer.attention_lse %q, %k key_mask(%m) scale 1.25e-01
      : (tensor<2x16x8x64xf32>, tensor<2x24x2x64xf32>, tensor<2x24xi1>)
      -> tensor<2x8x16xf32>
    ```
  }];
  let arguments = (ins Xformer_FloatTensorOfRank<4>:$query,
                       Xformer_FloatTensorOfRank<4>:$key,
                       Optional<Xformer_FloatTensorOfRank<4>>:$bias,
                       Optional<Xformer_MaskOfRank<2>>:$key_mask,
                       Optional<Xformer_IdTensorOfRank<1>>:$query_positions,
                       Optional<Xformer_IdTensorOfRank<1>>:$key_positions,
                       UnitAttr:$causal, F64Attr:$scale);
  let results = (outs Xformer_F32TensorOfRank<3>:$lse);
  let assemblyFormat = [{
    $query `,` $key (`bias` `(` $bias^ `)`)?
    (`key_mask` `(` $key_mask^ `)`)?
    (`query_positions` `(` $query_positions^ `)`)?
    (`key_positions` `(` $key_positions^ `)`)?
    (`causal` $causal^)? `scale` $scale
    attr-dict `:` functional-type(operands, results)
  }];
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    int64_t getBatch() { return getQuery().getType().getDimSize(0); }
    int64_t getNumQueries() { return getQuery().getType().getDimSize(1); }
    int64_t getNumHeads() { return getQuery().getType().getDimSize(2); }
    int64_t getNumKeys() { return getKey().getType().getDimSize(1); }
    int64_t getNumKeyHeads() { return getKey().getType().getDimSize(2); }
    int64_t getNumFeatures() { return getQuery().getType().getDimSize(3); }
  }];
}

def Xformer_RescaleOp : Xformer_Op<"rescale",
    [AllTypesMatch<["input", "result"]>, AllTypesMatch<["from", "to"]>]> {
  let summary = "takes an output of attention to another normalizer";
  let description = [{
    `result[b, q, h, v] = input[b, q, h, v] * exp(from[b, h, q] - to[b, h, q])`,
    and 0 where either is minus infinity. What was weighted by `exp(score -
    from)` is then weighted by `exp(score - to)`: an output of attention over
    some keys, with their log-sum-exp, becomes their part of the sum over all
    keys, with that of all.

    **Constraints**
    - `rescale_c1`: `from` and `to` are `[batch, heads, queries]` for an input
      `[batch, queries, heads, features]`.

    ```mlir
    %0 = xformer.rescale %o, %from, %to
      : (tensor<2x16x8x64xf32>, tensor<2x8x16xf32>, tensor<2x8x16xf32>)
      -> tensor<2x16x8x64xf32>
    ```
  }];
  let arguments = (ins Xformer_FloatTensorOfRank<4>:$input,
                       Xformer_F32TensorOfRank<3>:$from,
                       Xformer_F32TensorOfRank<3>:$to);
  let results = (outs Xformer_FloatTensorOfRank<4>:$result);
  let assemblyFormat = [{
    $input `,` $from `,` $to attr-dict `:` functional-type(operands, results)
  }];
  let hasVerifier = 1;
}

#endif // PARTITA_DIALECT_XFORMER_XFORMERATTENTIONOPS_TD
