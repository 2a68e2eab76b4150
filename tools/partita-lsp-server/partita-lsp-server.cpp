// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "../Help.h"
#include "mlir/IR/DialectRegistry.h"
#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/Tools/mlir-lsp-server/MlirLspServerMain.h"
#include "partita/Registration/Registration.h"

static llvm::cl::extrahelp help(R"(
DESCRIPTION:

  Serves the Language Server Protocol on standard input and output: diagnostics
  while you type, hover, go to definition and uses, for .mlir and .mlirbc files
  with ops of Partita and of MLIR. An editor starts it; in VS Code, set
  `mlir.server_path` of the MLIR extension to this program.

  By hand, --lit-test takes messages that are separated by `// -----`:

    partita-lsp-server --lit-test < messages.txt
)");

int main(int argc, char **argv) {
  partita::hideOptionsOfLibraries();
  mlir::DialectRegistry registry;
  mlir::registerAllDialects(registry);
  mlir::registerAllExtensions(registry);
  partita::registerDialects(registry);
  return mlir::failed(mlir::MlirLspServerMain(argc, argv, registry));
}
