// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "LayoutGraph.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <queue>

using namespace partita::sharding::test;

/// Where each prime digit of the mesh is: in a dimension, partial or
/// replicated.
struct LayoutGraph::Placement {
  std::vector<std::vector<Digit>> dims;
  std::vector<Digit> partial, replicated;
};

/// All orders in which the prime factors of `size` can be taken.
static std::vector<std::vector<int64_t>> getFactorizations(int64_t size) {
  std::vector<int64_t> primes;
  for (int64_t prime = 2; size != 1; ++prime)
    for (; size % prime == 0; size /= prime)
      primes.push_back(prime);
  std::vector<std::vector<int64_t>> all;
  do
    all.push_back(primes);
  while (std::next_permutation(primes.begin(), primes.end()));
  return all;
}

static int64_t product(const std::vector<LayoutGraph::Digit> &digits) {
  int64_t result = 1;
  for (const LayoutGraph::Digit &digit : digits)
    result *= digit[2];
  return result;
}

static std::vector<LayoutGraph::Digit>
join(const std::vector<LayoutGraph::Digit> &digits) {
  std::vector<LayoutGraph::Digit> joined;
  for (const LayoutGraph::Digit &digit : digits) {
    if (!joined.empty() && joined.back()[0] == digit[0] &&
        joined.back()[1] * joined.back()[2] == digit[1])
      joined.back()[2] *= digit[2];
    else
      joined.push_back(digit);
  }
  return joined;
}

LayoutGraph::LayoutGraph(std::vector<int64_t> axes, std::vector<int64_t> shape,
                         int64_t elementBytes)
    : axes(std::move(axes)), shape(std::move(shape)),
      elementBytes(elementBytes) {
  std::function<void(size_t, const std::vector<Digit> &)> visit =
      [&](size_t axis, const std::vector<Digit> &digits) {
        if (axis == this->axes.size()) {
          Placement placement;
          placement.dims.resize(this->shape.size());
          addPlacements(digits, 0, placement);
          return;
        }
        for (const auto &factors : getFactorizations(this->axes[axis])) {
          std::vector<Digit> more = digits;
          int64_t pre = 1;
          for (int64_t factor : factors) {
            more.push_back({int64_t(axis), pre, factor});
            pre *= factor;
          }
          visit(axis + 1, more);
        }
      };
  visit(0, {});
  numNodes = nodes.size();
  // A permute goes to any node with the same block counts, and moves all that a
  // device holds.
  for (const auto &[counts, members] : hubs) {
    size_t hub = edges.size();
    edges.emplace_back();
    for (size_t member : members) {
      int64_t bytes = elementBytes;
      for (size_t dim = 0; dim != this->shape.size(); ++dim)
        bytes *= this->shape[dim] / counts[dim];
      edges[member].push_back({hub, bytes});
      edges[hub].push_back({member, 0});
    }
  }
}

size_t LayoutGraph::intern(const Placement &placement) {
  Node node;
  std::vector<int64_t> counts;
  for (const std::vector<Digit> &dim : placement.dims) {
    node.dims.push_back(join(dim));
    counts.push_back(product(dim));
  }
  node.partial = placement.partial;
  std::sort(node.partial.begin(), node.partial.end());
  node.partial = join(node.partial);
  counts.push_back(product(node.partial));
  auto [it, isNew] = ids.try_emplace(node, nodes.size());
  if (isNew) {
    nodes.push_back(node);
    edges.emplace_back();
    hubs[counts].push_back(it->second);
  }
  return it->second;
}

void LayoutGraph::addPlacements(const std::vector<Digit> &digits, size_t next,
                                Placement &placement) {
  if (!isEven(placement))
    return;
  if (next == digits.size()) {
    addEdges(placement);
    return;
  }
  for (std::vector<Digit> *set : {&placement.partial, &placement.replicated}) {
    set->push_back(digits[next]);
    addPlacements(digits, next + 1, placement);
    set->pop_back();
  }
  for (std::vector<Digit> &dim : placement.dims)
    for (size_t at = 0; at <= dim.size(); ++at) {
      dim.insert(dim.begin() + at, digits[next]);
      addPlacements(digits, next + 1, placement);
      dim.erase(dim.begin() + at);
    }
}

int64_t LayoutGraph::getLocalElements(const Placement &placement) const {
  int64_t elements = 1;
  for (size_t dim = 0; dim != shape.size(); ++dim) {
    elements *= shape[dim] / product(placement.dims[dim]);
  }
  return elements;
}

bool LayoutGraph::isEven(const Placement &placement) const {
  for (size_t dim = 0; dim != shape.size(); ++dim)
    if (shape[dim] % product(placement.dims[dim]) != 0)
      return false;
  return true;
}

void LayoutGraph::addEdge(size_t from, const Placement &to, int64_t elements) {
  size_t target = intern(to);
  edges[from].push_back({target, elements * elementBytes});
}

