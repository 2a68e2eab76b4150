// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "partita/Sharding/Propagation.h"

#include "PropagationImpl.h"
#include <cmath>
#include <map>
#include <set>

using namespace partita;
using namespace partita::sharding;
using llvm::ArrayRef;
using llvm::SmallVector;
using llvm::SmallVectorImpl;

//===----------------------------------------------------------------------===//
// Lists of axes
//===----------------------------------------------------------------------===//

std::optional<AxisParts> sharding::getRest(ArrayRef<AxisPart> prefix,
                                           ArrayRef<AxisPart> list) {
  AxisParts rest(list);
  for (AxisPart part : prefix) {
    if (rest.empty())
      return std::nullopt;
    AxisPart &front = rest.front();
    if (front.axis != part.axis || front.pre != part.pre ||
        front.size % part.size != 0)
      return std::nullopt;
    front.pre = part.end();
    front.size /= part.size;
    if (front.size == 1)
      rest.erase(rest.begin());
  }
  return rest;
}

static bool overlap(ArrayRef<AxisPart> a, ArrayRef<AxisPart> b) {
  return llvm::any_of(a, [&](AxisPart x) {
    return llvm::any_of(b, [&](AxisPart y) { return x.overlaps(y); });
  });
}

/// `list` followed by `rest`.
static AxisParts append(ArrayRef<AxisPart> list, ArrayRef<AxisPart> rest) {
  AxisParts all(list);
  all.append(rest.begin(), rest.end());
  return joinParts(all);
}

bool ValueState::uses(AxisPart part) const {
  if (overlap(reserved, part))
    return true;
  return llvm::any_of(
      dims, [&](const AxisParts &axes) { return overlap(axes, part); });
}

/// As `fillFactors`, with as many leading axes as the factors can take. The
/// others are taken off `axes`.
static SmallVector<AxisParts, 2> fillPrefix(ArrayRef<int64_t> sizes,
                                            ArrayRef<AxisPart> &axes) {
  for (;; axes = axes.drop_back())
    if (auto filled = fillFactors(sizes, axes))
      return std::move(*filled);
}

//===----------------------------------------------------------------------===//
// Propagator
//===----------------------------------------------------------------------===//

namespace {
/// Axes that a dimension of a value would give to a factor.
struct Offer {
  AxisParts axes;
  unsigned value = 0;
  unsigned dim = 0;
};

/// Axes that an op would give to a dimension of a value.
struct Proposal {
  unsigned value = 0;
  /// The op defines the value: false sorts before true.
  bool isUse = false;
  unsigned dim = 0;
  AxisParts rest;
  unsigned op = 0;

  friend bool operator<(const Proposal &a, const Proposal &b) {
    auto key = [](const Proposal &p) {
      return std::tie(p.value, p.isUse, p.dim);
    };
    if (key(a) != key(b))
      return key(a) < key(b);
    // Of lists that begin alike the longer goes first.
    auto [x, y] = std::mismatch(a.rest.begin(), a.rest.end(), b.rest.begin(),
                                b.rest.end());
    if (x == a.rest.end() || y == b.rest.end())
      return a.rest.size() != b.rest.size() ? a.rest.size() > b.rest.size()
                                            : a.op < b.op;
    return *x < *y;
  }
};

/// A contested op that is asked how sure it is.
struct Doubt {
  SmallVector<Contender, 2> contenders;
  unsigned best = 0;
  /// The best has arrived, and so could win now.
  bool canDecide = false;
  /// What the second best costs more than the best.
  double regret = 0;

  bool isSurerThan(const Doubt &other) const {
    return std::tie(canDecide, regret) >
           std::tie(other.canDecide, other.regret);
  }
};

class Propagator {
public:
  Propagator(const PropagationGraph &graph, PropagationObserver &observer)
      : graph(graph), observer(observer), neighbors(graph) {}

