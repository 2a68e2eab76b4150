// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The remarks of a run: the reasons of its decisions.

#ifndef PARTITA_TOOLS_PARTITAC_REASONS_H
#define PARTITA_TOOLS_PARTITAC_REASONS_H

#include "mlir/IR/Remarks.h"
#include "partita/Report/ProgramReport.h"
#include "llvm/ADT/StringMap.h"

namespace partita::compile {

class Reasons {
public:
  /// Collects the remarks of `context`, which must end before this does: those
  /// about reshards, or all of them, for `text`.
  llvm::LogicalResult watch(mlir::MLIRContext &context, bool all);

  /// All remarks, one a line with the module path it is about.
  llvm::StringRef getText() const { return text; }

  /// The reshards, those together that were decided alike.
  llvm::ArrayRef<ReshardReport> getReshards() const { return reshards; }

private:
  class Streamer;

  void add(const mlir::remark::detail::Remark &remark);

  bool keepsText = false;
  std::string text;
  llvm::SmallVector<ReshardReport> reshards;
  /// Where in the list those of a kind are.
  llvm::StringMap<size_t> indices;
};

} // namespace partita::compile

#endif // PARTITA_TOOLS_PARTITAC_REASONS_H
