// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A sharding rule says how an op may be split, as data.
//
// Think of the op as an einsum: a nest of loops, its *factors*, over which
// every dimension of every operand and result is indexed. Splitting a factor
// over devices splits each dimension it appears in. What that does to the op
// depends on the kind of the factor:
//
//   kind      | each device computes    | its result is
//   ----------+-------------------------+--------------------------------------
//   parallel  | its slice of the loop   | its slice of the results
//   reduction | its part of a reduction | a partial value, yet to be combined
//   whole     | all: it cannot be split | the whole value
//
// Example: y[b, s, n] = x[b, s, k] * w[n, k], a linear layer, prints as
//
//   ([b, s, k], [n, k]) -> ([b, s, n]) {b=2, s=128, n=3072, k=768}
//     reduction={k:sum} linear={0}{1}
//
// A dimension may be made of several factors, major to minor: `hg` below is the
// head dimension of the queries in grouped-query attention, `h` key/value heads
// times `g` queries each:
//
//   ([b, q, h*g, d], [b, k, h, d], [b, k, h, v]) -> ([b, q, h*g, v])
//
// Splitting the query heads by no more than `h` ways therefore splits keys and
// values alike, and splitting them further leaves keys and values replicated
// over the rest. One factor for each dimension could not say that; a relation
// between dimensions of operands would say it only for this one op.

#ifndef PARTITA_INTERFACES_SHARDINGRULE_H
#define PARTITA_INTERFACES_SHARDINGRULE_H

#include "partita/Interfaces/Combiner.h"

#include "mlir/Support/LLVM.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include <optional>
#include <string>

namespace mlir {
class InFlightDiagnostic;
class Operation;
} // namespace mlir

namespace partita {

/// What splitting a factor does to the op; see the table at the top of this
/// file.
enum class FactorKind { Parallel, Reduction, Whole };

llvm::StringRef stringify(FactorKind kind);

/// One loop of the op.
struct Factor {
  /// Unique within its rule; a few letters, such as `b` or `k`.
  std::string name;
  /// Trip count: the product over the factors of a dimension is the size of the
  /// dimension.
  int64_t size = 1;
  FactorKind kind = FactorKind::Parallel;
  /// Meaningful for `FactorKind::Reduction` only.
  Combiner combiner = Combiner::Sum;
  /// Splitting this factor needs more than the same op on smaller shapes: a
  /// mask, a shift of indices or absolute positions. The partitioner then asks
  /// the op for its local form.
  bool needsLocalForm = false;
};

/// The factors of one dimension, major to minor, as indices into
/// `ShardingRule::factors`. Empty: the dimension is broadcast (size 1) and
/// belongs to no loop.
using DimFactors = mlir::SmallVector<unsigned, 2>;

/// The factors of every dimension of one value.
using ValueFactors = mlir::SmallVector<DimFactors, 4>;

/// The rule of one op; see the top of this file.
struct ShardingRule {
  mlir::SmallVector<Factor, 6> factors;
  /// One entry an operand and a result of the op, in order. Values that are not
  /// ranked tensors have no dimensions.
  mlir::SmallVector<ValueFactors, 4> operands;
  mlir::SmallVector<ValueFactors, 2> results;
  /// Sets of operands in which the op is linear when all other operands are
  /// held fixed. If every operand of one set is a partial sum over the same
  /// axes, then so is every result: the sum need not be formed before the op.
  mlir::SmallVector<mlir::SmallVector<unsigned, 2>, 2> linearOperandSets;

  /// Index of the factor called `name`, or none.
  std::optional<unsigned> findFactor(llvm::StringRef name) const;

  /// Prints the notation at the top of this file.
  void print(llvm::raw_ostream &os) const;
  std::string str() const;
};

/// Checks `rule` against the types of `op`: one entry a value, one list of
/// factors a dimension, sizes that multiply to the dimension, each factor at
/// most once in a value, no parallel factor missing from all results. Reports
/// the first violation through `emitError`.
mlir::LogicalResult
verifyShardingRule(const ShardingRule &rule, mlir::Operation *op,
                   llvm::function_ref<mlir::InFlightDiagnostic()> emitError);

/// Builds a rule by naming factors and then writing each value's dimensions in
/// these names:
///
///   ShardingRuleBuilder(op)
///       .parallel("b", 2).parallel("n", 3072).reduction("k", 768,
///       Combiner::Sum) .operand({"b", "k"}).operand({"n", "k"}).result({"b",
///       "n"}) .linearIn({0}).linearIn({1}) .build();
///
/// A dimension of several factors is written `"h*g"`, a broadcast dimension
/// `""`. Names that were not declared are a programming error (assert).
class ShardingRuleBuilder {
public:
  ShardingRuleBuilder &parallel(llvm::StringRef name, int64_t size);
  ShardingRuleBuilder &reduction(llvm::StringRef name, int64_t size,
                                 Combiner combiner);
  ShardingRuleBuilder &whole(llvm::StringRef name, int64_t size);
  /// Marks factors, declared before, as needing the op's local form when split.
  ShardingRuleBuilder &localForm(mlir::ArrayRef<llvm::StringRef> names);

  /// Appends the next operand or result.
  ShardingRuleBuilder &operand(mlir::ArrayRef<std::string> dims);
  ShardingRuleBuilder &result(mlir::ArrayRef<std::string> dims);
  /// Declares the op linear jointly in these operands.
  ShardingRuleBuilder &linearIn(mlir::ArrayRef<unsigned> operands);

  ShardingRule build();

private:
  ShardingRuleBuilder &addFactor(llvm::StringRef name, int64_t size,
                                 FactorKind kind,
                                 Combiner combiner = Combiner::Sum);
  DimFactors parseDim(llvm::StringRef notation) const;

  ShardingRule rule;
};

} // namespace partita

#endif // PARTITA_INTERFACES_SHARDINGRULE_H
