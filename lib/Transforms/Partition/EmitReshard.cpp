// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "partita/Transforms/Partition/EmitReshard.h"

#include "mlir/IR/Diagnostics.h"
#include "partita/Sharding/Bridge.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace partita;
using namespace partita::dist;
using namespace partita::sharding;

int64_t partita::getElementBytes(Type type) {
  if (auto complex = dyn_cast<ComplexType>(type))
    return 2 * getElementBytes(complex.getElementType());
  if (type.isIntOrFloat())
    return llvm::divideCeil(type.getIntOrFloatBitWidth(), 8);
  return IndexType::kInternalStorageBitWidth / 8;
}

/// Emits one step of a plan.
static Value emitStep(OpBuilder &builder, Location loc, Value local,
                      const Step &step, Combiner combiner, const Mesh &mesh,
                      MeshOp meshOp) {
  MLIRContext *context = builder.getContext();
  AxesAttr axes = toAttr(context, mesh, step.parts);
  switch (step.primitive) {
  case Primitive::Slice:
    return SliceOp::create(builder, loc, local, step.dim, meshOp, axes);
  case Primitive::AllGather:
    return AllGatherOp::create(builder, loc, local, step.dim, meshOp, axes);
  case Primitive::ReduceScatter:
    return ReduceScatterOp::create(builder, loc, local, combiner, step.dim,
                                   meshOp, axes);
  case Primitive::AllReduce:
    return AllReduceOp::create(builder, loc, local, combiner, meshOp,
                               axes.getSorted());
  case Primitive::AllToAll: {
    AxesAttr order = toAttr(context, mesh, step.toParts);
    return AllToAllOp::create(builder, loc, local, step.dim, step.toDim, meshOp,
                              axes, order == axes ? AxesAttr() : order);
  }
  case Primitive::Permute:
    return PermuteOp::create(
        builder, loc, local, meshOp,
        ReorderAttr::get(axes, toAttr(context, mesh, step.toParts)));
  }
  llvm_unreachable("unknown primitive");
}

FailureOr<Value> partita::emitReshard(OpBuilder &builder, Location loc,
                                      Value local, ShardingAttr from,
                                      ShardingAttr to, MeshOp meshOp,
                                      RankedTensorType globalType,
                                      ReshardCache &cache) {
  if (!globalType.hasStaticShape())
    return emitError(loc) << "expected a reshard of a static shape, got "
                          << globalType;
  Mesh mesh = toMesh(meshOp.getMesh());
  ReshardProblem problem;
  problem.shape.assign(globalType.getShape().begin(),
                       globalType.getShape().end());
  problem.elementBytes = getElementBytes(globalType.getElementType());
  problem.from = toLayout(mesh, from);
  problem.to = toLayout(mesh, to);
  llvm::Expected<Plan> plan = planReshard(mesh, problem, &cache);
  if (!plan)
    return emitError(loc) << "cannot reshard " << globalType << ": "
                          << llvm::toString(plan.takeError());
  for (const Step &step : plan->steps)
    local = emitStep(builder, loc, local, step, problem.from.getCombiner(),
                     mesh, meshOp);
  return local;
}
