// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "partita/Frontend/Weights/Safetensors.h"

#include "partita/Support/FileError.h"
#include "partita/Support/Json.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/Path.h"

using namespace partita;
using llvm::StringRef;
using llvm::Twine;
namespace json = llvm::json;

static_assert(llvm::endianness::native == llvm::endianness::little,
              "tensors are views of little-endian files");

/// The limit of the format's reference implementation.
static constexpr size_t maxHeaderBytes = 100'000'000;
static constexpr size_t maxRank = 32;
/// A header may be larger than a configuration file, but is as flat.
static constexpr JsonLimits headerLimits = {
    .maxBytes = maxHeaderBytes, .maxValues = 8'000'000, .maxDepth = 8};

//===----------------------------------------------------------------------===//
// Header
//===----------------------------------------------------------------------===//

namespace {

struct Dtype {
  llvm::StringLiteral name;
  unsigned numBits;
  std::optional<ElementKind> kind;
};

} // namespace

/// The types of the format. Sizes of those that have no reader are needed too,
/// to check the layout of the file around them.
static constexpr Dtype dtypes[] = {
    {"F64", 64, ElementKind::F64},   {"F32", 32, ElementKind::F32},
    {"BF16", 16, ElementKind::BF16}, {"F16", 16, ElementKind::F16},
    {"I64", 64, ElementKind::I64},   {"I32", 32, ElementKind::I32},
    {"I8", 8, ElementKind::I8},      {"BOOL", 8, ElementKind::I1},
    {"U64", 64, std::nullopt},       {"U32", 32, std::nullopt},
    {"U16", 16, std::nullopt},       {"I16", 16, std::nullopt},
    {"U8", 8, std::nullopt},         {"C64", 64, std::nullopt},
    {"F8_E5M2", 8, std::nullopt},    {"F8_E4M3", 8, std::nullopt},
    {"F8_E8M0", 8, std::nullopt},    {"F6_E2M3", 6, std::nullopt},
    {"F6_E3M2", 6, std::nullopt},    {"F4", 4, std::nullopt}};

/// `value` as an array of non-negative integers, or none.
static std::optional<Shape> getSizes(const json::Value *value) {
  const json::Array *array = value ? value->getAsArray() : nullptr;
  if (!array || array->size() > maxRank)
    return std::nullopt;
  Shape result;
  for (const json::Value &element : *array) {
    std::optional<int64_t> size = getExactInteger(element);
    if (!size || *size < 0)
      return std::nullopt;
    result.push_back(*size);
  }
  return result;
}

/// Parses one entry; `dataBytes` is the size of the data.
static llvm::Expected<SafetensorsEntry> parseEntry(StringRef name,
                                                   const json::Value &value,
                                                   size_t dataBytes,
                                                   StringRef path) {
  auto error = [&](const Twine &what) {
    return fileError(path, "tensor " + quoted(name) + ": " + what);
  };
  const json::Object *object = value.getAsObject();
  if (!object)
    return error("expected an object");
  for (const auto &field : *object)
    if (StringRef key = field.first;
        key != "dtype" && key != "shape" && key != "data_offsets")
      return error("unknown key " + quoted(key));

  SafetensorsEntry entry;
  entry.name = name.str();
  std::optional<StringRef> dtypeName = object->getString("dtype");
  if (!dtypeName)
    return error("expected a string as dtype");
  const Dtype *dtype = llvm::find_if(
      dtypes, [&](const Dtype &d) { return d.name == *dtypeName; });
  if (dtype == std::end(dtypes))
    return error("unknown dtype " + quoted(*dtypeName));
  entry.dtype = dtypeName->str();
  entry.kind = dtype->kind;

  std::optional<Shape> dims = getSizes(object->get("shape"));
  if (!dims)
    return error("expected a shape of at most " + Twine(maxRank) +
                 " non-negative integers");
  entry.dims = *dims;
  std::optional<Shape> offsets = getSizes(object->get("data_offsets"));
  if (!offsets || offsets->size() != 2)
    return error("expected two non-negative integers as data_offsets");
  uint64_t begin = (*offsets)[0], end = (*offsets)[1];
  if (begin > end)
    return error("data_offsets " + Twine(begin) + " and " + Twine(end) +
                 " are in the wrong order");
  if (end > dataBytes)
    return error("ends at byte " + Twine(end) + " of the data, which has " +
                 Twine(dataBytes));
  entry.offset = begin;
  entry.numBytes = end - begin;

  std::optional<int64_t> numElements = checkedNumElements(*dims);
  int64_t numBits;
  if (!numElements ||
      llvm::MulOverflow<int64_t>(*numElements, dtype->numBits, numBits))
    return error("its shape is too large");
  if (numBits % 8 != 0)
    return error("its shape does not fill whole bytes");
  uint64_t expectedBytes = static_cast<uint64_t>(numBits) / 8;
  if (expectedBytes != entry.numBytes)
    return error("expected " + Twine(expectedBytes) +
                 " bytes for its shape, "
                 "got " +
                 Twine(entry.numBytes));
  return entry;
}

