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
//   parallel  | its slice of the loop   | its slice of the results; a result in
//             |                         | which the factor is absent is whole,
//             |                         | and the same on every device
//   reduction | its part of a reduction | a partial value, yet to be combined
//   whole     | all: it cannot be split | the whole value
//
// Example: y[b, s, n] = x[b, s, k] * w[n, k], a linear layer, prints as
//
//   ([b, s, k], [n, k]) -> ([b, s, n]) {b=2, s=128, n=3072, k=768}
//     reduction={k:sum} linear={0}{1}
//
// Dimensions of several factors
// -----------------------------
// A dimension may be made of several factors, major to minor: `h*g` below is
// the head dimension of the queries in grouped-query attention, `h` key/value
// heads times `g` queries each:
//
//   ([b, q, h*g, d], [b, k, h, d], [b, k, h, v]) -> ([b, q, h*g, v])
//
// The index along such a dimension is (i_h * size_g + i_g). A sharding gives a
// dimension a list of mesh axes, major to minor, which cut it into equal blocks
// of neighbours; so the axes *fill* the factors in order, each before the next:
//
//   axes on `h*g`, h=4, g=2 | h split | g split | keys and values
//   ------------------------+---------+---------+-----------------------------
//   2                       | 2 ways  | no      | 2 ways
//   4                       | 4 ways  | no      | 4 ways
//   4, 2                    | 4 ways  | 2 ways  | 4 ways, replicated over the 2
//   2, 4                    | 4 ways  | 2 ways  | by the 2 and half of the 4
//
// In the last row one axis crosses from `h` to `g`. It can be cut in two, a
// major part that completes `h` and a minor part that goes to `g`, if what `h`
// still lacks divides the size of the axis.
//
// Hence what propagation must respect: a factor that is not the first of its
// dimension can be split there only if all factors before it are split
// completely, as many ways as they are long. A split of `g` alone would hand
// out every other head, which is a fine slice of the loop (the op computes it
// correctly) but which no sharding can say.
//
// A factor of size n split m ways where m does not divide n gives blocks of
// ceil(n / m), the last ones short or empty. Only the last factor that is split
// in a dimension, and only when it is the first there, may be split so: blocks
// of unequal size inside of equal ones are no sharding either.
//
// One factor for each dimension could not say that query heads and key heads
// are split together; a relation between dimensions of operands would say it
// only for this one op.
//
// Partial results
// ---------------
// Splitting a `sum` reduction makes every result a pending sum. A sharding can
// carry that (`partial`), so the sum may be formed later, or together with a
// slice. Nothing carries any other combination that is pending: it is formed at
// the op.
//
// Local forms
// -----------
// Where the op on slices of its operands, attributes unchanged, is not what the
// device should compute, the factor *needs the local form*: the op is replaced,
// while the graph is still global, by an equal graph of ops that can be split
// plainly (`LocalFormInterface`). That is how a slice learns its place, as one
// more operand which is sliced like the others; and how a `log_sum_exp` over
// the weights of a softmax inside of an op becomes a result of its own, which
// is combined like any other:
//
//   op            | becomes
//   --------------+--------------------------------------------------------------
//   attention     | l = attention_lse(q, k): a log_sum_exp over the keys; then
//   over its keys | attention(q, k, v) normalizer(l): a sum over the keys
//   cross_entropy | l = log_sum_exp(logits), x = pick(logits, labels): a sum;
//                 | nll(l, x, labels)
//
// Padding
// -------
// A loop of n steps that is split m ways where m does not divide n is made
// longer first, so that all devices have the same shapes. What the added steps
// compute is a *pad* in the results, never read by anyone who asks for the n
// first. Three questions remain, and the rule answers them:
//
//   - What must the pads of operands hold, so that the results stay what they
//     are? Nothing for a parallel factor: its pads stay pads. For a reduction
//     factor `Factor::fills` says it for each operand; an operand that is not
//     listed may hold anything that the op takes: ids must still be ids. By
//     default every operand of a sum holds zeros, that of a maximum or
//     log-sum-exp the lowest value, of a minimum the highest.
//   - Is the pad of a result known to be zero, so that it need not be filled
//     again? Yes, along a parallel factor, if all float operands that have the
//     factor hold zeros in its pad, if they include one of the sets
//     `linearOperandSets` or `zeroOperandSets`, and if none of them is a
//     divisor: `ShardingRule::keepsZeros`.
//   - Is the op itself unmoved by longer shapes? Unless the factor *needs the
//     padded form*: then `LocalFormInterface` replaces the op by one that is,
//     such as attention without a mask by attention with one.
//
// A factor that is whole is not padded: the op gets its operands without pads.

