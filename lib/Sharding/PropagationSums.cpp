// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Where sums are formed.
//
// A split reduction gives each device a contribution to the result. The sum can
// be formed at the result, or later: an op that is linear in some operands
// gives contributions to its result if all these are contributions. That pays
// where several partial values become one, or a large one a small one:
//
//   x, partial --\                         two sums of n elements at x and y,
//                 add -- z, partial -- ..  or one of n at z
//   y, partial --/
//
// If some use needs the sum of x, then the sum is formed and all uses have it
// for nothing; so a sum is put off only if all uses of the value can do so. Ops
// are visited from the last to the first, so that each knows what it costs to
// sum after it. For a tree of ops the choice is the best one.

#include "PropagationImpl.h"

using namespace partita;
using namespace partita::sharding;
using llvm::ArrayRef;
using llvm::MutableArrayRef;
using llvm::SmallVector;

namespace {
/// What is known about the sum of a value.
struct Sum {
  /// Axes over which the op that defines the value can leave it partial.
  AxisParts axes;
  /// The layout with the sum formed, and without.
  Layout formed, open;
  unsigned op = noValue;
  unsigned result = 0;
  /// What forming the sum at the value costs, and forming it here or later.
  double costHere = 0;
  double cost = 0;
  /// Ops that use the value, and how many of these form the sum later.
  unsigned numUses = 0;
  unsigned numLater = 0;
};

class SumPlacer {
public:
  SumPlacer(const PropagationGraph &graph, ArrayRef<FactorAxes> opAxes,
            MutableArrayRef<Layout> layouts)
      : graph(graph), opAxes(opAxes), layouts(layouts),
        sums(graph.values.size()), linearSets(graph.ops.size(), nullptr) {}

  unsigned run(PropagationObserver &observer);

private:
  void findOpenSums();
  void addOpenSum(unsigned op, unsigned result, ArrayRef<AxisPart> passed);
  const SmallVector<unsigned, 2> *findLinearSet(unsigned op);
  void weigh(unsigned op);
  void dropHalfOpen();

  const PropagationGraph &graph;
  ArrayRef<FactorAxes> opAxes;
  MutableArrayRef<Layout> layouts;
  std::vector<Sum> sums;
  /// For each op the operands whose sums it could put off, and then does.
  std::vector<const SmallVector<unsigned, 2> *> linearSets;
};
} // namespace

/// The operands that `op` would take as they are: a linear set of values that
/// are partial over the same axes, which split no factor of the op.
const SmallVector<unsigned, 2> *SumPlacer::findLinearSet(unsigned op) {
  const PropagationOp &info = graph.ops[op];
  for (const SmallVector<unsigned, 2> &set : info.rule.linearOperandSets) {
    const AxisParts *axes = nullptr;
    bool fits = !set.empty();
    for (unsigned operand : set) {
      unsigned value = info.operands[operand];
      if (value == noValue || sums[value].axes.empty() ||
          (axes && *axes != sums[value].axes)) {
        fits = false;
        break;
      }
      axes = &sums[value].axes;
    }
    if (!fits)
      continue;
    // The same value elsewhere among the operands would be needed as a sum.
    for (auto [index, value] : llvm::enumerate(info.operands))
      for (unsigned operand : set)
        fits &=
            value != info.operands[operand] || llvm::is_contained(set, index);
    for (const AxisParts &parts : opAxes[op])
      for (AxisPart part : parts)
        fits &= llvm::none_of(
            *axes, [&](AxisPart other) { return part.overlaps(other); });
    if (fits)
      return &set;
  }
  return nullptr;
}

void SumPlacer::addOpenSum(unsigned op, unsigned result,
                           ArrayRef<AxisPart> passed) {
  const PropagationOp &info = graph.ops[op];
  unsigned value = info.results[result];
  const PropagationValue &values = graph.values[value];
  if (values.mustBeWhole)
    return;
  std::optional<Layout> open =
      getResultLayout(graph.mesh, info.rule, result, opAxes[op], passed);
  if (!open || open->getPartial().empty() ||
      open->getCombiner() != Combiner::Sum)
    return;
  Sum &sum = sums[value];
  sum.axes = AxisParts(open->getPartial());
  sum.formed = layouts[value];
  sum.open = std::move(*open);
  sum.op = op;
  sum.result = result;
  sum.costHere = estimateReshard(graph.mesh, values.shape, values.elementBytes,
                                 sum.open, sum.formed)
                     .seconds;
}

void SumPlacer::findOpenSums() {
  for (auto [index, op] : llvm::enumerate(graph.ops)) {
    linearSets[index] = findLinearSet(index);
    AxisParts passed;
    if (linearSets[index])
      passed = sums[op.operands[linearSets[index]->front()]].axes;
    for (auto [result, value] : llvm::enumerate(op.results))
      if (value != noValue)
        addOpenSum(index, result, passed);
  }
}

