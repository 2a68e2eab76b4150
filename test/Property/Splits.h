// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a sharding rule promises, carried out: an op is run on slices of its
// operands, and the results are compared with those of the op on all of them.
// Only the rule says what is sliced, and how. And an op is run with longer
// loops, whose pads only the rule says how to fill.

#ifndef PARTITA_TEST_PROPERTY_SPLITS_H
#define PARTITA_TEST_PROPERTY_SPLITS_H

#include "Samples.h"
#include "partita/Interfaces/ShardingRule.h"
#include "partita/Interpreter/Interpreter.h"

namespace partita::test {

/// Factor `factor` of a rule, split `ways` ways.
struct FactorSplit {
  unsigned factor;
  int64_t ways;
};

/// The slices of the loops of an op that one device runs: for each factor,
/// where it begins and how long it is.
struct LoopSlice {
  llvm::SmallVector<int64_t> begins, sizes;
};

/// The part of `tensor` whose dimensions have the factors `value` that lies
/// within `slice`; `sizes` are those of the factors.
HostTensor sliceOf(const HostTensor &tensor, const ValueFactors &value,
                   llvm::ArrayRef<int64_t> sizes, const LoopSlice &slice);

/// `a + b`, `max(a, b)`, `min(a, b)` or `log(exp(a) + exp(b))` of each element.
HostTensor combine(Combiner combiner, const HostTensor &a, const HostTensor &b);

/// How two tensors differ, or an empty string. `tolerance` is relative to the
/// largest magnitude in `expected`; 0 means equal, NaN included.
std::string difference(const HostTensor &actual, const HostTensor &expected,
                       double tolerance);

/// The results of `op`, with other types of operands and results, on `operands`
/// given as arguments. Fails with a diagnostic if the op does not accept the
/// types, or its values.
llvm::FailureOr<interp::TensorList> run(mlir::Operation *op,
                                        mlir::TypeRange operandTypes,
                                        mlir::TypeRange resultTypes,
                                        interp::TensorList operands,
                                        interp::Precision precision);

/// The results of `op` as it is.
llvm::FailureOr<interp::TensorList> run(mlir::Operation *op,
                                        interp::TensorList operands,
                                        interp::Precision precision);

/// How an op is run, and how much its results may differ.
struct Comparison {
  interp::Precision precision = interp::Precision::F32;
  /// See `difference`.
  double tolerance = 0;
};

/// Splits the factors of `splits` in `rule` at once, runs `op` on every slice,
/// combines, and compares with `whole`, the results of the op on all of
/// `operands`: parallel factors give slices, and what reductions give, which
/// must be of one kind, is combined. Says what differs, or returns an empty
/// string.
std::string checkSplit(mlir::Operation *op, const ShardingRule &rule,
                       llvm::ArrayRef<FactorSplit> splits,
                       const interp::TensorList &operands,
                       const interp::TensorList &whole, Comparison comparison);

/// Makes the factor `factor` of `rule` longer by `pad`, fills the pads of the
/// operands as the rule says, and with anything where it says nothing, runs
/// `op`, and compares the results without their pads with `whole`. Says what
/// differs, or returns an empty string.
std::string checkPad(mlir::Operation *op, const ShardingRule &rule,
                     unsigned factor, int64_t pad,
                     const interp::TensorList &operands,
                     const interp::TensorList &whole, Comparison comparison,
                     Random &random);

/// The same for a parallel factor, with zeros in the pads of all float
/// operands: are those in the pads of the results zeros too?
std::string checkZeroPad(mlir::Operation *op, const ShardingRule &rule,
                         unsigned factor, int64_t pad,
                         const interp::TensorList &operands,
                         Comparison comparison, Random &random);

} // namespace partita::test

#endif // PARTITA_TEST_PROPERTY_SPLITS_H
