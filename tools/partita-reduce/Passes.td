// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef PARTITA_TOOLS_REDUCE_PASSES_TD
#define PARTITA_TOOLS_REDUCE_PASSES_TD

include "mlir/Pass/PassBase.td"

def ShrinkModel : Pass<"shrink-model", "::mlir::ModuleOp"> {
  let summary = "Make a model smaller while the test finds it interesting";
  let description = [{
    Tries, one after the other, steps that make the module smaller, and takes back
    each after which the test no longer finds it interesting:

    1. erase functions that nothing refers to;
    2. from the last op to the first: erase it, if nothing uses it; else use an
       operand of the same type in its place; else use zeros in its place;
    3. remove the arguments of functions that are left without a use.

    Upstream's `reduction-tree` only erases ops, so that a chain of ops, which is
    what a model is, stays as long as its end is returned.

    **Accepts**: a module that the test finds interesting; any other is an error.

    **Guarantees**: the module is valid, and the test finds it interesting. The
    number of tests is linear in the number of ops.

    **Leaves**: constants, and ops that do not only compute tensors of static
    shape.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect"];
  let options = [
    Option<"testerName", "test", "std::string", /*default=*/"",
           "the program that is given a file and exits with 1 if it is "
           "interesting">,
    ListOption<"testerArgs", "test-arg", "std::string",
               "arguments of the program">,
  ];
}

#endif // PARTITA_TOOLS_REDUCE_PASSES_TD
