// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Inputs drawn at random, such that the model accepts them: what an input's
// values mean follows from the ops that use it.

#include "Arguments.h"

#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/CallInterfaces.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"
#include "partita/Dialect/Xformer/Xformer.h"
#include "partita/Support/FileError.h"
#include "partita/Support/RandomTensor.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace partita;
using namespace partita::run;
using namespace partita::xformer;

namespace {
/// What the integers of a value are for.
struct Meaning {
  /// They select one of so many, if given.
  std::optional<int64_t> limit;
  /// They are positions in a sequence.
  bool isPosition = false;
  /// They are the seed of random numbers.
  bool isSeed = false;
  /// They say where a slice begins.
  bool isOrigin = false;

  void select(int64_t count) { limit = std::min(limit.value_or(count), count); }
};
} // namespace

/// Adds what `use` says about the value it uses. A value that holds the same
/// integers is added to `pending`. Returns false if nothing is known.
static bool learnFrom(OpOperand &use, Meaning &meaning,
                      llvm::SetVector<Value> &pending) {
  Value value = use.get();
  auto follow = [&](Value result) {
    pending.insert(result);
    return true;
  };
  auto readPositions = [&](auto op) { return meaning.isPosition = true; };
  return llvm::TypeSwitch<Operation *, bool>(use.getOwner())
      .Case([&](EmbeddingOp op) {
        meaning.select(op.getTable().getType().getDimSize(0));
        return true;
      })
      .Case([&](CrossEntropyOp op) {
        meaning.select(op.getLogits().getType().getShape().back());
        return true;
      })
      .Case([&](MoeDispatchOp op) {
        meaning.select(op.getResult().getType().getDimSize(1));
        return true;
      })
      .Case([&](MoeCombineOp op) {
        meaning.select(op.getInput().getType().getDimSize(1));
        return true;
      })
      .Case<RotaryOp, AttentionOp, RelativePositionBiasOp>(readPositions)
      .Case([&](DropoutOp op) {
        (value == op.getSeed() ? meaning.isSeed : meaning.isOrigin) = true;
        return true;
      })
      .Case<SplitDimOp, MergeDimsOp, TransposeOp, SliceOp, ConcatOp>(
          [&](auto op) { return follow(op.getResult()); })
      .Case([&](CallOpInterface call) {
        auto callee =
            dyn_cast_or_null<FunctionOpInterface>(call.resolveCallable());
        auto operands = call.getArgOperands();
        if (!callee || callee.isExternal() || operands.empty())
          return false;
        return follow(callee.getArgument(use.getOperandNumber() -
                                         operands.getBeginOperandIndex()));
      })
      .Default(
          [](Operation *op) { return op->hasTrait<OpTrait::ReturnLike>(); });
}

/// The meaning of the integers of `value`, or none if a use is not understood.
static std::optional<Meaning> findMeaning(Value value) {
  Meaning meaning;
  llvm::SetVector<Value> pending;
  pending.insert(value);
  for (size_t i = 0; i != pending.size(); ++i)
    for (OpOperand &use : pending[i].getUses())
      if (!learnFrom(use, meaning, pending))
        return std::nullopt;
  return meaning;
}

/// 0, 1, 2, ...
static HostTensor countUp(ElementKind kind, ArrayRef<int64_t> dims) {
  HostTensor tensor = HostTensor::allocate(ElementKind::I64, dims);
  for (auto [index, element] : llvm::enumerate(tensor.mutableData<int64_t>()))
    element = index;
  return tensor.convertTo(kind);
}

llvm::Expected<HostTensor> run::drawInput(BlockArgument argument, Type type,
                                          StringRef name, uint64_t seed) {
  ElementKind kind = *interp::declaredKind(type);
  auto tensorType = dyn_cast<RankedTensorType>(type);
  ArrayRef<int64_t> dims =
      tensorType ? tensorType.getShape() : ArrayRef<int64_t>();
  if (isFloatKind(kind))
    return randomNormalTensor(seed, name, kind, dims, 1.0);
  if (kind == ElementKind::I1) {
    SmallVector<uint8_t> values(*checkedNumElements(dims), 1);
    return HostTensor::of<uint8_t>(dims, values);
  }
  if (std::optional<Meaning> meaning = findMeaning(argument)) {
    if (meaning->limit && *meaning->limit > 0)
      return randomIntegerTensor(seed, name, kind, dims, 0,
                                 *meaning->limit - 1);
    if (meaning->isPosition)
      return countUp(kind, dims);
    if (meaning->isSeed && kind == ElementKind::I64 && dims.empty())
      return HostTensor::of<int64_t>({}, {static_cast<int64_t>(seed)});
    if (!meaning->limit) // The start of a slice, or not used at all.
      return HostTensor::zeros(kind, dims);
  }
  return llvm::createStringError(
      llvm::inconvertibleErrorCode(),
      "cannot draw input " + quoted(name) +
          ": the ops that use it do not say which integers are valid; give "
          "--input " +
          name + "=FILE.npy");
}
