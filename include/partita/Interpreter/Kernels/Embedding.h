// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef PARTITA_INTERPRETER_KERNELS_EMBEDDING_H
#define PARTITA_INTERPRETER_KERNELS_EMBEDDING_H

#include "partita/Support/HostTensor.h"

#include <optional>

namespace partita::interp {

/// An id that has no meaning where it stands.
struct BadId {
  /// Row-major index in the tensor of ids.
  int64_t index;
  int64_t value;
};

/// The first of `ids` that is not in [0, limit) and not `exempt`. Kernels that
/// take ids expect that there is none.
std::optional<BadId> findBadId(const HostTensor &ids, int64_t limit,
                               std::optional<int64_t> exempt = std::nullopt);

/// Row `ids[i...]` of `table [rows, features]`: `[i..., features]`. With ids of
/// rows `rowIds [rows]`, the sum of all rows of that id, if any.
HostTensor embedding(const HostTensor &table, const HostTensor &ids,
                     const HostTensor *rowIds = nullptr);

/// `first`, `first + step`, ... `count` numbers of `kind`, an id kind, that
/// hold them.
HostTensor iota(ElementKind kind, int64_t count, int64_t first, int64_t step);

/// How `rotary` turns features.
struct RotaryOptions {
  /// Ids `[sequence]`; the indices if null.
  const HostTensor *positions = nullptr;
  /// Pairs are (2j, 2j + 1) instead of (j, j + features / 2).
  bool interleaved = false;
  double theta = 10000;
  /// Llama 3's scaling of frequencies; none if `factor` is 0.
  double factor = 0, lowFrequencyFactor = 0, highFrequencyFactor = 0;
  double originalContext = 0;
};

/// The angle by which pair `pair` of `numFeatures` features turns from one
/// position to the next, in radians.
double rotaryFrequency(int64_t pair, int64_t numFeatures,
                       const RotaryOptions &options);

/// Rotates pairs of features of `[batch, sequence, heads, features]`. Angles
/// are formed in f64.
HostTensor rotary(const HostTensor &input, const RotaryOptions &options);

/// T5's bucket of `distance`, the key's position minus the query's.
int64_t relativePositionBucket(int64_t distance, int64_t numBuckets,
                               int64_t maxDistance, bool bidirectional);

/// `[1, heads, queries, keys]` from `table [buckets, heads]`. Positions are ids
/// `[queries]` and `[keys]`, the indices if null.
HostTensor relativePositionBias(const HostTensor &table, int64_t numQueries,
                                int64_t numKeys,
                                const HostTensor *queryPositions,
                                const HostTensor *keyPositions,
                                bool bidirectional, int64_t maxDistance);

} // namespace partita::interp

#endif // PARTITA_INTERPRETER_KERNELS_EMBEDDING_H
