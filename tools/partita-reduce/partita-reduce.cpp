// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "../Help.h"
#include "Passes.h"
#include "mlir/IR/DialectRegistry.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/InitAllPasses.h"
#include "mlir/Tools/mlir-reduce/MlirReduceMain.h"
#include "partita/Registration/Registration.h"

static llvm::cl::extrahelp help(R"(
DESCRIPTION:

  Makes a module that shows a bug smaller. `test` is a program that is given a
  file and exits with 1 if the file shows the bug, with 0 if it does not. To find
  what makes partita-opt crash:

    $ cat crashes.sh
    #!/bin/sh
    ! partita-opt --canonicalize "$1" >/dev/null 2>&1
    $ partita-reduce model.mlir --shrink-model=test=./crashes.sh -o small.mlir

  Each of these is a pass; they run in the order in which they are given:

    --shrink-model=test=PROGRAM    erases functions and ops, and replaces ops by
                                   an operand or by zeros
    --opt-reduction-pass='opt-pass=PASS test=PROGRAM'
                                   runs PASS, such as inline, if that helps
    --reduction-tree=test=PROGRAM  erases ops by upstream's algorithm

EXIT STATUS: 0 on success, 1 on an error.
)");

int main(int argc, char **argv) {
  partita::hideOptionsOfLibraries();
  mlir::registerAllPasses();
  partita::registerPasses();
  partita::registerPartitaReducePasses();
  mlir::DialectRegistry registry;
  mlir::registerAllDialects(registry);
  mlir::registerAllExtensions(registry);
  partita::registerDialects(registry);
  mlir::MLIRContext context(registry);
  return mlir::failed(mlir::mlirReduceMain(argc, argv, context));
}
