// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A* from the source on and from the target back, over layouts without names.
// Where two layouts have as many blocks, a permute joins them. Only the
// cheapest way is given names in the end.

#include "Digits.h"
#include "ReshardSearch.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringMap.h"

#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <queue>
#include <vector>

using namespace partita::sharding;
using llvm::SmallVector;

/// A bound on the bytes of a permute and what is needed besides to leave
/// `replicas` devices with `bytes` bytes each, and one of `contributions`
/// contributions.
static int64_t getLeastBytes(int64_t contributions, int64_t bytes,
                             int64_t replicas) {
  // What the permute moves and what is gathered behind it is all that a device
  // needs.
  if (contributions == 1)
    return bytes;
  // The permute moves no less than what is left of the reduction.
  return std::max(bytes, getReductionBytes(contributions, bytes, replicas) +
                             bytes / replicas);
}

int64_t partita::sharding::getLeastBytesWithPermute(const Tensor &tensor) {
  const Layout &from = tensor.problem.from, &to = tensor.problem.to;
  return getLeastBytes(getSize(from.getPartial()) / getSize(to.getPartial()),
                       tensor.getBytes(to),
                       getSize(to.getReplicated(tensor.mesh)));
}

namespace {

/// Bytes and steps.
using Figures = std::pair<int64_t, int64_t>;

/// A layout on a way from the source on, or from the target back.
struct Node {
  DigitPlaces places;
  bool isBefore;
  Figures cost;
  /// The last move on the way here, from the node `parent`; none at the ends.
  DigitMove move;
  std::optional<unsigned> parent;
};

} // namespace

class PermuteSearch::Impl {
public:
  explicit Impl(const Tensor &tensor)
      : tensor(tensor), primes(tensor.mesh), generator(tensor, primes),
        best(Cost::getInfinite().bytes, 0) {
    for (bool isBefore : {true, false}) {
      const Layout &end = isBefore ? tensor.problem.from : tensor.problem.to;
      for (DigitPlaces &places : getDigitPlaces(tensor.mesh, primes, end))
        add(std::move(places), isBefore, {}, {}, std::nullopt);
    }
  }

  std::optional<PermutePlan> run(int64_t maxBytes);

private:
  /// What a permute keeps: blocks of each dimension, and contributions.
  using Sizes = SmallVector<int64_t, 5>;

  Sizes getSizes(const DigitPlaces &places) const;
  Figures getBound(const DigitPlaces &places, bool isBefore) const;
  void add(DigitPlaces &&places, bool isBefore, Figures cost,
           const DigitMove &move, std::optional<unsigned> parent);
  void join(unsigned id);
  void expand(unsigned id);
  SmallVector<Move, 4> getMoves(unsigned id) const;

  const Tensor &tensor;
  PrimeTable primes;
  DigitMoveGenerator generator;
  std::deque<Node> nodes;
  llvm::StringMap<unsigned> ids;
  /// The nodes that a permute may come from, and those it may lead to.
  std::map<Sizes, std::vector<unsigned>> sources, targets;
  using Entry = std::pair<Figures, unsigned>;
  std::priority_queue<Entry, std::vector<Entry>, std::greater<>> queue;
  /// The cost of the cheapest way so far, and the nodes next to its permute.
  Figures best;
  std::optional<std::pair<unsigned, unsigned>> seam;
};

static Figures operator+(Figures a, Figures b) {
  return {a.first + b.first, a.second + b.second};
}

PermuteSearch::Impl::Sizes
PermuteSearch::Impl::getSizes(const DigitPlaces &places) const {
  Sizes sizes;
  for (llvm::StringRef dim : places.dims)
    sizes.push_back(primes.getSize(dim));
  sizes.push_back(primes.getSize(places.partial));
  return sizes;
}

/// A bound on the permute and all that is on its other side.
Figures PermuteSearch::Impl::getBound(const DigitPlaces &places,
                                      bool isBefore) const {
  const Layout &from = tensor.problem.from, &to = tensor.problem.to;
  int64_t contributions = primes.getSize(places.partial);
  if (isBefore)
    return {getLeastBytes(contributions / getSize(to.getPartial()),
                          tensor.getBytes(to),
                          getSize(to.getReplicated(tensor.mesh))),
            1};
  return {
      getLeastBytes(getSize(from.getPartial()) / contributions,
                    generator.getElements(places) * tensor.problem.elementBytes,
                    primes.getSize(places.replicated)),
      1};
}