  PropagationResult run();

private:
  void initialize();
  void startPriority(unsigned priority);
  void runToFixedPoint();
  void runRounds();

  // At one op.
  void visitOp(unsigned op);
  void visitFactor(unsigned op, unsigned factor, ArrayRef<Offer> offers);
  void extendFactor(unsigned op, unsigned factor, const Offer &offer);
  void propose(unsigned op, SmallVectorImpl<Proposal> &proposals);
  void apply(const Proposal &proposal);

  // Choices.
  bool decideMostCertain();
  Doubt getDoubt(unsigned op, unsigned axis);
  void chooseList(unsigned op, unsigned factor, ArrayRef<Offer> offers);
  ReshardCost getCost(unsigned op, const FactorAxes &axes,
                      std::optional<unsigned> contested = {}) const;
  Layout getAdapted(unsigned op, unsigned value, const Layout &wanted,
                    std::optional<unsigned> contested) const;
  Layout getLayout(unsigned value, ArrayRef<AxisParts> dims) const;

  void reportLost(unsigned op, unsigned factor, const Offer &offer,
                  unsigned winner);
  void report(const Conflict &conflict);
  void report(const Miss &miss);

  SmallVector<int64_t, 2> getSizes(unsigned op, const DimFactors &dim) const {
    return llvm::map_to_vector<2>(dim, [&](unsigned factor) {
      return graph.ops[op].rule.factors[factor].size;
    });
  }
  void activate(unsigned op) {
    if (isActive[op])
      return;
    isActive[op] = true;
    active.push_back(op);
  }

  const PropagationGraph &graph;
  PropagationObserver &observer;
  Neighbors neighbors;
  PropagationState state;
  std::optional<Potential> potential;

  std::vector<unsigned> active;
  std::vector<bool> isActive;
  /// Contested axes of ops that wait for a decision, with what is known about
  /// them. Forgotten when a value of the op changes.
  std::map<std::pair<unsigned, unsigned>, std::optional<Doubt>> held;
  /// For each op the axes that were contested and the factors that won them.
  std::vector<SmallVector<std::pair<unsigned, unsigned>, 1>> decided;

  PropagationResult result;
  /// What was reported already.
  std::set<std::tuple<unsigned, unsigned, unsigned, unsigned, AxisPart>> missed;
  std::set<std::tuple<unsigned, unsigned, unsigned>> lost;
};
} // namespace

Layout Propagator::getLayout(unsigned value, ArrayRef<AxisParts> dims) const {
  const PropagationValue &info = graph.values[value];
  return llvm::cantFail(
      Layout::get(graph.mesh, dims, info.partial, info.combiner));
}

PropagationResult Propagator::run() {
  initialize();
  std::set<unsigned> priorities = {0};
  for (const PropagationValue &value : graph.values)
    for (const PropagationDim &dim : value.dims)
      priorities.insert(dim.priority);
  for (unsigned priority : priorities) {
    startPriority(priority);
    runToFixedPoint();
  }
  for (auto [index, value] : llvm::enumerate(state.values))
    result.layouts.push_back(getLayout(index, value.dims));
  result.numPartial = placeSums(graph, state.opAxes, result.layouts, observer);
  result.opAxes = std::move(state.opAxes);
  return std::move(result);
}

void Propagator::initialize() {
  for (const PropagationValue &value : graph.values) {
    ValueState &values = state.values.emplace_back();
    values.reserved = value.partial;
    values.reserved.append(value.replicated);
    for (const PropagationDim &dim : value.dims) {
      bool isLater = dim.isOpen && dim.priority != 0;
      values.dims.push_back(isLater ? AxisParts() : joinParts(dim.axes));
      values.isVisible.push_back(dim.priority == 0);
      if (isLater)
        values.reserved.append(dim.axes);
    }
  }
  for (const PropagationOp &op : graph.ops)
    state.opAxes.emplace_back(op.rule.factors.size());
  isActive.assign(graph.ops.size(), false);
  decided.resize(graph.ops.size());
}

