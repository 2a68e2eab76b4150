// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef PARTITA_DIALECT_DIST_DISTBASE_TD
#define PARTITA_DIALECT_DIST_DISTBASE_TD

include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/BuiltinAttributes.td"
include "mlir/IR/SymbolInterfaces.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "partita/Dialect/Dist/DistPaddingAttrs.td"
include "partita/Dialect/Dist/DistRouteAttrs.td"

def Dist_TokenType : TypeDef<Dist_Dialect, "Token"> {
  let mnemonic = "token";
  let summary = "what an op that is started will give";
  let description = [{
    Stands for a value of the type in brackets, or, without one, for the end of
    an op that gives no value.

    ```mlir
    !dist.token<tensor<4x8xf32>>
    ```
  }];
  let parameters = (ins OptionalParameter<"::mlir::RankedTensorType">:$value);
  let assemblyFormat = "(`<` $value^ `>`)?";
}

// What one device holds.
def Dist_LocalTensor
    : Type<StaticShapeTensorOf<[AnyFloat, AnyInteger]>.predicate,
           "static tensor of numbers", "::mlir::RankedTensorType">;
def Dist_LocalTensorOrToken
    : AnyTypeOf<[Dist_LocalTensor, Dist_TokenType],
                "static tensor of numbers, or token">;

def Dist_AnyRankedTensor
    : Type<HasRankPred, "tensor with a rank", "::mlir::RankedTensorType">;

def Dist_CombinerOrSum
    : DefaultValuedAttr<Dist_CombinerAttr, "::partita::Combiner::Sum">;
def Dist_Route
    : Attr<CPred<"::llvm::isa<::partita::dist::ShiftAttr, "
                 "::partita::dist::ReorderAttr, "
                 "::partita::dist::PairsAttr>($_self)">,
           "shift, reorder or pairs"> {
  let storageType = "::partita::dist::RouteAttrInterface";
  let returnType = storageType;
  let convertFromStorage = "$_self";
}

// What `send` writes to and `recv` takes from.
def Dist_ChannelResource : Resource<"::partita::dist::ChannelResource">;

class Dist_Op<string mnemonic, list<Trait> traits = []>
    : Op<Dist_Dialect, mnemonic, traits>;

// An op that names a mesh.
class Dist_MeshUserOp<string mnemonic, list<Trait> traits = []>
    : Dist_Op<mnemonic, !listconcat(traits, [
        DeclareOpInterfaceMethods<SymbolUserOpInterface>])>;

// An op that moves values between the devices of a mesh, or has a started form.
class Dist_CommunicationOp<string mnemonic, list<Trait> traits = []>
    : Dist_MeshUserOp<mnemonic, !listconcat(traits, [
        Dist_CommunicationOpInterface])>;

#endif // PARTITA_DIALECT_DIST_DISTBASE_TD
