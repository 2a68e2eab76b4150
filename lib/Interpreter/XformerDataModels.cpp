// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The meaning of the xformer ops that move elements, by shape or by ids: shape
// ops, embedding, experts, and the loss.

#include "Models.h"
#include "partita/Dialect/Xformer/Xformer.h"
#include "partita/Interpreter/Kernels/Embedding.h"
#include "partita/Interpreter/Kernels/Experts.h"
#include "partita/Interpreter/Kernels/Loss.h"
#include "partita/Interpreter/Kernels/Shape.h"

using namespace mlir;
using namespace partita;
using namespace partita::interp;
using namespace partita::xformer;

//===----------------------------------------------------------------------===//
// Shapes
//===----------------------------------------------------------------------===//

/// Splitting and merging dimensions: the same elements in the same order.
template <typename OpTy>
static void interpretReshape(OpTy op, DeviceEvaluation &at) {
  at.set(op.getResult(),
         at.take(op.getInput()).reshape(op.getResult().getType().getShape()));
}

static void interpretTranspose(TransposeOp op, DeviceEvaluation &at) {
  at.set(op.getResult(), transpose(at[op.getInput()], op.getPermutation()));
}

static void interpretSlice(SliceOp op, DeviceEvaluation &at) {
  at.set(op.getResult(), at[op.getInput()].slice(
                             op.getDim(), op.getOffset(),
                             op.getResult().getType().getDimSize(op.getDim())));
}

static void interpretConcat(ConcatOp op, DeviceEvaluation &at) {
  auto inputs = llvm::map_to_vector(op.getInputs(),
                                    [&](Value input) { return at[input]; });
  at.set(op.getResult(), concat(inputs, op.getDim()));
}

//===----------------------------------------------------------------------===//
// Ids
//===----------------------------------------------------------------------===//

static LogicalResult interpretEmbedding(EmbeddingOp op, DeviceEvaluation &at) {
  const HostTensor &table = at[op.getTable()];
  // Where rows have ids, an id that names none is 0.
  if (!op.getRowIds() &&
      failed(checkIds(at, "id", op.getIds(), table.getDim(0))))
    return failure();
  at.set(op.getResult(),
         embedding(table, at[op.getIds()], at.find(op.getRowIds())));
  return success();
}

static void interpretIota(IotaOp op, DeviceEvaluation &at) {
  RankedTensorType type = op.getResult().getType();
  at.set(op.getResult(), iota(*storageKind(type, at.getPrecision()),
                              type.getDimSize(0), op.getFirst(), op.getStep()));
}

static LogicalResult interpretCrossEntropy(CrossEntropyOp op,
                                           DeviceEvaluation &at) {
  const HostTensor &logits = at[op.getLogits()];
  int64_t ignoreIndex = op.getIgnoreIndex();
  if (failed(checkIds(at, "label", op.getLabels(), logits.getDims().back(),
                      ignoreIndex)))
    return failure();
  CrossEntropyResult result =
      crossEntropy(logits, at[op.getLabels()], ignoreIndex);
  at.set(op.getSum(), std::move(result.sum));
  at.set(op.getCount(), std::move(result.count));
  return success();
}

static void interpretLogSumExp(LogSumExpOp op, DeviceEvaluation &at) {
  at.set(op.getResult(), logSumExp(at[op.getInput()]));
}

static void interpretPick(PickOp op, DeviceEvaluation &at) {
  at.set(op.getResult(),
         pick(at[op.getInput()], at[op.getLabels()], at[op.getClassIds()]));
}

static void interpretNll(NllOp op, DeviceEvaluation &at) {
  CrossEntropyResult result = nll(at[op.getLse()], at[op.getPicked()],
                                  at[op.getLabels()], op.getIgnoreIndex());
  at.set(op.getSum(), std::move(result.sum));
  at.set(op.getCount(), std::move(result.count));
}

//===----------------------------------------------------------------------===//
// Mixture of experts
//===----------------------------------------------------------------------===//

static void interpretMoeRoute(MoeRouteOp op, DeviceEvaluation &at) {
  RankedTensorType type = op.getExperts().getType();
  MoeRouteResult result =
      moeRoute(at[op.getLogits()], type.getShape().back(), op.getRenormalize(),
               *storageKind(type, at.getPrecision()));
  at.set(op.getWeights(), std::move(result.weights));
  at.set(op.getExperts(), std::move(result.experts));
}

static LogicalResult interpretMoeDispatch(MoeDispatchOp op,
                                          DeviceEvaluation &at) {
  RankedTensorType type = op.getResult().getType();
  int64_t numExperts = type.getDimSize(1), numSlots = type.getDimSize(2);
  if (!op.getExpertIds() &&
      failed(checkIds(at, "expert", op.getExperts(), numExperts)))
    return failure();
  at.set(op.getResult(),
         moeDispatch(at[op.getInput()], at[op.getExperts()], numExperts,
                     numSlots, at.find(op.getExpertIds())));
  return success();
}

static LogicalResult interpretMoeCombine(MoeCombineOp op,
                                         DeviceEvaluation &at) {
  const HostTensor &input = at[op.getInput()];
  if (!op.getExpertIds() &&
      failed(checkIds(at, "expert", op.getExperts(), input.getDim(1))))
    return failure();
  at.set(op.getResult(),
         moeCombine(input, at[op.getExperts()], at[op.getWeights()],
                    at.find(op.getExpertIds())));
  return success();
}

void interp::attachXformerDataModels(MLIRContext *context) {
  attach<interpretReshape<SplitDimOp>, interpretReshape<MergeDimsOp>,
         interpretTranspose, interpretSlice, interpretConcat>(context);
  attach<interpretEmbedding, interpretIota, interpretCrossEntropy,
         interpretLogSumExp, interpretPick, interpretNll, interpretMoeRoute,
         interpretMoeDispatch, interpretMoeCombine>(context);
}
