// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The block formats in which GGUF files store weights. A block holds a fixed
// number of consecutive elements of a row as small integers q with scales:
//
//   format  elements  bytes  element
//   Q4_0          32     18  d (q - 8)
//   Q4_1          32     20  d q + m
//   Q5_0          32     22  d (q - 16)
//   Q5_1          32     24  d q + m
//   Q8_0          32     34  d q
//   Q4_K         256    144  d s_i q - m t_i, s_i and t_i 6 bits per 32
//   Q5_K         256    176  the same with 5-bit q
//   Q6_K         256    210  d s_i (q - 32), s_i 8 bits per 16 elements
//
// d and m are Float16. Source of the layouts: the GGML project's public
// definition of its block types.

#ifndef PARTITA_FRONTEND_WEIGHTS_DEQUANTIZE_H
#define PARTITA_FRONTEND_WEIGHTS_DEQUANTIZE_H

#include "partita/Support/ElementKind.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <optional>

namespace partita {

/// Decodes whole blocks: `out` has the number of elements that `blocks` holds.
using DequantizeFunction = void (*)(llvm::ArrayRef<uint8_t> blocks,
                                    llvm::MutableArrayRef<float> out);

/// An element type of a GGUF file. One of `kind` and `dequantize` is set for a
/// type that can be read; neither for one that can only be named.
struct GgmlType {
  llvm::StringLiteral name;
  DequantizeFunction dequantize;
  uint32_t id;
  /// Elements and bytes of a block; 1 and the element's size for plain types,
  /// and 0 where the layout is not known.
  unsigned blockElements;
  unsigned blockBytes;
  std::optional<ElementKind> kind;

  bool isReadable() const { return kind || dequantize; }
};

/// The type with this number, or null.
const GgmlType *lookupGgmlType(uint32_t id);

/// The type with this name, or null.
const GgmlType *lookupGgmlType(llvm::StringRef name);

} // namespace partita

#endif // PARTITA_FRONTEND_WEIGHTS_DEQUANTIZE_H
