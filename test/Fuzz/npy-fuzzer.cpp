// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// .npy files. Law: an array that is read can be written, and reads back with
// the same type, shape and bytes.

#include "FuzzInput.h"

#include "partita/Support/Npy.h"

#include "llvm/Support/raw_ostream.h"

#include <cstring>

using namespace partita;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  llvm::Expected<HostTensor> tensor = parseNpy(fuzz::asFile(data, size));
  if (!tensor) {
    llvm::consumeError(tensor.takeError());
    return 0;
  }
  fuzz::touch(*tensor);
  fuzz::touch(tensor->convertTo(ElementKind::F32));
  std::string written;
  llvm::raw_string_ostream os(written);
  writeNpy(os, *tensor);
  HostTensor again = llvm::cantFail(parseNpy(fuzz::asFile(
      reinterpret_cast<const uint8_t *>(written.data()), written.size())));
  fuzz::require(again.getKind() == tensor->getKind() &&
                    again.getDims() == tensor->getDims(),
                "type and shape survive writing");
  fuzz::require(
      std::memcmp(again.bytes(), tensor->bytes(), tensor->getNumBytes()) == 0,
      "elements survive writing");
  return 0;
}
