// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Splits.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Verifier.h"
#include "llvm/ADT/SmallVectorExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/raw_ostream.h"

#include <cmath>
#include <limits>

using namespace mlir;
using namespace partita;
using namespace partita::interp;
using namespace partita::test;

//===----------------------------------------------------------------------===//
// Tensors
//===----------------------------------------------------------------------===//

HostTensor test::sliceOf(const HostTensor &tensor, const ValueFactors &value,
                         ArrayRef<int64_t> sizes, const LoopSlice &slice) {
  // One dimension a factor, in which the slice is a range.
  Shape expanded;
  for (const DimFactors &dim : value)
    for (unsigned factor : dim)
      expanded.push_back(sizes[factor]);
  HostTensor result = tensor.reshape(expanded);
  unsigned axis = 0;
  for (const DimFactors &dim : value)
    for (unsigned factor : dim)
      result = result.slice(axis++, slice.begins[factor], slice.sizes[factor]);
  return result.reshape(dimSizes(value, slice.sizes));
}

static double combineNumbers(Combiner combiner, double x, double y) {
  switch (combiner) {
  case Combiner::Sum:
    return x + y;
  case Combiner::Max:
    return std::max(x, y);
  case Combiner::Min:
    return std::min(x, y);
  case Combiner::LogSumExp: {
    double max = std::max(x, y);
    return std::isinf(max) ? max
                           : max + std::log1p(std::exp(std::min(x, y) - max));
  }
  }
  llvm_unreachable("unknown combiner");
}

HostTensor test::combine(Combiner combiner, const HostTensor &a,
                         const HostTensor &b) {
  HostTensor result = a.convertTo(ElementKind::F64).makeWritable();
  HostTensor other = b.convertTo(ElementKind::F64);
  for (auto [x, y] :
       llvm::zip_equal(result.mutableData<double>(), other.data<double>()))
    x = combineNumbers(combiner, x, y);
  return result.convertTo(a.getKind());
}

std::string test::difference(const HostTensor &actual,
                             const HostTensor &expected, double tolerance) {
  if (actual.describe() != expected.describe())
    return "expected " + expected.describe() + ", got " + actual.describe();
  HostTensor actual64 = actual.convertTo(ElementKind::F64);
  HostTensor expected64 = expected.convertTo(ElementKind::F64);
  double largest = 0;
  for (double x : expected64.data<double>())
    if (std::isfinite(x))
      largest = std::max(largest, std::abs(x));
  for (auto [index, x, y] :
       llvm::enumerate(actual64.data<double>(), expected64.data<double>())) {
    bool equal = x == y || (std::isnan(x) && std::isnan(y)) ||
                 std::abs(x - y) <= tolerance * largest;
    if (!equal) {
      std::string text;
      llvm::raw_string_ostream(text)
          << "element " << index << " of " << expected.describe() << " is "
          << llvm::format("%.17g, expected %.17g", x, y);
      return text;
    }
  }
  return "";
}

//===----------------------------------------------------------------------===//
// Running
//===----------------------------------------------------------------------===//

FailureOr<TensorList> test::run(Operation *op, TypeRange operandTypes,
                                TypeRange resultTypes, TensorList operands,
                                Precision precision) {
  OpBuilder builder(op->getContext());
  OwningOpRef<ModuleOp> module = ModuleOp::create(op->getLoc());
  builder.setInsertionPointToStart(module->getBody());
  auto function =
      func::FuncOp::create(builder, op->getLoc(), "main",
                           builder.getFunctionType(operandTypes, resultTypes));
  builder.setInsertionPointToStart(function.addEntryBlock());
  IRMapping mapping;
  mapping.map(op->getOperands(), function.getArguments());
  Operation *clone = builder.clone(*op, mapping);
  for (auto [result, type] : llvm::zip_equal(clone->getResults(), resultTypes))
    result.setType(type);
  func::ReturnOp::create(builder, op->getLoc(), clone->getResults());
  if (failed(verify(*module)))
    return failure();

  InterpreterOptions options;
  options.precision = precision;
  SmallVector<TensorList> inputs;
  inputs.push_back(std::move(operands));
  auto results = Interpreter(options).run(function, std::move(inputs));
  if (failed(results))
    return failure();
  return std::move(results->front());
}

FailureOr<TensorList> test::run(Operation *op, TensorList operands,
                                Precision precision) {
  return run(op, op->getOperandTypes(), op->getResultTypes(),
             std::move(operands), precision);
}

//===----------------------------------------------------------------------===//
// Splitting
//===----------------------------------------------------------------------===//

