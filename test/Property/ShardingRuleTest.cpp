// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Every sharding rule does what it says, on random samples of every op. Two
// environment variables look further than the suite does:
//
//   PARTITA_PROPERTY_SAMPLES=N   samples of each op (default: 25)
//   PARTITA_PROPERTY_SEED=N      where the random numbers begin (default: 1)

#include "Samples.h"
#include "Splits.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/Diagnostics.h"
#include "partita/Dialect/Xformer/Xformer.h"
#include "partita/Interfaces/ShardingRuleInterface.h"
#include "partita/Registration/Registration.h"
#include "llvm/ADT/StringMap.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include <cstdlib>
#include <map>

using namespace mlir;
using namespace partita;
using namespace partita::interp;
using namespace partita::test;

namespace {

/// Relative to the largest element; sums here have few terms.
constexpr double f64Tolerance = 1e-12;

/// Sums of whole numbers are the same in any order, so results must be too.
/// Others are formed in f64, where nothing is rounded that a tolerance would
/// have to hide.
Comparison comparisonFor(const Sample &sample) {
  return sample.exactSums ? Comparison{Precision::F32, 0}
                          : Comparison{Precision::F64, f64Tolerance};
}

uint64_t fromEnvironment(const char *name, uint64_t otherwise) {
  const char *text = std::getenv(name);
  uint64_t value;
  return text && !StringRef(text).getAsInteger(10, value) ? value : otherwise;
}

SmallVector<Generator> allGenerators() {
  SmallVector<Generator> all(layerGenerators());
  llvm::append_range(all, shapeGenerators());
  return all;
}

class ShardingRuleTest : public testing::TestWithParam<Generator> {
protected:
  ShardingRuleTest() {
    DialectRegistry registry;
    registerDialects(registry);
    registry
        .insert<arith::ArithDialect, func::FuncDialect, math::MathDialect>();
    context.appendDialectRegistry(registry);
    context.loadAllAvailableDialects();
  }

  /// Calls `test` with samples of the op, each with random numbers of its own.
  void forEachSample(function_ref<void(Sample &, Random &)> test) {
    uint64_t seed = fromEnvironment("PARTITA_PROPERTY_SEED", 1);
    uint64_t count = fromEnvironment("PARTITA_PROPERTY_SAMPLES", 25);
    for (uint64_t i = 0; i < count; ++i) {
      Random random((seed << 32) + i);
      SampleBuilder builder(&context, random);
      GetParam().make(builder);
      Sample sample = builder.finish();
      ASSERT_EQ(sample.op->getName().getStringRef(), GetParam().name);
      std::string text;
      llvm::raw_string_ostream(text) << *sample.op;
      SCOPED_TRACE("sample " + std::to_string(i) + ": " + text);
      test(sample, random);
      if (HasFatalFailure())
        return;
    }
  }

  static TensorList draw(const Sample &sample, Random &random) {
    TensorList tensors;
    for (const Draw &draw : sample.draws)
      tensors.push_back(draw(random));
    return tensors;
  }

  static ShardingRule ruleOf(Operation *op) {
    return cast<ShardingRuleInterface>(op).getShardingRule();
  }

  /// Names a split in messages.
  static std::string describe(const ShardingRule &rule,
                              ArrayRef<FactorSplit> splits) {
    std::string text = rule.str();
    for (FactorSplit split : splits)
      text += "; " + rule.factors[split.factor].name + " split " +
              std::to_string(split.ways) + " ways";
    return text;
  }

