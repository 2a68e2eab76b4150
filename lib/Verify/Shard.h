// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a device holds of a global tensor, and what collectives make of it.
//
// A shard is a layout and a padding. A dimension is a product of atoms, major
// to minor, each of which may have been made longer so that it splits evenly;
// the layout splits the padded dimension, always into equal blocks. The
// dimension of 9 heads of 64 features that three devices would share evenly but
// four cannot is `[9 -> 12, 64]`, and has 192 elements on each of four devices.

#ifndef PARTITA_LIB_VERIFY_SHARD_H
#define PARTITA_LIB_VERIFY_SHARD_H

#include "partita/Sharding/Layout.h"
#include "llvm/ADT/STLExtras.h"

namespace partita::verify {

/// A factor of a dimension: `size` elements or blocks of what follows, made
/// `padded`.
struct Atom {
  int64_t size = 1;
  int64_t padded = 1;

  bool isPadded() const { return size != padded; }
  friend bool operator==(Atom a, Atom b) {
    return a.size == b.size && a.padded == b.padded;
  }
};

/// The atoms of a dimension, major to minor. An atom without pads is joined to
/// the one before it, and one of size 1 is none: 3 blocks of 192 that become 4
/// are 576 elements that become 768.
using Atoms = llvm::SmallVector<Atom, 1>;

Atoms joinAtoms(llvm::ArrayRef<Atom> atoms);
int64_t getSize(llvm::ArrayRef<Atom> atoms);
int64_t getPaddedSize(llvm::ArrayRef<Atom> atoms);
bool isPadded(llvm::ArrayRef<Atom> atoms);

/// The atoms of a dimension of which the elements that are no pads are
/// `isKept`. None if they are no such product.
std::optional<Atoms> findAtoms(llvm::ArrayRef<bool> isKept);

/// What is known of the pads of a dimension.
struct Pads {
  enum Kind { Unknown, Zero, Lowest, Highest, Number } kind = Unknown;
  /// Of `Number`, which is not 0.
  int64_t number = 0;

  friend bool operator==(Pads a, Pads b) {
    return a.kind == b.kind && a.number == b.number;
  }
  friend bool operator!=(Pads a, Pads b) { return !(a == b); }
};

/// See the top of this file. Pads do not take part in comparisons.
struct Shard {
  sharding::Layout layout;
  llvm::SmallVector<Atoms, 4> dims;
  /// What a device holds at elements that are pads in a dimension.
  llvm::SmallVector<Pads, 4> pads;
  /// Dimensions along which all elements are the same, pads included: the shard
  /// is one under any layout and padding of these that gives its size.
  llvm::SmallVector<bool, 4> isFree;

  /// A whole tensor of shape `shape` without pads.
  static Shard getWhole(llvm::ArrayRef<int64_t> shape);
  /// A part of a tensor of shape `shape` of which all elements are the same.
  static Shard getUniform(llvm::ArrayRef<int64_t> shape);

  bool hasFreeDims() const { return llvm::is_contained(isFree, true); }
  /// Says that elements that are pads in dimension `dim` hold `value`. Where
  /// they are pads in others too, these no longer hold anything else.
  void setPads(unsigned dim, Pads value);
  /// Forgets what pads hold.
  void forgetPads() { pads.assign(pads.size(), Pads()); }

  /// True if every device holds the same.
  bool isReplicated() const { return layout.getParts().empty(); }
  bool isPadded() const;
  llvm::SmallVector<int64_t> getLocalShape() const;
  /// The layout, and the padding where there is one: `[{"x"}, {}] padded [[3 ->
  /// 4], [5]]`.
  std::string str(const sharding::Mesh &mesh) const;

  friend bool operator==(const Shard &a, const Shard &b) {
    return a.layout == b.layout && a.dims == b.dims;
  }
  friend bool operator!=(const Shard &a, const Shard &b) { return !(a == b); }
};

/// Fails unless all dimensions are split evenly.
llvm::Error checkEven(const Shard &shard);

/// What each collective makes of the shard `from`. They fail, with what is
/// wrong, where the result is not a shard of the same global value.
///
/// `localSize` is the size of the result in the dimension that is joined: a
/// gather may leave out the pads at the end of what it joins.
class Collectives {
public:
  explicit Collectives(const sharding::Mesh &mesh) : mesh(mesh) {}

  llvm::Expected<Shard> slice(Shard from, unsigned dim,
                              llvm::ArrayRef<sharding::AxisPart> parts) const;
  llvm::Expected<Shard> allGather(Shard from, unsigned dim,
                                  llvm::ArrayRef<sharding::AxisPart> parts,
                                  int64_t localSize) const;
  llvm::Expected<Shard>
  allReduce(Shard from, Combiner combiner,
            llvm::ArrayRef<sharding::AxisPart> parts) const;
  llvm::Expected<Shard>
  reduceScatter(Shard from, Combiner combiner, unsigned dim,
                llvm::ArrayRef<sharding::AxisPart> parts) const;
  /// `joined` are the parts in their order in `joinDim`, `split` the same parts
  /// in their order in `splitDim`.
  llvm::Expected<Shard> allToAll(Shard from, unsigned joinDim,
                                 unsigned splitDim,
                                 llvm::ArrayRef<sharding::AxisPart> joined,
                                 llvm::ArrayRef<sharding::AxisPart> split,
                                 int64_t localSize) const;
  /// The device with index i over `sources` sends to the one with index i over
  /// `targets`.
  llvm::Expected<Shard>
  reorder(Shard from, llvm::ArrayRef<sharding::AxisPart> sources,
          llvm::ArrayRef<sharding::AxisPart> targets) const;
  /// Each device gets the value of the one that `getSource` says. Takes time
  /// for every device.
  llvm::Expected<Shard>
  route(Shard from, llvm::function_ref<int64_t(int64_t)> getSource) const;
  /// Devices get the value of others within their groups over `parts`.
  llvm::Expected<Shard>
  exchangeWithin(Shard from, llvm::ArrayRef<sharding::AxisPart> parts) const;

private:
  std::string str(llvm::ArrayRef<sharding::AxisPart> parts) const;

  const sharding::Mesh &mesh;
};

/// Cuts overlapping parts of one axis into pieces, so that each of `lists` is
/// made of pieces of `pieces`, which do not overlap and are sorted. None if two
/// parts do not nest.
std::optional<sharding::AxisParts>
cutIntoPieces(llvm::ArrayRef<llvm::ArrayRef<sharding::AxisPart>> lists);

/// Whether `parts` holds all coordinates of `piece`, one of `cutIntoPieces`.
bool covers(llvm::ArrayRef<sharding::AxisPart> parts, sharding::AxisPart piece);

llvm::Error makeError(const llvm::Twine &message);

} // namespace partita::verify

#endif // PARTITA_LIB_VERIFY_SHARD_H
