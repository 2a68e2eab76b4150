// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef PARTITA_TOOLS_PARTITAC_COMMANDLINE_H
#define PARTITA_TOOLS_PARTITAC_COMMANDLINE_H

#include "partita/Frontend/HuggingFace/HuggingFace.h"

#include <optional>
#include <string>
#include <vector>

namespace partita::compile {

/// Programs between the phases, in order.
enum class Level {
  /// As it was imported or read.
  Graph,
  /// With the annotations.
  Annotated,
  /// Every value has a sharding.
  Sharded,
  /// Every change of sharding is an op.
  Resharded,
  /// The program of a device.
  Local,
};

/// What the user asked for.
struct CommandLine {
  /// Parses the arguments. Prints a message and exits when they are wrong, and
  /// when only help was wanted.
  CommandLine(int argc, char **argv);

  /// A config.json, or MLIR; a folder stands for the config.json in it.
  std::string model;
  HuggingFaceImportOptions importOptions;
  /// Empty if nothing is to be written.
  std::string output;
  /// As on the command line; all empty if there is a plan.
  std::string mesh, tactics;
  std::vector<std::string> annotations;
  /// Empty if there is none.
  std::string planFile;
  std::vector<Level> printAfter;
  bool ringAttention = false;
  bool verify = true;
  bool remarks = false;
};

} // namespace partita::compile

#endif // PARTITA_TOOLS_PARTITAC_COMMANDLINE_H
