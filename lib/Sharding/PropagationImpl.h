// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The parts of propagation: where axes could get to, and where sums are formed.

#ifndef PARTITA_LIB_SHARDING_PROPAGATIONIMPL_H
#define PARTITA_LIB_SHARDING_PROPAGATIONIMPL_H

#include "partita/Sharding/Propagation.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVectorExtras.h"

namespace partita::sharding {

/// Calls `visit(value, factors)` for every operand and result of `op` that is a
/// value.
template <typename Visit>
void forEachSlot(const PropagationOp &op, Visit visit) {
  for (auto [value, factors] : llvm::zip_equal(op.operands, op.rule.operands))
    if (value != noValue)
      visit(value, factors);
  for (auto [value, factors] : llvm::zip_equal(op.results, op.rule.results))
    if (value != noValue)
      visit(value, factors);
}

/// The ops that have a value among their operands or results, each once, in
/// order.
class Neighbors {
public:
  explicit Neighbors(const PropagationGraph &graph);
  llvm::ArrayRef<unsigned> operator[](unsigned value) const {
    return llvm::ArrayRef(ops).slice(begin[value],
                                     begin[value + 1] - begin[value]);
  }

private:
  std::vector<unsigned> begin, ops;
};

/// What `list` has beyond `prefix`; nothing if it does not begin with it.
std::optional<AxisParts> getRest(llvm::ArrayRef<AxisPart> prefix,
                                 llvm::ArrayRef<AxisPart> list);

/// The state of a value while axes travel.
struct ValueState {
  /// What splits each dimension.
  llvm::SmallVector<AxisParts, 4> dims;
  /// The axes of the dimension travel; those of a later priority do not yet.
  llvm::SmallVector<bool, 4> isVisible;
  /// Axes that no dimension may take: those over which the value is partial,
  /// and those that it will get at a later priority.
  AxisParts reserved;

  /// True if some dimension, or what is reserved, has a part of `part`.
  bool uses(AxisPart part) const;
};

/// The state of all values and ops.
struct PropagationState {
  std::vector<ValueState> values;
  std::vector<FactorAxes> opAxes;
};

/// For each dimension of each value and for each factor of each op the axes
/// that could get there from where `state` has them, if none stood in the way
/// of another. There may be too many.
class Potential {
public:
  Potential(const PropagationGraph &graph, const Neighbors &neighbors,
            const PropagationState &state);

  /// True if some part of `axis` could split more than one factor of `op`.
  bool isContested(unsigned op, unsigned axis) const {
    return (contested[op] & bits[axis]) != 0;
  }
  bool canReach(unsigned op, unsigned factor, unsigned axis) const {
    return llvm::any_of(reached[op], [&](const Reached &entry) {
      return entry.factor == factor && entry.part.axis == axis;
    });
  }

  /// The dimensions of `value` that `axis` could split without the help of
  /// `op`.
  llvm::SmallVector<unsigned, 2> getDims(unsigned value, unsigned axis,
                                         unsigned op) const;

private:
  /// One bit for each axis of a size above 1: there are no more than 30.
  using AxisSet = uint32_t;
  /// Stands for several values, or several ops.
  static constexpr unsigned many = noValue - 1;
  /// A part that could split a factor, and the value that it comes from.
  struct Reached {
    unsigned factor = 0;
    AxisPart part;
    unsigned from = many;
  };
  /// An axis that could split a dimension, and the op that it comes from.
  struct Source {
    unsigned axis = 0;
    unsigned from = many;
  };

  void visit(unsigned op);
  void toFactors(unsigned op, unsigned value, const DimFactors &dim,
                 AxisSet axes);
  void add(unsigned op, unsigned factor, AxisPart part, unsigned from);
  void addSource(size_t dim, unsigned axis, unsigned op);

  const PropagationGraph &graph;
  const PropagationState &state;
  llvm::SmallVector<AxisSet> bits;
  /// The sets of axes of the dimensions of all values, and where those of each
  /// value begin.
  std::vector<AxisSet> dims;
  std::vector<llvm::SmallVector<Source, 2>> sources;
  std::vector<unsigned> dimBegin;
  /// For each op.
  std::vector<llvm::SmallVector<Reached, 4>> reached;
  std::vector<AxisSet> contested;
  llvm::SmallVector<unsigned> changed;
};

/// Decides where sums of split reductions are formed: gives `layouts` of
/// results that stay partial.
unsigned placeSums(const PropagationGraph &graph,
                   llvm::ArrayRef<FactorAxes> opAxes,
                   llvm::MutableArrayRef<Layout> layouts,
                   PropagationObserver &observer);

} // namespace partita::sharding

#endif // PARTITA_LIB_SHARDING_PROPAGATIONIMPL_H
