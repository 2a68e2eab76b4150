// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef PARTITA_TRANSFORMS_PROPAGATION_PASSES_TD
#define PARTITA_TRANSFORMS_PROPAGATION_PASSES_TD

include "mlir/Pass/PassBase.td"

def DistAnnotate : Pass<"dist-annotate", "::mlir::ModuleOp"> {
  let summary = "Shard values by name, and by tactics";
  let description = [{
    Says how a few values are split, so that `--dist-propagate` can find the rest.

    `annotate` takes a list of `name=[dimension, ..]`; with blanks in it, the list
    stands in quotes. The name is that of a tensor in the
    checkpoint, of an input or an output, or the module path of a value, and may
    have `*` and `?` in it. A dimension is an axis of the mesh, or:

    | dimension | means |
    |---|---|
    | `_` | not split by this annotation; propagation may |
    | `-` | not split |
    | `tensor` | split over an axis; propagation may split the blocks further |
    | `tensor:(1)2` | over a part of an axis, as in `#dist.axis` |
    | `(data, tensor)` | over several, major to minor |
    | `tensor!` | closed: nothing else may split it |
    | `tensor@1` | with a priority: what has a lower one goes first |

    `tactics` takes tactics with axes of the mesh, in the order in which they
    apply: `tensor-parallel(tensor),data-parallel(data)`. A tactic finds values by
    what ops do with them, and not by their names: see the file `tactics.yaml` in
    `lib/Transforms/Propagation`, which has `data-parallel`, `tensor-parallel`,
    `sequence-parallel`, `context-parallel`, `expert-parallel` and `zero`. A file
    of the same form may stand in the list, for tactics of your own.

    - **Accepts** a module of functions as the importers make them. It may have
      shardings; what they say stays.
    - **Guarantees** that every annotation that was given by name holds, or the
      pass fails: where nothing has such a name, where another annotation says
      otherwise, or where there is not enough to split. A line of a tactic that
      does not fit a value is left out, with a remark; a tactic without any value
      fails.
    - **Leaves** all that is not annotated without a sharding. `dist.origins`
      beside a sharding says which annotation each axis comes from.

    <!-- run -->
    ```
    $ cd test/Transforms/Propagation/Inputs && partita-opt mlp.mlir --dist-annotate='mesh=tensor=2 tactics=tensor-parallel(tensor)' | grep -o 'tensor<256x64xf32> {.*h.down.weight"' | sed 's/}[]]/} ]/g'
    tensor<256x64xf32> {dist.origins = [["tensor-parallel(tensor)"], []], dist.sharding = #dist.sharding<@mesh, [{"tensor", ?}, {?} ]>, xformer.parameter = "h.down.weight"
    ```
  }];
  let dependentDialects = ["::partita::dist::DistDialect"];
  let options = [
    Option<"mesh", "mesh", "std::string", /*default=*/"",
           "Make a mesh, unless there is one: data=2,tensor=2">,
    Option<"annotate", "annotate", "std::string", /*default=*/"",
           "Shard what has a name: *.mlp.down_proj.weight=[_,tensor],ids=[data,_]">,
    Option<"tactics", "tactics", "std::string", /*default=*/"",
           "Apply tactics: tensor-parallel(tensor),data-parallel(data)">,
  ];
  let statistics = [
    Statistic<"numAnnotated", "values-annotated", "Number of values that were annotated">,
    Statistic<"numLeftOut", "annotations-left-out",
              "Number of times a line of a tactic did not fit a value">,
  ];
}

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
      later. No op is added. Remarks of the category `dist-propagate` say where each
      axis came from (`AxisCame`), which choices were made and what the others
      would have cost (`ConflictDecided`), where an axis could not go on
      (`AxisStopped`, `NoRule`), and which sums are formed later (`SumPutOff`).
    - **Leaves** ops whose operands have other shardings than their rule needs:
      `--dist-insert-reshards` makes the difference explicit.

    <!-- run -->
    ```
    $ cd test/Transforms/Propagation/Inputs && partita-opt mlp.mlir --dist-annotate='mesh=tensor=2 annotate="h.down.weight=[tensor,_]"' --dist-propagate | grep ' = xformer' | sed 's/ : .*//; s/}[]]/} ]/g'
        %0 = xformer.embedding %arg1, %arg0 {dist.shardings = [#dist.sharding<@mesh, [{}, {}, {} ]>]}
        %1 = xformer.linear %0, %arg2 {dist.shardings = [#dist.sharding<@mesh, [{}, {}, {"tensor"} ]>]}
        %2 = xformer.gelu %1 {dist.shardings = [#dist.sharding<@mesh, [{}, {}, {"tensor"} ]>]}
        %3 = xformer.linear %2, %arg3 {dist.shardings = [#dist.sharding<@mesh, [{}, {}, {} ]>]}
    ```
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

def DistExplain : Pass<"dist-explain", "::mlir::ModuleOp"> {
  let summary = "Say why values are sharded as they are";
  let description = [{
    Propagates like `--dist-propagate`, watches that, and prints to stderr:

    | option | prints |
    |---|---|
    | `--dist-explain=summary` | a table of the kinds of layers, their shardings and where the axes come from |
    | `--dist-explain='%0'`, `--dist-explain=h.0.mlp` | for one value, or all that a name with `*` means: where each axis comes from and which ops it passed, the choices at the ops around it, and where axes stopped |
    | `--dist-explain='%0 why-not=[{"x"}, {} ]'` | what would change if the value had that sharding, and what that would cost |

    A value is written as it is printed, or by its name as for `--dist-annotate`.
    Costs are estimates by `partita/Sharding/ReshardEstimate.h`.

    - **Accepts** what `--dist-propagate` accepts; it stands where that would, since
      behind it everything is as it is because the program says so.
    - **Guarantees** that what it says is what `--dist-propagate` does.
    - **Leaves** the program as it is.

    <!-- run -->
    ```
    $ cd test/Transforms/Propagation/Inputs && partita-opt mlp.mlir --dist-annotate='mesh=tensor=2 annotate="h.down.weight=[tensor,_]"' --dist-explain=h.up -o /dev/null 2>&1 | sed 's/}[]]/} ]/g'
    %1 (h.up): [{}, {}, {"tensor"} ]
      dimension 2, "tensor": from h.down.weight=[tensor,_]
        back through factor d of 'xformer.gelu' (h)
        back through factor k of 'xformer.linear' (h.down)
        from dimension 0 of %arg3 (h.down.weight)
    ```
  }];
  let options = [
    Option<"value", "value", "std::string", /*default=*/"\"summary\"",
           "The value to explain, or 'summary'">,
    Option<"whyNot", "why-not", "std::string", /*default=*/"",
           "The sharding that the value might have had">,
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
