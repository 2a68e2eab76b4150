// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef PARTITA_DIALECT_XFORMER_XFORMERBASE_TD
#define PARTITA_DIALECT_XFORMER_XFORMERBASE_TD

include "mlir/IR/BuiltinAttributes.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "partita/Dialect/Xformer/XformerAttrs.td"

// The element types a model uses.
def Xformer_Float : AnyTypeOf<[F32, BF16, F16], "f32, bf16 or f16">;
def Xformer_Id : AnyTypeOf<[I32, I64], "i32 or i64">;

// Tensors of static shape.
class Xformer_TensorOf<list<Type> elements, string summary>
    : Type<And<[StaticShapeTensorOf<elements>.predicate]>, summary,
           "::mlir::RankedTensorType">;
class Xformer_RankedTensorOf<list<Type> elements, int rank, string summary>
    : Type<And<[StaticShapeTensorOf<elements>.predicate, HasAnyRankOfPred<[rank]>]>,
           summary, "::mlir::RankedTensorType">;

def Xformer_FloatTensor
    : Xformer_TensorOf<[Xformer_Float], "static float tensor">;
def Xformer_IdTensor : Xformer_TensorOf<[Xformer_Id], "static id tensor">;
def Xformer_F32Tensor : Xformer_TensorOf<[F32], "static f32 tensor">;
def Xformer_AnyTensor
    : Xformer_TensorOf<[Xformer_Float, Xformer_Id, I1], "static tensor">;

class Xformer_FloatTensorOfRank<int rank>
    : Xformer_RankedTensorOf<[Xformer_Float], rank,
                             "static float tensor of rank " # rank>;
class Xformer_IdTensorOfRank<int rank>
    : Xformer_RankedTensorOf<[Xformer_Id], rank,
                             "static id tensor of rank " # rank>;
class Xformer_F32TensorOfRank<int rank>
    : Xformer_RankedTensorOf<[F32], rank,
                             "static f32 tensor of rank " # rank>;
class Xformer_MaskOfRank<int rank>
    : Xformer_RankedTensorOf<[I1], rank, "static i1 mask of rank " # rank>;

// See `XformerTraits.h`.
def Xformer_PlainTensors : NativeOpTrait<"PlainTensors"> {
  let cppNamespace = "::partita::xformer";
}

// Type inference that reports well. An op defines `inferTypes`; what is checked
// there is checked for builders and by the verifier, with the same message.
//
// Upstream's `InferTypeOpAdaptor` would do the same but verifies through
// `refineReturnTypes`, after whose failure MLIR reports a second, unspecific
// error ("failed to infer returned types"). Here `refineReturnTypes` leaves
// types that are given to the trait's own verifier.
def Xformer_InferredTypesTrait : NativeOpTrait<"InferredTypes", [],
    /*extraOpDeclaration=*/[{
      static ::llvm::LogicalResult
      inferTypes(const ::partita::xformer::OpReporter &report, Adaptor adaptor,
                 ::llvm::SmallVectorImpl<::mlir::Type> &types);
    }],
    /*extraOpDefinition=*/[{
      ::llvm::LogicalResult $cppClass::inferReturnTypes(
          ::mlir::MLIRContext *, std::optional<::mlir::Location> location,
          ::mlir::ValueRange operands, ::mlir::DictionaryAttr attributes,
          ::mlir::OpaqueProperties properties, ::mlir::RegionRange regions,
          ::llvm::SmallVectorImpl<::mlir::Type> &types) {
        ::partita::xformer::OpReporter report(location, getOperationName());
        return inferTypes(
            report, Adaptor(operands, attributes, properties, regions), types);
      }
      ::llvm::LogicalResult $cppClass::refineReturnTypes(
          ::mlir::MLIRContext *context, std::optional<::mlir::Location> location,
          ::mlir::ValueRange operands, ::mlir::DictionaryAttr attributes,
          ::mlir::OpaqueProperties properties, ::mlir::RegionRange regions,
          ::llvm::SmallVectorImpl<::mlir::Type> &types) {
        if (!types.empty())
          return ::mlir::success();
        return inferReturnTypes(context, location, operands, attributes,
                                properties, regions, types);
      }
    }]> {
  let cppNamespace = "::partita::xformer";
}
def Xformer_InferredTypes : TraitList<[
  DeclareOpInterfaceMethods<InferTypeOpInterface, ["refineReturnTypes"]>,
  Xformer_InferredTypesTrait
]>;

// Every op is pure.
class Xformer_Op<string mnemonic, list<Trait> traits = []>
    : Op<Xformer_Dialect, mnemonic,
         !listconcat([Pure, Xformer_PlainTensors], traits)>;

// An op whose result types follow from its operands and attributes.
class Xformer_InferringOp<string mnemonic, list<Trait> traits = []>
    : Xformer_Op<mnemonic, !listconcat(traits, [Xformer_InferredTypes])>;

#endif // PARTITA_DIALECT_XFORMER_XFORMERBASE_TD
