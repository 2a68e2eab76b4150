// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "partita/Frontend/Weights/Gguf.h"

#include "partita/Support/FileError.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/MathExtras.h"

#include <cmath>
#include <cstring>

using namespace partita;
using llvm::StringRef;
using llvm::Twine;

static_assert(llvm::endianness::native == llvm::endianness::little,
              "tensors are views of little-endian files");

/// Bounds that no real file comes near.
static constexpr size_t maxKeyBytes = 65535;
static constexpr size_t maxRank = 4;
static constexpr unsigned maxArrayDepth = 4;
static constexpr uint64_t maxAlignment = 1 << 20;

//===----------------------------------------------------------------------===//
// Reading bytes
//===----------------------------------------------------------------------===//

/// Bytes of a value of this type, or 0 if values differ in size.
static unsigned fixedSize(GgufType type) {
  switch (type) {
  case GgufType::U8:
  case GgufType::I8:
  case GgufType::Bool:
    return 1;
  case GgufType::U16:
  case GgufType::I16:
    return 2;
  case GgufType::U32:
  case GgufType::I32:
  case GgufType::F32:
    return 4;
  case GgufType::U64:
  case GgufType::I64:
  case GgufType::F64:
    return 8;
  case GgufType::String:
  case GgufType::Array:
    return 0;
  }
  __builtin_unreachable();
}

namespace {

/// Takes values off the front of `rest`. Each function returns false, and takes
/// nothing that matters, if the bytes end too early or are not what they must.
struct Cursor {
  StringRef rest;

  bool skip(uint64_t numBytes) {
    if (numBytes > rest.size())
      return false;
    rest = rest.drop_front(numBytes);
    return true;
  }

  template <typename T> bool read(T &value) {
    if (rest.size() < sizeof(T))
      return false;
    std::memcpy(&value, rest.bytes_begin(), sizeof(T));
    rest = rest.drop_front(sizeof(T));
    return true;
  }

  bool readString(StringRef &value) {
    uint64_t length;
    if (!read(length) || length > rest.size())
      return false;
    value = rest.take_front(length);
    return skip(length);
  }

  bool readType(GgufType &type) {
    uint32_t id;
    if (!read(id) || id > static_cast<uint32_t>(GgufType::F64))
      return false;
    type = static_cast<GgufType>(id);
    return true;
  }

  /// Takes a value without its type. Each element of an array takes at least
  /// one byte, so the loop is bounded by the file.
  bool skipValue(GgufType type, unsigned depth = 0) {
    if (unsigned size = fixedSize(type))
      return skip(size);
    if (type == GgufType::String) {
      StringRef ignored;
      return readString(ignored);
    }
    GgufType elementType;
    uint64_t count;
    if (depth == maxArrayDepth || !readType(elementType) || !read(count))
      return false;
    if (unsigned size = fixedSize(elementType))
      return count <= rest.size() / size && skip(count * size);
    for (uint64_t i = 0; i != count; ++i)
      if (!skipValue(elementType, depth + 1))
        return false;
    return true;
  }
};

} // namespace

//===----------------------------------------------------------------------===//
// Metadata
//===----------------------------------------------------------------------===//

template <typename T> static T decode(StringRef payload) {
  T value;
  std::memcpy(&value, payload.bytes_begin(), sizeof(T));
  return value;
}

std::optional<int64_t> GgufValue::getInteger() const {
  switch (type) {
  case GgufType::U8:
    return decode<uint8_t>(payload);
  case GgufType::I8:
    return decode<int8_t>(payload);
  case GgufType::U16:
    return decode<uint16_t>(payload);
  case GgufType::I16:
    return decode<int16_t>(payload);
  case GgufType::U32:
    return decode<uint32_t>(payload);
  case GgufType::I32:
    return decode<int32_t>(payload);
  case GgufType::I64:
    return decode<int64_t>(payload);
  case GgufType::U64:
    if (uint64_t value = decode<uint64_t>(payload); value <= INT64_MAX)
      return value;
    return std::nullopt;
  case GgufType::F32:
  case GgufType::F64:
  case GgufType::Bool:
  case GgufType::String:
  case GgufType::Array:
    return std::nullopt;
  }
  __builtin_unreachable();
}

