// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The meaning of the xformer ops that make up layers: linear, matmul,
// attention, norms, rotary and position bias.

#include "Models.h"
#include "partita/Dialect/Xformer/Xformer.h"
#include "partita/Interpreter/Kernels/Attention.h"
#include "partita/Interpreter/Kernels/Embedding.h"
#include "partita/Interpreter/Kernels/Linear.h"
#include "partita/Interpreter/Kernels/Norm.h"

using namespace mlir;
using namespace partita;
using namespace partita::interp;
using namespace partita::xformer;

static void interpretLinear(LinearOp op, DeviceEvaluation &at) {
  at.set(op.getResult(),
         linear(at[op.getInput()], at[op.getWeight()], at.find(op.getBias()),
                op.getTransposeWeight()));
}

static void interpretMatmul(MatmulOp op, DeviceEvaluation &at) {
  at.set(op.getResult(), matmul(at[op.getLhs()], at[op.getRhs()],
                                op.getTransposeLhs(), op.getTransposeRhs()));
}

/// What attention and its log-sum-exp have in common.
template <typename OpTy>
static AttentionOptions attentionOptions(OpTy op, DeviceEvaluation &at) {
  AttentionOptions options;
  options.bias = at.find(op.getBias());
  options.keyMask = at.find(op.getKeyMask());
  options.queryPositions = at.find(op.getQueryPositions());
  options.keyPositions = at.find(op.getKeyPositions());
  options.causal = op.getCausal();
  options.scale = op.getScale().convertToDouble();
  return options;
}

static void interpretAttention(AttentionOp op, DeviceEvaluation &at) {
  AttentionOptions options = attentionOptions(op, at);
  options.normalizer = at.find(op.getNormalizer());
  AttentionResult result =
      attention(at[op.getQuery()], at[op.getKey()], at[op.getValue()], options);
  at.set(op.getOutput(), std::move(result.output));
  if (op.getLse())
    at.set(op.getLse(), std::move(result.logSumExp));
}

static void interpretAttentionLse(AttentionLseOp op, DeviceEvaluation &at) {
  at.set(op.getLse(), attentionLse(at[op.getQuery()], at[op.getKey()],
                                   attentionOptions(op, at)));
}

static void interpretRescale(RescaleOp op, DeviceEvaluation &at) {
  at.set(op.getResult(),
         rescale(at[op.getInput()], at[op.getFrom()], at[op.getTo()]));
}

static void interpretLayerNorm(LayerNormOp op, DeviceEvaluation &at) {
  at.set(op.getResult(),
         layerNorm(at[op.getInput()], at[op.getWeight()], at.find(op.getBias()),
                   op.getEpsilon().convertToDouble()));
}

static void interpretRmsNorm(RmsNormOp op, DeviceEvaluation &at) {
  at.set(op.getResult(), rmsNorm(at[op.getInput()], at[op.getWeight()],
                                 op.getEpsilon().convertToDouble()));
}

static void interpretSoftmax(SoftmaxOp op, DeviceEvaluation &at) {
  at.set(op.getResult(), softmax(at[op.getInput()], op.getDim()));
}

static void interpretRotary(RotaryOp op, DeviceEvaluation &at) {
  RotaryOptions options;
  options.positions = at.find(op.getPositions());
  options.interleaved = op.getInterleaved();
  options.theta = op.getTheta().convertToDouble();
  if (std::optional<Llama3RopeAttr> scaling = op.getScaling()) {
    options.factor = scaling->getFactor().convertToDouble();
    options.lowFrequencyFactor =
        scaling->getLowFrequencyFactor().convertToDouble();
    options.highFrequencyFactor =
        scaling->getHighFrequencyFactor().convertToDouble();
    options.originalContext = scaling->getOriginalContext();
  }
  at.set(op.getResult(), rotary(at[op.getInput()], options));
}

static void interpretRelativePositionBias(RelativePositionBiasOp op,
                                          DeviceEvaluation &at) {
  RankedTensorType type = op.getResult().getType();
  at.set(op.getResult(),
         relativePositionBias(
             at[op.getTable()], type.getDimSize(2), type.getDimSize(3),
             at.find(op.getQueryPositions()), at.find(op.getKeyPositions()),
             op.getBidirectional(), op.getMaxDistance()));
}

void interp::attachXformerLayerModels(MLIRContext *context) {
  attach<interpretLinear, interpretMatmul, interpretAttention,
         interpretAttentionLse, interpretRescale, interpretLayerNorm,
         interpretRmsNorm, interpretSoftmax, interpretRotary,
         interpretRelativePositionBias>(context);
}
