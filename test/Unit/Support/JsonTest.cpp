// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Support/TestFiles.h"

#include "partita/Support/Json.h"

#include <string>

using namespace partita;
using namespace partita::test;
using testing::HasSubstr;
using testing::StartsWith;

namespace {

std::string parseMessage(llvm::StringRef text, JsonLimits limits = {}) {
  return message(parseJson(text, "config.json", limits));
}

std::string repeat(llvm::StringRef text, size_t count) {
  std::string result;
  for (size_t i = 0; i != count; ++i)
    result += text;
  return result;
}

TEST(JsonTest, ParsesDocuments) {
  llvm::Expected<llvm::json::Value> value =
      parseJson(R"({"a": [1, 2.5, "x:{[,\"]"], "b": {"a": null}})", "f");
  ASSERT_TRUE(bool(value)) << message(value.takeError());
  EXPECT_EQ(value->getAsObject()->getArray("a")->size(), 3u);
  EXPECT_EQ(parseMessage("[]"), "success");
  EXPECT_EQ(parseMessage("3"), "success");
}

// A syntax error says where.
TEST(JsonTest, ReportsSyntaxErrors) {
  EXPECT_THAT(parseMessage("{\"a\":\n  }"),
              StartsWith("config.json: not valid JSON: [2:"));
  for (const char *text :
       {"", "{", "[1", "\"abc", "\"abc\\", "{\"a\" 1}", "nul", "[1,]", "NaN",
        "{} {}", "]", "[}", "\xff", "\"\\ud800\xc0\"", "-", "1e", "{a:1}"})
    EXPECT_THAT(parseMessage(text), StartsWith("config.json: not valid JSON"))
        << text;
}

// A million brackets would need a million stack frames in LLVM's parser.
TEST(JsonTest, RefusesDeepNesting) {
  EXPECT_EQ(parseMessage(repeat("[", 1'000'000)),
            "config.json: JSON is nested more than 64 deep");
  EXPECT_EQ(parseMessage(repeat("{\"a\":", 1'000'000)),
            "config.json: JSON is nested more than 64 deep");
  EXPECT_EQ(parseMessage(repeat("[", 64) + repeat("]", 64)), "success");
  EXPECT_EQ(parseMessage(repeat("[", 65) + repeat("]", 65)),
            "config.json: JSON is nested more than 64 deep");
}

// Brackets in strings are text, also after escaped quotes and backslashes.
TEST(JsonTest, CountsNoBracketsInStrings) {
  EXPECT_EQ(parseMessage("[\"" + repeat("[", 1000) + "\"]"), "success");
  EXPECT_EQ(parseMessage("[\"\\\"" + repeat("{", 1000) + "\"]"), "success");
  EXPECT_EQ(parseMessage("[\"\\\\\"," + repeat("[", 64) + repeat("]", 65)),
            "config.json: JSON is nested more than 64 deep");
}

TEST(JsonTest, RefusesOversizedText) {
  EXPECT_EQ(parseMessage("[1, 2]", {.maxBytes = 5}),
            "config.json: JSON of 6 bytes is too large, expected at most 5");
  EXPECT_EQ(parseMessage("[1, 2]", {.maxBytes = 6}), "success");
}

TEST(JsonTest, RefusesTooManyValues) {
  EXPECT_EQ(parseMessage("[0,0,0,0]", {.maxValues = 4}),
            "config.json: JSON has more than 4 values");
  EXPECT_EQ(parseMessage("[0,0,0,0]", {.maxValues = 5}), "success");
}

// Two equal keys have no meaning that all readers share. Escapes do not hide
// one; equal keys of different objects are no duplicates.
TEST(JsonTest, RefusesDuplicateKeys) {
  EXPECT_EQ(parseMessage(R"({"a": 1, "b": 2, "a": 1})"),
            "config.json: duplicate key 'a'; keep one of them");
  EXPECT_EQ(parseMessage(R"([{"x": {"b": 1, "\u0062": 2}}])"),
            "config.json: duplicate key 'b'; keep one of them");
  EXPECT_EQ(parseMessage(R"({"": "", "": ""})"),
            "config.json: duplicate key ''; keep one of them");
  EXPECT_EQ(parseMessage(R"({"a": {"a": [{"a": 1}, {"a": ":"}]}})"), "success");
}

TEST(JsonTest, RefusesNonFiniteNumbers) {
  EXPECT_EQ(parseMessage(R"({"rms_norm_eps": [1e999]})"),
            "config.json: a number is too large for a double");
  EXPECT_EQ(parseMessage("-1e400"),
            "config.json: a number is too large for a double");
  EXPECT_EQ(parseMessage("1e-999"), "success");
}

TEST(JsonTest, TakesExactIntegersOnly) {
  auto integer = [](llvm::StringRef text) {
    return getExactInteger(llvm::cantFail(parseJson(text, "f")));
  };
  EXPECT_EQ(integer("42"), 42);
  EXPECT_EQ(integer("-42"), -42);
  EXPECT_EQ(integer("1e3"), 1000);
  EXPECT_EQ(integer("9007199254740993"), 9007199254740993);
  EXPECT_EQ(integer("9223372036854775807"), INT64_MAX);
  EXPECT_EQ(integer("-9223372036854775808"), INT64_MIN);
  EXPECT_EQ(integer("9223372036854775808"), std::nullopt);
  EXPECT_EQ(integer("9223372036854775808.0"), std::nullopt);
  EXPECT_EQ(integer("18446744073709551615"), std::nullopt);
  EXPECT_EQ(integer("1e300"), std::nullopt);
  EXPECT_EQ(integer("-1e300"), std::nullopt);
  EXPECT_EQ(integer("1.5"), std::nullopt);
  EXPECT_EQ(integer("\"1\""), std::nullopt);
  EXPECT_EQ(integer("true"), std::nullopt);
}

TEST(JsonTest, LoadsFiles) {
  TemporaryDirectory directory;
  std::string path = directory.write("config.json", "{\"a\": 1}");
  llvm::Expected<llvm::json::Value> value = loadJson(path);
  ASSERT_TRUE(bool(value)) << message(value.takeError());
  EXPECT_EQ(value->getAsObject()->getInteger("a"), 1);
  EXPECT_THAT(message(loadJson(directory / "none")),
              HasSubstr("none: cannot read"));
}

} // namespace
