// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef PARTITA_INTERFACES_INTERPRETABLEINTERFACE_TD
#define PARTITA_INTERFACES_INTERPRETABLEINTERFACE_TD

include "mlir/IR/OpBase.td"

def InterpretableInterface : OpInterface<"InterpretableInterface"> {
  let cppNamespace = "::partita";
  let description = [{
    An op with reference semantics. The interpreter runs a program on N devices in lock step, each
    op on all devices before the next: an ordinary op computes one device's results from that
    device's operands, a collective sees the operands of all.
  }];
  let methods = [
    InterfaceMethod<
      [{Computes the results on the device `device` of `evaluation`. Fails, with a diagnostic at the
        op, when the operands' values have no meaning (an id outside of an embedding table). Calls
        for several devices may run at the same time, and touch nothing but the evaluation.}],
      "::llvm::LogicalResult", "interpret",
      (ins "::partita::interp::Evaluation &":$evaluation, "unsigned":$device)>,
    InterfaceMethod<
      [{Computes the results on all devices. A collective overrides this one; `interpret` is then
        not called.}],
      "::llvm::LogicalResult", "interpretOnAllDevices",
      (ins "::partita::interp::Evaluation &":$evaluation), "", [{
        // Through the interface, since the method may be that of an external model.
        auto interpretable = ::mlir::cast<::partita::InterpretableInterface>($_op.getOperation());
        return ::partita::interp::forEachDevice(evaluation, [&](unsigned device) {
          return interpretable.interpret(evaluation, device);
        });
      }]>,
  ];
}

#endif // PARTITA_INTERFACES_INTERPRETABLEINTERFACE_TD
