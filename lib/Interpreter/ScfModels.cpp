// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The meaning of structured control flow. Each device goes its own way: a
// region is evaluated on those that take it.

#include "Models.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Diagnostics.h"

using namespace mlir;
using namespace partita;
using namespace partita::interp;

namespace {
using Devices = SmallVector<unsigned>;
using Values = SmallVector<DeviceTensors>;

/// The model of an op with regions: `function(op, evaluation)` sets the results
/// of all devices that run it.
template <auto function> struct RegionModel;

template <typename OpTy, LogicalResult (*function)(OpTy, Evaluation &)>
struct RegionModel<function>
    : InterpretableInterface::ExternalModel<RegionModel<function>, OpTy> {
  using Op = OpTy;

  LogicalResult interpret(Operation *, Evaluation &, unsigned) const {
    llvm_unreachable("an op with regions is interpreted on all devices");
  }

  // Hiding the default is how a model replaces it.
  // NOLINTNEXTLINE(bugprone-derived-method-shadowing-base-method)
  LogicalResult interpretOnAllDevices(Operation *op,
                                      Evaluation &evaluation) const {
    return function(cast<OpTy>(op), evaluation);
  }
};
} // namespace

/// The integer that a scalar holds.
static int64_t integerOf(const HostTensor &scalar) {
  return scalar.convertTo(ElementKind::I64).data<int64_t>().front();
}

/// `values` on all active devices.
static Values valuesOf(Evaluation &evaluation, ValueRange operands) {
  Values values;
  for (Value operand : operands) {
    DeviceTensors &tensors = values.emplace_back(evaluation.getNumDevices());
    for (unsigned device : evaluation.getActiveDevices())
      tensors[device] = evaluation.value(device, operand);
  }
  return values;
}

/// Sets the results of `devices`.
static void setResults(Evaluation &evaluation, const Values &values,
                       ArrayRef<unsigned> devices) {
  for (auto [index, tensors] : llvm::enumerate(values))
    for (unsigned device : devices)
      evaluation.setResult(device, index, tensors[device]);
}

static LogicalResult interpretIf(scf::IfOp op, Evaluation &evaluation) {
  Devices taken, others;
  for (unsigned device : evaluation.getActiveDevices()) {
    bool condition = integerOf(evaluation.value(device, op.getCondition()));
    (condition ? taken : others).push_back(device);
  }
  for (auto [region, devices] : {std::pair(&op.getThenRegion(), &taken),
                                 std::pair(&op.getElseRegion(), &others)}) {
    if (devices->empty() || region->empty())
      continue;
    auto values = evaluation.evaluateRegion(*region, {}, *devices);
    if (failed(values))
      return failure();
    setResults(evaluation, *values, *devices);
  }
  return success();
}

/// The number of times that `op` runs its body on `device`, or none if it has
/// no meaning.
static std::optional<uint64_t>
countIterations(scf::ForOp op, Evaluation &evaluation, unsigned device) {
  auto bound = [&](Value value) {
    return integerOf(evaluation.value(device, value));
  };
  int64_t lower = bound(op.getLowerBound()), upper = bound(op.getUpperBound());
  int64_t step = bound(op.getStep());
  bool isUnsigned = op.getUnsignedCmp();
  if (step == 0 || (!isUnsigned && step < 0))
    return std::nullopt;
  bool isEmpty =
      isUnsigned ? static_cast<uint64_t>(lower) >= static_cast<uint64_t>(upper)
                 : lower >= upper;
  if (isEmpty)
    return 0;
  uint64_t distance =
      static_cast<uint64_t>(upper) - static_cast<uint64_t>(lower);
  return (distance - 1) / static_cast<uint64_t>(step) + 1;
}

static LogicalResult interpretFor(scf::ForOp op, Evaluation &evaluation) {
  unsigned numDevices = evaluation.getNumDevices();
  SmallVector<uint64_t> counts(numDevices);
  for (unsigned device : evaluation.getActiveDevices()) {
    std::optional<uint64_t> count = countIterations(op, evaluation, device);
    if (!count)
      return evaluation.emitError(device)
             << "expected a step that is positive, got "
             << integerOf(evaluation.value(device, op.getStep()));
    counts[device] = *count;
  }
  ElementKind kind = *declaredKind(op.getInductionVar().getType());
  Values values = valuesOf(evaluation, op.getInitArgs());
  Devices active(evaluation.getActiveDevices());
  for (uint64_t iteration = 0;; ++iteration) {
    // A device that is done keeps its values, and those that go on have theirs
    // replaced.
    llvm::erase_if(
        active, [&](unsigned device) { return counts[device] == iteration; });
    if (active.empty())
      break;
    Values inputs(1, DeviceTensors(numDevices));
    for (unsigned device : active) {
      uint64_t lower = integerOf(evaluation.value(device, op.getLowerBound()));
      uint64_t step = integerOf(evaluation.value(device, op.getStep()));
      auto index = static_cast<int64_t>(lower + iteration * step);
      inputs.front()[device] =
          HostTensor::of<int64_t>({}, {index}).convertTo(kind);
    }
    for (DeviceTensors &tensors : values) {
      DeviceTensors &passed = inputs.emplace_back(numDevices);
      for (unsigned device : active)
        passed[device] = std::move(tensors[device]);
    }
    auto results =
        evaluation.evaluateRegion(op.getRegion(), std::move(inputs), active);
    if (failed(results))
      return failure();
    for (auto [tensors, result] : llvm::zip_equal(values, *results))
      for (unsigned device : active)
        tensors[device] = std::move(result[device]);
  }
  setResults(evaluation, values, evaluation.getActiveDevices());
  return success();
}

static LogicalResult interpretWhile(scf::WhileOp op, Evaluation &evaluation) {
  Values values = valuesOf(evaluation, op.getInits());
  Devices active(evaluation.getActiveDevices());
  while (true) {
    auto before =
        evaluation.evaluateRegion(op.getBefore(), std::move(values), active);
    if (failed(before))
      return failure();
    // The terminator's first operand is the condition.
    DeviceTensors conditions = std::move(before->front());
    before->erase(before->begin());
    Devices leaving;
    llvm::erase_if(active, [&](unsigned device) {
      if (integerOf(conditions[device]))
        return false;
      leaving.push_back(device);
      return true;
    });
    setResults(evaluation, *before, leaving);
    if (active.empty())
      return success();
    auto after =
        evaluation.evaluateRegion(op.getAfter(), std::move(*before), active);
    if (failed(after))
      return failure();
    values = std::move(*after);
  }
}

template <auto... functions>
static void attachRegionModels(MLIRContext *context) {
  (RegionModel<functions>::Op::template attachInterface<RegionModel<functions>>(
       *context),
   ...);
}

void interp::registerScfModels(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, scf::SCFDialect *) {
    attachRegionModels<interpretIf, interpretFor, interpretWhile>(context);
  });
}