#ifndef PARTITA_INTERFACES_SHARDINGRULE_H
#define PARTITA_INTERFACES_SHARDINGRULE_H

#include "partita/Interfaces/Combiner.h"

#include "mlir/Support/LLVM.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/SmallBitVector.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include <optional>
#include <string>

namespace mlir {
class InFlightDiagnostic;
class TypeRange;
} // namespace mlir

namespace partita {

/// What splitting a factor does to the op; see the table at the top of this
/// file.
enum class FactorKind { Parallel, Reduction, Whole };

llvm::StringRef stringify(FactorKind kind);

/// What the pad of an operand holds; see "Padding" at the top of this file.
enum class Fill {
  Zero,    ///< 0, or false
  Lowest,  ///< minus infinity, or the lowest integer
  Highest, ///< infinity, or the highest integer
  Label,   ///< an id that stands for nothing; see `OperandFill::label`
};

/// `zero`, `lowest`, `highest` or `label`.
llvm::StringRef stringify(Fill fill);

/// What operand `operand` must hold in the pad of a factor.
struct OperandFill {
  unsigned operand;
  Fill fill;
  /// The number that `Fill::Label` is.
  int64_t label = 0;

  bool operator==(const OperandFill &other) const {
    return operand == other.operand && fill == other.fill &&
           label == other.label;
  }
};

/// One loop of the op.
struct Factor {
  /// Unique within its rule; a few letters, such as `b` or `k`.
  std::string name;
  /// Trip count: the product over the factors of a dimension is the size of the
  /// dimension. `ShapedType::kDynamic` where that size is not known.
  int64_t size = 1;
  FactorKind kind = FactorKind::Parallel;
  /// Meaningful for `FactorKind::Reduction` only.
  Combiner combiner = Combiner::Sum;
  /// Splitting this factor needs more than the same op on smaller shapes: a
  /// mask, a shift of indices, absolute positions, a term that one device only
  /// may add, or a combination inside of the op. The partitioner then asks the
  /// op for its local form. Without it, the op on the slices of its operands,
  /// attributes unchanged, is what the device computes.
  bool needsLocalForm = false;
  /// Padding this factor needs more than the same op on larger shapes whose
  /// pads are filled. The partitioner then asks the op for its padded form.
  bool needsPaddedForm = false;
  /// Meaningful for `FactorKind::Reduction` only: what operands must hold in
  /// the pad, in order of the operands.
  mlir::SmallVector<OperandFill, 2> fills = {};
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
  /// More sets of operands such that the results are 0 where all operands of
  /// one set are, element by element along parallel factors. Those in which the
  /// op is linear are such sets and not repeated here.
  mlir::SmallVector<mlir::SmallVector<unsigned, 2>, 2> zeroOperandSets;
  /// Operands by whose elements the op divides.
  mlir::SmallVector<unsigned, 1> divisors;

  /// Index of the factor called `name`, or none.
  std::optional<unsigned> findFactor(llvm::StringRef name) const;

  /// True if some dimension of `value`, an operand or a result, has `factor`.
  static bool hasFactor(const ValueFactors &value, unsigned factor);

  /// True if every float result is 0 in the pad of the parallel factor
  /// `factor`, given that the operands for which `isZero` holds are. It is
  /// asked about operands that have the factor, and may answer yes for what is
  /// no float.
  bool keepsZeros(unsigned factor,
                  llvm::function_ref<bool(unsigned)> isZero) const;

