// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "RunModel.h"

#include "Arguments.h"
#include "CommandLine.h"
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
  if (auto function = module.lookupSymbol<FunctionOpInterface>(name))
    return function;
  SmallVector<std::string> known;
  for (auto function : module.getOps<FunctionOpInterface>())
    known.push_back(("'" + function.getName() + "'").str());
  return llvm::createStringError(
      llvm::inconvertibleErrorCode(),
      "there is no function '" + name + "'; " +
          (known.empty() ? "there is none at all"
                         : "there is " + llvm::join(known, ", ")));
}

static void printJson(StringRef function, double seconds,
                      ArrayRef<Result> results,
                      const interp::Interpreter &interpreter) {
  llvm::json::Object object{{"function", function},
                            {"seconds", seconds},
                            {"results", toJson(results)}};
  if (interpreter.getOptions().collectStatistics)
    object["ops"] = interpreter.getStatistics().toJson();
  llvm::outs() << llvm::formatv("{0:2}\n",
                                llvm::json::Value(std::move(object)));
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
  llvm::Expected<FunctionOpInterface> function =
      findFunction(*module, commandLine.function);
  if (!function)
    return fail(function.takeError());
  llvm::Expected<SmallVector<std::string>> names = getResultNames(*function);
  if (!names)
    return fail(names.takeError());
  llvm::Expected<interp::TensorList> arguments =
      readArguments(*function, commandLine);
  if (!arguments)
    return fail(arguments.takeError());

  interp::Interpreter interpreter(commandLine.interpreterOptions);
  FailureOr<SmallVector<interp::TensorList>> outputs;
  SmallVector<double> runSeconds;
  for (unsigned run = 0; run < commandLine.repeat; ++run) {
    auto start = std::chrono::steady_clock::now();
    outputs = interpreter.run(*function, {*arguments});
    if (failed(outputs))
      return 1;
    std::chrono::duration<double> time =
        std::chrono::steady_clock::now() - start;
    runSeconds.push_back(time.count());
  }
  llvm::sort(runSeconds);
  double seconds = runSeconds[runSeconds.size() / 2];

  SmallVector<Result> results;
  for (auto [name, type, tensor] :
       llvm::zip_equal(*names, function->getResultTypes(), outputs->front()))
    results.push_back({name, type, std::move(tensor), /*path=*/""});
  if (!commandLine.outputDirectory.empty())
    if (llvm::Error error = writeResults(results, commandLine.outputDirectory))
      return fail(std::move(error));

  if (commandLine.json) {
    printJson(function->getName(), seconds, results, interpreter);
    return 0;
  }
  printResults(llvm::outs(), results);
  if (commandLine.interpreterOptions.collectStatistics) {
    llvm::outs() << '\n';
    interpreter.getStatistics().print(llvm::outs());
  }
  return 0;
}