std::optional<double> GgufValue::getNumber() const {
  if (std::optional<int64_t> integer = getInteger())
    return static_cast<double>(*integer);
  double number;
  if (type == GgufType::F32)
    number = decode<float>(payload);
  else if (type == GgufType::F64)
    number = decode<double>(payload);
  else
    return std::nullopt;
  return std::isfinite(number) ? std::optional(number) : std::nullopt;
}

std::optional<bool> GgufValue::getBool() const {
  if (type != GgufType::Bool)
    return std::nullopt;
  uint8_t value = decode<uint8_t>(payload);
  return value <= 1 ? std::optional(value == 1) : std::nullopt;
}

std::optional<StringRef> GgufValue::getString() const {
  if (type != GgufType::String)
    return std::nullopt;
  return payload.drop_front(sizeof(uint64_t));
}

std::optional<std::vector<GgufValue>> GgufValue::getArray() const {
  if (type != GgufType::Array)
    return std::nullopt;
  Cursor cursor{payload};
  GgufType elementType;
  uint64_t count;
  // The parser has walked over all of this, so nothing can be missing.
  if (!cursor.readType(elementType) || !cursor.read(count))
    return std::nullopt;
  std::vector<GgufValue> result;
  for (uint64_t i = 0; i != count; ++i) {
    StringRef before = cursor.rest;
    cursor.skipValue(elementType);
    result.emplace_back(elementType, before.drop_back(cursor.rest.size()));
  }
  return result;
}

const GgufValue *GgufFile::lookup(StringRef key) const {
  auto it = metadata.find(key);
  return it == metadata.end() ? nullptr : &it->second;
}

/// What the three typed getters share: `get` is GgufValue's accessor, `wanted`
/// its type in words.
template <typename T>
static llvm::Expected<T> getValue(const GgufFile &file, StringRef key,
                                  std::optional<T> (GgufValue::*get)() const,
                                  StringRef wanted) {
  const GgufValue *value = file.lookup(key);
  if (!value)
    return fileError(file.getPath(), "metadata key " + quoted(key) +
                                         " is missing, expected " + wanted);
  if (std::optional<T> result = (value->*get)())
    return *result;
  return fileError(file.getPath(),
                   "expected metadata key " + quoted(key) + " to be " + wanted);
}

llvm::Expected<int64_t> GgufFile::getInteger(StringRef key) const {
  return getValue(*this, key, &GgufValue::getInteger, "an integer");
}

llvm::Expected<double> GgufFile::getNumber(StringRef key) const {
  return getValue(*this, key, &GgufValue::getNumber, "a finite number");
}

llvm::Expected<StringRef> GgufFile::getString(StringRef key) const {
  return getValue(*this, key, &GgufValue::getString, "a string");
}

//===----------------------------------------------------------------------===//
// Parsing a file
//===----------------------------------------------------------------------===//

namespace partita {

class GgufParser {
public:
  explicit GgufParser(const MappedFile &file)
      : result(file), cursor{file.getText()} {}

  llvm::Expected<GgufFile> parse();

private:
  llvm::Error error(const Twine &what, const Twine &fix = "") {
    return fileError(result.getPath(), what, fix);
  }
  llvm::Error parseCounts();
  llvm::Error parseMetadata();
  llvm::Error parseTensor(GgufTensor &tensor);
  llvm::Error placeTensors();
  llvm::Error checkOverlaps();

  GgufFile result;
  Cursor cursor;
  uint64_t numTensors = 0, numMetadata = 0;
};

} // namespace partita

llvm::Error GgufParser::parseCounts() {
  if (!cursor.rest.consume_front("GGUF"))
    return error("not a GGUF file: it does not start with 'GGUF'");
  uint32_t version;
  if (!cursor.read(version))
    return error("GGUF file ends inside its header");
  if (llvm::byteswap(version) >= 1 && llvm::byteswap(version) <= 3)
    return error("big-endian GGUF files are not supported");
  if (version != 2 && version != 3)
    return error("unsupported GGUF version " + Twine(version) +
                 ", expected 2 or 3");
  if (!cursor.read(numTensors) || !cursor.read(numMetadata))
    return error("GGUF file ends inside its header");
  // The shortest metadata has 13 bytes and the shortest tensor 24.
  if (numMetadata > cursor.rest.size() / 13 ||
      numTensors > cursor.rest.size() / 24)
    return error("GGUF header promises " + Twine(numTensors) + " tensors and " +
                 Twine(numMetadata) + " metadata keys, more than fit the file");
  return llvm::Error::success();
}