void Propagator::startPriority(unsigned priority) {
  for (auto [index, value] : llvm::enumerate(graph.values)) {
    ValueState &values = state.values[index];
    bool starts = false;
    for (auto [dim, info] : llvm::enumerate(value.dims)) {
      if (info.priority != priority)
        continue;
      if (priority != 0 && info.isOpen && !info.axes.empty()) {
        for (AxisPart part : info.axes)
          llvm::erase(values.reserved, part);
        AxisParts both = append(values.dims[dim], info.axes);
        if (!isSplitTooFar(value.shape[dim], getSize(both)))
          values.dims[dim] = std::move(both);
        else if (!neighbors[index].empty())
          report({.op = neighbors[index].front(),
                  .value = unsigned(index),
                  .dim = unsigned(dim),
                  .part = info.axes.front(),
                  .reason = MissReason::TooSmall});
      }
      values.isVisible[dim] = true;
      starts |= !values.dims[dim].empty();
    }
    if (starts)
      for (unsigned op : neighbors[index])
        activate(op);
  }
  potential.emplace(graph, neighbors, state);
}

void Propagator::runToFixedPoint() {
  do
    runRounds();
  while (decideMostCertain());
}

void Propagator::runRounds() {
  while (!active.empty()) {
    ++result.numRounds;
    // All ops look at the same values, and then all values change.
    std::vector<unsigned> round;
    round.swap(active);
    for (unsigned op : round) {
      isActive[op] = false;
      visitOp(op);
    }
    SmallVector<Proposal> proposals;
    for (unsigned op : round)
      propose(op, proposals);
    llvm::sort(proposals);
    for (const Proposal &proposal : proposals)
      apply(proposal);
  }
}

//===----------------------------------------------------------------------===//
// From values to factors
//===----------------------------------------------------------------------===//

void Propagator::visitOp(unsigned op) {
  SmallVector<SmallVector<Offer, 2>, 6> offers(
      graph.ops[op].rule.factors.size());
  forEachSlot(graph.ops[op], [&](unsigned value, const ValueFactors &slot) {
    const ValueState &values = state.values[value];
    for (auto [dim, factors] : llvm::enumerate(slot)) {
      if (values.dims[dim].empty() || !values.isVisible[dim])
        continue;
      ArrayRef<AxisPart> axes = values.dims[dim];
      SmallVector<AxisParts, 2> filled =
          fillPrefix(getSizes(op, factors), axes);
      if (axes.size() != values.dims[dim].size() && !factors.empty())
        report({.op = op,
                .factor = factors.back(),
                .part = values.dims[dim][axes.size()],
                .reason = MissReason::TooSmall});
      for (auto [factor, axes] : llvm::zip_equal(factors, filled))
        if (!axes.empty())
          offers[factor].push_back({axes, value, unsigned(dim)});
    }
  });
  // What was decided comes before what would take it otherwise.
  for (auto &[axis, factor] : decided[op])
    if (!offers[factor].empty())
      visitFactor(op, factor, offers[factor]);
  for (auto [factor, list] : llvm::enumerate(offers))
    if (!list.empty())
      visitFactor(op, factor, list);
}

void Propagator::visitFactor(unsigned op, unsigned factor,
                             ArrayRef<Offer> offers) {
  const AxisParts &has = state.opAxes[op][factor];
  // Of lists that begin alike the longest is offered.
  SmallVector<Offer, 2> longest;
  for (const Offer &offer : offers) {
    if (getRest(offer.axes, has))
      continue;
    if (!getRest(has, offer.axes)) {
      reportLost(op, factor, offer, factor);
      continue;
    }
    if (llvm::any_of(longest, [&](const Offer &other) {
          return getRest(offer.axes, other.axes).has_value();
        }))
      continue;
    llvm::erase_if(longest, [&](const Offer &other) {
      return getRest(other.axes, offer.axes).has_value();
    });
    longest.push_back(offer);
  }
  if (longest.size() > 1)
    chooseList(op, factor, longest);
  else if (longest.size() == 1)
    extendFactor(op, factor, longest.front());
}

