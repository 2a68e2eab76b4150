// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A* over layouts. Axes are cut where the source or the target cuts them.

#include "ReshardSearch.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringMap.h"

#include <deque>
#include <numeric>
#include <queue>

using namespace partita::sharding;
using llvm::ArrayRef;
using llvm::function_ref;
using llvm::SmallVector;

namespace {

/// All moves that lead from a layout to another.
class MoveGenerator {
public:
  MoveGenerator(const Tensor &tensor, const Places &target);

  using Visitor = function_ref<void(const Move &)>;
  void visitMoves(const Places &places, Visitor visit) const;

private:
  using PartsVisitor = function_ref<void(ArrayRef<AxisPart>)>;

  void addCut(unsigned axis, int64_t point);
  SmallVector<int64_t, 2> getPoints(AxisPart part) const;
  void visitCuts(ArrayRef<AxisPart> parts, AxisParts &done,
                 PartsVisitor use) const;
  void visitEnds(ArrayRef<AxisPart> dim, PartsVisitor use) const;
  void visitPicks(ArrayRef<AxisPart> pool, PartsVisitor use) const;
  void visitOrders(ArrayRef<AxisPart> parts, PartsVisitor use) const;
  AxisParts getNextInTarget(ArrayRef<AxisPart> dim, unsigned index,
                            ArrayRef<AxisPart> pool) const;
  void visitJoins(const Places &places, Primitive primitive,
                  ArrayRef<AxisPart> pool, Visitor visit) const;

  const Tensor &tensor;
  const Places &target;
  /// For each axis the points at which it is cut, sorted: divisors of its size
  /// without 1 and the size itself.
  SmallVector<SmallVector<int64_t, 2>> cuts;
};

} // namespace

MoveGenerator::MoveGenerator(const Tensor &tensor, const Places &target)
    : tensor(tensor), target(target), cuts(tensor.mesh.getNumAxes()) {
  for (const Layout *layout : {&tensor.problem.from, &tensor.problem.to})
    for (AxisPart part : layout->getParts())
      for (int64_t point : {part.pre, part.end()})
        addCut(part.axis, point);
  // A dimension may have room for some of an axis only.
  constexpr int64_t maxDevices = 32;
  if (!tensor.isTight() || tensor.mesh.getNumDevices() > maxDevices)
    return;
  for (auto [index, axis] : llvm::enumerate(tensor.mesh.getAxes()))
    for (int64_t point = 2; point < axis.size; ++point)
      if (axis.size % point == 0)
        addCut(index, point);
}

/// Adds a point, and what that and others have in common.
void MoveGenerator::addCut(unsigned axis, int64_t point) {
  SmallVector<int64_t, 2> &points = cuts[axis];
  auto *it = llvm::lower_bound(points, point);
  if (point == 1 || point == tensor.mesh.getAxis(axis).size ||
      (it != points.end() && *it == point))
    return;
  points.insert(it, point);
  SmallVector<int64_t, 2> others = points;
  for (int64_t other : others)
    addCut(axis, std::lcm(point, other));
}

/// The points at which `part` can be cut.
SmallVector<int64_t, 2> MoveGenerator::getPoints(AxisPart part) const {
  SmallVector<int64_t, 2> points;
  for (int64_t point : cuts[part.axis])
    if (point > part.pre && point < part.end() && point % part.pre == 0 &&
        part.end() % point == 0)
      points.push_back(point);
  return points;
}

/// Calls `use` with everything that can leave a dimension.
void MoveGenerator::visitEnds(ArrayRef<AxisPart> dim, PartsVisitor use) const {
  AxisParts end;
  for (AxisPart part : llvm::reverse(dim)) {
    SmallVector<int64_t, 2> points = getPoints(part);
    for (int64_t point : llvm::reverse(points)) {
      AxisParts shorter = end;
      shorter.insert(shorter.begin(), {part.axis, point, part.end() / point});
      use(shorter);
    }
    end.insert(end.begin(), part);
    use(end);
  }
}