llvm::Error GgufParser::parseMetadata() {
  for (uint64_t i = 0; i != numMetadata; ++i) {
    StringRef key;
    if (!cursor.readString(key))
      return error("GGUF file ends inside metadata key " + Twine(i));
    if (key.empty() || key.size() > maxKeyBytes)
      return error("metadata key " + Twine(i) + " has " + Twine(key.size()) +
                   " bytes, expected 1 to " + Twine(maxKeyBytes));
    GgufType type;
    if (!cursor.readType(type))
      return error("unknown type of metadata key " + quoted(key));
    StringRef before = cursor.rest;
    if (!cursor.skipValue(type))
      return error("invalid value of metadata key " + quoted(key) +
                   ": it is cut off, or an array of unknown type or deeper "
                   "than " +
                   Twine(maxArrayDepth));
    GgufValue value(type, before.drop_back(cursor.rest.size()));
    if ((type == GgufType::F32 || type == GgufType::F64) && !value.getNumber())
      return error("metadata key " + quoted(key) + " is not a finite number");
    if (!result.metadata.try_emplace(key, value).second)
      return error("duplicate metadata key " + quoted(key));
  }
  return llvm::Error::success();
}

llvm::Error GgufParser::parseTensor(GgufTensor &tensor) {
  uint32_t rank;
  if (!cursor.readString(tensor.name) || !cursor.read(rank))
    return error("GGUF file ends inside its list of tensors");
  if (tensor.name.empty() || tensor.name.size() > maxKeyBytes)
    return error("a tensor's name has " + Twine(tensor.name.size()) +
                 " bytes, expected 1 to " + Twine(maxKeyBytes));
  std::string name = "tensor " + quoted(tensor.name);
  if (rank > maxRank)
    return error(name + " has " + Twine(rank) +
                 " dimensions, expected at most " + Twine(maxRank));
  for (uint32_t i = 0; i != rank; ++i) {
    uint64_t dim;
    if (!cursor.read(dim))
      return error("GGUF file ends inside its list of tensors");
    if (dim > INT64_MAX)
      return error("shape of " + name + " is too large");
    tensor.dims.push_back(dim);
  }
  std::reverse(tensor.dims.begin(), tensor.dims.end());
  uint64_t offset;
  if (!cursor.read(tensor.typeId) || !cursor.read(offset))
    return error("GGUF file ends inside its list of tensors");
  tensor.offset = offset;

  tensor.type = lookupGgmlType(tensor.typeId);
  tensor.numBytes = 0;
  std::optional<int64_t> numElements =
      checkedNumBytes(ElementKind::F32, tensor.dims);
  if (!numElements)
    return error("shape of " + name + " is too large");
  *numElements /= elementSize(ElementKind::F32);
  if (!tensor.type || tensor.type->blockElements == 0)
    return llvm::Error::success();
  int64_t rowElements = tensor.dims.empty() ? 1 : tensor.dims.back();
  if (rowElements % tensor.type->blockElements != 0)
    return error("rows of " + name + " have " + Twine(rowElements) +
                 " elements, expected a multiple of " +
                 Twine(tensor.type->blockElements) + " for type " +
                 tensor.type->name);
  int64_t numBytes;
  if (llvm::MulOverflow<int64_t>(*numElements / tensor.type->blockElements,
                                 tensor.type->blockBytes, numBytes))
    return error("shape of " + name + " is too large");
  tensor.numBytes = numBytes;
  return llvm::Error::success();
}

