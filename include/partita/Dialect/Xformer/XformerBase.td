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

// Every op is pure.
class Xformer_Op<string mnemonic, list<Trait> traits = []>
    : Op<Xformer_Dialect, mnemonic, !listconcat([Pure], traits)>;

// An op whose result types follow from its operands and attributes. Shape
// constraints are checked where the shape is inferred, so that a builder and
// the verifier report the same message.
class Xformer_InferringOp<string mnemonic, list<Trait> traits = []>
    : Xformer_Op<mnemonic, !listconcat([InferTypeOpAdaptor], traits)>;

#endif // PARTITA_DIALECT_XFORMER_XFORMERBASE_TD
