// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "partita/Sharding/ReshardEstimate.h"

#include "llvm/ADT/SmallVectorExtras.h"

using namespace partita;
using namespace partita::sharding;
using llvm::ArrayRef;
using llvm::SmallVector;
using llvm::SmallVectorImpl;

namespace {
/// Where the coordinate of a part is used in a layout.
enum : int { replicated = -1, partial = -2 };

/// Both layouts cut into parts that are in each either whole or not at all.
class Refinement {
public:
  Refinement(const Layout &from, const Layout &to) {
    for (const Layout *layout : {&from, &to})
      for (AxisPart part : layout->getParts()) {
        cuts.emplace_back(part.axis, part.pre);
        cuts.emplace_back(part.axis, part.end());
      }
    llvm::sort(cuts);
    cuts.erase(llvm::unique(cuts), cuts.end());
  }

  /// `parts` in finer parts. A cut that is no multiple of the one before does
  /// not exist; the two layouts then share no finer parts there.
  AxisParts refine(ArrayRef<AxisPart> parts) const {
    AxisParts refined;
    for (AxisPart part : parts) {
      for (auto [axis, cut] : cuts)
        if (axis == part.axis && cut > part.pre && cut < part.end() &&
            cut % part.pre == 0 && part.end() % cut == 0) {
          refined.push_back({axis, part.pre, cut / part.pre});
          part.size /= refined.back().size;
          part.pre = cut;
        }
      refined.push_back(part);
    }
    return refined;
  }

private:
  llvm::SmallVector<std::pair<unsigned, int64_t>, 8> cuts;
};

/// A part, and where it is used before and after.
struct Move {
  AxisPart part;
  int from = replicated;
  int to = replicated;
};
} // namespace

/// Adds where `layout` uses which parts, as `place` of each move.
static void addPlaces(SmallVectorImpl<Move> &moves, const Refinement &cuts,
                      const Layout &layout, int Move::*place) {
  auto add = [&](ArrayRef<AxisPart> parts, int where) {
    for (AxisPart part : cuts.refine(parts)) {
      auto *move = llvm::find_if(
          moves, [&](const Move &move) { return move.part == part; });
      if (move == moves.end()) {
        moves.push_back({part});
        move = &moves.back();
      }
      (*move).*place = where;
    }
  };
  for (unsigned dim = 0, rank = layout.getRank(); dim < rank; ++dim)
    add(layout.getDim(dim), int(dim));
  add(layout.getPartial(), partial);
}

/// Whether some dimension has its axes in another order than what stays in it
/// and comes to it gives.
static bool changesOrder(ArrayRef<Move> moves, const Refinement &cuts,
                         const Layout &from, const Layout &to) {
  auto find = [&](AxisPart part) {
    return *llvm::find_if(moves,
                          [&](const Move &move) { return move.part == part; });
  };
  for (unsigned dim = 0, rank = from.getRank(); dim < rank; ++dim) {
    AxisParts before = cuts.refine(from.getDim(dim));
    AxisParts after = cuts.refine(to.getDim(dim));
    AxisParts staying;
    for (AxisPart part : before)
      if (find(part).to == int(dim))
        staying.push_back(part);
    if (!llvm::equal(staying, ArrayRef(after).take_front(staying.size())))
      return true;
    // A collective gathers the minor axes of a dimension.
    if (!staying.empty() &&
        !llvm::equal(staying, ArrayRef(before).take_front(staying.size())))
      return true;
  }
  return false;
}

ReshardCost sharding::estimateReshard(const Mesh &mesh, ArrayRef<int64_t> shape,
                                      double elementBytes, const Layout &from,
                                      const Layout &to) {
  if (from == to)
    return {};
  Refinement cuts(from, to);
  SmallVector<Move, 8> moves;
  addPlaces(moves, cuts, from, &Move::from);
  addPlaces(moves, cuts, to, &Move::to);

  // A negative size is an unknown one.
  auto known = llvm::map_to_vector<4>(
      shape, [](int64_t size) { return std::max<int64_t>(size, 1); });
  double local = elementBytes;
  for (int64_t size : from.getLocalShape(known))
    local *= double(size);
  ReshardCost cost;
  auto add = [&](unsigned axis, double bytes) {
    const Axis &link = mesh.getAxis(axis);
    cost += {bytes, bytes / link.bandwidth + link.latency};
  };
  auto forEach = [&](auto matches, auto act) {
    for (const Move &move : moves)
      if (matches(move.from, move.to))
        act(move.part.axis, double(move.part.size));
  };

  forEach([](int a, int b) { return a == replicated && b >= 0; },
          [&](unsigned, double n) { local /= n; });
  forEach([](int a, int b) { return a == partial && b >= 0; },
          [&](unsigned axis, double n) {
            add(axis, local * (n - 1) / n);
            local /= n;
          });
  forEach([](int a, int b) { return a >= 0 && b >= 0 && a != b; },
          [&](unsigned axis, double n) { add(axis, local * (n - 1) / n); });
  if (changesOrder(moves, cuts, from, to)) {
    // Along the slowest link of those that split dimensions.
    std::optional<unsigned> slowest;
    for (const Move &move : moves)
      if (move.from >= 0 && (!slowest || move.part.axis < *slowest))
        slowest = move.part.axis;
    add(slowest.value_or(0), local);
  }
  forEach([](int a, int b) { return a == partial && b == replicated; },
          [&](unsigned axis, double n) { add(axis, 2 * local * (n - 1) / n); });
  forEach([](int a, int b) { return a >= 0 && b < 0; },
          [&](unsigned axis, double n) {
            add(axis, local * (n - 1));
            local *= n;
          });
  return cost;
}
