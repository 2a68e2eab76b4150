// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "partita/Support/MappedFile.h"

#include "partita/Support/FileError.h"

#include "llvm/ADT/ScopeExit.h"
#include "llvm/Support/FileSystem.h"

using namespace partita;
namespace fs = llvm::sys::fs;

static llvm::Error checkRegular(llvm::StringRef path,
                                const fs::file_status &status) {
  if (status.type() == fs::file_type::directory_file)
    return fileError(path, "is a directory", "expected a regular file");
  if (status.type() != fs::file_type::regular_file)
    return fileError(path, "is not a regular file",
                     "pipes and devices cannot be mapped: copy it to a file");
  if (status.getSize() == 0)
    return fileError(path, "is empty");
  return llvm::Error::success();
}

llvm::Expected<MappedFile> MappedFile::open(llvm::StringRef path) {
  // Look before opening: to open a pipe would wait for its writer.
  fs::file_status status;
  if (std::error_code ec = fs::status(path, status))
    return fileError(path, "cannot read: " + llvm::Twine(ec.message()));
  if (llvm::Error error = checkRegular(path, status))
    return error;

  llvm::Expected<fs::file_t> file = fs::openNativeFileForRead(path);
  if (!file)
    return fileError(path, "cannot read: " + llvm::toString(file.takeError()));
  llvm::scope_exit close([&] {
    // Nothing was written, so there is nothing to lose.
    llvm::consumeError(llvm::errorCodeToError(fs::closeFile(*file)));
  });

  // What was opened counts, not what stood there a moment ago.
  if (std::error_code ec = fs::status(*file, status))
    return fileError(path, "cannot read: " + llvm::Twine(ec.message()));
  if (llvm::Error error = checkRegular(path, status))
    return error;
  std::error_code ec;
  auto region = std::make_shared<fs::mapped_file_region>(
      *file, fs::mapped_file_region::readonly, status.getSize(), 0, ec);
  if (ec)
    return fileError(path, "cannot map: " + llvm::Twine(ec.message()));
  llvm::ArrayRef<uint8_t> bytes(
      reinterpret_cast<const uint8_t *>(region->const_data()), region->size());
  return MappedFile(path, bytes, std::move(region));
}

MappedFile MappedFile::fromBuffer(llvm::StringRef name,
                                  llvm::ArrayRef<uint8_t> bytes,
                                  std::shared_ptr<const void> owner) {
  return MappedFile(name, bytes, std::move(owner));
}
