// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef PARTITA_TRANSFORMS_PARTITION_PASSES_TD
#define PARTITA_TRANSFORMS_PARTITION_PASSES_TD

include "mlir/Pass/PassBase.td"

def KeepGlobal : Pass<"dist-keep-global", "::mlir::ModuleOp"> {
  let summary = "Keep the program beside the one that is made from it";
  let description = [{
    Copies all functions of a module into a module `@global` inside of it, without
    shardings and constraints. Passes that partition pass it over; it is what
    the local program is proven and run against.

    - **Accepts** a module without a symbol `@global`.
    - **Guarantees** that `@global` has the attribute `dist.global` and holds the
      functions as they are now.
    - **Leaves** the functions themselves as they are.
  }];
  let dependentDialects = ["::partita::dist::DistDialect"];
  let statistics = [
    Statistic<"numKept", "functions-kept", "Number of functions that were copied">,
  ];
}

def DropGlobal : Pass<"dist-drop-global", "::mlir::ModuleOp"> {
  let summary = "Drop the program that was kept";
  let description = [{
    - **Accepts** any module.
    - **Guarantees** that no module with the attribute `dist.global` stands in it.
    - **Leaves** everything else as it is.
  }];
  let statistics = [
    Statistic<"numDropped", "functions-dropped",
              "Number of functions that were dropped">,
  ];
}

def Localize : Pass<"dist-localize", "::mlir::ModuleOp"> {
  let summary = "Write ops in the form in which they can be split";
  let description = [{
    Decides how ops are split as `dist-insert-reshards` does, but with all factors
    of their sharding rules, and replaces each op of which a factor is split that
    needs the local form by that form: an equal graph on whole tensors, of ops
    that can be split plainly.

    - **Accepts** what `dist-insert-reshards` accepts.
    - **Guarantees** that what takes the place of a value has its sharding. New
      values have none: run `dist-propagate` again.
    - **Leaves** what is computed as it is. An op without a local form stays,
      with a remark; it is then not split over that factor.
  }];
  let dependentDialects = ["::partita::dist::DistDialect"];
  let statistics = [
    Statistic<"numReplaced", "ops-replaced",
              "Number of ops that were replaced by their local forms">,
    Statistic<"numMissed", "ops-without-local-form",
              "Number of ops that have no local form for how they would be split">,
  ];
}

def InsertReshards : Pass<"dist-insert-reshards", "::mlir::ModuleOp"> {
  let summary = "Make every change of sharding an op";
  let description = [{
    Chooses for each op how its factors are split, such that moving its operands
    and results from and to the shardings they have takes the least time on the
    mesh, and inserts a `dist.reshard` wherever an operand comes under another
    sharding than that needs. A value that several ops need under one sharding
    is resharded once, before the first of them; a value that is needed under
    several is brought from one to the next where that is cheaper.

    The sharding that propagation gave a value counts in the choice. What it is
    in the end is the one that its op gives it.

    - **Accepts** functions of one block in which every tensor has a sharding,
      as `dist-propagate` leaves them; also control flow by ops that have regions
      (`scf`), and calls.
    - **Guarantees** that every op can be split exactly as the shardings of its
      operands and results say, that what is passed on in control flow keeps its
      sharding, and that `dist.shardings` of every op say under which shardings its
      results come. Factors are split only where the op needs no local form for
      that.
    - **Leaves** what is computed as it is. An op without a sharding rule gets
      whole operands and gives whole results; a remark says so. A remark at each
      `dist.reshard` says which operand forced it and what it costs.

    <!-- run -->
    ```
    $ cd test/Transforms/Partition/Inputs && partita-opt --dist-propagate --dist-insert-reshards pair.mlir | grep -oE "%2 = dist.reshard %1"
    %2 = dist.reshard %1
    ```
  }];
  let dependentDialects = ["::partita::dist::DistDialect"];
  let statistics = [
    Statistic<"numReshards", "reshards", "Number of reshards that were inserted">,
    Statistic<"numShared", "uses-shared",
              "Number of uses that share the reshard of a use before">,
    Statistic<"numWithoutRule", "ops-without-rule",
              "Number of ops that are computed whole, as they have no sharding rule">,
    Statistic<"numRepeated", "ops-repeated",
              "Number of ops that were decided as one before was">,
  ];
}

