// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "PadAnalysis.h"

#include "Constants.h"
#include "Functions.h"
#include "partita/Interfaces/ShardingRuleInterface.h"

using namespace mlir;
using namespace partita;
using namespace partita::dist;

//===----------------------------------------------------------------------===//
// Atoms of values
//===----------------------------------------------------------------------===//

PadAnalysis::Dims PadAnalysis::addDims(Type type) {
  Dims dims;
  for (int64_t size : cast<RankedTensorType>(type).getShape())
    dims.push_back({atoms.add(size)});
  return dims;
}

PadAnalysis::Dims &PadAnalysis::getDims(Value value) {
  auto [entry, inserted] = values.try_emplace(value);
  if (inserted)
    entry->second = addDims(value.getType());
  return entry->second;
}

PadAnalysis::Dims &PadAnalysis::getResultDims(FunctionOpInterface function,
                                              unsigned index) {
  auto [entry, inserted] =
      results.try_emplace({function.getOperation(), index});
  if (inserted)
    entry->second = addDims(function.getResultTypes()[index]);
  return entry->second;
}

void PadAnalysis::unify(const Dims &a, const Dims &b) {
  for (auto [dimA, dimB] : llvm::zip_equal(a, b))
    atoms.unify(dimA, dimB);
}

void PadAnalysis::require(Location location, ArrayRef<Atoms::Id> list,
                          int64_t numBlocks) {
  if (numBlocks == 1)
    return;
  atoms.require(list, numBlocks);
  places.push_back(location);
}

//===----------------------------------------------------------------------===//
// Ops
//===----------------------------------------------------------------------===//

bool PadAnalysis::isBarrier(const ShardingRule *rule,
                            const DimFactors &factors) {
  // A dimension of no factor is of one element, whatever others are.
  return !rule || factors.empty() ||
         llvm::any_of(factors, [&](unsigned factor) {
           return rule->factors[factor].kind == FactorKind::Whole;
         });
}

void PadAnalysis::visitRule(Operation *op, const sharding::FactorAxes *axes) {
  auto &info = *(ops[op] = std::make_unique<OpAtoms>());
  info.rule = cast<ShardingRuleInterface>(op).getShardingRule();
  for (const Factor &factor : info.rule.factors)
    info.factors.push_back({atoms.add(factor.size)});

  auto visitValue = [&](Value value, const ValueFactors &factors) {
    if (!isTensor(value))
      return;
    // What is added below must not move the list.
    Dims dims = getDims(value);
    for (auto [dim, dimFactors] : llvm::zip_equal(dims, factors)) {
      if (isBarrier(&info.rule, dimFactors))
        continue;
      Atoms::List list;
      for (unsigned factor : dimFactors)
        llvm::append_range(list, info.factors[factor]);
      atoms.unify(dim, list);
    }
  };
  for (auto [value, factors] :
       llvm::zip_equal(op->getOperands(), info.rule.operands))
    visitValue(value, factors);
  for (auto [value, factors] :
       llvm::zip_equal(op->getResults(), info.rule.results))
    visitValue(value, factors);
  if (!axes)
    return;
  for (auto [list, parts] : llvm::zip_equal(info.factors, *axes))
    require(op->getLoc(), list, sharding::getSize(parts));
  auto visitDims = [&](const ValueFactors &value) {
    for (ArrayRef<unsigned> dim : value)
      for (size_t i = 1; i < dim.size(); ++i)
        if (!(*axes)[dim[i]].empty())
          for (unsigned before : dim.take_front(i))
            complete.emplace_back(info.factors[before],
                                  sharding::getSize((*axes)[before]));
  };
  llvm::for_each(info.rule.operands, visitDims);
  llvm::for_each(info.rule.results, visitDims);
}

