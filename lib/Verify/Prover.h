// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The proof of one local function: goes through its ops and keeps for each
// value what part of which global value it is known to be.

#ifndef PARTITA_LIB_VERIFY_PROVER_H
#define PARTITA_LIB_VERIFY_PROVER_H

#include "LocalProgram.h"
#include "Ring.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "partita/Dialect/Dist/Dist.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SetVector.h"

namespace partita::verify {

/// What is known of a local value.
struct Fact {
  const Term *term = nullptr;
  Shard shard;
};

/// A value can be a part of several global ones.
using Facts = llvm::SmallVector<Fact, 1>;

/// Of how many lists of facts about its operands an op is looked at.
inline constexpr unsigned maxChoices = 64;

class Prover {
public:
  Prover(GlobalProgram &program, const ProgramMesh &mesh,
         FindSignature findSignature, ProofStatistics &statistics)
      : program(program), mesh(mesh), collectives(mesh.mesh),
        findSignature(findSignature), statistics(statistics) {}

  llvm::LogicalResult prove(mlir::FunctionOpInterface function,
                            const Signature &signature);

private:
  llvm::LogicalResult proveBlock(mlir::Block &block);
  llvm::LogicalResult proveOperands(mlir::Operation &op);
  llvm::LogicalResult proveOp(mlir::Operation &op);

  // Ops of each device.
  llvm::LogicalResult proveConstant(mlir::Operation &op, mlir::Attribute splat);
  bool trySplit(mlir::Operation &op, std::string &reason);
  llvm::LogicalResult proveSplit(mlir::Operation &op);
  void addShorterCounts(mlir::Operation &op);
  llvm::Expected<llvm::SmallVector<Shard, 2>>
  apply(mlir::Operation &op, mlir::ValueRange values,
        const Application &application, llvm::ArrayRef<Fact> operands);
  llvm::LogicalResult proveCall(mlir::func::CallOp op);
  /// Finds a global op of the kind of `op` on the terms of `operands`, those of
  /// its regions included; its results have `shards`. Fails with `otherwise`.
  llvm::LogicalResult proveApplied(mlir::Operation &op,
                                   mlir::ValueRange operands,
                                   llvm::ArrayRef<Shard> shards,
                                   const llvm::Twine &otherwise);
  llvm::LogicalResult proveIf(mlir::scf::IfOp op);
  llvm::LogicalResult proveFor(mlir::scf::ForOp op);
  llvm::LogicalResult proveRing(mlir::scf::ForOp op, const Ring &ring);

  // Collectives.
  llvm::LogicalResult proveCollective(mlir::Operation &op);
  llvm::LogicalResult
  setFrom(mlir::Operation &op, mlir::Value operand, mlir::Type type,
          llvm::function_ref<llvm::Expected<Shard>(const Fact &)> move);
  llvm::Expected<Shard> collect(mlir::Operation &op, const Fact &fact);
  llvm::LogicalResult checkMesh(mlir::Operation &op,
                                mlir::FlatSymbolRefAttr name);

  // Pads.
  llvm::LogicalResult provePad(dist::PadOp op);
  llvm::LogicalResult proveUnpad(dist::UnpadOp op);
  llvm::LogicalResult proveFill(dist::FillOp op);

  // Facts.
  const Fact &get(mlir::Value value) {
    return facts.find(value)->second.front();
  }
  void set(mlir::Value value, Fact fact) { facts[value] = {std::move(fact)}; }
  /// Says of `value` what is known of `other`. By way of a copy, as the place
  /// that is made for it can move all others.
  void setAs(mlir::Value value, mlir::Value other) {
    Facts known = facts.find(other)->second;
    facts[value] = std::move(known);
  }
  bool fits(mlir::Value value, const Fact &fact, const Shard &shard) const;
  llvm::Error checkType(mlir::Type local, const Term *term, const Shard &shard,
                        const llvm::Twine &what) const;
  /// Calls `visit` with a list of facts for `values`, for each choice among
  /// them, until it returns true.
  bool forEachChoice(mlir::ValueRange values,
                     llvm::function_ref<bool(llvm::ArrayRef<Fact>)> visit);

  // Messages.
  mlir::InFlightDiagnostic fail(mlir::Operation &op);
  llvm::LogicalResult fail(mlir::Operation &op, llvm::Error error);
  llvm::LogicalResult failUnknown(mlir::Operation &op);
  std::string describe(const Fact &fact) const;
  void noteOperands(mlir::InFlightDiagnostic &diagnostic,
                    mlir::Operation &op) const;

  GlobalProgram &program;
  const ProgramMesh &mesh;
  Collectives collectives;
  FindSignature findSignature;
  ProofStatistics &statistics;
  llvm::DenseMap<mlir::Value, Facts> facts;
  /// Sizes of dimensions of arguments and results, and what they are padded to.
  llvm::SetVector<std::pair<int64_t, int64_t>> paddedSizes;
  unsigned depth = 0;
};

/// The shape of a ranked tensor type.
llvm::SmallVector<int64_t> getShape(mlir::Type type);
/// The terms that facts are about.
TermList getTerms(llvm::ArrayRef<Fact> facts);
/// True for a number that is zero.
bool isZero(mlir::Attribute value);

} // namespace partita::verify

#endif // PARTITA_LIB_VERIFY_PROVER_H