/// Calls `use` with each part that can be taken from a pool, and with each set
/// of more that are taken whole, as long as these are few.
void MoveGenerator::visitPicks(ArrayRef<AxisPart> pool,
                               PartsVisitor use) const {
  for (AxisPart whole : pool) {
    SmallVector<int64_t, 2> points = getPoints(whole);
    points.insert(points.begin(), whole.pre);
    points.push_back(whole.end());
    for (const int64_t *major = points.begin(); major != points.end(); ++major)
      for (const int64_t *minor = major + 1; minor != points.end(); ++minor)
        if (*minor % *major == 0)
          use(AxisPart{whole.axis, *major, *minor / *major});
  }
  constexpr size_t maxParts = 4;
  if (pool.size() > maxParts) {
    use(pool);
    return;
  }
  for (unsigned mask = 1; mask < 1u << pool.size(); ++mask) {
    AxisParts parts;
    for (auto [index, part] : llvm::enumerate(pool))
      if (mask >> index & 1)
        parts.push_back(part);
    if (parts.size() > 1)
      use(parts);
  }
}

/// Calls `use` with each way to cut parts as finely as possible. There are
/// several where the points of an axis do not nest, as 2 and 3 for one of
/// size 6.
void MoveGenerator::visitCuts(ArrayRef<AxisPart> parts, AxisParts &done,
                              PartsVisitor use) const {
  if (parts.empty())
    return use(done);
  AxisPart part = parts.front();
  SmallVector<int64_t, 2> points = getPoints(part);
  points.push_back(part.end());
  for (int64_t point : points) {
    // Only the next points in a chain.
    if (llvm::any_of(points, [&](int64_t between) {
          return between < point && point % between == 0;
        }))
      continue;
    AxisParts rest(parts.drop_front());
    if (point != part.end())
      rest.insert(rest.begin(), {part.axis, point, part.end() / point});
    done.push_back({part.axis, part.pre, point / part.pre});
    visitCuts(rest, done, use);
    done.pop_back();
  }
}

/// Calls `use` with all orders in which parts may join a dimension. Where they
/// are too many, parts that stay together in the target are kept together.
void MoveGenerator::visitOrders(ArrayRef<AxisPart> parts,
                                PartsVisitor use) const {
  AxisParts done;
  visitCuts(parts, done, [&](ArrayRef<AxisPart> pieces) {
    constexpr size_t maxPieces = 4;
    SmallVector<AxisParts, 4> groups;
    if (pieces.size() <= maxPieces) {
      for (AxisPart piece : pieces)
        groups.push_back({piece});
    } else {
      AxisParts rest(pieces);
      for (const AxisParts &dim : target.dims) {
        AxisParts group;
        for (AxisPart part : dim)
          llvm::copy_if(rest, std::back_inserter(group),
                        [&](AxisPart piece) { return part.overlaps(piece); });
        llvm::erase_if(rest, [&](AxisPart piece) {
          return llvm::is_contained(group, piece);
        });
        if (!group.empty())
          groups.push_back(std::move(group));
      }
      if (!rest.empty())
        groups.push_back(std::move(rest));
    }
    SmallVector<unsigned, 4> order(groups.size());
    std::iota(order.begin(), order.end(), 0);
    do {
      AxisParts joined;
      for (unsigned index : order)
        joined.append(groups[index]);
      use(joinParts(joined));
    } while (std::next_permutation(order.begin(), order.end()));
  });
}

/// What of `pool` continues the dimension to be as it is in the target.
AxisParts MoveGenerator::getNextInTarget(ArrayRef<AxisPart> dim, unsigned index,
                                         ArrayRef<AxisPart> pool) const {
  ArrayRef<AxisPart> goal = target.dims[index];
  AxisParts next;
  for (; !goal.empty(); goal = goal.drop_front()) {
    AxisPart part = goal.front();
    if (!dim.empty()) {
      // Behind what is there already.
      AxisPart own = dim.front();
      dim = dim.drop_front();
      if (own == part)
        continue;
      if (!dim.empty() || own.axis != part.axis || own.pre != part.pre ||
          part.size % own.size != 0)
        return {};
      part = {part.axis, own.end(), part.size / own.size};
    }
    if (!isInPool(pool, part))
      break;
    next.push_back(part);
  }
  return next;
}

/// Slice, or reduce_scatter.
void MoveGenerator::visitJoins(const Places &places, Primitive primitive,
                               ArrayRef<AxisPart> pool, Visitor visit) const {
  for (unsigned dim = 0; dim != tensor.getRank(); ++dim) {
    int64_t blocks = getSize(places.dims[dim]);
    auto use = [&](ArrayRef<AxisPart> parts) {
      if (tensor.divides(dim, blocks * getSize(parts)))
        visit({primitive, dim, 0, AxisParts(parts), {}});
    };
    // Most often it is all of this.
    AxisParts next = getNextInTarget(places.dims[dim], dim, pool);
    if (next.size() > 1)
      use(next);
    visitPicks(pool, use);
  }
}