  MLIRContext context;
};

// A rule fits its op, at every shape.
TEST_P(ShardingRuleTest, FitsItsOp) {
  forEachSample([&](Sample &sample, Random &) {
    EXPECT_TRUE(succeeded(verifyShardingRule(
        ruleOf(sample.op), sample.op->getOperandTypes(),
        sample.op->getResultTypes(), [&] { return sample.op->emitError(); })));
  });
}

// Every factor that is neither whole nor in need of a local form can be split
// any number of ways, alone and together with another: the op on the slices
// computes the slices, or the parts of the sum, of its results.
TEST_P(ShardingRuleTest, SplitsAsItSays) {
  unsigned numChecked = 0, numCandidates = 0;
  forEachSample([&](Sample &sample, Random &random) {
    ShardingRule rule = ruleOf(sample.op);
    SmallVector<FactorSplit> candidates;
    for (auto [index, factor] : llvm::enumerate(rule.factors))
      if (factor.kind != FactorKind::Whole && !factor.needsLocalForm &&
          factor.size > 1)
        candidates.push_back(
            {static_cast<unsigned>(index), random.between(2, factor.size)});
    numCandidates += candidates.size();

    Comparison comparison = comparisonFor(sample);
    TensorList operands = draw(sample, random);
    FailureOr<TensorList> whole =
        run(sample.op, operands, comparison.precision);
    ASSERT_TRUE(succeeded(whole));
    auto check = [&](ArrayRef<FactorSplit> splits) {
      EXPECT_EQ(
          checkSplit(sample.op, rule, splits, operands, *whole, comparison), "")
          << describe(rule, splits);
      ++numChecked;
    };
    for (FactorSplit split : candidates)
      check(split);
    if (candidates.size() > 1) {
      int64_t first = random.between(0, candidates.size() - 1);
      int64_t second = random.between(0, candidates.size() - 2);
      second += second >= first;
      check({candidates[first], candidates[second]});
    }
  });
  EXPECT_GE(numChecked, numCandidates);
  RecordProperty("splits", numChecked);
}

// A local form is asked for only where one is needed: the op as it is gives
// something else on the slices, at least for some sample.
TEST_P(ShardingRuleTest, NeedsTheLocalFormsItAsksFor) {
  llvm::StringMap<bool> isNeeded;
  ScopedDiagnosticHandler quiet(&context, [](Diagnostic &) {});
  forEachSample([&](Sample &sample, Random &random) {
    ShardingRule rule = ruleOf(sample.op);
    Comparison comparison = comparisonFor(sample);
    TensorList operands = draw(sample, random);
    FailureOr<TensorList> whole =
        run(sample.op, operands, comparison.precision);
    ASSERT_TRUE(succeeded(whole));
    for (auto [index, factor] : llvm::enumerate(rule.factors)) {
      // The parts of a log-sum-exp are no results of the op.
      if (!factor.needsLocalForm || factor.size == 1 ||
          (factor.kind == FactorKind::Reduction &&
           factor.combiner == Combiner::LogSumExp))
        continue;
      FactorSplit split = {static_cast<unsigned>(index),
                           random.between(2, factor.size)};
      isNeeded[factor.name] |=
          !checkSplit(sample.op, rule, split, operands, *whole, comparison)
               .empty();
    }
  });
  for (const auto &entry : isNeeded)
    EXPECT_TRUE(entry.second) << "factor " << entry.first().str();
}

/// The results of `op` on `operands`, with the operands of `set` replaced by
/// those of `others`, or by the sum of both.
FailureOr<TensorList> runWith(Operation *op, TensorList operands,
                              ArrayRef<unsigned> set, const TensorList &others,
                              bool add) {
  for (unsigned index : set)
    operands[index] =
        add ? combine(Combiner::Sum, operands[index], others[index])
            : others[index];
  return run(op, std::move(operands), Precision::F64);
}

/// How f(x + y) differs from f(x) + f(y), where x and y are the operands of
/// `set` in `operands` and `others`; empty if it does not.
std::string nonlinearity(Operation *op, ArrayRef<unsigned> set,
                         const TensorList &operands, const TensorList &others) {
  FailureOr<TensorList> first = run(op, operands, Precision::F64);
  FailureOr<TensorList> second = runWith(op, operands, set, others, false);
  FailureOr<TensorList> both = runWith(op, operands, set, others, true);
  if (failed(first) || failed(second) || failed(both))
    return "it cannot be run";
  for (auto [index, x] : llvm::enumerate(*first)) {
    std::string problem =
        difference((*both)[index], combine(Combiner::Sum, x, (*second)[index]),
                   f64Tolerance);
    if (!problem.empty())
      return "result #" + std::to_string(index) + ": " + problem;
  }
  return "";
}

// An op is linear in the sets of operands that its rule lists.
TEST_P(ShardingRuleTest, IsLinearWhereItSays) {
  forEachSample([&](Sample &sample, Random &random) {
    ShardingRule rule = ruleOf(sample.op);
    TensorList operands = draw(sample, random), others = draw(sample, random);
    for (ArrayRef<unsigned> set : rule.linearOperandSets)
      EXPECT_EQ(nonlinearity(sample.op, set, operands, others), "")
          << rule.str();
  });
}

// And in no other float operand, when all but it are fixed.
TEST_P(ShardingRuleTest, ListsEveryOperandInWhichItIsLinear) {
  std::map<unsigned, bool> isNonlinear;
  forEachSample([&](Sample &sample, Random &random) {
    ShardingRule rule = ruleOf(sample.op);
    TensorList operands = draw(sample, random), others = draw(sample, random);
    for (unsigned i = 0, end = operands.size(); i < end; ++i) {
      bool isListed = llvm::is_contained(rule.linearOperandSets,
                                         SmallVector<unsigned, 2>{i});
      if (!isListed && isFloatKind(operands[i].getKind()))
        isNonlinear[i] |= !nonlinearity(sample.op, i, operands, others).empty();
    }
  });
  for (auto [operand, nonlinear] : isNonlinear)
    EXPECT_TRUE(nonlinear) << "operand #" << operand;
}

INSTANTIATE_TEST_SUITE_P(Ops, ShardingRuleTest,
                         testing::ValuesIn(allGenerators()),
                         [](const testing::TestParamInfo<Generator> &info) {
                           std::string name = info.param.name.str();
                           std::replace(name.begin(), name.end(), '.', '_');
                           return name;
                         });

// The samples leave out no op of ours.
TEST(SamplesTest, HaveEveryOp) {
  MLIRContext context;
  context.loadDialect<xformer::XformerDialect>();
  SmallVector<Generator> generators = allGenerators();
  for (RegisteredOperationName op :
       context.getRegisteredOperationsByDialect("xformer"))
    EXPECT_TRUE(llvm::any_of(generators, [&](const Generator &generator) {
      return generator.name == op.getStringRef();
    })) << op.getStringRef().str();
}

} // namespace
