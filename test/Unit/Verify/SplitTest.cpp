// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What an op makes of the shards of its operands, by rules written as in
// ShardingRule.h and layouts as they print.

#include "Split.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "llvm/Support/raw_ostream.h"

using namespace partita;
using namespace partita::sharding;
using namespace partita::verify;

namespace {

class SplitTest : public testing::Test {
protected:
  /// The layouts of the results of an op with `rule` on operands with the
  /// layouts `operands`, one after the other, or what is wrong with them. An
  /// operand that says `uniform` is the same everywhere.
  std::string split(const ShardingRule &rule,
                    std::vector<const char *> operands) {
    std::vector<Shard> shards;
    for (size_t i = 0; i != operands.size(); ++i) {
      auto shape = dimSizes(rule.operands[i], sizesOf(rule));
      bool isUniform = llvm::StringRef(operands[i]) == "uniform";
      shards.push_back(isUniform ? Shard::getUniform(shape)
                                 : Shard::getWhole(shape));
      if (!isUniform)
        shards[i].layout = llvm::cantFail(Layout::parse(mesh, operands[i]));
    }
    llvm::Expected<SplitOp> result = splitOp(mesh, rule, shards);
    if (!result)
      return llvm::toString(result.takeError());
    std::string text;
    for (const Shard &shard : result->results)
      text += (text.empty() ? "" : "; ") + shard.str(mesh);
    for (auto [given, shard] : llvm::zip(operands, result->operands))
      if (llvm::StringRef(given) == "uniform")
        text += "; uniform " + shard.str(mesh);
    return text;
  }

  static llvm::SmallVector<int64_t> sizesOf(const ShardingRule &rule) {
    llvm::SmallVector<int64_t> sizes;
    for (const Factor &factor : rule.factors)
      sizes.push_back(factor.size);
    return sizes;
  }

  static ShardingRule matmul() {
    return ShardingRuleBuilder()
        .parallel("m", 8)
        .parallel("n", 8)
        .reduction("k", 8, Combiner::Sum)
        .operand({"m", "k"})
        .operand({"k", "n"})
        .result({"m", "n"})
        .linearIn({0})
        .linearIn({1})
        .build();
  }

