// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "RunModel.h"

#include "Arguments.h"
#include "CommandLine.h"
#include "Progress.h"
#include "Results.h"
#include "Verification.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/OwningOpRef.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Support/FileUtilities.h"
#include "partita/Interpreter/Distribution.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Path.h"
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

namespace {
/// What is to be run.
struct Program {
  FunctionOpInterface function;
  unsigned numDevices = 1;
  /// The function of one device that a local program was made from; null if it
  /// is not there.
  FunctionOpInterface global;

  bool isLocal() const { return interp::isLocalProgram(function); }
};
} // namespace

/// Finds what `function` was made from. Fails where it does not fit.
static llvm::Expected<FunctionOpInterface>
findGlobal(ModuleOp module, FunctionOpInterface function) {
  FunctionOpInterface global;
  for (auto kept : module.getOps<ModuleOp>())
    if (kept->hasAttr(dist::globalAttrName))
      global = kept.lookupSymbol<FunctionOpInterface>(function.getName());
  if (!global)
    return FunctionOpInterface();
  auto getTypes = [](auto getPlacement, FunctionOpInterface function,
                     unsigned count) {
    SmallVector<Type> types;
    for (unsigned index = 0; index != count; ++index)
      types.push_back(getPlacement(function, index).globalType);
    return types;
  };
  bool fits = !global.isExternal() &&
              llvm::equal(global.getArgumentTypes(),
                          getTypes(interp::getArgumentPlacement, function,
                                   function.getNumArguments())) &&
              llvm::equal(global.getResultTypes(),
                          getTypes(interp::getResultPlacement, function,
                                   function.getNumResults()));
  if (!fits)
    return llvm::createStringError(
        llvm::inconvertibleErrorCode(),
        "'" + function.getName() +
            "' was not made from the function of this name in the module with "
            "'" +
            dist::globalAttrName + "': their global types differ");
  return global;
}

static llvm::Expected<Program> findProgram(ModuleOp module,
                                           const CommandLine &commandLine) {
  llvm::Expected<FunctionOpInterface> function =
      findFunction(module, commandLine.function);
  if (!function)
    return function.takeError();
  Program program;
  program.function = *function;
  if (program.isLocal()) {
    llvm::Expected<dist::MeshAttr> mesh = interp::getProgramMesh(*function);
    if (!mesh)
      return mesh.takeError();
    program.numDevices = mesh->getDeviceCount();
    llvm::Expected<FunctionOpInterface> global = findGlobal(module, *function);
    if (!global)
      return global.takeError();
    program.global = *global;
  }
  if (commandLine.verify && !program.global)
    return llvm::createStringError(
        llvm::inconvertibleErrorCode(),
        program.isLocal()
            ? "--verify needs the program that '" + function->getName() +
                  "' was made from, in a module with '" + dist::globalAttrName +
                  "'"
            : "--verify is about a local program, and '" + function->getName() +
                  "' is none: no argument or result has '" +
                  dist::globalTypeAttrName + "'");
  return program;
}

/// Runs `function` once on values that the user knows.
static FailureOr<interp::TensorList> runOnce(FunctionOpInterface function,
                                             interp::TensorList inputs,
                                             interp::Interpreter &interpreter) {
  if (interp::isLocalProgram(function))
    return interp::runDistributed(interpreter, function, std::move(inputs));
  SmallVector<interp::TensorList> devices;
  devices.push_back(std::move(inputs));
  auto results = interpreter.run(function, std::move(devices));
  if (failed(results))
    return failure();
  return std::move(results->front());
}

/// Runs `function` as often as asked for; returns the outputs of the last run.
static FailureOr<interp::TensorList>
runRepeatedly(FunctionOpInterface function, interp::TensorList arguments,
              unsigned numRuns, interp::Interpreter &interpreter,
              SmallVectorImpl<double> &runSeconds) {
  auto runTimed = [&](interp::TensorList inputs) {
    auto start = std::chrono::steady_clock::now();
    auto results = runOnce(function, std::move(inputs), interpreter);
    std::chrono::duration<double> time =
        std::chrono::steady_clock::now() - start;
    runSeconds.push_back(time.count());
    return results;
  };
  for (unsigned run = 1; run < numRuns; ++run)
    if (failed(runTimed(arguments)))
      return failure();
  // Weights that the last run gets for itself die after their last use.
  return runTimed(std::move(arguments));
}

/// The results of `function`, whose values are those of the user.
static SmallVector<Result> nameResults(FunctionOpInterface function,
                                       ArrayRef<std::string> names,
                                       interp::TensorList outputs) {
  SmallVector<Result> results;
  for (auto [index, name, tensor] : llvm::enumerate(names, outputs))
    results.push_back({name,
                       interp::getResultPlacement(function, index).globalType,
                       std::move(tensor), /*path=*/""});
  return results;
}

