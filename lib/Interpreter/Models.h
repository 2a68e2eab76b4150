// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// From functions to external models of the interpretable interface.

#ifndef PARTITA_LIB_INTERPRETER_MODELS_H
#define PARTITA_LIB_INTERPRETER_MODELS_H

#include "mlir/IR/MLIRContext.h"
#include "partita/Interfaces/InterpretableInterface.h"
#include "partita/Interpreter/Evaluation.h"

namespace partita::interp {

/// The model of an op whose results on a device follow from its operands there:
/// by `function(op, at)`, which returns nothing or a LogicalResult.
template <auto function> struct FunctionModel;

template <typename OpTy, typename Result,
          Result (*function)(OpTy, DeviceEvaluation &)>
struct FunctionModel<function>
    : InterpretableInterface::ExternalModel<FunctionModel<function>, OpTy> {
  using Op = OpTy;

  llvm::LogicalResult interpret(mlir::Operation *op, Evaluation &evaluation,
                                unsigned device) const {
    DeviceEvaluation at(evaluation, device);
    if constexpr (std::is_void_v<Result>) {
      function(mlir::cast<OpTy>(op), at);
      return mlir::success();
    } else {
      return function(mlir::cast<OpTy>(op), at);
    }
  }
};

/// Attaches the models made of `functions` to the ops they take.
template <auto... functions> void attach(mlir::MLIRContext *context) {
  (FunctionModel<functions>::Op::template attachInterface<
       FunctionModel<functions>>(*context),
   ...);
}

/// Checks that every id in `ids` is in [0, limit) or `exempt`; reports the
/// first that is not. `what` names one of them.
llvm::LogicalResult checkIds(DeviceEvaluation &at, llvm::StringRef what,
                             mlir::Value ids, int64_t limit,
                             std::optional<int64_t> exempt = std::nullopt);

/// One group of models each.
void attachXformerLayerModels(mlir::MLIRContext *context);
void attachXformerElementwiseModels(mlir::MLIRContext *context);
void attachXformerDataModels(mlir::MLIRContext *context);
void attachDistModels(mlir::MLIRContext *context);
void registerScfModels(mlir::DialectRegistry &registry);
void registerUpstreamModels(mlir::DialectRegistry &registry);

} // namespace partita::interp

#endif // PARTITA_LIB_INTERPRETER_MODELS_H
