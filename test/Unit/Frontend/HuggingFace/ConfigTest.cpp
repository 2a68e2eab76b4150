// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "partita/Frontend/HuggingFace/Config.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include <limits>

using namespace partita::hf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

namespace {

ConfigReader parse(llvm::StringRef text) {
  return llvm::cantFail(ConfigReader::parse(text, "config.json"));
}

/// The error of a reader, or of a text that is no config.
std::string errorOf(ConfigReader &config) {
  return llvm::toString(config.takeError());
}
std::string errorOf(llvm::StringRef text) {
  llvm::Expected<ConfigReader> config = ConfigReader::parse(text, "c");
  return config ? "" : llvm::toString(config.takeError());
}

//===----------------------------------------------------------------------===//
// Values that fit
//===----------------------------------------------------------------------===//

TEST(ConfigReader, ReadsValues) {
  ConfigReader config = parse(R"({
    "size": 768, "whole": 768.0, "power": 1e3, "number": 1e-5, "zero": 0,
    "flag": true, "text": "gelu", "list": ["a", "b"]
  })");
  EXPECT_EQ(config.readSize("size"), 768);
  EXPECT_EQ(config.readSize("whole"), 768);
  EXPECT_EQ(config.readSize("power"), 1000);
  EXPECT_EQ(config.readNumber("number"), 1e-5);
  EXPECT_EQ(config.readNumber("size"), 768);
  EXPECT_EQ(config.readNumber("zero", std::nullopt, /*orZero=*/true), 0);
  EXPECT_TRUE(config.readFlag("flag", false));
  EXPECT_EQ(config.readString("text"), "gelu");
  EXPECT_THAT(config.readStrings("list"), ElementsAre("a", "b"));
  EXPECT_FALSE(config.hasFailed());
}

// Hugging Face writes null for an option that is not set.
TEST(ConfigReader, TakesNullForAbsent) {
  ConfigReader config = parse(R"({"x": null})");
  for (llvm::StringRef key : {"x", "y"}) {
    EXPECT_FALSE(config.has(key));
    EXPECT_EQ(config.readSize(key, 7), 7);
    EXPECT_EQ(config.readNumber(key, 0.5), 0.5);
    EXPECT_TRUE(config.readFlag(key, true));
    EXPECT_THAT(config.readString(key), IsEmpty());
    EXPECT_THAT(config.readStrings(key), IsEmpty());
    EXPECT_FALSE(config.readObject(key));
    config.requireFlag(key, true);
    config.requireNumber(key, 1);
    config.requireAbsent(key);
  }
  EXPECT_FALSE(config.hasFailed());
  EXPECT_FALSE(config.takeError());
}

TEST(ConfigReader, ReadsTheLimits) {
  ConfigReader config = parse(R"({"one": 1, "most": 16777216, "own": 9})");
  EXPECT_EQ(config.readSize("one"), 1);
  EXPECT_EQ(config.readSize("most"), maxDimension);
  EXPECT_EQ(config.readSize("own", std::nullopt, 9), 9);
  EXPECT_FALSE(config.hasFailed());
}

TEST(ConfigReader, ReadsChoices) {
  constexpr Choice<int> choices[] = {{"a", 10}, {"b", 20}};
  ConfigReader config = parse(R"({"x": "b"})");
  EXPECT_EQ(config.readChoice<int>("x", "", choices), 20);
  EXPECT_EQ(config.readChoice<int>("absent", "a", choices), 10);
  EXPECT_FALSE(config.hasFailed());
}

TEST(ConfigReader, AcceptsWhatIsRequired) {
  ConfigReader config =
      parse(R"({"flag": false, "number": 1, "list": [], "map": {}})");
  config.requireFlag("flag", false);
  config.requireNumber("number", 1);
  config.requireAbsent("list");
  config.requireAbsent("map");
  EXPECT_FALSE(config.hasFailed());
}

//===----------------------------------------------------------------------===//
// Values that do not fit
//===----------------------------------------------------------------------===//

TEST(ConfigReader, RejectsWhatIsNoSize) {
  for (const char *value :
       {"0", "-1", "1.5", "\"1\"", "true", "[1]", "{}", "16777217", "1e300",
        "9223372036854775807", "9223372036854775808", "-9223372036854775808",
        "18446744073709551615", "18446744073709551616"}) {
    std::string text = "{\"n\": " + std::string(value) + "}";
    ConfigReader config = parse(text);
    EXPECT_EQ(config.readSize("n"), 1) << value;
    EXPECT_THAT(errorOf(config),
                HasSubstr("expected 'n' to be an integer from 1 to 16777216"))
        << value;
  }
}

TEST(ConfigReader, RejectsWhatIsNoPositiveNumber) {
  for (const char *value : {"0", "-0.0", "-1e-30", "\"1\"", "false", "[]"}) {
    std::string text = "{\"n\": " + std::string(value) + "}";
    ConfigReader config = parse(text);
    EXPECT_EQ(config.readNumber("n"), 1) << value;
    EXPECT_THAT(errorOf(config),
                HasSubstr("expected 'n' to be a positive number"))
        << value;
  }
}

