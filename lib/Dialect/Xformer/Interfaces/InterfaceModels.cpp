// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "partita/Dialect/Xformer/Interfaces/InterfaceModels.h"

#include "Models.h"
#include "mlir/IR/DialectRegistry.h"
#include "partita/Dialect/Xformer/Interfaces/LocalForms.h"
#include "partita/Interfaces/ShardingRuleInterface.h"
#include "partita/Interfaces/WorkInterface.h"

using namespace mlir;
using namespace partita;
using namespace partita::xformer;

namespace {
template <typename OpTy>
struct RuleModel : ShardingRuleInterface::ExternalModel<RuleModel<OpTy>, OpTy> {
  ShardingRule getShardingRule(Operation *op) const {
    return ruleOf(cast<OpTy>(op));
  }
};

template <typename OpTy>
struct WorkModel : WorkInterface::ExternalModel<WorkModel<OpTy>, OpTy> {
  Work getWorkAt(Operation *op, ArrayRef<TensorShape> operands,
                 ArrayRef<TensorShape> results) const {
    return workOf(cast<OpTy>(op), operands, results);
  }
};

template <typename... Ops> void attachModels(MLIRContext &context) {
  (Ops::template attachInterface<RuleModel<Ops>, WorkModel<Ops>>(context), ...);
}
} // namespace

void partita::registerXformerInterfaceModels(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, XformerDialect *) {
    attachModels<
#define GET_OP_LIST
#include "partita/Dialect/Xformer/XformerOps.cpp.inc"
        >(*context);
    attachLocalForms(*context);
  });
}
