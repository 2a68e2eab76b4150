// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Atoms.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace partita;
using testing::ElementsAre;

namespace {

/// The sizes of the leaves of `list`, without and with pads.
std::vector<int64_t> sizes(const Atoms &atoms, llvm::ArrayRef<Atoms::Id> list) {
  std::vector<int64_t> result;
  for (Atoms::Id leaf : atoms.getLeaves(list))
    result.push_back(atoms.getSize(leaf));
  return result;
}

std::vector<int64_t> padded(const Atoms &atoms,
                            llvm::ArrayRef<Atoms::Id> list) {
  std::vector<int64_t> result;
  for (Atoms::Id leaf : atoms.getLeaves(list))
    result.push_back(atoms.getPaddedSize(leaf));
  return result;
}

// The table at the top of Atoms.h.
TEST(AtomsTest, headsOfGroupedQueries) {
  Atoms atoms;
  Atoms::Id keyHeads = atoms.add(3), group = atoms.add(3), size = atoms.add(64);
  Atoms::Id queries = atoms.add(576), heads = atoms.add(9);
  Atoms::Id keys = atoms.add(192);
  atoms.unify(queries, {heads, size});
  atoms.unify(heads, {keyHeads, group});
  atoms.unify(keys, {keyHeads, size});
  EXPECT_THAT(sizes(atoms, queries), ElementsAre(3, 3, 64));
  EXPECT_THAT(sizes(atoms, keys), ElementsAre(3, 64));

  atoms.require(keyHeads, 4);
  // 576 divides by 4; what was required of key heads does for it.
  atoms.require(queries, 4);
  EXPECT_EQ(atoms.solve(), std::nullopt);
  EXPECT_THAT(padded(atoms, queries), ElementsAre(4, 3, 64));
  EXPECT_THAT(padded(atoms, heads), ElementsAre(4, 3));
  EXPECT_THAT(padded(atoms, keys), ElementsAre(4, 64));
  EXPECT_FALSE(atoms.isPadded(atoms.getLeaves(size).front()));
}

// Cutting one dimension cuts all that are the same, whatever the order.
TEST(AtomsTest, cutsReachAll) {
  Atoms atoms;
  Atoms::Id a = atoms.add(24), b = atoms.add(24), c = atoms.add(24);
  atoms.unify(a, b);
  atoms.unify(b, {atoms.add(4), atoms.add(6)});
  atoms.unify(c, {atoms.add(2), atoms.add(12)});
  atoms.unify(a, c);
  EXPECT_THAT(sizes(atoms, a), ElementsAre(2, 2, 6));
  EXPECT_EQ(atoms.getLeaves(a), atoms.getLeaves(c));
}

// Atoms of one element say nothing, but a dimension of one may be split.
TEST(AtomsTest, atomsOfOneElement) {
  Atoms atoms;
  Atoms::Id a = atoms.add(12), one = atoms.add(1), other = atoms.add(1);
  atoms.unify(a, {one, atoms.add(3), other, atoms.add(4)});
  EXPECT_THAT(sizes(atoms, a), ElementsAre(3, 4));
  atoms.unify(one, other);
  atoms.require(one, 2);
  EXPECT_EQ(atoms.solve(), std::nullopt);
  EXPECT_THAT(padded(atoms, other), ElementsAre(2));
  EXPECT_THAT(padded(atoms, a), ElementsAre(3, 4));
}

// Several splits of one dimension, and of parts of it.
TEST(AtomsTest, multiplesOfAll) {
  Atoms atoms;
  Atoms::Id a = atoms.add(5), b = atoms.add(21);
  atoms.unify(b, {atoms.add(7), atoms.add(3)});
  atoms.require(a, 2);
  atoms.require(a, 3);
  // 8 * 3 is less than 7 * 4.
  atoms.require(b, 4);
  EXPECT_EQ(atoms.solve(), std::nullopt);
  EXPECT_THAT(padded(atoms, a), ElementsAre(6));
  EXPECT_THAT(padded(atoms, b), ElementsAre(8, 3));
}

// 4 * 6 and 6 * 4 have no atoms in common, so neither may change. What divides
// is no matter; what does not is named.
TEST(AtomsTest, noCommonAtoms) {
  Atoms atoms;
  Atoms::Id a = atoms.add(24), b = atoms.add(24);
  atoms.unify(a, {atoms.add(4), atoms.add(6)});
  atoms.unify(b, {atoms.add(6), atoms.add(4)});
  atoms.unify(a, b);
  atoms.require(a, 8);
  EXPECT_EQ(atoms.solve(), std::nullopt);
  unsigned wish = atoms.require(b, 5);
  EXPECT_EQ(atoms.solve(), wish);
}

// Of an unknown size nothing is asked.
TEST(AtomsTest, unknownSizes) {
  Atoms atoms;
  Atoms::Id a = atoms.add(-1), b = atoms.add(-1);
  atoms.unify(a, b);
  EXPECT_EQ(atoms.getLeaves(a), atoms.getLeaves(b));
  atoms.require(a, 3);
  EXPECT_EQ(atoms.solve(), std::nullopt);
  EXPECT_FALSE(atoms.isPadded(atoms.getLeaves(a).front()));
}

} // namespace
