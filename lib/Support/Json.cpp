// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "partita/Support/Json.h"

#include "partita/Support/FileError.h"
#include "partita/Support/MappedFile.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"

#include <cmath>

using namespace partita;
namespace json = llvm::json;

namespace {

/// What one pass over the text can tell without understanding it. In a text
/// that is JSON the figures are exact; in another they only bound the parser,
/// which then rejects the text.
struct Scan {
  size_t maxDepth = 0;
  size_t numValues = 1;
  size_t numKeys = 0;
};

} // namespace

/// The index of the quote that ends the string starting at `text[begin]`, or
/// npos.
static size_t findStringEnd(llvm::StringRef text, size_t begin) {
  for (size_t i = begin + 1; i < text.size(); ++i) {
    if (text[i] == '"')
      return i;
    if (text[i] == '\\')
      ++i;
  }
  return llvm::StringRef::npos;
}

static Scan scan(llvm::StringRef text) {
  Scan result;
  size_t depth = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    switch (text[i]) {
    case '"':
      i = findStringEnd(text, i);
      if (i == llvm::StringRef::npos)
        return result; // The parser says where.
      break;
    case '[':
    case '{':
      result.maxDepth = std::max(result.maxDepth, ++depth);
      ++result.numValues;
      break;
    case ']':
    case '}':
      if (depth != 0)
        --depth;
      break;
    case ',':
      ++result.numValues;
      break;
    case ':':
      ++result.numKeys;
      break;
    default:
      break;
    }
  }
  return result;
}

/// The keys that the parsed document has. Recursion is bounded by the scan.
static size_t countKeys(const json::Value &value) {
  size_t count = 0;
  if (const json::Object *object = value.getAsObject()) {
    count = object->size();
    for (const auto &entry : *object)
      count += countKeys(entry.second);
  } else if (const json::Array *array = value.getAsArray()) {
    for (const json::Value &element : *array)
      count += countKeys(element);
  }
  return count;
}

static bool hasNonFinite(const json::Value &value) {
  if (const json::Object *object = value.getAsObject()) {
    for (const auto &entry : *object)
      if (hasNonFinite(entry.second))
        return true;
  } else if (const json::Array *array = value.getAsArray()) {
    for (const json::Value &element : *array)
      if (hasNonFinite(element))
        return true;
  } else if (std::optional<double> number = value.getAsNumber()) {
    return !std::isfinite(*number);
  }
  return false;
}

/// The first key that repeats an earlier one of its object. `text` is JSON with
/// a duplicate key, so this is only for the message.
static std::string findDuplicateKey(llvm::StringRef text) {
  llvm::SmallVector<llvm::StringSet<>> open;
  std::string last;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') {
      size_t end = findStringEnd(text, i);
      // Decode escapes: "\u0061" and "a" are the same key.
      llvm::Expected<json::Value> key =
          json::parse(text.slice(i, std::min(end, text.size() - 1) + 1));
      last = key ? key->getAsString().value_or("").str()
                 : (llvm::consumeError(key.takeError()), std::string());
      i = end;
    } else if (text[i] == '[' || text[i] == '{') {
      open.emplace_back();
    } else if (text[i] == ']' || text[i] == '}') {
      open.pop_back();
    } else if (text[i] == ':' && !open.back().insert(last).second) {
      break;
    }
  }
  return last;
}

llvm::Expected<json::Value> partita::parseJson(llvm::StringRef text,
                                               llvm::StringRef source,
                                               JsonLimits limits) {
  if (text.size() > limits.maxBytes)
    return fileError(source, "JSON of " + llvm::Twine(text.size()) +
                                 " bytes is too large, expected at most " +
                                 llvm::Twine(limits.maxBytes));
  Scan scanned = scan(text);
  if (scanned.maxDepth > limits.maxDepth)
    return fileError(source, "JSON is nested more than " +
                                 llvm::Twine(limits.maxDepth) + " deep");
  if (scanned.numValues > limits.maxValues)
    return fileError(source, "JSON has more than " +
                                 llvm::Twine(limits.maxValues) + " values");

  llvm::Expected<json::Value> value = json::parse(text);
  if (!value)
    return fileError(source,
                     "not valid JSON: " + llvm::toString(value.takeError()));
  if (countKeys(*value) != scanned.numKeys)
    return fileError(source, "duplicate key " + quoted(findDuplicateKey(text)),
                     "keep one of them");
  if (hasNonFinite(*value))
    return fileError(source, "a number is too large for a double");
  return value;
}

llvm::Expected<json::Value> partita::loadJson(llvm::StringRef path,
                                              JsonLimits limits) {
  llvm::Expected<MappedFile> file = MappedFile::open(path);
  if (!file)
    return file.takeError();
  return parseJson(file->getText(), path, limits);
}

std::optional<int64_t> partita::getExactInteger(const json::Value &value) {
  std::optional<double> number = value.getAsNumber();
  if (!number)
    return std::nullopt;
  // LLVM's getAsInteger also takes the double 2^63, which no int64_t holds, so
  // large positive numbers count only if they were written as an integer.
  constexpr double exactDoubles = 0x1p53, lowestInteger = -0x1p63;
  if (*number >= exactDoubles && !value.getAsUINT64())
    return std::nullopt;
  if (*number < lowestInteger)
    return std::nullopt;
  return value.getAsInteger();
}
