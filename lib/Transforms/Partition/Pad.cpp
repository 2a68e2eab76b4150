// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Makes all splits even, as PadAnalysis decides.
//
// What ops compute stays the same because pads are never seen: an op that must
// have a dimension whole gets it without pads, and where an op sums over pads,
// or takes their maximum, they hold what changes nothing. Sharding rules say
// what that is. It need not be put there if it is there already: pads of
// arguments are zeros, and many ops give zeros for zeros.

#include "partita/Transforms/Partition/Passes.h"

#include "Constants.h"
#include "Functions.h"
#include "PadAnalysis.h"
#include "ReshardCosts.h"
#include "partita/Interfaces/ShardingRuleInterface.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Remarks.h"
#include "llvm/ADT/SmallSet.h"

namespace partita {
#define GEN_PASS_DEF_PAD
#include "partita/Transforms/Partition/Passes.h.inc"
} // namespace partita

using namespace mlir;
using namespace partita;
using namespace partita::dist;
using namespace partita::sharding;

namespace {

/// The splits of a program in which every op fits its rule.
class ExactSplits final : public SplitInfo {
public:
  explicit ExactSplits(MeshOp mesh) : costs(mesh) {}

  /// Finds the shardings of values in regions.
  void addFunction(FunctionOpInterface function) {
    function.getFunctionBody().walk<WalkOrder::PreOrder>([&](Operation *op) {
      if (auto branch = dyn_cast<RegionBranchOpInterface>(op))
        shardings.enter(branch, getForwardedOperands(branch));
    });
  }

  const FactorAxes *getAxes(Operation *op) override {
    auto getLayouts = [&](ValueRange values, SmallVector<Layout, 0> &layouts) {
      for (Value value : values) {
        ShardingAttr sharding =
            isTensor(value) ? shardings.get(value) : ShardingAttr();
        if (isTensor(value) && !sharding)
          return false;
        layouts.push_back(sharding ? costs.getLayout(sharding) : Layout());
      }
      return true;
    };
    SmallVector<Layout, 0> operands, results;
    if (!getLayouts(op->getOperands(), operands) ||
        !getLayouts(op->getResults(), results))
      return nullptr;
    found = findFactorAxes(costs.getMesh(),
                           cast<ShardingRuleInterface>(op).getShardingRule(),
                           operands, results);
    return found ? &*found : nullptr;
  }

  void visitShardings(Value value,
                      function_ref<void(ShardingAttr)> visit) override {
    if (ShardingAttr sharding = shardings.get(value))
      visit(sharding);
  }

  ShardingAttr getSharding(Value value) const { return shardings.get(value); }

private:
  ReshardCosts costs;
  ValueShardings shardings;
  std::optional<FactorAxes> found;
};

/// Acts on one function.
class Padder {
public:
  Padder(FunctionOpInterface function, MeshOp meshOp,
         const PadAnalysis &analysis, const ExactSplits &splits,
         bool argumentsHoldZeros)
      : function(function), meshOp(meshOp), analysis(analysis), splits(splits),
        argumentsHoldZeros(argumentsHoldZeros), builder(function.getContext()) {
  }

  LogicalResult run() {
    SmallVector<Operation *> ops;
    function.getFunctionBody().walk<WalkOrder::PreOrder>([&](Operation *op) {
      ops.push_back(op);
      return isa<ShardingRuleInterface>(op) ? WalkResult::skip()
                                            : WalkResult::advance();
    });
    // The analysis speaks of values by what they are now.
    for (Operation *op : ops)
      for (Value result : op->getResults())
        remember(result);
    padSignature();
    for (Operation *op : ops)
      if (failed(pad(op)))
        return failure();
    return success();
  }

  unsigned numPads = 0, numUnpads = 0, numFills = 0;

private:
  /// What is known of a value.
  struct Info {
    PaddingAttr padding;
    ShardingAttr sharding;
    /// The padded atoms of each dimension.
    SmallVector<Atoms::List, 4> atoms;
    /// Dimensions with atoms of theirs in whose pads the value is zero. Two
    /// dimensions can have the same atoms.
    llvm::SmallSet<std::pair<unsigned, Atoms::Id>, 4> zeros;

