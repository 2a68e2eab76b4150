// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Keeps the program as it was before it is partitioned, and drops it again.

#include "partita/Transforms/Partition/Passes.h"

#include "Functions.h"

#include "mlir/IR/SymbolTable.h"

namespace partita {
#define GEN_PASS_DEF_KEEPGLOBAL
#define GEN_PASS_DEF_DROPGLOBAL
#include "partita/Transforms/Partition/Passes.h.inc"
} // namespace partita

using namespace mlir;
using namespace partita;
using namespace partita::dist;

/// Drops what `function` says about meshes.
static void dropShardings(FunctionOpInterface function) {
  for (unsigned i = 0, e = function.getNumArguments(); i < e; ++i)
    function.removeArgAttr(
        i, StringAttr::get(function.getContext(), shardingAttrName));
  for (unsigned i = 0, e = function.getNumResults(); i < e; ++i)
    function.removeResultAttr(
        i, StringAttr::get(function.getContext(), shardingAttrName));
  function.getFunctionBody().walk([](Operation *op) {
    op->removeAttr(shardingsAttrName);
    if (!isa<ConstraintOp, ReshardOp>(op))
      return;
    op->getResult(0).replaceAllUsesWith(op->getOperand(0));
    op->erase();
  });
}

namespace {

struct KeepGlobal final : partita::impl::KeepGlobalBase<KeepGlobal> {
  using Base::Base;

  void runOnOperation() final {
    ModuleOp module = getOperation();
    if (Operation *present =
            SymbolTable::lookupSymbolIn(module, globalModuleName)) {
      InFlightDiagnostic diagnostic = module.emitOpError("expected no symbol @")
                                      << globalModuleName << " in it yet";
      diagnostic.attachNote(present->getLoc()) << "this is one";
      diagnostic.attachNote(present->getLoc())
          << "run dist-drop-global to keep another program";
      return signalPassFailure();
    }
    auto builder = OpBuilder::atBlockEnd(module.getBody());
    auto global = ModuleOp::create(builder, module.getLoc(), globalModuleName);
    global->setAttr(globalAttrName, builder.getUnitAttr());
    builder.setInsertionPointToStart(global.getBody());
    for (auto function : module.getOps<FunctionOpInterface>()) {
      Operation *copy = builder.clone(*function);
      dropShardings(cast<FunctionOpInterface>(copy));
      ++numKept;
    }
  }
};

struct DropGlobal final : partita::impl::DropGlobalBase<DropGlobal> {
  using Base::Base;

  void runOnOperation() final {
    ModuleOp global = findGlobalProgram(getOperation());
    if (!global)
      return markAllAnalysesPreserved();
    numDropped += llvm::range_size(global.getOps<FunctionOpInterface>());
    global.erase();
  }
};

} // namespace
