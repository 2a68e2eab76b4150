// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The sizes of a program, and which of them are one. A core without IR.
//
// Every dimension is a product of atoms, major to minor. Dimensions that ops
// index by one loop have the same atoms, and where an op makes two dimensions
// of one, the atoms of the one are those of both. In a transformer with 9 query
// and 3 key heads of 64 features:
//
//   dimension                          | size | atoms
//   -----------------------------------+------+-----------
//   features after the query matrix    |  576 | 3, 3, 64
//   query heads                        |    9 | 3, 3
//   key heads                          |    3 | 3
//   features after the key matrix      |  192 | 3, 64
//
// where the first 3 of all is one atom. If key heads are split 4 ways, this
// atom is made 4 elements long, and with it all dimensions that have it: 768,
// 12, 4 and 256. A pad is then a whole key head with its queries, and no block
// of another.

#ifndef PARTITA_LIB_TRANSFORMS_PARTITION_ATOMS_H
#define PARTITA_LIB_TRANSFORMS_PARTITION_ATOMS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"

#include <cstdint>
#include <optional>

namespace partita {

class Atoms {
public:
  using Id = unsigned;
  using List = llvm::SmallVector<Id, 2>;

  /// A new atom. Sizes below zero are unknown; such an atom is equal to those
  /// of the same size only, and never made longer.
  Id add(int64_t size);

  /// The atoms that `atoms` consist of by now.
  List getLeaves(llvm::ArrayRef<Id> atoms) const;

  /// Makes two dimensions, of one size, the same. Cuts atoms in two where that
  /// is needed. Where there are no common atoms, as for 4, 6 and 6, 4, the
  /// atoms of both keep their sizes from now on.
  void unify(llvm::ArrayRef<Id> a, llvm::ArrayRef<Id> b);

  /// Says that a dimension is split into `numBlocks` equal blocks. Returns a
  /// number for this wish.
  unsigned require(llvm::ArrayRef<Id> atoms, int64_t numBlocks);

  /// Makes atoms longer until all that is required is so: the least for each
  /// wish in turn. Returns the number of one that cannot be met.
  std::optional<unsigned> solve();

  /// The size of a leaf without pads, and with them.
  int64_t getSize(Id leaf) const { return atoms[leaf].size; }
  int64_t getPaddedSize(Id leaf) const { return atoms[leaf].paddedSize; }
  bool isPadded(Id leaf) const { return getSize(leaf) != getPaddedSize(leaf); }

private:
  struct Atom {
    int64_t size;
    int64_t paddedSize;
    /// What the padded size must be a multiple of.
    int64_t multiple = 1;
    /// The atom that this one was found to be, or itself.
    mutable Id same;
    /// Whether the atom is two others.
    bool isCut = false;
    Id major = 0, minor = 0;
    bool isFixed = false;
  };
  struct Requirement {
    List atoms;
    int64_t numBlocks;
  };

  Id find(Id atom) const;
  void collectLeaves(Id atom, List &leaves) const;
  /// Cuts a leaf in two, the major of size `majorSize`.
  void cut(Id leaf, int64_t majorSize);
  void join(Id a, Id b);
  /// Makes some atom of `requirement` longer if need be. Returns true if it
  /// did. With `onlySingle`, leaves those alone among whose atoms there is a
  /// choice.
  bool pad(const Requirement &requirement, bool onlySingle);
  bool isMet(const Requirement &requirement) const;

  llvm::SmallVector<Atom, 0> atoms;
  llvm::SmallVector<Requirement, 0> requirements;
};

} // namespace partita

#endif // PARTITA_LIB_TRANSFORMS_PARTITION_ATOMS_H
