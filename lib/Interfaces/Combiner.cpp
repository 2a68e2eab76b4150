// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "partita/Interfaces/Combiner.h"

#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/ErrorHandling.h"

using namespace partita;

llvm::StringRef partita::stringify(Combiner combiner) {
  switch (combiner) {
  case Combiner::Sum:
    return "sum";
  case Combiner::Max:
    return "max";
  case Combiner::Min:
    return "min";
  case Combiner::LogSumExp:
    return "log_sum_exp";
  }
  llvm_unreachable("unknown combiner");
}

std::optional<Combiner> partita::symbolizeCombiner(llvm::StringRef name) {
  return llvm::StringSwitch<std::optional<Combiner>>(name)
      .Case("sum", Combiner::Sum)
      .Case("max", Combiner::Max)
      .Case("min", Combiner::Min)
      .Case("log_sum_exp", Combiner::LogSumExp)
      .Default(std::nullopt);
}
