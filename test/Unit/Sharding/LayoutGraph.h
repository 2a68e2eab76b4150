// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The ground truth for resharding: all even layouts of a tensor, with axes cut
// into primes in every order, and all primitives between them. Distances in
// this graph are the least bytes there are. It shares nothing with the search
// but the definition of the primitives; it is small enough for meshes of 16
// devices only.

#ifndef PARTITA_TEST_UNIT_SHARDING_LAYOUTGRAPH_H
#define PARTITA_TEST_UNIT_SHARDING_LAYOUTGRAPH_H

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <tuple>
#include <utility>
#include <vector>

namespace partita::sharding::test {

using std::size_t;

class LayoutGraph {
public:
  /// Axis, pre, size.
  using Digit = std::array<int64_t, 3>;
  struct Node {
    std::vector<std::vector<Digit>> dims;
    std::vector<Digit> partial;
    bool operator<(const Node &other) const {
      return std::tie(dims, partial) < std::tie(other.dims, other.partial);
    }
  };

  /// Builds the graph for a tensor of shape `shape` with elements of
  /// `elementBytes` bytes, on a mesh with axes of sizes `axes`.
  LayoutGraph(std::vector<int64_t> axes, std::vector<int64_t> shape,
              int64_t elementBytes);

  const std::vector<Node> &getNodes() const { return nodes; }
  /// Index of a node in canonical form.
  size_t find(const Node &node) const { return ids.at(node); }

  /// The least bytes a device receives on the way to each node.
  std::vector<int64_t> getDistances(size_t from) const;

  /// The nodes on a cheapest way to `to`, for messages.
  std::vector<size_t> getPath(size_t from, size_t to) const;

private:
  std::vector<int64_t> search(size_t from) const;
  struct Placement;
  void addPlacements(const std::vector<Digit> &digits, size_t next,
                     Placement &placement);
  void addEdges(const Placement &placement);
  size_t intern(const Placement &placement);
  void addEdge(size_t from, const Placement &to, int64_t bytes);

  int64_t getLocalElements(const Placement &placement) const;
  bool isEven(const Placement &placement) const;

  std::vector<int64_t> axes, shape;
  int64_t elementBytes;
  std::vector<Node> nodes;
  std::map<Node, size_t> ids;
  /// Nodes, then one hub for each combination of block counts, through which
  /// permutes go.
  std::vector<std::vector<std::pair<size_t, int64_t>>> edges;
  std::map<std::vector<int64_t>, std::vector<size_t>> hubs;
  size_t numNodes = 0;
};

} // namespace partita::sharding::test

#endif // PARTITA_TEST_UNIT_SHARDING_LAYOUTGRAPH_H
