// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Reshards that differ in no more than the names and the order of axes are one
// problem, which is solved once.

#ifndef PARTITA_LIB_SHARDING_RENAMING_H
#define PARTITA_LIB_SHARDING_RENAMING_H

#include "partita/Sharding/Reshard.h"

#include <string>

namespace partita::sharding {

/// A problem in canonical names. Axes come in the order in which source and
/// target split dimensions over them, then sorted by what they are; those of
/// size 1 are left out.
class RenamedProblem {
public:
  RenamedProblem(const Mesh &mesh, const ReshardProblem &problem);

  const Mesh &getMesh() const { return renamed; }
  const ReshardProblem &getProblem() const { return problem; }

  /// Bytes that are equal for equal problems only.
  std::string getKey() const;

  /// A plan for the canonical problem, in the names of the original one.
  Plan restore(const Plan &plan) const;

private:
  void addAxes(llvm::ArrayRef<AxisPart> parts);
  void addOtherAxes(const ReshardProblem &original);
  Layout rename(const Layout &layout) const;
  AxisParts restore(llvm::ArrayRef<AxisPart> parts) const;

  const Mesh &original;
  Mesh renamed;
  ReshardProblem problem;
  /// The original index of each axis.
  llvm::SmallVector<unsigned, 8> axes;
};

} // namespace partita::sharding

#endif // PARTITA_LIB_SHARDING_RENAMING_H