void Propagator::extendFactor(unsigned op, unsigned factor,
                              const Offer &offer) {
  const Factor &info = graph.ops[op].rule.factors[factor];
  FactorAxes &axes = state.opAxes[op];
  AxisParts added;
  AxisParts rest = *getRest(axes[factor], offer.axes);
  for (AxisPart part : rest) {
    Miss miss{.op = op, .factor = factor, .part = part};
    if (info.kind == FactorKind::Whole) {
      miss.reason = MissReason::Whole;
      report(miss);
      break;
    }
    if (isSplitTooFar(info.size, getSize(axes[factor]) * part.size)) {
      miss.reason = MissReason::TooSmall;
      report(miss);
      break;
    }
    auto other = llvm::find_if(
        axes, [&](const AxisParts &parts) { return overlap(parts, part); });
    if (other != axes.end()) {
      reportLost(op, factor, {{part}, offer.value, offer.dim},
                 other - axes.begin());
      break;
    }
    if (potential->isContested(op, part.axis) &&
        !llvm::is_contained(llvm::make_first_range(decided[op]), part.axis)) {
      held[{op, part.axis}].reset();
      break;
    }
    axes[factor] = append(axes[factor], part);
    added.push_back(part);
  }
  if (!added.empty())
    observer.onFactor(op, factor, added, offer.value, offer.dim);
}

//===----------------------------------------------------------------------===//
// From factors to values
//===----------------------------------------------------------------------===//

void Propagator::propose(unsigned op, SmallVectorImpl<Proposal> &proposals) {
  const FactorAxes &axes = state.opAxes[op];
  const PropagationOp &info = graph.ops[op];
  forEachSlot(info, [&](unsigned value, const ValueFactors &slot) {
    bool isUse = !llvm::is_contained(info.results, value);
    for (auto [dim, factors] : llvm::enumerate(slot)) {
      // Axes of the leading factors that are split completely, and of the next.
      AxisParts list;
      for (unsigned factor : factors) {
        list.append(axes[factor]);
        if (getSize(axes[factor]) != info.rule.factors[factor].size)
          break;
      }
      list = joinParts(list);
      const AxisParts &has = state.values[value].dims[dim];
      std::optional<AxisParts> rest = getRest(has, list);
      if (rest && !rest->empty())
        proposals.push_back({value, isUse, unsigned(dim), *rest, op});
      else if (!rest && !getRest(list, has))
        report({.op = op,
                .factor = factors.front(),
                .value = value,
                .dim = unsigned(dim),
                .part = list.front(),
                .reason = MissReason::OtherAxes});
    }
  });
}

void Propagator::apply(const Proposal &proposal) {
  ValueState &values = state.values[proposal.value];
  AxisParts &dim = values.dims[proposal.dim];
  AxisParts added;
  // A proposal before may have added a part of it, or other axes.
  const PropagationOp &op = graph.ops[proposal.op];
  unsigned factor = 0;
  forEachSlot(op, [&](unsigned value, const ValueFactors &slot) {
    if (value == proposal.value && !slot[proposal.dim].empty())
      factor = slot[proposal.dim].front();
  });
  Miss miss{.op = proposal.op,
            .factor = factor,
            .value = proposal.value,
            .dim = proposal.dim};
  for (AxisPart part : proposal.rest) {
    if (overlap(dim, part))
      continue;
    miss.part = part;
    if (!graph.values[proposal.value].dims[proposal.dim].isOpen) {
      miss.reason = MissReason::Closed;
      return report(miss);
    }
    // Nobody misses what is meant to be so.
    if (overlap(graph.values[proposal.value].replicated, part))
      break;
    if (isSplitTooFar(graph.values[proposal.value].shape[proposal.dim],
                      getSize(dim) * getSize(added) * part.size)) {
      miss.reason = MissReason::TooSmall;
      report(miss);
      break;
    }
    if (values.uses(part)) {
      miss.reason = MissReason::InUse;
      report(miss);
      break;
    }
    added.push_back(part);
  }
  if (added.empty())
    return;
  AxisParts extended = append(dim, added);
  // What the proposal was made for may have gone.
  std::optional<AxisParts> rest = getRest(dim, extended);
  assert(rest && "appending keeps the prefix");
  dim = std::move(extended);
  result.numAxesAdded += added.size();
  observer.onValue(proposal.value, proposal.dim, added, proposal.op);
  for (unsigned neighbor : neighbors[proposal.value]) {
    activate(neighbor);
    for (auto it = held.lower_bound({neighbor, 0});
         it != held.end() && it->first.first == neighbor; ++it)
      it->second.reset();
  }
}

