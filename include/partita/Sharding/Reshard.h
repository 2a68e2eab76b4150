// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The cheapest way from one layout of a tensor to another.
//
// A plan is a sequence of primitives. Each acts within groups of n devices that
// differ in their coordinates on some parts of axes. With L the bytes that a
// device holds before, one receives:
//
//   primitive      | the parts were            | and become            | bytes
//   ---------------+---------------------------+-----------------------+---------
//   slice          | replicated                | minor-most of a dim   | 0
//   all_gather     | minor-most of a dim       | replicated            | L(n-1)
//   reduce_scatter | partial                   | minor-most of a dim   |
//   L(n-1)/n all_reduce     | partial                   | replicated |
//   2L(n-1)/n all_to_all     | minor-most of a dim       | minor-most of
//   another | L(n-1)/n permute        | any, if what each device will hold some
//   device holds | L
//
// Example, a=2,b=4: `[{"a"}, {"b"}]` to `[{"b"}, {"a"}]`, where L is 1:
//
//   all_gather "b", all_gather "a", slice "b", slice "a"              7
//   all_to_all "b", permute, all_to_all "a"                           2.25
//   all_to_all the minor half of "b", permute                         1.5
//
// All layouts on the way are even: blocks divide the sizes of dimensions.

#ifndef PARTITA_SHARDING_RESHARD_H
#define PARTITA_SHARDING_RESHARD_H

#include "partita/Sharding/Layout.h"

#include <memory>

namespace partita::sharding {

enum class Primitive {
  Slice,
  AllGather,
  ReduceScatter,
  AllReduce,
  AllToAll,
  Permute
};

/// `slice`, `all_gather` and so on.
llvm::StringRef stringify(Primitive primitive);

/// One primitive of a plan.
struct Step {
  Primitive primitive;
  /// The dimension whose parts change; the one they leave for `AllToAll`.
  /// Meaningless for `AllReduce` and `Permute`.
  unsigned dim = 0;
  /// For `AllToAll`, the dimension that the parts join.
  unsigned toDim = 0;
  /// The parts that span a group, in their order in `dim`. For `Permute`, the
  /// coordinates from which values go; see Reorder.h.
  AxisParts parts;
  /// For `AllToAll`, the same parts in their order in `toDim`. For `Permute`,
  /// the coordinates to which values go.
  AxisParts toParts;
  /// The layout after the step.
  Layout layout;
  /// What a device receives.
  int64_t bytes = 0;
  /// How long that takes: the latency of the slowest axis that it goes along,
  /// and the bytes over the least bandwidth. A slice takes no time.
  double seconds = 0.0;
};

/// The steps that turn one layout into another.
struct Plan {
  llvm::SmallVector<Step, 4> steps;
  int64_t bytes = 0;
  double seconds = 0.0;

  /// Prints a line for each step, as `all_to_all 0 -> 1 {"x"} : [{}, {"x"}]`.
  void print(llvm::raw_ostream &os, const Mesh &mesh) const;
  std::string str(const Mesh &mesh) const;
};

/// A value to be resharded.
struct ReshardProblem {
  llvm::SmallVector<int64_t, 4> shape;
  int64_t elementBytes = 1;
  Layout from, to;
};

/// Plans that were found, by problems that differ in no more than the names and
/// the order of axes. Several threads may use one at a time.
class ReshardCache {
public:
  ReshardCache();
  ~ReshardCache();
  ReshardCache(const ReshardCache &) = delete;
  ReshardCache &operator=(const ReshardCache &) = delete;

  /// The plan for the canonical problem `key`, if it is known.
  std::optional<Plan> lookUp(llvm::StringRef key);
  void insert(llvm::StringRef key, const Plan &plan);

  /// How often a plan was looked for, and how many are known.
  uint64_t getNumLookups() const;
  uint64_t getNumPlans() const;

private:
  struct Impl;
  std::unique_ptr<Impl> impl;
};

/// Finds the plan with the least bytes, and among those with as many one that
/// takes less time or, where nothing tells them apart, fewer steps. See
/// docs/rationale/reshard-search.md for what is searched, and what that
/// guarantees.
///
/// Fails if ranks differ, if `from` or `to` is not even, if a size is negative
/// or all is too large to count in bytes, or if not every contribution of `to`
/// can be made of contributions of `from`.
llvm::Expected<Plan> planReshard(const Mesh &mesh,
                                 const ReshardProblem &problem,
                                 ReshardCache *cache = nullptr);

} // namespace partita::sharding

#endif // PARTITA_SHARDING_RESHARD_H