    void setZero(unsigned dim, ArrayRef<Atoms::Id> ids) {
      for (Atoms::Id atom : ids)
        zeros.insert({dim, atom});
    }
    bool isZero(unsigned dim, ArrayRef<Atoms::Id> ids) const {
      return llvm::all_of(
          ids, [&](Atoms::Id atom) { return zeros.contains({dim, atom}); });
    }
  };

  void remember(Value value) {
    if (!isTensor(value))
      return;
    Info &info = infos[value];
    info.padding = analysis.getPadding(value);
    info.sharding = splits.getSharding(value);
    for (unsigned dim = 0, rank = info.padding.getRank(); dim < rank; ++dim)
      info.atoms.push_back(analysis.getPaddedAtoms(value, dim));
  }

  void setAllZero(Info &info) {
    for (auto [dim, list] : llvm::enumerate(info.atoms))
      info.setZero(dim, list);
  }

  void padSignature() {
    StringAttr name = StringAttr::get(function.getContext(), paddingAttrName);
    SmallVector<Type> arguments(function.getArgumentTypes());
    SmallVector<Type> results(function.getResultTypes());
    for (auto [index, type] : llvm::enumerate(arguments)) {
      BlockArgument argument = function.getArgument(index);
      if (!isTensor(argument))
        continue;
      remember(argument);
      Info &info = infos[argument];
      if (argumentsHoldZeros)
        setAllZero(info);
      if (!info.padding.isPadded())
        continue;
      remark(argument, info.padding);
      type = info.padding.getPaddedType(cast<RankedTensorType>(type));
      argument.setType(type);
      function.setArgAttr(index, name, info.padding);
    }
    for (auto [index, type] : llvm::enumerate(results)) {
      auto tensor = dyn_cast<RankedTensorType>(type);
      if (!tensor)
        continue;
      PaddingAttr padding = analysis.getResultPadding(function, index);
      if (!padding.isPadded())
        continue;
      type = padding.getPaddedType(tensor);
      function.setResultAttr(index, name, padding);
    }
    function.setType(function.cloneTypeWith(arguments, results));
  }

  void remark(BlockArgument argument, PaddingAttr padding) {
    auto opts = remark::RemarkOpts::name("pad")
                    .category("dist-pad")
                    .function(function.getName());
    auto remark = remark::passed(argument.getLoc(), opts);
    if (!remark)
      return;
    std::string text;
    llvm::raw_string_ostream(text) << padding;
    auto type = cast<RankedTensorType>(argument.getType());
    remark << remark::add("argument #{0} is padded, so that it and what is "
                          "made of it split into equal blocks",
                          argument.getArgNumber())
           << remark::metric("Padding", text)
           << remark::metric("Elements", type.getNumElements())
           << remark::metric("PaddedElements",
                             padding.getPaddedType(type).getNumElements());
  }

  /// Whether `op` hands values on as they are.
  bool isTransparent(Operation *op) {
    if (isa<ReshardOp, ConstraintOp, RegionBranchOpInterface,
            RegionBranchTerminatorOpInterface>(op) ||
        op->hasTrait<OpTrait::ReturnLike>())
      return true;
    auto call = dyn_cast<CallOpInterface>(op);
    auto callee =
        call ? dyn_cast_or_null<FunctionOpInterface>(call.resolveCallable())
             : FunctionOpInterface();
    return callee && !callee.isExternal();
  }

