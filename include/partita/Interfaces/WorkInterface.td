// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef PARTITA_INTERFACES_WORKINTERFACE_TD
#define PARTITA_INTERFACES_WORKINTERFACE_TD

include "mlir/IR/OpBase.td"

def WorkInterface : OpInterface<"WorkInterface"> {
  let cppNamespace = "::partita";
  let description = [{
    An op that says how many floating-point operations and bytes it takes, as a function of the
    shapes it runs on. The shapes are arguments, so that a planner can ask about local shapes that
    no IR has.
  }];
  let methods = [
    InterfaceMethod<
      [{Returns the work at the given shapes, one an operand and a result, in order: those of the
        op's own types, or slices of them. What depends on values, or on where in the whole a slice
        lies, is spread evenly over the slices.}],
      "::partita::Work", "getWorkAt",
      (ins "::mlir::ArrayRef<::partita::TensorShape>":$operands,
           "::mlir::ArrayRef<::partita::TensorShape>":$results)>,
  ];
  let extraSharedClassDeclaration = [{
    /// Work at the shapes of the op's own types.
    ::partita::Work getWork() {
      ::mlir::Operation *op = $_op.getOperation();
      return $_op.getWorkAt(::partita::operandShapes(op), ::partita::resultShapes(op));
    }
  }];
}

#endif // PARTITA_INTERFACES_WORKINTERFACE_TD
