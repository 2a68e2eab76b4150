// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Split.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVectorExtras.h"
#include "llvm/Support/raw_ostream.h"

using namespace partita;
using namespace partita::sharding;
using namespace partita::verify;
using llvm::ArrayRef;
using llvm::SmallVector;
using llvm::StringRef;
using llvm::Twine;

namespace {

/// How one factor is padded and split, and which dimension said so first.
struct FactorShard {
  Atoms atoms;
  AxisParts parts;
  bool isKnown = false;
  /// All operands are the same along the factor, and so are results.
  bool isFree = false;
  unsigned operand = 0, dim = 0;
};

class Splitter {
public:
  Splitter(const Mesh &mesh, const ShardingRule &rule, ArrayRef<Shard> operands)
      : mesh(mesh), rule(rule), operands(operands) {
    factors.resize(rule.factors.size());
  }

  llvm::Expected<SplitOp> run();

private:
  llvm::Error readDim(unsigned operand, unsigned dim);
  void findFreeFactors();
  llvm::Error checkFactors();
  llvm::Error readPartial();
  llvm::Error addReductions();
  llvm::Error checkPads() const;
  Pads getOperandPads(unsigned operand, unsigned factor) const;
  void setResultPads(const ValueFactors &value, Shard &shard) const;
  llvm::Expected<Shard> getShard(const ValueFactors &value, bool isResult,
                                 const Twine &what) const;

  std::string str(ArrayRef<AxisPart> parts) const {
    std::string text;
    llvm::raw_string_ostream os(text);
    mesh.print(os, parts);
    return text;
  }
  static std::string nameDim(unsigned operand, unsigned dim) {
    return ("dimension " + Twine(dim) + " of operand #" + Twine(operand)).str();
  }

  const Mesh &mesh;
  const ShardingRule &rule;
  ArrayRef<Shard> operands;
  SmallVector<FactorShard, 6> factors;
  /// Over which results are pending, and how they are combined.
  AxisParts partial;
  Combiner combiner = Combiner::Sum;
};

} // namespace

//===----------------------------------------------------------------------===//
// Dimensions and factors
//===----------------------------------------------------------------------===//

/// Deals the atoms of a dimension out to factors of these sizes, major to
/// minor. An atom that completes a factor and has more is cut in two, of which
/// the minor one is not padded. None if that does not come out even.
static std::optional<SmallVector<Atoms, 2>> dealAtoms(ArrayRef<Atom> atoms,
                                                      ArrayRef<int64_t> sizes) {
  SmallVector<Atom> rest(llvm::reverse(atoms));
  SmallVector<Atoms, 2> dealt;
  for (int64_t size : sizes) {
    Atoms &factor = dealt.emplace_back();
    int64_t lacking = size;
    while (lacking != 1) {
      if (rest.empty())
        return std::nullopt;
      Atom &atom = rest.back();
      if (lacking % atom.size == 0) {
        lacking /= atom.size;
        factor.push_back(atom);
        rest.pop_back();
      } else if (int64_t minor = atom.size / lacking;
                 atom.size % lacking == 0 && atom.padded % minor == 0) {
        factor.push_back({lacking, atom.padded / minor});
        atom.size = atom.padded = minor;
        lacking = 1;
      } else {
        return std::nullopt;
      }
    }
    factor = joinAtoms(factor);
  }
  if (!rest.empty())
    return std::nullopt;
  return dealt;
}

/// Deals parts out to factors of these sizes, each of which they fill before
/// the next. A part that completes a factor and has more is cut in two. None if
/// that does not come out even.
static std::optional<SmallVector<AxisParts, 2>>
dealParts(ArrayRef<AxisPart> parts, ArrayRef<int64_t> sizes) {
  SmallVector<AxisParts, 2> dealt(sizes.size());
  size_t factor = 0;
  int64_t filled = 1;
  for (AxisPart part : parts) {
    while (part.size != 1) {
      while (factor != sizes.size() && filled == sizes[factor]) {
        ++factor;
        filled = 1;
      }
      if (factor == sizes.size())
        return std::nullopt;
      int64_t lacking = sizes[factor] / filled;
      int64_t size = std::min(part.size, lacking);
      if (lacking % size != 0 || part.size % size != 0)
        return std::nullopt;
      dealt[factor].push_back({part.axis, part.pre, size});
      filled *= size;
      part.pre *= size;
      part.size /= size;
    }
  }
  for (AxisParts &list : dealt)
    list = joinParts(list);
  return dealt;
}

