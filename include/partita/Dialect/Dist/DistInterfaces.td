// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef PARTITA_DIALECT_DIST_DISTINTERFACES_TD
#define PARTITA_DIALECT_DIST_DISTINTERFACES_TD

include "mlir/IR/OpBase.td"

def Dist_RouteAttrInterface : AttrInterface<"RouteAttrInterface"> {
  let cppNamespace = "::partita::dist";
  let description = [{
    Says from which device each device of a mesh gets its value: a permutation
    of the devices.
  }];
  let methods = [
    InterfaceMethod<
      "Checks the route against the mesh it is used on.",
      "::llvm::LogicalResult", "verifyOn",
      (ins "const ::partita::dist::MeshAttr &":$mesh,
           "::llvm::function_ref<::mlir::InFlightDiagnostic()>":$emitError)>,
    InterfaceMethod<
      "Returns the device whose value `device` gets. The route must be valid on the mesh.",
      "int64_t", "getSource",
      (ins "const ::partita::dist::MeshAttr &":$mesh, "int64_t":$device)>,
    InterfaceMethod<
      "Returns true if every device keeps its value, on any mesh.",
      "bool", "isIdentity">,
  ];
}

def Dist_CommunicationOpInterface : OpInterface<"CommunicationOpInterface"> {
  let cppNamespace = "::partita::dist";
  let description = [{
    An op that moves values between devices, at once or, when it is started, up
    to the `dist.wait` on its token.
  }];
  let methods = [
    InterfaceMethod<"Returns the mesh whose devices run the op.",
      "::mlir::FlatSymbolRefAttr", "getMeshAttr">,
    InterfaceMethod<"Returns true if the op gives a token.",
      "bool", "getStart">,
    InterfaceMethod<"Says whether the op gives a token; its types must follow.",
      "void", "setStart", (ins "bool":$start)>,
  ];
  let extraSharedClassDeclaration = [{
    /// The type of the value that arrives, be it the result or what its token
    /// stands for. Null for an op that only sends.
    ::mlir::RankedTensorType getArrivingType() {
      return ::partita::dist::detail::getArrivingType($_op.getOperation());
    }
  }];
  // start_c1
  let verify = [{
    return ::partita::dist::detail::verifyStart(
        $_op, ::mlir::cast<ConcreteOp>($_op).getStart());
  }];
}

#endif // PARTITA_DIALECT_DIST_DISTINTERFACES_TD