void PadAnalysis::visit(Operation *op, SplitInfo &splits) {
  if (auto branch = dyn_cast<RegionBranchOpInterface>(op))
    for (auto &[operand, inputs] : getForwardedOperands(branch))
      if (isTensor(operand->get()))
        for (Value input : inputs) {
          Dims dims = getDims(operand->get());
          unify(dims, getDims(input));
        }
  if (isa<ReshardOp, ConstraintOp>(op)) {
    Dims dims = getDims(op->getOperand(0));
    unify(dims, getDims(op->getResult(0)));
    return;
  }
  auto function = dyn_cast_or_null<FunctionOpInterface>(op->getParentOp());
  if (function && op->hasTrait<OpTrait::ReturnLike>()) {
    for (OpOperand &operand : op->getOpOperands())
      if (isTensor(operand.get())) {
        Dims dims = getDims(operand.get());
        unify(dims, getResultDims(function, operand.getOperandNumber()));
      }
    return;
  }
  if (auto call = dyn_cast<CallOpInterface>(op)) {
    auto callee = dyn_cast_or_null<FunctionOpInterface>(call.resolveCallable());
    if (callee && !callee.isExternal()) {
      for (auto [value, argument] :
           llvm::zip_equal(call.getArgOperands(), callee.getArguments()))
        if (isTensor(value)) {
          Dims dims = getDims(value);
          unify(dims, getDims(argument));
        }
      for (OpResult result : op->getResults())
        if (isTensor(result)) {
          Dims dims = getDims(result);
          unify(dims, getResultDims(callee, result.getResultNumber()));
        }
      return;
    }
  }
  // A constant is as long as it needs to be.
  if (!isConstant(op) && isa<ShardingRuleInterface>(op))
    visitRule(op, splits.getAxes(op));
}

void partita::visitValues(FunctionOpInterface function,
                          function_ref<void(Value)> visit) {
  llvm::for_each(function.getArguments(), visit);
  function.getFunctionBody().walk<WalkOrder::PreOrder>([&](Operation *op) {
    llvm::for_each(op->getResults(), visit);
    if (isa<ShardingRuleInterface>(op))
      return WalkResult::skip();
    for (Region &region : op->getRegions())
      llvm::for_each(region.getArguments(), visit);
    return WalkResult::advance();
  });
}

/// Whether some split of a value does not give equal blocks.
static bool hasUnevenSplits(ArrayRef<FunctionOpInterface> functions,
                            MeshAttr mesh, SplitInfo &splits) {
  bool isUneven = false;
  for (FunctionOpInterface function : functions)
    visitValues(function, [&](Value value) {
      auto type = dyn_cast<RankedTensorType>(value.getType());
      if (!type || isUneven)
        return;
      splits.visitShardings(value, [&](ShardingAttr sharding) {
        for (auto [dim, size] : llvm::enumerate(type.getShape()))
          isUneven |= size % sharding.getBlockCount(mesh, dim) != 0;
      });
    });
  return isUneven;
}

FailureOr<PadAnalysis> PadAnalysis::get(ArrayRef<FunctionOpInterface> functions,
                                        MeshAttr mesh, SplitInfo &splits) {
  PadAnalysis analysis(functions.front()->getContext());
  if (!hasUnevenSplits(functions, mesh, splits))
    return std::move(analysis);
  for (FunctionOpInterface function : functions) {
    function.getFunctionBody().walk<WalkOrder::PreOrder>([&](Operation *op) {
      analysis.visit(op, splits);
      return isa<ShardingRuleInterface>(op) ? WalkResult::skip()
                                            : WalkResult::advance();
    });
    visitValues(function, [&](Value value) {
      if (!isTensor(value))
        return;
      splits.visitShardings(value, [&](ShardingAttr sharding) {
        for (auto [dim, list] : llvm::enumerate(analysis.getDims(value)))
          analysis.require(value.getLoc(), list,
                           sharding.getBlockCount(mesh, dim));
      });
    });
  }
  if (std::optional<unsigned> unmet = analysis.atoms.solve())
    return emitError(analysis.places[*unmet])
           << "expected a dimension that can be padded, so that it splits into "
              "equal blocks";
  for (auto &[list, numBlocks] : analysis.complete)
    analysis.unaligned |=
        analysis.getPadding(list).getPaddedSize() != numBlocks;
  for (auto &[value, dims] : analysis.values)
    for (const Atoms::List &list : dims)
      analysis.anyPadded |= !analysis.getPadded(list).empty();
  return std::move(analysis);
}

