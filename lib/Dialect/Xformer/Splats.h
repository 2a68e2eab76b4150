// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Constants all of whose elements are equal: the ones that folding is worth
// doing for, because the result is as small whatever its shape.

#ifndef PARTITA_LIB_DIALECT_XFORMER_SPLATS_H
#define PARTITA_LIB_DIALECT_XFORMER_SPLATS_H

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Value.h"

namespace partita::xformer {

/// The constant `attribute` if all its elements are equal, and there is one;
/// otherwise null.
mlir::SplatElementsAttr getSplat(mlir::Attribute attribute);

/// The value of all elements of a constant of floats, if it is a splat.
std::optional<llvm::APFloat> getFloatSplat(mlir::Attribute attribute);
std::optional<llvm::APFloat> getFloatSplat(mlir::Value value);

/// True if `value` is a constant of zeros, of either sign.
bool isZeroSplat(mlir::Value value);

/// True if `value` is an i1 constant whose elements are all true.
bool isTrueSplat(mlir::Value value);

/// The splat `attribute` in the shape of `type`, or null if it is none or would
/// have no element.
mlir::Attribute reshapeSplat(mlir::Attribute attribute, mlir::Type type);

} // namespace partita::xformer

#endif // PARTITA_LIB_DIALECT_XFORMER_SPLATS_H
