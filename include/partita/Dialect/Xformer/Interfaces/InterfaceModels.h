// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef PARTITA_DIALECT_XFORMER_INTERFACES_INTERFACEMODELS_H
#define PARTITA_DIALECT_XFORMER_INTERFACES_INTERFACEMODELS_H

namespace mlir {
class DialectRegistry;
} // namespace mlir

namespace partita {

/// Gives every `xformer` op its sharding rule and its work.
///
/// Factors are named by role:
///
///   b s h   | batch, sequence, heads: leading dimensions, by their place
///   d       | features: the last dimension
///   q k     | queries and keys of attention
///   g       | query heads that share one key head
///   v       | features of attention's values; vocabulary
///   m n k   | rows, columns and contraction of a matrix product
///   e t c   | experts, tokens, slots of an expert
///   r       | buckets of relative distances; a small list of indices
///   s_0 s_1 | dimension `s` in operand 0 and 1 where it differs from the
///           | result's, which is called `s`
void registerXformerInterfaceModels(mlir::DialectRegistry &registry);

} // namespace partita

#endif // PARTITA_DIALECT_XFORMER_INTERFACES_INTERFACEMODELS_H
