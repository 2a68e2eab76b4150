// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "../Help.h"
#include "mlir/IR/DialectRegistry.h"
#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/InitAllPasses.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"
#include "partita/Registration/Registration.h"

static llvm::cl::extrahelp help(R"(
DESCRIPTION:

  Reads a module, as text or as bytecode, runs passes on it in the order in which
  they are given, and prints it. All passes of MLIR are here as well as Partita's.

    partita-opt model.mlir --canonicalize --cse -o simpler.mlir
    partita-opt model.mlir --pass-pipeline='builtin.module(func.func(canonicalize))'
    partita-opt model.mlir --emit-bytecode -o model.mlirbc

  Modules come from partita-translate, and partita-run computes them. To look at
  what happens: --mlir-print-ir-after-all, --mlir-timing, --mlir-pass-statistics.
  Options of LLVM's code generators are listed by --help-hidden.

EXIT STATUS: 0 on success, 1 on an error, which is printed with its place.
)");

int main(int argc, char **argv) {
  partita::hideOptionsOfLibraries();
  mlir::DialectRegistry registry;
  mlir::registerAllDialects(registry);
  mlir::registerAllExtensions(registry);
  mlir::registerAllPasses();
  partita::registerDialects(registry);
  partita::registerPasses();
  return mlir::asMainReturnCode(
      mlir::MlirOptMain(argc, argv, "Partita optimizer driver\n", registry));
}
