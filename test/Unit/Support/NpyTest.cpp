// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Support/TestFiles.h"

#include "partita/Support/Npy.h"

#include <string>

using namespace partita;
using namespace partita::test;
using testing::HasSubstr;
using testing::StartsWith;

namespace {

/// A file of this version with this header and these elements.
std::string npy(llvm::StringRef header, llvm::StringRef elements,
                int version = 1) {
  std::string result = "\x93NUMPY";
  result += static_cast<char>(version);
  result += '\0';
  uint32_t length = header.size();
  for (int i = 0; i != (version == 1 ? 2 : 4); ++i)
    result += static_cast<char>(length >> (8 * i));
  return result + header.str() + elements.str();
}

std::string headerOf(llvm::StringRef descr, llvm::StringRef shape,
                     llvm::StringRef order = "False") {
  return ("{'descr': '" + descr + "', 'fortran_order': " + order +
          ", 'shape': " + shape + ", }  \n")
      .str();
}

std::string parseMessage(const std::string &content) {
  return message(parseNpy(inMemory(content)));
}

/// The message for a header, with no elements behind it.
std::string headerMessage(llvm::StringRef header) {
  return parseMessage(npy(header, ""));
}

/// What print says of the array in these bytes.
std::string parsed(const std::string &content) {
  llvm::Expected<HostTensor> tensor = parseNpy(inMemory(content));
  if (!tensor)
    return message(tensor.takeError());
  std::string result;
  llvm::raw_string_ostream os(result);
  print(os, *tensor);
  return result;
}

template <typename T> std::string bytesOf(std::initializer_list<T> values) {
  return {reinterpret_cast<const char *>(values.begin()),
          values.size() * sizeof(T)};
}

TEST(NpyTest, ReadsEachType) {
  EXPECT_EQ(parsed(npy(headerOf("<f8", "(2,)"), bytesOf<double>({1.5, -2}))),
            "tensor<2xf64> [1.5, -2]");
  EXPECT_EQ(parsed(npy(headerOf("<f4", "(2,)"), bytesOf<float>({1.5, -2}))),
            "tensor<2xf32> [1.5, -2]");
  EXPECT_EQ(
      parsed(npy(headerOf("<f2", "(2,)"), bytesOf<uint16_t>({0x3c00, 0xc000}))),
      "tensor<2xf16> [1, -2]");
  EXPECT_EQ(parsed(npy(headerOf("<i8", "(1,)"), bytesOf<int64_t>({-7}))),
            "tensor<1xi64> [-7]");
  EXPECT_EQ(parsed(npy(headerOf("<i4", "(1,)"), bytesOf<int32_t>({-7}))),
            "tensor<1xi32> [-7]");
  EXPECT_EQ(parsed(npy(headerOf("|i1", "(1,)"), bytesOf<int8_t>({-7}))),
            "tensor<1xi8> [-7]");
  EXPECT_EQ(parsed(npy(headerOf("|b1", "(2,)"), bytesOf<int8_t>({0, 1}))),
            "tensor<2xi1> [0, 1]");
}

TEST(NpyTest, ReadsEachVersion) {
  for (int version : {1, 2, 3})
    EXPECT_EQ(parsed(npy(headerOf("<i4", "(2, 1)"), bytesOf<int32_t>({3, 4}),
                         version)),
              "tensor<2x1xi32> [[3], [4]]");
}

// Spaces, quotes, key order and the last comma are free, as in Python.
TEST(NpyTest, ReadsHeadersInAnyLayout) {
  std::string two = bytesOf<int32_t>({3, 4});
  EXPECT_EQ(
      parsed(npy("{\"shape\":(2,),'fortran_order':False,'descr':'<i4'}", two)),
      "tensor<2xi32> [3, 4]");
  EXPECT_EQ(parsed(npy(" { 'descr' : '<i4' , 'fortran_order' : False , 'shape' "
                       ": ( 1 , 2 ) , } ",
                       two)),
            "tensor<1x2xi32> [[3, 4]]");
  EXPECT_EQ(parsed(npy(headerOf("<i4", "()"), bytesOf<int32_t>({5}))),
            "tensor<i32> 5");
  EXPECT_EQ(parsed(npy(headerOf("<i4", "(0, 3)"), "")), "tensor<0x3xi32> []");
}

// Column-major elements come out in rows.
TEST(NpyTest, TransposesFortranOrder) {
  EXPECT_EQ(parsed(npy(headerOf("<i4", "(2, 3)", "True"),
                       bytesOf<int32_t>({0, 10, 1, 11, 2, 12}))),
            "tensor<2x3xi32> [[0, 1, 2], [10, 11, 12]]");
  EXPECT_EQ(parsed(npy(headerOf("|i1", "(2, 1, 2)", "True"),
                       bytesOf<int8_t>({0, 2, 1, 3}))),
            "tensor<2x1x2xi8> [[[0, 1]], [[2, 3]]]");
  // Strides of an empty array may not fit; nobody needs them.
  EXPECT_EQ(parsed(npy(headerOf("|i1",
                                "(9223372036854775807, 9223372036854775807, 0)",
                                "True"),
                       "")),
            "tensor<9223372036854775807x9223372036854775807x0xi8> [[[], [], "
            "[], [], [], [], [], [], ...], [[], [], [], [], [], [], [], [], "
            "...], [[], [], [], [], [], [], [], [], ...], [[], [], [], [], [], "
            "[], [], [], ...], [[], [], [], [], [], [], [], [], ...], [[], [], "
            "[], [], [], [], [], [], ...], [[], [], [], [], [], [], [], [], "
            "...], [[], [], [], [], [], [], [], [], ...], ...]");
}

// The elements of a file are seen in place.
TEST(NpyTest, ViewsAlignedFiles) {
  std::string content;
  llvm::raw_string_ostream os(content);
  writeNpy(os, HostTensor::of<float>({2}, {1, 2}));
  MappedFile file = inMemory(content);
  HostTensor tensor = llvm::cantFail(parseNpy(file));
  EXPECT_EQ(static_cast<const uint8_t *>(tensor.bytes()),
            file.getBytes().end() - 8);
}

// What is written starts its elements at a multiple of 64 and reads back.
TEST(NpyTest, WritesWhatItReads) {
  TemporaryDirectory directory;
  std::string path = directory / "x.npy";
  for (ElementKind kind :
       {ElementKind::F64, ElementKind::F32, ElementKind::F16, ElementKind::I64,
        ElementKind::I32, ElementKind::I8, ElementKind::I1})
    for (const Shape &dims : {Shape{}, Shape{6}, Shape{2, 3}, Shape{0, 4},
                              Shape{1, 1, 1, 1, 1, 1, 1, 6}}) {
      HostTensor tensor = HostTensor::allocate(kind, dims);
      for (int64_t i = 0; i != tensor.getNumBytes(); ++i)
        static_cast<char *>(tensor.mutableBytes())[i] = i + 1;
      ASSERT_EQ(message(writeNpy(path, tensor)), "success");
      MappedFile file = llvm::cantFail(MappedFile::open(path));
      EXPECT_EQ((file.getBytes().size() - tensor.getNumBytes()) % 64, 0u);
      HostTensor back = llvm::cantFail(readNpy(path));
      EXPECT_EQ(back.describe(), tensor.describe());
      EXPECT_EQ(memcmp(back.bytes(), tensor.bytes(), tensor.getNumBytes()), 0);
    }
}

TEST(NpyTest, WritesBFloat16AsFloat) {
  std::string content;
  llvm::raw_string_ostream os(content);
  writeNpy(os, HostTensor::of<BFloat16>({1}, {BFloat16{0x3fc0}}));
  EXPECT_EQ(parsed(content), "tensor<1xf32> [1.5]");
}

// The header is the one NumPy writes, but for the amount of padding.
TEST(NpyTest, WritesNumPysHeader) {
  std::string content;
  llvm::raw_string_ostream os(content);
  writeNpy(os, HostTensor::of<float>({1}, {0}));
  EXPECT_THAT(content.substr(10),
              StartsWith("{'descr': '<f4', 'fortran_order': False, 'shape': "
                         "(1,), }  "));
  EXPECT_EQ(content[127], '\n');
}

// A failed write says so, and leaves what was there.
TEST(NpyTest, ReportsFailedWrites) {
  TemporaryDirectory directory;
  std::string path = directory / "missing/x.npy";
  EXPECT_THAT(message(writeNpy(path, HostTensor::of<float>({}, {1}))),
              StartsWith(path + ": cannot write: "));
}

TEST(NpyTest, RefusesOtherFiles) {
  EXPECT_EQ(parseMessage("PK\3\4"),
            "input: not a .npy file: it does not start with \\x93NUMPY; write "
            "it with numpy.save");
  std::string file = npy(headerOf("<f4", "()"), "abcd");
  file[6] = 4;
  EXPECT_EQ(parseMessage(file), "input: unsupported .npy version 4.0, expected "
                                "1.0, 2.0 or 3.0");
  file[6] = 1, file[7] = 1;
  EXPECT_EQ(parseMessage(file), "input: unsupported .npy version 1.1, expected "
                                "1.0, 2.0 or 3.0");
}

// Cut anywhere, a file is refused.
TEST(NpyTest, RefusesEveryTruncation) {
  for (int version : {1, 2}) {
    std::string file =
        npy(headerOf("<f4", "(2,)"), bytesOf<float>({1, 2}), version);
    EXPECT_EQ(parseMessage(file), "success");
    for (size_t size = 0; size != file.size(); ++size)
      EXPECT_NE(parseMessage(file.substr(0, size)), "success") << size;
  }
  std::string file = npy(headerOf("<f4", "(2,)"), "");
  EXPECT_EQ(parseMessage(file.substr(0, 7)),
            "input: .npy file ends inside its version");
  EXPECT_EQ(parseMessage(file.substr(0, 9)),
            "input: .npy file ends inside its header length");
  EXPECT_EQ(parseMessage(file.substr(0, 20)),
            "input: .npy file ends inside its header: expected 60 bytes, got "
            "10");
  EXPECT_EQ(parseMessage(file), "input: expected 8 bytes for 2xf32, got 0");
}

TEST(NpyTest, RefusesTrailingBytes) {
  EXPECT_EQ(parseMessage(npy(headerOf("<f4", "(1,)"), "abcde")),
            "input: expected 4 bytes for 1xf32, got 5");
}

TEST(NpyTest, RefusesOversizedHeaders) {
  std::string file = npy("", "", 2);
  file[8] = file[9] = file[10] = file[11] = '\xff';
  EXPECT_EQ(parseMessage(file),
            "input: .npy header of 4294967295 bytes is too large, expected at "
            "most 65535");
}

TEST(NpyTest, RefusesImpossibleShapes) {
  EXPECT_EQ(headerMessage(headerOf("<f4", "(4611686018427387904,)")),
            "input: shape 4611686018427387904xf32 is too large");
  EXPECT_EQ(headerMessage(headerOf("<f4", "(99999999999999999999,)")),
            "input: invalid .npy header: expected a dimension that fits 64 "
            "bits, got '99999999999999999999...'");
  EXPECT_EQ(headerMessage(headerOf("<f4", "(-1,)")),
            "input: invalid .npy header: expected a dimension that fits 64 "
            "bits, got '-1,), }  \\0a'");
  std::string dims;
  for (int i = 0; i != 33; ++i)
    dims += "1,";
  EXPECT_EQ(headerMessage(headerOf("<f4", "(" + dims + ")")),
            "input: invalid .npy header: more than 32 dimensions");
}

TEST(NpyTest, RefusesOtherTypes) {
  EXPECT_EQ(headerMessage(headerOf(">f4", "()")),
            "input: invalid .npy header: big-endian elements '>f4' are not "
            "supported; save it with "
            ".astype(array.dtype.newbyteorder('<'))");
  EXPECT_EQ(headerMessage(headerOf("<c8", "()")),
            "input: invalid .npy header: unsupported element type '<c8'; "
            "expected one of <f8 <f4 <f2 <i8 <i4 |i1 |b1");
  EXPECT_EQ(headerMessage("{'descr': [('a', '<f4')], 'fortran_order': False, "
                          "'shape': ()}"),
            "input: invalid .npy header: structured arrays are not supported; "
            "save each field as an array of its own");
}

TEST(NpyTest, RefusesMalformedHeaders) {
  auto fault = [](llvm::StringRef header) {
    std::string text = headerMessage(header);
    EXPECT_TRUE(llvm::StringRef(text).starts_with("input: invalid .npy header"))
        << text;
    return text.substr(
        std::min(text.size(), sizeof("input: invalid .npy header:")));
  };
  EXPECT_EQ(fault(""), "expected a dictionary, got ''");
  EXPECT_EQ(fault("{"), "expected a string, got ''");
  EXPECT_EQ(fault("{'descr"), "expected a string, got 'descr'");
  EXPECT_EQ(fault("{'a': 1}"), "unknown key 'a'");
  EXPECT_EQ(fault("{}"), "key 'descr' is missing");
  EXPECT_EQ(fault("{'descr': '<f4'}"), "key 'fortran_order' is missing");
  EXPECT_EQ(fault("{'descr': '<f4', 'descr': '<f4'}"), "duplicate key 'descr'");
  EXPECT_EQ(fault("{'descr' '<f4'}"), "expected ':', got ''<f4'}'");
  EXPECT_EQ(fault("{'descr': 3}"), "expected a string, got '3}'");
  EXPECT_EQ(fault("{'fortran_order': 0}"), "expected True or False, got '0}'");
  EXPECT_EQ(fault("{'shape': [1]}"), "expected a tuple, got '[1]}'");
  EXPECT_EQ(fault("{'shape': (1)}"), "expected ',', got ')}'");
  EXPECT_EQ(fault("{'shape': (1 2)}"), "expected ',', got '2)}'");
  EXPECT_EQ(fault("{'shape': (1,,)}"),
            "expected a dimension that fits 64 bits, got ',)}'");
  EXPECT_EQ(fault("{'shape': () 'x'}"), "expected ',' or '}', got ''x'}'");
  EXPECT_EQ(fault(headerOf("<f4", "()") + "x"),
            "expected nothing after the dictionary, got 'x'");
}

TEST(NpyTest, ReportsMissingFiles) {
  EXPECT_THAT(message(readNpy("/nonexistent.npy")),
              HasSubstr("/nonexistent.npy: cannot read"));
}

} // namespace
