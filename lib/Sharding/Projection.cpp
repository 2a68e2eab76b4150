// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "partita/Sharding/Projection.h"

#include "mlir/IR/BuiltinTypes.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

using namespace partita;
using namespace partita::sharding;
using llvm::ArrayRef;
using llvm::SmallVector;
using llvm::SmallVectorImpl;

//===----------------------------------------------------------------------===//
// One dimension
//===----------------------------------------------------------------------===//

std::optional<SmallVector<AxisParts, 2>>
sharding::fillFactors(ArrayRef<int64_t> factorSizes, ArrayRef<AxisPart> axes) {
  SmallVector<AxisParts, 2> filled(factorSizes.size());
  size_t factor = 0;
  // The number of blocks of the current factor.
  int64_t numBlocks = 1;
  auto isFull = [&] {
    return !mlir::ShapedType::isDynamic(factorSizes[factor]) &&
           numBlocks >= factorSizes[factor];
  };
  for (AxisPart part : axes) {
    while (part.size != 1) {
      while (factor != factorSizes.size() && isFull()) {
        // How long it will be with pads also depends on how others split it.
        if (numBlocks != factorSizes[factor])
          return std::nullopt;
        ++factor;
        numBlocks = 1;
      }
      if (factor == factorSizes.size())
        return std::nullopt;
      AxisPart taken = part;
      if (!mlir::ShapedType::isDynamic(factorSizes[factor])) {
        int64_t lack = llvm::divideCeil(factorSizes[factor], numBlocks);
        if (part.size > lack && part.size % lack == 0)
          taken.size = lack;
      }
      filled[factor].push_back(taken);
      numBlocks *= taken.size;
      part.pre = taken.end();
      part.size /= taken.size;
    }
  }
  for (AxisParts &parts : filled)
    parts = joinParts(parts);
  return filled;
}

std::optional<AxisParts> sharding::joinFactors(ArrayRef<int64_t> factorSizes,
                                               ArrayRef<AxisParts> factorAxes) {
  AxisParts joined;
  for (const AxisParts &parts : factorAxes)
    joined.append(parts);
  joined = joinParts(joined);
  std::optional<SmallVector<AxisParts, 2>> filled =
      fillFactors(factorSizes, joined);
  if (!filled || ArrayRef(*filled) != factorAxes)
    return std::nullopt;
  return joined;
}

bool sharding::isSplitTooFar(int64_t size, int64_t numBlocks) {
  return !mlir::ShapedType::isDynamic(size) && numBlocks > 1 &&
         numBlocks / 2 >= size;
}

//===----------------------------------------------------------------------===//
// One value
//===----------------------------------------------------------------------===//

static SmallVector<int64_t, 2> getSizes(const ShardingRule &rule,
                                        const DimFactors &dim) {
  return llvm::map_to_vector<2>(
      dim, [&](unsigned factor) { return rule.factors[factor].size; });
}

/// The axes of the dimensions of a value with these factors.
static std::optional<SmallVector<AxisParts, 4>>
getDims(const ShardingRule &rule, const ValueFactors &value,
        ArrayRef<AxisParts> axes) {
  SmallVector<AxisParts, 4> dims;
  for (const DimFactors &dim : value) {
    auto factorAxes = llvm::map_to_vector<2>(
        dim, [&](unsigned factor) { return axes[factor]; });
    std::optional<AxisParts> joined =
        joinFactors(getSizes(rule, dim), factorAxes);
    if (!joined)
      return std::nullopt;
    dims.push_back(std::move(*joined));
  }
  return dims;
}

/// A layout, or nothing if axes are in it twice.
static std::optional<Layout> makeLayout(const Mesh &mesh,
                                        ArrayRef<AxisParts> dims,
                                        ArrayRef<AxisPart> partial,
                                        Combiner combiner) {
  llvm::Expected<Layout> layout = Layout::get(mesh, dims, partial, combiner);
  if (layout)
    return std::move(*layout);
  llvm::consumeError(layout.takeError());
  return std::nullopt;
}

std::optional<Layout> sharding::getOperandLayout(const Mesh &mesh,
                                                 const ShardingRule &rule,
                                                 unsigned index,
                                                 ArrayRef<AxisParts> axes) {
  std::optional<SmallVector<AxisParts, 4>> dims =
      getDims(rule, rule.operands[index], axes);
  if (!dims)
    return std::nullopt;
  return makeLayout(mesh, *dims, {}, Combiner::Sum);
}

