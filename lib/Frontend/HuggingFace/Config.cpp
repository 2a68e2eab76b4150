// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "partita/Frontend/HuggingFace/Config.h"

#include "partita/Support/FileError.h"
#include "partita/Support/Json.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace partita;
using namespace partita::hf;
namespace json = llvm::json;

char ConfigError::ID;

void ConfigError::log(llvm::raw_ostream &os) const {
  os << source << ':' << line << ':' << column << ": " << message;
}

std::error_code ConfigError::convertToErrorCode() const {
  return std::make_error_code(std::errc::invalid_argument);
}

//===----------------------------------------------------------------------===//
// Places in the text
//===----------------------------------------------------------------------===//

/// The offset of the string after `"`, past its closing quote. `text` is JSON.
static size_t skipString(llvm::StringRef text, size_t begin) {
  size_t i = begin + 1;
  while (i < text.size() && text[i] != '"')
    i += text[i] == '\\' ? 2 : 1;
  return i + 1;
}

/// The offset of `key` in the object that begins at `begin`, or `begin` if it
/// is not spelled there as it is read (JSON may escape any character).
static size_t findKey(llvm::StringRef text, size_t begin, llvm::StringRef key) {
  unsigned depth = 0;
  for (size_t i = begin; i < text.size();) {
    if (text[i] == '"') {
      size_t end = skipString(text, i);
      llvm::StringRef rest = text.substr(end).ltrim();
      if (depth == 1 && rest.starts_with(":") &&
          text.slice(i + 1, end - 1) == key)
        return i;
      i = end;
      continue;
    }
    if (text[i] == '{' || text[i] == '[')
      ++depth;
    if ((text[i] == '}' || text[i] == ']') && --depth == 0)
      break;
    ++i;
  }
  return begin;
}

/// Whether a terminal can show the line with a mark below the column.
static bool isPresentable(llvm::StringRef line) {
  constexpr size_t longestShown = 200;
  return line.size() <= longestShown && llvm::all_of(line, [](char c) {
           return llvm::isPrint(c) || c == '\t';
         });
}

static ConfigError makeError(llvm::StringRef text, llvm::StringRef source,
                             size_t offset, const llvm::Twine &message) {
  llvm::StringRef before = text.take_front(offset);
  size_t lineBegin = before.rfind('\n') + 1; // npos + 1 is 0
  llvm::StringRef line = text.substr(lineBegin);
  line = line.take_front(line.find('\n')).rtrim('\r');
  unsigned column = isPresentable(line) ? offset - lineBegin + 1 : 0;
  return ConfigError(source.str(), before.count('\n') + 1, column,
                     message.str());
}

//===----------------------------------------------------------------------===//
// ConfigReader
//===----------------------------------------------------------------------===//

static constexpr llvm::StringLiteral notSupported =
    "the option is not supported";

/// A value as an error shows it.
static std::string describe(const json::Value &value) {
  switch (value.kind()) {
  case json::Value::Null:
    return "null";
  case json::Value::Array:
    return "a list";
  case json::Value::Object:
    return "an object";
  case json::Value::String:
    return quoted(*value.getAsString());
  case json::Value::Boolean:
  case json::Value::Number:
    return llvm::formatv("{0}", value).str();
  }
  llvm_unreachable("all kinds are handled");
}

llvm::Expected<ConfigReader> ConfigReader::parse(llvm::StringRef text,
                                                 llvm::StringRef source) {
  // Configs of classifiers list their labels, so a large one is no error.
  constexpr JsonLimits limits{/*maxBytes=*/16 << 20, /*maxValues=*/1'000'000,
                              /*maxDepth=*/32};
  llvm::Expected<json::Value> root = parseJson(text, source, limits);
  if (!root) {
    std::string message = llvm::toString(root.takeError());
    llvm::StringRef what = message;
    what.consume_front((source + ": ").str());
    return llvm::make_error<ConfigError>(source.str(), 1, 0, what.str());
  }
  auto document = std::make_shared<Document>();
  document->text = text;
  document->source = source.str();
  document->root = std::move(*root);
  const json::Object *object = document->root.getAsObject();
  if (!object)
    return llvm::make_error<ConfigError>(
        makeError(text, source, 0,
                  "expected an object, got " + describe(document->root)));
  return ConfigReader(document, object, text.find('{'), "");
}

const json::Value *ConfigReader::find(llvm::StringRef key) const {
  const json::Value *value = object->get(key);
  return value && value->kind() != json::Value::Null ? value : nullptr;
}

const json::Value *ConfigReader::findOr(llvm::StringRef key, bool hasFallback,
                                        const llvm::Twine &expected) {
  const json::Value *value = find(key);
  if (!value && !hasFallback)
    fail("missing " + spell(key) + ", expected " + expected);
  return value;
}

