// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Assignment.h"

#include "llvm/ADT/SmallVectorExtras.h"

#include <limits>

using namespace mlir;
using namespace partita;
using namespace partita::sharding;

/// No op has more candidates: those beyond are not looked at. An op of five
/// factors with two suggestions each has fewer.
static constexpr unsigned maxCandidates = 512;

namespace {

/// A set of linear operands and the pending sums that it can pass on.
struct Passing {
  ArrayRef<unsigned> operands;
  AxisParts parts;
};

class Chooser {
public:
  Chooser(const AssignmentProblem &problem, MoveCost operandCost,
          MoveCost resultCost)
      : problem(problem), mesh(problem.mesh), rule(problem.rule),
        operandCost(operandCost), resultCost(resultCost) {}

  Assignment choose() {
    suggestAxes();
    suggestPassing();
    axes.resize(rule.factors.size());
    for (const Passing &way : passing) {
      used = way.parts;
      visitFactor(0, way);
    }
    for (auto [factor, parts] : llvm::enumerate(best->axes))
      if (!parts.empty() && rule.factors[factor].needsLocalForm)
        best->localFactors.push_back(factor);
    return std::move(*best);
  }

private:
  /// Orders candidates: the less, the better.
  struct Rank {
    /// `minusDevices` of an op with matrix products, else 0.
    int64_t minusMatrixDevices;
    double seconds;
    int64_t minusDevices;
    unsigned movedResults;
    unsigned movedValues;

    bool operator<(const Rank &other) const {
      return std::tie(minusMatrixDevices, seconds, minusDevices, movedResults,
                      movedValues) < std::tie(other.minusMatrixDevices,
                                              other.seconds, other.minusDevices,
                                              other.movedResults,
                                              other.movedValues);
    }
  };

  bool isSplittable(unsigned factor) const {
    const Factor &info = rule.factors[factor];
    return info.kind != FactorKind::Whole &&
           (problem.withLocalForms || !info.needsLocalForm) &&
           (problem.withMinorFactors || !isMinor(factor));
  }

  /// Whether `factor` comes after another one in some dimension.
  bool isMinor(unsigned factor) const {
    auto isMinorIn = [&](const ValueFactors &value) {
      return llvm::any_of(value, [&](const DimFactors &dim) {
        return !dim.empty() &&
               llvm::is_contained(ArrayRef(dim).drop_front(), factor);
      });
    };
    return llvm::any_of(rule.operands, isMinorIn) ||
           llvm::any_of(rule.results, isMinorIn);
  }

  /// Adds what the axes of `value` would split its factors over.
  void suggestAxesOf(const ValueFactors &value, const Layout &layout) {
    for (auto [dim, factors] : llvm::enumerate(value)) {
      ArrayRef<AxisPart> parts = layout.getDim(dim);
      if (parts.empty())
        continue;
      auto sizes = llvm::map_to_vector<2>(
          factors, [&](unsigned factor) { return rule.factors[factor].size; });
      auto filled = fillFactors(sizes, parts);
      if (!filled)
        continue;
      for (auto [factor, factorParts] : llvm::zip_equal(factors, *filled)) {
        // A factor that stays whole leaves those after it whole as well.
        if (!isSplittable(factor) ||
            isSplitTooFar(rule.factors[factor].size, getSize(factorParts)))
          break;
        auto &suggested = suggestions[factor];
        if (!llvm::is_contained(suggested, factorParts))
          suggested.push_back(factorParts);
      }
    }
  }

  void suggestAxes() {
    suggestions.assign(rule.factors.size(), {AxisParts()});
    for (auto [factors, layout] :
         llvm::zip_equal(rule.results, problem.results))
      suggestAxesOf(factors, layout);
    for (auto [factors, layouts] :
         llvm::zip_equal(rule.operands, problem.operands))
      for (const Layout &layout : layouts)
        suggestAxesOf(factors, layout);
  }

  /// The sums that all of `operands` have pending.
  AxisParts commonPartial(ArrayRef<unsigned> operands) const {
    AxisParts common;
    for (auto [i, operand] : llvm::enumerate(operands)) {
      const Layout &layout = problem.operands[operand].front();
      if (layout.getCombiner() != Combiner::Sum)
        return {};
      if (i == 0)
        common = AxisParts(layout.getPartial());
      else
        llvm::erase_if(common, [&](AxisPart part) {
          return !llvm::is_contained(layout.getPartial(), part);
        });
    }
    return common;
  }

  void suggestPassing() {
    passing.push_back({});
    for (ArrayRef<unsigned> operands : rule.linearOperandSets)
      if (AxisParts parts = commonPartial(operands); !parts.empty())
        passing.push_back({operands, std::move(parts)});
  }

