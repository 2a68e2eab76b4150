// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// From layouts of values to the factors of a sharding rule, and back.
//
// A layout splits dimensions, a rule speaks of factors, and a dimension may be
// made of several factors. The axes of a dimension fill its factors in order,
// major to minor, each before the next (see partita/Interfaces/ShardingRule.h):
//
//   h=4, g=2 split over | h            | g
//   --------------------+--------------+----------
//   {"x"}      x=2      | {"x"}        | -
//   {"x"}      x=8      | {"x":(1)4}   | {"x":(4)2}
//   {"x", "y"} x=2,y=4  | {"x",        | {"y":(2)2}
//                       |  "y":(1)2}   |
//
// A part that a factor cannot take in full, as 3 goes not into what 4 lacks,
// goes to that factor alone, which is then split unevenly and will be padded.
// No part can go to a factor behind it.

#ifndef PARTITA_SHARDING_PROJECTION_H
#define PARTITA_SHARDING_PROJECTION_H

#include "partita/Interfaces/ShardingRule.h"
#include "partita/Sharding/Layout.h"

namespace partita::sharding {

/// For each factor of a rule the parts that split it, major to minor. Parts
/// that follow one another are joined.
using FactorAxes = llvm::SmallVector<AxisParts, 6>;

/// The parts that `axes`, those of one dimension, give to each factor of the
/// dimension, whose sizes are `factorSizes`; see the top of this file. Nothing
/// if all factors are full before the axes are used up, or the next would come
/// behind one that is split unevenly. A factor of unknown size is never full.
std::optional<llvm::SmallVector<AxisParts, 2>>
fillFactors(llvm::ArrayRef<int64_t> factorSizes, llvm::ArrayRef<AxisPart> axes);

/// The inverse of `fillFactors`: the axes of a dimension whose factors are
/// split over `factorAxes`. Nothing if no axes fill the factors so, because a
/// factor is split while one before it is not split completely.
std::optional<AxisParts> joinFactors(llvm::ArrayRef<int64_t> factorSizes,
                                     llvm::ArrayRef<AxisParts> factorAxes);

/// True if `numBlocks` blocks are too many for `size` elements: they would be
/// mostly pads, since at least every second block is empty. No blocks are too
/// many for an unknown size.
bool isSplitTooFar(int64_t size, int64_t numBlocks);

/// The layout that an operand must have for an op of which the factors are
/// split over `axes`, and the layout that a result has then. Nothing if no
/// layout says it.
///
/// A result is partial over the axes of the reductions of the op, but for a
/// `log_sum_exp` that the local form of the op combines, and over
/// `linearPartial`: the sums that operands bring in which the op is linear.
std::optional<Layout> getOperandLayout(const Mesh &mesh,
                                       const ShardingRule &rule, unsigned index,
                                       llvm::ArrayRef<AxisParts> axes);
std::optional<Layout>
getResultLayout(const Mesh &mesh, const ShardingRule &rule, unsigned index,
                llvm::ArrayRef<AxisParts> axes,
                llvm::ArrayRef<AxisPart> linearPartial = {});

/// The sums that pass through an op whose operands have these layouts: the
/// partial axes of all operands of a linear set, of which no other operand
/// knows. Nothing if an operand is partial in any other way, and the op cannot
/// take it.
std::optional<AxisParts> getLinearPartial(const ShardingRule &rule,
                                          llvm::ArrayRef<Layout> operands);

/// The split of the factors that gives exactly these layouts of operands and
/// results: each device then runs the op on what it has, and has what it
/// should. Nothing if there is none. Whether the split factors need the local
/// form is not asked.
std::optional<FactorAxes> findFactorAxes(const Mesh &mesh,
                                         const ShardingRule &rule,
                                         llvm::ArrayRef<Layout> operands,
                                         llvm::ArrayRef<Layout> results);

} // namespace partita::sharding

#endif // PARTITA_SHARDING_PROJECTION_H
