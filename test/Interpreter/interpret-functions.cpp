// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// interpret-functions FILE.mlir [--f64] [--verify-diagnostics]
//
// For tests: runs every function that takes no arguments, in order, and prints
// its name and its results. With --verify-diagnostics errors are expected where
// the file says so.

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/OwningOpRef.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Support/FileUtilities.h"
#include "partita/Interpreter/Interpreter.h"
#include "partita/Registration/Registration.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace partita;
namespace cl = llvm::cl;

static cl::opt<std::string> file(cl::Positional, cl::Required);
static cl::opt<bool> useF64("f64", cl::desc("Compute floats in f64"));
static cl::opt<bool> verifyDiagnostics("verify-diagnostics",
                                       cl::desc("Check expected-error"));

/// Runs the functions of `module`; returns whether all of them succeeded.
static bool runAll(ModuleOp module) {
  interp::Interpreter interpreter(
      {.precision = useF64 ? interp::Precision::F64 : interp::Precision::F32});
  bool allSucceeded = true;
  for (auto function : module.getOps<func::FuncOp>()) {
    if (function.getNumArguments() != 0 || function.isExternal())
      continue;
    auto outputs = interpreter.run(function, {{}});
    if (failed(outputs)) {
      allSucceeded = false;
      continue;
    }
    llvm::outs() << '@' << function.getName() << '\n';
    for (const HostTensor &tensor : outputs->front()) {
      llvm::outs() << "  ";
      print(llvm::outs(), tensor, /*limit=*/64);
      llvm::outs() << '\n';
    }
  }
  return allSucceeded;
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  cl::ParseCommandLineOptions(argc, argv);
  DialectRegistry registry;
  registry.insert<arith::ArithDialect, func::FuncDialect, math::MathDialect>();
  registerDialects(registry);
  MLIRContext context(registry, MLIRContext::Threading::DISABLED);
  context.printOpOnDiagnostic(false);
  llvm::SourceMgr sourceManager;
  std::string message;
  auto buffer = openInputFile(file, &message);
  if (!buffer) {
    llvm::errs() << message << '\n';
    return 1;
  }
  sourceManager.AddNewSourceBuffer(std::move(buffer), llvm::SMLoc());
  if (!verifyDiagnostics) {
    SourceMgrDiagnosticHandler handler(sourceManager, &context);
    auto module = parseSourceFile<ModuleOp>(sourceManager, &context);
    return module && runAll(*module) ? 0 : 1;
  }
  SourceMgrDiagnosticVerifierHandler handler(sourceManager, &context);
  if (auto module = parseSourceFile<ModuleOp>(sourceManager, &context))
    runAll(*module);
  return failed(handler.verify());
}
