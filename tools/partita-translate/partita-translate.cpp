// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "mlir/InitAllTranslations.h"
#include "mlir/Tools/mlir-translate/MlirTranslateMain.h"
#include "partita/Frontend/HuggingFace/HuggingFace.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/Allocator.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/StringSaver.h"

/// Whether the argument after `argument` is its value.
static bool takesValue(llvm::StringRef argument) {
  if (!argument.consume_front("-") || argument.empty())
    return false;
  argument.consume_front("-");
  const auto &options = llvm::cl::getRegisteredOptions();
  auto option = options.find(argument);
  return argument == "o" ||
         (option != options.end() &&
          option->second->getValueExpectedFlag() == llvm::cl::ValueRequired);
}

int main(int argc, char **argv) {
  // All options so far are LLVM's own, for optimizing and generating code.
  static llvm::cl::OptionCategory none("");
  llvm::cl::HideUnrelatedOptions(none);

  mlir::registerAllTranslations();
  partita::registerHuggingFaceTranslation();
  // The driver reads a file; a folder stands for the config in it.
  llvm::BumpPtrAllocator allocator;
  llvm::StringSaver saver(allocator);
  std::vector<char *> arguments(argv, argv + argc);
  for (int i = 1; i < argc; ++i)
    if (!takesValue(argv[i - 1]) && llvm::sys::fs::is_directory(argv[i]))
      arguments[i] = const_cast<char *>(
          saver.save(llvm::StringRef(argv[i]).rtrim('/') + "/config.json")
              .data());
  return failed(mlir::mlirTranslateMain(argc, arguments.data(),
                                        "Partita translation driver"));
}
