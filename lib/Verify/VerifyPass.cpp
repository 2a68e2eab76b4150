// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "partita/Verify/Passes.h"

#include "mlir/IR/BuiltinOps.h"
#include "partita/Verify/Verify.h"

namespace partita {
#define GEN_PASS_DEF_DISTVERIFY
#include "partita/Verify/Passes.h.inc"
} // namespace partita

using namespace mlir;
using namespace partita;

namespace {
struct DistVerify final : partita::impl::DistVerifyBase<DistVerify> {
  void runOnOperation() final {
    verify::ProofStatistics statistics;
    if (failed(verify::proveLocalProgram(getOperation(), statistics)))
      signalPassFailure();
    numFunctions += statistics.functions;
    numOps += statistics.ops;
    numCollectives += statistics.collectives;
    numTerms += statistics.terms;
    markAllAnalysesPreserved();
  }
};
} // namespace
