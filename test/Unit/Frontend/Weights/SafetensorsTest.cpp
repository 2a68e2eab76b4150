// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Frontend/Weights/WeightFiles.h"
#include "Support/TestFiles.h"

#include "partita/Frontend/Weights/Safetensors.h"

using namespace partita;
using namespace partita::test;
using testing::ElementsAre;
using testing::HasSubstr;

namespace {

/// The message for a header with this many bytes of data.
std::string fault(llvm::StringRef header, size_t dataBytes = 0) {
  return message(openSafetensors(
      inMemory(safetensors(header, std::string(dataBytes, 1)))));
}

TEST(SafetensorsTest, ReadsEachType) {
  std::string data = bytesOf<double>({1.5}) + bytesOf<int64_t>({-3}) +
                     bytesOf<float>({0.25, 2}) + bytesOf<int32_t>({-4}) +
                     bytesOf<uint16_t>({0x3f80, 0x3c00}) +
                     bytesOf<int8_t>({1, 0, -7});
  auto store = llvm::cantFail(openSafetensors(inMemory(safetensors(
      R"({"__metadata__": {"format": "pt"},
          "bool": {"dtype": "BOOL", "shape": [2], "data_offsets": [32, 34]},
          "i8": {"dtype": "I8", "shape": [1, 1], "data_offsets": [34, 35]},
          "f64": {"dtype": "F64", "shape": [], "data_offsets": [0, 8]},
          "i64": {"dtype": "I64", "shape": [1], "data_offsets": [8, 16]},
          "f32": {"dtype": "F32", "shape": [1, 2], "data_offsets": [16, 24]},
          "i32": {"dtype": "I32", "shape": [1], "data_offsets": [24, 28]},
          "bf16": {"dtype": "BF16", "shape": [1], "data_offsets": [28, 30]},
          "f16": {"dtype": "F16", "shape": [1], "data_offsets": [30, 32]},
          "none": {"dtype": "F32", "shape": [0, 3], "data_offsets": [7, 7]}})",
      data))));
  EXPECT_THAT(store->names(), ElementsAre("bf16", "bool", "f16", "f32", "f64",
                                          "i32", "i64", "i8", "none"));
  auto text = [&](llvm::StringRef name) {
    HostTensor tensor = llvm::cantFail(store->find(name));
    WeightInfo info = llvm::cantFail(store->getInfo(name));
    EXPECT_EQ(tensor.describe(), describeShape(info.kind, info.dims));
    std::string result;
    llvm::raw_string_ostream os(result);
    print(os, tensor);
    return result;
  };
  EXPECT_EQ(text("f64"), "tensor<f64> 1.5");
  EXPECT_EQ(text("i64"), "tensor<1xi64> [-3]");
  EXPECT_EQ(text("f32"), "tensor<1x2xf32> [[0.25, 2]]");
  EXPECT_EQ(text("i32"), "tensor<1xi32> [-4]");
  EXPECT_EQ(text("bf16"), "tensor<1xbf16> [1]");
  EXPECT_EQ(text("f16"), "tensor<1xf16> [1]");
  EXPECT_EQ(text("bool"), "tensor<2xi1> [1, 0]");
  EXPECT_EQ(text("i8"), "tensor<1x1xi8> [[-7]]");
  EXPECT_EQ(text("none"), "tensor<0x3xf32> []");
}

// Nothing is copied, and the file stays mapped for as long as a tensor lives.
TEST(SafetensorsTest, TensorsAreViews) {
  TemporaryDirectory directory;
  std::string header =
      R"({"x": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}}  )";
  header.resize((header.size() + 7) / 8 * 8, ' ');
  std::string path = directory.write(
      "a.safetensors", safetensors(header, bytesOf<float>({1, 2})));
  HostTensor tensor;
  {
    MappedFile file = llvm::cantFail(MappedFile::open(path));
    auto store = llvm::cantFail(openSafetensors(file));
    tensor = llvm::cantFail(store->find("x"));
    EXPECT_EQ(tensor.bytes(), file.getBytes().data() + 8 + header.size());
  }
  EXPECT_THAT(tensor.data<float>(), ElementsAre(1, 2));
}

// Data that starts at an odd byte is still read right.
TEST(SafetensorsTest, ReadsMisalignedData) {
  for (size_t padding = 0; padding != 8; ++padding) {
    std::string header =
        R"({"x": {"dtype": "F64", "shape": [2], "data_offsets": [0, 16]}})" +
        std::string(padding, ' ');
    auto store = llvm::cantFail(openSafetensors(
        inMemory(safetensors(header, bytesOf<double>({1.5, -2})))));
    HostTensor tensor = llvm::cantFail(store->find("x"));
    EXPECT_THAT(tensor.data<double>(), ElementsAre(1.5, -2));
  }
}

