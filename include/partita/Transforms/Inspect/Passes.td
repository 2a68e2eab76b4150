// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef PARTITA_TRANSFORMS_INSPECT_PASSES_TD
#define PARTITA_TRANSFORMS_INSPECT_PASSES_TD

include "mlir/Pass/PassBase.td"

def PrintShardingRules : Pass<"print-sharding-rules"> {
  let summary = "Report and check the sharding rule of every op";
  let description = [{
    Emits a remark at every op on tensors that says how the op can be split over
    devices, in the notation of `partita/Interfaces/ShardingRule.h`, and checks
    the rule against the op.

    - **Accepts** any op. Terminators are passed over, as are ops that have no
      tensor among their operands and results.
    - **Guarantees** that each rule it prints fits its op: an entry for every
      operand and result, factors that multiply to the sizes of the dimensions,
      and the other laws of `verifyShardingRule`. The pass fails at ops whose
      rule does not.
    - **Leaves** the program as it is. An op without a rule gets a remark that
      says so.

    <!-- run -->
    ```
    $ cd test/Transforms/Inspect/Inputs && partita-opt --print-sharding-rules linear.mlir -o /dev/null
    linear.mlir:2:8: remark: sharding rule of 'xformer.linear': ([b, s, k], [n, k]) -> ([b, s, n]) {b=2, s=16, n=32, k=64} reduction={k:sum} linear={0}{1}
      %0 = xformer.linear %x, %w transpose_weight : (tensor<2x16x64xf32>, tensor<32x64xf32>) -> tensor<2x16x32xf32>
           ^
    linear.mlir:3:8: remark: sharding rule of 'xformer.relu': ([b, s, d]) -> ([b, s, d]) {b=2, s=16, d=32} zero={0}
      %1 = xformer.relu %0 : tensor<2x16x32xf32>
           ^
    ```
  }];
  let statistics = [
    Statistic<"numRules", "rules-printed", "Number of ops whose rule was printed">,
    Statistic<"numWithoutRule", "ops-without-rule",
              "Number of ops on tensors that have no sharding rule">,
    Statistic<"numInvalid", "invalid-rules",
              "Number of ops whose rule does not fit them">,
  ];
}

def PrintWork : Pass<"print-work"> {
  let summary = "Report floating-point operations and bytes of every op";
  let description = [{
    Emits a remark at every op on tensors with its work on the shapes it has,
    and one at every function with the total, to which a note for each kind of
    op is attached, the one with the most operations first. Work is counted as
    `partita/Interfaces/Work.h` and, for the ops of `xformer`,
    `partita/Dialect/Xformer/Interfaces/Flops.h` say. Calls are not followed.

    - **Accepts** any op. Terminators are passed over, as are ops that have no
      tensor among their operands and results.
    - **Guarantees** that the total of a function is the sum of the remarks at
      its ops.
    - **Leaves** the program as it is. An op whose work is unknown, because it
      does not say or its shapes are not static, gets a remark that says so and
      is not in the total.

    <!-- run -->
    ```
    $ cd test/Transforms/Inspect/Inputs && partita-opt --print-work linear.mlir -o /dev/null
    linear.mlir:2:8: remark: work of 'xformer.linear': 131072 matrix flops, 0 vector flops, 16384 bytes read, 4096 bytes written
      %0 = xformer.linear %x, %w transpose_weight : (tensor<2x16x64xf32>, tensor<32x64xf32>) -> tensor<2x16x32xf32>
           ^
    linear.mlir:3:8: remark: work of 'xformer.relu': 0 matrix flops, 1024 vector flops, 4096 bytes read, 4096 bytes written
      %1 = xformer.relu %0 : tensor<2x16x32xf32>
           ^
    linear.mlir:1:1: remark: work of @main: 131072 matrix flops, 1024 vector flops, 20480 bytes read, 8192 bytes written
    func.func @main(%x: tensor<2x16x64xf32>, %w: tensor<32x64xf32>) -> tensor<2x16x32xf32> {
    ^
    linear.mlir:1:1: note: 1 x 'xformer.linear': 131072 matrix flops, 0 vector flops, 16384 bytes read, 4096 bytes written
    linear.mlir:1:1: note: 1 x 'xformer.relu': 0 matrix flops, 1024 vector flops, 4096 bytes read, 4096 bytes written
    ```
  }];
  let options = [
    Option<"summary", "summary", "bool", /*default=*/"false",
           "Report totals of functions only">,
  ];
  let statistics = [
    Statistic<"numCounted", "ops-counted", "Number of ops whose work was counted">,
    Statistic<"numWithoutWork", "ops-without-work",
              "Number of ops on tensors whose work is unknown">,
  ];
}

#endif // PARTITA_TRANSFORMS_INSPECT_PASSES_TD
