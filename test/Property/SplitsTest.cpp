// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The checks themselves: that they slice as a rule says, and that they find
// what is wrong with a rule.

#include "Splits.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Parser/Parser.h"
#include "partita/Interfaces/ShardingRuleInterface.h"
#include "partita/Registration/Registration.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include <limits>
#include <numeric>

using namespace mlir;
using namespace partita;
using namespace partita::interp;
using namespace partita::test;
using testing::ElementsAre;
using testing::HasSubstr;

namespace {

/// 0, 1, 2, ...
HostTensor iota(ArrayRef<int64_t> shape) {
  HostTensor tensor = HostTensor::allocate(ElementKind::F32, shape);
  MutableArrayRef<float> values = tensor.mutableData<float>();
  std::iota(values.begin(), values.end(), 0.f);
  return tensor;
}

// A minor factor takes a part of every block of the major one.
TEST(SplitsTest, SlicesFactors) {
  HostTensor tensor = iota({6});
  ValueFactors value = {DimFactors{0, 1}};
  EXPECT_THAT(sliceOf(tensor, value, {2, 3}, {{1, 0}, {1, 3}}).data<float>(),
              ElementsAre(3, 4, 5));
  EXPECT_THAT(sliceOf(tensor, value, {2, 3}, {{0, 1}, {2, 2}}).data<float>(),
              ElementsAre(1, 2, 4, 5));
  EXPECT_THAT(sliceOf(tensor, value, {2, 3}, {{1, 1}, {1, 2}}).getDims(),
              ElementsAre(2));
}

// Dimensions without a factor, and factors of other values, change nothing.
TEST(SplitsTest, SlicesBroadcastDimensions) {
  HostTensor tensor = iota({1, 4});
  ValueFactors value = {DimFactors{}, DimFactors{1}};
  HostTensor slice = sliceOf(tensor, value, {5, 4}, {{2, 1}, {1, 2}});
  EXPECT_THAT(slice.getDims(), ElementsAre(1, 2));
  EXPECT_THAT(slice.data<float>(), ElementsAre(1, 2));
}

TEST(SplitsTest, Combines) {
  auto a = HostTensor::of<float>({2}, {1, -2}),
       b = HostTensor::of<float>({2}, {3, -4});
  EXPECT_THAT(combine(Combiner::Sum, a, b).data<float>(), ElementsAre(4, -6));
  EXPECT_THAT(combine(Combiner::Max, a, b).data<float>(), ElementsAre(3, -2));
  EXPECT_THAT(combine(Combiner::Min, a, b).data<float>(), ElementsAre(1, -4));
  float infinity = std::numeric_limits<float>::infinity();
  auto c = HostTensor::of<float>({2}, {-infinity, 1}),
       d = HostTensor::of<float>({2}, {-infinity, -infinity});
  EXPECT_THAT(combine(Combiner::LogSumExp, c, d).data<float>(),
              ElementsAre(-infinity, 1));
  EXPECT_NEAR(combine(Combiner::LogSumExp, a, b).data<float>()[0],
              std::log(std::exp(1) + std::exp(3)), 1e-6);
}

TEST(SplitsTest, FindsDifferences) {
  double infinity = std::numeric_limits<double>::infinity(),
         nan = std::numeric_limits<double>::quiet_NaN();
  auto tensor = [](std::initializer_list<double> values) {
    return HostTensor::of<double>({static_cast<int64_t>(values.size())},
                                  values);
  };
  HostTensor odd = tensor({1, -infinity, nan});
  EXPECT_EQ(difference(odd, odd, 0), "");
  EXPECT_EQ(difference(tensor({1, 2}), tensor({1, 2.5}), 0.1),
            "element 1 of 2xf64 is 2, expected 2.5");
  EXPECT_EQ(difference(tensor({1, 2.4}), tensor({1, 2.5}), 0.1), "");
  EXPECT_EQ(difference(tensor({nan}), tensor({1}), 1),
            "element 0 of 1xf64 is nan, expected 1");
  EXPECT_EQ(difference(tensor({1}), tensor({infinity}), 1),
            "element 0 of 1xf64 is 1, expected inf");
  EXPECT_EQ(difference(tensor({1}), tensor({1, 2}), 0),
            "expected 2xf64, got 1xf64");
}

class CheckSplitTest : public testing::Test {
protected:
  CheckSplitTest() {
    DialectRegistry registry;
    registerDialects(registry);
    registry.insert<func::FuncDialect>();
    context.appendDialectRegistry(registry);
    context.loadAllAvailableDialects();
    context.allowUnregisteredDialects();
  }