  /// Prints the notation at the top of this file.
  void print(llvm::raw_ostream &os) const;
  std::string str() const;
};

/// Sizes of the dimensions of `value`, an operand or a result, when factor f
/// has the size `factorSizes[f]`: the shape of a slice, if some factors are
/// split.
mlir::SmallVector<int64_t, 4> dimSizes(const ValueFactors &value,
                                       mlir::ArrayRef<int64_t> factorSizes);

/// Checks `rule` against the types of the operands and results of an op:
///
/// - one entry a value, one list of factors a dimension, sizes that multiply to
///   that of the dimension;
/// - factor names are unique, every factor is used, at most once in a value;
/// - a parallel factor is in some result, a reduction factor in none;
/// - sets of operands name operands;
/// - fills name operands that have the factor, in order, once each.
///
/// Reports the first violation through `emitError`.
mlir::LogicalResult
verifyShardingRule(const ShardingRule &rule, mlir::TypeRange operandTypes,
                   mlir::TypeRange resultTypes,
                   llvm::function_ref<mlir::InFlightDiagnostic()> emitError);

/// Builds a rule by naming factors and then writing each value's dimensions in
/// these names:
///
///   ShardingRuleBuilder()
///       .parallel("b", 2)
///       .parallel("n", 3072)
///       .reduction("k", 768, Combiner::Sum)
///       .operand({"b", "k"})
///       .operand({"n", "k"})
///       .result({"b", "n"})
///       .linearIn({0})
///       .linearIn({1})
///       .build();
///
/// A dimension of several factors is written `"h*g"`, a broadcast dimension
/// `""`. A name that was not declared, or was twice, is a programming error
/// (assert).
class ShardingRuleBuilder {
public:
  ShardingRuleBuilder &parallel(llvm::StringRef name, int64_t size);
  ShardingRuleBuilder &reduction(llvm::StringRef name, int64_t size,
                                 Combiner combiner);
  ShardingRuleBuilder &whole(llvm::StringRef name, int64_t size);
  /// Declares one factor of the same kind for each of `names`; `sizes` may be
  /// longer, its rest is ignored.
  ShardingRuleBuilder &parallel(mlir::ArrayRef<std::string> names,
                                mlir::ArrayRef<int64_t> sizes);
  ShardingRuleBuilder &reduction(mlir::ArrayRef<std::string> names,
                                 mlir::ArrayRef<int64_t> sizes,
                                 Combiner combiner);
  /// Marks factors, declared before, as needing the local form when split.
  ShardingRuleBuilder &localForm(llvm::StringRef name);
  ShardingRuleBuilder &localForm(mlir::ArrayRef<std::string> names);
  /// Marks factors, declared before, as needing the padded form.
  ShardingRuleBuilder &paddedForm(llvm::StringRef name);
  ShardingRuleBuilder &paddedForm(mlir::ArrayRef<std::string> names);
  /// Says what the operands must hold in the pad of a reduction factor,
  /// declared before, instead of what is usual for its combiner. Operands that
  /// are not listed may hold anything.
  ShardingRuleBuilder &fill(llvm::StringRef name,
                            mlir::ArrayRef<OperandFill> fills);

  /// Appends the next operand or result.
  ShardingRuleBuilder &operand(mlir::ArrayRef<std::string> dims);
  ShardingRuleBuilder &result(mlir::ArrayRef<std::string> dims);
  /// Declares the op linear jointly in these operands.
  ShardingRuleBuilder &linearIn(mlir::ArrayRef<unsigned> operands);
  /// Declares the results to be 0 where all these operands are.
  ShardingRuleBuilder &zeroIn(mlir::ArrayRef<unsigned> operands);
  /// Declares that the op divides by this operand.
  ShardingRuleBuilder &dividesBy(unsigned operand);

  ShardingRule build();

private:
  ShardingRuleBuilder &addFactor(llvm::StringRef name, int64_t size,
                                 FactorKind kind,
                                 Combiner combiner = Combiner::Sum);
  DimFactors parseDim(llvm::StringRef notation) const;

  ShardingRule rule;
  /// Factors whose fills are said.
  llvm::SmallBitVector filled;
};

} // namespace partita

#endif // PARTITA_INTERFACES_SHARDINGRULE_H
