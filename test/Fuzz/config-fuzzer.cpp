// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Configs of models. Laws: what is refused is one error, at a place in the
// text, and what is accepted is a graph whose text reads back.

#include "FuzzInput.h"

#include "partita/Frontend/HuggingFace/HuggingFace.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/Location.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Parser/Parser.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace partita;

/// One layer shows all that many would.
static constexpr HuggingFaceImportOptions options = {.layers = 1};

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  llvm::StringRef text(reinterpret_cast<const char *>(data), size);
  MLIRContext context(MLIRContext::Threading::DISABLED);
  unsigned errors = 0;
  ScopedDiagnosticHandler handler(&context, [&](Diagnostic &diagnostic) {
    ++errors;
    auto place = dyn_cast<FileLineColLoc>(diagnostic.getLocation());
    fuzz::require(place && place.getLine() >= 1 &&
                      place.getLine() <= text.count('\n') + 1,
                  "an error has a place");
    return success();
  });
  OwningOpRef<ModuleOp> module =
      importHuggingFace(context, text, "config.json", options);
  fuzz::require(errors == (module ? 0 : 1), "a refusal is one error");
  if (!module)
    return 0;
  std::string printed;
  llvm::raw_string_ostream os(printed);
  printModel(*module, os);
  fuzz::require(bool(parseSourceString<ModuleOp>(printed, &context)),
                "the graph reads back");
  return 0;
}
