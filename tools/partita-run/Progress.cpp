// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Progress.h"

#include "mlir/IR/Location.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace partita::run;

static constexpr std::chrono::milliseconds delay(300), interval(100);
static constexpr llvm::StringLiteral clearLine = "\r\033[K";

Progress::Progress(FunctionOpInterface function, unsigned numRuns)
    : body(&function.getFunctionBody().front()),
      numOps((body->getOperations().size() - 1) * numRuns), // No terminators.
      isDisplayed(llvm::sys::Process::StandardErrIsDisplayed()),
      nextUpdate(Clock::now() + delay) {}

Progress::~Progress() {
  if (isShown)
    llvm::errs() << clearLine;
}

void Progress::step(Operation *op) {
  if (!isDisplayed || op->getBlock() != body)
    return;
  int64_t percent = numDone++ * 100 / numOps;
  if (Clock::now() < nextUpdate)
    return;
  nextUpdate = Clock::now() + interval;
  isShown = true;
  auto name = op->getLoc()->findInstanceOf<NameLoc>();
  llvm::errs() << clearLine
               << llvm::formatv("{0,3}%  {1}", percent,
                                name ? name.getName().getValue()
                                     : op->getName().getStringRef());
}
