// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "RunModel.h"

#include "Arguments.h"
#include "CommandLine.h"
#include "Progress.h"
#include "Results.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/OwningOpRef.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Support/FileUtilities.h"
#include "partita/Interpreter/Interpreter.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/WithColor.h"

#include <chrono>

using namespace mlir;
using namespace partita;
using namespace partita::run;

static int fail(llvm::Error error) {
  llvm::WithColor::error(llvm::errs(), "partita-run")
      << llvm::toString(std::move(error)) << '\n';
  return 1;
}

static llvm::Expected<FunctionOpInterface> findFunction(ModuleOp module,
                                                        StringRef name) {
  if (auto function = module.lookupSymbol<FunctionOpInterface>(name)) {
    if (!function.isExternal())
      return function;
    return llvm::createStringError(llvm::inconvertibleErrorCode(),
                                   "function '" + name +
                                       "' is declared here, but has no body");
  }
  SmallVector<std::string> known;
  for (auto function : module.getOps<FunctionOpInterface>())
    known.push_back(("'" + function.getName() + "'").str());
  return llvm::createStringError(
      llvm::inconvertibleErrorCode(),
      "there is no function '" + name + "'; " +
          (known.empty() ? "there is none at all"
                         : "there is " + llvm::join(known, ", ")));
}

/// Runs `function` as often as asked for; returns the outputs of the last run.
static FailureOr<interp::TensorList>
runFunction(FunctionOpInterface function, interp::TensorList arguments,
            const CommandLine &commandLine, interp::Interpreter &interpreter,
            SmallVectorImpl<double> &runSeconds) {
  auto runOnce = [&](interp::TensorList inputs) {
    SmallVector<interp::TensorList> devices;
    devices.push_back(std::move(inputs));
    auto start = std::chrono::steady_clock::now();
    auto results = interpreter.run(function, std::move(devices));
    std::chrono::duration<double> time =
        std::chrono::steady_clock::now() - start;
    runSeconds.push_back(time.count());
    return results;
  };
  for (unsigned run = 1; run < commandLine.repeat; ++run)
    if (failed(runOnce(arguments)))
      return failure();
  // Weights that the last run gets for itself die after their last use.
  auto outputs = runOnce(std::move(arguments));
  if (failed(outputs))
    return failure();
  return std::move(outputs->front());
}

static void printJson(StringRef function, SmallVector<double> runSeconds,
                      ArrayRef<Result> results,
                      const interp::Interpreter &interpreter) {
  llvm::sort(runSeconds);
  llvm::json::Object object{{"function", function},
                            {"seconds", runSeconds[runSeconds.size() / 2]},
                            {"results", toJson(results)}};
  if (interpreter.getOptions().collectStatistics)
    object["ops"] = interpreter.getStatistics().toJson();
  llvm::outs() << llvm::formatv("{0:2}\n",
                                llvm::json::Value(std::move(object)));
}

/// Runs the model in `module`; returns the exit code.
static int runModule(ModuleOp module, const CommandLine &commandLine) {
  llvm::Expected<FunctionOpInterface> function =
      findFunction(module, commandLine.function);
  if (!function)
    return fail(function.takeError());
  llvm::Expected<SmallVector<std::string>> names = getResultNames(*function);
  if (!names)
    return fail(names.takeError());
  llvm::Expected<interp::TensorList> arguments =
      readArguments(*function, commandLine);
  if (!arguments)
    return fail(arguments.takeError());

  interp::InterpreterOptions options = commandLine.interpreterOptions;
  std::optional<Progress> progress(std::in_place, *function,
                                   commandLine.repeat);
  options.beforeOp = [&](Operation *op) { progress->step(op); };
  interp::Interpreter interpreter(std::move(options));
  SmallVector<double> runSeconds;
  FailureOr<interp::TensorList> outputs = runFunction(
      *function, std::move(*arguments), commandLine, interpreter, runSeconds);
  progress.reset();
  if (failed(outputs))
    return 1; // The diagnostic was printed.

  SmallVector<Result> results;
  for (auto [name, type, tensor] :
       llvm::zip_equal(*names, function->getResultTypes(), *outputs))
    results.push_back({name, type, std::move(tensor), /*path=*/""});
  if (!commandLine.outputDirectory.empty())
    if (llvm::Error error = writeResults(results, commandLine.outputDirectory))
      return fail(std::move(error));

  if (commandLine.json) {
    printJson(function->getName(), std::move(runSeconds), results, interpreter);
    return 0;
  }
  printResults(llvm::outs(), results);
  if (interpreter.getOptions().collectStatistics) {
    llvm::outs() << '\n';
    interpreter.getStatistics().print(llvm::outs());
  }
  return 0;
}

int run::runModel(const CommandLine &commandLine,
                  const DialectRegistry &registry) {
  // Diagnostics quote the line of the file they are about.
  std::string message;
  auto sourceManager = std::make_shared<llvm::SourceMgr>();
  auto file = openInputFile(commandLine.modelFile, &message);
  if (!file)
    return fail(llvm::createStringError(message));
  sourceManager->AddNewSourceBuffer(std::move(file), llvm::SMLoc());
  MLIRContext context(registry, MLIRContext::Threading::DISABLED);
  context.printOpOnDiagnostic(false);
  SourceMgrDiagnosticHandler handler(*sourceManager, &context);
  OwningOpRef<ModuleOp> module =
      parseSourceFile<ModuleOp>(sourceManager, &context);
  if (!module)
    return 1; // The diagnostic was printed.
  return runModule(*module, commandLine);
}
