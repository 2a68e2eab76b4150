// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "partita/Sharding/Projection.h"

#include "Sharding/ShardingTesting.h"
#include "mlir/IR/BuiltinTypes.h"

using namespace partita;
using namespace partita::sharding;
using llvm::ArrayRef;
using llvm::StringRef;

namespace {

/// `x[b, s, k] * w[n, k] + bias[n]`.
ShardingRule getLinearRule() {
  return ShardingRuleBuilder()
      .parallel("b", 4)
      .parallel("s", 16)
      .parallel("n", 32)
      .reduction("k", 64, Combiner::Sum)
      .localForm("k")
      .operand({"b", "s", "k"})
      .operand({"n", "k"})
      .operand({"n"})
      .result({"b", "s", "n"})
      .linearIn({0, 2})
      .linearIn({1, 2})
      .build();
}

/// Grouped-query attention: 4 key heads with 2 query heads each.
ShardingRule getAttentionRule() {
  return ShardingRuleBuilder()
      .parallel("b", 4)
      .parallel("q", 16)
      .parallel("h", 4)
      .parallel("g", 2)
      .parallel("v", 8)
      .whole("d", 8)
      .reduction("k", 16, Combiner::LogSumExp)
      .localForm("k")
      .operand({"b", "q", "h*g", "d"})
      .operand({"b", "k", "h", "d"})
      .operand({"b", "k", "h", "v"})
      .result({"b", "q", "h*g", "v"})
      .linearIn({2})
      .build();
}

class ProjectionTest : public testing::Test {
protected:
  Mesh mesh = getMesh("x=2,y=4,z=8,w=3");

