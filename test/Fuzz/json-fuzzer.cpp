// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Configuration text. Laws: what is accepted is no deeper than allowed, and
// prints as JSON that is accepted again and has the same value.

#include "FuzzInput.h"

#include "partita/Support/Json.h"

#include "llvm/Support/FormatVariadic.h"

using namespace partita;

/// Low limits, so that the fuzzer gets there.
static constexpr JsonLimits limits = {.maxValues = 200, .maxDepth = 4};

/// Asks every value for an integer; `depth` brackets are open around it.
static void visit(const llvm::json::Value &value, unsigned depth = 0) {
  (void)getExactInteger(value);
  bool isLeaf = !value.getAsObject() && !value.getAsArray();
  fuzz::require(isLeaf || depth < limits.maxDepth, "nesting is bounded");
  if (const llvm::json::Object *object = value.getAsObject())
    for (const auto &entry : *object)
      visit(entry.second, depth + 1);
  if (const llvm::json::Array *array = value.getAsArray())
    for (const llvm::json::Value &element : *array)
      visit(element, depth + 1);
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  llvm::StringRef text(reinterpret_cast<const char *>(data), size);
  llvm::Expected<llvm::json::Value> value = parseJson(text, "input", limits);
  if (!value) {
    llvm::consumeError(value.takeError());
    return 0;
  }
  visit(*value);
  std::string printed = llvm::formatv("{0}", *value);
  llvm::Expected<llvm::json::Value> again =
      parseJson(printed, "printed", limits);
  fuzz::require(bool(again), "printed JSON parses");
  fuzz::require(*again == *value, "printed JSON has the same value");
  return 0;
}