//===----------------------------------------------------------------------===//
// Choices
//===----------------------------------------------------------------------===//

/// The layout that `value` has, or will have if it can follow `wanted`. If it
/// has no part of the axis `contested`, it is thought to get it where others
/// than `op` may bring it, rather than where only `op` would.
Layout Propagator::getAdapted(unsigned op, unsigned value, const Layout &wanted,
                              std::optional<unsigned> contested) const {
  ValueState values = state.values[value];
  if (contested && !values.uses(graph.mesh.getWhole(*contested))) {
    auto hasAxis = [&](unsigned dim) {
      return llvm::any_of(wanted.getDim(dim), [&](AxisPart part) {
        return part.axis == *contested;
      });
    };
    SmallVector<unsigned, 2> dims = potential->getDims(value, *contested, op);
    if (!dims.empty() && llvm::none_of(dims, hasAxis)) {
      AxisParts &dim = values.dims[dims.front()];
      AxisParts extended = append(dim, graph.mesh.getWhole(*contested));
      if (!isSplitTooFar(graph.values[value].shape[dims.front()],
                         getSize(extended)))
        dim = std::move(extended);
    }
  }
  for (auto [index, dim] : llvm::enumerate(values.dims)) {
    std::optional<AxisParts> rest = getRest(dim, wanted.getDim(index));
    if (!rest || !graph.values[value].dims[index].isOpen)
      continue;
    for (AxisPart part : *rest) {
      if (values.uses(part))
        break;
      dim = append(dim, part);
    }
  }
  return getLayout(value, values.dims);
}

ReshardCost Propagator::getCost(unsigned op, const FactorAxes &axes,
                                std::optional<unsigned> contested) const {
  const PropagationOp &info = graph.ops[op];
  // A local form that combines a softmax moves what a sum of the results does.
  ShardingRule rule = info.rule;
  for (Factor &factor : rule.factors)
    if (factor.combiner == Combiner::LogSumExp)
      factor.combiner = Combiner::Sum;
  constexpr double infinity = std::numeric_limits<double>::infinity();
  ReshardCost cost;
  for (auto [index, value] : llvm::enumerate(info.operands)) {
    if (value == noValue)
      continue;
    auto wanted = getOperandLayout(graph.mesh, info.rule, index, axes);
    if (!wanted)
      return {infinity, infinity};
    cost += estimateReshard(graph.mesh, graph.values[value].shape,
                            graph.values[value].elementBytes,
                            getAdapted(op, value, *wanted, contested), *wanted);
  }
  for (auto [index, value] : llvm::enumerate(info.results)) {
    if (value == noValue)
      continue;
    auto given = getResultLayout(graph.mesh, rule, index, axes);
    if (!given)
      return {infinity, infinity};
    cost += estimateReshard(graph.mesh, graph.values[value].shape,
                            graph.values[value].elementBytes, *given,
                            getAdapted(op, value, *given, contested));
  }
  return cost;
}