static llvm::Error checkMetadata(const json::Value &value, StringRef path) {
  const json::Object *object = value.getAsObject();
  if (!object || !llvm::all_of(*object, [](const auto &entry) {
        return entry.second.kind() == json::Value::String;
      }))
    return fileError(path, "expected __metadata__ to be an object of strings");
  return llvm::Error::success();
}

llvm::Expected<std::vector<SafetensorsEntry>>
partita::parseSafetensorsHeader(const MappedFile &file) {
  StringRef text = file.getText(), path = file.getPath();
  if (text.size() < 8)
    return fileError(path, "not a safetensors file: expected at least 8 bytes, "
                           "got " +
                               Twine(text.size()));
  uint64_t headerBytes = llvm::support::endian::read64le(text.data());
  text = text.drop_front(8);
  if (headerBytes > maxHeaderBytes)
    return fileError(path, "safetensors header of " + Twine(headerBytes) +
                               " bytes is too large, expected at most " +
                               Twine(maxHeaderBytes));
  if (headerBytes > text.size())
    return fileError(
        path, "file ends inside its safetensors header: expected " +
                  Twine(headerBytes) + " bytes, got " + Twine(text.size()));
  StringRef header = text.take_front(headerBytes);
  size_t dataBytes = text.size() - headerBytes;
  if (!header.starts_with("{"))
    return fileError(path, "expected the safetensors header to start with '{', "
                           "got " +
                               quoted(header.take_front(1)));
  llvm::Expected<json::Value> root = parseJson(header, path, headerLimits);
  if (!root)
    return root.takeError();

  std::vector<SafetensorsEntry> entries;
  for (const auto &item : *root->getAsObject()) {
    if (StringRef(item.first) == "__metadata__") {
      if (llvm::Error failure = checkMetadata(item.second, path))
        return std::move(failure);
      continue;
    }
    llvm::Expected<SafetensorsEntry> entry =
        parseEntry(item.first, item.second, dataBytes, path);
    if (!entry)
      return entry.takeError();
    entries.push_back(std::move(*entry));
  }

  // Empty tensors lie anywhere, the others one after the other. Sorting by name
  // last makes the result independent of the order of the JSON object.
  llvm::sort(entries, [](const SafetensorsEntry &a, const SafetensorsEntry &b) {
    return std::tie(a.offset, a.numBytes, a.name) <
           std::tie(b.offset, b.numBytes, b.name);
  });
  size_t covered = 0;
  const SafetensorsEntry *last = nullptr;
  for (SafetensorsEntry &entry : entries) {
    if (entry.numBytes != 0) {
      if (entry.offset < covered)
        return fileError(path, "tensors " + quoted(last->name) + " and " +
                                   quoted(entry.name) + " overlap");
      if (entry.offset > covered)
        return fileError(path, "hole of " + Twine(entry.offset - covered) +
                                   " bytes before tensor " +
                                   quoted(entry.name));
      covered = entry.offset + entry.numBytes;
      last = &entry;
    }
    entry.offset += 8 + headerBytes;
  }
  if (covered != dataBytes)
    return fileError(path, "the last " + Twine(dataBytes - covered) +
                               " bytes belong to no tensor");
  return entries;
}