namespace {
/// Splits one op.
class SplitChecker {
public:
  SplitChecker(Operation *op, const ShardingRule &rule,
               const TensorList &operands, const TensorList &whole,
               Comparison comparison)
      : op(op), rule(rule), operands(operands), whole(whole),
        comparison(comparison) {
    for (const Factor &factor : rule.factors) {
      all.begins.push_back(0);
      all.sizes.push_back(factor.size);
    }
  }

  std::string check(ArrayRef<FactorSplit> splits) {
    // Parallel factors outside, reductions inside.
    SmallVector<FactorSplit> parallel, reductions;
    for (FactorSplit split : splits)
      (rule.factors[split.factor].kind == FactorKind::Reduction ? reductions
                                                                : parallel)
          .push_back(split);
    std::string problem;
    forEachSlice(all, parallel, [&](const LoopSlice &outer) {
      if (problem.empty())
        problem = checkSlice(outer, reductions);
    });
    return problem;
  }

private:
  /// Calls `action` for every slice that the devices have of `slice`.
  void forEachSlice(const LoopSlice &slice, ArrayRef<FactorSplit> splits,
                    function_ref<void(const LoopSlice &)> action) {
    if (splits.empty())
      return action(slice);
    auto [factor, ways] = splits.front();
    int64_t size = slice.sizes[factor];
    int64_t block = llvm::divideCeil(size, ways);
    for (int64_t begin = 0; begin < size; begin += block) {
      LoopSlice part = slice;
      part.begins[factor] = begin;
      part.sizes[factor] = std::min(block, size - begin);
      forEachSlice(part, splits.drop_front(), action);
    }
  }

  std::string checkSlice(const LoopSlice &slice,
                         ArrayRef<FactorSplit> reductions) {
    TensorList combined;
    bool failed = false;
    forEachSlice(slice, reductions, [&](const LoopSlice &part) {
      FailureOr<TensorList> results = runOn(part);
      failed |= llvm::failed(results);
      if (failed)
        return;
      if (combined.empty()) {
        combined = std::move(*results);
        return;
      }
      Combiner combiner = rule.factors[reductions.front().factor].combiner;
      for (auto [sum, result] : llvm::zip_equal(combined, *results))
        sum = combine(combiner, sum, result);
    });
    if (failed)
      return "it cannot be run on a slice";
    for (auto [index, actual] : llvm::enumerate(combined)) {
      HostTensor expected =
          sliceOf(whole[index], rule.results[index], all.sizes, slice);
      std::string problem = difference(actual, expected, comparison.tolerance);
      if (!problem.empty())
        return "result #" + std::to_string(index) + ": " + problem;
    }
    return "";
  }

  FailureOr<TensorList> runOn(const LoopSlice &slice) {
    TensorList local;
    for (auto [tensor, value] : llvm::zip_equal(operands, rule.operands))
      local.push_back(sliceOf(tensor, value, all.sizes, slice));
    return run(op, typesOn(op->getOperandTypes(), rule.operands, slice),
               typesOn(op->getResultTypes(), rule.results, slice),
               std::move(local), comparison.precision);
  }

  static SmallVector<Type> typesOn(TypeRange types,
                                   ArrayRef<ValueFactors> values,
                                   const LoopSlice &slice) {
    SmallVector<Type> local;
    for (auto [type, value] : llvm::zip_equal(types, values))
      local.push_back(
          cast<RankedTensorType>(type).clone(dimSizes(value, slice.sizes)));
    return local;
  }

  Operation *op;
  const ShardingRule &rule;
  const TensorList &operands, &whole;
  Comparison comparison;
  LoopSlice all;
};
} // namespace

std::string test::checkSplit(Operation *op, const ShardingRule &rule,
                             ArrayRef<FactorSplit> splits,
                             const TensorList &operands,
                             const TensorList &whole, Comparison comparison) {
  return SplitChecker(op, rule, operands, whole, comparison).check(splits);
}

//===----------------------------------------------------------------------===//
// Padding
//===----------------------------------------------------------------------===//

namespace {
/// Runs one op with one factor made longer.
class PadChecker {
public:
  PadChecker(Operation *op, const ShardingRule &rule, unsigned factor,
             int64_t pad, Random &random)
      : op(op), rule(rule), factor(factor), random(random) {
    for (const Factor &each : rule.factors)
      sizes.push_back(each.size);
    padded = sizes;
    padded[factor] += pad;
  }

  /// The results of the op with pads.
  FailureOr<TensorList> run(const TensorList &operands, Precision precision,
                            function_ref<double(unsigned, double)> element) {
    TensorList longer;
    for (auto [index, tensor, value] : llvm::enumerate(operands, rule.operands))
      longer.push_back(withPad(
          tensor, value, [&](double other) { return element(index, other); }));
    return test::run(op, typesOf(op->getOperandTypes(), rule.operands),
                     typesOf(op->getResultTypes(), rule.results),
                     std::move(longer), precision);
  }

