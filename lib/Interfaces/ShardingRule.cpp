// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "partita/Interfaces/ShardingRule.h"

#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/TypeRange.h"
#include "llvm/ADT/SmallBitVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace partita;

StringRef partita::stringify(FactorKind kind) {
  switch (kind) {
  case FactorKind::Parallel:
    return "parallel";
  case FactorKind::Reduction:
    return "reduction";
  case FactorKind::Whole:
    return "whole";
  }
  llvm_unreachable("unknown factor kind");
}

StringRef partita::stringify(Fill fill) {
  switch (fill) {
  case Fill::Zero:
    return "zero";
  case Fill::Lowest:
    return "lowest";
  case Fill::Highest:
    return "highest";
  case Fill::Label:
    return "label";
  }
  llvm_unreachable("unknown fill");
}

//===----------------------------------------------------------------------===//
// ShardingRule
//===----------------------------------------------------------------------===//

std::optional<unsigned> ShardingRule::findFactor(StringRef name) const {
  for (auto [index, factor] : llvm::enumerate(factors))
    if (factor.name == name)
      return index;
  return std::nullopt;
}

bool ShardingRule::hasFactor(const ValueFactors &value, unsigned factor) {
  return llvm::any_of(value, [&](const DimFactors &dim) {
    return llvm::is_contained(dim, factor);
  });
}

bool ShardingRule::keepsZeros(unsigned factor,
                              function_ref<bool(unsigned)> isZero) const {
  for (auto [index, value] : llvm::enumerate(operands))
    if (hasFactor(value, factor) &&
        (llvm::is_contained(divisors, index) || !isZero(index)))
      return false;
  auto haveFactor = [&](ArrayRef<unsigned> set) {
    return llvm::all_of(set, [&](unsigned operand) {
      return hasFactor(operands[operand], factor);
    });
  };
  return llvm::any_of(linearOperandSets, haveFactor) ||
         llvm::any_of(zeroOperandSets, haveFactor);
}

/// What operands usually hold in the pad of the reduction factor `index`.
static SmallVector<OperandFill, 2> usualFills(const ShardingRule &rule,
                                              unsigned index) {
  Fill fill = Fill::Lowest;
  if (rule.factors[index].combiner == Combiner::Sum)
    fill = Fill::Zero;
  else if (rule.factors[index].combiner == Combiner::Min)
    fill = Fill::Highest;
  SmallVector<OperandFill, 2> fills;
  for (auto [operand, value] : llvm::enumerate(rule.operands))
    if (ShardingRule::hasFactor(value, index))
      fills.push_back({static_cast<unsigned>(operand), fill});
  return fills;
}