//===----------------------------------------------------------------------===//
// Stores
//===----------------------------------------------------------------------===//

namespace {

/// The tensors of one or several files.
class SafetensorsStore final : public WeightStore {
public:
  explicit SafetensorsStore(StringRef path) : WeightStore(path) {}

  /// Adds a tensor of `file`; false if the name is taken.
  bool add(const MappedFile &file, const SafetensorsEntry &entry) {
    places.push_back({file.getBytes().data() + entry.offset, file.getOwner()});
    std::string unsupported;
    if (!entry.kind)
      unsupported = "has the unsupported dtype " + entry.dtype;
    return addTensor(entry.name,
                     {entry.kind.value_or(ElementKind::I8), entry.dims},
                     std::move(unsupported));
  }

private:
  struct Place {
    const uint8_t *bytes;
    std::shared_ptr<const void> owner;
  };

  llvm::Expected<HostTensor> load(size_t index,
                                  const WeightInfo &info) const override {
    return HostTensor::borrow(info.kind, info.dims, places[index].bytes,
                              places[index].owner);
  }

  std::vector<Place> places;
};

} // namespace

llvm::Expected<std::unique_ptr<WeightStore>>
partita::openSafetensors(const MappedFile &file) {
  llvm::Expected<std::vector<SafetensorsEntry>> entries =
      parseSafetensorsHeader(file);
  if (!entries)
    return entries.takeError();
  auto store = std::make_unique<SafetensorsStore>(file.getPath());
  for (const SafetensorsEntry &entry : *entries)
    store->add(file, entry); // The header has no duplicate keys.
  return store;
}

/// The map from tensor to file of an index.
static llvm::Expected<llvm::StringMap<std::string>>
parseIndex(StringRef indexPath) {
  llvm::Expected<json::Value> root = loadJson(indexPath);
  if (!root)
    return root.takeError();
  const json::Object *object = root->getAsObject();
  const json::Object *map = object ? object->getObject("weight_map") : nullptr;
  if (!map)
    return fileError(indexPath, "expected an object with the key 'weight_map'");
  llvm::StringMap<std::string> result;
  for (const auto &entry : *map) {
    StringRef name = entry.first;
    std::optional<StringRef> file = entry.second.getAsString();
    if (!file)
      return fileError(indexPath, "expected the file of tensor " +
                                      quoted(name) + " to be a string");
    // Only a file beside the index: nothing reaches out of the directory.
    if (!file->ends_with(".safetensors") || file->contains('\0') ||
        llvm::sys::path::filename(*file) != *file)
      return fileError(indexPath, "expected the name of a .safetensors file "
                                  "beside the index for tensor " +
                                      quoted(name) + ", got " + quoted(*file));
    result[name] = file->str();
  }
  return result;
}

llvm::Expected<std::unique_ptr<WeightStore>>
partita::openSafetensorsIndex(StringRef indexPath) {
  llvm::Expected<llvm::StringMap<std::string>> map = parseIndex(indexPath);
  if (!map)
    return map.takeError();
  std::vector<std::string> files;
  for (const auto &entry : *map)
    files.push_back(entry.second);
  llvm::sort(files);
  files.erase(llvm::unique(files), files.end());

  auto store = std::make_unique<SafetensorsStore>(indexPath);
  for (const std::string &name : files) {
    llvm::SmallString<128> path = llvm::sys::path::parent_path(indexPath);
    llvm::sys::path::append(path, name);
    llvm::Expected<MappedFile> file = MappedFile::open(path);
    if (!file)
      return file.takeError();
    llvm::Expected<std::vector<SafetensorsEntry>> entries =
        parseSafetensorsHeader(*file);
    if (!entries)
      return entries.takeError();
    for (const SafetensorsEntry &entry : *entries) {
      auto it = map->find(entry.name);
      if (it == map->end() || it->second != name)
        return fileError(path, "has tensor " + quoted(entry.name) +
                                   ", which the index does not place here");
      store->add(*file, entry);
      map->erase(it); // What stays was promised and is missing.
    }
  }
  for (const auto &entry : *map)
    return fileError(indexPath, "tensor " + quoted(entry.first()) +
                                    " is not in " + quoted(entry.second));
  return store;
}
