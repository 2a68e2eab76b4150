// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Atoms.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

#include <numeric>

using namespace partita;
using llvm::ArrayRef;

//===----------------------------------------------------------------------===//
// Which sizes are one
//===----------------------------------------------------------------------===//

Atoms::Id Atoms::add(int64_t size) {
  Id id = atoms.size();
  Atom &atom = atoms.emplace_back();
  atom.size = atom.paddedSize = size;
  atom.same = id;
  atom.isFixed = size < 0;
  return id;
}

Atoms::Id Atoms::find(Id atom) const {
  while (atoms[atom].same != atom)
    atom = atoms[atom].same = atoms[atoms[atom].same].same;
  return atom;
}

void Atoms::collectLeaves(Id atom, List &leaves) const {
  atom = find(atom);
  if (!atoms[atom].isCut) {
    leaves.push_back(atom);
    return;
  }
  collectLeaves(atoms[atom].major, leaves);
  collectLeaves(atoms[atom].minor, leaves);
}

Atoms::List Atoms::getLeaves(ArrayRef<Id> list) const {
  List leaves;
  for (Id atom : list)
    collectLeaves(atom, leaves);
  return leaves;
}

void Atoms::cut(Id leaf, int64_t majorSize) {
  Id major = add(majorSize), minor = add(atoms[leaf].size / majorSize);
  Atom &atom = atoms[leaf];
  atom.isCut = true;
  atom.major = major;
  atom.minor = minor;
  atoms[major].isFixed = atoms[minor].isFixed = atom.isFixed;
}

void Atoms::join(Id a, Id b) {
  atoms[b].same = a;
  atoms[a].isFixed |= atoms[b].isFixed;
}

void Atoms::unify(ArrayRef<Id> listA, ArrayRef<Id> listB) {
  List a = getLeaves(listA), b = getLeaves(listB);
  size_t i = 0, j = 0;
  while (i < a.size() && j < b.size()) {
    Id leafA = a[i], leafB = b[j];
    int64_t sizeA = atoms[leafA].size, sizeB = atoms[leafB].size;
    if (leafA == leafB || sizeA == sizeB) {
      if (leafA != leafB)
        join(leafA, leafB);
      ++i, ++j;
    } else if (sizeA == 1 || sizeB == 1) {
      // An atom of one element says nothing of where others begin.
      sizeA == 1 ? ++i : ++j;
    } else if (sizeA > 0 && sizeB > 0 &&
               (sizeA % sizeB == 0 || sizeB % sizeA == 0)) {
      sizeA > sizeB ? cut(leafA, sizeB) : cut(leafB, sizeA);
      // What was cut may stand elsewhere as well.
      i = j = 0;
    } else {
      for (Id leaf : ArrayRef(a).drop_front(i))
        atoms[leaf].isFixed = true;
      for (Id leaf : ArrayRef(b).drop_front(j))
        atoms[leaf].isFixed = true;
      return;
    }
    // What became one may make others one.
    a = getLeaves(a);
    b = getLeaves(b);
  }
}

//===----------------------------------------------------------------------===//
// How long they are made
//===----------------------------------------------------------------------===//

unsigned Atoms::require(ArrayRef<Id> list, int64_t numBlocks) {
  requirements.push_back({List(list), numBlocks});
  return requirements.size() - 1;
}

bool Atoms::isMet(const Requirement &requirement) const {
  int64_t blocks = requirement.numBlocks;
  for (Id leaf : getLeaves(requirement.atoms))
    if (atoms[leaf].size < 0)
      return true; // Unknown, and reported where a device's type is asked for.
    else
      blocks /= std::gcd(blocks, atoms[leaf].paddedSize);
  return blocks == 1;
}

bool Atoms::pad(const Requirement &requirement, bool onlySingle) {
  if (isMet(requirement))
    return false;
  List leaves = getLeaves(requirement.atoms);
  if (leaves.size() > 1)
    llvm::erase_if(leaves, [&](Id leaf) { return atoms[leaf].size == 1; });
  if (onlySingle && leaves.size() != 1)
    return false;

  // The longer the others are already, the fewer blocks one atom must give.
  std::optional<Id> best;
  int64_t bestMultiple = 0;
  double bestGrowth = 0;
  for (Id leaf : leaves) {
    if (atoms[leaf].isFixed)
      continue;
    int64_t blocks = requirement.numBlocks;
    for (Id other : leaves)
      if (other != leaf)
        blocks /= std::gcd(blocks, atoms[other].paddedSize);
    int64_t multiple = std::lcm(atoms[leaf].multiple, blocks);
    double growth = double(llvm::alignTo(atoms[leaf].size, multiple)) /
                    double(atoms[leaf].paddedSize);
    if (!best || growth < bestGrowth) {
      best = leaf;
      bestMultiple = multiple;
      bestGrowth = growth;
    }
  }
  if (!best)
    return false;
  atoms[*best].multiple = bestMultiple;
  atoms[*best].paddedSize = llvm::alignTo(atoms[*best].size, bestMultiple);
  return true;
}

std::optional<unsigned> Atoms::solve() {
  auto padAll = [&](bool onlySingle) {
    bool changed = false;
    for (const Requirement &requirement : requirements)
      changed |= pad(requirement, onlySingle);
    return changed;
  };
  // What leaves no choice comes first, as it may do for the rest.
  do {
    while (padAll(/*onlySingle=*/true))
      continue;
  } while (padAll(/*onlySingle=*/false));
  for (auto [index, requirement] : llvm::enumerate(requirements))
    if (!isMet(requirement))
      return index;
  return std::nullopt;
}
