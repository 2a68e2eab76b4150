// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Splats.h"

#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace partita;
using namespace partita::xformer;

/// The attribute of the constant that defines `value`, or null.
static Attribute getConstant(Value value) {
  Attribute attribute;
  matchPattern(value, m_Constant(&attribute));
  return attribute;
}

SplatElementsAttr xformer::getSplat(Attribute attribute) {
  auto splat = dyn_cast_or_null<SplatElementsAttr>(attribute);
  return splat && !splat.empty() ? splat : SplatElementsAttr();
}

std::optional<APFloat> xformer::getFloatSplat(Attribute attribute) {
  SplatElementsAttr splat = getSplat(attribute);
  if (!splat || !isa<FloatType>(splat.getElementType()))
    return std::nullopt;
  return splat.getSplatValue<APFloat>();
}

std::optional<APFloat> xformer::getFloatSplat(Value value) {
  return getFloatSplat(getConstant(value));
}

bool xformer::isZeroSplat(Value value) {
  std::optional<APFloat> splat = getFloatSplat(value);
  return splat && splat->isZero();
}

bool xformer::isTrueSplat(Value value) {
  SplatElementsAttr splat = getSplat(getConstant(value));
  return splat && splat.getElementType().isInteger(1) &&
         splat.getSplatValue<bool>();
}

Attribute xformer::reshapeSplat(Attribute attribute, Type type) {
  SplatElementsAttr splat = getSplat(attribute);
  auto shaped = cast<ShapedType>(type);
  if (!splat || llvm::is_contained(shaped.getShape(), 0))
    return {};
  return splat.resizeSplat(shaped);
}
