// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "partita/Transforms/Inspect/Passes.h"

#include "TensorOps.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "partita/Interfaces/WorkInterface.h"
#include "llvm/ADT/MapVector.h"

namespace partita {
#define GEN_PASS_DEF_PRINTWORK
#include "partita/Transforms/Inspect/Passes.h.inc"
} // namespace partita

using namespace mlir;
using namespace partita;

namespace {
/// Work of several ops.
struct Total {
  int64_t numOps = 0;
  Work work;
};

/// Work of all ops of a function, by their names.
using FunctionTotals = llvm::MapVector<OperationName, Total>;

/// Whether the shapes of all tensors among `types` are known.
bool areStatic(TypeRange types) {
  return llvm::all_of(types, [](Type type) {
    auto tensor = dyn_cast<TensorType>(type);
    return !tensor || tensor.hasStaticShape();
  });
}

struct PrintWork final : partita::impl::PrintWorkBase<PrintWork> {
  using Base::Base;

  void runOnOperation() final {
    llvm::MapVector<FunctionOpInterface, FunctionTotals> functions;
    getOperation()->walk([&](Operation *op) {
      if (!isTensorOp(op))
        return;
      std::optional<Work> work = count(op);
      if (auto function = op->getParentOfType<FunctionOpInterface>();
          function && work) {
        Total &total = functions[function][op->getName()];
        ++total.numOps;
        total.work += *work;
      }
    });
    for (auto &[function, totals] : functions)
      printTotals(function, totals);
    markAllAnalysesPreserved();
  }

  /// The work of `op`, if it is known; prints it or why it is not.
  std::optional<Work> count(Operation *op) {
    auto worker = dyn_cast<WorkInterface>(op);
    bool isStatic =
        areStatic(op->getOperandTypes()) && areStatic(op->getResultTypes());
    if (!worker || !isStatic) {
      ++numWithoutWork;
      emitRemark(op->getLoc())
          << "'" << op->getName()
          << (worker ? "' has work that depends on dynamic shapes"
                     : "' does not say how much work it is");
      return std::nullopt;
    }
    ++numCounted;
    Work work = worker.getWork();
    if (!summary)
      emitRemark(op->getLoc())
          << "work of '" << op->getName() << "': " << work.str();
    return work;
  }

  static void printTotals(FunctionOpInterface function,
                          FunctionTotals &totals) {
    auto kinds = totals.takeVector();
    llvm::sort(kinds, [](const auto &a, const auto &b) {
      auto key = [](const auto &kind) {
        const auto &[name, total] = kind;
        return std::tuple(-total.work.flops(), -total.work.bytes(),
                          name.getStringRef());
      };
      return key(a) < key(b);
    });
    Work work;
    for (const auto &[name, total] : kinds)
      work += total.work;
    InFlightDiagnostic remark = emitRemark(function.getLoc());
    remark << "work of @" << function.getName() << ": " << work.str();
    for (const auto &[name, total] : kinds)
      remark.attachNote() << total.numOps << " x '" << name
                          << "': " << total.work.str();
  }
};
} // namespace
