// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "partita/Interfaces/ShardingRule.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace partita;
using testing::ElementsAre;

namespace {

/// y[b, s, n] = x[b, s, k] * w[n, k].
ShardingRuleBuilder linear() {
  ShardingRuleBuilder builder;
  builder.parallel("b", 2)
      .parallel("s", 128)
      .parallel("n", 3072)
      .reduction("k", 768, Combiner::Sum)
      .operand({"b", "s", "k"})
      .operand({"n", "k"})
      .result({"b", "s", "n"})
      .linearIn({0})
      .linearIn({1});
  return builder;
}

// What the builder is told stands in the rule, in the order in which it is
// told.
TEST(ShardingRuleBuilderTest, BuildsWhatItIsTold) {
  ShardingRule rule = linear().build();

  ASSERT_EQ(rule.factors.size(), 4u);
  EXPECT_EQ(rule.factors[0].name, "b");
  EXPECT_EQ(rule.factors[0].size, 2);
  EXPECT_EQ(rule.factors[0].kind, FactorKind::Parallel);
  EXPECT_FALSE(rule.factors[0].needsLocalForm);
  EXPECT_EQ(rule.factors[3].name, "k");
  EXPECT_EQ(rule.factors[3].size, 768);
  EXPECT_EQ(rule.factors[3].kind, FactorKind::Reduction);
  EXPECT_EQ(rule.factors[3].combiner, Combiner::Sum);

  ASSERT_EQ(rule.operands.size(), 2u);
  EXPECT_THAT(rule.operands[0],
              ElementsAre(DimFactors{0}, DimFactors{1}, DimFactors{3}));
  EXPECT_THAT(rule.operands[1], ElementsAre(DimFactors{2}, DimFactors{3}));
  ASSERT_EQ(rule.results.size(), 1u);
  EXPECT_THAT(rule.results[0],
              ElementsAre(DimFactors{0}, DimFactors{1}, DimFactors{2}));
  EXPECT_THAT(rule.linearOperandSets,
              ElementsAre(ElementsAre(0), ElementsAre(1)));
}

// A dimension is a list of factors, major to minor, or none.
TEST(ShardingRuleBuilderTest, ReadsDimensions) {
  ShardingRule rule = ShardingRuleBuilder()
                          .parallel("head", 2)
                          .parallel("g", 4)
                          .parallel("x", 3)
                          .operand({"head*g", "", "x"})
                          .result({"x", "g*head"})
                          .build();
  EXPECT_THAT(rule.operands[0],
              ElementsAre(DimFactors{0, 1}, DimFactors{}, DimFactors{2}));
  EXPECT_THAT(rule.results[0], ElementsAre(DimFactors{2}, DimFactors{1, 0}));
}

// Lists of names declare one factor each, and may be shorter than the shape.
TEST(ShardingRuleBuilderTest, DeclaresLists) {
  std::string rows[] = {"b", "s"}, contracted[] = {"k"}, some[] = {"s", "k"};
  ShardingRule rule = ShardingRuleBuilder()
                          .parallel(rows, {2, 16, 64})
                          .reduction(contracted, {64}, Combiner::Max)
                          .localForm(some)
                          .build();
  ASSERT_EQ(rule.factors.size(), 3u);
  EXPECT_EQ(rule.factors[1].name, "s");
  EXPECT_EQ(rule.factors[1].size, 16);
  EXPECT_EQ(rule.factors[2].combiner, Combiner::Max);
  EXPECT_FALSE(rule.factors[0].needsLocalForm);
  EXPECT_TRUE(rule.factors[1].needsLocalForm);
  EXPECT_TRUE(rule.factors[2].needsLocalForm);
}

TEST(ShardingRuleTest, FindsFactors) {
  ShardingRule rule = linear().build();
  EXPECT_EQ(rule.findFactor("n"), 2u);
  EXPECT_EQ(rule.findFactor("m"), std::nullopt);
}

TEST(ShardingRuleTest, Prints) {
  EXPECT_EQ(linear().build().str(),
            "([b, s, k], [n, k]) -> ([b, s, n]) {b=2, s=128, n=3072, k=768} "
            "reduction={k:sum} linear={0}{1}");
}

// Every part of the notation: several factors, a broadcast dimension, a scalar,
// every kind, every combiner, an op without operands.
TEST(ShardingRuleTest, PrintsEveryPart) {
  ShardingRule rule = ShardingRuleBuilder()
                          .parallel("h", 2)
                          .parallel("g", 4)
                          .reduction("i", 3, Combiner::Max)
                          .reduction("j", 5, Combiner::Min)
                          .reduction("k", 7, Combiner::LogSumExp)
                          .whole("d", 64)
                          .whole("e", 8)
                          .localForm("k")
                          .localForm("h")
                          .paddedForm("j")
                          .fill("i", {})
                          .fill("k", {{1, Fill::Label, -100}})
                          .operand({"", "h*g", "i"})
                          .operand({"j", "k", "d", "e"})
                          .operand({})
                          .result({"h*g"})
                          .result({})
                          .linearIn({0, 1})
                          .zeroIn({2})
                          .dividesBy(1)
                          .build();
  EXPECT_EQ(rule.str(), "([1, h*g, i], [j, k, d, e], []) -> ([h*g], []) "
                        "{h=2, g=4, i=3, j=5, k=7, d=64, e=8} "
                        "reduction={i:max, j:min, k:log_sum_exp} whole={d, e} "
                        "local_form={h, k} padded_form={j} "
                        "fill={i:[], k:[1 label -100]} linear={0, 1} zero={2} "
                        "divisors={1}");
  EXPECT_EQ(ShardingRuleBuilder().result({}).build().str(), "() -> ([]) {}");
}

TEST(ShardingRuleTest, NamesOfKindsAndCombiners) {
  EXPECT_EQ(stringify(FactorKind::Parallel), "parallel");
  EXPECT_EQ(stringify(FactorKind::Reduction), "reduction");
  EXPECT_EQ(stringify(FactorKind::Whole), "whole");
  EXPECT_EQ(stringify(Combiner::Sum), "sum");
  EXPECT_EQ(stringify(Combiner::LogSumExp), "log_sum_exp");
}

// What nobody says is what is usual for the combiner.
TEST(ShardingRuleTest, Fills) {
  auto fillsOf = [](Combiner combiner) {
    return ShardingRuleBuilder()
        .parallel("m", 2)
        .reduction("k", 4, combiner)
        .operand({"m", "k"})
        .operand({"m"})
        .operand({"k"})
        .result({"m"})
        .build()
        .factors[1]
        .fills;
  };
  using Fills = llvm::SmallVector<OperandFill, 2>;
  EXPECT_EQ(fillsOf(Combiner::Sum), (Fills{{0, Fill::Zero}, {2, Fill::Zero}}));
  EXPECT_EQ(fillsOf(Combiner::Max),
            (Fills{{0, Fill::Lowest}, {2, Fill::Lowest}}));
  EXPECT_EQ(fillsOf(Combiner::LogSumExp), fillsOf(Combiner::Max));
  EXPECT_EQ(fillsOf(Combiner::Min),
            (Fills{{0, Fill::Highest}, {2, Fill::Highest}}));
  EXPECT_EQ(stringify(Fill::Highest), "highest");
}

// Zeros in the pad of b give zeros if nothing is added that has no pad there,
// and nothing is divided by what does.
TEST(ShardingRuleTest, KeepsZeros) {
  auto rule = [](bool bias, bool division) {
    ShardingRuleBuilder builder;
    builder.parallel("b", 2)
        .parallel("n", 3)
        .operand({"b", "n"})
        .operand({"n"})
        .result({"b", "n"});
    if (bias)
      builder.linearIn({0, 1});
    else
      builder.zeroIn({0});
    if (division)
      builder.dividesBy(1);
    return builder.build();
  };
  auto all = [](unsigned) { return true; };
  EXPECT_FALSE(rule(true, false).keepsZeros(0, all));
  EXPECT_TRUE(rule(true, false).keepsZeros(1, all));
  EXPECT_TRUE(rule(false, false).keepsZeros(0, all));
  EXPECT_TRUE(rule(false, true).keepsZeros(0, all));
  EXPECT_FALSE(rule(false, true).keepsZeros(1, all));
  EXPECT_FALSE(
      rule(false, false).keepsZeros(0, [](unsigned i) { return i == 1; }));
  EXPECT_FALSE(
      rule(false, false).keepsZeros(1, [](unsigned i) { return i == 0; }));
}

// The shape of a slice follows from the sizes of the factors that are left.
TEST(ShardingRuleTest, DimSizes) {
  ShardingRule rule = ShardingRuleBuilder()
                          .parallel("h", 4)
                          .parallel("g", 2)
                          .parallel("d", 64)
                          .operand({"h*g", "", "d"})
                          .result({"h", "g", "d"})
                          .build();
  EXPECT_THAT(dimSizes(rule.operands[0], {4, 2, 64}), ElementsAre(8, 1, 64));
  EXPECT_THAT(dimSizes(rule.operands[0], {1, 2, 32}), ElementsAre(2, 1, 32));
  EXPECT_THAT(dimSizes(rule.results[0], {2, 1, 64}), ElementsAre(2, 1, 64));
}

} // namespace
