// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef PARTITA_TOOLS_PARTITA_RUN_COMMANDLINE_H
#define PARTITA_TOOLS_PARTITA_RUN_COMMANDLINE_H

#include "partita/Interpreter/Interpreter.h"

#include <optional>
#include <string>
#include <vector>

namespace partita::run {

/// What the user asked for.
struct CommandLine {
  /// Parses the arguments. Prints a message and exits when they are wrong, and
  /// when only help was wanted.
  CommandLine(int argc, char **argv);

  std::string modelFile;
  std::string function;
  /// At most one of the two is given.
  std::string weights;
  std::optional<uint64_t> randomWeightsSeed;
  /// "NAME=FILE.npy" or "NAME=random:SEED".
  std::vector<std::string> inputs;
  /// Empty if nothing is to be written.
  std::string outputDirectory;
  interp::InterpreterOptions interpreterOptions;
  /// How often the model is run, at least once.
  unsigned repeat = 1;
  bool json = false;
  /// Whether to compare a local program with the global one, and the relative
  /// difference that is allowed, if it was given.
  bool verify = false;
  std::optional<double> tolerance;
};

} // namespace partita::run

#endif // PARTITA_TOOLS_PARTITA_RUN_COMMANDLINE_H
