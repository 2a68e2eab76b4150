// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "partita/Registration/Registration.h"

#include "mlir/Pass/PassRegistry.h"
#include "partita/Registration/Pipelines.h"

#include "mlir/IR/DialectRegistry.h"
#include "partita/Dialect/Dist/Dist.h"
#include "partita/Dialect/Upstream/InterfaceModels.h"
#include "partita/Dialect/Xformer/Interfaces/InterfaceModels.h"
#include "partita/Dialect/Xformer/Xformer.h"
#include "partita/Interpreter/Interpreter.h"
#include "partita/Transforms/Graph/Passes.h"
#include "partita/Transforms/Inspect/Passes.h"
#include "partita/Transforms/Partition/Passes.h"
#include "partita/Transforms/Propagation/Passes.h"
#include "partita/Verify/Passes.h"

void partita::registerDialects(mlir::DialectRegistry &registry) {
  registry.insert<dist::DistDialect, xformer::XformerDialect>();
  registerXformerInterfaceModels(registry);
  registerUpstreamInterfaceModels(registry);
  interp::registerInterpretableModels(registry);
}

void partita::registerPasses() {
  registerGraphPasses();
  registerInspectPasses();
  registerPropagationPasses();
  registerPartitionPasses();
  registerVerifyPasses();
  mlir::PassPipelineRegistration<PartitionPipelineOptions>(
      "dist-partition-pipeline",
      "Make an annotated graph a local program, and prove it",
      buildPartitionPipeline);
}