void MoveGenerator::visitMoves(const Places &places, Visitor visit) const {
  AxisParts reducible = places.partial;
  takeFromPool(reducible, target.partial);

  visitJoins(places, Primitive::Slice, places.replicated, visit);
  visitJoins(places, Primitive::ReduceScatter, reducible, visit);
  visitPicks(reducible, [&](ArrayRef<AxisPart> parts) {
    visit({Primitive::AllReduce, 0, 0, AxisParts(parts), {}});
  });
  for (unsigned dim = 0; dim != tensor.getRank(); ++dim)
    visitEnds(places.dims[dim], [&](ArrayRef<AxisPart> parts) {
      visit({Primitive::AllGather, dim, 0, AxisParts(parts), {}});
      int64_t group = getSize(parts);
      for (unsigned toDim = 0; toDim != tensor.getRank(); ++toDim) {
        int64_t blocks = group * getSize(places.dims[toDim]);
        if (toDim == dim || !tensor.divides(toDim, blocks))
          continue;
        visitOrders(parts, [&](ArrayRef<AxisPart> order) {
          visit({Primitive::AllToAll, dim, toDim, AxisParts(parts),
                 AxisParts(order)});
        });
      }
    });
}

namespace {

struct Node {
  Places places;
  /// Of the way here, and a bound on that of the rest.
  Cost cost, rest;
  /// The last step of the way here, from the node `parent`.
  Move move;
  unsigned parent = 0;
};

/// How two lists of parts that split a dimension compare.
enum class Overlap {
  /// One continues the other, so that its blocks are parts of the other's.
  Nested,
  /// Some block of one has nothing in common with some block of the other that
  /// is on the same device.
  Disjoint,
  /// Anything else.
  Some
};

} // namespace

static Overlap compare(ArrayRef<AxisPart> a, ArrayRef<AxisPart> b) {
  while (!a.empty() && !b.empty()) {
    AxisPart x = a.front(), y = b.front();
    if (x == y) {
      a = a.drop_front();
      b = b.drop_front();
      continue;
    }
    if (!x.overlaps(y))
      return Overlap::Disjoint;
    if (x.axis != y.axis || x.pre != y.pre)
      return Overlap::Some;
    // Cut the longer one, and go on behind the common part.
    if (x.size > y.size)
      std::swap(a, b), std::swap(x, y);
    if (y.size % x.size != 0)
      return Overlap::Some;
    AxisPart left = {y.axis, x.end(), y.size / x.size};
    a = a.drop_front();
    if (a.empty())
      return Overlap::Nested;
    if (!a.front().overlaps(left))
      return Overlap::Disjoint;
    return Overlap::Some;
  }
  return Overlap::Nested;
}

class InPlaceSearch::Impl {
public:
  explicit Impl(const Tensor &tensor)
      : tensor(tensor), target(tensor.mesh, tensor.problem.to),
        generator(tensor, target) {
    add(Places(tensor.mesh, tensor.problem.from), {}, {}, 0);
  }

  std::optional<Cost> run(int64_t maxBytes);
  SmallVector<Move, 4> getMoves() const;

private:
  std::optional<Cost> getBound(const Places &places) const;
  void add(Places places, Cost cost, const Move &move, unsigned parent);
  void expand(unsigned id);
  Cost getCost(const Places &places, const Move &move) const;

  struct Entry {
    Cost estimate;
    unsigned id;
    /// Of two that promise as much, the one with less to go comes first.
    int64_t rest;
    friend bool operator<(const Entry &a, const Entry &b) {
      return std::tie(b.estimate, b.rest, b.id) <
             std::tie(a.estimate, a.rest, a.id);
    }
  };

  const Tensor &tensor;
  const Places target;
  MoveGenerator generator;
  std::deque<Node> nodes;
  llvm::StringMap<unsigned> ids;
  std::priority_queue<Entry> queue;
  std::optional<unsigned> found;
};

