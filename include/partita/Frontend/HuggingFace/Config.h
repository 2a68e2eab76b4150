// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Typed reading of a Hugging Face config.json that nobody vouches for.
//
// Every read states what it accepts. The first value that does not fit is kept
// as the error, with its place in the text; reads after it return harmless
// values, so that a family reads all of its options in a row and asks once
// whether they were good:
//
//   int64_t width = config.readSize("n_embd");
//   int64_t heads = config.readSize("n_head");
//   if (config.hasFailed())
//     return;
//
// A key whose value is null counts as absent, as in Hugging Face's own reader.

#ifndef PARTITA_FRONTEND_HUGGINGFACE_CONFIG_H
#define PARTITA_FRONTEND_HUGGINGFACE_CONFIG_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/JSON.h"
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace partita::hf {

/// The largest size that a config may give to a dimension of a tensor. Products
/// of two sizes stay far from the limits of int64_t.
inline constexpr int64_t maxDimension = int64_t(1) << 24;

/// The largest number of layers, and of experts in a layer.
inline constexpr int64_t maxLayers = 10'000;
inline constexpr int64_t maxExperts = 4'096;

/// Why a config was rejected, and where: 1-based line and column in its text.
/// The column is 0 if the line is too long or too strange to be shown.
class ConfigError : public llvm::ErrorInfo<ConfigError> {
public:
  static char ID;

  ConfigError(std::string source, unsigned line, unsigned column,
              std::string message)
      : source(std::move(source)), line(line), column(column),
        message(std::move(message)) {}

  llvm::StringRef getSource() const { return source; }
  unsigned getLine() const { return line; }
  unsigned getColumn() const { return column; }
  llvm::StringRef getMessage() const { return message; }

  void log(llvm::raw_ostream &os) const override;
  std::error_code convertToErrorCode() const override;

private:
  std::string source;
  unsigned line, column;
  std::string message;
};

/// A word that a config may hold, and what it stands for.
template <typename T> struct Choice {
  llvm::StringLiteral name;
  T value;
};

/// One object of a config. Copies share the text and the error.
class ConfigReader {
public:
  /// Parses `text`, which `source` names in errors and which must outlive the
  /// reader. Fails with a ConfigError.
  static llvm::Expected<ConfigReader> parse(llvm::StringRef text,
                                            llvm::StringRef source);

  /// Whether `key` has a value other than null.
  bool has(llvm::StringRef key) const { return find(key); }

  /// An integer in [1, `limit`]. Absent, it is `fallback`, or an error.
  int64_t readSize(llvm::StringRef key,
                   std::optional<int64_t> fallback = std::nullopt,
                   int64_t limit = maxDimension);

  /// A finite number above 0, or from 0 on if `orZero`.
  double readNumber(llvm::StringRef key,
                    std::optional<double> fallback = std::nullopt,
                    bool orZero = false);

  bool readFlag(llvm::StringRef key, bool fallback);

  /// A string of at most 200 bytes, or an empty one if absent.
  std::string readString(llvm::StringRef key);

  /// A list of strings, empty if absent.
  std::vector<std::string> readStrings(llvm::StringRef key);

  /// One of `choices`. Absent, it is the one named `fallback`, or an error if
  /// that is empty. A value that is none of them is not supported, and the
  /// error lists those that are; `hint`, if any, is appended to it.
  template <typename T>
  T readChoice(llvm::StringRef key, llvm::StringRef fallback,
               llvm::ArrayRef<Choice<T>> choices, llvm::StringRef hint = "") {
    std::vector<llvm::StringRef> names;
    for (const Choice<T> &choice : choices)
      names.push_back(choice.name);
    return choices[readChoiceIndex(key, fallback, names, hint)].value;
  }

  /// Fails unless `key` is absent or `expected`: any other value asks for
  /// something that is not supported.
  void requireFlag(llvm::StringRef key, bool expected);
  void requireNumber(llvm::StringRef key, double expected);

  /// Fails if `key` has a value, other than an empty list or object.
  void requireAbsent(llvm::StringRef key);

  /// The object at `key`, or none if it is absent (or not an object, which is
  /// an error).
  std::optional<ConfigReader> readObject(llvm::StringRef key);

  /// The key with those that lead to it, in quotes, for messages.
  std::string spell(llvm::StringRef key) const {
    return ("'" + llvm::Twine(prefix) + key + "'").str();
  }

  /// Reports that `key` does not fit for a reason that its own value does not
  /// show, such as its relation to another key or to an import option.
  void fail(llvm::StringRef key, const llvm::Twine &message);

  /// Reports an error of the config as a whole.
  void fail(const llvm::Twine &message);

  bool hasFailed() const { return document->error.has_value(); }

  /// The first error, or success.
  llvm::Error takeError();

  llvm::StringRef getSource() const { return document->source; }

private:
  struct Document {
    llvm::StringRef text;
    std::string source;
    llvm::json::Value root = nullptr;
    std::optional<ConfigError> error;
  };

  ConfigReader(std::shared_ptr<Document> document,
               const llvm::json::Object *object, size_t begin,
               std::string prefix)
      : document(std::move(document)), object(object), begin(begin),
        prefix(std::move(prefix)) {}

  /// The value of `key`, or null if it is absent or JSON's null.
  const llvm::json::Value *find(llvm::StringRef key) const;

  /// The value of `key`; reports that it is missing unless there is a fallback.
  const llvm::json::Value *findOr(llvm::StringRef key, bool hasFallback,
                                  const llvm::Twine &expected);

  void failExpected(llvm::StringRef key, const llvm::Twine &expected,
                    const llvm::json::Value &got, llvm::StringRef hint = "");
  void failAt(size_t offset, const llvm::Twine &message);
  size_t readChoiceIndex(llvm::StringRef key, llvm::StringRef fallback,
                         llvm::ArrayRef<llvm::StringRef> names,
                         llvm::StringRef hint);

  std::shared_ptr<Document> document;
  const llvm::json::Object *object;
  /// Where the object begins in the text.
  size_t begin;
  /// The keys that lead to the object, each followed by a period.
  std::string prefix;
};

} // namespace partita::hf

#endif // PARTITA_FRONTEND_HUGGINGFACE_CONFIG_H
