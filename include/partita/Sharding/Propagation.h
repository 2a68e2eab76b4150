// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Propagation: from the axes of a few values to those of all.
//
// Axes travel over the factors of ops, forward and backward: an axis on a
// dimension of one value splits the factor that the dimension is made of, and
// so every open dimension that this factor is in. Annotations of priority 0 go
// first, and reach all they can before those of priority 1 start.
//
// Two annotations may want different things of one op. A device has one
// coordinate on an axis, so an axis splits one factor of an op only, and two
// lists of axes on one factor must be one. What would differ in nothing but the
// order of things is decided by what it costs:
//
//   1. Where could each axis get to, if nothing stood in its way? An op that an
//      axis could reach over two factors is *contested*.
//   2. Axes travel where nothing is contested, all ops at the same time.
//   3. Each contested op weighs what it would move, from the layouts that its
//      values have so far, for each factor that the axis could split. A value
//      without the axis is thought to have it where others may bring it. The op
//      for which the second best costs most more than the best decides first:
//      it has least doubt, or most to lose. Then 2 again.
//
// An op is never asked in which order it stands in its block, nor an operand
// which number it has; equal doubts are decided at the same time.
//
// Where a split reduction leaves a sum for later, the sum is formed at the op,
// unless ops that are linear in it give something that is cheaper to sum: the
// sum of two partial values is one partial value.

#ifndef PARTITA_SHARDING_PROPAGATION_H
#define PARTITA_SHARDING_PROPAGATION_H

#include "partita/Sharding/Projection.h"
#include "partita/Sharding/ReshardEstimate.h"

#include <vector>

namespace partita::sharding {

/// A dimension of a value, as it is annotated.
struct PropagationDim {
  AxisParts axes;
  /// More axes may come, behind those that are there.
  bool isOpen = true;
  /// When the axes start to travel; 0 is first. Open axes of a later priority
  /// come behind those that have got there before.
  unsigned priority = 0;
};

/// A tensor.
struct PropagationValue {
  llvm::SmallVector<int64_t, 4> shape;
  /// Bytes of an element; a mask has 1/8.
  double elementBytes = 4;
  /// One for each dimension.
  llvm::SmallVector<PropagationDim, 4> dims;
  /// Axes that must not split the value.
  AxisParts replicated;
  /// Axes over which the value is known to be partial.
  AxisParts partial;
  Combiner combiner = Combiner::Sum;
  /// The sum of partial contributions must be formed before its uses: the value
  /// is annotated, or used by what is not among the ops.
  bool mustBeWhole = false;
};

/// Stands for a value that is no tensor.
inline constexpr unsigned noValue = ~0u;

/// An op, or anything that relates values: what is passed to a loop or a
/// function has the rule of a copy.
struct PropagationOp {
  ShardingRule rule;
  /// Indices of values, or `noValue`.
  llvm::SmallVector<unsigned, 4> operands;
  llvm::SmallVector<unsigned, 2> results;
};

/// What is to be propagated. Values are defined before they are used in `ops`,
/// except around loops.
struct PropagationGraph {
  Mesh mesh;
  std::vector<PropagationValue> values;
  std::vector<PropagationOp> ops;
};

/// A factor that wants an axis in a conflict.
struct Contender {
  unsigned factor = 0;
  /// What splits the factor then.
  AxisParts axes;
  /// What the reshards around the op move then.
  ReshardCost cost;
  /// Some value of the op has the axis there already.
  bool hasArrived = false;
};

/// A choice at an op.
struct Conflict {
  enum class Reason {
    /// The cheapest contender won.
    Cost,
    /// The winner had the axis before, from an earlier priority or as nothing
    /// else was in sight then.
    Earlier,
  };
  unsigned op = 0;
  /// The axes that are wanted.
  AxisParts axes = {};
  llvm::SmallVector<Contender, 2> contenders = {};
  /// Index of a contender.
  unsigned winner = 0;
  Reason reason = Reason::Cost;
};

/// Why an axis did not get to where it could have been.
enum class MissReason {
  /// The factor must be whole.
  Whole,
  /// Half of the blocks or more would be empty.
  TooSmall,
  /// The dimension is closed.
  Closed,
  /// The value uses the axis elsewhere.
  InUse,
  /// The dimension has other axes.
  OtherAxes,
};

/// An axis that stopped. At an op when `value` is `noValue`, else on the way
/// from the op to a dimension of the value.
struct Miss {
  unsigned op = 0;
  unsigned factor = 0;
  unsigned value = noValue;
  unsigned dim = 0;
  AxisPart part = {};
  MissReason reason = MissReason::Whole;
};

/// Sees what propagation does, step by step.
class PropagationObserver {
public:
  virtual ~PropagationObserver() = default;
  /// `parts` split `factor` of `op` from now on, since dimension `dim` of
  /// `value` has them.
  virtual void onFactor(unsigned op, unsigned factor,
                        llvm::ArrayRef<AxisPart> parts, unsigned value,
                        unsigned dim) {}
  /// `parts` were appended to dimension `dim` of `value` by `op`.
  virtual void onValue(unsigned value, unsigned dim,
                       llvm::ArrayRef<AxisPart> parts, unsigned op) {}
  virtual void onConflict(const Conflict &conflict) {}
  virtual void onMiss(const Miss &miss) {}
  /// `value`, which `op` gives, stays partial over `parts`: its sum is formed
  /// later.
  virtual void onPartial(unsigned value, llvm::ArrayRef<AxisPart> parts,
                         unsigned op) {}
};

struct PropagationResult {
  /// The settled layout of each value.
  std::vector<Layout> layouts;
  /// What splits the factors of each op, if it runs on the layouts.
  std::vector<FactorAxes> opAxes;
  /// Steps on which any op did something: no more than the graph is deep, a few
  /// times.
  unsigned numRounds = 0;
  unsigned numAxesAdded = 0;
  unsigned numConflicts = 0;
  unsigned numMisses = 0;
  unsigned numPartial = 0;
};

/// Propagates; see the top of this file.
PropagationResult propagate(const PropagationGraph &graph,
                            PropagationObserver *observer = nullptr);

/// What all reshards of a propagated graph move, if each op runs as `opAxes` of
/// the result say. Uses of a value under the same layout share a reshard.
ReshardCost estimateReshards(const PropagationGraph &graph,
                             const PropagationResult &result);

} // namespace partita::sharding

#endif // PARTITA_SHARDING_PROPAGATION_H
