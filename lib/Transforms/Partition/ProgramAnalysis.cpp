// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "ProgramAnalysis.h"

#include "Functions.h"

using namespace mlir;
using namespace partita;
using namespace partita::dist;

namespace {

/// The splits that an analysis decides on.
class DecidedSplits final : public SplitInfo {
public:
  explicit DecidedSplits(const ProgramAnalysis &program) : program(program) {}

  const sharding::FactorAxes *getAxes(Operation *op) override {
    for (const auto &[function, analysis] : program.functions) {
      auto found = analysis.getAssignments().find(op);
      if (found != analysis.getAssignments().end())
        return &found->second->axes;
    }
    return nullptr;
  }

  void visitShardings(Value value,
                      function_ref<void(ShardingAttr)> visit) override {
    for (const auto &[function, analysis] : program.functions) {
      auto found = analysis.getVersions().find(value);
      if (found != analysis.getVersions().end())
        for (const ValueVersion &version : found->second)
          visit(version.sharding);
    }
  }

private:
  const ProgramAnalysis &program;
};

} // namespace

FailureOr<ProgramAnalysis> ProgramAnalysis::get(ModuleOp module,
                                                bool withLocalForms) {
  FailureOr<Functions> found = findFunctionsOnMesh(module);
  if (failed(found))
    return failure();
  if (found->functions.empty())
    return ProgramAnalysis();
  for (bool withMinorFactors : {true, false}) {
    ProgramAnalysis program;
    for (FunctionOpInterface function : found->functions) {
      FailureOr<ReshardAnalysis> analysis = ReshardAnalysis::get(
          function, found->mesh, {withLocalForms, withMinorFactors});
      if (failed(analysis))
        return failure();
      program.functions.emplace_back(function, std::move(*analysis));
    }
    DecidedSplits splits(program);
    FailureOr<PadAnalysis> pads =
        PadAnalysis::get(found->functions, found->mesh.getMesh(), splits);
    if (failed(pads))
      return failure();
    if (withMinorFactors && pads->hasUnalignedSplits())
      continue;
    program.pads = std::move(*pads);
    return std::move(program);
  }
  llvm_unreachable("without minor factors all splits are aligned");
}
