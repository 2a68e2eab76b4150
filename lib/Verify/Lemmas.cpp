// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Lemmas.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/Diagnostics.h"
#include "partita/Dialect/Xformer/Xformer.h"
#include "llvm/ADT/SmallVectorExtras.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace partita;
using namespace partita::verify;
using namespace partita::xformer;

//===----------------------------------------------------------------------===//
// 1. Counting operands
//===----------------------------------------------------------------------===//

/// The operands that may be left out of `op` where they count from 0.
static SmallVector<MutableOperandRange, 2> getCountingOperands(Operation *op) {
  using Ranges = SmallVector<MutableOperandRange, 2>;
  return llvm::TypeSwitch<Operation *, Ranges>(op)
      .Case([](EmbeddingOp op) { return Ranges{op.getRowIdsMutable()}; })
      .Case([](RotaryOp op) { return Ranges{op.getPositionsMutable()}; })
      .Case([](RelativePositionBiasOp op) {
        return Ranges{op.getQueryPositionsMutable(),
                      op.getKeyPositionsMutable()};
      })
      .Default([](Operation *) { return Ranges(); });
}

/// Whether `term` is 0, 1, 2, ...
static bool isCount(const Term *term) {
  auto iota =
      term->application ? dyn_cast<IotaOp>(term->application->op) : IotaOp();
  return iota && iota.getFirst() == 0 && iota.getStep() == 1;
}

/// Leaves one operand out of `op` that counts, and out of `terms`, which its
/// operands stand for. Returns false if there is none.
static bool dropCount(Operation *op, TermList &terms) {
  for (MutableOperandRange range : getCountingOperands(op)) {
    OperandRange operands = range;
    if (operands.empty())
      continue;
    unsigned begin = operands.getBeginOperandIndex(), size = operands.size();
    if (!llvm::all_of(ArrayRef(terms).slice(begin, size), isCount))
      continue;
    range.clear();
    terms.erase(terms.begin() + begin, terms.begin() + begin + size);
    return true;
  }
  return false;
}

/// Whether `op`, which stands in no program, is valid.
static bool isValid(Operation *op) {
  ScopedDiagnosticHandler quiet(op->getContext(), [](Diagnostic &) {});
  return succeeded(op->getName().verifyInvariants(op));
}

bool verify::deriveApplication(TermTable &table, Operation &op,
                               ArrayRef<const Term *> operands) {
  if (getCountingOperands(&op).empty())
    return false;
  auto build = [&](Operation &source) {
    Operation *copy = table.adopt(source);
    copy->setOperands(llvm::map_to_vector(
        operands, [&](const Term *term) { return table.getStandIn(term); }));
    return copy;
  };
  TermList terms(operands);
  Operation *plain = build(op);
  bool isDropped = false;
  while (dropCount(plain, terms))
    isDropped = true;
  bool isDerived = false;
  if (isDropped)
    for (const Application *known :
         llvm::to_vector(table.find(Operator::of(plain), terms))) {
      Operation *full = build(op);
      for (auto [result, term] : llvm::zip(full->getResults(), known->results))
        result.setType(term->type);
      if (!isValid(full)) {
        full->erase();
        continue;
      }
      table.insert(full, operands, known->results);
      isDerived = true;
    }
  plain->erase();
  return isDerived;
}

//===----------------------------------------------------------------------===//
// Other laws
//===----------------------------------------------------------------------===//

namespace {
/// Builds graphs of global ops on terms.
class TermBuilder {
public:
  TermBuilder(TermTable &table, const Application &application)
      : table(table), application(application),
        builder(application.op->getContext()), loc(application.op->getLoc()) {
    builder.setInsertionPointToEnd(&table.getScratch());
  }

  /// The op of type `OpTy` that `args` build, of which the leading `operands`
  /// are terms. With `results`, it is said to give these.
  template <typename OpTy, typename... Args>
  const Application &create(ArrayRef<const Term *> operands, bool isEqual,
                            Args &&...args) {
    auto op = OpTy::create(builder, loc, std::forward<Args>(args)...);
    return table.insert(op, operands,
                        isEqual ? ArrayRef(application.results)
                                : ArrayRef<const Term *>());
  }
  Value operator()(const Term *term) { return table.getStandIn(term); }

private:
  TermTable &table;
  const Application &application;
  OpBuilder builder;
  Location loc;
};
} // namespace

/// 2. linear(x, w, bias = b) = add(linear(x, w), b)
static void splitBias(LinearOp op, TermTable &table,
                      const Application &application) {
  if (!op.getBias())
    return;
  TermBuilder build(table, application);
  const Term *x = application.operands[0], *w = application.operands[1],
             *b = application.operands[2];
  const Term *product =
      build
          .create<LinearOp>({x, w}, /*isEqual=*/false, build(x), build(w),
                            Value(), op.getTransposeWeightAttr())
          .results[0];
  build.create<AddOp>({product, b}, /*isEqual=*/true, build(product), build(b));
}

void verify::addEqualApplications(TermTable &table,
                                  const Application &application) {
  llvm::TypeSwitch<Operation *>(application.op).Case([&](LinearOp op) {
    splitBias(op, table, application);
  });
}