void ShardingRule::print(raw_ostream &os) const {
  auto printValue = [&](const ValueFactors &value) {
    os << '[';
    llvm::interleaveComma(value, os, [&](const DimFactors &dim) {
      // A broadcast dimension belongs to no loop; it prints as its size.
      if (dim.empty())
        os << '1';
      llvm::interleave(
          dim, os, [&](unsigned factor) { os << factors[factor].name; }, "*");
    });
    os << ']';
  };
  os << '(';
  llvm::interleaveComma(operands, os, printValue);
  os << ") -> (";
  llvm::interleaveComma(results, os, printValue);
  os << ") {";
  llvm::interleaveComma(factors, os, [&](const Factor &factor) {
    os << factor.name << '=';
    if (ShapedType::isDynamic(factor.size))
      os << '?';
    else
      os << factor.size;
  });
  os << '}';

  // Lists the factors for which `select` holds, if any, under a heading.
  auto printSome = [&](StringRef heading, auto select, auto printFactor) {
    auto selected = llvm::make_filter_range(factors, select);
    if (selected.begin() == selected.end())
      return;
    os << ' ' << heading << "={";
    llvm::interleaveComma(selected, os, printFactor);
    os << '}';
  };
  auto printName = [&](const Factor &factor) { os << factor.name; };
  printSome(
      "reduction",
      [](const Factor &f) { return f.kind == FactorKind::Reduction; },
      [&](const Factor &f) { os << f.name << ':' << stringify(f.combiner); });
  printSome(
      "whole", [](const Factor &f) { return f.kind == FactorKind::Whole; },
      printName);
  printSome(
      "local_form", [](const Factor &f) { return f.needsLocalForm; },
      printName);
  printSome(
      "padded_form", [](const Factor &f) { return f.needsPaddedForm; },
      printName);
  // What is usual goes without saying.
  printSome(
      "fill",
      [&](const Factor &f) {
        return f.kind == FactorKind::Reduction &&
               f.fills != usualFills(*this, &f - factors.begin());
      },
      [&](const Factor &f) {
        os << f.name << ":[";
        llvm::interleaveComma(f.fills, os, [&](const OperandFill &fill) {
          os << fill.operand << ' ' << stringify(fill.fill);
          if (fill.fill == Fill::Label)
            os << ' ' << fill.label;
        });
        os << ']';
      });

  auto printSets = [&](StringRef heading,
                       ArrayRef<SmallVector<unsigned, 2>> sets) {
    if (sets.empty())
      return;
    os << ' ' << heading << '=';
    for (ArrayRef<unsigned> set : sets) {
      os << '{';
      llvm::interleaveComma(set, os);
      os << '}';
    }
  };
  printSets("linear", linearOperandSets);
  printSets("zero", zeroOperandSets);
  if (!divisors.empty()) {
    os << " divisors={";
    llvm::interleaveComma(divisors, os);
    os << '}';
  }
}

std::string ShardingRule::str() const {
  std::string text;
  llvm::raw_string_ostream os(text);
  print(os);
  return text;
}

SmallVector<int64_t, 4> partita::dimSizes(const ValueFactors &value,
                                          ArrayRef<int64_t> factorSizes) {
  return llvm::to_vector<4>(llvm::map_range(value, [&](const DimFactors &dim) {
    int64_t size = 1;
    for (unsigned factor : dim)
      size *= factorSizes[factor];
    return size;
  }));
}

//===----------------------------------------------------------------------===//
// Verification
//===----------------------------------------------------------------------===//

namespace {
/// Checks the values of one side of an op, operands or results.
struct SideVerifier {
  const ShardingRule &rule;
  function_ref<InFlightDiagnostic()> emitError;
  StringRef side;
  /// For each factor, the first value of this side that has it.
  SmallVector<std::optional<unsigned>> seenIn =
      SmallVector<std::optional<unsigned>>(rule.factors.size());

  LogicalResult verifyDim(unsigned index, unsigned dim, int64_t size,
                          ArrayRef<unsigned> factors,
                          llvm::SmallBitVector &seenHere) {
    int64_t product = 1;
    bool overflow = false;
    for (unsigned factor : factors) {
      if (factor >= rule.factors.size())
        return emitError() << "unknown factor #" << factor << " in " << side
                           << " #" << index;
      const Factor &info = rule.factors[factor];
      if (seenHere.test(factor))
        return emitError() << "factor '" << info.name << "' is twice in "
                           << side << " #" << index;
      seenHere.set(factor);
      if (!seenIn[factor])
        seenIn[factor] = index;
      overflow |= llvm::MulOverflow(product, info.size, product);
    }
    if (product == size && !overflow)
      return success();
    return emitError() << "expected the factors of dimension " << dim << " of "
                       << side << " #" << index << " to multiply to " << size
                       << ", got " << product;
  }

  LogicalResult verify(TypeRange types, ArrayRef<ValueFactors> values) {
    if (values.size() != types.size())
      return emitError() << "expected " << types.size() << ' ' << side
                         << "s, got " << values.size();
    for (auto [index, type, value] : llvm::enumerate(types, values)) {
      auto tensor = dyn_cast<RankedTensorType>(type);
      size_t rank = tensor ? tensor.getRank() : 0;
      if (value.size() != rank)
        return emitError() << "expected " << rank << " dimensions in " << side
                           << " #" << index << ", got " << value.size();
      llvm::SmallBitVector seenHere(rule.factors.size());
      for (auto [dim, factors] : llvm::enumerate(value))
        if (failed(verifyDim(index, dim, tensor.getDimSize(dim), factors,
                             seenHere)))
          return failure();
    }
    return success();
  }
};
} // namespace

