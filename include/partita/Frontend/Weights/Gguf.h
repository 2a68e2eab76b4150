// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The GGUF format, versions 2 and 3, in which small models travel:
//
//   "GGUF" | u32 version | u64 number of tensors | u64 number of metadata
//   metadata:  string key | u32 type | value
//   tensors:   string name | u32 rank | u64 dims[rank], innermost first |
//              u32 type | u64 offset in the data
//   padding to general.alignment (32 unless the metadata says otherwise) | data
//
// A string is a u64 length and bytes; an array a u32 type, a u64 length and
// elements. All little-endian.

#ifndef PARTITA_FRONTEND_WEIGHTS_GGUF_H
#define PARTITA_FRONTEND_WEIGHTS_GGUF_H

#include "partita/Frontend/Weights/Dequantize.h"
#include "partita/Frontend/Weights/WeightStore.h"
#include "partita/Support/MappedFile.h"

#include "llvm/ADT/STLFunctionalExtras.h"

#include <optional>

namespace partita {

/// Types of metadata, numbered as in the file.
enum class GgufType : uint32_t {
  U8,
  I8,
  U16,
  I16,
  U32,
  I32,
  F32,
  Bool,
  String,
  Array,
  U64,
  I64,
  F64
};

/// A value of the metadata, as a view of the file. Every accessor gives none
/// when the value is of another type or does not fit.
class GgufValue {
public:
  /// `payload` is the value without its type, checked to be complete.
  GgufValue(GgufType type, llvm::StringRef payload)
      : type(type), payload(payload) {}

  GgufType getType() const { return type; }

  /// Any integer type, if it fits.
  std::optional<int64_t> getInteger() const;

  /// Any integer or float type, if finite.
  std::optional<double> getNumber() const;

  std::optional<bool> getBool() const;
  std::optional<llvm::StringRef> getString() const;

  /// The elements of an array.
  std::optional<std::vector<GgufValue>> getArray() const;

private:
  GgufType type;
  llvm::StringRef payload;
};

/// A tensor of the file, checked: if its type is readable its bytes lie in the
/// file.
struct GgufTensor {
  llvm::StringRef name;
  /// The type's number, and what is known of it, if anything.
  uint32_t typeId;
  const GgmlType *type;
  /// Outermost first, as everywhere but in the file.
  Shape dims;
  /// Counted from the start of the file. The size is 0 if it is not known.
  size_t offset;
  size_t numBytes;
};

/// A GGUF file, parsed and checked. A value whose copies share the file.
class GgufFile {
public:
  static llvm::Expected<GgufFile> open(llvm::StringRef path);
  static llvm::Expected<GgufFile> parse(const MappedFile &file);

  llvm::StringRef getPath() const { return file.getPath(); }

  /// The value of a metadata key, or null.
  const GgufValue *lookup(llvm::StringRef key) const;

  /// The value of a key that must be there and have this type.
  llvm::Expected<int64_t> getInteger(llvm::StringRef key) const;
  llvm::Expected<double> getNumber(llvm::StringRef key) const;
  llvm::Expected<llvm::StringRef> getString(llvm::StringRef key) const;

  llvm::ArrayRef<GgufTensor> getTensors() const { return tensors; }

  /// The elements of one of the tensors: plain types as a view, quantised ones
  /// as F32. `sourceRow` gives for each row of the result (a row is the
  /// innermost dimension) its row in the file; without it rows stay in order.
  HostTensor
  load(const GgufTensor &tensor,
       llvm::function_ref<int64_t(int64_t)> sourceRow = nullptr) const;

private:
  explicit GgufFile(const MappedFile &file) : file(file) {}
  friend class GgufParser;

  MappedFile file;
  llvm::StringMap<GgufValue> metadata;
  std::vector<GgufTensor> tensors;
};

/// A store over a GGUF file. For the llama architecture the tensors go by their
/// Hugging Face names, and the rows of the query and key projections are put
/// back into Hugging Face's order for rotary embeddings. Other architectures
/// keep the names and the order of the file.
llvm::Expected<std::unique_ptr<WeightStore>> openGguf(const MappedFile &file);

} // namespace partita

#endif // PARTITA_FRONTEND_WEIGHTS_GGUF_H
