// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Frontend/Weights/WeightFiles.h"
#include "Support/TestFiles.h"

#include "partita/Frontend/Weights/Gguf.h"

#include <limits>

using namespace partita;
using namespace partita::test;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Optional;

namespace {

constexpr uint32_t f32 = 0, q8 = 8, q2k = 10, i8 = 24;

GgufFile parse(const GgufBuilder &builder) {
  return llvm::cantFail(GgufFile::parse(inMemory(builder.build())));
}

std::string fault(const std::string &content) {
  return message(GgufFile::parse(inMemory(content)));
}
std::string fault(const GgufBuilder &builder) { return fault(builder.build()); }

//===----------------------------------------------------------------------===//
// Metadata
//===----------------------------------------------------------------------===//

TEST(GgufTest, ReadsMetadataOfEachType) {
  GgufFile file =
      parse(GgufBuilder()
                .metadata("u8", GgufType::U8, bytesOf<uint8_t>(200))
                .metadata("i8", GgufType::I8, bytesOf<int8_t>(-100))
                .metadata("u16", GgufType::U16, bytesOf<uint16_t>(60000))
                .metadata("i16", GgufType::I16, bytesOf<int16_t>(-30000))
                .metadata("u32", GgufType::U32, bytesOf<uint32_t>(4000000000))
                .metadata("i32", GgufType::I32, bytesOf<int32_t>(-2000000000))
                .metadata("u64", GgufType::U64, bytesOf<uint64_t>(1ull << 62))
                .metadata("i64", GgufType::I64, bytesOf<int64_t>(-(1ll << 62)))
                .metadata("f32", GgufType::F32, bytesOf<float>(0.5))
                .metadata("f64", GgufType::F64, bytesOf<double>(1e300))
                .metadata("bool", GgufType::Bool, bytesOf<uint8_t>(1))
                .metadata("string", "llama"));
  auto integer = [&](llvm::StringRef key) {
    return llvm::cantFail(file.getInteger(key));
  };
  EXPECT_EQ(integer("u8"), 200);
  EXPECT_EQ(integer("i8"), -100);
  EXPECT_EQ(integer("u16"), 60000);
  EXPECT_EQ(integer("i16"), -30000);
  EXPECT_EQ(integer("u32"), 4000000000);
  EXPECT_EQ(integer("i32"), -2000000000);
  EXPECT_EQ(integer("u64"), 1ll << 62);
  EXPECT_EQ(integer("i64"), -(1ll << 62));
  EXPECT_EQ(llvm::cantFail(file.getNumber("f32")), 0.5);
  EXPECT_EQ(llvm::cantFail(file.getNumber("f64")), 1e300);
  EXPECT_EQ(llvm::cantFail(file.getNumber("i8")), -100);
  EXPECT_EQ(file.lookup("bool")->getBool(), true);
  EXPECT_EQ(llvm::cantFail(file.getString("string")), "llama");
}

TEST(GgufTest, ReadsVersionTwo) {
  GgufBuilder builder;
  builder.version = 2;
  EXPECT_EQ(fault(builder.metadata("a", 1u)), "success");
}

TEST(GgufTest, ReadsArrays) {
  std::string tokens = GgufBuilder::string("<s>") + GgufBuilder::string("") +
                       GgufBuilder::string("token");
  std::string nested =
      GgufBuilder::array(GgufType::U8, 2, "ab") +
      GgufBuilder::array(GgufType::String, 1, GgufBuilder::string("c"));
  GgufFile file =
      parse(GgufBuilder()
                .metadata("tokens", GgufType::Array,
                          GgufBuilder::array(GgufType::String, 3, tokens))
                .metadata("scores", GgufType::Array,
                          GgufBuilder::array(GgufType::F32, 2,
                                             bytesOf<float>({1, -2})))
                .metadata("nested", GgufType::Array,
                          GgufBuilder::array(GgufType::Array, 2, nested))
                .metadata("empty", GgufType::Array,
                          GgufBuilder::array(GgufType::String, 0, "")));
  // No array reads as an empty one, which the sizes below tell apart.
  auto elements = [](const GgufValue &value) {
    return value.getArray().value_or(std::vector<GgufValue>());
  };
  auto array = [&](llvm::StringRef key) { return elements(*file.lookup(key)); };
  ASSERT_EQ(array("tokens").size(), 3u);
  EXPECT_THAT(array("tokens")[0].getString(), Optional(llvm::StringRef("<s>")));
  EXPECT_THAT(array("tokens")[2].getString(),
              Optional(llvm::StringRef("token")));
  ASSERT_EQ(array("scores").size(), 2u);
  EXPECT_THAT(array("scores")[1].getNumber(), Optional(-2.0));
  ASSERT_EQ(array("nested").size(), 2u);
  ASSERT_EQ(elements(array("nested")[0]).size(), 2u);
  EXPECT_THAT(elements(array("nested")[0])[1].getInteger(),
              Optional(int64_t('b')));
  ASSERT_EQ(elements(array("nested")[1]).size(), 1u);
  EXPECT_THAT(elements(array("nested")[1])[0].getString(),
              Optional(llvm::StringRef("c")));
  EXPECT_TRUE(file.lookup("empty")->getArray().has_value());
  EXPECT_THAT(array("empty"), IsEmpty());
}

// A getter of another type gives nothing, and the typed ones of the file say
// which key and type they wanted.
TEST(GgufTest, ReportsMetadataOfOtherTypes) {
  GgufFile file =
      parse(GgufBuilder()
                .metadata("s", "text")
                .metadata("big", GgufType::U64, bytesOf(UINT64_MAX))
                .metadata("odd", GgufType::Bool, bytesOf<uint8_t>(2)));
  const GgufValue &text = *file.lookup("s");
  EXPECT_EQ(text.getInteger(), std::nullopt);
  EXPECT_EQ(text.getNumber(), std::nullopt);
  EXPECT_EQ(text.getBool(), std::nullopt);
  EXPECT_FALSE(text.getArray());
  EXPECT_EQ(file.lookup("big")->getInteger(), std::nullopt);
  EXPECT_EQ(file.lookup("big")->getString(), std::nullopt);
  EXPECT_EQ(file.lookup("odd")->getBool(), std::nullopt);
  EXPECT_EQ(file.lookup("missing"), nullptr);
  EXPECT_EQ(message(file.getInteger("s")),
            "input: expected metadata key 's' to be an integer");
  EXPECT_EQ(message(file.getNumber("s")),
            "input: expected metadata key 's' to be a finite number");
  EXPECT_EQ(message(file.getString("big")),
            "input: expected metadata key 'big' to be a string");
  EXPECT_EQ(message(file.getInteger("n")),
            "input: metadata key 'n' is missing, expected an integer");
}

//===----------------------------------------------------------------------===//
// Tensors
//===----------------------------------------------------------------------===//

// The file counts dimensions from the innermost; we do as everyone else.
TEST(GgufTest, ReversesDimensions) {
  GgufFile file = parse(GgufBuilder()
                            .tensor("x", {3, 2}, "I8", "abcdef")
                            .tensor("y", {}, "F32", bytesOf<float>(1.5))
                            .tensor("z", {0, 4}, "F32", ""));
  ASSERT_EQ(file.getTensors().size(), 3u);
  EXPECT_THAT(file.getTensors()[0].dims, ElementsAre(2, 3));
  HostTensor x = file.load(file.getTensors()[0]);
  EXPECT_EQ(x.describe(), "2x3xi8");
  EXPECT_THAT(x.slice(0, 1, 1).data<int8_t>(), ElementsAre('d', 'e', 'f'));
  HostTensor y = file.load(file.getTensors()[1]);
  EXPECT_EQ(y.describe(), "f32");
  EXPECT_EQ(y.data<float>()[0], 1.5f);
  EXPECT_EQ(file.load(file.getTensors()[2]).describe(), "4x0xf32");
}

TEST(GgufTest, PlainTensorsAreViews) {
  MappedFile mapped = inMemory(
      GgufBuilder().tensor("x", {2}, "F32", bytesOf<float>({1, 2})).build());
  GgufFile file = llvm::cantFail(GgufFile::parse(mapped));
  EXPECT_EQ(file.load(file.getTensors()[0]).bytes(),
            mapped.getBytes().end() - 8);
}

TEST(GgufTest, DequantizesOnLoad) {
  std::string block = bytesOf<uint16_t>(0x3c00) + std::string(32, 3);
  GgufFile file =
      parse(GgufBuilder().tensor("x", {32, 2}, "Q8_0", block + block));
  HostTensor tensor = file.load(file.getTensors()[0]);
  EXPECT_EQ(tensor.describe(), "2x32xf32");
  EXPECT_THAT(tensor.data<float>(), testing::Each(3.0f));
}

// Rows are the innermost dimension, of plain and of quantised tensors.
TEST(GgufTest, ReordersRows) {
  auto block = [](int8_t value) {
    return bytesOf<uint16_t>(0x3c00) + std::string(32, value);
  };
  GgufFile file = parse(GgufBuilder()
                            .tensor("plain", {2, 3}, "I8", "abcdef")
                            .tensor("quantised", {32, 3}, "Q8_0",
                                    block(1) + block(2) + block(3)));
  auto reverse = [](int64_t row) { return 2 - row; };
  EXPECT_THAT(file.load(file.getTensors()[0], reverse).data<int8_t>(),
              ElementsAre('e', 'f', 'c', 'd', 'a', 'b'));
  HostTensor tensor = file.load(file.getTensors()[1], reverse);
  EXPECT_EQ(tensor.data<float>()[0], 3.0f);
  EXPECT_EQ(tensor.data<float>()[95], 1.0f);
}

TEST(GgufTest, HonoursAlignment) {
  GgufBuilder builder;
  builder.alignment = 128;
  builder.metadata("general.alignment", 128u)
      .tensor("x", {1}, "F32", bytesOf<float>(1))
      .tensor("y", {1}, "F32", bytesOf<float>(2));
  GgufFile file = parse(builder);
  EXPECT_EQ(file.getTensors()[1].offset % 128, 0u);
  EXPECT_EQ(file.load(file.getTensors()[1]).data<float>()[0], 2.0f);
  for (uint32_t bad : {0u, 4u, 33u, 96u, 1u << 21, UINT32_MAX})
    EXPECT_EQ(fault(GgufBuilder().metadata("general.alignment", bad)),
              "input: expected general.alignment to be a power of two from 8 "
              "to 1048576")
        << bad;
  EXPECT_THAT(fault(GgufBuilder().metadata("general.alignment", "32")),
              HasSubstr("expected general.alignment to be"));
}

//===----------------------------------------------------------------------===//
// Hostile files
//===----------------------------------------------------------------------===//

TEST(GgufTest, RefusesOtherFiles) {
  EXPECT_EQ(fault("GGML...."),
            "input: not a GGUF file: it does not start with 'GGUF'");
  for (uint32_t version : {0u, 1u, 4u, UINT32_MAX}) {
    GgufBuilder builder;
    builder.version = version;
    EXPECT_EQ(fault(builder), "input: unsupported GGUF version " +
                                  std::to_string(version) +
                                  ", expected 2 or 3");
  }
  GgufBuilder builder;
  builder.version = 0x03000000;
  EXPECT_EQ(fault(builder), "input: big-endian GGUF files are not supported");
}

TEST(GgufTest, RefusesEveryTruncation) {
  std::string tokens = GgufBuilder::array(
      GgufType::String, 2, GgufBuilder::string("a") + GgufBuilder::string("b"));
  std::string file =
      GgufBuilder()
          .metadata("n", 3u)
          .metadata("name", "x")
          .metadata("tokens", GgufType::Array, tokens)
          .tensor("x", {2, 2}, "F32", bytesOf<float>({1, 2, 3, 4}))
          .build();
  EXPECT_EQ(fault(file), "success");
  for (size_t size = 0; size != file.size(); ++size)
    EXPECT_NE(fault(file.substr(0, size)), "success") << size;
  EXPECT_EQ(fault(file.substr(0, 6)),
            "input: GGUF file ends inside its header");
  EXPECT_EQ(fault(file.substr(0, 20)),
            "input: GGUF file ends inside its header");
  EXPECT_EQ(fault(file.substr(0, file.size() - 1)),
            "input: tensor 'x' of 16 bytes at offset 0 reaches past the end of "
            "the file");
}

// Counts are held against the size of the file before anything is allocated.
TEST(GgufTest, RefusesOversizedCounts) {
  for (uint64_t count : {uint64_t(100), UINT64_MAX, uint64_t(1) << 60}) {
    GgufBuilder tensors, metadata;
    tensors.numTensors = metadata.numMetadata = count;
    EXPECT_THAT(fault(tensors), HasSubstr(", more than fit the file"));
    EXPECT_THAT(fault(metadata), HasSubstr(", more than fit the file"));
  }
}

TEST(GgufTest, RefusesCountsPastTheLastEntry) {
  GgufBuilder metadata;
  metadata.numMetadata = 2;
  metadata.metadata("k", GgufType::String, GgufBuilder::string("text"));
  EXPECT_THAT(fault(metadata), HasSubstr("input: metadata key 1 has 0 bytes, "
                                         "expected 1 to 65535"));
  GgufBuilder tensors;
  tensors.numTensors = 2;
  tensors.tensor("x", {64}, "I8", std::string(64, '\0'));
  EXPECT_EQ(fault(tensors),
            "input: a tensor's name has 0 bytes, expected 1 to 65535");
}

TEST(GgufTest, RefusesOversizedStringsAndArrays) {
  std::string invalid = "input: invalid value of metadata key 'k': it is cut "
                        "off, or an array of unknown type or deeper than 4";
  for (uint64_t length :
       {uint64_t(1000), UINT64_MAX, UINT64_MAX / 8 + 1, uint64_t(1) << 61}) {
    EXPECT_EQ(fault(GgufBuilder().metadata("k", GgufType::String,
                                           bytesOf(length) + "text")),
              invalid);
    for (GgufType type :
         {GgufType::U8, GgufType::U64, GgufType::String, GgufType::Array})
      EXPECT_EQ(
          fault(GgufBuilder().metadata("k", GgufType::Array,
                                       GgufBuilder::array(type, length, ""))),
          invalid);
  }
  EXPECT_EQ(fault(GgufBuilder().metadata(
                "k", GgufType::Array, bytesOf<uint32_t>(13) + bytesOf(1ull))),
            invalid);
  EXPECT_EQ(fault(GgufBuilder().metadata("k", 13u, "")),
            "input: unknown type of metadata key 'k'");
  EXPECT_EQ(fault(GgufBuilder().metadata(std::string(70000, 'k'), 1u)),
            "input: metadata key 0 has 70000 bytes, expected 1 to 65535");
  std::string cut = GgufBuilder().metadata("key", 1u).build();
  cut[24] = 127; // The length of the key.
  EXPECT_EQ(fault(cut), "input: GGUF file ends inside metadata key 0");
}

TEST(GgufTest, RefusesDeepNesting) {
  auto nested = [](unsigned depth) {
    std::string value;
    for (unsigned i = 1; i < depth; ++i)
      value += GgufBuilder::array(GgufType::Array, 1, "");
    return value + GgufBuilder::array(GgufType::U8, 0, "");
  };
  EXPECT_EQ(fault(GgufBuilder().metadata("k", GgufType::Array, nested(4))),
            "success");
  for (unsigned depth : {5u, 100000u})
    EXPECT_THAT(
        fault(GgufBuilder().metadata("k", GgufType::Array, nested(depth))),
        HasSubstr("deeper than 4"));
}

TEST(GgufTest, RefusesNonFiniteNumbers) {
  for (double number : {std::numeric_limits<double>::infinity(),
                        -std::numeric_limits<double>::infinity(),
                        std::numeric_limits<double>::quiet_NaN()}) {
    EXPECT_EQ(fault(GgufBuilder().metadata("eps", GgufType::F64,
                                           bytesOf<double>(number))),
              "input: metadata key 'eps' is not a finite number");
    EXPECT_EQ(
        fault(GgufBuilder().metadata(
            "eps", GgufType::F32, bytesOf<float>(static_cast<float>(number)))),
        "input: metadata key 'eps' is not a finite number");
  }
}

TEST(GgufTest, RefusesDuplicates) {
  EXPECT_EQ(fault(GgufBuilder().metadata("k", 1u).metadata("k", "a")),
            "input: duplicate metadata key 'k'");
  EXPECT_EQ(fault(GgufBuilder()
                      .tensor("x", {1}, "I8", "a")
                      .tensor("x", {1}, "I8", "b")),
            "input: duplicate tensor 'x'");
}

TEST(GgufTest, RefusesImpossibleShapes) {
  EXPECT_EQ(fault(GgufBuilder().tensor("x", {1, 1, 1, 1, 1}, "I8", "a")),
            "input: tensor 'x' has 5 dimensions, expected at most 4");
  std::string tooLarge = "input: shape of tensor 'x' is too large";
  EXPECT_EQ(fault(GgufBuilder().tensor("x", {UINT64_MAX}, "I8", "a")),
            tooLarge);
  EXPECT_EQ(
      fault(GgufBuilder().tensor("x", {1ull << 32, 1ull << 32}, "I8", "a")),
      tooLarge);
  EXPECT_EQ(fault(GgufBuilder().tensor("x", {1ull << 60, 4}, "F64", "a")),
            tooLarge);
  // As bytes of the quantised form it would fit, as floats it would not.
  EXPECT_EQ(fault(GgufBuilder().tensor("x", {1ull << 61}, "Q4_0", "a")),
            tooLarge);
  EXPECT_EQ(fault(GgufBuilder().tensor("x", {1ull << 60}, "F64", "a")),
            tooLarge);
  EXPECT_EQ(fault(GgufBuilder().tensor("x", {48}, "Q8_0", "a")),
            "input: rows of tensor 'x' have 48 elements, expected a multiple "
            "of 32 for type Q8_0");
}

TEST(GgufTest, RefusesBadOffsets) {
  auto at = [](uint64_t offset, uint32_t type = f32) {
    GgufBuilder builder;
    builder.tensor("data", {64}, "I8", std::string(64, 1));
    builder.tensorAt("x", {32}, type, offset);
    return fault(builder);
  };
  EXPECT_EQ(at(4), "input: tensor 'x' is at offset 4, expected a multiple of "
                   "32");
  for (uint64_t offset : {uint64_t(64), uint64_t(1) << 40, UINT64_MAX - 31}) {
    std::string past = " bytes at offset " + std::to_string(offset) +
                       " reaches past the end of the file";
    EXPECT_EQ(at(offset), "input: tensor 'x' of 128" + past);
    EXPECT_EQ(at(offset, q8), "input: tensor 'x' of 34" + past);
  }
  // The place of a tensor of unknown type is checked as far as it can be.
  EXPECT_THAT(at(uint64_t(1) << 40, 99), HasSubstr("reaches past the end"));
  EXPECT_EQ(at(0, i8), "input: tensors 'data' and 'x' overlap");
  EXPECT_EQ(at(32, i8), "input: tensors 'data' and 'x' overlap");
  EXPECT_THAT(message(GgufFile::parse(
                  inMemory(GgufBuilder()
                               .tensorAt("x", {256}, q2k, 0)
                               .tensor("y", {84}, "I8", std::string(84, 1))
                               .build()))),
              HasSubstr("overlap"));
}

TEST(GgufTest, OpensFiles) {
  TemporaryDirectory directory;
  std::string path =
      directory.write("m.gguf", GgufBuilder().metadata("k", 7u).build());
  GgufFile file = llvm::cantFail(GgufFile::open(path));
  EXPECT_EQ(llvm::cantFail(file.getInteger("k")), 7);
  EXPECT_EQ(file.getPath(), path);
  EXPECT_THAT(message(GgufFile::open(directory / "none")),
              HasSubstr("none: cannot read"));
}

} // namespace