Doubt Propagator::getDoubt(unsigned op, unsigned axis) {
  const PropagationOp &info = graph.ops[op];
  // What values of the op offer of the axis to each factor.
  SmallVector<AxisParts, 6> offered(info.rule.factors.size());
  forEachSlot(info, [&](unsigned value, const ValueFactors &slot) {
    const ValueState &values = state.values[value];
    for (auto [dim, factors] : llvm::enumerate(slot)) {
      if (!values.isVisible[dim])
        continue;
      ArrayRef<AxisPart> axes = values.dims[dim];
      auto filled = fillPrefix(getSizes(op, factors), axes);
      for (auto [factor, parts] : llvm::zip_equal(factors, filled))
        for (AxisPart part : parts)
          if (part.axis == axis && offered[factor].empty())
            offered[factor].push_back(part);
    }
  });

  Doubt doubt;
  const FactorAxes &has = state.opAxes[op];
  for (auto [factor, parts] : llvm::enumerate(offered)) {
    if (!potential->canReach(op, factor, axis))
      continue;
    Contender &contender = doubt.contenders.emplace_back();
    contender.factor = factor;
    contender.hasArrived = !parts.empty();
    contender.axes =
        parts.empty() ? AxisParts{graph.mesh.getWhole(axis)} : parts;
    FactorAxes axes = has;
    axes[factor] = append(axes[factor], contender.axes);
    contender.cost = getCost(op, axes, axis);
  }
  if (doubt.contenders.empty())
    return doubt;
  // Among equals a loop without a reduction, and then the first.
  auto isBetter = [&](const Contender &a, const Contender &b) {
    if (!(a.cost == b.cost))
      return a.cost < b.cost;
    auto isReduction = [&](const Contender &contender) {
      return info.rule.factors[contender.factor].kind == FactorKind::Reduction;
    };
    return isReduction(a) < isReduction(b);
  };
  double second = std::numeric_limits<double>::infinity();
  for (unsigned index = 1; index < doubt.contenders.size(); ++index)
    if (isBetter(doubt.contenders[index], doubt.contenders[doubt.best]))
      doubt.best = index;
  for (auto [index, contender] : llvm::enumerate(doubt.contenders))
    if (index != doubt.best)
      second = std::min(second, contender.cost.seconds);
  doubt.canDecide = doubt.contenders[doubt.best].hasArrived;
  double first = doubt.contenders[doubt.best].cost.seconds;
  doubt.regret = std::isinf(first) ? 0 : second - first;
  return doubt;
}

bool Propagator::decideMostCertain() {
  const Doubt *surest = nullptr;
  for (auto &[key, doubt] : held) {
    if (!doubt)
      doubt = getDoubt(key.first, key.second);
    if (!surest || doubt->isSurerThan(*surest))
      surest = &*doubt;
  }
  if (!surest)
    return false;
  // A copy, since what it points to is about to go.
  bool canDecide = surest->canDecide;
  double regret = surest->regret;
  for (auto it = held.begin(); it != held.end();) {
    const Doubt &doubt = *it->second;
    if (doubt.canDecide != canDecide || doubt.regret != regret) {
      ++it;
      continue;
    }
    auto [op, axis] = it->first;
    // Who has not arrived by now, while all others wait, is not coming.
    unsigned winner = doubt.best;
    if (!canDecide)
      for (auto [index, contender] : llvm::enumerate(doubt.contenders))
        if (contender.hasArrived &&
            (!doubt.contenders[winner].hasArrived ||
             contender.cost < doubt.contenders[winner].cost))
          winner = index;
    if (!doubt.contenders.empty()) {
      decided[op].emplace_back(axis, doubt.contenders[winner].factor);
      for (const Contender &contender : doubt.contenders)
        lost.insert({op, contender.factor, axis});
      if (llvm::count_if(doubt.contenders,
                         [](const Contender &c) { return c.hasArrived; }) > 1)
        report({.op = op,
                .axes = {graph.mesh.getWhole(axis)},
                .contenders = doubt.contenders,
                .winner = winner,
                .reason = Conflict::Reason::Cost});
    }
    activate(op);
    it = held.erase(it);
  }
  return true;
}

