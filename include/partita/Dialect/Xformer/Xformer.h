// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef PARTITA_DIALECT_XFORMER_XFORMER_H
#define PARTITA_DIALECT_XFORMER_XFORMER_H

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "partita/Dialect/Xformer/XformerTraits.h"

#include "partita/Dialect/Xformer/XformerDialect.h.inc"
#include "partita/Dialect/Xformer/XformerEnums.h.inc"
#define GET_ATTRDEF_CLASSES
#include "partita/Dialect/Xformer/XformerAttrs.h.inc"
#define GET_OP_CLASSES
#include "partita/Dialect/Xformer/XformerOps.h.inc"

namespace partita::xformer {

/// Names of the attributes on arguments and results of a model's function; see
/// the description of the dialect.
inline constexpr llvm::StringLiteral inputAttrName = "xformer.input";
inline constexpr llvm::StringLiteral parameterAttrName = "xformer.parameter";
inline constexpr llvm::StringLiteral partAttrName = "xformer.part";
inline constexpr llvm::StringLiteral outputAttrName = "xformer.output";

/// The shape to which `lhs` and `rhs` broadcast by NumPy's rule, or none.
std::optional<llvm::SmallVector<int64_t>>
broadcastShapes(llvm::ArrayRef<int64_t> lhs, llvm::ArrayRef<int64_t> rhs);

} // namespace partita::xformer

#endif // PARTITA_DIALECT_XFORMER_XFORMER_H
