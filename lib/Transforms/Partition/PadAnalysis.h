// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Decides which dimensions of which values are made longer, so that all splits
// are even; see Atoms.h for the idea. Changes nothing.
//
// An op passes its dimensions on by the factors of its sharding rule. Along a
// factor that must be whole, and for an op without a rule, it does not: there
// the op works on values without pads, and its operands and results may be
// padded differently.

#ifndef PARTITA_LIB_TRANSFORMS_PARTITION_PADANALYSIS_H
#define PARTITA_LIB_TRANSFORMS_PARTITION_PADANALYSIS_H

#include "Atoms.h"
#include "ValueShardings.h"
#include "partita/Sharding/Projection.h"

#include "mlir/IR/BuiltinOps.h"

namespace partita {

/// What is known of the splits of a program.
class SplitInfo {
public:
  virtual ~SplitInfo() = default;
  /// The axes that split the factors of `op`, or null if it has no rule.
  virtual const sharding::FactorAxes *getAxes(mlir::Operation *op) = 0;
  /// Calls `visit` with all shardings that `value` comes under.
  virtual void
  visitShardings(mlir::Value value,
                 llvm::function_ref<void(dist::ShardingAttr)> visit) = 0;
};

/// Calls `visit` on all values in `function` that the program of a device has,
/// in program order.
void visitValues(mlir::FunctionOpInterface function,
                 llvm::function_ref<void(mlir::Value)> visit);

class PadAnalysis {
public:
  /// Analyses all `functions` of a module that have shardings; these are on
  /// `mesh`. Fails with a message if something must be padded that cannot be.
  static llvm::FailureOr<PadAnalysis>
  get(llvm::ArrayRef<mlir::FunctionOpInterface> functions, dist::MeshAttr mesh,
      SplitInfo &splits);

  /// Whether anything is padded.
  bool isAnyPadded() const { return anyPadded; }

  /// Whether some factor becomes longer that must be split completely, as one
  /// after it in a dimension is split too.
  bool hasUnalignedSplits() const { return unaligned; }

  /// How a dimension, or all, of `value` become longer, and those of a result
  /// of a function. The value must be a tensor.
  dist::DimPaddingAttr getPadding(mlir::Value value, unsigned dim) const;
  dist::PaddingAttr getPadding(mlir::Value value) const;
  dist::PaddingAttr getResultPadding(mlir::FunctionOpInterface function,
                                     unsigned index) const;

  /// The padded atoms of a dimension of `value`, and of a factor of `op`.
  Atoms::List getPaddedAtoms(mlir::Value value, unsigned dim) const;
  Atoms::List getPaddedAtoms(mlir::Operation *op, unsigned factor) const;

  /// The padded factors of `op` for which it needs its padded form.
  llvm::SmallVector<unsigned, 2>
  getPaddedFormFactors(mlir::Operation *op) const;

  /// The padded factors of `op` for which it needs its local form: it counts
  /// along them, and either has no operand that would tell it where pads are,
  /// or they are elsewhere than behind all others.
  llvm::SmallVector<unsigned, 2> getLocalFormFactors(mlir::Operation *op) const;

  /// The rule of `op`, or null.
  const ShardingRule *getRule(mlir::Operation *op) const;

  /// Whether `op` does not pass a dimension of its operands or results on. It
  /// is that of the value at `factors` in its rule, which may be null.
  static bool isBarrier(const ShardingRule *rule, const DimFactors &factors);

private:
  using Dims = llvm::SmallVector<Atoms::List, 4>;
  struct OpAtoms {
    ShardingRule rule;
    llvm::SmallVector<Atoms::List, 6> factors;
  };

  PadAnalysis(mlir::MLIRContext *context) : context(context) {}

  Dims &getDims(mlir::Value value);
  Dims &getResultDims(mlir::FunctionOpInterface function, unsigned index);
  Dims addDims(mlir::Type type);
  void unify(const Dims &a, const Dims &b);
  void visit(mlir::Operation *op, SplitInfo &splits);
  void visitRule(mlir::Operation *op, const sharding::FactorAxes *axes);
  void require(mlir::Location location, llvm::ArrayRef<Atoms::Id> atoms,
               int64_t numBlocks);
  dist::DimPaddingAttr getPadding(llvm::ArrayRef<Atoms::Id> atoms) const;
  Atoms::List getPadded(llvm::ArrayRef<Atoms::Id> list) const;

  mlir::MLIRContext *context;
  Atoms atoms;
  llvm::DenseMap<mlir::Value, Dims> values;
  llvm::DenseMap<std::pair<mlir::Operation *, unsigned>, Dims> results;
  llvm::DenseMap<mlir::Operation *, std::unique_ptr<OpAtoms>> ops;
  /// Where each requirement comes from.
  llvm::SmallVector<mlir::Location> places;
  /// Atoms that are split completely, into so many blocks.
  llvm::SmallVector<std::pair<Atoms::List, int64_t>, 0> complete;
  bool anyPadded = false;
  bool unaligned = false;
};

} // namespace partita

#endif // PARTITA_LIB_TRANSFORMS_PARTITION_PADANALYSIS_H
