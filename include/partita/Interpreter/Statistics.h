// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Where the time of an interpreted program went.

#ifndef PARTITA_INTERPRETER_STATISTICS_H
#define PARTITA_INTERPRETER_STATISTICS_H

#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/StringRef.h"

#include <cstdint>

namespace llvm {
class raw_ostream;
namespace json {
class Value;
} // namespace json
} // namespace llvm

namespace partita::interp {

/// The ops of one name.
struct OpStatistics {
  /// Evaluations, one a device.
  int64_t count = 0;
  /// Without the time of ops in regions and called functions.
  double seconds = 0;
  /// Floating-point operations, of ops that say so (WorkInterface).
  int64_t flops = 0;
};

class Statistics {
public:
  OpStatistics &operator[](llvm::StringRef opName) { return ops[opName]; }
  const llvm::MapVector<llvm::StringRef, OpStatistics> &getOps() const {
    return ops;
  }
  double totalSeconds() const;

  /// A table, most expensive op first, and a line with the sums.
  void print(llvm::raw_ostream &os) const;
  /// `[{"op": ..., "count": ..., "seconds": ..., "flops": ...}, ...]` in the
  /// same order.
  llvm::json::Value toJson() const;

private:
  /// Names are those of the context, which outlives the statistics.
  llvm::MapVector<llvm::StringRef, OpStatistics> ops;
};

} // namespace partita::interp

#endif // PARTITA_INTERPRETER_STATISTICS_H
