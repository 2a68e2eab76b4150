// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The rules of our own ops are right, so what the pass does at a wrong one
// needs an op of which we can say anything.

#include "partita/Interfaces/ShardingRuleInterface.h"
#include "partita/Transforms/Inspect/Passes.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Pass/PassManager.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace mlir;
using namespace partita;
using testing::ElementsAre;

namespace {

/// Says that both dimensions of a cast are parallel, whatever its shape.
struct CastRule
    : ShardingRuleInterface::ExternalModel<CastRule,
                                           UnrealizedConversionCastOp> {
  ShardingRule getShardingRule(Operation *op) const {
    return ShardingRuleBuilder()
        .parallel("m", 2)
        .parallel("n", 3)
        .operand({"m", "n"})
        .result({"m", "n"})
        .build();
  }
};

// An invalid rule is an error at its op and fails the pass; the rules of other
// ops are printed all the same.
TEST(PrintShardingRulesTest, ReportsInvalidRules) {
  MLIRContext context;
  UnrealizedConversionCastOp::attachInterface<CastRule>(context);
  OpBuilder builder(&context);
  Location loc = builder.getUnknownLoc();
  OwningOpRef<ModuleOp> module = ModuleOp::create(loc);
  builder.setInsertionPointToStart(module->getBody());
  auto cast = [&](ArrayRef<int64_t> shape) {
    Type type = RankedTensorType::get(shape, builder.getF32Type());
    auto source =
        UnrealizedConversionCastOp::create(builder, loc, type, ValueRange());
    UnrealizedConversionCastOp::create(builder, loc, type, source.getResults());
  };
  cast({2, 5});
  cast({2, 3});

  std::vector<std::string> errors, remarks;
  ScopedDiagnosticHandler handler(&context, [&](Diagnostic &diagnostic) {
    (diagnostic.getSeverity() == DiagnosticSeverity::Error ? errors : remarks)
        .push_back(diagnostic.str());
  });
  PassManager manager(&context);
  manager.addPass(createPrintShardingRules());
  EXPECT_TRUE(failed(manager.run(*module)));

  const char *prefix = "'builtin.unrealized_conversion_cast' op has an invalid "
                       "sharding rule: ";
  EXPECT_THAT(errors, ElementsAre(prefix + std::string("expected 0 operands, "
                                                       "got 1"),
                                  prefix + std::string("expected the factors "
                                                       "of dimension 1 of "
                                                       "operand #0 to multiply "
                                                       "to 5, got 3"),
                                  prefix + std::string("expected 0 operands, "
                                                       "got 1")));
  EXPECT_THAT(remarks,
              ElementsAre("sharding rule of "
                          "'builtin.unrealized_conversion_cast': ([m, n]) -> "
                          "([m, n]) {m=2, n=3}"));
}

} // namespace