/// Calls `visit` with each non-empty sequence of different elements of `set`,
/// and the rest of the set.
static void visitSequences(
    const std::vector<LayoutGraph::Digit> &set,
    const std::function<void(const std::vector<LayoutGraph::Digit> &,
                             const std::vector<LayoutGraph::Digit> &)> &visit) {
  for (unsigned mask = 1; mask != 1u << set.size(); ++mask) {
    std::vector<LayoutGraph::Digit> in, out;
    for (size_t i = 0; i != set.size(); ++i)
      (mask >> i & 1 ? in : out).push_back(set[i]);
    std::sort(in.begin(), in.end());
    do
      visit(in, out);
    while (std::next_permutation(in.begin(), in.end()));
  }
}

static void append(std::vector<LayoutGraph::Digit> &to,
                   const std::vector<LayoutGraph::Digit> &from) {
  to.insert(to.end(), from.begin(), from.end());
}

void LayoutGraph::addEdges(const Placement &placement) {
  using Digits = std::vector<Digit>;
  size_t from = intern(placement);
  int64_t before = getLocalElements(placement);

  // Slice and reduce_scatter: parts become the minor-most of a dimension.
  for (size_t dim = 0; dim != shape.size(); ++dim) {
    auto visitSplits = [&](Digits Placement::*set, bool isFree) {
      visitSequences(placement.*set, [&](const Digits &in, const Digits &out) {
        Placement to = placement;
        to.*set = out;
        append(to.dims[dim], in);
        if (!isEven(to))
          return;
        addEdge(from, to,
                isFree ? 0 : (product(in) - 1) * getLocalElements(to));
      });
    };
    visitSplits(&Placement::replicated, /*isFree=*/true);
    visitSplits(&Placement::partial, /*isFree=*/false);
  }

  // All_reduce: partial parts become replicated, by a reduce_scatter and an
  // all_gather of the elements in any order.
  visitSequences(placement.partial, [&](const Digits &in, const Digits &out) {
    Placement to = placement;
    to.partial = out;
    append(to.replicated, in);
    int64_t group = product(in);
    addEdge(from, to, 2 * (group - 1) * ((before + group - 1) / group));
  });

  // All_gather and all_to_all: the minor-most parts of a dimension leave it.
  for (size_t dim = 0; dim != shape.size(); ++dim) {
    Placement rest = placement;
    Digits moved;
    while (!rest.dims[dim].empty()) {
      moved.insert(moved.begin(), rest.dims[dim].back());
      rest.dims[dim].pop_back();
      int64_t group = product(moved);
      Placement gathered = rest;
      append(gathered.replicated, moved);
      addEdge(from, gathered, (group - 1) * before);
      for (size_t other = 0; other != shape.size(); ++other) {
        if (other == dim)
          continue;
        Digits order = moved;
        std::sort(order.begin(), order.end());
        do {
          Placement to = rest;
          append(to.dims[other], order);
          if (!isEven(to))
            break;
          // A device gets one block from each other one in its group: its own
          // part of `dim` before, and of `other` after.
          Placement block = placement;
          append(block.dims[other], order);
          addEdge(from, to, (group - 1) * getLocalElements(block));
        } while (std::next_permutation(order.begin(), order.end()));
      }
    }
  }
}

std::vector<int64_t> LayoutGraph::search(size_t from) const {
  std::vector<int64_t> distances(edges.size(),
                                 std::numeric_limits<int64_t>::max());
  using Entry = std::pair<int64_t, size_t>;
  std::priority_queue<Entry, std::vector<Entry>, std::greater<>> queue;
  distances[from] = 0;
  queue.push({0, from});
  while (!queue.empty()) {
    auto [distance, node] = queue.top();
    queue.pop();
    if (distance != distances[node])
      continue;
    for (auto [next, bytes] : edges[node])
      if (distance + bytes < distances[next]) {
        distances[next] = distance + bytes;
        queue.push({distances[next], next});
      }
  }
  return distances;
}

std::vector<int64_t> LayoutGraph::getDistances(size_t from) const {
  std::vector<int64_t> distances = search(from);
  distances.resize(numNodes);
  return distances;
}

std::vector<size_t> LayoutGraph::getPath(size_t from, size_t to) const {
  std::vector<int64_t> distances = search(from);
  std::vector<bool> isVisited(edges.size());
  std::vector<size_t> path = {to};
  while (path.back() != from) {
    size_t target = path.back();
    isVisited[target] = true;
    for (size_t node = 0; node != edges.size(); ++node)
      for (auto [next, bytes] : edges[node])
        if (next == target && path.back() == target && !isVisited[node] &&
            distances[node] != std::numeric_limits<int64_t>::max() &&
            distances[node] + bytes == distances[target])
          path.push_back(node);
  }
  std::erase_if(path, [&](size_t node) { return node >= numNodes; });
  std::reverse(path.begin(), path.end());
  return path;
}
