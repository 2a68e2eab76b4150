// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The element types a tensor in host memory can have.

#ifndef PARTITA_SUPPORT_ELEMENTKIND_H
#define PARTITA_SUPPORT_ELEMENTKIND_H

#include "partita/Support/Float16.h"

#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <optional>

namespace partita {

enum class ElementKind : uint8_t { F64, F32, BF16, F16, I64, I32, I8, I1 };

/// Bytes that one element takes. An I1 takes a whole byte: zero is false, and
/// any other value is true.
int64_t elementSize(ElementKind kind);

/// The name as MLIR spells the type: "f64", "bf16", "i1".
llvm::StringRef elementName(ElementKind kind);

/// The inverse of elementName.
std::optional<ElementKind> parseElementKind(llvm::StringRef name);

/// True for F64, F32, BF16 and F16.
bool isFloatKind(ElementKind kind);

/// The C++ type that stores an element, and back. I1 is stored as uint8_t and
/// not as bool, because bytes from a file may hold more than 0 and 1.
template <typename T> struct ElementKindOf;
template <> struct ElementKindOf<double> {
  static constexpr ElementKind value = ElementKind::F64;
};
template <> struct ElementKindOf<float> {
  static constexpr ElementKind value = ElementKind::F32;
};
template <> struct ElementKindOf<BFloat16> {
  static constexpr ElementKind value = ElementKind::BF16;
};
template <> struct ElementKindOf<Float16> {
  static constexpr ElementKind value = ElementKind::F16;
};
template <> struct ElementKindOf<int64_t> {
  static constexpr ElementKind value = ElementKind::I64;
};
template <> struct ElementKindOf<int32_t> {
  static constexpr ElementKind value = ElementKind::I32;
};
template <> struct ElementKindOf<int8_t> {
  static constexpr ElementKind value = ElementKind::I8;
};
template <> struct ElementKindOf<uint8_t> {
  static constexpr ElementKind value = ElementKind::I1;
};

/// Calls `function` with a value of the type that stores `kind`, so that a
/// generic lambda becomes one instance per element type:
///   dispatch(kind, [&](auto type) { return sizeof(type); })
template <typename Function>
decltype(auto) dispatch(ElementKind kind, Function &&function) {
  switch (kind) {
  case ElementKind::F64:
    return function(double());
  case ElementKind::F32:
    return function(float());
  case ElementKind::BF16:
    return function(BFloat16());
  case ElementKind::F16:
    return function(Float16());
  case ElementKind::I64:
    return function(int64_t());
  case ElementKind::I32:
    return function(int32_t());
  case ElementKind::I8:
    return function(int8_t());
  case ElementKind::I1:
    return function(uint8_t());
  }
  __builtin_unreachable();
}

} // namespace partita

#endif // PARTITA_SUPPORT_ELEMENTKIND_H