void PermuteSearch::Impl::add(DigitPlaces &&places, bool isBefore, Figures cost,
                              const DigitMove &move,
                              std::optional<unsigned> parent) {
  Figures estimate = cost + getBound(places, isBefore);
  if (!(estimate < best))
    return;
  std::string key = isBefore ? "<" : ">";
  for (const std::string &dim : places.dims)
    key += dim + '\xff';
  key += places.partial;
  auto [it, isNew] = ids.try_emplace(key, nodes.size());
  unsigned id = it->second;
  if (isNew)
    nodes.push_back({std::move(places), isBefore, cost, move, parent});
  else if (cost < nodes[id].cost)
    std::tie(nodes[id].cost, nodes[id].move, nodes[id].parent) =
        std::tie(cost, move, parent);
  else
    return;
  queue.push({estimate, id});
  // At once, since a way that is known leaves less to search.
  join(id);
}

/// Joins a node to those on the other side of a permute.
void PermuteSearch::Impl::join(unsigned id) {
  const Node &node = nodes[id];
  Sizes sizes = getSizes(node.places);
  std::vector<unsigned> &own = (node.isBefore ? sources : targets)[sizes];
  if (!llvm::is_contained(own, id))
    own.push_back(id);
  const auto &others = node.isBefore ? targets : sources;
  auto it = others.find(sizes);
  if (it == others.end())
    return;
  int64_t bytes =
      getBytes(Primitive::Permute, generator.getElements(node.places),
               tensor.problem.elementBytes, 1);
  for (unsigned other : it->second) {
    Figures cost = node.cost + Figures(bytes, 1) + nodes[other].cost;
    if (!(cost < best))
      continue;
    best = cost;
    seam = node.isBefore ? std::pair(id, other) : std::pair(other, id);
  }
}

void PermuteSearch::Impl::expand(unsigned id) {
  // Copies, since the node may find a cheaper way to itself.
  const DigitPlaces places = nodes[id].places;
  const Figures cost = nodes[id].cost;
  bool isBefore = nodes[id].isBefore;
  // What is left of the best way so far. A way from the source still has to
  // bring all that a device needs.
  int64_t maxBytes = best.first - cost.first;
  if (isBefore)
    maxBytes -= tensor.getBytes(tensor.problem.to);
  generator.visitMoves(
      places, /*isForward=*/isBefore, maxBytes,
      [&](const DigitMove &move, DigitPlaces &&other, int64_t bytes) {
        add(std::move(other), isBefore, cost + Figures(bytes, 1), move, id);
      });
}

/// The moves between a node and the end that it was found from, in the order in
/// which they happen.
SmallVector<Move, 4> PermuteSearch::Impl::getMoves(unsigned id) const {
  bool isBefore = nodes[id].isBefore;
  SmallVector<unsigned, 4> path = {id};
  while (std::optional<unsigned> parent = nodes[path.back()].parent)
    path.push_back(*parent);
  DigitNamer namer(tensor.mesh, primes,
                   isBefore ? tensor.problem.from : tensor.problem.to);
  SmallVector<Move, 4> moves;
  for (unsigned node : llvm::drop_begin(llvm::reverse(path)))
    moves.push_back(isBefore ? namer.follow(nodes[node].move)
                             : namer.goBack(nodes[node].move));
  if (!isBefore)
    std::reverse(moves.begin(), moves.end());
  return moves;
}

std::optional<PermutePlan> PermuteSearch::Impl::run(int64_t maxBytes) {
  while (!queue.empty() && queue.top().first < best &&
         queue.top().first.first <= maxBytes) {
    auto [estimate, id] = queue.top();
    queue.pop();
    // It may be there again, from when there was no way as cheap.
    const Node &node = nodes[id];
    if (node.cost + getBound(node.places, node.isBefore) < estimate)
      continue;
    expand(id);
  }
  if (!seam || best.first > maxBytes)
    return std::nullopt;
  return PermutePlan{getMoves(seam->first), getMoves(seam->second)};
}

PermuteSearch::PermuteSearch(const Tensor &tensor)
    : impl(std::make_unique<Impl>(tensor)) {}
PermuteSearch::~PermuteSearch() = default;

std::optional<PermutePlan> PermuteSearch::run(int64_t maxBytes) {
  return impl->run(maxBytes);
}
