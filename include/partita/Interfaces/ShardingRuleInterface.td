// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef PARTITA_INTERFACES_SHARDINGRULEINTERFACE_TD
#define PARTITA_INTERFACES_SHARDINGRULEINTERFACE_TD

include "mlir/IR/OpBase.td"

def ShardingRuleInterface : OpInterface<"ShardingRuleInterface"> {
  let cppNamespace = "::partita";
  let description = [{
    An op that says how it can be split over devices, in one `ShardingRule`. Propagation, planning,
    partitioning, cost and verification read the rule and nothing else about the op.

    Ops of dialects that Partita does not own join by an external model. `verifyShardingRule` checks
    a rule against its op; the pass `--print-sharding-rules` does so for every op it prints.
  }];
  let methods = [
    InterfaceMethod<
      "Returns the rule for the op as it stands: factor sizes are those of its operand and result types.",
      "::partita::ShardingRule", "getShardingRule">,
  ];
}

#endif // PARTITA_INTERFACES_SHARDINGRULEINTERFACE_TD
