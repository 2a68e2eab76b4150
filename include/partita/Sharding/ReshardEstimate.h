// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a reshard moves, about: a closed form for decisions that compare many
// reshards, none of which may ever happen. It says for each axis what must be
// done about it, and adds up:
//
//   an axis goes from   | to            | by             | bytes, L at a device
//   --------------------+---------------+----------------+---------------------
//   replicated          | a dimension   | slice          | 0
//   partial             | a dimension   | reduce-scatter | L (n - 1) / n
//   a dimension         | another       | all-to-all     | L (n - 1) / n
//   a place in its dim. | another place | permute        | L
//   partial             | replicated    | all-reduce     | 2 L (n - 1) / n
//   a dimension         | replicated    | all-gather     | L (n - 1)
//
// in this order, so that L is small when things move. The search over layouts
// finds what is cheaper than one collective an axis; this does not.

#ifndef PARTITA_SHARDING_RESHARDESTIMATE_H
#define PARTITA_SHARDING_RESHARDESTIMATE_H

#include "partita/Sharding/Layout.h"

namespace partita::sharding {

/// What a device receives, and how long that takes by the links of the mesh.
struct ReshardCost {
  double bytes = 0;
  double seconds = 0;

  ReshardCost &operator+=(ReshardCost other) {
    bytes += other.bytes;
    seconds += other.seconds;
    return *this;
  }
  /// By time; bytes decide where links are alike.
  friend bool operator<(ReshardCost a, ReshardCost b) {
    return std::tie(a.seconds, a.bytes) < std::tie(b.seconds, b.bytes);
  }
  friend bool operator==(ReshardCost a, ReshardCost b) {
    return a.seconds == b.seconds && a.bytes == b.bytes;
  }
};

/// The cost of bringing a tensor of `shape` with elements of `elementBytes`
/// bytes from one layout to another; see the top of this file. Dimensions of
/// unknown size count as 1.
ReshardCost estimateReshard(const Mesh &mesh, llvm::ArrayRef<int64_t> shape,
                            double elementBytes, const Layout &from,
                            const Layout &to);

} // namespace partita::sharding

#endif // PARTITA_SHARDING_RESHARDESTIMATE_H