llvm::Error Splitter::readDim(unsigned operand, unsigned dim) {
  const Shard &shard = operands[operand];
  if (shard.isFree[dim])
    return llvm::Error::success();
  const DimFactors &dimFactors = rule.operands[operand][dim];
  ArrayRef<AxisPart> parts = shard.layout.getDim(dim);
  if (dimFactors.empty()) {
    if (parts.empty() && !isPadded(shard.dims[dim]))
      return llvm::Error::success();
    return makeError(nameDim(operand, dim) +
                     " is repeated and cannot be split or padded");
  }
  auto sizes = llvm::map_to_vector(
      dimFactors, [&](unsigned factor) { return rule.factors[factor].size; });
  auto atoms = dealAtoms(shard.dims[dim], sizes);
  if (!atoms)
    return makeError(
        nameDim(operand, dim) +
        " has pads that are none of its factors: " + shard.str(mesh));
  auto paddedSizes = llvm::map_to_vector(
      *atoms, [](const Atoms &factor) { return getPaddedSize(factor); });
  auto dealt = dealParts(parts, paddedSizes);
  if (!dealt)
    return makeError(nameDim(operand, dim) + " is split over " + str(parts) +
                     ", which does not fill its factors evenly");
  for (auto [factor, factorAtoms, factorParts] :
       llvm::zip(dimFactors, *atoms, *dealt)) {
    FactorShard &known = factors[factor];
    if (!known.isKnown) {
      known = {factorAtoms, factorParts, true, false, operand, dim};
      continue;
    }
    if (known.parts != factorParts)
      return makeError(
          nameDim(operand, dim) + " is split over " + str(factorParts) +
          ", and " + nameDim(known.operand, known.dim) +
          ", with which it belongs together, over " + str(known.parts));
    if (known.atoms != factorAtoms)
      return makeError(nameDim(operand, dim) + " is padded otherwise than " +
                       nameDim(known.operand, known.dim) +
                       ", with which it belongs together");
  }
  return llvm::Error::success();
}

void Splitter::findFreeFactors() {
  for (auto [operand, value] : llvm::zip(operands, rule.operands))
    for (auto [isFree, dimFactors] : llvm::zip(operand.isFree, value))
      for (unsigned factor : dimFactors)
        factors[factor].isFree |= isFree;
  for (auto [factor, shard] : llvm::zip(rule.factors, factors))
    shard.isFree &= !shard.isKnown && factor.kind == FactorKind::Parallel &&
                    !factor.needsLocalForm;
}

llvm::Error Splitter::checkFactors() {
  SmallVector<std::pair<AxisPart, unsigned>> used;
  for (auto [index, factor, shard] : llvm::enumerate(rule.factors, factors)) {
    if (!shard.isKnown)
      shard.atoms = joinAtoms(Atom{factor.size, factor.size});
    auto where = [&, &shard = shard] {
      return nameDim(shard.operand, shard.dim);
    };
    if (factor.kind == FactorKind::Whole &&
        (!shard.parts.empty() || isPadded(shard.atoms)))
      return makeError(where() + " must be whole, and is " +
                       (shard.parts.empty()
                            ? std::string("padded")
                            : "split over " + str(shard.parts)));
    if (factor.needsLocalForm && !shard.parts.empty())
      return makeError(where() + " is split over " + str(shard.parts) +
                       ", where the op alone is not right on parts");
    for (AxisPart part : shard.parts) {
      for (auto [other, by] : used)
        if (part.overlaps(other))
          return makeError(
              where() + " and " +
              nameDim(factors[by].operand, factors[by].dim) +
              ", which do not belong together, are both split over " +
              str(shard.parts));
      used.emplace_back(part, index);
    }
  }
  return llvm::Error::success();
}

//===----------------------------------------------------------------------===//
// Pending combinations
//===----------------------------------------------------------------------===//

