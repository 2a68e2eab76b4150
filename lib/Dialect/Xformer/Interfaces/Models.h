// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The rule and the work of every op, one overload an op. The models are made
// from them for the list of all ops, so an op without one does not compile.

#ifndef PARTITA_LIB_DIALECT_XFORMER_INTERFACES_MODELS_H
#define PARTITA_LIB_DIALECT_XFORMER_INTERFACES_MODELS_H

#include "partita/Dialect/Xformer/Xformer.h"
#include "partita/Interfaces/ElementwiseModels.h"
#include "partita/Interfaces/ShardingRule.h"
#include "partita/Interfaces/Work.h"

namespace partita::xformer {

#define PARTITA_XFORMER_MODEL(OpTy)                                            \
  ShardingRule ruleOf(OpTy op);                                                \
  Work workOf(OpTy op, llvm::ArrayRef<TensorShape> operands,                   \
              llvm::ArrayRef<TensorShape> results);

PARTITA_XFORMER_MODEL(EmbeddingOp)
PARTITA_XFORMER_MODEL(IotaOp)
PARTITA_XFORMER_MODEL(RotaryOp)
PARTITA_XFORMER_MODEL(RelativePositionBiasOp)
PARTITA_XFORMER_MODEL(LinearOp)
PARTITA_XFORMER_MODEL(MatmulOp)
PARTITA_XFORMER_MODEL(AttentionOp)
PARTITA_XFORMER_MODEL(AttentionLseOp)
PARTITA_XFORMER_MODEL(RescaleOp)
PARTITA_XFORMER_MODEL(LayerNormOp)
PARTITA_XFORMER_MODEL(RmsNormOp)
PARTITA_XFORMER_MODEL(SoftmaxOp)
PARTITA_XFORMER_MODEL(GeluOp)
PARTITA_XFORMER_MODEL(SiluOp)
PARTITA_XFORMER_MODEL(ReluOp)
PARTITA_XFORMER_MODEL(GatedOp)
PARTITA_XFORMER_MODEL(AddOp)
PARTITA_XFORMER_MODEL(SubOp)
PARTITA_XFORMER_MODEL(MulOp)
PARTITA_XFORMER_MODEL(DivOp)
PARTITA_XFORMER_MODEL(MaxOp)
PARTITA_XFORMER_MODEL(LogAddExpOp)
PARTITA_XFORMER_MODEL(DropoutOp)
PARTITA_XFORMER_MODEL(SplitDimOp)
PARTITA_XFORMER_MODEL(MergeDimsOp)
PARTITA_XFORMER_MODEL(TransposeOp)
PARTITA_XFORMER_MODEL(SliceOp)
PARTITA_XFORMER_MODEL(ConcatOp)
PARTITA_XFORMER_MODEL(MoeRouteOp)
PARTITA_XFORMER_MODEL(MoeDispatchOp)
PARTITA_XFORMER_MODEL(MoeCombineOp)
PARTITA_XFORMER_MODEL(CrossEntropyOp)
PARTITA_XFORMER_MODEL(LogSumExpOp)
PARTITA_XFORMER_MODEL(PickOp)
PARTITA_XFORMER_MODEL(NllOp)

#undef PARTITA_XFORMER_MODEL

} // namespace partita::xformer

#endif // PARTITA_LIB_DIALECT_XFORMER_INTERFACES_MODELS_H
