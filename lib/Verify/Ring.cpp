// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Ring.h"

#include "Terms.h"
#include "mlir/IR/Matchers.h"

#include <numeric>

using namespace mlir;
using namespace partita;
using namespace partita::dist;
using namespace partita::verify;
using namespace partita::xformer;

bool verify::mayBeginRing(Operation &op) {
  auto attention = dyn_cast<AttentionOp>(op);
  return attention && attention.getLse() &&
         llvm::any_of(op.getUsers(), llvm::IsaPred<scf::ForOp>);
}

unsigned verify::getKeyDim(AttentionOp op, unsigned index) {
  return op->getOperand(index) == op.getKeyPositions() ? 0 : 1;
}

/// The permutation that gives `value`, at once or when it is waited for.
static PermuteOp getPermute(Value value) {
  if (auto wait = value.getDefiningOp<WaitOp>())
    value = wait.getToken();
  return value.getDefiningOp<PermuteOp>();
}

static bool isConstant(Value value, int64_t wanted) {
  APInt number;
  return matchPattern(value, m_ConstantInt(&number)) &&
         number.getSExtValue() == wanted;
}

/// Whether `value` is rescale(`input`, `from`, `to`).
static bool isRescale(Value value, Value input, Value from, Value to) {
  auto rescale = value.getDefiningOp<RescaleOp>();
  return rescale && rescale.getInput() == input && rescale.getFrom() == from &&
         rescale.getTo() == to;
}

namespace {
class Matcher {
public:
  Matcher(scf::ForOp loop, llvm::function_ref<int64_t(AxesAttr)> getSize)
      : loop(loop), getSize(getSize),
        yielded(loop.getBody()->getTerminator()->getOperands()) {}

  std::optional<Ring> match() {
    if (!matchFirst() || !matchStep() || !matchSums() || !matchCount())
      return std::nullopt;
    return ring;
  }

private:
  /// The attention before the loop, whose results it begins with.
  bool matchFirst() {
    for (auto [index, init] : llvm::enumerate(loop.getInitArgs())) {
      auto attention = init.getDefiningOp<AttentionOp>();
      if (!attention)
        continue;
      if (ring.first && ring.first != attention)
        return false;
      ring.first = attention;
      (init == attention.getOutput() ? ring.output : ring.lse) = index;
    }
    return ring.first && ring.first.getLse() &&
           loop.getInitArgs()[ring.output] == ring.first.getOutput() &&
           loop.getInitArgs()[ring.lse] == ring.first.getLse();
  }

  /// The attention in the loop, which is the first but for what goes around.
  bool matchStep() {
    for (AttentionOp op : loop.getBody()->getOps<AttentionOp>()) {
      if (step)
        return false;
      step = op;
    }
    if (!step || !(Operator::of(step) == Operator::of(ring.first)))
      return false;
    for (auto [index, here, before] :
         llvm::enumerate(step->getOperands(), ring.first->getOperands())) {
      if (here == before)
        continue;
      if (!matchMove(here, before))
        return false;
      ring.moving.push_back(index);
    }
    // Keys and their values.
    return llvm::is_contained(ring.moving, 1u) &&
           llvm::is_contained(ring.moving, 2u);
  }

  /// Whether `here` is what arrives of a value that was `before` at first, by
  /// the same step as the others.
  bool matchMove(Value here, Value before) {
    PermuteOp permute = getPermute(here);
    auto argument =
        permute ? dyn_cast<BlockArgument>(permute.getInput()) : BlockArgument();
    if (!argument || argument.getOwner() != loop.getBody() ||
        argument.getArgNumber() == 0)
      return false;
    unsigned index = argument.getArgNumber() - 1;
    auto shift = dyn_cast<ShiftAttr>(permute.getRoute());
    if (!shift || loop.getInitArgs()[index] != before ||
        yielded[index] != here ||
        (ring.axes &&
         (shift != this->shift || permute.getMeshAttr() != ring.mesh)))
      return false;
    this->shift = shift;
    ring.axes = shift.getAxes();
    ring.mesh = permute.getMeshAttr();
    return true;
  }

  /// What is added up.
  bool matchSums() {
    Value output = loop.getRegionIterArgs()[ring.output];
    Value lse = loop.getRegionIterArgs()[ring.lse];
    Value total = yielded[ring.lse];
    auto sum = total.getDefiningOp<LogAddExpOp>();
    auto add = yielded[ring.output].getDefiningOp<AddOp>();
    if (!sum || !add)
      return false;
    auto isPair = [](Operation *op, auto isFirst, auto isSecond) {
      Value a = op->getOperand(0), b = op->getOperand(1);
      return (isFirst(a) && isSecond(b)) || (isFirst(b) && isSecond(a));
    };
    return isPair(
               sum, [&](Value value) { return value == lse; },
               [&](Value value) { return value == step.getLse(); }) &&
           isPair(
               add,
               [&](Value value) {
                 return isRescale(value, output, lse, total);
               },
               [&](Value value) {
                 return isRescale(value, step.getOutput(), step.getLse(),
                                  total);
               });
  }

  /// As many steps as there are other devices, which meet them all.
  bool matchCount() {
    ring.size = getSize(ring.axes);
    return std::gcd(shift.getBy(), ring.size) == 1 &&
           isConstant(loop.getLowerBound(), 1) &&
           isConstant(loop.getUpperBound(), ring.size) &&
           isConstant(loop.getStep(), 1);
  }

  scf::ForOp loop;
  llvm::function_ref<int64_t(AxesAttr)> getSize;
  OperandRange yielded;
  AttentionOp step;
  ShiftAttr shift;
  Ring ring;
};
} // namespace

std::optional<Ring>
verify::matchRing(scf::ForOp loop,
                  llvm::function_ref<int64_t(AxesAttr)> getSize) {
  return Matcher(loop, getSize).match();
}
