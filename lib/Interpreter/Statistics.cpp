// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "partita/Interpreter/Statistics.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

#include <tuple>

using namespace partita::interp;

using Entry = std::pair<llvm::StringRef, OpStatistics>;

/// All entries, most time first.
static llvm::SmallVector<Entry>
sortByTime(const llvm::MapVector<llvm::StringRef, OpStatistics> &ops) {
  llvm::SmallVector<Entry> entries(ops.begin(), ops.end());
  llvm::sort(entries, [](const Entry &a, const Entry &b) {
    return std::tie(b.second.seconds, a.first) <
           std::tie(a.second.seconds, b.first);
  });
  return entries;
}

double Statistics::totalSeconds() const {
  double total = 0;
  for (const Entry &entry : ops)
    total += entry.second.seconds;
  return total;
}

void Statistics::print(llvm::raw_ostream &os) const {
  double total = totalSeconds();
  auto printLine = [&](llvm::StringRef name, const OpStatistics &op) {
    os << llvm::formatv("{0,-32} {1,7} {2,10:f3} {3,6:f1}", name, op.count,
                        op.seconds * 1e3,
                        total > 0 ? op.seconds / total * 100 : 0);
    if (op.flops != 0 && op.seconds > 0)
      os << llvm::formatv(" {0,9:f1}", op.flops / op.seconds * 1e-9);
    os << '\n';
  };
  os << llvm::formatv("{0,-32} {1,7} {2,10} {3,6} {4,9}\n", "op", "count", "ms",
                      "%", "GFLOP/s");
  OpStatistics sum;
  for (const auto &[name, op] : sortByTime(ops)) {
    printLine(name, op);
    sum.count += op.count;
    sum.seconds += op.seconds;
    sum.flops += op.flops;
  }
  printLine("total", sum);
}

llvm::json::Value Statistics::toJson() const {
  llvm::json::Array result;
  for (const auto &[name, op] : sortByTime(ops))
    result.push_back(llvm::json::Object{{"op", name},
                                        {"count", op.count},
                                        {"seconds", op.seconds},
                                        {"flops", op.flops}});
  return result;
}
