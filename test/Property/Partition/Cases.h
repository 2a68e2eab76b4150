// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Random programs, meshes and annotations, and the local programs that come of
// them.

#ifndef PARTITA_TEST_PROPERTY_PARTITION_CASES_H
#define PARTITA_TEST_PROPERTY_PARTITION_CASES_H

#include "Samples.h"

#include "partita/Interpreter/Interpreter.h"

namespace partita::test {

/// A module with one function `main`, and how to draw values for its arguments.
struct Program {
  mlir::OwningOpRef<mlir::ModuleOp> module;
  llvm::SmallVector<Draw> draws;
  /// What it is, for messages.
  std::string name;
  /// Whether all its sums are of whole numbers, and so the same in any order.
  bool hasExactSums = false;
};

/// A graph that begins with a random sample of some op, to whose results more
/// ops are applied.
Program makeRandomGraph(mlir::MLIRContext *context, Random &random);

/// The families of models of which there are tiny ones.
inline constexpr unsigned numFamilies = 7;

/// A tiny model of one of the families, of random sizes.
Program makeRandomModel(mlir::MLIRContext *context, unsigned family,
                        Random &random);

/// Adds a mesh of up to 16 devices with up to 3 axes, and shardings on some
/// arguments and results of `main`.
void annotate(mlir::ModuleOp module, Random &random);

/// Adds a mesh and applies random tactics to a model; returns which.
std::string applyTactics(mlir::ModuleOp module, Random &random);

/// The function `main` of the local program, and of the global one beside it.
mlir::func::FuncOp getLocalMain(mlir::ModuleOp module);
mlir::func::FuncOp getGlobalMain(mlir::ModuleOp module);

/// Makes the local program of an annotated module, and keeps the global one
/// beside it. Returns what went wrong, or an empty string.
std::string partitionModule(mlir::ModuleOp module);

/// Proves the local program; returns the first error, with all its notes, or an
/// empty string. `place` is set to where the error is.
std::string proveModule(mlir::ModuleOp module,
                        std::optional<mlir::Location> *place = nullptr);

/// The results of the global program on one device, and of the local program on
/// all. Null with a message in `error` if it cannot be run.
std::optional<interp::TensorList>
runGlobal(mlir::ModuleOp module, const interp::TensorList &inputs,
          std::string &error,
          interp::Precision precision = interp::Precision::F64);
std::optional<interp::TensorList>
runLocal(mlir::ModuleOp module, const interp::TensorList &inputs,
         std::string &error,
         interp::Precision precision = interp::Precision::F64);

/// How two lists of results differ by more than `tolerance`, relative to the
/// largest element, or an empty string.
std::string compareResults(const interp::TensorList &actual,
                           const interp::TensorList &expected,
                           double tolerance = 1e-8);

/// The number in an environment variable.
uint64_t getNumber(const char *variable, uint64_t otherwise);

/// A context with everything that a case needs.
void setUp(mlir::MLIRContext &context);

} // namespace partita::test

#endif // PARTITA_TEST_PROPERTY_PARTITION_CASES_H
