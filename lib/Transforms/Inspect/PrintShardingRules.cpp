// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "partita/Transforms/Inspect/Passes.h"

#include "TensorOps.h"
#include "partita/Interfaces/ShardingRuleInterface.h"

namespace partita {
#define GEN_PASS_DEF_PRINTSHARDINGRULES
#include "partita/Transforms/Inspect/Passes.h.inc"
} // namespace partita

using namespace mlir;
using namespace partita;

namespace {
struct PrintShardingRules final
    : partita::impl::PrintShardingRulesBase<PrintShardingRules> {
  void runOnOperation() final {
    bool allValid = true;
    getOperation()->walk([&](Operation *op) {
      if (isTensorOp(op))
        allValid &= succeeded(printRule(op));
    });
    if (!allValid)
      signalPassFailure();
    markAllAnalysesPreserved();
  }

  LogicalResult printRule(Operation *op) {
    auto splittable = dyn_cast<ShardingRuleInterface>(op);
    if (!splittable) {
      ++numWithoutRule;
      emitRemark(op->getLoc())
          << "'" << op->getName() << "' has no sharding rule";
      return success();
    }
    ShardingRule rule = splittable.getShardingRule();
    auto emitError = [&] {
      return op->emitOpError("has an invalid sharding rule: ");
    };
    if (failed(verifyShardingRule(rule, op->getOperandTypes(),
                                  op->getResultTypes(), emitError))) {
      ++numInvalid;
      return failure();
    }
    ++numRules;
    emitRemark(op->getLoc())
        << "sharding rule of '" << op->getName() << "': " << rule.str();
    return success();
  }
};
} // namespace
