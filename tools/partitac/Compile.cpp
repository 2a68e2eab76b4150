// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Compile.h"

#include "CommandLine.h"
#include "Package.h"
#include "Plan.h"
#include "Reasons.h"
#include "WeightMap.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/OwningOpRef.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassInstrumentation.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Support/FileUtilities.h"
#include "mlir/Transforms/Passes.h"
#include "partita/Registration/Pipelines.h"
#include "partita/Report/ProgramReport.h"
#include "partita/Transforms/Graph/Passes.h"
#include "partita/Transforms/Partition/Passes.h"
#include "partita/Transforms/Propagation/Passes.h"
#include "partita/Verify/Passes.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/WithColor.h"

#include <functional>

using namespace mlir;
using namespace partita;
using namespace partita::compile;

static LogicalResult fail(llvm::Error error) {
  llvm::WithColor::error(llvm::errs(), "partitac")
      << llvm::toString(std::move(error)) << '\n';
  return failure();
}

static LogicalResult fail(const llvm::Twine &message) {
  return fail(llvm::createStringError(llvm::inconvertibleErrorCode(), message));
}

namespace {
/// Tells at which levels a program is while passes run.
class LevelWatcher final : public PassInstrumentation {
public:
  explicit LevelWatcher(std::function<void(Level)> reach)
      : reach(std::move(reach)) {}

  void runAfterPass(Pass *pass, Operation *) final {
    if (pass->getArgument() == "dist-check-propagated")
      reach(Level::Sharded);
    if (pass->getArgument() == "dist-insert-reshards")
      reach(Level::Resharded);
  }

private:
  std::function<void(Level)> reach;
};

/// One run of the tool. What fails has printed a message.
class Compiler {
public:
  Compiler(const CommandLine &commandLine, const DialectRegistry &registry)
      : commandLine(commandLine),
        context(registry, MLIRContext::Threading::DISABLED) {
    context.printOpOnDiagnostic(false);
  }

  LogicalResult run();

private:
  LogicalResult load(llvm::SourceMgr &sources);
  /// Reads the plan, or takes what the command line says.
  LogicalResult readRequest();

  LogicalResult makeGraph();
  LogicalResult pinEditedValues();
  LogicalResult annotate(ModuleOp target);
  LogicalResult partition();
  LogicalResult write();

  using AddPasses = llvm::function_ref<void(OpPassManager &)>;
  LogicalResult runPasses(ModuleOp target, AddPasses addPasses);
  /// Prints the program if it was asked for at `level`.
  void printAt(Level level);
  /// True if something was asked for at `level` or a later one.
  bool needs(Level level) const {
    return !commandLine.output.empty() ||
           *llvm::max_element(commandLine.printAfter) >= level;
  }

  FunctionOpInterface getMain(ModuleOp target) const {
    return target.lookupSymbol<FunctionOpInterface>("main");
  }

  const CommandLine &commandLine;
  Reasons reasons; // Longer than the context, which tells them.
  MLIRContext context;
  OwningOpRef<ModuleOp> module;
  /// What was asked for; its values are those of the file.
  Plan request;
  std::optional<Package> package;
};
} // namespace

//===----------------------------------------------------------------------===//
// What goes in
//===----------------------------------------------------------------------===//

LogicalResult Compiler::load(llvm::SourceMgr &sources) {
  const llvm::MemoryBuffer *buffer =
      sources.getMemoryBuffer(sources.getMainFileID());
  if (StringRef(commandLine.model).ends_with(".json"))
    module = importHuggingFace(context, buffer->getBuffer(),
                               buffer->getBufferIdentifier(),
                               commandLine.importOptions);
  else
    module = parseSourceFile<ModuleOp>(sources, &context);
  if (!module)
    return failure(); // The diagnostic was printed.
  FunctionOpInterface main = getMain(*module);
  if (!main || main.isExternal())
    return fail(commandLine.model +
                ": expected a function 'main' with a body, got none");
  return success();
}

LogicalResult Compiler::readRequest() {
  if (commandLine.planFile.empty()) {
    request.mesh = commandLine.mesh;
    request.tactics = commandLine.tactics;
    request.annotations = commandLine.annotations;
    return success();
  }
  llvm::Expected<Plan> plan = readPlan(commandLine.planFile);
  if (!plan)
    return fail(plan.takeError());
  request = std::move(*plan);
  return success();
}

//===----------------------------------------------------------------------===//
// Phases
//===----------------------------------------------------------------------===//

LogicalResult Compiler::runPasses(ModuleOp target, AddPasses addPasses) {
  PassManager passes(&context);
  addPasses(passes);
  return passes.run(target);
}

LogicalResult Compiler::makeGraph() {
  return runPasses(*module, [&](OpPassManager &passes) {
    passes.addPass(createSplitFusedParameters());
    passes.addNestedPass<func::FuncOp>(createCanonicalizerPass());
    passes.addNestedPass<func::FuncOp>(createCSEPass());
    passes.addPass(createKeepGlobal()); // As nothing is annotated yet.
    DistAnnotateOptions options;
    options.mesh = request.mesh;
    passes.addPass(createDistAnnotate(options));
  });
}

