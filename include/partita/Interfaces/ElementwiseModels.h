// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The rule and the work of ops that compute each element of their result from
// the elements at the same place in their operands, for use by the external
// models of any dialect; and the names of factors that have no other role than
// their place.

#ifndef PARTITA_INTERFACES_ELEMENTWISEMODELS_H
#define PARTITA_INTERFACES_ELEMENTWISEMODELS_H

#include "partita/Interfaces/ShardingRule.h"
#include "partita/Interfaces/Work.h"

namespace mlir {
class Operation;
} // namespace mlir

namespace partita {

/// Names of one factor a dimension.
using FactorNames = mlir::SmallVector<std::string, 4>;

/// Names for `count` dimensions that an op treats alike and that precede those
/// with a role, as the dimensions of activations come in a transformer: `b`
/// (batch), `s` (sequence), `h` (heads); `i3`, `i4`, ... where there are more.
FactorNames leadingDimNames(size_t count);

/// Names for all dimensions of a tensor: `d` (features) for the last, those of
/// `leadingDimNames` for the others.
FactorNames dimNames(size_t rank);

/// The names of the dimensions of a tensor of shape `from` that broadcasts, by
/// NumPy's rule, to the shape `to` whose dimensions are called `names`: empty
/// for a dimension that is repeated.
FactorNames broadcastDimNames(mlir::ArrayRef<std::string> names,
                              mlir::ArrayRef<int64_t> from,
                              mlir::ArrayRef<int64_t> to);

/// The rule of an elementwise op whose operands broadcast, by NumPy's rule, to
/// the shape of its results: every factor is parallel. The caller adds the sets
/// of operands in which the op is linear.
ShardingRuleBuilder elementwiseRule(mlir::Operation *op);

/// The work of an elementwise op that does `flopsPerElement` for each element
/// of its first result.
Work elementwiseWork(mlir::ArrayRef<TensorShape> operands,
                     mlir::ArrayRef<TensorShape> results,
                     int64_t flopsPerElement);

} // namespace partita

#endif // PARTITA_INTERFACES_ELEMENTWISEMODELS_H
