// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Each law of a rule, by a rule that breaks it and nothing else.

#include "partita/Interfaces/ShardingRule.h"

#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/TypeRange.h"
#include "gtest/gtest.h"

using namespace mlir;
using namespace partita;

namespace {

class VerifyShardingRuleTest : public testing::Test {
protected:
  RankedTensorType tensor(ArrayRef<int64_t> shape) {
    return RankedTensorType::get(shape, Float32Type::get(&context));
  }

  /// The first violation of `rule` for an op y[2, 3] = f(x[2, 4], w[4, 3]), or
  /// an empty string.
  std::string violation(const ShardingRule &rule) {
    return violation(rule, {tensor({2, 4}), tensor({4, 3})}, {tensor({2, 3})});
  }

  std::string violation(const ShardingRule &rule, ArrayRef<Type> operands,
                        ArrayRef<Type> results) {
    std::string message;
    ScopedDiagnosticHandler handler(&context, [&](Diagnostic &diagnostic) {
      EXPECT_EQ(message, "") << "more than one violation is reported";
      message = diagnostic.str();
    });
    LogicalResult result = verifyShardingRule(rule, operands, results, [&] {
      return emitError(UnknownLoc::get(&context));
    });
    EXPECT_EQ(failed(result), !message.empty());
    return message;
  }

  /// A rule for that op that is right.
  static ShardingRuleBuilder matmul() {
    ShardingRuleBuilder builder;
    builder.parallel("m", 2)
        .parallel("n", 3)
        .reduction("k", 4, Combiner::Sum)
        .operand({"m", "k"})
        .operand({"k", "n"})
        .result({"m", "n"});
    return builder;
  }

  MLIRContext context;
};

TEST_F(VerifyShardingRuleTest, AcceptsARuleThatFits) {
  EXPECT_EQ(violation(matmul().build()), "");
}

// Scalars, values that are no tensors, and unknown sizes.
TEST_F(VerifyShardingRuleTest, AcceptsWhatHasNoDimensions) {
  ShardingRule rule = ShardingRuleBuilder()
                          .parallel("d", ShapedType::kDynamic)
                          .operand({})
                          .operand({})
                          .operand({})
                          .result({"d"})
                          .build();
  Type scalar = Float32Type::get(&context);
  EXPECT_EQ(violation(rule,
                      {tensor({}), scalar, UnrankedTensorType::get(scalar)},
                      {tensor({ShapedType::kDynamic})}),
            "");
}

TEST_F(VerifyShardingRuleTest, NumberOfOperands) {
  EXPECT_EQ(violation(matmul().operand({}).build()),
            "expected 2 operands, got 3");
}

TEST_F(VerifyShardingRuleTest, NumberOfResults) {
  EXPECT_EQ(violation(matmul().result({}).build()),
            "expected 1 results, got 2");
}

TEST_F(VerifyShardingRuleTest, NumberOfDimensions) {
  ShardingRule rule = matmul().build();
  rule.operands[1].pop_back();
  EXPECT_EQ(violation(rule), "expected 2 dimensions in operand #1, got 1");
}

TEST_F(VerifyShardingRuleTest, ProductOfADimension) {
  ShardingRule rule = matmul().build();
  rule.factors[1].size = 5;
  EXPECT_EQ(violation(rule), "expected the factors of dimension 1 of operand "
                             "#1 to multiply to 3, got 5");
}

// A dimension without factors is one that broadcasts.
TEST_F(VerifyShardingRuleTest, SizeOfABroadcastDimension) {
  ShardingRule rule = matmul().build();
  rule.operands[0][0].clear();
  EXPECT_EQ(violation(rule), "expected the factors of dimension 0 of operand "
                             "#0 to multiply to 2, got 1");
}

// A product that overflows does not happen to be the size.
TEST_F(VerifyShardingRuleTest, ProductThatOverflows) {
  int64_t large = int64_t(1) << 32;
  ShardingRule rule = ShardingRuleBuilder()
                          .parallel("a", large)
                          .parallel("b", large)
                          .operand({"a*b"})
                          .result({"a", "b"})
                          .build();
  EXPECT_EQ(violation(rule, {tensor({0})}, {tensor({large, large})}),
            "expected the factors of dimension 0 of operand #0 to multiply to "
            "0, got 0");
}

TEST_F(VerifyShardingRuleTest, UnknownFactor) {
  ShardingRule rule = matmul().build();
  rule.results[0][1] = {7};
  EXPECT_EQ(violation(rule), "unknown factor #7 in result #0");
}

TEST_F(VerifyShardingRuleTest, FactorTwiceInAValue) {
  ShardingRule rule = ShardingRuleBuilder()
                          .parallel("m", 2)
                          .operand({"m", "m"})
                          .result({"m"})
                          .build();
  EXPECT_EQ(violation(rule, {tensor({2, 2})}, {tensor({2})}),
            "factor 'm' is twice in operand #0");
}

TEST_F(VerifyShardingRuleTest, NameTwice) {
  ShardingRule rule = matmul().build();
  rule.factors[2].name = "m";
  EXPECT_EQ(violation(rule), "two factors are called 'm'");
}

TEST_F(VerifyShardingRuleTest, UnusedFactor) {
  EXPECT_EQ(violation(matmul().whole("z", 1).build()),
            "factor 'z' is in no value");
}

TEST_F(VerifyShardingRuleTest, ParallelFactorInNoResult) {
  ShardingRule rule = matmul().build();
  rule.factors[2].kind = FactorKind::Parallel;
  EXPECT_EQ(violation(rule), "parallel factor 'k' is in no result");
}

TEST_F(VerifyShardingRuleTest, ReductionFactorInAResult) {
  ShardingRule rule = matmul().build();
  rule.factors[1].kind = FactorKind::Reduction;
  EXPECT_EQ(violation(rule), "reduction factor 'n' is in result #0");
}

// Whole factors may be anywhere.
TEST_F(VerifyShardingRuleTest, AcceptsWholeFactorsOnEitherSide) {
  ShardingRule rule = matmul().build();
  rule.factors[1].kind = rule.factors[2].kind = FactorKind::Whole;
  EXPECT_EQ(violation(rule), "");
}

TEST_F(VerifyShardingRuleTest, LinearInAnUnknownOperand) {
  EXPECT_EQ(violation(matmul().linearIn({0, 2}).build()),
            "linear in an unknown operand #2");
}

TEST_F(VerifyShardingRuleTest, ZeroInAnUnknownOperand) {
  EXPECT_EQ(violation(matmul().zeroIn({2}).build()),
            "zero in an unknown operand #2");
}

TEST_F(VerifyShardingRuleTest, DividesByAnUnknownOperand) {
  EXPECT_EQ(violation(matmul().dividesBy(2).build()),
            "divides by an unknown operand #2");
}

TEST_F(VerifyShardingRuleTest, FillWhereTheFactorIsNot) {
  ShardingRule rule = matmul().build();
  rule.operands[1][0].clear();
  EXPECT_EQ(violation(rule, {tensor({2, 4}), tensor({1, 3})}, {tensor({2, 3})}),
            "factor 'k' fills a pad in operand #1, which does not have it");
  EXPECT_EQ(violation(matmul().fill("k", {{2, Fill::Zero}}).build()),
            "factor 'k' fills a pad in operand #2, which does not have it");
}

TEST_F(VerifyShardingRuleTest, FillsOutOfOrder) {
  EXPECT_EQ(
      violation(
          matmul().fill("k", {{1, Fill::Zero}, {1, Fill::Lowest}}).build()),
      "expected the fills of factor 'k' to be in order of the operands, got #1 "
      "after #1");
}

} // namespace