//===----------------------------------------------------------------------===//
// Answers
//===----------------------------------------------------------------------===//

Atoms::List PadAnalysis::getPadded(ArrayRef<Atoms::Id> list) const {
  Atoms::List leaves = atoms.getLeaves(list);
  llvm::erase_if(leaves, [&](Atoms::Id leaf) { return !atoms.isPadded(leaf); });
  return leaves;
}

DimPaddingAttr PadAnalysis::getPadding(ArrayRef<Atoms::Id> list) const {
  SmallVector<int64_t> sizes, padded;
  for (Atoms::Id leaf : atoms.getLeaves(list)) {
    sizes.push_back(atoms.getSize(leaf));
    padded.push_back(atoms.getPaddedSize(leaf));
  }
  return DimPaddingAttr::get(context, sizes, padded);
}

DimPaddingAttr PadAnalysis::getPadding(Value value, unsigned dim) const {
  return getPadding(values.find(value)->second[dim]);
}

PaddingAttr PadAnalysis::getPadding(Value value) const {
  return PaddingAttr::get(context,
                          llvm::map_to_vector(values.find(value)->second,
                                              [&](const Atoms::List &list) {
                                                return getPadding(list);
                                              }));
}

PaddingAttr PadAnalysis::getResultPadding(FunctionOpInterface function,
                                          unsigned index) const {
  return PaddingAttr::get(
      context, llvm::map_to_vector(
                   results.find({function.getOperation(), index})->second,
                   [&](const Atoms::List &list) { return getPadding(list); }));
}

Atoms::List PadAnalysis::getPaddedAtoms(Value value, unsigned dim) const {
  return getPadded(values.find(value)->second[dim]);
}

Atoms::List PadAnalysis::getPaddedAtoms(Operation *op, unsigned factor) const {
  return getPadded(ops.find(op)->second->factors[factor]);
}

SmallVector<unsigned, 2>
PadAnalysis::getPaddedFormFactors(Operation *op) const {
  SmallVector<unsigned, 2> factors;
  if (const ShardingRule *rule = getRule(op))
    for (auto [index, factor] : llvm::enumerate(rule->factors))
      if (factor.needsPaddedForm && factor.kind != FactorKind::Whole &&
          !getPaddedAtoms(op, index).empty())
        factors.push_back(index);
  return factors;
}

SmallVector<unsigned, 2> PadAnalysis::getLocalFormFactors(Operation *op) const {
  SmallVector<unsigned, 2> factors;
  const ShardingRule *rule = getRule(op);
  if (!rule)
    return factors;
  for (auto [index, factor] : llvm::enumerate(rule->factors)) {
    if (!factor.needsLocalForm || factor.kind == FactorKind::Whole ||
        getPaddedAtoms(op, index).empty())
      continue;
    bool isInOperand = llvm::any_of(
        rule->operands, [index = index](const ValueFactors &operand) {
          return ShardingRule::hasFactor(operand, index);
        });
    DimPaddingAttr padding = getPadding(ops.find(op)->second->factors[index]);
    bool isBehind = padding.getSizes().drop_front() ==
                    padding.getPaddedSizes().drop_front();
    if (!isInOperand || !isBehind)
      factors.push_back(index);
  }
  return factors;
}

const ShardingRule *PadAnalysis::getRule(Operation *op) const {
  auto found = ops.find(op);
  return found == ops.end() ? nullptr : &found->second->rule;
}