// A tensor of a type without a reader does not stand in the way of others.
TEST(SafetensorsTest, DefersUnsupportedTypes) {
  auto store = llvm::cantFail(openSafetensors(inMemory(safetensors(
      R"({"mask": {"dtype": "U8", "shape": [4], "data_offsets": [0, 4]},
          "x": {"dtype": "I32", "shape": [1], "data_offsets": [4, 8]},
          "q": {"dtype": "F4", "shape": [4], "data_offsets": [8, 10]}})",
      "abcd" + bytesOf<int32_t>(7) + "qq"))));
  EXPECT_THAT(store->names(), ElementsAre("x"));
  EXPECT_FALSE(store->contains("mask"));
  EXPECT_THAT(llvm::cantFail(store->find("x")).data<int32_t>(), ElementsAre(7));
  EXPECT_EQ(message(store->find("mask")),
            "input: tensor 'mask' has the unsupported dtype U8");
  EXPECT_EQ(message(store->getInfo("q")),
            "input: tensor 'q' has the unsupported dtype F4");
}

// The bytes of the entries come in order, whatever the order of the header.
TEST(SafetensorsTest, ListsEntriesInOrder) {
  auto entries = llvm::cantFail(parseSafetensorsHeader(inMemory(safetensors(
      R"({"b": {"dtype": "I8", "shape": [3], "data_offsets": [2, 5]},
          "a": {"dtype": "I8", "shape": [2], "data_offsets": [0, 2]}})",
      "abcde"))));
  ASSERT_EQ(entries.size(), 2u);
  EXPECT_EQ(entries[0].name, "a");
  EXPECT_EQ(entries[1].name, "b");
  EXPECT_EQ(entries[1].offset, entries[0].offset + 2);
}

TEST(SafetensorsTest, RefusesEveryTruncation) {
  std::string file = safetensors(
      R"({"x": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}})",
      bytesOf<float>({1, 2}));
  EXPECT_EQ(message(openSafetensors(inMemory(file))), "success");
  for (size_t size = 0; size != file.size(); ++size)
    EXPECT_NE(message(openSafetensors(inMemory(file.substr(0, size)))),
              "success")
        << size;
  EXPECT_EQ(message(openSafetensors(inMemory(file.substr(0, 7)))),
            "input: not a safetensors file: expected at least 8 bytes, got 7");
  EXPECT_EQ(message(openSafetensors(inMemory(file.substr(0, 18)))),
            "input: file ends inside its safetensors header: expected 61 "
            "bytes, got 10");
  EXPECT_EQ(message(openSafetensors(inMemory(file.substr(0, file.size() - 1)))),
            "input: tensor 'x': ends at byte 8 of the data, which has 7");
}

TEST(SafetensorsTest, RefusesOversizedHeaders) {
  EXPECT_EQ(message(openSafetensors(inMemory(bytesOf<uint64_t>(UINT64_MAX)))),
            "input: safetensors header of 18446744073709551615 bytes is too "
            "large, expected at most 100000000");
}

TEST(SafetensorsTest, RefusesMalformedHeaders) {
  EXPECT_EQ(fault(""), "input: expected the safetensors header to start with "
                       "'{', got ''");
  EXPECT_EQ(fault(" {}"), "input: expected the safetensors header to start "
                          "with '{', got ' '");
  EXPECT_THAT(fault("{"), HasSubstr("input: not valid JSON"));
  EXPECT_EQ(fault(R"({"__metadata__": {"a": 1}})"),
            "input: expected __metadata__ to be an object of strings");
  EXPECT_EQ(fault(R"({"__metadata__": []})"),
            "input: expected __metadata__ to be an object of strings");
  EXPECT_EQ(fault(R"({"x": 1})"), "input: tensor 'x': expected an object");
}

TEST(SafetensorsTest, RefusesDeepNesting) {
  EXPECT_EQ(fault("{\"x\": " + std::string(1'000'000, '[')),
            "input: JSON is nested more than 8 deep");
}

TEST(SafetensorsTest, RefusesDuplicates) {
  EXPECT_EQ(
      fault(R"({"x": {"dtype": "I8", "shape": [1], "data_offsets": [0, 1]},
                "x": {"dtype": "I8", "shape": [1], "data_offsets": [0, 1]}})",
            1),
      "input: duplicate key 'x'; keep one of them");
}