  /// What is before the pad of `tensor`, or in it.
  HostTensor part(const HostTensor &tensor, const ValueFactors &value,
                  bool ofPad) {
    LoopSlice slice;
    slice.begins.assign(sizes.size(), 0);
    slice.sizes = sizes;
    if (ofPad) {
      slice.begins[factor] = sizes[factor];
      slice.sizes[factor] = padded[factor] - sizes[factor];
    }
    return sliceOf(tensor, value, padded, slice);
  }

private:
  /// `tensor` with `element` of some other element of it in the pad.
  HostTensor withPad(const HostTensor &tensor, const ValueFactors &value,
                     function_ref<double(double)> element) {
    if (!ShardingRule::hasFactor(value, factor))
      return tensor;
    Shape dims;
    std::optional<unsigned> axis;
    for (const DimFactors &dim : value)
      for (unsigned each : dim) {
        if (each == factor)
          axis = dims.size();
        dims.push_back(padded[each]);
      }
    HostTensor from = tensor.convertTo(ElementKind::F64);
    HostTensor result = HostTensor::allocate(ElementKind::F64, dims);
    int64_t inner = 1;
    for (int64_t size : ArrayRef(dims).drop_front(*axis + 1))
      inner *= size;
    int64_t next = 0, size = sizes[factor];
    for (auto [index, to] : llvm::enumerate(result.mutableData<double>())) {
      bool isPad = static_cast<int64_t>(index) / inner % padded[factor] >= size;
      ArrayRef<double> all = from.data<double>();
      to =
          isPad ? element(all[random.between(0, all.size() - 1)]) : all[next++];
    }
    return result.convertTo(tensor.getKind()).reshape(dimSizes(value, padded));
  }

  SmallVector<Type> typesOf(TypeRange types, ArrayRef<ValueFactors> values) {
    SmallVector<Type> longer;
    for (auto [type, value] : llvm::zip_equal(types, values))
      longer.push_back(
          cast<RankedTensorType>(type).clone(dimSizes(value, padded)));
    return longer;
  }

  Operation *op;
  const ShardingRule &rule;
  unsigned factor;
  Random &random;
  SmallVector<int64_t> sizes, padded;
};
} // namespace

std::string test::checkPad(Operation *op, const ShardingRule &rule,
                           unsigned factor, int64_t pad,
                           const TensorList &operands, const TensorList &whole,
                           Comparison comparison, Random &random) {
  PadChecker checker(op, rule, factor, pad, random);
  auto element = [&](unsigned operand, double other) {
    bool isFloat = isFloatKind(operands[operand].getKind());
    double lowest = isFloat ? -std::numeric_limits<double>::infinity()
                            : std::numeric_limits<int32_t>::min();
    double highest = isFloat ? std::numeric_limits<double>::infinity()
                             : std::numeric_limits<int32_t>::max();
    for (const OperandFill &fill : rule.factors[factor].fills)
      if (fill.operand == operand)
        return fill.fill == Fill::Zero      ? 0
               : fill.fill == Fill::Lowest  ? lowest
               : fill.fill == Fill::Highest ? highest
                                            : double(fill.label);
    return other;
  };
  FailureOr<TensorList> results =
      checker.run(operands, comparison.precision, element);
  if (failed(results))
    return "it cannot be run with a pad";
  for (auto [index, actual, expected] : llvm::enumerate(*results, whole)) {
    std::string problem =
        difference(checker.part(actual, rule.results[index], /*ofPad=*/false),
                   expected, comparison.tolerance);
    if (!problem.empty())
      return "result #" + std::to_string(index) + ": " + problem;
  }
  return "";
}

std::string test::checkZeroPad(Operation *op, const ShardingRule &rule,
                               unsigned factor, int64_t pad,
                               const TensorList &operands,
                               Comparison comparison, Random &random) {
  PadChecker checker(op, rule, factor, pad, random);
  auto element = [&](unsigned operand, double other) {
    return isFloatKind(operands[operand].getKind()) ? 0 : other;
  };
  FailureOr<TensorList> results =
      checker.run(operands, comparison.precision, element);
  if (failed(results))
    return "it cannot be run with a pad";
  for (auto [index, result] : llvm::enumerate(*results)) {
    if (!isFloatKind(result.getKind()))
      continue;
    HostTensor actual =
        checker.part(result, rule.results[index], /*ofPad=*/true);
    std::string problem = difference(
        actual, HostTensor::zeros(actual.getKind(), actual.getDims()), 0);
    if (!problem.empty())
      return "result #" + std::to_string(index) + ": " + problem;
  }
  return "";
}
