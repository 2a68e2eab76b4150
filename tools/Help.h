// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef PARTITA_TOOLS_HELP_H
#define PARTITA_TOOLS_HELP_H

#include "llvm/Support/CommandLine.h"

namespace partita {

/// Hides the options that exist already when `main` begins: the hundreds of
/// LLVM's code generators, which come with the shared library. They still work,
/// and --help-hidden lists them; --help is left to what the tool adds later.
inline void hideOptionsOfLibraries() {
  for (auto [name, option] : llvm::cl::getRegisteredOptions()) {
    bool isGeneric = llvm::any_of(option->Categories, [](const auto *category) {
      return category->getName() == "Generic Options";
    });
    if (!isGeneric)
      option->setHiddenFlag(llvm::cl::Hidden);
  }
}

/// Forgets these options, but for help: for tools that generate no code, and to
/// which some of the names mean something else.
inline void removeOptionsOfLibraries() {
  llvm::SmallVector<llvm::cl::Option *> options;
  for (auto [name, option] : llvm::cl::getRegisteredOptions())
    if (name != "help" && name != "version")
      options.push_back(option);
  for (llvm::cl::Option *option : options)
    option->removeArgument();
}

} // namespace partita

#endif // PARTITA_TOOLS_HELP_H