llvm::Error Splitter::readPartial() {
  SmallVector<ArrayRef<AxisPart>> lists;
  for (const Shard &operand : operands)
    lists.push_back(operand.layout.getPartial());
  std::optional<AxisParts> pieces = cutIntoPieces(lists);
  if (!pieces)
    return makeError("operands are pending over parts of one axis that do not "
                     "nest");
  auto describePending = [&](unsigned operand) {
    const Layout &layout = operands[operand].layout;
    StringRef what = layout.getCombiner() == Combiner::Sum
                         ? StringRef("sum")
                         : stringify(layout.getCombiner());
    return ("operand #" + Twine(operand) + " is a pending " + what + " over " +
            str(layout.getPartial()))
        .str();
  };
  for (AxisPart piece : *pieces) {
    SmallVector<unsigned> pending, others;
    for (auto [index, list] : llvm::enumerate(lists)) {
      (covers(list, piece) ? pending : others).push_back(index);
      if (covers(list, piece) &&
          operands[index].layout.getCombiner() != Combiner::Sum)
        return makeError(describePending(index) +
                         ", which must be combined before the op");
    }
    auto isPending = [&](unsigned operand) {
      return llvm::is_contained(pending, operand);
    };
    // The set that fits, or one of which a part is pending.
    const SmallVector<unsigned, 2> *near = nullptr;
    bool fits = false;
    for (const auto &set : rule.linearOperandSets) {
      if (set.size() == pending.size() && llvm::all_of(set, isPending))
        fits = true;
      if (llvm::any_of(set, isPending))
        near = &set;
    }
    if (!fits) {
      if (near)
        for (unsigned operand : *near)
          if (!isPending(operand))
            return makeError(describePending(pending.front()) +
                             ", and operand #" + Twine(operand) +
                             ", which the op adds to it, is not");
      return makeError(describePending(pending.front()) +
                       (pending.size() > 1 && near
                            ? ", and so is operand #" +
                                  Twine(pending.back()).str() +
                                  ", with which the op multiplies it"
                            : ", which must be combined before the op"));
    }
    for (auto [index, factor] : llvm::enumerate(factors))
      if (llvm::any_of(factor.parts,
                       [&](AxisPart part) { return part.overlaps(piece); }))
        return makeError(describePending(pending.front()) + ", and " +
                         nameDim(factor.operand, factor.dim) +
                         " is split over the same axis");
  }
  partial = std::move(*pieces);
  return llvm::Error::success();
}

llvm::Error Splitter::addReductions() {
  for (auto [factor, shard] : llvm::zip(rule.factors, factors)) {
    if (factor.kind != FactorKind::Reduction)
      continue;
    if (shard.parts.empty())
      continue;
    if (!partial.empty() && combiner != factor.combiner)
      return makeError("results would be pending by " + stringify(combiner) +
                       " and by " + stringify(factor.combiner) + " at once");
    combiner = factor.combiner;
    partial.append(shard.parts);
  }
  return llvm::Error::success();
}

//===----------------------------------------------------------------------===//
// Pads
//===----------------------------------------------------------------------===//

/// What `operand` holds in the pads of `factor`.
Pads Splitter::getOperandPads(unsigned operand, unsigned factor) const {
  for (auto [dim, dimFactors] : llvm::enumerate(rule.operands[operand]))
    if (llvm::is_contained(dimFactors, factor))
      return operands[operand].pads[dim];
  return Pads();
}

static bool isFill(Pads pads, OperandFill fill) {
  switch (fill.fill) {
  case Fill::Zero:
    return pads.kind == Pads::Zero;
  case Fill::Lowest:
    return pads.kind == Pads::Lowest;
  case Fill::Highest:
    return pads.kind == Pads::Highest;
  case Fill::Label:
    return fill.label == 0 ? pads.kind == Pads::Zero
                           : pads == Pads{Pads::Number, fill.label};
  }
  llvm_unreachable("unknown fill");
}

llvm::Error Splitter::checkPads() const {
  for (auto [index, factor, shard] : llvm::enumerate(rule.factors, factors)) {
    if (!isPadded(shard.atoms))
      continue;
    if (factor.needsPaddedForm)
      return makeError(nameDim(shard.operand, shard.dim) +
                       " is padded, where the op alone is not right on pads");
    if (factor.kind != FactorKind::Reduction)
      continue;
    for (OperandFill fill : factor.fills)
      if (!isFill(getOperandPads(fill.operand, index), fill))
        return makeError("the pads of operand #" + Twine(fill.operand) +
                         " along " + nameDim(shard.operand, shard.dim) +
                         " must hold the " + stringify(fill.fill) +
                         (fill.fill == Fill::Label
                              ? " " + std::to_string(fill.label)
                              : std::string(" value")));
  }
  return llvm::Error::success();
}