TEST(ConfigReader, RejectsOtherTypes) {
  auto errorAfter = [](llvm::function_ref<void(ConfigReader &)> read) {
    ConfigReader config = parse(R"({"x": 3})");
    read(config);
    return errorOf(config);
  };
  EXPECT_THAT(errorAfter([](auto &c) { c.readFlag("x", true); }),
              HasSubstr("expected 'x' to be true or false, got 3"));
  EXPECT_THAT(errorAfter([](auto &c) { c.readString("x"); }),
              HasSubstr("expected 'x' to be a string of at most 200 bytes"));
  EXPECT_THAT(errorAfter([](auto &c) { c.readStrings("x"); }),
              HasSubstr("expected 'x' to be a list of strings, got 3"));
  EXPECT_THAT(errorAfter([](auto &c) { c.readObject("x"); }),
              HasSubstr("expected 'x' to be an object, got 3"));
  EXPECT_THAT(errorAfter([](auto &c) { c.requireFlag("x", false); }),
              HasSubstr("expected 'x' to be true or false, got 3"));
  EXPECT_THAT(errorAfter([](auto &c) { c.requireNumber("x", 1); }),
              HasSubstr("expected 'x' to be 1, got 3; the option is not "
                        "supported"));
  EXPECT_THAT(errorAfter([](auto &c) { c.requireAbsent("x"); }),
              HasSubstr("expected 'x' to be null, got 3; the option is not "
                        "supported"));
}

TEST(ConfigReader, RejectsALongString) {
  std::string text = "{\"x\": \"" + std::string(201, 'a') + "\"}";
  ConfigReader config = parse(text);
  EXPECT_THAT(config.readString("x"), IsEmpty());
  EXPECT_TRUE(config.hasFailed());
}

TEST(ConfigReader, ListsTheChoices) {
  constexpr Choice<int> choices[] = {{"a", 10}, {"b", 20}};
  ConfigReader config = parse(R"({"x": "c"})");
  EXPECT_EQ(config.readChoice<int>("x", "a", choices, "try another"), 10);
  EXPECT_EQ(errorOf(config), "config.json:1:2: expected 'x' to be one of 'a', "
                             "'b', got 'c'; try another");
  constexpr Choice<int> only[] = {{"a", 10}};
  config = parse(R"({})");
  EXPECT_EQ(config.readChoice<int>("x", "", only), 10);
  EXPECT_EQ(errorOf(config), "config.json:1:1: missing 'x', expected 'a'");
}

//===----------------------------------------------------------------------===//
// Errors and their places
//===----------------------------------------------------------------------===//

// Reads after an error go on, and the first error is the one that counts, also
// among readers of one text.
TEST(ConfigReader, KeepsTheFirstError) {
  ConfigReader config = parse(R"({"x": {"a": 0}, "b": 0})");
  ConfigReader copy = config;
  std::optional<ConfigReader> inner = config.readObject("x");
  ASSERT_TRUE(inner);
  inner->readSize("a");
  config.readSize("b");
  EXPECT_TRUE(copy.hasFailed());
  EXPECT_THAT(errorOf(copy), HasSubstr("'x.a'"));
}

TEST(ConfigReader, FindsTheKey) {
  // `n` stands in a string, as a value, and in other objects, before the key.
  ConfigReader config = parse("{\n  \"a\": \"\\\"n\\\": 1\", \"b\": \"n\",\n"
                              "  \"c\": {\"n\": 1}, \"d\": [{\"n\": 1}],\n"
                              "  \"n\" : -1\n}");
  config.readSize("n");
  EXPECT_THAT(errorOf(config), HasSubstr("config.json:4:3: "));
}

TEST(ConfigReader, FindsTheKeyOfAnInnerObject) {
  ConfigReader config = parse("{\"n\": 1,\n\"x\":\n  {\"n\": -1}}");
  std::optional<ConfigReader> inner = config.readObject("x");
  ASSERT_TRUE(inner);
  EXPECT_EQ(inner->spell("n"), "'x.n'");
  inner->readSize("n");
  EXPECT_THAT(errorOf(config), HasSubstr("config.json:3:4: expected 'x.n'"));
}

TEST(ConfigReader, RejectsWhatIsNoConfig) {
  EXPECT_THAT(errorOf(""), HasSubstr("c:1:0: not valid JSON"));
  EXPECT_THAT(errorOf("{\"a\": 1,}"), HasSubstr("c:1:0: not valid JSON"));
  EXPECT_EQ(errorOf("[]"), "c:1:1: expected an object, got a list");
  EXPECT_EQ(errorOf("null"), "c:1:1: expected an object, got null");
  EXPECT_EQ(errorOf("{\"a\": 1, \"a\": 2}"),
            "c:1:0: duplicate key 'a'; keep one of them");
  EXPECT_EQ(errorOf(std::string(33, '[')),
            "c:1:0: JSON is nested more than 32 deep");
}

TEST(ConfigReader, SaysThatAnErrorIsOfTheArgument) {
  ConfigReader config = parse("{}");
  config.fail("no");
  EXPECT_EQ(llvm::errorToErrorCode(config.takeError()),
            std::make_error_code(std::errc::invalid_argument));
}

} // namespace