def Pad : Pass<"dist-pad", "::mlir::ModuleOp"> {
  let summary = "Make sizes longer so that all splits are even";
  let description = [{
    Finds which sizes of the program are one, makes those longer that are split
    into blocks they do not divide into, and lets nobody see the pads: an op that
    needs a dimension whole gets it without them (`dist.unpad`), and a reduction
    finds in them what changes nothing, by `dist.fill` unless it is there already.
    See docs/rationale/padding.md.

    - **Accepts** what `dist-insert-reshards` guarantees.
    - **Guarantees** that every split is even. Arguments and results that became
      longer say how by `dist.padding`; arguments expect zeros in their pads.
    - **Leaves** what is computed as it is, but for what pads hold. A program in
      which all splits are even stays as it is. A remark at each argument that
      becomes longer says how.
  }];
  let dependentDialects = ["::partita::dist::DistDialect",
                           "::mlir::arith::ArithDialect"];
  let statistics = [
    Statistic<"numPads", "pads", "Number of dist.pad ops that were inserted">,
    Statistic<"numUnpads", "unpads", "Number of dist.unpad ops that were inserted">,
    Statistic<"numFills", "fills", "Number of dist.fill ops that were inserted">,
  ];
}

def Partition : Pass<"dist-partition", "::mlir::ModuleOp"> {
  let summary = "Make the program of one device";
  let description = [{
    Gives every value the type of what a device holds of it. Ops stay as they are,
    since an op on slices of its operands gives slices of its results; each
    `dist.reshard` becomes the collectives of the cheapest plan.

    - **Accepts** what `dist-insert-reshards` guarantees, with sizes that splits
      divide.
    - **Guarantees** a local program: no shardings but those of arguments and
      results of functions, which say with `dist.global_type` what they are parts
      of, and no `dist.reshard` or `dist.constraint`.
    - **Leaves** functions without shardings as they are. Names, the order of
      arguments and locations are kept.

    <!-- run -->
    ```
    $ cd test/Transforms/Partition/Inputs && partita-opt --dist-propagate --dist-insert-reshards --dist-pad --dist-partition pair.mlir | grep -E "xformer|dist.all_reduce"
        %0 = xformer.linear %arg0, %arg1 : (tensor<4x6xf32>, tensor<6x5xf32>) -> tensor<4x5xf32>
        %1 = xformer.linear %0, %arg2 : (tensor<4x5xf32>, tensor<5x6xf32>) -> tensor<4x6xf32>
        %2 = dist.all_reduce %1 over @mesh {"tensor"} : tensor<4x6xf32>
    ```
  }];
  let dependentDialects = ["::partita::dist::DistDialect"];
  let statistics = [
    Statistic<"numOps", "ops-localized", "Number of ops in local programs">,
    Statistic<"numReshards", "reshards-emitted",
              "Number of reshards that became collectives">,
  ];
}

def CombineCollectives : Pass<"dist-combine-collectives", "::mlir::ModuleOp"> {
  let summary = "Merge and drop collectives that others make needless";
  let description = [{
    Each reshard became the cheapest collectives by itself. This pass looks at
    those that meet:

    - equal collectives of one value are one, and what does not change in a loop
      moves before it;
    - a slice of what an op computes element by element is taken of its operands.
      There it may meet an all-reduce, which becomes a reduce-scatter, also where
      all of several users take the same slice, or an all-gather, which vanishes;
    - a sum of two all-reduces is one all-reduce of the sum;
    - elements move before they are extended, and after they are truncated;
    - a reduce-scatter that is gathered again is an all-reduce;
    - and all that canonicalization knows about two collectives in a row.

    None of this moves more bytes than before.

    - **Accepts** a local program.
    - **Guarantees** nothing about what is left.
    - **Leaves** what the program computes as it is, up to the order in which
      contributions are added.

    <!-- run -->
    ```
    $ cd test/Transforms/Partition/Inputs && partita-opt reductions.mlir --dist-combine-collectives
    module {
      dist.mesh @mesh ["tensor"=4]
      func.func @main(%arg0: tensor<8xf32>, %arg1: tensor<8xf32>) -> tensor<2xf32> {
        %0 = arith.addf %arg0, %arg1 : tensor<8xf32>
        %1 = dist.reduce_scatter %0 dim 0 over @mesh {"tensor"} : tensor<8xf32> -> tensor<2xf32>
        %2 = math.exp %1 : tensor<2xf32>
        return %2 : tensor<2xf32>
      }
    }

    ```
  }];
  let dependentDialects = ["::partita::dist::DistDialect"];
  let statistics = [
    Statistic<"numBefore", "collectives-before", "Number of collectives before"
              " the pass">,
    Statistic<"numAfter", "collectives-after", "Number of collectives after it">,
  ];
}

