// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the ops of the dialect have in common, as traits that verify it.

#ifndef PARTITA_DIALECT_XFORMER_XFORMERTRAITS_H
#define PARTITA_DIALECT_XFORMER_XFORMERTRAITS_H

#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/OpDefinition.h"

namespace partita::xformer {

/// Where a check reports what it finds: at an op or, where a builder infers the
/// types of an op that does not exist yet, at the location it will have, or
/// nowhere. All three name the op in the same way.
class OpReporter {
public:
  OpReporter(mlir::Operation *op) : op(op) {}
  OpReporter(std::optional<mlir::Location> location, llvm::StringRef opName)
      : location(location), opName(opName) {}

  /// Reports `'name' op MESSAGE`, with the message put together of `args`.
  template <typename... Args> mlir::LogicalResult error(Args &&...args) const {
    if (op) {
      mlir::InFlightDiagnostic diagnostic = op->emitOpError();
      return diagnostic.append(std::forward<Args>(args)...);
    }
    return mlir::emitOptionalError(location, "'", opName, "' op ",
                                   std::forward<Args>(args)...);
  }

private:
  mlir::Operation *op = nullptr;
  std::optional<mlir::Location> location;
  llvm::StringRef opName;
};

/// True if a tensor of this shape has fewer than 2^63 bytes, where a dimension
/// of 0 counts as 1: products of its dimensions, and sizes and offsets in
/// bytes, do not overflow an int64_t.
bool hasBoundedSize(llvm::ArrayRef<int64_t> shape, mlir::Type elementType);

namespace detail {
mlir::LogicalResult verifyPlainTensors(mlir::Operation *op);
mlir::LogicalResult verifyInferredTypes(
    mlir::Operation *op,
    llvm::function_ref<mlir::LogicalResult(llvm::SmallVectorImpl<mlir::Type> &)>
        infer);
} // namespace detail

/// Every operand and result is a tensor without an encoding, of bounded size.
template <typename ConcreteOp>
class PlainTensors : public mlir::OpTrait::TraitBase<ConcreteOp, PlainTensors> {
public:
  static mlir::LogicalResult verifyTrait(mlir::Operation *op) {
    return detail::verifyPlainTensors(op);
  }
};

/// The result types are those that `ConcreteOp::inferTypes` gives. It reports,
/// at an op that exists, what it finds wrong with the operands.
template <typename ConcreteOp>
class InferredTypes
    : public mlir::OpTrait::TraitBase<ConcreteOp, InferredTypes> {
public:
  static mlir::LogicalResult verifyTrait(mlir::Operation *op) {
    return detail::verifyInferredTypes(
        op, [op](llvm::SmallVectorImpl<mlir::Type> &types) {
          typename ConcreteOp::Adaptor adaptor(
              op->getOperands(), op->getRawDictionaryAttrs(),
              op->getPropertiesStorage(), op->getRegions());
          return ConcreteOp::inferTypes(op, adaptor, types);
        });
  }
};

} // namespace partita::xformer

#endif // PARTITA_DIALECT_XFORMER_XFORMERTRAITS_H
