// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "partita/Frontend/HuggingFace/ImportFlags.h"

#include "mlir/Tools/mlir-translate/Translation.h"
#include "llvm/Support/SourceMgr.h"

using namespace mlir;
using namespace partita;
namespace cl = llvm::cl;

/// The value of a flag, if it was given.
template <typename T> static std::optional<T> given(const cl::opt<T> &flag) {
  if (flag.getNumOccurrences() == 0)
    return std::nullopt;
  return flag.getValue();
}

HuggingFaceImportOptions HuggingFaceImportFlags::getOptions() const {
  return {.batch = batch,
          .sequence = given(sequence),
          .decoderSequence = given(decoderSequence),
          .task = given(task),
          .loss = loss,
          .dtype = given(dtype),
          .expertCapacity = given(expertCapacity),
          .layers = given(layers)};
}

void partita::printModel(ModuleOp module, llvm::raw_ostream &os) {
  OpPrintingFlags flags;
  flags.enableDebugInfo(/*enable=*/true, /*prettyForm=*/false);
  flags.printNameLocAsPrefix();
  flags.assumeVerified();
  module->print(os, flags);
}

void partita::registerHuggingFaceTranslation() {
  static const HuggingFaceImportFlags flags;
  static TranslateRegistration registration(
      "import-hf", "Import a Hugging Face config.json, or the folder of one",
      [](const std::shared_ptr<llvm::SourceMgr> &sources,
         llvm::raw_ostream &output, MLIRContext *context) {
        const llvm::MemoryBuffer *config =
            sources->getMemoryBuffer(sources->getMainFileID());
        OwningOpRef<ModuleOp> module = importHuggingFace(
            *context, config->getBuffer(), config->getBufferIdentifier(),
            flags.getOptions());
        if (!module)
          return failure();
        printModel(*module, output);
        return success();
      });
}