/// Turns offsets in the data to offsets in the file, and checks them.
llvm::Error GgufParser::placeTensors() {
  uint64_t alignment = 32;
  if (const GgufValue *value = result.lookup("general.alignment")) {
    std::optional<int64_t> integer = value->getInteger();
    if (!integer || *integer < 8 ||
        static_cast<uint64_t>(*integer) > maxAlignment ||
        !llvm::isPowerOf2_64(*integer))
      return error("expected general.alignment to be a power of two from 8 "
                   "to " +
                   Twine(maxAlignment));
    alignment = *integer;
  }
  size_t fileBytes = result.file.getBytes().size();
  size_t dataBegin = llvm::alignTo(fileBytes - cursor.rest.size(), alignment);
  for (GgufTensor &tensor : result.tensors) {
    std::string name = "tensor " + quoted(tensor.name);
    if (tensor.offset % alignment != 0)
      return error(name + " is at offset " + Twine(tensor.offset) +
                   ", expected a multiple of " + Twine(alignment));
    // An empty tensor at the very end may lie behind the missing padding.
    if (tensor.numBytes == 0 && tensor.type && tensor.type->blockElements != 0)
      tensor.offset = 0;
    else if (dataBegin > fileBytes || tensor.offset > fileBytes - dataBegin ||
             tensor.numBytes > fileBytes - dataBegin - tensor.offset)
      return error(name + " of " + Twine(tensor.numBytes) +
                   " bytes at offset " + Twine(tensor.offset) +
                   " reaches past the end of the file");
    else
      tensor.offset += dataBegin;
  }
  return llvm::Error::success();
}

llvm::Error GgufParser::checkOverlaps() {
  std::vector<const GgufTensor *> inOrder;
  for (const GgufTensor &tensor : result.tensors)
    if (tensor.numBytes != 0)
      inOrder.push_back(&tensor);
  llvm::sort(inOrder, [](const GgufTensor *a, const GgufTensor *b) {
    return std::tie(a->offset, a->name) < std::tie(b->offset, b->name);
  });
  for (size_t i = 1; i < inOrder.size(); ++i)
    if (inOrder[i - 1]->offset + inOrder[i - 1]->numBytes > inOrder[i]->offset)
      return error("tensors " + quoted(inOrder[i - 1]->name) + " and " +
                   quoted(inOrder[i]->name) + " overlap");
  return llvm::Error::success();
}

llvm::Expected<GgufFile> GgufParser::parse() {
  if (llvm::Error failure = parseCounts())
    return std::move(failure);
  if (llvm::Error failure = parseMetadata())
    return std::move(failure);
  llvm::StringSet<> names;
  for (uint64_t i = 0; i != numTensors; ++i) {
    GgufTensor tensor;
    if (llvm::Error failure = parseTensor(tensor))
      return std::move(failure);
    if (!names.insert(tensor.name).second)
      return error("duplicate tensor " + quoted(tensor.name));
    result.tensors.push_back(std::move(tensor));
  }
  if (llvm::Error failure = placeTensors())
    return std::move(failure);
  if (llvm::Error failure = checkOverlaps())
    return std::move(failure);
  return std::move(result);
}

llvm::Expected<GgufFile> GgufFile::parse(const MappedFile &file) {
  return GgufParser(file).parse();
}

llvm::Expected<GgufFile> GgufFile::open(StringRef path) {
  llvm::Expected<MappedFile> file = MappedFile::open(path);
  if (!file)
    return file.takeError();
  return parse(*file);
}

//===----------------------------------------------------------------------===//
// Loading
//===----------------------------------------------------------------------===//

HostTensor
GgufFile::load(const GgufTensor &tensor,
               llvm::function_ref<int64_t(int64_t)> sourceRow) const {
  assert(tensor.type && tensor.type->isReadable() &&
         "expected a readable type");
  llvm::ArrayRef<uint8_t> bytes =
      file.getBytes().slice(tensor.offset, tensor.numBytes);
  ElementKind kind = tensor.type->kind.value_or(ElementKind::F32);
  if (tensor.type->kind && !sourceRow)
    return HostTensor::borrow(kind, tensor.dims, bytes.data(), file.getOwner());

  HostTensor result = HostTensor::allocate(kind, tensor.dims);
  if (bytes.empty())
    return result;
  if (!sourceRow) {
    tensor.type->dequantize(bytes, result.mutableData<float>());
    return result;
  }
  int64_t rowElements = tensor.dims.empty() ? 1 : tensor.dims.back();
  int64_t numRows = result.getNumElements() / rowElements;
  size_t rowBytes = bytes.size() / numRows;
  for (int64_t row = 0; row != numRows; ++row) {
    llvm::ArrayRef<uint8_t> source =
        bytes.slice(sourceRow(row) * rowBytes, rowBytes);
    if (tensor.type->dequantize)
      tensor.type->dequantize(source, result.mutableData<float>().slice(
                                          row * rowElements, rowElements));
    else
      std::memcpy(static_cast<uint8_t *>(result.mutableBytes()) +
                      row * rowBytes,
                  source.data(), rowBytes);
  }
  return result;
}
