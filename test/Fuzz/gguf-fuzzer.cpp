// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// GGUF files. Law: every tensor that is listed can be had, as it was announced,
// and takes at most the space of its blocks as floats.

#include "FuzzInput.h"

#include "partita/Frontend/Weights/Gguf.h"

using namespace partita;

static void visit(const GgufValue &value) {
  (void)value.getInteger();
  (void)value.getNumber();
  (void)value.getBool();
  (void)value.getString();
  if (std::optional<std::vector<GgufValue>> array = value.getArray())
    for (const GgufValue &element : *array)
      visit(element);
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  MappedFile input = fuzz::asFile(data, size);
  llvm::Expected<GgufFile> file = GgufFile::parse(input);
  if (!file) {
    llvm::consumeError(file.takeError());
    return 0;
  }
  for (const char *key :
       {"general.architecture", "tokenizer.ggml.tokens", "general.alignment"})
    if (const GgufValue *value = file->lookup(key))
      visit(*value);

  llvm::Expected<std::unique_ptr<WeightStore>> store = openGguf(input);
  if (!store) {
    llvm::consumeError(store.takeError());
    return 0;
  }
  size_t numBytes = 0;
  for (llvm::StringRef name : (*store)->names()) {
    WeightInfo info = llvm::cantFail((*store)->getInfo(name));
    HostTensor tensor = llvm::cantFail((*store)->find(name));
    fuzz::require(tensor.getKind() == info.kind &&
                      tensor.getDims() == llvm::ArrayRef<int64_t>(info.dims),
                  "a tensor is what getInfo says");
    fuzz::touch(tensor);
    numBytes += tensor.getNumBytes();
  }
  // The densest type is Q4_0: 18 bytes become 128.
  fuzz::require(numBytes <= size * 128 / 18, "tensors are in the file");
  return 0;
}
