// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef PARTITA_INTERFACES_LOCALFORMINTERFACE_TD
#define PARTITA_INTERFACES_LOCALFORMINTERFACE_TD

include "mlir/IR/OpBase.td"

def LocalFormInterface : OpInterface<"LocalFormInterface"> {
  let cppNamespace = "::partita";
  let description = [{
    An op that can be written, on global tensors, in another way: so that it can be split, or padded,
    along factors of its sharding rule for which the rule asks for it. The new graph has the same
    results as the op; its ops have sharding rules of their own, which are all that is needed from
    then on. The op goes away by `replaceOp`, which tells a listener the values that take the place
    of its results; its discardable attributes go with it. See "Local forms" and "Padding" in `partita/Interfaces/ShardingRule.h`.
  }];
  let methods = [
    InterfaceMethod<
      [{Replaces the op by an equal graph that can be split along `factors`, indices into the op's
        sharding rule: no rule in it asks for a local form along a factor that stems from one of
        them. Fails, and changes nothing, if there is no such graph.}],
      "::llvm::LogicalResult", "toLocalForm",
      (ins "::mlir::RewriterBase &":$rewriter, "::mlir::ArrayRef<unsigned>":$factors)>,
    InterfaceMethod<
      [{The same for padding: no rule in the graph asks for a padded form along a factor that stems
        from one of `factors`.}],
      "::llvm::LogicalResult", "toPaddedForm",
      (ins "::mlir::RewriterBase &":$rewriter, "::mlir::ArrayRef<unsigned>":$factors), "", [{
        return ::mlir::failure();
      }]>,
  ];
}

#endif // PARTITA_INTERFACES_LOCALFORMINTERFACE_TD
