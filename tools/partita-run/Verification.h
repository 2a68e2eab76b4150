// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The results of a local program beside those of the global one.

#ifndef PARTITA_TOOLS_PARTITA_RUN_VERIFICATION_H
#define PARTITA_TOOLS_PARTITA_RUN_VERIFICATION_H

#include "Results.h"
#include "partita/Interpreter/Evaluation.h"

namespace partita::run {

/// How one result of N devices differs from that of one.
struct Difference {
  std::string name;
  /// Of all elements, the largest difference; infinite where only one of two
  /// elements is a number, or both are different infinities. An element that is
  /// not a number agrees with one that is not.
  double largest = 0;
  /// The same relative to the largest magnitude of a finite element of the one
  /// device's result.
  double relative = 0;
  /// Rows of the last dimension, and those whose largest element is at the same
  /// place; none unless the result is of floats and has two dimensions or more.
  int64_t numRows = 0, numSameArgmax = 0;
  /// No integer differs, or floats do by no more than the tolerance allows.
  bool isWithin = false;
};

/// `actual` against `expected`, both results of one name and type.
Difference compare(const Result &actual, const Result &expected,
                   double tolerance);

/// The relative difference that rounding explains in a program, by the
/// narrowest float type among the values of `function`: 1e-4 for f32, 2e-2 for
/// f16, 5e-2 for bf16. 1e-9 where nothing is rounded.
double getTolerance(mlir::FunctionOpInterface function,
                    interp::Precision precision);

/// One line a result, and one that says whether all of them are right.
void printDifferences(llvm::raw_ostream &os,
                      llvm::ArrayRef<Difference> differences, double tolerance);

/// The same as JSON.
llvm::json::Array toJson(llvm::ArrayRef<Difference> differences);

} // namespace partita::run

#endif // PARTITA_TOOLS_PARTITA_RUN_VERIFICATION_H
