// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What tests of file readers share: temporary files and directories that go
// away again, files in memory, and error text.

#ifndef PARTITA_TEST_UNIT_SUPPORT_TESTFILES_H
#define PARTITA_TEST_UNIT_SUPPORT_TESTFILES_H

#include "partita/Support/MappedFile.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include <memory>
#include <string>

namespace partita::test {

/// A fresh directory, removed with all that is in it.
class TemporaryDirectory {
public:
  TemporaryDirectory() {
    EXPECT_FALSE(llvm::sys::fs::createUniqueDirectory("partita", path));
  }
  ~TemporaryDirectory() { llvm::sys::fs::remove_directories(path); }
  TemporaryDirectory(const TemporaryDirectory &) = delete;
  TemporaryDirectory &operator=(const TemporaryDirectory &) = delete;

  std::string getPath() const { return path.str().str(); }

  /// The path of `name` in the directory.
  std::string operator/(llvm::StringRef name) const {
    llvm::SmallString<128> result = path;
    llvm::sys::path::append(result, name);
    return result.str().str();
  }

  /// Writes a file and returns its path.
  std::string write(llvm::StringRef name, llvm::StringRef content) const {
    std::error_code ec;
    llvm::raw_fd_ostream os(*this / name, ec);
    EXPECT_FALSE(ec) << ec.message();
    os << content;
    return *this / name;
  }

private:
  llvm::SmallString<128> path;
};

/// Bytes as a file of the name "input".
inline MappedFile inMemory(llvm::StringRef content) {
  auto owner = std::make_shared<std::string>(content.str());
  llvm::ArrayRef<uint8_t> bytes(
      reinterpret_cast<const uint8_t *>(owner->data()), owner->size());
  return MappedFile::fromBuffer("input", bytes, owner);
}

/// The message of a failure; of a success, "success".
inline std::string message(llvm::Error error) {
  return error ? llvm::toString(std::move(error)) : "success";
}
template <typename T> std::string message(llvm::Expected<T> result) {
  return message(result.takeError());
}

} // namespace partita::test

#endif // PARTITA_TEST_UNIT_SUPPORT_TESTFILES_H
