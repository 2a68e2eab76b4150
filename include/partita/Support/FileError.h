// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One form for every error about a file: where, what, and what to do.

#ifndef PARTITA_SUPPORT_FILEERROR_H
#define PARTITA_SUPPORT_FILEERROR_H

#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/Error.h"

#include <string>

namespace partita {

/// "PATH: WHAT; FIX", or "PATH: WHAT" when there is nothing to advise. `what`
/// and `fix` are lower case without a final period. The convertible error code
/// is invalid_argument.
llvm::Error fileError(llvm::StringRef path, const llvm::Twine &what,
                      const llvm::Twine &fix = "");

/// Text from a file for use in a message: in single quotes, with bytes that are
/// not printable ASCII as \xx, and cut after `limit` bytes, so that a hostile
/// name can neither flood nor control a terminal.
std::string quoted(llvm::StringRef text, size_t limit = 80);

} // namespace partita

#endif // PARTITA_SUPPORT_FILEERROR_H