  LogicalResult pad(Operation *op) {
    for (Region &region : op->getRegions())
      if (!isa<ShardingRuleInterface>(op))
        for (BlockArgument argument : region.getArguments())
          if (isTensor(argument)) {
            remember(argument);
            setPaddedType(argument);
          }
    if (isTransparent(op)) {
      for (Value result : op->getResults())
        if (isTensor(result))
          setPaddedType(result);
      if (isa<ReshardOp, ConstraintOp>(op)) {
        auto zeros = infos[op->getOperand(0)].zeros;
        infos[op->getResult(0)].zeros = std::move(zeros);
      }
      return success();
    }
    if (isSplat(op)) {
      SplatElementsAttr value;
      matchPattern(op, m_Constant(&value));
      Info &info = infos[op->getResult(0)];
      resizeSplat(op, info.padding.getPaddedType(
                          cast<RankedTensorType>(op->getResult(0).getType())));
      if (matchPattern(op, m_AnyZeroFloat()) || matchPattern(op, m_Zero()))
        setAllZero(info);
      return success();
    }

    const ShardingRule *rule = analysis.getRule(op);
    if (rule && failed(checkPaddedForm(op, *rule)))
      return failure();
    for (OpOperand &operand : op->getOpOperands())
      if (isTensor(operand.get()))
        unpadBarriers(operand, rule);
    if (rule)
      fillPads(op, *rule);
    for (OpResult result : op->getResults())
      if (isTensor(result))
        padResult(result, rule);
    return success();
  }

  void setPaddedType(Value value) {
    value.setType(infos[value].padding.getPaddedType(
        cast<RankedTensorType>(value.getType())));
  }

  LogicalResult checkPaddedForm(Operation *op, const ShardingRule &rule) {
    SmallVector<unsigned, 2> factors = analysis.getPaddedFormFactors(op);
    llvm::append_range(factors, analysis.getLocalFormFactors(op));
    if (factors.empty())
      return success();
    return op->emitOpError("is padded along '")
           << rule.factors[factors.front()].name
           << "', for which it needs another form; run dist-localize before";
  }

  /// Where something is put that is made of `value` for `user`: once for all
  /// users that come later.
  void setInsertionPoint(Value value, Operation *user) {
    builder.setInsertionPoint(
        value.getParentBlock()->findAncestorOpInBlock(*user));
  }

  /// Gives `operand` without the pads of dimensions that its op needs whole.
  void unpadBarriers(OpOperand &operand, const ShardingRule *rule) {
    Value value = operand.get();
    static const DimFactors none;
    for (unsigned dim = 0, rank = infos[value].atoms.size(); dim < rank;
         ++dim) {
      const DimFactors &factors =
          rule ? rule->operands[operand.getOperandNumber()][dim] : none;
      if (infos[value].atoms[dim].empty() ||
          !PadAnalysis::isBarrier(rule, factors))
        continue;
      Value &unpadded = unpaddedValues[{value, dim}];
      if (!unpadded) {
        setInsertionPoint(value, operand.getOwner());
        unpadded = UnpadOp::create(builder, operand.getOwner()->getLoc(), value,
                                   dim, infos[value].padding.getDims()[dim]);
        ++numUnpads;
        Info info = infos[value];
        info.atoms[dim].clear();
        annotate(unpadded, info);
      }
      value = unpadded;
    }
    operand.set(value);
  }

  /// Sets what is known of a value that was made here.
  void annotate(Value value, Info info) {
    if (info.sharding)
      setSharding(value, info.sharding);
    infos[value] = std::move(info);
  }

  /// Puts into the pads of operands what the reductions of `op` need there.
  void fillPads(Operation *op, const ShardingRule &rule) {
    for (auto [index, factor] : llvm::enumerate(rule.factors)) {
      if (factor.kind != FactorKind::Reduction)
        continue;
      Atoms::List atoms = analysis.getPaddedAtoms(op, index);
      if (atoms.empty())
        continue;
      for (const OperandFill &fill : factor.fills) {
        OpOperand &operand = op->getOpOperand(fill.operand);
        for (auto [dim, factors] : llvm::enumerate(rule.operands[fill.operand]))
          if (llvm::is_contained(factors, index))
            fillPad(operand, dim, fill, atoms);
      }
    }
  }