int64_t ConfigReader::readSize(llvm::StringRef key,
                               std::optional<int64_t> fallback, int64_t limit) {
  std::string expected = llvm::formatv("an integer from 1 to {0}", limit).str();
  const json::Value *value = findOr(key, fallback.has_value(), expected);
  if (!value)
    return fallback.value_or(1);
  std::optional<int64_t> size = getExactInteger(*value);
  if (size && *size >= 1 && *size <= limit)
    return *size;
  failExpected(key, expected, *value);
  return 1;
}

double ConfigReader::readNumber(llvm::StringRef key,
                                std::optional<double> fallback, bool orZero) {
  llvm::StringRef expected =
      orZero ? "a number that is not negative" : "a positive number";
  const json::Value *value = findOr(key, fallback.has_value(), expected);
  if (!value)
    return fallback.value_or(1);
  std::optional<double> number = value->getAsNumber();
  if (number && (*number > 0 || (orZero && *number == 0)))
    return *number;
  failExpected(key, expected, *value);
  return 1;
}

bool ConfigReader::readFlag(llvm::StringRef key, bool fallback) {
  const json::Value *value = find(key);
  if (!value)
    return fallback;
  if (std::optional<bool> flag = value->getAsBoolean())
    return *flag;
  failExpected(key, "true or false", *value);
  return fallback;
}

std::string ConfigReader::readString(llvm::StringRef key) {
  constexpr size_t longest = 200;
  const json::Value *value = find(key);
  if (!value)
    return "";
  std::optional<llvm::StringRef> text = value->getAsString();
  if (text && text->size() <= longest)
    return text->str();
  failExpected(key, "a string of at most 200 bytes", *value);
  return "";
}

std::vector<std::string> ConfigReader::readStrings(llvm::StringRef key) {
  const json::Value *value = find(key);
  if (!value)
    return {};
  std::vector<std::string> strings;
  const json::Array *array = value->getAsArray();
  if (array)
    for (const json::Value &element : *array)
      if (std::optional<llvm::StringRef> text = element.getAsString())
        strings.push_back(text->str());
  if (array && strings.size() == array->size())
    return strings;
  failExpected(key, "a list of strings", *value);
  return {};
}

size_t ConfigReader::readChoiceIndex(llvm::StringRef key,
                                     llvm::StringRef fallback,
                                     llvm::ArrayRef<llvm::StringRef> names,
                                     llvm::StringRef hint) {
  std::string expected = names.size() == 1 ? "'" : "one of '";
  expected += llvm::join(names, "', '") + "'";
  auto indexOf = [&](llvm::StringRef name) {
    return size_t(llvm::find(names, name) - names.begin());
  };
  const json::Value *value = findOr(key, !fallback.empty(), expected);
  if (!value)
    return fallback.empty() ? 0 : indexOf(fallback);
  if (std::optional<llvm::StringRef> name = value->getAsString())
    if (size_t index = indexOf(*name); index < names.size())
      return index;
  failExpected(key, expected, *value, hint);
  return 0;
}

void ConfigReader::requireFlag(llvm::StringRef key, bool expected) {
  if (readFlag(key, expected) != expected)
    failExpected(key, expected ? "true" : "false", *find(key), notSupported);
}

void ConfigReader::requireNumber(llvm::StringRef key, double expected) {
  const json::Value *value = find(key);
  if (value && value->getAsNumber() != expected)
    failExpected(key, llvm::formatv("{0}", json::Value(expected)), *value,
                 notSupported);
}

void ConfigReader::requireAbsent(llvm::StringRef key) {
  const json::Value *value = find(key);
  if (!value)
    return;
  if (const json::Array *array = value->getAsArray(); array && array->empty())
    return;
  if (const json::Object *map = value->getAsObject(); map && map->empty())
    return;
  failExpected(key, "null", *value, notSupported);
}

std::optional<ConfigReader> ConfigReader::readObject(llvm::StringRef key) {
  const json::Value *value = find(key);
  if (!value)
    return std::nullopt;
  if (const json::Object *inner = value->getAsObject()) {
    size_t at =
        document->text.find('{', findKey(document->text, begin, key) + 1);
    return ConfigReader(document, inner, at, (prefix + key + ".").str());
  }
  failExpected(key, "an object", *value);
  return std::nullopt;
}

void ConfigReader::failExpected(llvm::StringRef key,
                                const llvm::Twine &expected,
                                const json::Value &got, llvm::StringRef hint) {
  fail(key, "expected " + spell(key) + " to be " + expected + ", got " +
                describe(got) + (hint.empty() ? "" : "; ") + hint);
}

void ConfigReader::fail(llvm::StringRef key, const llvm::Twine &message) {
  failAt(findKey(document->text, begin, key), message);
}

void ConfigReader::fail(const llvm::Twine &message) { failAt(begin, message); }

void ConfigReader::failAt(size_t offset, const llvm::Twine &message) {
  if (!hasFailed())
    document->error =
        makeError(document->text, document->source, offset, message);
}

llvm::Error ConfigReader::takeError() {
  if (!hasFailed())
    return llvm::Error::success();
  return llvm::make_error<ConfigError>(*document->error);
}