/// A bound on the cost from `places` to the target, or none if there is no way.
std::optional<Cost> InPlaceSearch::Impl::getBound(const Places &places) const {
  if (places == target)
    return Cost();
  for (AxisPart part : target.partial)
    if (!isInPool(places.partial, part))
      return std::nullopt;
  // All links are as fast as the fastest, and it takes one more step.
  auto getCost = [](int64_t bytes) { return Cost{bytes, bytes, 1}; };
  int64_t bytes = tensor.getBytes(tensor.problem.to);
  int64_t contributions = getSize(places.partial) / getSize(target.partial);
  if (contributions != 1)
    return getCost(
        getReductionBytes(contributions, bytes, getSize(target.replicated)));
  // What a device needs and does not hold, for the device for which that is
  // most.
  int64_t commonBlocks = 1;
  for (auto [own, goal] : llvm::zip_equal(places.dims, target.dims)) {
    if (compare(own, goal) == Overlap::Disjoint)
      return getCost(bytes);
    commonBlocks *= std::max(getSize(own), getSize(goal));
  }
  return getCost(bytes - tensor.getBytes(commonBlocks));
}

/// Bytes that are equal for equal layouts only.
static SmallVector<char, 64> getKey(const Places &places) {
  SmallVector<char, 64> key;
  auto add = [&](ArrayRef<AxisPart> parts) {
    for (AxisPart part : parts) {
      key.push_back(char(part.axis + 1));
      for (int64_t number : {part.pre, part.size})
        for (unsigned byte = 0; byte != 4; ++byte)
          key.push_back(char(number >> 8 * byte));
    }
    key.push_back(0);
  };
  llvm::for_each(places.dims, add);
  add(places.partial);
  return key;
}

void InPlaceSearch::Impl::add(Places places, Cost cost, const Move &move,
                              unsigned parent) {
  SmallVector<char, 64> key = getKey(places);
  auto [it, isNew] =
      ids.try_emplace(llvm::StringRef(key.data(), key.size()), nodes.size());
  unsigned id = it->second;
  if (isNew) {
    std::optional<Cost> rest = getBound(places);
    if (!rest)
      cost = Cost::getInfinite();
    nodes.push_back(
        {std::move(places), cost, rest.value_or(Cost()), move, parent});
    if (!rest)
      return;
  } else {
    if (!(cost < nodes[id].cost))
      return;
    nodes[id].cost = cost;
    nodes[id].move = move;
    nodes[id].parent = parent;
  }
  const Node &node = nodes[id];
  queue.push({cost + node.rest, id, node.rest.bytes});
}

Cost InPlaceSearch::Impl::getCost(const Places &places,
                                  const Move &move) const {
  if (move.primitive == Primitive::Slice)
    return tensor.getCost(0, {});
  return tensor.getCost(tensor.getBytes(move, places), move.parts);
}

void InPlaceSearch::Impl::expand(unsigned id) {
  // A copy, since the node may find a cheaper way to itself.
  const Places places = nodes[id].places;
  const Cost cost = nodes[id].cost;
  generator.visitMoves(places, [&](const Move &move) {
    Places next = places;
    apply(move, next);
    add(std::move(next), cost + getCost(places, move), move, id);
  });
}

std::optional<Cost> InPlaceSearch::Impl::run(int64_t maxBytes) {
  while (!found && !queue.empty() && queue.top().estimate.bytes <= maxBytes) {
    Entry entry = queue.top();
    queue.pop();
    const Node &node = nodes[entry.id];
    if (node.cost + node.rest < entry.estimate)
      continue;
    if (node.places == target)
      found = entry.id;
    else
      expand(entry.id);
  }
  if (!found || nodes[*found].cost.bytes > maxBytes)
    return std::nullopt;
  return nodes[*found].cost;
}

SmallVector<Move, 4> InPlaceSearch::Impl::getMoves() const {
  SmallVector<Move, 4> moves;
  for (unsigned id = *found; id != 0; id = nodes[id].parent)
    moves.push_back(nodes[id].move);
  std::reverse(moves.begin(), moves.end());
  return moves;
}

InPlaceSearch::InPlaceSearch(const Tensor &tensor)
    : impl(std::make_unique<Impl>(tensor)) {}
InPlaceSearch::~InPlaceSearch() = default;

std::optional<Cost> InPlaceSearch::run(int64_t maxBytes) {
  return impl->run(maxBytes);
}
SmallVector<Move, 4> InPlaceSearch::getMoves() const {
  return impl->getMoves();
}
