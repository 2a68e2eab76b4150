// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A named grid of devices, and the parts of its axes.
//
// Devices are numbered row by row: the last axis varies fastest. An axis of
// size 8 may be used in parts, as if it were several axes; `"x":(pre)size` is
// the part of size `size` that comes after parts of total size `pre`:
//
//   coordinate on x   0 1 2 3 4 5 6 7
//   "x":(1)2          0 0 0 0 1 1 1 1
//   "x":(2)2          0 0 1 1 0 0 1 1
//   "x":(4)2          0 1 0 1 0 1 0 1
//   "x":(2)4          0 1 2 3 0 1 2 3

#ifndef PARTITA_SHARDING_MESH_H
#define PARTITA_SHARDING_MESH_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/Hashing.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <cstdint>
#include <optional>
#include <string>
#include <tuple>

namespace llvm {
class raw_ostream;
} // namespace llvm

namespace partita::sharding {

/// One dimension of a mesh and the links along it. Without a description of the
/// machine all links are alike, and a second stands for a byte.
struct Axis {
  std::string name;
  int64_t size = 1;
  /// Bytes a second that a device can receive while it sends as many.
  double bandwidth = 1.0;
  /// Seconds until the first byte arrives.
  double latency = 0.0;
};

/// A part of an axis; see the top of this file.
struct AxisPart {
  /// Index of the axis in its mesh.
  unsigned axis = 0;
  /// Product of the sizes of the parts before, which are more major.
  int64_t pre = 1;
  int64_t size = 1;

  /// The `pre` of the part that would come next.
  int64_t end() const { return pre * size; }
  bool overlaps(AxisPart other) const {
    return axis == other.axis && pre < other.end() && other.pre < end();
  }
  /// True if both together are one part, this the major one.
  bool isFollowedBy(AxisPart other) const {
    return axis == other.axis && end() == other.pre;
  }

  friend bool operator==(AxisPart a, AxisPart b) {
    return a.axis == b.axis && a.pre == b.pre && a.size == b.size;
  }
  friend bool operator!=(AxisPart a, AxisPart b) { return !(a == b); }
  /// By axis, then major to minor.
  friend bool operator<(AxisPart a, AxisPart b) {
    return std::tie(a.axis, a.pre, a.size) < std::tie(b.axis, b.pre, b.size);
  }
  // NOLINTNEXTLINE(readability-identifier-naming): found by this name.
  friend llvm::hash_code hash_value(AxisPart part) {
    return llvm::hash_combine(part.axis, part.pre, part.size);
  }
};

/// Parts of axes, major to minor. They do not overlap.
using AxisParts = llvm::SmallVector<AxisPart, 2>;

/// The number of combinations of coordinates on `parts`.
int64_t getSize(llvm::ArrayRef<AxisPart> parts);

/// Joins parts that follow one another, and drops those of size 1.
AxisParts joinParts(llvm::ArrayRef<AxisPart> parts);

/// A grid of devices. Axes stand in order from the slowest to the fastest link.
class Mesh {
public:
  static constexpr int64_t maxDevices = (int64_t(1) << 31) - 1;

  /// One device.
  Mesh() = default;

  /// Fails if names are empty or not unique, if sizes or bandwidths are not
  /// positive or latencies negative, or if there are more than `maxDevices`
  /// devices.
  static llvm::Expected<Mesh> get(llvm::ArrayRef<Axis> axes);

  /// Reads `data=2,tensor=4`.
  static llvm::Expected<Mesh> parse(llvm::StringRef text);

  llvm::ArrayRef<Axis> getAxes() const { return axes; }
  const Axis &getAxis(unsigned axis) const { return axes[axis]; }
  unsigned getNumAxes() const { return axes.size(); }
  int64_t getNumDevices() const { return numDevices; }

  /// Index of the axis called `name`, or none.
  std::optional<unsigned> findAxis(llvm::StringRef name) const;
  /// The whole axis as a part.
  AxisPart getWhole(unsigned axis) const { return {axis, 1, axes[axis].size}; }

  /// Fails unless all `parts` are parts of axes of this mesh, do not overlap,
  /// and those of one axis nest, so that each is a coordinate of its own.
  llvm::Error verify(llvm::ArrayRef<AxisPart> parts) const;

  /// The parts of all axes that `parts` leave over, sorted. `parts` must be
  /// valid.
  AxisParts getComplement(llvm::ArrayRef<AxisPart> parts) const;

  /// The index that `device` has over `parts`: its coordinates on them, the
  /// last varying fastest.
  int64_t getIndex(int64_t device, llvm::ArrayRef<AxisPart> parts) const;

  /// The device that differs from `device` in its index over `parts` only,
  /// which is `index`.
  int64_t getDevice(int64_t device, llvm::ArrayRef<AxisPart> parts,
                    int64_t index) const;

  /// The sets of devices that differ only in their coordinates on `parts`, each
  /// in the order of the index over `parts`, sorted by their first devices.
  llvm::SmallVector<llvm::SmallVector<int64_t>>
  getGroups(llvm::ArrayRef<AxisPart> parts) const;

  /// Prints `"x"` for a whole axis and `"x":(2)4` for a part of one.
  void print(llvm::raw_ostream &os, AxisPart part) const;
  /// Prints `{"x", "y":(1)2}`.
  void print(llvm::raw_ostream &os, llvm::ArrayRef<AxisPart> parts) const;
  /// Prints the form that `parse` reads.
  void print(llvm::raw_ostream &os) const;

private:
  llvm::SmallVector<Axis, 4> axes;
  /// For each axis the number of devices that one step along it skips.
  llvm::SmallVector<int64_t, 4> strides;
  int64_t numDevices = 1;
};

} // namespace partita::sharding

#endif // PARTITA_SHARDING_MESH_H
