// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "partita/Sharding/Reorder.h"

#include "llvm/ADT/STLExtras.h"

using namespace partita::sharding;
using llvm::ArrayRef;
using llvm::SmallVector;

bool partita::sharding::arePermutations(const Layout &from, const Layout &to) {
  if (from.getRank() != to.getRank() ||
      getSize(from.getPartial()) != getSize(to.getPartial()))
    return false;
  for (unsigned dim = 0; dim != from.getRank(); ++dim)
    if (from.getNumBlocks(dim) != to.getNumBlocks(dim))
      return false;
  return true;
}

namespace {

/// Pairs every coordinate under one layout with the one that takes its place
/// under another.
class ReorderBuilder {
public:
  ReorderBuilder(const Mesh &mesh, const Layout &from, const Layout &to)
      : mesh(mesh), from(from), to(to), cuts(mesh.getNumAxes()) {}

  Reorder build();

private:
  /// Parts of one size, or several on either side that have no common cuts.
  struct Pair {
    AxisParts from, to;
  };

  bool addCut(unsigned axis, int64_t point);
  void addCuts(ArrayRef<AxisPart> parts);
  AxisParts cut(ArrayRef<AxisPart> parts) const;
  bool pairBlocks(ArrayRef<AxisPart> fromParts, ArrayRef<AxisPart> toParts);
  void pairDims();
  void pairFree(ArrayRef<AxisPart> fromParts, AxisParts toParts);
  AxisPart follow(AxisPart part) const;

  const Mesh &mesh;
  const Layout &from, &to;
  /// For each axis, where it is cut so that parts on both sides are comparable:
  /// a chain of divisors, without the ends.
  SmallVector<SmallVector<int64_t>> cuts;
  SmallVector<Pair> pairs;
};

} // namespace

/// Cuts `axis` at `point`, unless that would not nest with cuts there already.
/// Returns true if the cut is new.
bool ReorderBuilder::addCut(unsigned axis, int64_t point) {
  SmallVector<int64_t> &points = cuts[axis];
  auto *next = llvm::lower_bound(points, point);
  int64_t after = next == points.end() ? mesh.getAxis(axis).size : *next;
  int64_t before = next == points.begin() ? 1 : *std::prev(next);
  if (point == before || point == after || point % before != 0 ||
      after % point != 0)
    return false;
  points.insert(next, point);
  return true;
}

void ReorderBuilder::addCuts(ArrayRef<AxisPart> parts) {
  for (AxisPart part : parts) {
    addCut(part.axis, part.pre);
    addCut(part.axis, part.end());
  }
}

/// Cuts parts wherever their axes are cut.
AxisParts ReorderBuilder::cut(ArrayRef<AxisPart> parts) const {
  AxisParts result;
  for (AxisPart part : parts) {
    for (int64_t point : cuts[part.axis]) {
      if (point <= part.pre || point % part.pre != 0 ||
          part.end() % point != 0 || point >= part.end())
        continue;
      result.push_back({part.axis, part.pre, point / part.pre});
      part = {part.axis, point, part.end() / point};
    }
    result.push_back(part);
  }
  return result;
}

/// Pairs the parts of a dimension under both layouts from the major end on, as
/// finely as possible. Stops and returns true when a new cut makes it finer.
bool ReorderBuilder::pairBlocks(ArrayRef<AxisPart> fromParts,
                                ArrayRef<AxisPart> toParts) {
  while (!fromParts.empty()) {
    AxisPart major = fromParts.front(), other = toParts.front();
    if (major.size > other.size && major.size % other.size == 0 &&
        addCut(major.axis, major.pre * other.size))
      return true;
    if (other.size > major.size && other.size % major.size == 0 &&
        addCut(other.axis, other.pre * major.size))
      return true;
    Pair &pair = pairs.emplace_back();
    int64_t fromSize = 1, toSize = 1;
    do {
      if (fromSize <= toSize) {
        fromSize *= fromParts.front().size;
        pair.from.push_back(fromParts.front());
        fromParts = fromParts.drop_front();
      } else {
        toSize *= toParts.front().size;
        pair.to.push_back(toParts.front());
        toParts = toParts.drop_front();
      }
    } while (fromSize != toSize);
  }
  return false;
}

void ReorderBuilder::pairDims() {
  bool isFiner;
  do {
    pairs.clear();
    isFiner = false;
    for (unsigned dim = 0; dim != from.getRank() && !isFiner; ++dim)
      isFiner = pairBlocks(cut(from.getDim(dim)), cut(to.getDim(dim)));
  } while (isFiner);
}

/// The part on the source side whose place `part` takes on the target side, or
/// `part` itself when it has none, or only one together with others.
AxisPart ReorderBuilder::follow(AxisPart part) const {
  for (const Pair &pair : pairs)
    if (pair.to.size() == 1 && pair.from.size() == 1 && pair.to[0] == part)
      return pair.from[0];
  return part;
}

/// Pairs parts whose order means nothing: partial or replicated ones. A part
/// stays where it is. Otherwise, that devices keep what they have where they
/// could, it closes the cycle: the part that takes its place, the part that
/// takes the place of that one, and so on, up to one of `toParts`.
void ReorderBuilder::pairFree(ArrayRef<AxisPart> fromParts, AxisParts toParts) {
  AxisParts fromRest;
  for (AxisPart part : fromParts) {
    AxisPart end = part;
    while (!llvm::is_contained(toParts, end)) {
      AxisPart next = follow(end);
      if (next == end)
        break;
      end = next;
    }
    auto *it = llvm::find(toParts, end);
    if (it == toParts.end() || end.size != part.size) {
      fromRest.push_back(part);
      continue;
    }
    toParts.erase(it);
    pairs.push_back({{part}, {end}});
  }
  bool areAlike = llvm::equal(fromRest, toParts, [](AxisPart a, AxisPart b) {
    return a.size == b.size;
  });
  if (!areAlike) {
    pairs.push_back({fromRest, toParts});
    return;
  }
  for (auto [part, other] : llvm::zip_equal(fromRest, toParts))
    pairs.push_back({{part}, {other}});
}

Reorder ReorderBuilder::build() {
  AxisParts fromReplicated = from.getReplicated(mesh);
  AxisParts toReplicated = to.getReplicated(mesh);
  addCuts(from.getParts());
  addCuts(to.getParts());
  addCuts(fromReplicated);
  addCuts(toReplicated);
  pairDims();
  pairFree(cut(from.getPartial()), cut(to.getPartial()));
  pairFree(cut(fromReplicated), cut(toReplicated));

  Reorder reorder;
  for (const Pair &pair : pairs) {
    if (joinParts(pair.from) == joinParts(pair.to))
      continue;
    reorder.from.append(pair.from);
    reorder.to.append(pair.to);
  }
  reorder.from = joinParts(reorder.from);
  reorder.to = joinParts(reorder.to);
  return reorder;
}

Reorder partita::sharding::getReorder(const Mesh &mesh, const Layout &from,
                                      const Layout &to) {
  assert(arePermutations(from, to) && "devices hold other parts");
  return ReorderBuilder(mesh, from, to).build();
}
