// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// How one op is split over a mesh: a choice among the splits that the layouts
// of its operands and results suggest. A core without IR.
//
// Example: a linear layer y[b, n] = x[b, k] * w[n, k] on the mesh data=2,
// tensor=4, where x has [{"data"}, {}], w has [{}, {"tensor"}] and y should
// have
// [{"data"}, {}]. Operands and results suggest "data" for b, and "tensor" for
// k:
//
//   b    | k      | what has to move
//   -----+--------+--------------------------------------------------------
//   -    | -      | x and w are gathered, y is sliced
//   data | -      | w is gathered
//   -    | tensor | x is gathered and sliced, y is summed and sliced
//   data | tensor | x is sliced, y is summed
//
// The one that moves the least, by the time it takes on the links of the mesh,
// is chosen. Among equals the one that splits the work most is. Where the work
// is a matrix product it comes first: a product is not computed on several
// devices where each could do a part, however little a gather would move.

#ifndef PARTITA_LIB_TRANSFORMS_PARTITION_ASSIGNMENT_H
#define PARTITA_LIB_TRANSFORMS_PARTITION_ASSIGNMENT_H

#include "partita/Sharding/Projection.h"

namespace partita {

/// Layouts of all operands or results of an op.
using Layouts = llvm::SmallVector<sharding::Layout, 0>;

/// The axes that split each factor of a rule, and the layouts this means.
struct Assignment {
  sharding::FactorAxes axes;
  /// Pending sums that pass from operands to results.
  sharding::AxisParts passing;
  Layouts operands;
  Layouts results;
  /// Seconds that moving operands and results takes.
  double seconds = 0;
  /// The factors that are split and need a local form for that.
  llvm::SmallVector<unsigned, 2> localFactors;
};

/// What a choice of an assignment depends on.
struct AssignmentProblem {
  const sharding::Mesh &mesh;
  const ShardingRule &rule;
  /// The layouts under which each operand can be had for nothing.
  llvm::ArrayRef<Layouts> operands;
  /// The layouts that results should have.
  llvm::ArrayRef<sharding::Layout> results;
  /// Whether factors may be split that need a local form then.
  bool withLocalForms = false;
  /// Whether factors may be split that come after another one in some
  /// dimension. That one is then split completely, and must not become longer.
  bool withMinorFactors = true;
  /// Whether splitting the work comes before moving little.
  bool hasMatrixWork = false;
};

/// Seconds that operand, or result, `index` takes from one layout to another.
using MoveCost = llvm::function_ref<double(
    unsigned index, const sharding::Layout &from, const sharding::Layout &to)>;

/// The best assignment; see the top of this file. There always is one: no
/// factor is split.
Assignment chooseAssignment(const AssignmentProblem &problem,
                            MoveCost operandCost, MoveCost resultCost);

} // namespace partita

#endif // PARTITA_LIB_TRANSFORMS_PARTITION_ASSIGNMENT_H
