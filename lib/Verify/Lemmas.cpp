// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Lemmas.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/Diagnostics.h"
#include "partita/Dialect/Xformer/Xformer.h"
#include "llvm/ADT/SmallVectorExtras.h"
#include "llvm/ADT/TypeSwitch.h"

#include <limits>

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
      .Case<AttentionOp, AttentionLseOp>([](auto op) {
        return Ranges{op.getQueryPositionsMutable(),
                      op.getKeyPositionsMutable()};
      })
      .Case<MoeDispatchOp, MoeCombineOp>(
          [](auto op) { return Ranges{op.getExpertIdsMutable()}; })
      .Case([](DropoutOp op) { return Ranges{op.getIndicesMutable()}; })
      .Default([](Operation *) { return Ranges(); });
}

static bool isCount(Operation *op) {
  auto iota = dyn_cast<IotaOp>(op);
  return iota && iota.getFirst() == 0 && iota.getStep() == 1;
}

/// Whether `term` is 0, 1, 2, ...
static bool isCount(const Term *term) {
  return term->application && isCount(term->application->op);
}

/// Whether the shape that `op` says to be a part of is that of the input.
static bool isWhole(DropoutOp op, const Term *input) {
  return op.getGlobalShape() == cast<RankedTensorType>(input->type).getShape();
}

/// Leaves one operand out of `op` that counts, and out of `terms`, which its
/// operands stand for. Returns false if there is none.
static bool dropCount(Operation *op, TermList &terms) {
  for (MutableOperandRange range : getCountingOperands(op)) {
    OperandRange operands = range;
    if (operands.empty())
      continue;
    unsigned begin = operands.getBeginOperandIndex(), size = operands.size();
    if (!llvm::all_of(ArrayRef(terms).slice(begin, size),
                      [](const Term *term) { return isCount(term); }))
      continue;
    auto dropout = dyn_cast<DropoutOp>(op);
    if (dropout && !isWhole(dropout, terms[0]))
      continue;
    range.clear();
    if (dropout)
      dropout.removeGlobalShapeAttr();
    terms.erase(terms.begin() + begin, terms.begin() + begin + size);
    return true;
  }
  return false;
}

