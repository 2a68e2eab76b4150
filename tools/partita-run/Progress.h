// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef PARTITA_TOOLS_PARTITA_RUN_PROGRESS_H
#define PARTITA_TOOLS_PARTITA_RUN_PROGRESS_H

#include "mlir/Interfaces/FunctionInterfaces.h"

#include <chrono>

namespace partita::run {

/// Shows how far the runs of a function are, on one line of the terminal that
/// is gone when the work is done. Nothing is shown where standard error is no
/// terminal, nor for what is over soon.
class Progress {
public:
  Progress(mlir::FunctionOpInterface function, unsigned numRuns);
  ~Progress();

  /// The next op to run. Ops of callees and regions do not count.
  void step(mlir::Operation *op);

private:
  using Clock = std::chrono::steady_clock;

  mlir::Block *body;
  int64_t numOps, numDone = 0;
  bool isDisplayed, isShown = false;
  Clock::time_point nextUpdate;
};

} // namespace partita::run

#endif // PARTITA_TOOLS_PARTITA_RUN_PROGRESS_H