  /// The last op of a module of this text.
  Operation *parse(StringRef text) {
    module = parseSourceString<ModuleOp>(text, &context);
    return module ? &module->getBody()->back() : nullptr;
  }

  /// What `checkSplit` says when `rule` is split as named.
  std::string check(Operation *op, const ShardingRule &rule, StringRef factor,
                    int64_t ways) {
    TensorList operands;
    for (Type type : op->getOperandTypes())
      operands.push_back(iota(cast<RankedTensorType>(type).getShape()));
    FailureOr<TensorList> whole = run(op, operands, Precision::F32);
    EXPECT_TRUE(succeeded(whole));
    return checkSplit(op, rule, FactorSplit{*rule.findFactor(factor), ways},
                      operands, *whole, {});
  }

  MLIRContext context;
  OwningOpRef<ModuleOp> module;
};

constexpr const char *softmax = R"(
  %x = "test.source"() : () -> tensor<2x4xf32>
  %0 = xformer.softmax %x dim 1 : tensor<2x4xf32>)";

constexpr const char *linear = R"(
  %x, %w = "test.source"() : () -> (tensor<2x4xf32>, tensor<4x3xf32>)
  %0 = xformer.linear %x, %w : (tensor<2x4xf32>, tensor<4x3xf32>) -> tensor<2x3xf32>)";

TEST_F(CheckSplitTest, AcceptsRightRules) {
  Operation *op = parse(linear);
  ASSERT_TRUE(op);
  ShardingRule rule = cast<ShardingRuleInterface>(op).getShardingRule();
  EXPECT_EQ(check(op, rule, "b", 2), "");
  EXPECT_EQ(check(op, rule, "k", 2), "");
  // Blocks of 2 and 2, of 3 and 1; of 2 and 1.
  EXPECT_EQ(check(op, rule, "k", 3), "");
  EXPECT_EQ(check(op, rule, "n", 2), "");
}

// What is whole was called parallel.
TEST_F(CheckSplitTest, FindsDimensionsThatMustBeWhole) {
  Operation *op = parse(softmax);
  ASSERT_TRUE(op);
  ShardingRule rule = cast<ShardingRuleInterface>(op).getShardingRule();
  rule.factors[*rule.findFactor("d")].kind = FactorKind::Parallel;
  EXPECT_THAT(check(op, rule, "d", 2), HasSubstr("result #0: element 0"));
  EXPECT_EQ(check(op, rule, "b", 2), "");
}

// What is a sum was called a maximum.
TEST_F(CheckSplitTest, FindsWrongCombiners) {
  Operation *op = parse(linear);
  ASSERT_TRUE(op);
  ShardingRule rule = cast<ShardingRuleInterface>(op).getShardingRule();
  rule.factors[*rule.findFactor("k")].combiner = Combiner::Max;
  EXPECT_THAT(check(op, rule, "k", 2), HasSubstr("result #0: element 0"));
}

// The rule slices one operand and not the other, so that no op fits.
TEST_F(CheckSplitTest, FindsSlicesThatDoNotFit) {
  ScopedDiagnosticHandler quiet(&context, [](Diagnostic &) {});
  Operation *op = parse(linear);
  ASSERT_TRUE(op);
  ShardingRule rule = cast<ShardingRuleInterface>(op).getShardingRule();
  rule.operands[1][0].clear();
  rule.operands[1][0].push_back(rule.factors.size());
  rule.factors.push_back({"other", 4, FactorKind::Whole});
  EXPECT_EQ(check(op, rule, "k", 2), "it cannot be run on a slice");
}

} // namespace
