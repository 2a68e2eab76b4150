// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Every sharding rule does what it says, on random samples of every op.

#include "SampleTest.h"

#include "mlir/IR/Diagnostics.h"
#include "partita/Dialect/Xformer/Xformer.h"
#include "llvm/ADT/StringMap.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include <map>

using namespace mlir;
using namespace partita;
using namespace partita::interp;
using namespace partita::test;

namespace {

class ShardingRuleTest : public SampleTest {
protected:
  /// Names a split in messages.
  static std::string describe(const ShardingRule &rule,
                              ArrayRef<FactorSplit> splits) {
    std::string text = rule.str();
    for (FactorSplit split : splits)
      text += "; " + rule.factors[split.factor].name + " split " +
              std::to_string(split.ways) + " ways";
    return text;
  }
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
      // The parts of a log-sum-exp that needs a local form are no results.
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

// Loops may be longer: results stay what they are, if pads hold what the rule
// says. What needs a padded form is left out.
TEST_P(ShardingRuleTest, PadsAsItSays) {
  forEachSample([&](Sample &sample, Random &random) {
    ShardingRule rule = ruleOf(sample.op);
    Comparison comparison = comparisonFor(sample);
    TensorList operands = draw(sample, random);
    FailureOr<TensorList> whole =
        run(sample.op, operands, comparison.precision);
    ASSERT_TRUE(succeeded(whole));
    for (auto [index, factor] : llvm::enumerate(rule.factors)) {
      if (factor.kind == FactorKind::Whole || factor.needsPaddedForm)
        continue;
      int64_t pad = random.between(1, 3);
      EXPECT_EQ(checkPad(sample.op, rule, index, pad, operands, *whole,
                         comparison, random),
                "")
          << rule.str() << "; " << factor.name << " padded by " << pad;
      auto all = [](unsigned) { return true; };
      if (factor.kind == FactorKind::Parallel && rule.keepsZeros(index, all))
        EXPECT_EQ(checkZeroPad(sample.op, rule, index, pad, operands,
                               comparison, random),
                  "")
            << rule.str() << "; " << factor.name << " padded by " << pad;
    }
  });
}

// A padded form is asked for only where one is needed, and so are fills.
TEST_P(ShardingRuleTest, NeedsTheFillsItAsksFor) {
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
      if (!factor.needsPaddedForm && factor.fills.empty())
        continue;
      ShardingRule without = rule;
      without.factors[index].fills.clear();
      isNeeded[factor.name] |= !checkPad(sample.op, without, index, 2, operands,
                                         *whole, comparison, random)
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
                         testing::ValuesIn(allGenerators()), nameOfGenerator);

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
