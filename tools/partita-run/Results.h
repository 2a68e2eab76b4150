// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a run shows for its results.

#ifndef PARTITA_TOOLS_PARTITA_RUN_RESULTS_H
#define PARTITA_TOOLS_PARTITA_RUN_RESULTS_H

#include "mlir/Interfaces/FunctionInterfaces.h"
#include "partita/Support/HostTensor.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/JSON.h"

namespace partita::run {

/// One result of the function.
struct Result {
  /// Its 'xformer.output', or "resultN".
  std::string name;
  /// As in the program; the tensor may be wider.
  mlir::Type type;
  HostTensor tensor;
  /// Where it was written; empty if it was not.
  std::string path;
};

/// The names of the results of `function`; an error if two are equal or one
/// cannot be the name of a file.
llvm::Expected<llvm::SmallVector<std::string>>
getResultNames(mlir::FunctionOpInterface function);

/// Writes every result to `directory`, which is made if it is missing, as
/// NAME.npy, and notes the paths. A file is there completely or not at all.
llvm::Error writeResults(llvm::MutableArrayRef<Result> results,
                         llvm::StringRef directory);

/// One line a result: name, type and what its elements are like.
void printResults(llvm::raw_ostream &os, llvm::ArrayRef<Result> results);

/// The same as JSON.
llvm::json::Array toJson(llvm::ArrayRef<Result> results);

} // namespace partita::run

#endif // PARTITA_TOOLS_PARTITA_RUN_RESULTS_H
