// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// An op of another dialect whose rule asks for a local form that it has not.

#include "Dialect/Dist/DistTesting.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/Remarks.h"
#include "mlir/Pass/PassManager.h"
#include "partita/Interfaces/ShardingRuleInterface.h"
#include "partita/Transforms/Partition/Passes.h"

using namespace mlir;
using namespace partita;
using namespace partita::dist;

namespace {

struct RuleWithoutForm
    : ShardingRuleInterface::ExternalModel<RuleWithoutForm, tensor::BitcastOp> {
  ShardingRule getShardingRule(Operation *) const {
    return ShardingRuleBuilder()
        .parallel("n", 4)
        .localForm("n")
        .operand({"n"})
        .result({"n"})
        .build();
  }
};

/// Leaves remarks to be printed as diagnostics.
class NoStreamer final : public remark::detail::MLIRRemarkStreamerBase {
public:
  void streamOptimizationRemark(const remark::detail::Remark &) final {}
};

using LocalizeTest = DistTest;

// It stays as it is, and is said to.
TEST_F(LocalizeTest, SaysWhatHasNoLocalForm) {
  context.loadDialect<tensor::TensorDialect>();
  tensor::BitcastOp::attachInterface<RuleWithoutForm>(context);
  remark::RemarkCategories categories;
  categories.missed = "dist-localize";
  ASSERT_TRUE(succeeded(remark::enableOptimizationRemarks(
      context, std::make_unique<NoStreamer>(),
      std::make_unique<remark::RemarkEmittingPolicyAll>(), categories,
      /*printAsEmitRemarks=*/true)));
  OwningOpRef<ModuleOp> program = module(R"(
    dist.mesh @mesh ["a"=2]
    func.func @main(%x: tensor<4xf32> {dist.sharding = #dist.sharding<@mesh, [{"a"}]>})
        -> (tensor<4xi32> {dist.sharding = #dist.sharding<@mesh, [{"a"}]>}) {
      %0 = tensor.bitcast %x {dist.shardings = [#dist.sharding<@mesh, [{"a"}]>]}
        : tensor<4xf32> to tensor<4xi32>
      return %0 : tensor<4xi32>
    })");
  std::string remarks;
  ScopedDiagnosticHandler handler(
      &context, [&](Diagnostic &diagnostic) { remarks += diagnostic.str(); });
  PassManager passes(&context);
  passes.addPass(createLocalize());
  EXPECT_TRUE(succeeded(passes.run(*program)));
  EXPECT_NE(remarks.find("'tensor.bitcast' has no form that can be split over "
                         "'n', and will not be"),
            std::string::npos)
      << remarks;
}

} // namespace