  void fillPad(OpOperand &operand, unsigned dim, const OperandFill &fill,
               ArrayRef<Atoms::Id> atoms) {
    Value value = operand.get();
    TypedAttr number = getNumber(
        cast<RankedTensorType>(value.getType()).getElementType(), fill);
    bool isZero = number == builder.getZeroAttr(number.getType());
    const Info &known = infos[value];
    if (isZero && known.isZero(dim, atoms))
      return;
    Value &filled = filledValues[{value, dim, number}];
    if (!filled) {
      Info info = known;
      Value mask = getMask(info.padding.getDims()[dim],
                           info.sharding.getDims()[dim], value.getLoc());
      setInsertionPoint(value, operand.getOwner());
      filled = FillOp::create(builder, operand.getOwner()->getLoc(),
                              value.getType(), value, dim, mask, number);
      ++numFills;
      // A pad of this dimension may be one of another too.
      if (!isZero)
        info.zeros.clear();
      else
        info.setZero(dim, info.atoms[dim]);
      annotate(filled, std::move(info));
    }
    operand.set(filled);
  }

  /// The number of type `type` that `fill` is.
  TypedAttr getNumber(Type type, const OperandFill &fill) {
    if (auto floatType = dyn_cast<FloatType>(type)) {
      if (fill.fill == Fill::Zero)
        return builder.getZeroAttr(type);
      return FloatAttr::get(
          type, APFloat::getInf(floatType.getFloatSemantics(),
                                /*Negative=*/fill.fill == Fill::Lowest));
    }
    unsigned width = type.isIndex() ? IndexType::kInternalStorageBitWidth
                                    : type.getIntOrFloatBitWidth();
    switch (fill.fill) {
    case Fill::Zero:
      return builder.getZeroAttr(type);
    case Fill::Lowest:
      return IntegerAttr::get(
          type, width == 1 ? APInt(1, 0) : APInt::getSignedMinValue(width));
    case Fill::Highest:
      return IntegerAttr::get(
          type, width == 1 ? APInt(1, 1) : APInt::getSignedMaxValue(width));
    case Fill::Label:
      return IntegerAttr::get(type,
                              APInt(width, fill.label, /*isSigned=*/true));
    }
    llvm_unreachable("unknown fill");
  }

  /// A mask of the elements of a dimension that are no pads, split as the
  /// dimension is.
  Value getMask(DimPaddingAttr padding, DimShardingAttr split, Location loc) {
    Value &mask = masks[{padding, split}];
    if (mask)
      return mask;
    SmallVector<bool> keep(padding.getPaddedSize());
    for (int64_t i = 0, e = padding.getSize(); i < e; ++i)
      keep[padding.getPaddedIndex(i)] = true;
    auto type =
        RankedTensorType::get({padding.getPaddedSize()}, builder.getI1Type());
    builder.setInsertionPointToStart(&function.getFunctionBody().front());
    Value constant = arith::ConstantOp::create(
        builder, loc, DenseElementsAttr::get(type, keep));
    auto whole = ShardingAttr::getReplicated(meshOp.getReference(), 1);
    auto wanted = ShardingAttr::get(
        meshOp.getReference(),
        {DimShardingAttr::get(builder.getContext(), split.getAxes())});
    setSharding(constant, whole);
    mask = constant;
    if (wanted != whole)
      mask = ReshardOp::create(builder, loc, type, mask, wanted);
    return mask;
  }

  /// Makes `result` longer, by its op or behind it.
  void padResult(OpResult result, const ShardingRule *rule) {
    Operation *op = result.getOwner();
    Info info = infos[result];
    auto type = cast<RankedTensorType>(result.getType());
    static const DimFactors none;
    SmallVector<int64_t> shape(type.getShape());
    SmallVector<unsigned> barriers;
    for (unsigned dim = 0, rank = shape.size(); dim < rank; ++dim) {
      if (info.atoms[dim].empty())
        continue;
      const DimFactors &factors =
          rule ? rule->results[result.getResultNumber()][dim] : none;
      if (PadAnalysis::isBarrier(rule, factors)) {
        barriers.push_back(dim);
        continue;
      }
      shape[dim] = info.padding.getDims()[dim].getPaddedSize();
      for (unsigned factor : factors)
        if (keepsZeros(op, *rule, factor, type.getElementType())) {
          info.setZero(dim, analysis.getPaddedAtoms(op, factor));
        }
    }
    result.setType(type.clone(shape));
    infos[result] = info;

    Value value = result;
    builder.setInsertionPointAfter(op);
    Operation *last = op;
    for (unsigned dim : barriers) {
      auto padded = PadOp::create(builder, op->getLoc(), value, dim,
                                  info.padding.getDims()[dim]);
      ++numPads;
      info.setZero(dim, info.atoms[dim]);
      annotate(padded.getResult(), info);
      value = padded.getResult();
      last = padded;
    }
    if (last != op) {
      Operation *first = op->getNextNode();
      result.replaceAllUsesExcept(value, first);
    }
  }

