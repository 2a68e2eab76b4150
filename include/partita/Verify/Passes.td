// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef PARTITA_VERIFY_PASSES_TD
#define PARTITA_VERIFY_PASSES_TD

include "mlir/Pass/PassBase.td"

def DistVerify : Pass<"dist-verify", "::mlir::ModuleOp"> {
  let summary = "Prove that a local program computes what its global one does";
  let description = [{
    Walks each function of the module, as all devices run it, and re-derives of
    which global value each of its values is the shard; see
    `partita/Verify/Verify.h`. It shares no code with the passes that made the
    program. Its cost does not depend on the number of devices.

    - **Accepts** a module of local functions, and within it a module marked
      `dist.global` that has the global functions under the same names.
      Arguments and results of local functions say by `dist.sharding`,
      `dist.global_type` and `dist.padding` what they are shards of; without
      these they are whole, and the same on every device.
    - **Guarantees** that every result is the shard of the global result that it
      says to be, and that all members of a collective run it, in one order. At
      the first op of a function where that cannot be shown the pass fails, and
      says what the op has and what it would need.
    - **Leaves** the program as it is.

    Here the sum that the devices' parts of a product make was forgotten:

    <!-- run exit=1 -->
    ```
    $ cd test/Verify/Inputs && partita-opt --dist-verify dropped-reduce.mlir -o /dev/null 2>&1 | grep error:
    dropped-reduce.mlir:7:8: error: 'xformer.relu' op is not proven: operand #0 is a pending sum over {"tensor"}, which must be combined before the op
    ```
  }];
  let statistics = [
    Statistic<"numFunctions", "functions-proven", "Number of functions proven">,
    Statistic<"numOps", "ops-proven", "Number of ops of local programs proven">,
    Statistic<"numCollectives", "collectives-proven",
              "Number of collectives among them">,
    Statistic<"numTerms", "terms", "Number of terms of global programs">,
  ];
}

#endif // PARTITA_VERIFY_PASSES_TD
