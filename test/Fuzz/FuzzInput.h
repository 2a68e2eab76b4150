// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the fuzz targets share. A target reads arbitrary bytes as one kind of
// file; it may find them faulty, but must not crash, read outside of them, or
// allocate much more than they justify. What it reads must hold together: the
// targets check a law of the format as well, and abort when it is broken.

#ifndef PARTITA_TEST_FUZZ_FUZZINPUT_H
#define PARTITA_TEST_FUZZ_FUZZINPUT_H

#include "partita/Support/HostTensor.h"
#include "partita/Support/MappedFile.h"

#include <cstdio>
#include <cstdlib>

namespace partita::fuzz {

/// The bytes as a file. libFuzzer puts them into a block of just their size, so
/// that the address sanitizer sees an access outside.
inline MappedFile asFile(const uint8_t *data, size_t size) {
  return MappedFile::fromBuffer("input", llvm::ArrayRef(data, size), nullptr);
}

/// Aborts, and so makes a finding, when a law is broken.
inline void require(bool law, const char *text) {
  if (law)
    return;
  std::fprintf(stderr, "broken law: %s\n", text);
  std::abort();
}

/// Reads every byte.
inline void touch(const HostTensor &tensor) {
  const auto *bytes = static_cast<const uint8_t *>(tensor.bytes());
  uint8_t sum = 0;
  for (int64_t i = 0, e = tensor.getNumBytes(); i != e; ++i)
    sum += bytes[i];
  static volatile uint8_t sink;
  sink = sum;
}

} // namespace partita::fuzz

#endif // PARTITA_TEST_FUZZ_FUZZINPUT_H
