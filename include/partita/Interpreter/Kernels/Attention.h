// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef PARTITA_INTERPRETER_KERNELS_ATTENTION_H
#define PARTITA_INTERPRETER_KERNELS_ATTENTION_H

#include "partita/Support/HostTensor.h"

namespace partita::interp {

/// Everything but query, key and value; a null tensor is not given.
struct AttentionOptions {
  /// Broadcasts to `[batch, heads, queries, keys]`.
  const HostTensor *bias = nullptr;
  /// I1 `[batch, keys]`; false hides a key.
  const HostTensor *keyMask = nullptr;
  /// Ids `[queries]` and `[keys]`; the indices if not given.
  const HostTensor *queryPositions = nullptr;
  const HostTensor *keyPositions = nullptr;
  /// Hides keys whose position is greater than the query's.
  bool causal = false;
  double scale = 1;
  /// `[batch, heads, queries]`; the log-sum-exp of the scores if not given.
  const HostTensor *normalizer = nullptr;
};

struct AttentionResult {
  /// `[batch, queries, heads, value features]`.
  HostTensor output;
  /// `[batch, heads, queries]`.
  HostTensor logSumExp;
};

/// The op `xformer.attention`. No more than a few hundred kilobytes of scores
/// exist at any time; keys that causality hides from a whole block of queries
/// cost nothing.
AttentionResult attention(const HostTensor &query, const HostTensor &key,
                          const HostTensor &value,
                          const AttentionOptions &options);

/// The op `xformer.attention_lse`: the log-sum-exp alone.
HostTensor attentionLse(const HostTensor &query, const HostTensor &key,
                        const AttentionOptions &options);

/// `input [batch, queries, heads, features]` times the exponential of `from -
/// to`, each `[batch, heads, queries]`; 0 where either is minus infinity.
HostTensor rescale(const HostTensor &input, const HostTensor &from,
                   const HostTensor &to);

} // namespace partita::interp

#endif // PARTITA_INTERPRETER_KERNELS_ATTENTION_H