/// The results of the global program on one device.
static FailureOr<SmallVector<Result>>
runGlobal(FunctionOpInterface global, ArrayRef<std::string> names,
          interp::TensorList arguments, interp::InterpreterOptions options) {
  options.numDevices = 1;
  options.collectStatistics = false;
  Progress progress(global, /*numRuns=*/1);
  options.beforeOp = [&](Operation *op) { progress.step(op); };
  interp::Interpreter interpreter(std::move(options));
  auto outputs = runOnce(global, std::move(arguments), interpreter);
  if (failed(outputs))
    return failure();
  return nameResults(global, names, std::move(*outputs));
}

/// Runs the model in `module`; returns the exit code.
static int runModule(ModuleOp module, const CommandLine &commandLine) {
  llvm::Expected<Program> program = findProgram(module, commandLine);
  if (!program)
    return fail(program.takeError());
  FunctionOpInterface function = program->function;
  llvm::Expected<SmallVector<std::string>> names = getResultNames(function);
  if (!names)
    return fail(names.takeError());
  // What an input means is said by the ops of the global program.
  llvm::Expected<interp::TensorList> arguments =
      readArguments(program->global ? program->global : function, commandLine);
  if (!arguments)
    return fail(arguments.takeError());
  interp::TensorList argumentsOfOne;
  if (commandLine.verify)
    argumentsOfOne = *arguments;

  interp::InterpreterOptions options = commandLine.interpreterOptions;
  options.numDevices = program->numDevices;
  std::optional<Progress> progress(std::in_place, function, commandLine.repeat);
  options.beforeOp = [&](Operation *op) { progress->step(op); };
  interp::Interpreter interpreter(std::move(options));
  SmallVector<double> runSeconds;
  FailureOr<interp::TensorList> outputs =
      runRepeatedly(function, std::move(*arguments), commandLine.repeat,
                    interpreter, runSeconds);
  progress.reset();
  if (failed(outputs))
    return 1; // The diagnostic was printed.

  SmallVector<Result> results =
      nameResults(function, *names, std::move(*outputs));
  if (!commandLine.outputDirectory.empty())
    if (llvm::Error error = writeResults(results, commandLine.outputDirectory))
      return fail(std::move(error));

  SmallVector<Difference> differences;
  double tolerance = 0;
  if (commandLine.verify) {
    FailureOr<SmallVector<Result>> expected =
        runGlobal(program->global, *names, std::move(argumentsOfOne),
                  commandLine.interpreterOptions);
    if (failed(expected))
      return 1; // The diagnostic was printed.
    tolerance = commandLine.tolerance.value_or(getTolerance(
        program->global, commandLine.interpreterOptions.precision));
    for (auto [actual, wanted] : llvm::zip_equal(results, *expected))
      differences.push_back(compare(actual, wanted, tolerance));
  }
  int status = llvm::all_of(differences,
                            [](const Difference &difference) {
                              return difference.isWithin;
                            })
                   ? 0
                   : 1;

  if (commandLine.json) {
    llvm::sort(runSeconds);
    llvm::json::Object object{{"function", function.getName()},
                              {"devices", program->numDevices},
                              {"seconds", runSeconds[runSeconds.size() / 2]},
                              {"results", toJson(results)}};
    if (commandLine.verify) {
      object["tolerance"] = tolerance;
      object["verification"] = toJson(differences);
    }
    if (interpreter.getOptions().collectStatistics)
      object["ops"] = interpreter.getStatistics().toJson();
    llvm::outs() << llvm::formatv("{0:2}\n",
                                  llvm::json::Value(std::move(object)));
    return status;
  }
  printResults(llvm::outs(), results);
  if (program->isLocal())
    llvm::outs() << "on " << program->numDevices << " devices\n";
  if (commandLine.verify)
    printDifferences(llvm::outs(), differences, tolerance);
  if (interpreter.getOptions().collectStatistics) {
    llvm::outs() << '\n';
    interpreter.getStatistics().print(llvm::outs());
  }
  return status;
}

int run::runModel(const CommandLine &commandLine,
                  const DialectRegistry &registry) {
  // Diagnostics quote the line of the file they are about.
  std::string message;
  auto sourceManager = std::make_shared<llvm::SourceMgr>();
  SmallString<128> path(commandLine.modelFile);
  if (llvm::sys::fs::is_directory(path))
    llvm::sys::path::append(path, "local.mlir");
  auto file = openInputFile(path, &message);
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