  Mesh mesh = llvm::cantFail(Mesh::parse("x=2,y=4"));
};

TEST_F(SplitTest, Matmul) {
  EXPECT_EQ(split(matmul(), {R"([{"x"}, {}])", R"([{}, {"y"}])"}),
            R"([{"x"}, {"y"}])");
  EXPECT_EQ(split(matmul(), {R"([{"x"}, {"y"}])", R"([{"y"}, {}])"}),
            R"([{"x"}, {}] partial={"y"})");
  // A product of sums over different axes is a sum over both.
  EXPECT_EQ(split(matmul(), {R"([{}, {}] partial={"x"})",
                             R"([{}, {}] partial={"y":(2)2})"}),
            R"([{}, {}] partial={"x", "y":(2)2})");
  EXPECT_EQ(split(matmul(), {R"([{}, {"x"}] partial={"y"})", R"([{"x"}, {}])"}),
            R"([{}, {}] partial={"x", "y"})");
}

TEST_F(SplitTest, MatmulRefused) {
  EXPECT_EQ(split(matmul(), {R"([{}, {"x"}])", R"([{}, {}])"}),
            R"(dimension 0 of operand #1 is split over {}, and dimension 1 of )"
            R"(operand #0, with which it belongs together, over {"x"})");
  EXPECT_EQ(split(matmul(), {R"([{"x"}, {}])", R"([{}, {"x"}])"}),
            R"(dimension 1 of operand #1 and dimension 0 of operand #0, which )"
            R"(do not belong together, are both split over {"x"})");
  EXPECT_EQ(
      split(matmul(), {R"([{"x"}, {}])", R"([{}, {}] partial={"x"})"}),
      R"(operand #1 is a pending sum over {"x"}, and dimension 0 of operand )"
      R"(#0 is split over the same axis)");
  // Half of a sum is not in both operands.
  EXPECT_EQ(split(matmul(), {R"([{}, {}] partial={"y"})",
                             R"([{}, {}] partial={"y":(2)2})"}),
            R"(operand #0 is a pending sum over {"y"}, and so is operand #1, )"
            R"(with which the op multiplies it)");
}

// Groups of heads, as at the top of ShardingRule.h.
TEST_F(SplitTest, FillsFactors) {
  ShardingRule rule = ShardingRuleBuilder()
                          .parallel("h", 4)
                          .parallel("g", 2)
                          .operand({"h*g"})
                          .operand({"h"})
                          .result({"g", "h"})
                          .result({"h*g"})
                          .build();
  EXPECT_EQ(split(rule, {R"([{"x"}])", R"([{"x"}])"}),
            R"([{}, {"x"}]; [{"x"}])");
  EXPECT_EQ(split(rule, {R"([{"y", "x"}])", R"([{"y"}])"}),
            R"([{"x"}, {"y"}]; [{"y", "x"}])");
  EXPECT_EQ(split(rule, {R"([{"x", "y"}])", R"([{"x", "y":(1)2}])"}),
            R"([{"y":(2)2}, {"x", "y":(1)2}]; [{"x", "y"}])");
  EXPECT_EQ(split(rule, {R"([{"x", "y"}])", R"([{"y"}])"}),
            R"(dimension 0 of operand #1 is split over {"y"}, and dimension 0 )"
            R"(of operand #0, with which it belongs together, over )"
            R"({"x", "y":(1)2})");
}

TEST_F(SplitTest, MinorFactorAlone) {
  ShardingRule merge = ShardingRuleBuilder()
                           .parallel("h", 4)
                           .parallel("g", 2)
                           .operand({"h", "g"})
                           .result({"h*g"})
                           .build();
  EXPECT_EQ(split(merge, {R"([{"y"}, {"x"}])"}), R"([{"y", "x"}])");
  EXPECT_EQ(split(merge, {R"([{"x"}, {}])"}), R"([{"x"}])");
  EXPECT_EQ(split(merge, {R"([{"y":(1)2}, {"x"}])"}),
            R"(dimension 0 of result #0 would be split over {"x"} within )"
            R"(blocks that are not split, which no layout says)");
}

// The sums of linear sets that overlap: a bias is added once.
TEST_F(SplitTest, OverlappingLinearSets) {
  ShardingRule linear = ShardingRuleBuilder()
                            .parallel("n", 8)
                            .reduction("k", 8, Combiner::Sum)
                            .localForm("k")
                            .operand({"k"})
                            .operand({"n", "k"})
                            .operand({"n"})
                            .result({"n"})
                            .linearIn({0, 2})
                            .linearIn({1, 2})
                            .build();
  EXPECT_EQ(split(linear, {R"([{}] partial={"x"})", R"([{}, {}])",
                           R"([{}] partial={"x"})"}),
            R"([{}] partial={"x"})");
  EXPECT_EQ(split(linear, {R"([{}] partial={"x"})", R"([{}, {}] partial={"y"})",
                           R"([{}] partial={"x", "y"})"}),
            R"([{}] partial={"x", "y"})");
  EXPECT_EQ(split(linear, {R"([{}] partial={"x"})", R"([{}, {}])", "[{}]"}),
            R"(operand #0 is a pending sum over {"x"}, and operand #2, which )"
            R"(the op adds to it, is not)");
  EXPECT_EQ(split(linear, {R"([{"x"}])", R"([{}, {"x"}])", "[{}]"}),
            R"(dimension 0 of operand #0 is split over {"x"}, where the op )"
            R"(alone is not right on parts)");
}

// Reductions that would leave results pending in two ways.
TEST_F(SplitTest, OtherReductions) {
  ShardingRule maximum = ShardingRuleBuilder()
                             .parallel("n", 8)
                             .reduction("k", 8, Combiner::Max)
                             .reduction("j", 8, Combiner::Max)
                             .operand({"n", "k", "j"})
                             .result({"n"})
                             .linearIn({0})
                             .build();
  EXPECT_EQ(split(maximum, {R"([{}, {"x"}, {"y"}])"}),
            R"([{}] partial={"x":max, "y":max})");
  EXPECT_EQ(split(maximum, {R"([{}, {"x"}, {}] partial={"y"})"}),
            "results would be pending by sum and by max at once");
  EXPECT_EQ(split(maximum, {R"([{}, {}, {}] partial={"y":max})"}),
            R"(operand #0 is a pending max over {"y"}, which must be combined )"
            R"(before the op)");
}

// What is the same everywhere is split as the op needs it.
TEST_F(SplitTest, Uniform) {
  EXPECT_EQ(split(matmul(), {R"([{"x"}, {"y"}])", "uniform"}),
            R"([{"x"}, {}] partial={"y"}; uniform [{"y"}, {}])");
}

} // namespace