TEST(SafetensorsTest, RefusesMalformedEntries) {
  auto entry = [](llvm::StringRef fields) {
    return fault(("{\"x\": {" + fields + "}}").str(), 4);
  };
  EXPECT_EQ(entry(R"("shape": [], "data_offsets": [0, 4])"),
            "input: tensor 'x': expected a string as dtype");
  EXPECT_EQ(entry(R"("dtype": 1, "shape": [], "data_offsets": [0, 4])"),
            "input: tensor 'x': expected a string as dtype");
  EXPECT_EQ(entry(R"("dtype": "F31", "shape": [], "data_offsets": [0, 4])"),
            "input: tensor 'x': unknown dtype 'F31'");
  EXPECT_EQ(entry(R"("dtype": "F32", "data_offsets": [0, 4], "extra": 1)"),
            "input: tensor 'x': unknown key 'extra'");
  std::string shapeFault = "input: tensor 'x': expected a shape of at most 32 "
                           "non-negative integers";
  for (const char *shape :
       {"", R"("shape": 1,)", R"("shape": [-1],)", R"("shape": [1.5],)",
        R"("shape": ["1"],)", R"("shape": [9223372036854775808],)",
        R"("shape": [1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,
                                1,1,1,1,1,1,1,1,1,1,1,1,1,1],)"})
    EXPECT_EQ(
        entry(std::string(shape) + R"("dtype": "F32", "data_offsets": [0, 4])"),
        shapeFault)
        << shape;
  std::string offsetFault = "input: tensor 'x': expected two non-negative "
                            "integers as data_offsets";
  for (const char *offsets :
       {"", R"(,"data_offsets": [0])", R"(,"data_offsets": [0, 4, 4])",
        R"(,"data_offsets": [-4, 0])", R"(,"data_offsets": [0, 1e300])",
        R"(,"data_offsets": [0, 18446744073709551615])"})
    EXPECT_EQ(entry(std::string(R"("dtype": "F32", "shape": [])") + offsets),
              offsetFault)
        << offsets;
}

TEST(SafetensorsTest, RefusesWrongSizes) {
  auto entry = [](llvm::StringRef dtype, llvm::StringRef shape,
                  llvm::StringRef offsets) {
    return fault(("{\"x\": {\"dtype\": \"" + dtype + "\", \"shape\": " + shape +
                  ", \"data_offsets\": " + offsets + "}}")
                     .str(),
                 4);
  };
  EXPECT_EQ(entry("F32", "[2]", "[0, 4]"),
            "input: tensor 'x': expected 8 bytes for its shape, got 4");
  EXPECT_EQ(entry("F32", "[1]", "[4, 0]"),
            "input: tensor 'x': data_offsets 4 and 0 are in the wrong order");
  EXPECT_EQ(entry("F32", "[1]", "[4, 8]"),
            "input: tensor 'x': ends at byte 8 of the data, which has 4");
  EXPECT_EQ(entry("F32", "[4294967296, 4294967296]", "[0, 4]"),
            "input: tensor 'x': its shape is too large");
  // 2^62 + 1 elements of 4 bytes are 4 bytes, to arithmetic that wraps.
  EXPECT_EQ(entry("F32", "[4611686018427387905]", "[0, 4]"),
            "input: tensor 'x': its shape is too large");
  EXPECT_EQ(entry("F4", "[7]", "[0, 4]"),
            "input: tensor 'x': its shape does not fill whole bytes");
}

TEST(SafetensorsTest, RefusesOverlapsAndHoles) {
  EXPECT_EQ(
      fault(R"({"x": {"dtype": "I8", "shape": [3], "data_offsets": [0, 3]},
                "y": {"dtype": "I8", "shape": [3], "data_offsets": [2, 5]}})",
            5),
      "input: tensors 'x' and 'y' overlap");
  EXPECT_EQ(
      fault(R"({"x": {"dtype": "I8", "shape": [2], "data_offsets": [0, 2]},
                "y": {"dtype": "I8", "shape": [2], "data_offsets": [3, 5]}})",
            5),
      "input: hole of 1 bytes before tensor 'y'");
  EXPECT_EQ(
      fault(R"({"x": {"dtype": "I8", "shape": [2], "data_offsets": [0, 2]}})",
            5),
      "input: the last 3 bytes belong to no tensor");
}

// Names from the file reach messages in a safe form.
TEST(SafetensorsTest, QuotesHostileNames) {
  EXPECT_EQ(fault("{\"\\u001b[31m\": 1}"),
            "input: tensor '\\1b[31m': expected an object");
}

