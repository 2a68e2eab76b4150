// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Safetensors files. Laws: the entries are as large as the data, which they can
// only be without overlap or hole; every tensor that is listed can be had, as
// it was announced.

#include "FuzzInput.h"

#include "partita/Frontend/Weights/Safetensors.h"

#include "llvm/Support/Endian.h"

using namespace partita;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  MappedFile file = fuzz::asFile(data, size);
  llvm::Expected<std::vector<SafetensorsEntry>> entries =
      parseSafetensorsHeader(file);
  if (!entries) {
    llvm::consumeError(entries.takeError());
    return 0;
  }
  size_t numBytes = 0;
  for (const SafetensorsEntry &entry : *entries)
    numBytes += entry.numBytes;
  size_t headerBytes = llvm::support::endian::read64le(data);
  fuzz::require(numBytes == size - 8 - headerBytes, "the tensors are the data");

  std::unique_ptr<WeightStore> store = llvm::cantFail(openSafetensors(file));
  for (llvm::StringRef name : store->names()) {
    WeightInfo info = llvm::cantFail(store->getInfo(name));
    HostTensor tensor = llvm::cantFail(store->find(name));
    fuzz::require(tensor.getKind() == info.kind &&
                      tensor.getDims() == llvm::ArrayRef<int64_t>(info.dims),
                  "a tensor is what getInfo says");
    fuzz::touch(tensor);
  }
  llvm::consumeError(store->find("model.embed_tokens").takeError());
  return 0;
}