/// Different lists want the same factor: the cheapest wins, or a list of both.
void Propagator::chooseList(unsigned op, unsigned factor,
                            ArrayRef<Offer> offers) {
  SmallVector<Offer, 4> choices(offers.begin(), offers.end());
  for (const Offer &first : offers)
    for (const Offer &second : offers) {
      AxisParts rest;
      for (AxisPart part : second.axes)
        if (!overlap(first.axes, part))
          rest.push_back(part);
      AxisParts both = append(first.axes, rest);
      if (!rest.empty() &&
          !isSplitTooFar(graph.ops[op].rule.factors[factor].size,
                         getSize(both)))
        choices.push_back({both, first.value, first.dim});
    }
  Conflict conflict{.op = op, .reason = Conflict::Reason::Cost};
  for (const Offer &choice : choices) {
    FactorAxes axes = state.opAxes[op];
    axes[factor] = choice.axes;
    Contender contender{.factor = factor,
                        .axes = choice.axes,
                        .cost = getCost(op, axes),
                        .hasArrived = true};
    if (!conflict.contenders.empty()) {
      const Contender &best = conflict.contenders[conflict.winner];
      // Among equals what splits more, and then what comes first by name.
      auto key = [](const Contender &contender) {
        return std::tuple(contender.cost.seconds, contender.cost.bytes,
                          -getSize(contender.axes), contender.axes);
      };
      if (key(contender) < key(best))
        conflict.winner = conflict.contenders.size();
    }
    conflict.contenders.push_back(std::move(contender));
  }
  conflict.axes = conflict.contenders[conflict.winner].axes;
  bool isNew = false;
  for (const Offer &offer : offers)
    isNew |= lost.insert({op, factor, offer.axes.front().axis}).second;
  if (isNew)
    report(conflict);
  extendFactor(op, factor, choices[conflict.winner]);
}

//===----------------------------------------------------------------------===//
// Reports
//===----------------------------------------------------------------------===//

/// `offer` comes to `factor` too late: its axes split `winner` already, or
/// other axes split `factor`, if that is the winner.
void Propagator::reportLost(unsigned op, unsigned factor, const Offer &offer,
                            unsigned winner) {
  if (graph.ops[op].rule.factors[factor].kind == FactorKind::Whole ||
      !lost.insert({op, factor, offer.axes.front().axis}).second)
    return;
  const FactorAxes &has = state.opAxes[op];
  FactorAxes axes = has;
  for (AxisParts &parts : axes)
    if (overlap(parts, offer.axes))
      parts.clear();
  axes[factor] =
      winner == factor ? offer.axes : append(has[factor], offer.axes);
  report({.op = op,
          .axes = offer.axes,
          .contenders = {{.factor = winner,
                          .axes = has[winner],
                          .cost = getCost(op, has),
                          .hasArrived = true},
                         {.factor = factor,
                          .axes = offer.axes,
                          .cost = getCost(op, axes),
                          .hasArrived = true}},
          .winner = 0,
          .reason = Conflict::Reason::Earlier});
}

void Propagator::report(const Conflict &conflict) {
  ++result.numConflicts;
  observer.onConflict(conflict);
}

void Propagator::report(const Miss &miss) {
  if (!missed.insert({miss.op, miss.factor, miss.value, miss.dim, miss.part})
           .second)
    return;
  ++result.numMisses;
  observer.onMiss(miss);
}

PropagationResult sharding::propagate(const PropagationGraph &graph,
                                      PropagationObserver *observer) {
  PropagationObserver nobody;
  return Propagator(graph, observer ? *observer : nobody).run();
}
