// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "partita/Dialect/Dist/Dist.h"

#include "Checks.h"

#include "mlir/IR/PatternMatch.h"

using namespace mlir;
using namespace partita;
using namespace partita::dist;

//===----------------------------------------------------------------------===//
// Started ops
//===----------------------------------------------------------------------===//

RankedTensorType dist::detail::getArrivingType(Operation *op) {
  return op->getNumResults() == 0 ? RankedTensorType()
                                  : valueTypeOf(op->getResult(0).getType());
}

LogicalResult dist::detail::verifyStart(Operation *op, bool start) {
  bool givesToken =
      op->getNumResults() == 1 && isa<TokenType>(op->getResult(0).getType());
  if (start && !givesToken)
    return op->emitOpError("expected a token, as it is started");
  if (!start && givesToken)
    return op->emitOpError("expected no token, as it is not started");
  bool gets = !isa<SendOp>(op);
  if (givesToken && gets != static_cast<bool>(getArrivingType(op)))
    return op->emitOpError(gets ? "expected a token for a value, got "
                                : "expected a token for no value, got ")
           << op->getResult(0).getType();
  return success();
}

WaitOp dist::splitIntoStartAndWait(RewriterBase &rewriter,
                                   CommunicationOpInterface op) {
  assert(!op.getStart() && "expected an op that is not started");
  OpBuilder::InsertionGuard guard(rewriter);
  rewriter.setInsertionPoint(op);
  OperationState state(op->getLoc(), op->getName());
  state.addOperands(op->getOperands());
  state.addTypes(TokenType::get(op->getContext(), op.getArrivingType()));
  state.addAttributes(llvm::to_vector(op->getDiscardableAttrs()));
  state.propertiesAttr = op->getPropertiesAsAttribute();
  auto started = cast<CommunicationOpInterface>(rewriter.create(state));
  started.setStart(true);
  auto wait = WaitOp::create(rewriter, op->getLoc(), started->getResult(0));
  rewriter.replaceOp(op, wait->getResults());
  return wait;
}

//===----------------------------------------------------------------------===//
// SendOp, RecvOp
//===----------------------------------------------------------------------===//

void SendOp::build(OpBuilder &builder, OperationState &state, Value input,
                   MeshOp mesh, MeshOp peer, int64_t channel, PairsAttr pairs) {
  build(builder, state, /*token=*/Type(), input, mesh.getReference(),
        peer.getReference(), builder.getI64IntegerAttr(channel), pairs,
        /*start=*/nullptr);
}

void RecvOp::build(OpBuilder &builder, OperationState &state,
                   RankedTensorType type, MeshOp mesh, MeshOp peer,
                   int64_t channel, PairsAttr pairs) {
  build(builder, state, type, mesh.getReference(), peer.getReference(),
        builder.getI64IntegerAttr(channel), pairs, /*start=*/nullptr);
}

/// What `send` and `recv` check without the meshes.
template <typename OpTy> static LogicalResult verifyTransfer(OpTy op) {
  if (op.getMeshAttr() == op.getPeerAttr()) // send_c1, recv_c1
    return op.emitOpError("expected two meshes, got ")
           << op.getMeshAttr() << " twice; use dist.permute within a mesh";
  if (static_cast<int64_t>(op.getChannel()) < 0) // send_c2, recv_c2
    return op.emitOpError("expected a channel that is not negative, got ")
           << static_cast<int64_t>(op.getChannel());
  return success();
}

/// Checks what a transfer from devices of `source` to those of `target` says
/// about the two.
static LogicalResult verifyEnds(Operation *op, MeshAttr source, MeshAttr target,
                                PairsAttr pairs) {
  auto emitError = [&] { return op->emitOpError(); };
  if (pairs) // send_c4, recv_c4
    return pairs.verifyBetween(source, target, emitError);
  bool sameAxes = llvm::equal(source.getAxes(), target.getAxes(),
                              [](MeshAxisAttr lhs, MeshAxisAttr rhs) {
                                return lhs.getName() == rhs.getName() &&
                                       lhs.getSize() == rhs.getSize();
                              });
  if (!sameAxes) // send_c3, recv_c3
    return emitError() << "expected meshes with the same axes, or pairs of "
                          "devices; got "
                       << source << " and " << target;
  return success();
}

LogicalResult SendOp::verify() { return verifyTransfer(*this); }

LogicalResult SendOp::verifySymbolUses(SymbolTableCollection &symbols) {
  FailureOr<MeshAttr> mesh = resolveMesh(*this, getMeshAttr(), symbols);
  FailureOr<MeshAttr> peer = resolveMesh(*this, getPeerAttr(), symbols);
  if (failed(mesh) || failed(peer))
    return failure();
  return verifyEnds(*this, *mesh, *peer, getPairsAttr());
}

LogicalResult RecvOp::verify() { return verifyTransfer(*this); }

LogicalResult RecvOp::verifySymbolUses(SymbolTableCollection &symbols) {
  FailureOr<MeshAttr> mesh = resolveMesh(*this, getMeshAttr(), symbols);
  FailureOr<MeshAttr> peer = resolveMesh(*this, getPeerAttr(), symbols);
  if (failed(mesh) || failed(peer))
    return failure();
  return verifyEnds(*this, *peer, *mesh, getPairsAttr());
}

//===----------------------------------------------------------------------===//
// WaitOp
//===----------------------------------------------------------------------===//

void WaitOp::build(OpBuilder &builder, OperationState &state, Value token) {
  RankedTensorType value = cast<TokenType>(token.getType()).getValue();
  build(builder, state, value ? Type(value) : Type(), token);
}

LogicalResult WaitOp::verify() {
  RankedTensorType value = getToken().getType().getValue();
  Type result = getResult() ? getResult().getType() : Type();
  if (result == value) // wait_c1
    return success();
  if (!value)
    return emitOpError("expected no result, as the token has no value");
  InFlightDiagnostic diagnostic = emitOpError("expected a result of type ")
                                  << value << ", got ";
  if (!result)
    return diagnostic << "none";
  return diagnostic << result;
}

void WaitOp::getEffects(
    SmallVectorImpl<SideEffects::EffectInstance<MemoryEffects::Effect>>
        &effects) {
  // Without a value the wait itself is what counts.
  if (!getResult())
    effects.emplace_back(MemoryEffects::Write::get(), ChannelResource::get());
}
