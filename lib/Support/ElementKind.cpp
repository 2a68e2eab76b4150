// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "partita/Support/ElementKind.h"

using namespace partita;

static constexpr ElementKind allKinds[] = {
    ElementKind::F64, ElementKind::F32, ElementKind::BF16, ElementKind::F16,
    ElementKind::I64, ElementKind::I32, ElementKind::I8,   ElementKind::I1};

int64_t partita::elementSize(ElementKind kind) {
  return dispatch(kind,
                  [](auto type) { return static_cast<int64_t>(sizeof(type)); });
}

llvm::StringRef partita::elementName(ElementKind kind) {
  switch (kind) {
  case ElementKind::F64:
    return "f64";
  case ElementKind::F32:
    return "f32";
  case ElementKind::BF16:
    return "bf16";
  case ElementKind::F16:
    return "f16";
  case ElementKind::I64:
    return "i64";
  case ElementKind::I32:
    return "i32";
  case ElementKind::I8:
    return "i8";
  case ElementKind::I1:
    return "i1";
  }
  __builtin_unreachable();
}

std::optional<ElementKind> partita::parseElementKind(llvm::StringRef name) {
  for (ElementKind kind : allKinds)
    if (name == elementName(kind))
      return kind;
  return std::nullopt;
}

bool partita::isFloatKind(ElementKind kind) {
  switch (kind) {
  case ElementKind::F64:
  case ElementKind::F32:
  case ElementKind::BF16:
  case ElementKind::F16:
    return true;
  case ElementKind::I64:
  case ElementKind::I32:
  case ElementKind::I8:
  case ElementKind::I1:
    return false;
  }
  __builtin_unreachable();
}