void Splitter::setResultPads(const ValueFactors &value, Shard &shard) const {
  for (auto [dim, dimFactors] : llvm::enumerate(value)) {
    bool keepsZeros = isPadded(shard.dims[dim]);
    for (unsigned factor : dimFactors)
      if (isPadded(factors[factor].atoms))
        keepsZeros &= rule.keepsZeros(factor, [&](unsigned operand) {
          return getOperandPads(operand, factor).kind == Pads::Zero;
        });
    if (keepsZeros)
      shard.pads[dim] = {Pads::Zero};
  }
}

//===----------------------------------------------------------------------===//
// Values
//===----------------------------------------------------------------------===//

llvm::Expected<Shard> Splitter::getShard(const ValueFactors &value,
                                         bool isResult,
                                         const Twine &what) const {
  Shard shard;
  SmallVector<AxisParts, 4> dims;
  for (auto [dim, dimFactors] : llvm::enumerate(value)) {
    AxisParts parts;
    Atoms atoms;
    bool isFilled = true;
    for (unsigned factor : dimFactors) {
      const FactorShard &known = factors[factor];
      if (!known.parts.empty() && !isFilled)
        return makeError("dimension " + Twine(dim) + " of " + what +
                         " would be split over " + str(known.parts) +
                         " within blocks that are not split, which no layout "
                         "says");
      int64_t size = getPaddedSize(known.atoms);
      int64_t blocks = sharding::getSize(known.parts);
      if (size % blocks != 0)
        return makeError("dimension " + Twine(dim) + " of " + what +
                         " would be split unevenly over " + str(known.parts));
      isFilled &= blocks == size;
      parts.append(known.parts);
      atoms.append(known.atoms);
    }
    dims.push_back(std::move(parts));
    shard.dims.push_back(joinAtoms(atoms));
    shard.pads.emplace_back();
    shard.isFree.push_back(!dimFactors.empty() &&
                           llvm::all_of(dimFactors, [&](unsigned factor) {
                             return factors[factor].isFree;
                           }));
  }
  llvm::Expected<Layout> layout = Layout::get(
      mesh, dims, isResult ? ArrayRef(partial) : ArrayRef<AxisPart>(),
      isResult ? combiner : Combiner::Sum);
  if (!layout)
    return layout.takeError();
  shard.layout = std::move(*layout);
  return shard;
}

llvm::Expected<SplitOp> Splitter::run() {
  for (unsigned index = 0; index != operands.size(); ++index)
    for (unsigned dim = 0; dim != rule.operands[index].size(); ++dim)
      if (llvm::Error error = readDim(index, dim))
        return error;
  findFreeFactors();
  if (llvm::Error error = checkFactors())
    return error;
  if (llvm::Error error = readPartial())
    return error;
  if (llvm::Error error = addReductions())
    return error;
  if (llvm::Error error = checkPads())
    return error;

  SplitOp split;
  for (auto [index, value] : llvm::enumerate(rule.operands)) {
    if (!operands[index].hasFreeDims()) {
      split.operands.push_back(operands[index]);
      continue;
    }
    llvm::Expected<Shard> shard =
        getShard(value, /*isResult=*/false, "operand #" + Twine(index));
    if (!shard)
      return shard.takeError();
    split.operands.push_back(std::move(*shard));
  }
  for (auto [index, value] : llvm::enumerate(rule.results)) {
    llvm::Expected<Shard> shard =
        getShard(value, /*isResult=*/true, "result #" + Twine(index));
    if (!shard)
      return shard.takeError();
    setResultPads(value, *shard);
    split.results.push_back(std::move(*shard));
  }
  return split;
}

llvm::Expected<SplitOp> verify::splitOp(const Mesh &mesh,
                                        const ShardingRule &rule,
                                        ArrayRef<Shard> operands) {
  return Splitter(mesh, rule, operands).run();
}
