// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// From a change of sharding to collectives.

#ifndef PARTITA_TRANSFORMS_PARTITION_EMITRESHARD_H
#define PARTITA_TRANSFORMS_PARTITION_EMITRESHARD_H

#include "mlir/IR/Builders.h"
#include "partita/Dialect/Dist/Dist.h"
#include "partita/Sharding/Reshard.h"

namespace partita {

/// The bytes that an element of `type` takes.
int64_t getElementBytes(mlir::Type type);

/// Emits the ops of the cheapest plan that brings a value of the global type
/// `globalType` from one sharding to another. `local` is what a device holds of
/// it under `from`; returns what it holds under `to`. Fails with a diagnostic
/// at `loc` where `planReshard` does, and if a dimension is of unknown size.
llvm::FailureOr<mlir::Value>
emitReshard(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value local,
            dist::ShardingAttr from, dist::ShardingAttr to, dist::MeshOp mesh,
            mlir::RankedTensorType globalType, sharding::ReshardCache &cache);

} // namespace partita

#endif // PARTITA_TRANSFORMS_PARTITION_EMITRESHARD_H
