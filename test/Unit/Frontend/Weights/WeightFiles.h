// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Small weight files, built in memory field by field so that a test can get any
// one of them wrong.

#ifndef PARTITA_TEST_UNIT_FRONTEND_WEIGHTS_WEIGHTFILES_H
#define PARTITA_TEST_UNIT_FRONTEND_WEIGHTS_WEIGHTFILES_H

#include "partita/Frontend/Weights/Gguf.h"

#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <initializer_list>
#include <string>

namespace partita::test {

/// The bytes of numbers, one after the other.
template <typename T> std::string bytesOf(std::initializer_list<T> values) {
  return {reinterpret_cast<const char *>(values.begin()),
          values.size() * sizeof(T)};
}
template <typename T> std::string bytesOf(T value) {
  return bytesOf<T>({value});
}

/// A safetensors file of this header and data.
inline std::string safetensors(llvm::StringRef header, llvm::StringRef data) {
  return bytesOf<uint64_t>(header.size()) + header.str() + data.str();
}

class GgufBuilder {
public:
  uint32_t version = 3;
  uint64_t alignment = 32;
  std::optional<uint64_t> numTensors, numMetadata; // In place of the true ones.

  static std::string string(llvm::StringRef text) {
    return bytesOf<uint64_t>(text.size()) + text.str();
  }
  static std::string array(GgufType type, uint64_t count,
                           llvm::StringRef elements) {
    return bytesOf(static_cast<uint32_t>(type)) + bytesOf(count) +
           elements.str();
  }

  GgufBuilder &metadata(llvm::StringRef key, GgufType type,
                        llvm::StringRef value) {
    return metadata(key, static_cast<uint32_t>(type), value);
  }
  GgufBuilder &metadata(llvm::StringRef key, uint32_t type,
                        llvm::StringRef value) {
    metadataBytes += string(key) + bytesOf(type) + value.str();
    ++metadataCount;
    return *this;
  }
  GgufBuilder &metadata(llvm::StringRef key, llvm::StringRef value) {
    return metadata(key, GgufType::String, string(value));
  }
  GgufBuilder &metadata(llvm::StringRef key, uint32_t value) {
    return metadata(key, GgufType::U32, bytesOf(value));
  }

  /// A tensor at the next aligned offset. The dims are in the file's order,
  /// innermost first.
  GgufBuilder &tensor(llvm::StringRef name,
                      std::initializer_list<uint64_t> dims, uint32_t type,
                      llvm::StringRef bytes) {
    data.resize((data.size() + alignment - 1) / alignment * alignment);
    tensorAt(name, dims, type, data.size());
    data += bytes.str();
    return *this;
  }
  GgufBuilder &tensor(llvm::StringRef name,
                      std::initializer_list<uint64_t> dims,
                      llvm::StringRef type, llvm::StringRef bytes) {
    return tensor(name, dims, lookupGgmlType(type)->id, bytes);
  }
  GgufBuilder &tensorAt(llvm::StringRef name,
                        std::initializer_list<uint64_t> dims, uint32_t type,
                        uint64_t offset) {
    tensorBytes += string(name) + bytesOf<uint32_t>(dims.size()) +
                   bytesOf(dims) + bytesOf(type) + bytesOf(offset);
    ++tensorCount;
    return *this;
  }

  std::string build() const {
    std::string result = "GGUF" + bytesOf(version) +
                         bytesOf(numTensors.value_or(tensorCount)) +
                         bytesOf(numMetadata.value_or(metadataCount)) +
                         metadataBytes + tensorBytes;
    result.resize((result.size() + alignment - 1) / alignment * alignment);
    return result + data;
  }

private:
  uint64_t metadataCount = 0, tensorCount = 0;
  std::string metadataBytes, tensorBytes, data;
};

} // namespace partita::test

#endif // PARTITA_TEST_UNIT_FRONTEND_WEIGHTS_WEIGHTFILES_H
