// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef PARTITA_TRANSFORMS_PROPAGATION_PASSES_TD
#define PARTITA_TRANSFORMS_PROPAGATION_PASSES_TD

include "mlir/Pass/PassBase.td"

def DistPropagate : Pass<"dist-propagate", "::mlir::ModuleOp"> {
  let summary = "Give every tensor a sharding that follows from the annotated ones";
  let description = [{
    Axes travel from annotated values over the sharding rules of ops, forward and
    backward, to all open dimensions; see `partita/Sharding/Propagation.h`.

    - **Accepts** a module with one `dist.mesh`, in which any arguments, results,
      ops and constraints may have shardings, and any ops a sharding rule. Loops,
      branches and calls pass shardings on.
    - **Guarantees** that every tensor that is an argument or a result of a
      function or the result of an op has a settled sharding: closed, and of
      priority 0. What was closed is as it was, what was open may be split
      further. A result of a split reduction is `partial` where its sum is formed
      later. No op is added.
    - **Leaves** ops whose operands have other shardings than their rule needs:
      `--dist-insert-reshards` makes the difference explicit.
  }];
  let dependentDialects = ["::partita::dist::DistDialect"];
  let statistics = [
    Statistic<"numValues", "values-settled", "Number of tensors that got a sharding">,
    Statistic<"numAxes", "axes-added", "Number of axes that were added to dimensions">,
    Statistic<"numPartial", "values-partial", "Number of values whose sum is formed later">,
    Statistic<"numConflicts", "conflicts", "Number of choices between two wishes">,
    Statistic<"numMissed", "axes-missed",
              "Number of times an axis could not get to where it was to go">,
    Statistic<"numRounds", "rounds", "Number of rounds until nothing changed">,
  ];
}

def DistCheckPropagated : Pass<"dist-check-propagated", "::mlir::ModuleOp"> {
  let summary = "Check that every tensor has a settled sharding";
  let description = [{
    The gate behind `--dist-propagate`.

    - **Accepts** any module; nested modules are not looked at.
    - **Guarantees** that every tensor that is an argument or a result of a
      function at the top of the module, or the result of an op in one, has a
      sharding that is settled: all dimensions are closed and of priority 0.
    - **Leaves** the program as it is.
  }];
  let statistics = [
    Statistic<"numChecked", "values-checked", "Number of tensors that were looked at">,
  ];
}

#endif // PARTITA_TRANSFORMS_PROPAGATION_PASSES_TD
