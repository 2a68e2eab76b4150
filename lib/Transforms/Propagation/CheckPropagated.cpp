// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "partita/Transforms/Propagation/Passes.h"

#include "partita/Dialect/Dist/Dist.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Interfaces/FunctionInterfaces.h"

namespace partita {
#define GEN_PASS_DEF_DISTCHECKPROPAGATED
#include "partita/Transforms/Propagation/Passes.h.inc"
} // namespace partita

using namespace mlir;
using namespace partita;

namespace {
struct DistCheckPropagated final
    : partita::impl::DistCheckPropagatedBase<DistCheckPropagated> {
  void runOnOperation() final {
    markAllAnalysesPreserved();
    for (auto function : getOperation().getOps<FunctionOpInterface>())
      checkFunction(function);
    if (anyUnsettled)
      signalPassFailure();
  }

  void checkFunction(FunctionOpInterface function) {
    for (BlockArgument argument : function.getArguments())
      check(function, "argument", argument.getArgNumber(), argument.getType(),
            dist::getSharding(argument));
    for (auto [index, type] : llvm::enumerate(function.getResultTypes()))
      check(function, "result", index, type,
            dist::getResultSharding(function, index));
    function->walk([&](Operation *op) {
      if (op != function)
        for (OpResult result : op->getResults())
          check(op, "result", result.getResultNumber(), result.getType(),
                dist::getSharding(result));
    });
  }

  void check(Operation *op, StringRef kind, unsigned index, Type type,
             dist::ShardingAttr sharding) {
    if (!isa<RankedTensorType>(type))
      return;
    ++numChecked;
    if (sharding && sharding.isSettled())
      return;
    anyUnsettled = true;
    InFlightDiagnostic diagnostic =
        op->emitOpError("expected a settled sharding of ")
        << kind << " #" << index << ", got ";
    if (sharding)
      diagnostic << sharding;
    else
      diagnostic << "none";
    diagnostic << "; '--dist-propagate' gives one to every tensor";
  }

  bool anyUnsettled = false;
};
} // namespace
