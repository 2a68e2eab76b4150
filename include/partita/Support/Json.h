// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// JSON from files that nobody vouches for. LLVM's parser checks the grammar,
// but it recurses once for each level of nesting (a file of brackets overflows
// the stack), keeps the last of two equal keys, and reads 1e999 as infinity.
// A scan before it and a walk after it close these gaps.

#ifndef PARTITA_SUPPORT_JSON_H
#define PARTITA_SUPPORT_JSON_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/JSON.h"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace partita {

/// What a document may need at most. A value takes about 50 bytes of memory.
struct JsonLimits {
  size_t maxBytes = size_t(64) << 20;
  size_t maxValues = 4'000'000;
  unsigned maxDepth = 64;
};

/// Parses a whole document. Fails, naming `source` (a path), when the text is
/// larger, longer or deeper than `limits`, is not JSON in UTF-8, has an object
/// with two equal keys, or has a number too large for a double.
llvm::Expected<llvm::json::Value>
parseJson(llvm::StringRef text, llvm::StringRef source, JsonLimits limits = {});

/// The same for the text of a file.
llvm::Expected<llvm::json::Value> loadJson(llvm::StringRef path,
                                           JsonLimits limits = {});

/// The value as an integer if it is one that an int64_t holds. A number with a
/// fraction or exponent counts when it is whole and below 2^53 (so 1e3 does).
std::optional<int64_t> getExactInteger(const llvm::json::Value &value);

} // namespace partita

#endif // PARTITA_SUPPORT_JSON_H
