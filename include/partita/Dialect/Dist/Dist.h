// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef PARTITA_DIALECT_DIST_DIST_H
#define PARTITA_DIALECT_DIST_DIST_H

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "partita/Interfaces/ShardingRuleInterface.h"

namespace mlir {
class FunctionOpInterface;
class RewriterBase;
} // namespace mlir

namespace partita::dist {

class AxesAttr;
class AxisPartAttr;
class DimPaddingAttr;
class MeshAttr;
class MeshOp;
class PartialAttr;
class WaitOp;

/// What `send` writes to and `recv` takes from.
struct ChannelResource : mlir::SideEffects::Resource::Base<ChannelResource> {
  llvm::StringRef getName() override { return "dist.channel"; }
};

namespace detail {
/// The canonical forms of the parameters of attributes, for their builders.
llvm::SmallVector<AxisPartAttr, 4>
joinParts(llvm::ArrayRef<AxisPartAttr> parts);
llvm::SmallVector<PartialAttr, 2>
joinPartial(llvm::ArrayRef<PartialAttr> partial);
void dropCommonEnds(AxesAttr &from, AxesAttr &to);
std::pair<llvm::SmallVector<int64_t>, llvm::SmallVector<int64_t>>
sortPairs(llvm::ArrayRef<std::pair<int64_t, int64_t>> pairs);
std::pair<llvm::SmallVector<int64_t>, llvm::SmallVector<int64_t>>
joinAtoms(llvm::ArrayRef<int64_t> sizes, llvm::ArrayRef<int64_t> padded);

/// Parts of `CommunicationOpInterface`.
mlir::RankedTensorType getArrivingType(mlir::Operation *op);
llvm::LogicalResult verifyStart(mlir::Operation *op, bool start);
} // namespace detail

} // namespace partita::dist

#include "partita/Dialect/Dist/DistAttrInterfaces.h.inc"
#include "partita/Dialect/Dist/DistDialect.h.inc"
#include "partita/Dialect/Dist/DistOpInterfaces.h.inc"
#define GET_ATTRDEF_CLASSES
#include "partita/Dialect/Dist/DistAttrs.h.inc"
#define GET_TYPEDEF_CLASSES
#include "partita/Dialect/Dist/DistTypes.h.inc"
#define GET_OP_CLASSES
#include "partita/Dialect/Dist/DistOps.h.inc"

namespace partita::dist {

/// Names of the attributes by which shardings stand on arguments and results of
/// functions and on ops; see the description of the dialect.
inline constexpr llvm::StringLiteral shardingAttrName = "dist.sharding";
inline constexpr llvm::StringLiteral shardingsAttrName = "dist.shardings";
inline constexpr llvm::StringLiteral originsAttrName = "dist.origins";

/// Names of the attributes on arguments and results of a local program, and of
/// the one on the module that keeps the global program beside it.
inline constexpr llvm::StringLiteral globalTypeAttrName = "dist.global_type";
inline constexpr llvm::StringLiteral paddingAttrName = "dist.padding";
inline constexpr llvm::StringLiteral globalAttrName = "dist.global";

/// The mesh that `name` means at `from`: that of the nearest symbol table. Null
/// if there is none.
///
/// It looks at the meshes of the symbol table and at nothing in the ops beside
/// them, so that it may be called from a pass on a function while other
/// functions change. It takes time for each op between the mesh and the nearer
/// end of the symbol table.
MeshOp findMesh(mlir::Operation *from, mlir::FlatSymbolRefAttr name);

/// The sharding of a value: that of the `constraint` or `reshard` it comes
/// from, or of the attribute on its argument or op. Null if it has none.
ShardingAttr getSharding(mlir::Value value);

/// Sets the attribute on the argument of a function or the op that `value`
/// comes from. Other results of the op that have no sharding yet get an open
/// one.
void setSharding(mlir::Value value, ShardingAttr sharding);

/// Where the axes of a value come from: for each dimension one string an axis.
/// Null if nobody said so.
mlir::ArrayAttr getOrigins(mlir::Value value);
void setOrigins(mlir::Value value, mlir::ArrayAttr origins);

/// The sharding of result `index` of a function; null if it has none.
ShardingAttr getResultSharding(mlir::FunctionOpInterface function,
                               unsigned index);
void setResultSharding(mlir::FunctionOpInterface function, unsigned index,
                       ShardingAttr sharding);

/// Starts an op that is not started, and waits for it right after it. The wait
/// takes over the uses of the op's result. Returns the wait.
WaitOp splitIntoStartAndWait(mlir::RewriterBase &rewriter,
                             CommunicationOpInterface op);

} // namespace partita::dist

#endif // PARTITA_DIALECT_DIST_DIST_H