bool verify::isValid(Operation *op) {
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
      if (known->results.size() != op.getNumResults())
        continue;
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

/// The type of the log-sum-exp of `op`, be it a result or not.
static RankedTensorType getLseType(AttentionOp op) {
  return RankedTensorType::get(
      {op.getBatch(), op.getNumHeads(), op.getNumQueries()},
      Float32Type::get(op.getContext()));
}

/// A copy of `op` with `operands`, of which the optional ones are those of `op`
/// with others for the mask and the normalizer.
static AttentionOp buildAttention(OpBuilder &builder, AttentionOp op,
                                  bool hasLse, Value mask, Value normalizer) {
  return AttentionOp::create(
      builder, op.getLoc(), op.getOutput().getType(),
      hasLse ? getLseType(op) : RankedTensorType(), op.getQuery(), op.getKey(),
      op.getValue(), op.getBias(), mask, op.getQueryPositions(),
      op.getKeyPositions(), normalizer, op.getCausalAttr(), op.getScaleAttr());
}

static AttentionLseOp buildAttentionLse(OpBuilder &builder, AttentionOp op,
                                        Value mask) {
  return AttentionLseOp::create(builder, op.getLoc(), getLseType(op),
                                op.getQuery(), op.getKey(), op.getBias(), mask,
                                op.getQueryPositions(), op.getKeyPositions(),
                                op.getCausalAttr(), op.getScaleAttr());
}

/// Whether nothing can hide the pads of keys from `op`, attention or its
/// log-sum-exp: it has no mask and is not causal.
template <typename OpTy> static bool needsMask(OpTy op) {
  return !op.getKeyMask() && !op.getCausal();
}

/// A mask that hides nothing.
template <typename OpTy>
static Operation *buildTrueMask(OpBuilder &builder, OpTy op) {
  auto type = RankedTensorType::get({op.getBatch(), op.getNumKeys()},
                                    builder.getI1Type());
  return arith::ConstantOp::create(builder, op.getLoc(),
                                   DenseElementsAttr::get(type, true));
}

namespace {
/// The equal applications of one attention.
class AttentionLaws {
public:
  AttentionLaws(TermTable &table, AttentionOp op,
                const Application &application)
      : table(table), op(op), application(application),
        builder(op.getContext()) {
    builder.setInsertionPointToEnd(&table.getScratch());
    for (auto [value, term] : llvm::zip(op.getOperands(), application.operands))
      terms[value] = term;
  }

  void apply(bool hasPads) {
    // 5. A mask for keys that come as pads; where causal, their positions hide
    // them.
    if (hasPads && needsMask(op)) {
      Operation *mask = buildTrueMask(builder, op);
      terms[mask->getResult(0)] = table.insert(mask, {}).results[0];
      normalize(mask->getResult(0));
      if (!op.getNormalizer())
        insert(buildAttention(builder, op, bool(op.getLse()),
                              mask->getResult(0), Value()),
               application.results);
    }
    normalize(op.getKeyMask());
  }

private:
  /// 3. Attention with the normalizer of all keys.
  void normalize(Value mask) {
    Value normalizer = op.getNormalizer();
    ArrayRef<const Term *> lse;
    if (op.getLse())
      lse = ArrayRef(application.results).drop_front();
    else if (this->lse)
      lse = this->lse;
    if (!normalizer) {
      Operation *op = buildAttentionLse(builder, this->op, mask);
      const Application &known = insert(op, lse);
      this->lse = known.results[0];
      normalizer = op->getResult(0);
      // The result that may have been left out.
      insert(buildAttention(builder, this->op, /*hasLse=*/true, mask, Value()),
             {application.results[0], this->lse});
      terms[normalizer] = this->lse;
    }
    insert(buildAttention(builder, op, /*hasLse=*/false, mask, normalizer),
           ArrayRef(application.results).take_front());
  }

  const Application &insert(Operation *op, ArrayRef<const Term *> results) {
    auto operands = llvm::map_to_vector<8>(
        op->getOperands(), [&](Value value) { return terms.lookup(value); });
    return table.insert(op, operands, results);
  }

  TermTable &table;
  AttentionOp op;
  const Application &application;
  OpBuilder builder;
  llvm::DenseMap<Value, const Term *> terms;
  const Term *lse = nullptr;
};
} // namespace

/// 5. For a log-sum-exp by itself.
static void addMask(AttentionLseOp op, TermTable &table,
                    const Application &application) {
  if (!needsMask(op))
    return;
  OpBuilder builder(op.getContext());
  builder.setInsertionPointToEnd(&table.getScratch());
  Operation *mask = buildTrueMask(builder, op);
  auto masked = AttentionLseOp::create(
      builder, op.getLoc(), op.getLse().getType(), op.getQuery(), op.getKey(),
      op.getBias(), mask->getResult(0), op.getQueryPositions(),
      op.getKeyPositions(), op.getCausalAttr(), op.getScaleAttr());
  TermList operands(application.operands);
  operands.push_back(table.insert(mask, {}).results[0]);
  table.insert(masked, operands, application.results);
}

/// 4. cross_entropy(x, y) = nll(log_sum_exp(x), pick(x, y, class_ids = n), y)
static void splitCrossEntropy(CrossEntropyOp op, TermTable &table,
                              const Application &application) {
  TermBuilder build(table, application);
  const Term *x = application.operands[0], *y = application.operands[1];
  int64_t size = op.getLogits().getType().getShape().back();
  Type element = IntegerType::get(
      op.getContext(), size <= std::numeric_limits<int32_t>::max() ? 32 : 64);
  const Term *n = build
                      .create<IotaOp>({}, /*isEqual=*/false,
                                      RankedTensorType::get({size}, element))
                      .results[0];
  const Term *lse =
      build.create<LogSumExpOp>({x}, /*isEqual=*/false, build(x)).results[0];
  const Term *picked = build
                           .create<PickOp>({x, y, n}, /*isEqual=*/false,
                                           build(x), build(y), build(n))
                           .results[0];
  build.create<NllOp>({lse, picked, y}, /*isEqual=*/true, build(lse),
                      build(picked), build(y), op.getIgnoreIndexAttr());
}

void verify::addEqualApplications(TermTable &table,
                                  const Application &application,
                                  bool hasPads) {
  llvm::TypeSwitch<Operation *>(application.op)
      .Case([&](LinearOp op) { splitBias(op, table, application); })
      .Case([&](AttentionOp op) {
        AttentionLaws(table, op, application).apply(hasPads);
      })
      .Case([&](AttentionLseOp op) {
        if (hasPads)
          addMask(op, table, application);
      })
      .Case([&](CrossEntropyOp op) {
        splitCrossEntropy(op, table, application);
      });
}

//===----------------------------------------------------------------------===//
// Laws about local ops
//===----------------------------------------------------------------------===//

const Term *verify::getShorterCount(TermTable &table, Operation &op,
                                    int64_t size) {
  if (!isCount(&op))
    return nullptr;
  Operation *count = table.adopt(op);
  auto type = cast<RankedTensorType>(op.getResult(0).getType());
  count->getResult(0).setType(type.clone({size}));
  return table.insert(count, {}).results[0];
}

Operation *verify::buildSecondResult(Operation &op) {
  auto attention = dyn_cast<AttentionOp>(op);
  if (!attention || !attention.getLse())
    return nullptr;
  OpBuilder builder(op.getContext());
  return buildAttentionLse(builder, attention, attention.getKeyMask());
}

bool verify::isRescaling(Operation &op) { return isa<RescaleOp>(op); }

Operation *verify::buildRescaled(Operation &op) {
  auto rescale = dyn_cast<RescaleOp>(op);
  if (!rescale)
    return nullptr;
  auto attention = rescale.getInput().getDefiningOp<AttentionOp>();
  if (!attention || rescale.getInput() != attention.getOutput() ||
      rescale.getFrom() != attention.getLse())
    return nullptr;
  OpBuilder builder(op.getContext());
  return buildAttention(builder, attention, /*hasLse=*/false,
                        attention.getKeyMask(), rescale.getTo());
}
