// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Every local form is equal to its op, on random samples of every op that has
// one, and has only rules that say all that is needed to split it. That ops can
// be split as their rules say is shown in ShardingRuleTest; so no local form
// needs a test of its own.

#include "SampleTest.h"

#include "mlir/IR/PatternMatch.h"
#include "mlir/IR/Verifier.h"
#include "partita/Dialect/Xformer/Xformer.h"
#include "partita/Interfaces/LocalFormInterface.h"
#include "llvm/ADT/SmallVectorExtras.h"
#include "llvm/ADT/StringSet.h"

using namespace mlir;
using namespace partita;
using namespace partita::interp;
using namespace partita::test;

namespace {

/// What a factor of a rule asks for.
using Needs = bool Factor::*;

class LocalFormsTest : public SampleTest {
protected:
  static SmallVector<unsigned> factorsThat(const ShardingRule &rule,
                                           Needs needs) {
    SmallVector<unsigned> factors;
    for (auto [index, factor] : llvm::enumerate(rule.factors))
      if (factor.*needs)
        factors.push_back(index);
    return factors;
  }

  /// The results of the function of `module`, in f64 so that only the order of
  /// sums can make a difference.
  static TensorList call(ModuleOp module, TensorList operands) {
    InterpreterOptions options;
    options.precision = Precision::F64;
    SmallVector<TensorList> inputs = {std::move(operands)};
    auto results = Interpreter(options).run(
        *module.getOps<func::FuncOp>().begin(), std::move(inputs));
    EXPECT_TRUE(succeeded(results));
    return succeeded(results) ? std::move(results->front()) : TensorList();
  }

  /// Replaces the op of `sample` along `factors`, and compares.
  void check(Sample &sample, ArrayRef<unsigned> factors, Needs needs,
             Random &random) {
    ShardingRule rule = ruleOf(sample.op);
    TensorList operands = draw(sample, random);
    TensorList expected = call(*sample.module, operands);

    OwningOpRef<ModuleOp> module = sample.module->clone();
    auto function = *module->getOps<func::FuncOp>().begin();
    auto op = cast<LocalFormInterface>(function.getBody().front().front());
    IRRewriter rewriter(&context);
    ASSERT_TRUE(succeeded(needs == &Factor::needsLocalForm
                              ? op.toLocalForm(rewriter, factors)
                              : op.toPaddedForm(rewriter, factors)));
    ASSERT_TRUE(succeeded(verify(*module)));

    // Factors are called the same in the rules of the local form.
    llvm::StringSet<> chosen;
    for (unsigned factor : factors)
      chosen.insert(rule.factors[factor].name);
    for (Operation &each : function.getBody().front().without_terminator()) {
      if (!isa<ShardingRuleInterface>(each))
        continue;
      for (const Factor &factor : ruleOf(&each).factors)
        EXPECT_FALSE(chosen.contains(factor.name) && factor.*needs)
            << ruleOf(&each).str();
    }

    TensorList actual = call(*module, operands);
    ASSERT_EQ(actual.size(), expected.size());
    for (auto [index, tensor] : llvm::enumerate(actual))
      EXPECT_EQ(difference(tensor, expected[index], f64Tolerance), "")
          << "result #" << index;
  }

  void checkAll(Needs needs) {
    forEachSample([&](Sample &sample, Random &random) {
      SmallVector<unsigned> factors = factorsThat(ruleOf(sample.op), needs);
      if (factors.empty())
        return;
      ASSERT_TRUE(sample.op->getName().hasInterface<LocalFormInterface>());
      check(sample, factors, needs, random);
      for (unsigned factor : factors)
        check(sample, factor, needs, random);
    });
  }
};

TEST_P(LocalFormsTest, IsTheSame) { checkAll(&Factor::needsLocalForm); }

TEST_P(LocalFormsTest, IsTheSameForPadding) {
  checkAll(&Factor::needsPaddedForm);
}

// An op that needs no local form has none.
TEST_P(LocalFormsTest, IsForThoseThatNeedIt) {
  forEachSample([&](Sample &sample, Random &) {
    auto op = dyn_cast<LocalFormInterface>(sample.op);
    if (!op)
      return;
    SmallVector<unsigned> others;
    for (auto [index, factor] : llvm::enumerate(ruleOf(op).factors))
      if (!factor.needsLocalForm)
        others.push_back(index);
    IRRewriter rewriter(&context);
    EXPECT_TRUE(failed(op.toLocalForm(rewriter, others)));
    EXPECT_EQ(&sample.op->getBlock()->front(), sample.op);
  });
}

class AttentionFormsTest : public LocalFormsTest {};

// attention(q, k, v, normalizer = l) = rescale(o, s, l) with o, s =
// attention(q, k, v), and s = attention_lse(q, k), whatever l is.
TEST_P(AttentionFormsTest, ComputesScoresOnce) {
  unsigned numChecked = 0;
  forEachSample([&](Sample &sample, Random &random) {
    auto op = cast<xformer::AttentionOp>(sample.op);
    if (!op.getNormalizer())
      return;
    TensorList operands = draw(sample, random);
    TensorList expected = call(*sample.module, operands);

    OpBuilder builder(op);
    auto lse = xformer::AttentionLseOp::create(
        builder, op.getLoc(), op.getNormalizer().getType(), op.getQuery(),
        op.getKey(), op.getBias(), op.getKeyMask(), op.getQueryPositions(),
        op.getKeyPositions(), op.getCausalAttr(), op.getScaleAttr());
    auto own = xformer::AttentionOp::create(
        builder, op.getLoc(), op.getOutput().getType(),
        op.getNormalizer().getType(), op.getQuery(), op.getKey(), op.getValue(),
        op.getBias(), op.getKeyMask(), op.getQueryPositions(),
        op.getKeyPositions(), /*normalizer=*/Value(), op.getCausalAttr(),
        op.getScaleAttr());
    auto rescaled = xformer::RescaleOp::create(
        builder, op.getLoc(), op.getOutput().getType(), own.getOutput(),
        own.getLse(), op.getNormalizer());
    auto function = op->getParentOfType<func::FuncOp>();
    Operation *end = function.getBody().front().getTerminator();
    end->setOperands({rescaled, own.getLse(), lse});
    function.setType(builder.getFunctionType(function.getArgumentTypes(),
                                             end->getOperandTypes()));

    TensorList actual = call(*sample.module, operands);
    EXPECT_EQ(difference(actual[0], expected[0], f64Tolerance), "");
    EXPECT_EQ(difference(actual[1], actual[2], f64Tolerance), "");
    ++numChecked;
  });
  EXPECT_GT(numChecked, 0u);
}

INSTANTIATE_TEST_SUITE_P(Ops, LocalFormsTest,
                         testing::ValuesIn(allGenerators()), nameOfGenerator);
INSTANTIATE_TEST_SUITE_P(Ops, AttentionFormsTest,
                         testing::ValuesIn(llvm::filter_to_vector(
                             allGenerators(),
                             [](const Generator &generator) {
                               return generator.name ==
                                      xformer::AttentionOp::getOperationName();
                             })),
                         nameOfGenerator);

} // namespace