def FuseAttention : Pass<"dist-fuse-attention", "::mlir::ModuleOp"> {
  let summary = "Compute the scores of attention once";
  let description = [{
    In a local program with split keys, `attention_lse` and `attention` with a
    normalizer stand on both sides of the all-reduce that combines log-sum-exps.
    Both compute the scores of the device's keys. One `attention` with both results
    does it once, and `rescale` takes its output to the normalizer.

    ```mlir
    %0 = xformer.attention_lse %q, %k scale 1.0 : (...) -> tensor<1x2x4xf32>
    %1 = dist.all_reduce %0 by log_sum_exp over @mesh {"x"} : tensor<1x2x4xf32>
    %2 = xformer.attention %q, %k, %v normalizer(%1) scale 1.0 : (...) -> tensor<1x4x2x8xf32>
    ```

    becomes

    ```mlir
    %o, %s = xformer.attention %q, %k, %v scale 1.0 : (...) -> (tensor<1x4x2x8xf32>, tensor<1x2x4xf32>)
    %1 = dist.all_reduce %s by log_sum_exp over @mesh {"x"} : tensor<1x2x4xf32>
    %2 = xformer.rescale %o, %s, %1 : (...) -> tensor<1x4x2x8xf32>
    ```

    - **Accepts** any module. Modules inside of it are passed over.
    - **Guarantees** that no attention has a normalizer where the log-sum-exp of
      its scores stands before it, behind its values, in the same block.
    - **Leaves** what is computed as it is.
  }];
  let dependentDialects = ["::partita::xformer::XformerDialect"];
  let statistics = [
    Statistic<"numFused", "attentions-fused",
              "Number of attentions that were merged with their log-sum-exp">,
    Statistic<"numMissed", "attentions-missed",
              "Number of attentions with a normalizer of which the scores are computed once more, or elsewhere">,
  ];
}

def RingAttention : Pass<"dist-ring-attention", "::mlir::ModuleOp"> {
  let summary = "Let keys and values go around instead of gathering them";
  let description = [{
    An attention of which keys and values are gathered becomes a loop in which
    each device attends to the keys it has and passes them on to the next one, as
    often as there are devices. Outputs are added up by their log-sum-exps (online
    softmax). Each device holds the keys and values of one device at a time, and
    the transfer of the next ones does not depend on the computation.

    - **Accepts** any module. Modules inside of it are passed over.
    - **Guarantees** that no attention is left whose keys and values are gathered
      along the sequence over the same axes, in equal parts; but for those with a
      normalizer, or with a bias that is not the same for all keys.
    - **Leaves** what is computed as it is, up to the order of sums. Masks and
      positions of keys go around with them.
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::scf::SCFDialect",
    "::partita::dist::DistDialect", "::partita::xformer::XformerDialect"
  ];
  let statistics = [
    Statistic<"numRings", "rings", "Number of attentions that became rings">,
    Statistic<"numKept", "attentions-kept",
              "Number of attentions that are no rings">,
  ];
}

def CheckLocal : Pass<"dist-check-local", "::mlir::ModuleOp"> {
  let summary = "Check that nothing of the global view is left";
  let description = [{
    The gate behind `dist-partition`.

    - **Accepts** any module. Modules inside of it are passed over.
    - **Guarantees**, when it succeeds, that functions hold no `dist.reshard`, no
      `dist.constraint` and no `dist.shardings`, and that arguments and results
      with a `dist.sharding` say their `dist.global_type`.
    - **Leaves** the program as it is.
  }];
  let statistics = [
    Statistic<"numChecked", "ops-checked", "Number of ops that were checked">,
  ];
}

#endif // PARTITA_TRANSFORMS_PARTITION_PASSES_TD