/// Decides whether `op` puts off the sums of its operands.
void SumPlacer::weigh(unsigned op) {
  const PropagationOp &info = graph.ops[op];
  double later = 0;
  bool canPass = linearSets[op] != nullptr;
  for (unsigned value : info.results) {
    if (value == noValue)
      continue;
    Sum &sum = sums[value];
    canPass &= !sum.axes.empty();
    bool allLater = sum.numUses != 0 && sum.numLater == sum.numUses;
    sum.cost = allLater ? std::min(sum.cost, sum.costHere) : sum.costHere;
    // What the op's own reductions leave is summed in any case.
    later += sum.cost;
  }
  SmallVector<unsigned, 4> seen;
  for (unsigned value : info.operands)
    if (value != noValue && !llvm::is_contained(seen, value)) {
      ++sums[value].numUses;
      seen.push_back(value);
    }
  if (!canPass) {
    linearSets[op] = nullptr;
    return;
  }
  double now = 0;
  for (unsigned operand : *linearSets[op])
    now += sums[info.operands[operand]].costHere;
  bool hasOwn = false;
  for (auto [factor, parts] : llvm::zip_equal(info.rule.factors, opAxes[op]))
    hasOwn |= factor.kind == FactorKind::Reduction && !parts.empty();
  // With a sum of its own the result is summed in any case, and over all axes
  // at once.
  if (!hasOwn && later >= now) {
    linearSets[op] = nullptr;
    return;
  }
  llvm::sort(seen);
  for (unsigned operand : *linearSets[op]) {
    Sum &sum = sums[info.operands[operand]];
    sum.cost += later / double(linearSets[op]->size());
    ++sum.numLater;
  }
}

/// An op puts off all sums of its operands or none: where one has to be formed,
/// for another use, the others are.
void SumPlacer::dropHalfOpen() {
  bool changed = true;
  while (changed) {
    changed = false;
    for (auto [index, op] : llvm::enumerate(graph.ops)) {
      if (!linearSets[index])
        continue;
      auto isOpen = [&](unsigned value) {
        return value != noValue && !sums[value].axes.empty() &&
               sums[value].numUses != 0 &&
               sums[value].numLater == sums[value].numUses;
      };
      if (llvm::all_of(*linearSets[index], [&](unsigned operand) {
            return isOpen(op.operands[operand]);
          }))
        continue;
      SmallVector<unsigned, 4> values;
      for (unsigned operand : *linearSets[index])
        if (!llvm::is_contained(values, op.operands[operand]))
          values.push_back(op.operands[operand]);
      for (unsigned value : values)
        --sums[value].numLater;
      linearSets[index] = nullptr;
      // The result has no sum to put off any more, or only its own.
      for (unsigned value : op.results)
        if (value != noValue)
          sums[value].axes.clear();
      changed = true;
    }
  }
}

unsigned SumPlacer::run(PropagationObserver &observer) {
  findOpenSums();
  for (size_t op = graph.ops.size(); op-- > 0;)
    weigh(op);
  dropHalfOpen();
  unsigned numPartial = 0;
  for (auto [value, sum] : llvm::enumerate(sums)) {
    if (sum.axes.empty() || sum.numUses == 0 || sum.numLater != sum.numUses)
      continue;
    layouts[value] = sum.open;
    ++numPartial;
    observer.onPartial(value, sum.axes, sum.op);
  }
  return numPartial;
}

unsigned sharding::placeSums(const PropagationGraph &graph,
                             ArrayRef<FactorAxes> opAxes,
                             MutableArrayRef<Layout> layouts,
                             PropagationObserver &observer) {
  return SumPlacer(graph, opAxes, layouts).run(observer);
}

ReshardCost sharding::estimateReshards(const PropagationGraph &graph,
                                       const PropagationResult &result) {
  ReshardCost cost;
  std::vector<SmallVector<Layout, 1>> made(graph.values.size());
  auto add = [&](unsigned value, const Layout &from, const Layout &to) {
    const PropagationValue &info = graph.values[value];
    cost +=
        estimateReshard(graph.mesh, info.shape, info.elementBytes, from, to);
  };
  for (auto [op, axes] : llvm::zip_equal(graph.ops, result.opAxes)) {
    AxisParts passed;
    for (auto [index, value] : llvm::enumerate(op.operands)) {
      if (value == noValue)
        continue;
      auto wanted = getOperandLayout(graph.mesh, op.rule, index, axes);
      const Layout &has = result.layouts[value];
      // What is partial here is so because the op takes it as it is.
      if (!has.getPartial().empty() && !graph.values[value].mustBeWhole)
        passed = AxisParts(has.getPartial());
      else if (wanted && *wanted != has &&
               !llvm::is_contained(made[value], *wanted)) {
        add(value, has, *wanted);
        made[value].push_back(std::move(*wanted));
      }
    }
    for (auto [index, value] : llvm::enumerate(op.results))
      if (value != noValue)
        if (auto given =
                getResultLayout(graph.mesh, op.rule, index, axes, passed))
          add(value, *given, result.layouts[value]);
  }
  return cost;
}