  /// Tries all suggestions for `factor` and those after it.
  void visitFactor(unsigned factor, const Passing &way) {
    if (numCandidates == maxCandidates)
      return;
    if (factor == axes.size()) {
      ++numCandidates;
      tryCandidate(way);
      return;
    }
    for (const AxisParts &parts : suggestions[factor]) {
      bool overlap = llvm::any_of(parts, [&](AxisPart part) {
        return llvm::any_of(
            used, [&](AxisPart other) { return part.overlaps(other); });
      });
      if (overlap)
        continue;
      axes[factor] = parts;
      llvm::append_range(used, parts);
      visitFactor(factor + 1, way);
      used.truncate(used.size() - parts.size());
    }
    axes[factor].clear();
  }

  /// `layout` with pending sums over `parts` as well.
  std::optional<Layout> addPartial(const Layout &layout,
                                   ArrayRef<AxisPart> parts) const {
    if (parts.empty())
      return layout;
    AxisParts partial(layout.getPartial());
    llvm::append_range(partial, parts);
    auto result = Layout::get(mesh, layout.getDims(), partial);
    if (result)
      return std::move(*result);
    llvm::consumeError(result.takeError());
    return std::nullopt;
  }

  /// Keeps the assignment that `axes` and `way` are if it is the best so far.
  void tryCandidate(const Passing &way) {
    if (llvm::Error error = mesh.verify(used)) {
      llvm::consumeError(std::move(error)); // Parts that do not nest.
      return;
    }
    Assignment candidate;
    Rank rank = {0, 0, -1, 0, 0};
    for (const AxisParts &parts : axes)
      rank.minusDevices *= getSize(parts);
    if (problem.hasMatrixWork)
      rank.minusMatrixDevices = rank.minusDevices;
    auto addCost = [&](double seconds, bool isMove) {
      rank.seconds += seconds;
      rank.movedValues += isMove;
      return !bestRank ||
             std::tie(rank.minusMatrixDevices, rank.seconds) <=
                 std::tie(bestRank->minusMatrixDevices, bestRank->seconds);
    };

    for (unsigned i = 0, e = rule.operands.size(); i < e; ++i) {
      std::optional<Layout> layout = getOperandLayout(mesh, rule, i, axes);
      if (layout && llvm::is_contained(way.operands, i))
        layout = addPartial(*layout, way.parts);
      if (!layout)
        return;
      double seconds = std::numeric_limits<double>::infinity();
      for (const Layout &from : problem.operands[i])
        seconds = std::min(seconds,
                           from == *layout ? 0 : operandCost(i, from, *layout));
      bool isMove = !llvm::is_contained(problem.operands[i], *layout);
      candidate.operands.push_back(std::move(*layout));
      if (!addCost(seconds, isMove))
        return;
    }
    AxisParts weighted;
    for (auto [factor, parts] : llvm::zip_equal(rule.factors, axes))
      if (factor.needsLocalForm && factor.kind == FactorKind::Reduction &&
          factor.combiner == Combiner::LogSumExp)
        llvm::append_range(weighted, parts);
    for (unsigned i = 0, e = rule.results.size(); i < e; ++i) {
      std::optional<Layout> layout =
          getResultLayout(mesh, rule, i, axes, way.parts);
      if (!layout)
        return;
      // The local form sums over what it combines by log-sum-exp.
      std::optional<Layout> pending = addPartial(*layout, weighted);
      if (!pending)
        return;
      bool isMove = *pending != problem.results[i];
      double seconds = isMove ? resultCost(i, *pending, problem.results[i]) : 0;
      rank.movedResults += isMove;
      candidate.results.push_back(std::move(*layout));
      if (!addCost(seconds, isMove))
        return;
    }
    if (bestRank && !(rank < *bestRank))
      return;
    bestRank = rank;
    candidate.axes = axes;
    candidate.passing = way.parts;
    candidate.seconds = rank.seconds;
    best = std::move(candidate);
  }

  const AssignmentProblem &problem;
  const Mesh &mesh;
  const ShardingRule &rule;
  MoveCost operandCost, resultCost;

  /// For each factor the lists of parts it may be split over, the empty one
  /// first.
  SmallVector<SmallVector<AxisParts, 3>, 6> suggestions;
  SmallVector<Passing, 3> passing;

  /// The candidate at hand, and the parts that occur in it.
  FactorAxes axes;
  AxisParts used;
  unsigned numCandidates = 0;

  std::optional<Assignment> best;
  std::optional<Rank> bestRank;
};

} // namespace

Assignment partita::chooseAssignment(const AssignmentProblem &problem,
                                     MoveCost operandCost,
                                     MoveCost resultCost) {
  return Chooser(problem, operandCost, resultCost).choose();
}