std::optional<Layout>
sharding::getResultLayout(const Mesh &mesh, const ShardingRule &rule,
                          unsigned index, ArrayRef<AxisParts> axes,
                          ArrayRef<AxisPart> linearPartial) {
  std::optional<SmallVector<AxisParts, 4>> dims =
      getDims(rule, rule.results[index], axes);
  if (!dims)
    return std::nullopt;
  AxisParts partial(linearPartial);
  std::optional<Combiner> combiner;
  if (!partial.empty())
    combiner = Combiner::Sum;
  for (auto [factor, parts] : llvm::zip_equal(rule.factors, axes)) {
    if (factor.kind != FactorKind::Reduction || parts.empty() ||
        (factor.combiner == Combiner::LogSumExp && factor.needsLocalForm))
      continue;
    if (combiner.value_or(factor.combiner) != factor.combiner)
      return std::nullopt;
    combiner = factor.combiner;
    partial.append(parts);
  }
  return makeLayout(mesh, *dims, partial, combiner.value_or(Combiner::Sum));
}

//===----------------------------------------------------------------------===//
// One op
//===----------------------------------------------------------------------===//

std::optional<AxisParts> sharding::getLinearPartial(const ShardingRule &rule,
                                                    ArrayRef<Layout> operands) {
  // Each list of axes over which operands are partial must be that of a linear
  // set, and of no other operand.
  AxisParts all;
  SmallVector<AxisParts> seen;
  for (const Layout &operand : operands) {
    AxisParts partial(operand.getPartial());
    if (partial.empty() || llvm::is_contained(seen, partial))
      continue;
    if (operand.getCombiner() != Combiner::Sum)
      return std::nullopt;
    SmallVector<unsigned, 2> holders;
    for (auto [index, other] : llvm::enumerate(operands))
      if (AxisParts(other.getPartial()) == partial &&
          other.getCombiner() == Combiner::Sum)
        holders.push_back(index);
    bool isLinear =
        llvm::any_of(rule.linearOperandSets, [&](ArrayRef<unsigned> set) {
          SmallVector<unsigned, 2> sorted(set);
          llvm::sort(sorted);
          return sorted == holders;
        });
    if (!isLinear)
      return std::nullopt;
    all.append(partial);
    seen.push_back(std::move(partial));
  }
  return all;
}

/// Reads the axes of the factors of one value off its layout. Fails if factors
/// that were read before have other axes.
static bool readFactorAxes(const ShardingRule &rule, const ValueFactors &value,
                           const Layout &layout,
                           SmallVectorImpl<std::optional<AxisParts>> &axes) {
  if (layout.getRank() != value.size())
    return false;
  for (auto [dim, factors] : llvm::enumerate(value)) {
    std::optional<SmallVector<AxisParts, 2>> filled =
        fillFactors(getSizes(rule, factors), layout.getDim(dim));
    if (!filled)
      return false;
    for (auto [factor, parts] : llvm::zip_equal(factors, *filled)) {
      if (axes[factor] && *axes[factor] != parts)
        return false;
      axes[factor] = std::move(parts);
    }
  }
  return true;
}

std::optional<FactorAxes> sharding::findFactorAxes(const Mesh &mesh,
                                                   const ShardingRule &rule,
                                                   ArrayRef<Layout> operands,
                                                   ArrayRef<Layout> results) {
  SmallVector<std::optional<AxisParts>> read(rule.factors.size());
  for (auto [value, layout] : llvm::zip_equal(rule.operands, operands))
    if (!readFactorAxes(rule, value, layout, read))
      return std::nullopt;
  for (auto [value, layout] : llvm::zip_equal(rule.results, results))
    if (!readFactorAxes(rule, value, layout, read))
      return std::nullopt;

  FactorAxes axes;
  AxisParts all;
  for (auto [factor, parts] : llvm::zip_equal(rule.factors, read)) {
    axes.push_back(parts.value_or(AxisParts()));
    if (factor.kind == FactorKind::Whole && !axes.back().empty())
      return std::nullopt;
    all.append(axes.back());
  }
  std::optional<AxisParts> linearPartial = getLinearPartial(rule, operands);
  if (!linearPartial)
    return std::nullopt;
  // A device has one index on an axis, and so one block along one factor.
  all.append(*linearPartial);
  if (llvm::Error error = mesh.verify(all)) {
    llvm::consumeError(std::move(error));
    return std::nullopt;
  }
  for (auto [index, layout] : llvm::enumerate(results))
    if (getResultLayout(mesh, rule, index, axes, *linearPartial) != layout)
      return std::nullopt;
  return axes;
}
