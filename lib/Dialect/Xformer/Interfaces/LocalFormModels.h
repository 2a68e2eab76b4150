// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The local and the padded form of every op that has one, one overload an op.

#ifndef PARTITA_LIB_DIALECT_XFORMER_INTERFACES_LOCALFORMMODELS_H
#define PARTITA_LIB_DIALECT_XFORMER_INTERFACES_LOCALFORMMODELS_H

#include "Models.h"
#include "mlir/IR/PatternMatch.h"

namespace partita::xformer {

/// The factors along which an op is to be split or padded, by name.
class ChosenFactors {
public:
  ChosenFactors(const ShardingRule &rule, llvm::ArrayRef<unsigned> factors) {
    for (unsigned factor : factors)
      names.push_back(rule.factors[factor].name);
  }

  bool has(llvm::StringRef name) const {
    return llvm::is_contained(names, name);
  }

  bool hasAny() const { return !names.empty(); }

private:
  llvm::SmallVector<std::string, 4> names;
};

#define PARTITA_XFORMER_LOCAL_FORM(OpTy)                                       \
  llvm::LogicalResult localFormOf(OpTy op, mlir::RewriterBase &rewriter,       \
                                  const ChosenFactors &factors);
#define PARTITA_XFORMER_PADDED_FORM(OpTy)                                      \
  llvm::LogicalResult paddedFormOf(OpTy op, mlir::RewriterBase &rewriter,      \
                                   const ChosenFactors &factors);

PARTITA_XFORMER_LOCAL_FORM(EmbeddingOp)
PARTITA_XFORMER_LOCAL_FORM(RotaryOp)
PARTITA_XFORMER_LOCAL_FORM(RelativePositionBiasOp)
PARTITA_XFORMER_LOCAL_FORM(LinearOp)
PARTITA_XFORMER_LOCAL_FORM(AttentionOp)
PARTITA_XFORMER_LOCAL_FORM(AttentionLseOp)
PARTITA_XFORMER_LOCAL_FORM(DropoutOp)
PARTITA_XFORMER_LOCAL_FORM(MoeDispatchOp)
PARTITA_XFORMER_LOCAL_FORM(MoeCombineOp)
PARTITA_XFORMER_LOCAL_FORM(CrossEntropyOp)
PARTITA_XFORMER_PADDED_FORM(AttentionOp)
PARTITA_XFORMER_PADDED_FORM(AttentionLseOp)
PARTITA_XFORMER_PADDED_FORM(DropoutOp)

#undef PARTITA_XFORMER_LOCAL_FORM
#undef PARTITA_XFORMER_PADDED_FORM

} // namespace partita::xformer

#endif // PARTITA_LIB_DIALECT_XFORMER_INTERFACES_LOCALFORMMODELS_H