/// Checks what stands about the pad of the factor `index`.
static LogicalResult verifyFills(const ShardingRule &rule, unsigned index,
                                 function_ref<InFlightDiagnostic()> emitError) {
  const Factor &factor = rule.factors[index];
  std::optional<unsigned> previous;
  for (const OperandFill &fill : factor.fills) {
    if (fill.operand >= rule.operands.size() ||
        !ShardingRule::hasFactor(rule.operands[fill.operand], index))
      return emitError() << "factor '" << factor.name
                         << "' fills a pad in operand #" << fill.operand
                         << ", which does not have it";
    if (previous && fill.operand <= *previous)
      return emitError() << "expected the fills of factor '" << factor.name
                         << "' to be in order of the operands, got #"
                         << fill.operand << " after #" << *previous;
    previous = fill.operand;
  }
  return success();
}

LogicalResult
partita::verifyShardingRule(const ShardingRule &rule, TypeRange operandTypes,
                            TypeRange resultTypes,
                            function_ref<InFlightDiagnostic()> emitError) {
  llvm::StringSet<> names;
  for (const Factor &factor : rule.factors)
    if (!names.insert(factor.name).second)
      return emitError() << "two factors are called '" << factor.name << "'";

  SideVerifier operands{rule, emitError, "operand"};
  SideVerifier results{rule, emitError, "result"};
  if (failed(operands.verify(operandTypes, rule.operands)) ||
      failed(results.verify(resultTypes, rule.results)))
    return failure();

  for (auto [index, factor] : llvm::enumerate(rule.factors)) {
    std::optional<unsigned> result = results.seenIn[index];
    if (!result && !operands.seenIn[index])
      return emitError() << "factor '" << factor.name << "' is in no value";
    if (factor.kind == FactorKind::Parallel && !result)
      return emitError() << "parallel factor '" << factor.name
                         << "' is in no result";
    if (factor.kind == FactorKind::Reduction && result)
      return emitError() << "reduction factor '" << factor.name
                         << "' is in result #" << *result;
    if (failed(verifyFills(rule, index, emitError)))
      return failure();
  }

  for (ArrayRef<unsigned> set : rule.linearOperandSets)
    for (unsigned operand : set)
      if (operand >= rule.operands.size())
        return emitError() << "linear in an unknown operand #" << operand;
  for (ArrayRef<unsigned> set : rule.zeroOperandSets)
    for (unsigned operand : set)
      if (operand >= rule.operands.size())
        return emitError() << "zero in an unknown operand #" << operand;
  for (unsigned operand : rule.divisors)
    if (operand >= rule.operands.size())
      return emitError() << "divides by an unknown operand #" << operand;
  return success();
}

//===----------------------------------------------------------------------===//
// ShardingRuleBuilder
//===----------------------------------------------------------------------===//

ShardingRuleBuilder &ShardingRuleBuilder::addFactor(StringRef name,
                                                    int64_t size,
                                                    FactorKind kind,
                                                    Combiner combiner) {
  assert(!rule.findFactor(name) && "factor declared twice");
  Factor factor;
  factor.name = name.str();
  factor.size = size;
  factor.kind = kind;
  factor.combiner = combiner;
  rule.factors.push_back(std::move(factor));
  return *this;
}

ShardingRuleBuilder &ShardingRuleBuilder::parallel(StringRef name,
                                                   int64_t size) {
  return addFactor(name, size, FactorKind::Parallel);
}

ShardingRuleBuilder &ShardingRuleBuilder::reduction(StringRef name,
                                                    int64_t size,
                                                    Combiner combiner) {
  return addFactor(name, size, FactorKind::Reduction, combiner);
}