  /// Whether `op` gives zeros in the pads of `factor`, which is parallel.
  bool keepsZeros(Operation *op, const ShardingRule &rule, unsigned factor,
                  Type elementType) {
    Atoms::List atoms = analysis.getPaddedAtoms(op, factor);
    if (atoms.empty() || !isa<FloatType>(elementType) ||
        rule.factors[factor].kind != FactorKind::Parallel)
      return false;
    return rule.keepsZeros(factor, [&](unsigned operand) {
      Value value = op->getOperand(operand);
      if (!isa<FloatType>(getElementTypeOrSelf(value.getType())))
        return true;
      const Info &info = infos[value];
      for (auto [dim, factors] : llvm::enumerate(rule.operands[operand]))
        if (llvm::is_contained(factors, factor) && !info.isZero(dim, atoms))
          return false;
      return true;
    });
  }

  FunctionOpInterface function;
  MeshOp meshOp;
  const PadAnalysis &analysis;
  const ExactSplits &splits;
  bool argumentsHoldZeros;
  OpBuilder builder;
  llvm::DenseMap<Value, Info> infos;
  llvm::DenseMap<std::pair<Value, unsigned>, Value> unpaddedValues;
  llvm::DenseMap<std::tuple<Value, unsigned, Attribute>, Value> filledValues;
  llvm::DenseMap<std::pair<Attribute, Attribute>, Value> masks;
};

/// Checks that all tensors in `function` have shardings.
LogicalResult checkShardings(FunctionOpInterface function,
                             const ExactSplits &splits) {
  Value without;
  visitValues(function, [&](Value value) {
    if (isTensor(value) && !splits.getSharding(value) && !without)
      without = value;
  });
  bool isWhole = !without;
  for (unsigned i = 0, e = function.getNumResults(); i < e; ++i)
    isWhole &= !isa<RankedTensorType>(function.getResultTypes()[i]) ||
               getResultSharding(function, i);
  if (isWhole)
    return success();
  return emitError(without ? without.getLoc() : function.getLoc())
         << "expected all tensors in @" << function.getName()
         << " to have shardings; run dist-insert-reshards before";
}

struct Pad final : partita::impl::PadBase<Pad> {
  using Base::Base;

  void runOnOperation() final {
    if (failed(run()))
      signalPassFailure();
  }

  LogicalResult run() {
    FailureOr<Functions> found = findFunctionsOnMesh(getOperation());
    if (failed(found))
      return failure();
    auto &[functions, mesh] = *found;
    if (functions.empty())
      return success();
    ExactSplits splits(mesh);
    for (FunctionOpInterface function : functions) {
      splits.addFunction(function);
      if (failed(checkShardings(function, splits)))
        return failure();
    }
    FailureOr<PadAnalysis> analysis =
        PadAnalysis::get(functions, mesh.getMesh(), splits);
    if (failed(analysis))
      return failure();
    if (!analysis->isAnyPadded())
      return success();

    llvm::DenseSet<Operation *> callees;
    for (FunctionOpInterface function : functions)
      function.walk([&](CallOpInterface call) {
        callees.insert(call.resolveCallable());
      });
    for (FunctionOpInterface function : functions) {
      // What another function passes may hold anything in its pads.
      Padder padder(function, mesh, *analysis, splits,
                    !callees.contains(function));
      if (failed(padder.run()))
        return failure();
      numPads += padder.numPads;
      numUnpads += padder.numUnpads;
      numFills += padder.numFills;
    }
    return success();
  }
};

} // namespace
