// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Reducer/Tester.h"
#include "llvm/Support/FileSystem.h"

namespace partita {
#define GEN_PASS_DEF_SHRINKMODEL
#include "Passes.h.inc"
} // namespace partita

using namespace mlir;

/// True if `op` computes tensors of static shape and does nothing else. A
/// constant is as small as it gets.
static bool isBypassable(Operation *op) {
  return op->getNumResults() > 0 && op->getNumRegions() == 0 &&
         !op->hasTrait<OpTrait::ConstantLike>() && isMemoryEffectFree(op) &&
         llvm::all_of(op->getResultTypes(), [](Type type) {
           auto tensor = dyn_cast<RankedTensorType>(type);
           return tensor && tensor.hasStaticShape() &&
                  tensor.getElementType().isIntOrFloat();
         });
}

namespace {
/// Makes one module smaller, step by step, and takes back each step after which
/// the test no longer finds it interesting.
class Reducer {
public:
  Reducer(ModuleOp module, const Tester &tester)
      : module(module), tester(tester) {}

  bool isInteresting(ModuleOp candidate) const {
    return tester.isInteresting(candidate).first ==
           Tester::Interestingness::True;
  }

  void eraseUnusedFunction(FunctionOpInterface function) {
    if (SymbolTable::symbolKnownUseEmpty(function.getOperation(), module))
      tryReplace(function, {});
  }

  void bypass(Operation *op) {
    if (op->use_empty() && tryReplace(op, op->getResults()))
      return;
    if (!tryOperands(op))
      tryZeros(op);
  }

  void removeUnusedArguments(FunctionOpInterface function) {
    BitVector unused(function.getNumArguments());
    if (!function.isExternal())
      for (BlockArgument argument : function.getArguments())
        unused[argument.getArgNumber()] = argument.use_empty();
    if (unused.none() ||
        !SymbolTable::symbolKnownUseEmpty(function.getOperation(), module))
      return;
    IRMapping mapping;
    OwningOpRef<Operation *> candidate(module->clone(mapping));
    auto copy = cast<FunctionOpInterface>(mapping.lookup(function));
    if (succeeded(copy.eraseArguments(unused)) &&
        isInteresting(cast<ModuleOp>(*candidate)))
      (void)function.eraseArguments(unused);
  }

private:
  /// Takes `op` out and has `values` used in the place of its results.
  bool tryReplace(Operation *op, ValueRange values) {
    Block *block = op->getBlock();
    Block::iterator next = std::next(op->getIterator());
    SmallVector<std::pair<OpOperand *, Value>> uses;
    for (auto [result, value] : llvm::zip_equal(op->getResults(), values))
      for (OpOperand &use : llvm::make_early_inc_range(result.getUses())) {
        uses.emplace_back(&use, result);
        use.set(value);
      }
    op->remove();
    if (isInteresting(module)) {
      op->erase();
      return true;
    }
    block->getOperations().insert(next, op);
    for (auto [use, result] : uses)
      use->set(result);
    return false;
  }

  bool tryOperands(Operation *op) {
    if (op->getNumResults() != 1)
      return false;
    llvm::SmallPtrSet<Value, 4> tried;
    for (Value operand : op->getOperands())
      if (operand.getType() == op->getResult(0).getType() &&
          tried.insert(operand).second && tryReplace(op, operand))
        return true;
    return false;
  }

  bool tryZeros(Operation *op) {
    OpBuilder builder(op);
    SmallVector<Value> zeros =
        llvm::map_to_vector(op->getResultTypes(), [&](Type type) -> Value {
          auto value = cast<TypedAttr>(builder.getZeroAttr(type));
          return arith::ConstantOp::create(builder, op->getLoc(), value);
        });
    if (tryReplace(op, zeros))
      return true;
    for (Value zero : zeros)
      zero.getDefiningOp()->erase();
    return false;
  }

  ModuleOp module;
  const Tester &tester;
};

struct ShrinkModelPass final : partita::impl::ShrinkModelBase<ShrinkModelPass> {
  using Base::Base;

  void runOnOperation() final {
    ModuleOp module = getOperation();
    if (!llvm::sys::fs::can_execute(testerName)) {
      module.emitError("expected the option 'test' of shrink-model to be a "
                       "program, got '")
          << testerName << "'";
      return signalPassFailure();
    }
    SmallVector<std::string> arguments(testerArgs.begin(), testerArgs.end());
    Tester tester(testerName, arguments);
    Reducer reducer(module, tester);
    if (!reducer.isInteresting(module)) {
      module.emitError("expected a module that '")
          << testerName << "' finds interesting (exit status 1)";
      return signalPassFailure();
    }

    for (FunctionOpInterface function : collect<FunctionOpInterface>())
      reducer.eraseUnusedFunction(function);
    // Users before what they use: a step may leave more without a use.
    SmallVector<Operation *> ops = collect<Operation *>();
    for (Operation *op : llvm::reverse(ops))
      if (isBypassable(op))
        reducer.bypass(op);
    for (FunctionOpInterface function : collect<FunctionOpInterface>())
      reducer.removeUnusedArguments(function);
  }

private:
  /// All ops of type `OpT` in the module, in order.
  template <typename OpT> SmallVector<OpT> collect() {
    SmallVector<OpT> ops;
    getOperation().walk([&](OpT op) { ops.push_back(op); });
    return ops;
  }
};
} // namespace
