// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The two searches of `planReshard`: for plans without a permute, and for plans
// with one. docs/rationale/reshard-search.md says why there are two.

#ifndef PARTITA_LIB_SHARDING_RESHARDSEARCH_H
#define PARTITA_LIB_SHARDING_RESHARDSEARCH_H

#include "Places.h"

#include "llvm/ADT/STLExtras.h"

#include <limits>
#include <optional>
#include <tuple>

namespace partita::sharding {

/// What makes one plan better than another, in this order.
struct Cost {
  int64_t bytes = 0;
  /// Time in integers, so that plans that take equally long are known to.
  int64_t ticks = 0;
  int64_t steps = 0;

  static Cost getInfinite() {
    return {std::numeric_limits<int64_t>::max() / 2, 0, 0};
  }

  friend Cost operator+(Cost a, Cost b) {
    return {a.bytes + b.bytes, a.ticks + b.ticks, a.steps + b.steps};
  }
  friend bool operator<(Cost a, Cost b) {
    return std::tie(a.bytes, a.ticks, a.steps) <
           std::tie(b.bytes, b.ticks, b.steps);
  }
};

/// A problem that has been found valid.
class Tensor {
public:
  Tensor(const Mesh &mesh, const ReshardProblem &problem);

  const Mesh &mesh;
  const ReshardProblem &problem;

  unsigned getRank() const { return problem.shape.size(); }
  /// True if `blocks` blocks divide the size of dimension `dim`.
  bool divides(unsigned dim, int64_t blocks) const {
    return problem.shape[dim] % blocks == 0;
  }
  /// True if some dimension cannot be split over all devices.
  bool isTight() const {
    return llvm::any_of(problem.shape, [&](int64_t size) {
      return size % mesh.getNumDevices() != 0;
    });
  }
  /// What a device holds of a tensor in `blocks` blocks altogether.
  int64_t getElements(int64_t blocks) const { return numElements / blocks; }
  int64_t getBytes(int64_t blocks) const {
    return getElements(blocks) * problem.elementBytes;
  }
  int64_t getBytes(const Layout &layout) const {
    return getBytes(getSize(layout.getParts()) / getSize(layout.getPartial()));
  }
  int64_t getBytes(const Move &move, const Places &places) const;
  /// The cost of one step that moves `bytes` bytes along `axes`.
  Cost getCost(int64_t bytes, llvm::ArrayRef<AxisPart> axes) const;

private:
  int64_t numElements = 1;
  /// Ticks in a second.
  double tickRate = 0.0;
};

/// A bound on the bytes that a device receives where `contributions`, two or
/// more, become one, of which `replicas` devices hold `bytes` bytes in the end.
///
/// Reducing is cheapest where no two devices hold the same, so that each is
/// left with `bytes / replicas`. Going from q contributions to one, it receives
/// q - 1 times that in any number of steps: (q / n - 1) + (n - 1) q / n = q
/// - 1. The rest has to come after that.
inline int64_t getReductionBytes(int64_t contributions, int64_t bytes,
                                 int64_t replicas) {
  return bytes / replicas * (contributions + replicas - 2);
}

/// Plans whose steps move named parts from place to place, until all are where
/// they should be: everything but permutes.
class InPlaceSearch {
public:
  explicit InPlaceSearch(const Tensor &tensor);
  ~InPlaceSearch();

  /// Searches on until the cheapest plan is found, or it is known that there is
  /// none of at most `maxBytes` bytes. Returns its cost if it has no more.
  std::optional<Cost> run(int64_t maxBytes);

  /// The plan that `run` found.
  llvm::SmallVector<Move, 4> getMoves() const;

private:
  class Impl;
  std::unique_ptr<Impl> impl;
};

/// Moves, one permute, and moves again. The permute goes from the layout that
/// `before` leads to, to the one that `after` comes from.
struct PermutePlan {
  llvm::SmallVector<Move, 4> before, after;
};

/// A bound on the bytes of plans with a permute.
int64_t getLeastBytesWithPermute(const Tensor &tensor);

/// Plans with a permute. The plan found has the least bytes, and of those the
/// fewest steps.
class PermuteSearch {
public:
  explicit PermuteSearch(const Tensor &tensor);
  ~PermuteSearch();

  /// Searches on until the cheapest plan is found, or it is known that there is
  /// none of at most `maxBytes` bytes. Returns the plan if it has no more.
  std::optional<PermutePlan> run(int64_t maxBytes);

private:
  class Impl;
  std::unique_ptr<Impl> impl;
};

} // namespace partita::sharding

#endif // PARTITA_LIB_SHARDING_RESHARDSEARCH_H
