// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef PARTITA_TOOLS_PARTITAC_COMPILE_H
#define PARTITA_TOOLS_PARTITAC_COMPILE_H

namespace mlir {
class DialectRegistry;
} // namespace mlir

namespace partita::compile {
struct CommandLine;

/// Does what the command line says; returns the exit code.
int compileModel(const CommandLine &commandLine,
                 const mlir::DialectRegistry &registry);

} // namespace partita::compile

#endif // PARTITA_TOOLS_PARTITAC_COMPILE_H
