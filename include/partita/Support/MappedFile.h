// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A file's bytes in memory without a copy.

#ifndef PARTITA_SUPPORT_MAPPEDFILE_H
#define PARTITA_SUPPORT_MAPPEDFILE_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <cstdint>
#include <memory>
#include <string>

namespace partita {

/// A read-only mapping of a whole regular file. It is a value: copies share the
/// mapping, which lives as long as the last of them or of the owners given out.
/// The file must not be truncated while it is mapped: the operating system ends
/// a process that reads past the new end.
class MappedFile {
public:
  /// Fails when `path` does not exist, may not be read, is not a regular file,
  /// or is empty.
  static llvm::Expected<MappedFile> open(llvm::StringRef path);

  /// A file that is in memory already, for text and bytes that come from
  /// elsewhere. `name` takes the place of the path in messages.
  static MappedFile fromBuffer(llvm::StringRef name,
                               llvm::ArrayRef<uint8_t> bytes,
                               std::shared_ptr<const void> owner);

  llvm::StringRef getPath() const { return path; }
  llvm::ArrayRef<uint8_t> getBytes() const { return bytes; }
  llvm::StringRef getText() const {
    return {reinterpret_cast<const char *>(bytes.data()), bytes.size()};
  }

  /// What keeps the bytes alive, to be shared with views of them.
  const std::shared_ptr<const void> &getOwner() const { return owner; }

private:
  MappedFile(llvm::StringRef path, llvm::ArrayRef<uint8_t> bytes,
             std::shared_ptr<const void> owner)
      : path(path), bytes(bytes), owner(std::move(owner)) {}

  std::string path;
  llvm::ArrayRef<uint8_t> bytes;
  std::shared_ptr<const void> owner;
};

} // namespace partita

#endif // PARTITA_SUPPORT_MAPPEDFILE_H
