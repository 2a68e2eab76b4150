// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Layouts as the search for reshards changes them: parts of axes move between
// places, which are the dimensions and two pools.
//
//   primitive      | takes parts from   | adds them to
//   ---------------+--------------------+---------------
//   slice          | replicated         | a dimension
//   all_gather     | a dimension        | replicated
//   reduce_scatter | partial            | a dimension
//   all_reduce     | partial            | replicated
//   all_to_all     | a dimension        | another dimension
//
// A dimension is a sequence, which parts leave and join at its minor end. A
// pool has no order: any part can be taken from it.

#ifndef PARTITA_LIB_SHARDING_PLACES_H
#define PARTITA_LIB_SHARDING_PLACES_H

#include "partita/Sharding/Reshard.h"

namespace partita::sharding {

/// Where every coordinate of a mesh is. Parts that follow one another are
/// joined, and pools are sorted.
struct Places {
  llvm::SmallVector<AxisParts, 4> dims;
  AxisParts partial, replicated;

  Places() = default;
  Places(const Mesh &mesh, const Layout &layout);

  unsigned getRank() const { return dims.size(); }
  Layout getLayout(const Mesh &mesh, Combiner combiner) const;

  friend bool operator==(const Places &a, const Places &b) {
    return a.dims == b.dims && a.partial == b.partial;
  }
};

/// Takes `parts`, which it ends with, from the dimension `dim`.
void takeFromDim(AxisParts &dim, llvm::ArrayRef<AxisPart> parts);
/// Adds `parts` at the minor end of the dimension `dim`.
void addToDim(AxisParts &dim, llvm::ArrayRef<AxisPart> parts);
/// Takes `parts`, all of which are in it, from `pool`.
void takeFromPool(AxisParts &pool, llvm::ArrayRef<AxisPart> parts);
void addToPool(AxisParts &pool, llvm::ArrayRef<AxisPart> parts);
/// True if `part` is all in `pool`, cut as the axis is cut there.
bool isInPool(llvm::ArrayRef<AxisPart> pool, AxisPart part);

/// A primitive other than `Permute`, as in `Step`.
struct Move {
  Primitive primitive;
  unsigned dim = 0, toDim = 0;
  AxisParts parts;
  /// For `AllToAll` only.
  AxisParts toParts;
};

/// Moves the parts of `move` from place to place.
void apply(const Move &move, Places &places);
/// Moves them back.
void undo(const Move &move, Places &places);

/// The bytes that a device receives in groups of `group` devices, where it
/// holds `elements` elements before. `Permute` goes by no groups.
int64_t getBytes(Primitive primitive, int64_t elements, int64_t elementBytes,
                 int64_t group);

/// See `Step`. `axes` are the parts along which something moves.
double getSeconds(const Mesh &mesh, int64_t bytes,
                  llvm::ArrayRef<AxisPart> axes);

} // namespace partita::sharding

#endif // PARTITA_LIB_SHARDING_PLACES_H
