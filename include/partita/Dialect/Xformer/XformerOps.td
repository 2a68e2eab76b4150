// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The ops, in the order in which a model meets them; the definitions stand in
// one file a family.

#ifndef PARTITA_DIALECT_XFORMER_XFORMEROPS_TD
#define PARTITA_DIALECT_XFORMER_XFORMEROPS_TD

include "partita/Dialect/Xformer/XformerEmbeddingOps.td"
include "partita/Dialect/Xformer/XformerLinearOps.td"
include "partita/Dialect/Xformer/XformerAttentionOps.td"
include "partita/Dialect/Xformer/XformerNormOps.td"
include "partita/Dialect/Xformer/XformerElementwiseOps.td"
include "partita/Dialect/Xformer/XformerShapeOps.td"
include "partita/Dialect/Xformer/XformerExpertOps.td"
include "partita/Dialect/Xformer/XformerLossOps.td"

#endif // PARTITA_DIALECT_XFORMER_XFORMEROPS_TD