//===----------------------------------------------------------------------===//
// Several files
//===----------------------------------------------------------------------===//

class SafetensorsIndexTest : public testing::Test {
protected:
  SafetensorsIndexTest() {
    directory.write(
        "m-1.safetensors",
        safetensors(
            R"({"a": {"dtype": "I8", "shape": [2], "data_offsets": [0, 2]}})",
            bytesOf<int8_t>({1, 2})));
    directory.write(
        "m-2.safetensors",
        safetensors(
            R"({"b": {"dtype": "I8", "shape": [1], "data_offsets": [0, 1]},
                "c": {"dtype": "I8", "shape": [1], "data_offsets": [1, 2]}})",
            bytesOf<int8_t>({3, 4})));
  }

  llvm::Expected<std::unique_ptr<WeightStore>> open(llvm::StringRef index) {
    return openSafetensorsIndex(
        directory.write("model.safetensors.index.json", index));
  }

  /// The message without the directory, which differs from run to run.
  std::string fault(llvm::StringRef index) {
    std::string text = message(open(index));
    std::string prefix = directory.getPath() + "/";
    for (size_t at; (at = text.find(prefix)) != std::string::npos;)
      text.erase(at, prefix.size());
    return text;
  }

  TemporaryDirectory directory;
};

TEST_F(SafetensorsIndexTest, ReadsAllFiles) {
  auto store = llvm::cantFail(open(
      R"({"metadata": {"total_size": 4},
          "weight_map": {"a": "m-1.safetensors", "b": "m-2.safetensors",
                         "c": "m-2.safetensors"}})"));
  EXPECT_THAT(store->names(), ElementsAre("a", "b", "c"));
  EXPECT_THAT(llvm::cantFail(store->find("a")).data<int8_t>(),
              ElementsAre(1, 2));
  EXPECT_THAT(llvm::cantFail(store->find("c")).data<int8_t>(), ElementsAre(4));
}

TEST_F(SafetensorsIndexTest, RefusesIndexThatDisagreesWithFiles) {
  EXPECT_EQ(fault(R"({"weight_map": {"a": "m-1.safetensors",
                                     "d": "m-1.safetensors"}})"),
            "model.safetensors.index.json: tensor 'd' is not in "
            "'m-1.safetensors'");
  EXPECT_EQ(fault(R"({"weight_map": {"b": "m-2.safetensors"}})"),
            "m-2.safetensors: has tensor 'c', which the index does not place "
            "here");
  EXPECT_EQ(fault(R"({"weight_map": {"a": "m-1.safetensors",
                                     "b": "m-1.safetensors",
                                     "c": "m-2.safetensors"}})"),
            "m-2.safetensors: has tensor 'b', which the index does not place "
            "here");
  EXPECT_THAT(fault(R"({"weight_map": {"a": "m-3.safetensors"}})"),
              HasSubstr("m-3.safetensors: cannot read"));
}

// An index names files beside it, and nothing else on the machine.
TEST_F(SafetensorsIndexTest, RefusesPathsOutOfTheDirectory) {
  for (const char *file :
       {"../m-1.safetensors", "/etc/passwd", "sub/m.safetensors", "", "..",
        "m-1.bin", "m-1\\u0000.safetensors"})
    EXPECT_THAT(fault(std::string(R"({"weight_map": {"a": ")") + file + "\"}}"),
                HasSubstr("model.safetensors.index.json: expected the name of "
                          "a .safetensors file beside the index for tensor "
                          "'a', got '"))
        << file;
}

TEST_F(SafetensorsIndexTest, RefusesMalformedIndices) {
  std::string name = "model.safetensors.index.json: ";
  EXPECT_THAT(fault("{"), HasSubstr(name + "not valid JSON"));
  EXPECT_EQ(fault("[]"), name + "expected an object with the key 'weight_map'");
  EXPECT_EQ(fault("{}"), name + "expected an object with the key 'weight_map'");
  EXPECT_EQ(fault(R"({"weight_map": []})"),
            name + "expected an object with the key 'weight_map'");
  EXPECT_EQ(fault(R"({"weight_map": {"a": 1}})"),
            name + "expected the file of tensor 'a' to be a string");
  EXPECT_EQ(fault(R"({"weight_map": {"a": "x.safetensors",
                                     "a": "y.safetensors"}})"),
            name + "duplicate key 'a'; keep one of them");
  EXPECT_EQ(fault("{\"weight_map\": " + std::string(100'000, '[')),
            name + "JSON is nested more than 64 deep");
}

} // namespace