ShardingRuleBuilder &ShardingRuleBuilder::whole(StringRef name, int64_t size) {
  return addFactor(name, size, FactorKind::Whole);
}

ShardingRuleBuilder &ShardingRuleBuilder::parallel(ArrayRef<std::string> names,
                                                   ArrayRef<int64_t> sizes) {
  for (auto [name, size] : llvm::zip_first(names, sizes))
    parallel(name, size);
  return *this;
}

ShardingRuleBuilder &ShardingRuleBuilder::reduction(ArrayRef<std::string> names,
                                                    ArrayRef<int64_t> sizes,
                                                    Combiner combiner) {
  for (auto [name, size] : llvm::zip_first(names, sizes))
    reduction(name, size, combiner);
  return *this;
}

ShardingRuleBuilder &ShardingRuleBuilder::localForm(StringRef name) {
  std::optional<unsigned> factor = rule.findFactor(name);
  assert(factor && "factor must be declared first");
  rule.factors[*factor].needsLocalForm = true;
  return *this;
}

ShardingRuleBuilder &
ShardingRuleBuilder::localForm(ArrayRef<std::string> names) {
  for (StringRef name : names)
    localForm(name);
  return *this;
}

ShardingRuleBuilder &ShardingRuleBuilder::paddedForm(StringRef name) {
  std::optional<unsigned> factor = rule.findFactor(name);
  assert(factor && "factor must be declared first");
  rule.factors[*factor].needsPaddedForm = true;
  return *this;
}

ShardingRuleBuilder &
ShardingRuleBuilder::paddedForm(ArrayRef<std::string> names) {
  for (StringRef name : names)
    paddedForm(name);
  return *this;
}

ShardingRuleBuilder &ShardingRuleBuilder::fill(StringRef name,
                                               ArrayRef<OperandFill> fills) {
  std::optional<unsigned> factor = rule.findFactor(name);
  assert(factor && "factor must be declared first");
  rule.factors[*factor].fills.assign(fills.begin(), fills.end());
  filled.resize(rule.factors.size());
  filled.set(*factor);
  return *this;
}

DimFactors ShardingRuleBuilder::parseDim(StringRef notation) const {
  DimFactors dim;
  for (StringRef name : llvm::split(notation, '*')) {
    if (name.empty())
      continue;
    std::optional<unsigned> factor = rule.findFactor(name);
    assert(factor && "factor must be declared first");
    dim.push_back(*factor);
  }
  return dim;
}

ShardingRuleBuilder &ShardingRuleBuilder::operand(ArrayRef<std::string> dims) {
  rule.operands.push_back(ValueFactors(
      llvm::map_range(dims, [&](StringRef dim) { return parseDim(dim); })));
  return *this;
}

ShardingRuleBuilder &ShardingRuleBuilder::result(ArrayRef<std::string> dims) {
  rule.results.push_back(ValueFactors(
      llvm::map_range(dims, [&](StringRef dim) { return parseDim(dim); })));
  return *this;
}

ShardingRuleBuilder &
ShardingRuleBuilder::linearIn(ArrayRef<unsigned> operands) {
  rule.linearOperandSets.emplace_back(operands);
  return *this;
}

ShardingRuleBuilder &ShardingRuleBuilder::zeroIn(ArrayRef<unsigned> operands) {
  rule.zeroOperandSets.emplace_back(operands);
  return *this;
}

ShardingRuleBuilder &ShardingRuleBuilder::dividesBy(unsigned operand) {
  rule.divisors.push_back(operand);
  return *this;
}

ShardingRule ShardingRuleBuilder::build() {
  filled.resize(rule.factors.size());
  for (auto [index, factor] : llvm::enumerate(rule.factors))
    if (factor.kind == FactorKind::Reduction && !filled.test(index))
      factor.fills = usualFills(rule, index);
  return std::move(rule);
}