LogicalResult Compiler::annotate(ModuleOp target) {
  return runPasses(target, [&](OpPassManager &passes) {
    DistAnnotateOptions options;
    options.annotate = llvm::join(request.annotations, ",");
    options.tactics = request.tactics;
    passes.addPass(createDistAnnotate(options));
  });
}

LogicalResult Compiler::pinEditedValues() {
  if (request.values.empty())
    return success();
  // What follows without the file's shardings tells which of them were edited.
  OwningOpRef<ModuleOp> trial = module->clone();
  auto propagate = [](OpPassManager &passes) {
    passes.addPass(createDistPropagate());
  };
  if (failed(annotate(*trial)) || failed(runPasses(*trial, propagate)))
    return failure();
  llvm::Expected<bool> isAnyEdited = pinEdited(
      getMain(*module), *module->getOps<dist::MeshOp>().begin(), request.values,
      getPlanValues(getMain(*trial)), commandLine.planFile);
  return isAnyEdited ? success() : fail(isAnyEdited.takeError());
}

LogicalResult Compiler::partition() {
  PassManager passes(&context);
  PartitionPipelineOptions options;
  options.keepGlobal = false; // It is there.
  options.verify = false;     // Not before the program is as it is written.
  buildPartitionPipeline(passes, options);
  if (commandLine.ringAttention)
    passes.addPass(createRingAttention());
  if (commandLine.verify)
    passes.addPass(createDistVerify());
  passes.addInstrumentation(
      std::make_unique<LevelWatcher>([this](Level level) { printAt(level); }));
  return passes.run(*module);
}

//===----------------------------------------------------------------------===//
// What comes out
//===----------------------------------------------------------------------===//

void Compiler::printAt(Level level) {
  if (!llvm::is_contained(commandLine.printAfter, level))
    return;
  // Without the program that is kept beside it.
  OwningOpRef<ModuleOp> shown = module->clone();
  for (ModuleOp kept : llvm::make_early_inc_range(shown->getOps<ModuleOp>()))
    if (kept->hasAttr(dist::globalAttrName))
      kept.erase();
  printModel(*shown, llvm::outs());
}

LogicalResult Compiler::write() {
  FunctionOpInterface main = getMain(*module);
  ProgramReport report = makeReport(main);
  llvm::append_range(report.reshards, reasons.getReshards());
  Plan plan = request;
  plan.values = getPlanValues(main);
  auto add = [&](StringRef name, function_ref<void(raw_ostream &)> print) {
    llvm::Error error = package->add(name, print);
    return error ? fail(std::move(error)) : success();
  };
  if (failed(add("local.mlir",
                 [&](raw_ostream &os) { printModel(*module, os); })) ||
      failed(add("plan.yaml", [&](raw_ostream &os) { writePlan(os, plan); })) ||
      failed(add("weights.yaml",
                 [&](raw_ostream &os) { writeWeightMap(os, main); })) ||
      failed(add("report.txt",
                 [&](raw_ostream &os) { printReport(os, report); })) ||
      failed(add("report.json", [&](raw_ostream &os) {
        os << llvm::formatv("{0:2}\n", toJson(report));
      })))
    return failure();
  if (commandLine.remarks && failed(add("remarks.txt", [&](raw_ostream &os) {
        os << reasons.getText();
      })))
    return failure();
  if (llvm::Error error = package->commit())
    return fail(std::move(error));
  report.reshards.clear(); // These are in the package.
  printReport(llvm::outs(), report);
  return success();
}

LogicalResult Compiler::run() {
  if (failed(readRequest()))
    return failure();
  std::string message;
  auto sources = std::make_shared<llvm::SourceMgr>();
  auto file = openInputFile(commandLine.model, &message);
  if (!file)
    return fail(message);
  sources->AddNewSourceBuffer(std::move(file), llvm::SMLoc());
  SourceMgrDiagnosticHandler handler(*sources, &context);

  if (!commandLine.output.empty()) {
    llvm::Expected<Package> created = Package::create(commandLine.output);
    if (!created)
      return fail(created.takeError());
    package.emplace(std::move(*created));
  }
  if (failed(reasons.watch(context, /*all=*/commandLine.remarks)))
    return failure();
  if (failed(load(*sources)) || failed(makeGraph()))
    return failure();
  printAt(Level::Graph);
  if (failed(pinEditedValues()) || failed(annotate(*module)))
    return failure();
  printAt(Level::Annotated);
  if (!needs(Level::Sharded))
    return success();
  if (failed(partition()))
    return failure();
  printAt(Level::Local);
  return commandLine.output.empty() ? success() : write();
}

int compile::compileModel(const CommandLine &commandLine,
                          const DialectRegistry &registry) {
  return succeeded(Compiler(commandLine, registry).run()) ? 0 : 1;
}
