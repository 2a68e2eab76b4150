// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef PARTITA_DIALECT_XFORMER_XFORMEREMBEDDINGOPS_TD
#define PARTITA_DIALECT_XFORMER_XFORMEREMBEDDINGOPS_TD

include "partita/Dialect/Xformer/XformerBase.td"

def Xformer_EmbeddingOp : Xformer_InferringOp<"embedding"> {
  let summary = "looks up a row of a table for every id";
  let description = [{
    `result[i..., d] = table[ids[i...], d]`. An id outside of the table is an
    error at run time.

    With `row_ids`, which name the rows, it is the sum over all `v` with
    `row_ids[v] == ids[i...]` of `table[v, d]`, and 0 where there is none: a
    device that holds some rows finds those, and the devices' results add up to
    the whole.

    **Constraints**
    - `embedding_c1`: the result has the shape of `ids` with the row length of
      `table` appended, and the element type of `table`.
    - `embedding_c2`: `row_ids` has one element a row of `table`.

    ```mlir
    %0 = xformer.embedding %table, %ids
      : (tensor<512x64xf32>, tensor<2x16xi32>) -> tensor<2x16x64xf32>
    %1 = xformer.embedding %table, %ids row_ids(%r)
      : (tensor<512x64xf32>, tensor<2x16xi32>, tensor<512xi32>)
      -> tensor<2x16x64xf32>
    ```
  }];
  let arguments = (ins Xformer_FloatTensorOfRank<2>:$table,
                       Xformer_IdTensor:$ids,
                       Optional<Xformer_IdTensorOfRank<1>>:$row_ids);
  let results = (outs Xformer_FloatTensor:$result);
  let assemblyFormat = [{
    $table `,` $ids (`row_ids` `(` $row_ids^ `)`)? attr-dict `:`
    functional-type(operands, results)
  }];
  let builders = [
    OpBuilder<(ins "::mlir::Value":$table, "::mlir::Value":$ids), [{
      build($_builder, $_state, table, ids, /*row_ids=*/::mlir::Value());
    }]>,
  ];
}

def Xformer_IotaOp : Xformer_Op<"iota"> {
  let summary = "numbers in arithmetic progression";
  let description = [{
    `result[i] = first + i * step`: the positions of a sequence, the rows of a
    table, the experts of a layer. Where an op takes such numbers as an operand,
    a slice of that operand says which part of the whole a slice of the op has.

    **Constraints**
    - `iota_c1`: all numbers are of the result's element type.

    ```mlir
    %0 = xformer.iota : tensor<16xi32>
    %1 = xformer.iota first 8 step 2 : tensor<16xi32>
    ```
  }];
  let arguments = (ins DefaultValuedAttr<I64Attr, "0">:$first,
                       DefaultValuedAttr<I64Attr, "1">:$step);
  let results = (outs Xformer_IdTensorOfRank<1>:$result);
  let assemblyFormat = [{
    (`first` $first^)? (`step` $step^)? attr-dict `:` type($result)
  }];
  let hasVerifier = 1;
}

def Xformer_RotaryOp : Xformer_InferringOp<"rotary"> {
  let summary = "rotates pairs of features by an angle that grows with position";
  let description = [{
    Rotary position embedding of queries or keys `[batch, sequence, heads,
    features]`. Pair `j` of the features is rotated by `position * w(j)` with
    `w(j) = theta ^ (-2 j / features)`, `scaling` applied to `w` when given.
    A pair is `(j, j + features / 2)`, as in Hugging Face's models, or
    `(2 j, 2 j + 1)` when `interleaved`. Without `positions` the position is
    the index in the sequence.

    **Constraints**
    - `rotary_c1`: the number of features is even.
    - `rotary_c2`: `positions` has as many elements as the sequence.
    - `rotary_c3`: `theta` is positive and finite.
    - `rotary_c4`: the result has the type of the input.

    ```mlir
    %0 = xformer.rotary %x theta 1.0e4
      : (tensor<2x16x4x8xf32>) -> tensor<2x16x4x8xf32>
    %1 = xformer.rotary %x positions(%p) theta 5.0e5
      scaling <factor = 8.0, low_frequency_factor = 1.0,
               high_frequency_factor = 4.0, original_context = 8192>
      : (tensor<2x16x4x8xf32>, tensor<16xi32>) -> tensor<2x16x4x8xf32>
    ```
  }];
  let arguments = (ins Xformer_FloatTensorOfRank<4>:$input,
                       Optional<Xformer_IdTensorOfRank<1>>:$positions,
                       F64Attr:$theta,
                       OptionalAttr<Xformer_Llama3RopeAttr>:$scaling,
                       UnitAttr:$interleaved);
  let results = (outs Xformer_FloatTensorOfRank<4>:$result);
  let assemblyFormat = [{
    $input (`positions` `(` $positions^ `)`)? `theta` $theta
    (`scaling` $scaling^)? (`interleaved` $interleaved^)?
    attr-dict `:` functional-type(operands, results)
  }];
  let hasVerifier = 1;
}

def Xformer_RelativePositionBiasOp
    : Xformer_Op<"relative_position_bias", [AttrSizedOperandSegments]> {
  let summary = "learned bias of attention scores by bucketed distance (T5)";
  let description = [{
    `result[0, h, q, k] = table[bucket(k - q), h]`, a bias for the scores of
    attention. When `bidirectional`, the upper half of the buckets is for keys
    after the query and the lower half for all others; else keys after the query
    count as distance 0. Of the `n` buckets of a side, the first `e = n / 2`
    hold one distance each. The rest grow logarithmically: a distance `d >= e`
    falls into bucket
    `min(e + floor(log(d / e) / log(max_distance / e) * (n - e)), n - 1)`. The
    positions of queries and keys are their indices unless given.

    **Constraints**
    - `relative_position_bias_c1`: the result is `[1, heads, queries, keys]`
      with the heads and the element type of `table`.
    - `relative_position_bias_c2`: `query_positions` and `key_positions`, if
      given, have one element a query and a key.
    - `relative_position_bias_c3`: there are at least 2 buckets, 4 and an even
      number when `bidirectional`.
    - `relative_position_bias_c4`: `max_distance` is greater than the number of
      distances that have their own bucket.

    ```mlir
    %0 = xformer.relative_position_bias %table bidirectional max_distance 128
      : (tensor<32x8xf32>) -> tensor<1x8x16x16xf32>
    ```
  }];
  let arguments = (ins Xformer_FloatTensorOfRank<2>:$table,
                       Optional<Xformer_IdTensorOfRank<1>>:$query_positions,
                       Optional<Xformer_IdTensorOfRank<1>>:$key_positions,
                       UnitAttr:$bidirectional,
                       I64Attr:$max_distance);
  let results = (outs Xformer_FloatTensorOfRank<4>:$result);
  let assemblyFormat = [{
    $table (`query_positions` `(` $query_positions^ `)`)?
    (`key_positions` `(` $key_positions^ `)`)? (`bidirectional` $bidirectional^)?
    `max_distance` $max_distance attr-dict `:` functional-type(operands, results)
  }];
  let hasVerifier = 1;
}

#endif // PARTITA_DIALECT_XFORMER_XFORMEREMBEDDINGOPS_TD
