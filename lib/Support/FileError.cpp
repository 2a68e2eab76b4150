// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "partita/Support/FileError.h"

#include "llvm/ADT/StringExtras.h"

using namespace partita;

llvm::Error partita::fileError(llvm::StringRef path, const llvm::Twine &what,
                               const llvm::Twine &fix) {
  std::string message = (path + ": " + what).str();
  if (std::string advice = fix.str(); !advice.empty())
    message += "; " + advice;
  return llvm::createStringError(
      std::make_error_code(std::errc::invalid_argument), message);
}

std::string partita::quoted(llvm::StringRef text, size_t limit) {
  std::string result = "'";
  for (char c : text.take_front(limit)) {
    if (llvm::isPrint(c)) {
      result += c;
      continue;
    }
    result += '\\';
    result += llvm::hexdigit((c >> 4) & 0xf, /*LowerCase=*/true);
    result += llvm::hexdigit(c & 0xf, /*LowerCase=*/true);
  }
  result += text.size() > limit ? "...'" : "'";
  return result;
}
