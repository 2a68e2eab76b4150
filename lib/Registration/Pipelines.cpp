// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "partita/Registration/Pipelines.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"
#include "partita/Transforms/Partition/Passes.h"
#include "partita/Transforms/Propagation/Passes.h"
#include "partita/Verify/Passes.h"

using namespace mlir;
using namespace partita;

void partita::buildPartitionPipeline(OpPassManager &manager,
                                     const PartitionPipelineOptions &options) {
  // While the ops have their global types: whether one can be left out may
  // depend on sizes, and then one could be on some devices' parts that cannot
  // be on the whole.
  if (options.keepGlobal) {
    manager.addNestedPass<func::FuncOp>(createCanonicalizerPass());
    manager.addNestedPass<func::FuncOp>(createCSEPass());
    manager.addPass(createKeepGlobal());
  }
  manager.addPass(createDistPropagate());
  manager.addPass(createDistCheckPropagated());

  // Which ops need another form depends on how they are split, and what is new
  // in that form needs shardings. A form that can be split may in turn need one
  // that can be padded.
  for (int i = 0; i < 2; ++i) {
    manager.addPass(createLocalize());
    manager.addPass(createDistPropagate());
  }
  manager.addPass(createInsertReshards());
  // Once it is known what is split, and how.
  manager.addPass(createPad());
  manager.addPass(createPartition());
  manager.addPass(createCheckLocal());

  // The kept program is to stay as it was: clean up functions at the top only.
  manager.addNestedPass<func::FuncOp>(createCSEPass());
  manager.addPass(createCombineCollectives());
  manager.addPass(createFuseAttention());
  if (options.verify)
    manager.addPass(createDistVerify());
}
