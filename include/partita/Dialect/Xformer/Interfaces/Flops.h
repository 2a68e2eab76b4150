// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// How many floating-point operations the `xformer` ops do, other than matrix
// products. A transcendental function, a maximum, a comparison and a selection
// count as one each; arithmetic on indices and random bits does not count.
//
// Bytes are those of operands and results, except that
//
//   split_dim, merge_dims | touch nothing: the elements stay where they are
//   slice                 | reads what it returns
//   embedding,            | read the rows they look up, each once
//   relative_position_bias|
//   pick                  | reads the elements it takes
//   moe_dispatch          | reads the tokens it copies
//   moe_combine           | reads the slots that hold a token
//
// and matrix products are
//
//   linear    | 2 rows k n
//   matmul    | 2 batch m k n, with the batch of the result
//   attention | 2 (d + v) for each pair of a query and a key it sees, 2 d for
//             | attention_lse. A causal query at position i sees i + 1 keys, if
//             | there are as many. Where positions are operands, all pairs
//             | count: the upper bound, which the device with the last queries
//             | reaches

#ifndef PARTITA_DIALECT_XFORMER_INTERFACES_FLOPS_H
#define PARTITA_DIALECT_XFORMER_INTERFACES_FLOPS_H

#include <cstdint>

namespace partita::xformer::flops {

// For each element of the result.
inline constexpr int64_t arithmetic = 1; // add, sub, mul, div, max
inline constexpr int64_t logAddExp = 5;  // max, subtract, exp, log, add
inline constexpr int64_t relu = 1;       // max
inline constexpr int64_t silu = 4;       // negate, exp, add, divide
inline constexpr int64_t gelu = 5;       // scale, erf, add, halve, multiply
inline constexpr int64_t geluTanh = 9;  // x (1 + c x^2) s: 5; tanh, add, halve,
                                        // multiply
inline constexpr int64_t gate = 1;      // gated: multiply, after the activation
inline constexpr int64_t dropout = 2;   // scale, select
inline constexpr int64_t bias = 1;      // linear with a bias: add
inline constexpr int64_t softmax = 5;   // max, subtract, exp, sum, divide
inline constexpr int64_t layerNorm = 6; // sum; subtract, square, sum; scale;
                                        // weight
inline constexpr int64_t layerNormBias = 1;  // add
inline constexpr int64_t rmsNorm = 4;        // square, sum; scale, weight
inline constexpr int64_t rotary = 3;         // 4 products, 2 sums a pair
inline constexpr int64_t relativeBucket = 4; // for each query and key, not
                                             // head: ratio, log, scale, add

// For each row that is normalized.
inline constexpr int64_t layerNormRow = 4; // 2 means, add epsilon, root
inline constexpr int64_t rmsNormRow = 3;   // mean, add epsilon, root

// rotary, for each position and pair of features: angle, sine, cosine.
inline constexpr int64_t rotaryAngle = 3;

// attention, beside its matrix products. For each pair of a query and a key it
// sees: scale, max, subtract, exp, sum; and the bias, if any. For each query
// and head: log and add, if the log-sum-exp is a result; and a division for
// each element of the output.
inline constexpr int64_t attentionScore = 5;
inline constexpr int64_t attentionBias = 1;
inline constexpr int64_t attentionLogSumExp = 2;
inline constexpr int64_t attentionOutput = 1;

// With a given normalizer, in place of these, for each pair: scale, subtract,
// exp. attention_lse has the scores of the former, and no output.
inline constexpr int64_t attentionNormalizedScore = 3;

// rescale, for each query and head: subtract, exp; for each element: multiply.
inline constexpr int64_t rescaleRow = 2;
inline constexpr int64_t rescale = 1;

// moe_route, for each logit: the softmax, and one comparison for each expert
// that is chosen. For each weight, if renormalized: sum, divide.
inline constexpr int64_t renormalize = 2;

// moe_combine, for each element of a slot that holds a token: weight, sum.
inline constexpr int64_t combine = 2;

// log_sum_exp. For each element: max, subtract, exp, sum; for each row: log and
// add.
inline constexpr int64_t logSumExp = 4;
inline constexpr int64_t logSumExpRow = 2;

// nll, for each label: subtract the label's logit, add to `sum` and to `count`.
inline constexpr int64_t nllLabel = 3;

// cross_entropy is both.
inline constexpr int64_t crossEntropyLogit = logSumExp;
inline constexpr int64_t crossEntropyLabel = logSumExpRow + nllLabel;

} // namespace partita::xformer::flops

#endif // PARTITA_DIALECT_XFORMER_INTERFACES_FLOPS_H
