// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "partita/Interfaces/ShardingRule.h"

#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/Operation.h"
#include "llvm/ADT/SmallBitVector.h"
#include "llvm/ADT/StringExtras.h"

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

//===----------------------------------------------------------------------===//
// ShardingRule
//===----------------------------------------------------------------------===//

std::optional<unsigned> ShardingRule::findFactor(StringRef name) const {
  for (auto [index, factor] : llvm::enumerate(factors))
    if (factor.name == name)
      return index;
  return std::nullopt;
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
    os << factor.name << '=' << factor.size;
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
  if (linearOperandSets.empty())
    return;
  os << " linear=";
  for (ArrayRef<unsigned> set : linearOperandSets) {
    os << '{';
    llvm::interleaveComma(set, os);
    os << '}';
  }
}

std::string ShardingRule::str() const {
  std::string text;
  llvm::raw_string_ostream os(text);
  print(os);
  return text;
}

//===----------------------------------------------------------------------===//
// Verification
//===----------------------------------------------------------------------===//

namespace {
/// Checks the values of one side of an op, operands or results.
struct SideVerifier {
  const ShardingRule &rule;
  function_ref<InFlightDiagnostic()> emitError;
  /// Factors seen in any value of this side.
  llvm::SmallBitVector seen;

  LogicalResult verifyValue(StringRef side, unsigned index, Type type,
                            const ValueFactors &value) {
    auto tensor = dyn_cast<RankedTensorType>(type);
    size_t rank = tensor ? tensor.getRank() : 0;
    if (value.size() != rank)
      return emitError() << "expected " << rank << " dimensions for " << side
                         << " #" << index << ", got " << value.size();
    llvm::SmallBitVector seenHere(rule.factors.size());
    for (auto [dim, dimFactors] : llvm::enumerate(value)) {
      int64_t product = 1;
      for (unsigned factor : dimFactors) {
        if (factor >= rule.factors.size())
          return emitError() << "names an unknown factor #" << factor << " in "
                             << side << " #" << index;
        if (seenHere.test(factor))
          return emitError() << "uses factor '" << rule.factors[factor].name
                             << "' twice in " << side << " #" << index;
        seenHere.set(factor);
        product *= rule.factors[factor].size;
      }
      if (product != tensor.getDimSize(dim))
        return emitError() << "expected the factors of dimension " << dim
                           << " of " << side << " #" << index
                           << " to multiply to " << tensor.getDimSize(dim)
                           << ", got " << product;
    }
    seen |= seenHere;
    return success();
  }

  LogicalResult verify(StringRef side, TypeRange types,
                       ArrayRef<ValueFactors> values) {
    seen.resize(rule.factors.size());
    if (values.size() != types.size())
      return emitError() << "expected " << types.size() << ' ' << side
                         << "s, got " << values.size();
    for (auto [index, type, value] : llvm::enumerate(types, values))
      if (failed(verifyValue(side, index, type, value)))
        return failure();
    return success();
  }
};
} // namespace

LogicalResult
partita::verifyShardingRule(const ShardingRule &rule, Operation *op,
                            function_ref<InFlightDiagnostic()> emitError) {
  SideVerifier operands{rule, emitError, {}};
  SideVerifier results{rule, emitError, {}};
  if (failed(
          operands.verify("operand", op->getOperandTypes(), rule.operands)) ||
      failed(results.verify("result", op->getResultTypes(), rule.results)))
    return failure();
  for (auto [index, factor] : llvm::enumerate(rule.factors)) {
    if (!operands.seen.test(index) && !results.seen.test(index))
      return emitError() << "has a factor '" << factor.name
                         << "' that no value uses";
    if (factor.kind == FactorKind::Parallel && !results.seen.test(index))
      return emitError() << "has a parallel factor '" << factor.name
                         << "' that no result uses";
  }
  for (ArrayRef<unsigned> set : rule.linearOperandSets)
    for (unsigned operand : set)
      if (operand >= rule.operands.size())
        return emitError() << "is linear in an unknown operand #" << operand;
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

ShardingRuleBuilder &ShardingRuleBuilder::localForm(ArrayRef<StringRef> names) {
  for (StringRef name : names) {
    std::optional<unsigned> factor = rule.findFactor(name);
    assert(factor && "factor must be declared first");
    rule.factors[*factor].needsLocalForm = true;
  }
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

ShardingRule ShardingRuleBuilder::build() { return std::move(rule); }
