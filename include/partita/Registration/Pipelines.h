// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The passes of a phase, in their order.

#ifndef PARTITA_REGISTRATION_PIPELINES_H
#define PARTITA_REGISTRATION_PIPELINES_H

#include "mlir/Pass/PassOptions.h"

namespace mlir {
class OpPassManager;
} // namespace mlir

namespace partita {

struct PartitionPipelineOptions
    : mlir::PassPipelineOptions<PartitionPipelineOptions> {
  Option<bool> keepGlobal{
      *this, "keep-global",
      llvm::cl::desc("Keep the global program beside the local one; without "
                     "it the module must have one if it is to be proven"),
      llvm::cl::init(true)};
  Option<bool> verify{
      *this, "verify",
      llvm::cl::desc("Prove that the local program computes what the global "
                     "one does"),
      llvm::cl::init(true)};
};

/// Appends the passes from an annotated graph to a local program that is
/// proven.
void buildPartitionPipeline(mlir::OpPassManager &manager,
                            const PartitionPipelineOptions &options);

} // namespace partita

#endif // PARTITA_REGISTRATION_PIPELINES_H
