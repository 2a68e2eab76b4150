// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// How all functions of a module are split, and what is padded then.

#ifndef PARTITA_LIB_TRANSFORMS_PARTITION_PROGRAMANALYSIS_H
#define PARTITA_LIB_TRANSFORMS_PARTITION_PROGRAMANALYSIS_H

#include "PadAnalysis.h"
#include "ReshardAnalysis.h"

namespace partita {

struct ProgramAnalysis {
  /// One for each function that has shardings.
  llvm::SmallVector<std::pair<mlir::FunctionOpInterface, ReshardAnalysis>, 0>
      functions;
  /// None if no function has shardings.
  std::optional<PadAnalysis> pads;

  /// Analyses `module`. With `withLocalForms`, factors may be split that need a
  /// local form then. Fails as the analyses it is made of do.
  ///
  /// Where padding would make a factor longer that is to be split completely,
  /// as one after it in a dimension is split too, no such factors are split at
  /// all.
  static llvm::FailureOr<ProgramAnalysis> get(mlir::ModuleOp module,
                                              bool withLocalForms);
};

} // namespace partita

#endif // PARTITA_LIB_TRANSFORMS_PARTITION_PROGRAMANALYSIS_H
