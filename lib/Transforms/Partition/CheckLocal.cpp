// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "partita/Transforms/Partition/Passes.h"

#include "Functions.h"

namespace partita {
#define GEN_PASS_DEF_CHECKLOCAL
#include "partita/Transforms/Partition/Passes.h.inc"
} // namespace partita

using namespace mlir;
using namespace partita;
using namespace partita::dist;

namespace {

struct CheckLocal final : partita::impl::CheckLocalBase<CheckLocal> {
  using Base::Base;

  void runOnOperation() final {
    bool isLocal = true;
    for (auto function : getOperation().getOps<FunctionOpInterface>()) {
      isLocal &= succeeded(checkSignature(function));
      function.getFunctionBody().walk([&](Operation *op) {
        isLocal &= succeeded(checkOp(op));
        ++numChecked;
      });
    }
    if (!isLocal)
      signalPassFailure();
    markAllAnalysesPreserved();
  }

  static LogicalResult checkSignature(FunctionOpInterface function) {
    auto check = [&](StringRef kind, unsigned index,
                     DictionaryAttr attributes) {
      if (!attributes || !attributes.contains(shardingAttrName) ||
          attributes.contains(globalTypeAttrName))
        return success();
      return LogicalResult(function->emitOpError("expected '")
                           << globalTypeAttrName << "' on " << kind << " #"
                           << index << " in a local program");
    };
    for (unsigned i = 0, e = function.getNumArguments(); i < e; ++i)
      if (failed(check("argument", i, function.getArgAttrDict(i))))
        return failure();
    for (unsigned i = 0, e = function.getNumResults(); i < e; ++i)
      if (failed(check("result", i, function.getResultAttrDict(i))))
        return failure();
    return success();
  }

  static LogicalResult checkOp(Operation *op) {
    if (isa<ConstraintOp, ReshardOp>(op))
      return op->emitOpError("is not part of a local program");
    if (op->hasAttr(shardingsAttrName))
      return op->emitOpError("expected no '")
             << shardingsAttrName << "' in a local program";
    return success();
  }
};

} // namespace
