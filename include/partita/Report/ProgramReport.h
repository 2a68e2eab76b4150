// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a local program asks of each device: what it holds, and what it moves.

#ifndef PARTITA_REPORT_PROGRAMREPORT_H
#define PARTITA_REPORT_PROGRAMREPORT_H

#include "mlir/Interfaces/FunctionInterfaces.h"
#include "llvm/ADT/SmallVector.h"

#include <string>

namespace llvm {
class raw_ostream;
namespace json {
class Value;
} // namespace json
} // namespace llvm

namespace partita {

/// The collectives of one kind over the same axes of a mesh.
struct CollectiveReport {
  /// As the op is called: "all_reduce".
  std::string kind;
  /// As they are written: {"data", "tensor"}.
  std::string axes;
  /// The size of a group.
  int64_t groupSize = 1;
  /// How often a device runs one.
  int64_t count = 0;
  /// What a device receives in all of them, with a payload of L bytes in a
  /// group of n:
  ///   all_reduce 2 L (n-1)/n, all_gather L (n-1), reduce_scatter and
  ///   all_to_all L (n-1)/n, permute, broadcast and recv L, send 0
  double bytes = 0;
};

/// Reshards that were decided alike: why values move. The collectives that they
/// became may have been combined since.
struct ReshardReport {
  /// The module path of the op that forced it, with a star for every number.
  std::string place;
  /// Which operand or result forced it.
  std::string reason;
  /// Shardings, as they are written after the mesh.
  std::string from, to;
  int64_t count = 0;
  /// What a device receives in all of them.
  double bytes = 0;
};

struct ProgramReport {
  std::string function;
  /// As it is written: ["data"=2, "tensor"=4].
  std::string mesh;
  int64_t numDevices = 1;
  /// Axes of the mesh over which nothing is split: devices that differ there
  /// only do the same.
  llvm::SmallVector<std::string> unusedAxes;
  /// Bytes of all parameters together, and of what one device holds of them.
  int64_t parameterBytes = 0, localParameterBytes = 0;
  int64_t numParameters = 0;
  /// Ops that one device runs, those that communicate included.
  int64_t numOps = 0;
  /// Most bytes first.
  llvm::SmallVector<CollectiveReport> collectives;
  /// In the order of the program; empty if nobody watched how it was made.
  llvm::SmallVector<ReshardReport> reshards;
  /// A loop does not say how often it runs: what is in it counts once.
  bool hasUnknownLoops = false;

  double totalBytes() const;
};

/// Reads the report from a local program. What is in a loop or a callee counts
/// as often as it runs, and both branches of a choice count.
ProgramReport makeReport(mlir::FunctionOpInterface function);

/// A few lines and a table.
void printReport(llvm::raw_ostream &os, const ProgramReport &report);

/// The same; bytes are numbers.
llvm::json::Value toJson(const ProgramReport &report);

} // namespace partita

#endif // PARTITA_REPORT_PROGRAMREPORT_H
