// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A folder that is there completely or not at all.

#ifndef PARTITA_TOOLS_PARTITAC_PACKAGE_H
#define PARTITA_TOOLS_PARTITAC_PACKAGE_H

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/Error.h"

namespace llvm {
class raw_ostream;
} // namespace llvm

namespace partita::compile {

/// Files are written beside the place of the package, and move there when all
/// of them are complete; what was there before is replaced. A package that is
/// not committed leaves nothing behind.
class Package {
public:
  /// Fails if there is something at `path` that is no package, or nothing can
  /// be written beside it.
  static llvm::Expected<Package> create(llvm::StringRef path);

  Package(Package &&other) noexcept
      : path(std::exchange(other.path, {})),
        scratch(std::exchange(other.scratch, {})) {}
  ~Package();

  /// Adds a file of what `write` prints.
  llvm::Error add(llvm::StringRef name,
                  llvm::function_ref<void(llvm::raw_ostream &)> write);

  llvm::Error commit();

private:
  Package(llvm::StringRef path, llvm::StringRef scratch)
      : path(path), scratch(scratch) {}

  llvm::SmallString<128> path;
  /// Empty once it was committed.
  llvm::SmallString<128> scratch;
};

} // namespace partita::compile

#endif // PARTITA_TOOLS_PARTITAC_PACKAGE_H