  /// The factors that the axes `text` fill, or `none`.
  std::string fill(ArrayRef<int64_t> sizes, StringRef text) {
    auto filled = fillFactors(sizes, getParts(mesh, text));
    return filled ? list(*filled) : "none";
  }
  std::string list(ArrayRef<AxisParts> axes) {
    std::string text;
    for (const AxisParts &parts : axes)
      text += (text.empty() ? "" : " ") + str(mesh, parts);
    return text;
  }
  FactorAxes getFactorAxes(ArrayRef<StringRef> texts) {
    FactorAxes axes;
    for (StringRef text : texts)
      axes.push_back(getParts(mesh, text));
    return axes;
  }
  std::string print(std::optional<Layout> layout) {
    return layout ? layout->str(mesh) : "none";
  }
  /// The factors with exactly these layouts, or `none`.
  std::string find(const ShardingRule &rule, ArrayRef<StringRef> operands,
                   ArrayRef<StringRef> results) {
    std::vector<Layout> from, to;
    for (StringRef text : operands)
      from.push_back(getLayout(mesh, text));
    for (StringRef text : results)
      to.push_back(getLayout(mesh, text));
    auto axes = findFactorAxes(mesh, rule, from, to);
    return axes ? list(*axes) : "none";
  }
};

TEST_F(ProjectionTest, AxesFillFactorsInOrder) {
  EXPECT_EQ(fill({4, 2}, R"({})"), R"({} {})");
  EXPECT_EQ(fill({4, 2}, R"({"x"})"), R"({"x"} {})");
  EXPECT_EQ(fill({4, 2}, R"({"y"})"), R"({"y"} {})");
  EXPECT_EQ(fill({4, 2}, R"({"y", "x"})"), R"({"y"} {"x"})");
  EXPECT_EQ(fill({1, 4}, R"({"x"})"), R"({} {"x"})");
  EXPECT_EQ(fill({}, R"({})"), "");
}

// What a factor lacks divides the part: the rest goes to the next factor.
TEST_F(ProjectionTest, PartsAreCutWhereAFactorIsFull) {
  EXPECT_EQ(fill({4, 2}, R"({"z"})"), R"({"z":(1)4} {"z":(4)2})");
  EXPECT_EQ(fill({4, 2}, R"({"x", "y"})"), R"({"x", "y":(1)2} {"y":(2)2})");
  EXPECT_EQ(fill({2, 2, 2}, R"({"z"})"), R"({"z":(1)2} {"z":(2)2} {"z":(4)2})");
}

// A part that cannot be cut goes to one factor, which is split unevenly; then
// none can go to the next.
TEST_F(ProjectionTest, PartsThatDoNotFitStayWhole) {
  EXPECT_EQ(fill({3, 64}, R"({"y"})"), R"({"y"} {})");
  EXPECT_EQ(fill({3, 64}, R"({"x", "y"})"), "none");
  EXPECT_EQ(fill({9, 64}, R"({"x"})"), R"({"x"} {})");
  EXPECT_EQ(fill({4, 2}, R"({"w", "x"})"), R"({"w", "x"} {})");
}

TEST_F(ProjectionTest, FullFactorsTakeNoMore) {
  EXPECT_EQ(fill({2, 2}, R"({"z"})"), "none");
  EXPECT_EQ(fill({}, R"({"x"})"), "none");
  EXPECT_EQ(fill({1}, R"({"x"})"), "none");
}

TEST_F(ProjectionTest, FactorsOfUnknownSizeAreNeverFull) {
  EXPECT_EQ(fill({mlir::ShapedType::kDynamic}, R"({"z", "y"})"),
            R"({"z", "y"})");
}

// Whatever fills factors is found again; nothing else is joined.
TEST_F(ProjectionTest, JoinIsTheInverseOfFill) {
  for (StringRef text : {R"({})", R"({"x"})", R"({"z"})", R"({"x", "y"})",
                         R"({"y", "x"})", R"({"y":(1)2, "x", "y":(2)2})"}) {
    AxisParts axes = getParts(mesh, text);
    auto filled = fillFactors({4, 2}, axes);
    ASSERT_TRUE(filled) << text.str();
    auto joined = joinFactors({4, 2}, *filled);
    ASSERT_TRUE(joined) << text.str();
    EXPECT_EQ(*joined, axes) << text.str();
  }
  auto join = [&](ArrayRef<StringRef> texts) {
    auto joined = joinFactors({4, 2}, getFactorAxes(texts));
    return joined ? str(mesh, *joined) : "none";
  };
  // The minor factor is split while the major one is not, or not completely.
  EXPECT_EQ(join({R"({})", R"({"x"})"}), "none");
  EXPECT_EQ(join({R"({"x"})", R"({"y":(1)2})"}), "none");
  // More than the major factor has.
  EXPECT_EQ(join({R"({"z"})", R"({})"}), "none");
}

TEST_F(ProjectionTest, HalfEmptySplitsAreTooFar) {
  EXPECT_FALSE(isSplitTooFar(3, 4));
  EXPECT_FALSE(isSplitTooFar(3, 5));
  EXPECT_TRUE(isSplitTooFar(3, 6));
  EXPECT_FALSE(isSplitTooFar(1, 1));
  EXPECT_TRUE(isSplitTooFar(1, 2));
  EXPECT_FALSE(isSplitTooFar(mlir::ShapedType::kDynamic, 64));
}

TEST_F(ProjectionTest, GivesLayoutsOfOperandsAndResults) {
  ShardingRule linear = getLinearRule();
  FactorAxes axes = getFactorAxes({R"({"x"})", "{}", R"({"y"})", R"({"z"})"});
  EXPECT_EQ(print(getOperandLayout(mesh, linear, 0, axes)),
            R"([{"x"}, {}, {"z"}])");
  EXPECT_EQ(print(getOperandLayout(mesh, linear, 1, axes)),
            R"([{"y"}, {"z"}])");
  EXPECT_EQ(print(getOperandLayout(mesh, linear, 2, axes)), R"([{"y"}])");
  EXPECT_EQ(print(getResultLayout(mesh, linear, 0, axes)),
            R"([{"x"}, {}, {"y"}] partial={"z"})");
  EXPECT_EQ(
      print(getResultLayout(mesh, linear, 0, axes, getParts(mesh, R"({"w"})"))),
      R"([{"x"}, {}, {"y"}] partial={"z", "w"})");
}

// A softmax that the local form combines leaves no partial result.
TEST_F(ProjectionTest, LocalFormsCombineLogSumExp) {
  ShardingRule attention = getAttentionRule();
  FactorAxes axes =
      getFactorAxes({"{}", "{}", "{}", "{}", "{}", "{}", R"({"x"})"});
  EXPECT_EQ(print(getResultLayout(mesh, attention, 0, axes)),
            R"([{}, {}, {}, {}])");
  attention.factors[6].needsLocalForm = false;
  EXPECT_EQ(print(getResultLayout(mesh, attention, 0, axes)),
            R"([{}, {}, {}, {}] partial={"x":log_sum_exp})");
  // A sum of what is partial otherwise is neither.
  EXPECT_EQ(print(getResultLayout(mesh, attention, 0, axes,
                                  getParts(mesh, R"({"w"})"))),
            "none");
}

TEST_F(ProjectionTest, SaysWhereNoLayoutDoes) {
  ShardingRule attention = getAttentionRule();
  // Every other query head.
  FactorAxes axes =
      getFactorAxes({"{}", "{}", "{}", R"({"x"})", "{}", "{}", "{}"});
  EXPECT_EQ(print(getOperandLayout(mesh, attention, 0, axes)), "none");
  EXPECT_EQ(print(getOperandLayout(mesh, attention, 1, axes)),
            R"([{}, {}, {}, {}])");
  // One axis in two dimensions.
  axes = getFactorAxes({R"({"x"})", R"({"x"})", "{}", "{}", "{}", "{}", "{}"});
  EXPECT_EQ(print(getOperandLayout(mesh, attention, 0, axes)), "none");
}

TEST_F(ProjectionTest, FindsExactFits) {
  ShardingRule linear = getLinearRule();
  EXPECT_EQ(
      find(linear, {"[{}, {}, {}]", "[{}, {}]", "[{}]"}, {"[{}, {}, {}]"}),
      "{} {} {} {}");
  // Column and row split.
  EXPECT_EQ(find(linear, {R"([{"x"}, {}, {}])", R"([{"y"}, {}])", R"([{"y"}])"},
                 {R"([{"x"}, {}, {"y"}])"}),
            R"({"x"} {} {"y"} {})");
  EXPECT_EQ(find(linear, {R"([{"x"}, {}, {"y"}])", R"([{}, {"y"}])", "[{}]"},
                 {R"([{"x"}, {}, {}] partial={"y"})"}),
            R"({"x"} {} {} {"y"})");
  ShardingRule attention = getAttentionRule();
  EXPECT_EQ(find(attention,
                 {R"([{}, {}, {"z"}, {}])", R"([{}, {}, {"z":(1)4}, {}])",
                  R"([{}, {}, {"z":(1)4}, {}])"},
                 {R"([{}, {}, {"z"}, {}])"}),
            R"({} {} {"z":(1)4} {"z":(4)2} {} {} {})");
}

TEST_F(ProjectionTest, RefusesWhatDoesNotFit) {
  ShardingRule linear = getLinearRule();
  // The result is not said to be partial.
  EXPECT_EQ(find(linear, {R"([{}, {}, {"y"}])", R"([{}, {"y"}])", "[{}]"},
                 {"[{}, {}, {}]"}),
            "none");
  // Operands do not agree.
  EXPECT_EQ(find(linear, {R"([{}, {}, {"y"}])", "[{}, {}]", "[{}]"},
                 {R"([{}, {}, {}] partial={"y"})"}),
            "none");
  // One axis for two loops gives the diagonal blocks only.
  EXPECT_EQ(find(linear, {R"([{"x"}, {}, {}])", R"([{"x"}, {}])", R"([{"x"}])"},
                 {R"([{"x"}, {}, {}])"}),
            "none");
  // A factor that must be whole.
  ShardingRule attention = getAttentionRule();
  EXPECT_EQ(find(attention,
                 {R"([{}, {}, {}, {"x"}])", R"([{}, {}, {}, {"x"}])",
                  "[{}, {}, {}, {}]"},
                 {"[{}, {}, {}, {}]"}),
            "none");
}

// Sums pass through an op by a linear set, and by nothing less.
TEST_F(ProjectionTest, PassesLinearSums) {
  ShardingRule linear = getLinearRule();
  StringRef input = R"([{}, {}, {}] partial={"x"})",
            bias = R"([{}] partial={"x"})";
  EXPECT_EQ(find(linear, {input, "[{}, {}]", bias},
                 {R"([{}, {}, {}] partial={"x"})"}),
            "{} {} {} {}");
  EXPECT_EQ(find(linear, {input, "[{}, {}]", "[{}]"},
                 {R"([{}, {}, {}] partial={"x"})"}),
            "none");
  EXPECT_EQ(find(linear,
                 {R"([{}, {}, {}] partial={"x":max})", "[{}, {}]",
                  R"([{}] partial={"x":max})"},
                 {R"([{}, {}, {}] partial={"x":max})"}),
            "none");
  // Two sums at once, each by its own set.
  ShardingRule product = ShardingRuleBuilder()
                             .parallel("d", 8)
                             .operand({"d"})
                             .operand({"d"})
                             .result({"d"})
                             .linearIn({0})
                             .linearIn({1})
                             .build();
  EXPECT_EQ(find(product, {R"([{}] partial={"x"})", R"([{}] partial={"y"})"},
                 {R"([{}] partial={"x", "y"})"}),
            "{}");
  // The sum of products is not the product of sums.
  EXPECT_EQ(find(product, {R"([{}] partial={"x"})", R"([{}] partial={"x"})"},
                 {R"([{}] partial={"x"})"}),
            "none");
}

} // namespace
