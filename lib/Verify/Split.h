// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What an op computes on the shards of its operands, by its sharding rule.

#ifndef PARTITA_LIB_VERIFY_SPLIT_H
#define PARTITA_LIB_VERIFY_SPLIT_H

#include "Shard.h"
#include "partita/Interfaces/ShardingRule.h"

namespace partita::verify {

/// The shards of the results, and of all operands as the op takes them.
struct SplitOp {
  llvm::SmallVector<Shard, 2> results;
  llvm::SmallVector<Shard, 4> operands;
};

/// Runs the op with this rule on shards of its operands. Fails, with what is
/// wrong, unless the results are shards of what the op gives on the whole
/// operands:
///
/// - The parts on a dimension fill its factors, major to minor, each before the
///   next; all operands must split a factor alike, and no part may split two
///   factors.
/// - A factor that must be whole, or that needs a local form, is not split.
/// - A part over which operands are pending sums must be one of all operands in
///   one of the sets in which the op is linear, and of no others.
///
/// - A factor with pads does not need the padded form, and operands hold in the
///   pads of a reduction what its rule says.
///
/// A reduction factor that is split makes the results pending. A dimension that
/// is free in some operands is split as in the others, and is free in results
/// if it is in all.
llvm::Expected<SplitOp> splitOp(const sharding::Mesh &mesh,
                                const ShardingRule &rule,
                                llvm::ArrayRef<Shard> operands);

} // namespace partita::verify

#endif // PARTITA_LIB_VERIFY_SPLIT_H
