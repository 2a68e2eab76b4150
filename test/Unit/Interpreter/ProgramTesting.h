// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A short way to run a program given as text on some devices.

#ifndef PARTITA_TEST_UNIT_INTERPRETER_PROGRAMTESTING_H
#define PARTITA_TEST_UNIT_INTERPRETER_PROGRAMTESTING_H

#include "Interpreter/TensorTesting.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/OwningOpRef.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Support/DebugStringHelper.h"
#include "partita/Dialect/Dist/Dist.h"
#include "partita/Dialect/Xformer/Xformer.h"
#include "partita/Interpreter/Interpreter.h"

namespace partita::interp {

class ProgramTest : public testing::Test {
protected:
  ProgramTest()
      : handler(&context, [this](mlir::Diagnostic &diagnostic) {
          report(diagnostic);
          for (mlir::Diagnostic &note : diagnostic.getNotes())
            report(note);
        }) {
    mlir::DialectRegistry registry;
    registry.insert<mlir::arith::ArithDialect, mlir::func::FuncDialect,
                    mlir::scf::SCFDialect, dist::DistDialect,
                    xformer::XformerDialect>();
    registerInterpretableModels(registry);
    context.appendDialectRegistry(registry);
    context.loadAllAvailableDialects();
    context.printOpOnDiagnostic(false);
  }

  /// Runs @main of `source` with a list of inputs a device. Returns nothing if
  /// there was an error.
  std::optional<llvm::SmallVector<TensorList>>
  run(llvm::StringRef source, llvm::SmallVector<TensorList> inputs,
      InterpreterOptions options = {}) {
    options.numDevices = inputs.size();
    module = mlir::parseSourceString<mlir::ModuleOp>(source, &context);
    EXPECT_TRUE(module) << diagnostics;
    if (!module)
      return std::nullopt;
    Interpreter interpreter(options);
    auto results =
        interpreter.run(module->lookupSymbol<mlir::FunctionOpInterface>("main"),
                        std::move(inputs));
    if (mlir::failed(results))
      return std::nullopt;
    return llvm::SmallVector<TensorList>(std::move(*results));
  }

  /// The first result of every device for one input each.
  std::vector<HostTensor> runEach(llvm::StringRef source,
                                  llvm::ArrayRef<HostTensor> inputs,
                                  InterpreterOptions options = {}) {
    llvm::SmallVector<TensorList> lists;
    for (const HostTensor &input : inputs)
      lists.push_back({input});
    auto results = run(source, std::move(lists), options);
    EXPECT_TRUE(results) << diagnostics;
    std::vector<HostTensor> firsts(inputs.size());
    if (results)
      for (auto [first, list] : llvm::zip_equal(firsts, *results))
        first = list.front();
    return firsts;
  }

  /// The diagnostics of a run that fails.
  std::string runAndFail(llvm::StringRef source,
                         llvm::SmallVector<TensorList> inputs,
                         InterpreterOptions options = {}) {
    EXPECT_FALSE(run(source, std::move(inputs), options));
    return std::exchange(diagnostics, "");
  }

  mlir::MLIRContext context;
  std::string diagnostics;
  mlir::ScopedDiagnosticHandler handler;
  mlir::OwningOpRef<mlir::ModuleOp> module;

private:
  void report(mlir::Diagnostic &diagnostic) {
    diagnostics += mlir::debugString(diagnostic.getLocation()) + ": " +
                   diagnostic.str() + "\n";
  }
};

} // namespace partita::interp

#endif // PARTITA_TEST_UNIT_INTERPRETER_PROGRAMTESTING_H
