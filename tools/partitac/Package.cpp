// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Package.h"

#include "partita/Support/FileError.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

using namespace partita;
using namespace partita::compile;
using llvm::SmallString;
using llvm::StringRef;
namespace fs = llvm::sys::fs;

/// True for a folder that a package may replace: one, or an empty one.
static bool isReplaceable(StringRef path) {
  SmallString<128> program(path);
  llvm::sys::path::append(program, "local.mlir");
  if (fs::exists(program))
    return true;
  std::error_code error;
  return fs::directory_iterator(path, error) == fs::directory_iterator() &&
         !error;
}

llvm::Expected<Package> Package::create(StringRef path) {
  // "out.partita/" means the folder itself.
  while (path.size() > 1 && llvm::sys::path::is_separator(path.back()))
    path = path.drop_back();
  if (fs::exists(path) && !(fs::is_directory(path) && isReplaceable(path)))
    return fileError(path, "is there already and is no package",
                     "give another path to -o");
  SmallString<128> pattern(path), scratch;
  pattern += ".%%%%%%";
  // Folders are made under a name that nobody has.
  for (int attempt = 0; attempt != 16; ++attempt) {
    scratch.clear();
    fs::createUniquePath(pattern, scratch, /*MakeAbsolute=*/false);
    std::error_code error =
        fs::create_directory(scratch, /*IgnoreExisting=*/false);
    if (!error)
      return Package(path, scratch);
    if (error != std::errc::file_exists)
      return fileError(path, "cannot be made: " + error.message());
  }
  return fileError(path, "cannot be made: no name is free beside it");
}

/// Removes a folder of ours. One that cannot be removed is in nobody's way.
static void removeIfPossible(StringRef path) {
  [[maybe_unused]] std::error_code error = fs::remove_directories(path);
}

Package::~Package() {
  if (!scratch.empty())
    removeIfPossible(scratch);
}

llvm::Error Package::add(StringRef name,
                         llvm::function_ref<void(llvm::raw_ostream &)> write) {
  SmallString<128> file(scratch);
  llvm::sys::path::append(file, name);
  std::error_code error;
  llvm::raw_fd_ostream os(file, error);
  if (!error) {
    write(os);
    os.close();
    error = os.error();
    os.clear_error();
  }
  if (error)
    return fileError(path,
                     "'" + name + "' cannot be written: " + error.message());
  return llvm::Error::success();
}

llvm::Error Package::commit() {
  auto fail = [&](std::error_code error) {
    return fileError(path, "cannot be written: " + error.message());
  };
  // A folder cannot be replaced in one step: the old one steps aside first.
  SmallString<128> old(scratch);
  old += ".old";
  bool hadOld = fs::exists(path);
  if (hadOld)
    if (std::error_code error = fs::rename(path, old))
      return fail(error);
  if (std::error_code error = fs::rename(scratch, path)) {
    if (hadOld && fs::rename(old, path))
      return fileError(path, "cannot be written: " + error.message(),
                       "what was there is now " + old);
    return fail(error);
  }
  scratch.clear();
  if (hadOld)
    removeIfPossible(old);
  return llvm::Error::success();
}
