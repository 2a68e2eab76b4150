// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The permutation of devices that turns one layout into another, where every
// device already holds just what some device needs.
//
// A permutation is two lists of the same coordinates in different orders: what
// the device with index i over the first holds goes to the one with index i
// over the second. It does not grow with the number of devices. On a=2,b=2,
//
//   `[{"a"}, {"b"}]` to `[{"b"}, {"a"}]` is {"a", "b"} to {"b", "a"}:
//   device (i, j) sends to device (j, i), and (0, 0) and (1, 1) keep theirs.
//
// Where several devices hold the same, there is a choice. It is made so that as
// many devices as possible keep what they have, and no link is used that need
// not be: `[{"a"}]` to `[{"b"}]` is the same permutation, by which a device
// (i, i) keeps its part.

#ifndef PARTITA_SHARDING_REORDER_H
#define PARTITA_SHARDING_REORDER_H

#include "partita/Sharding/Layout.h"

namespace partita::sharding {

/// A permutation of devices; see the top of this file.
struct Reorder {
  AxisParts from, to;

  /// True if every device keeps what it has.
  bool isIdentity() const { return from == to; }

  /// The device from which `device` gets its value.
  int64_t getSource(const Mesh &mesh, int64_t device) const {
    return mesh.getDevice(device, from, mesh.getIndex(device, to));
  }

  friend bool operator==(const Reorder &a, const Reorder &b) {
    return a.from == b.from && a.to == b.to;
  }
};

/// True if a permutation turns `from` into `to`: all dimensions have as many
/// blocks, and there are as many contributions, under one as under the other.
bool arePermutations(const Layout &from, const Layout &to);

/// The permutation that turns `from` into `to`, for which `arePermutations`
/// must hold.
Reorder getReorder(const Mesh &mesh, const Layout &from, const Layout &to);

} // namespace partita::sharding

#endif // PARTITA_SHARDING_REORDER_H
