// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Results.h"

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/Support/DebugStringHelper.h"
#include "partita/Dialect/Xformer/Xformer.h"
#include "partita/Support/FileError.h"
#include "partita/Support/Npy.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/Path.h"

#include <cmath>

using namespace mlir;
using namespace partita;
using namespace partita::run;

//===----------------------------------------------------------------------===//
// Names and files
//===----------------------------------------------------------------------===//

/// True for a name that, with ".npy" after it, is one file in a directory.
static bool isFileName(StringRef name) {
  return name.size() <= 200 && !name.starts_with(".") &&
         llvm::all_of(name, [](char c) {
           return llvm::isAlnum(c) || c == '_' || c == '-' || c == '.';
         });
}

llvm::Expected<SmallVector<std::string>>
run::getResultNames(FunctionOpInterface function) {
  SmallVector<std::string> names;
  llvm::StringSet<> seen;
  for (unsigned index = 0; index != function.getNumResults(); ++index) {
    auto attribute = function.getResultAttrOfType<StringAttr>(
        index, xformer::outputAttrName);
    std::string name =
        attribute ? attribute.str() : "result" + std::to_string(index);
    auto fail = [&](const llvm::Twine &why) {
      return llvm::createStringError(llvm::inconvertibleErrorCode(),
                                     "result #" + llvm::Twine(index) + " of '" +
                                         function.getName() + "' is named " +
                                         quoted(name) + ", " + why);
    };
    if (!isFileName(name))
      return fail("which cannot name a file; expected letters, digits, '_', "
                  "'-' and '.'");
    if (!seen.insert(name).second)
      return fail("as another one is; expected names that differ");
    names.push_back(std::move(name));
  }
  return names;
}

llvm::Error run::writeResults(MutableArrayRef<Result> results,
                              StringRef directory) {
  if (std::error_code error = llvm::sys::fs::create_directories(directory))
    return fileError(directory, "cannot be made: " + error.message());
  for (Result &result : results) {
    SmallString<128> path(directory);
    llvm::sys::path::append(path, result.name + ".npy");
    if (llvm::Error error = writeNpy(path, result.tensor))
      return error;
    result.path = path.str();
  }
  return llvm::Error::success();
}

//===----------------------------------------------------------------------===//
// Summary
//===----------------------------------------------------------------------===//

namespace {
/// What the elements of a tensor are like.
struct Summary {
  /// Of the finite elements, if there are any.
  double min = 0, max = 0, mean = 0;
  int64_t numFinite = 0, numNotFinite = 0;
  /// Where the last row of the last dimension is largest: the next token, if
  /// the tensor is logits. Only for floats of two dimensions and more.
  std::optional<int64_t> lastArgmax;
};
} // namespace

static Summary summarize(const HostTensor &tensor) {
  HostTensor wide = tensor.convertTo(ElementKind::F64);
  ArrayRef<double> elements = wide.data<double>();
  Summary summary;
  for (double element : elements) {
    if (!std::isfinite(element)) {
      ++summary.numNotFinite;
      continue;
    }
    summary.min =
        summary.numFinite == 0 ? element : std::min(summary.min, element);
    summary.max =
        summary.numFinite == 0 ? element : std::max(summary.max, element);
    summary.mean += element;
    ++summary.numFinite;
  }
  if (summary.numFinite != 0)
    summary.mean /= summary.numFinite;
  if (isFloatKind(tensor.getKind()) && tensor.getRank() >= 2 &&
      !elements.empty()) {
    ArrayRef<double> last = elements.take_back(tensor.getDims().back());
    summary.lastArgmax = llvm::max_element(last) - last.begin();
  }
  return summary;
}

void run::printResults(raw_ostream &os, ArrayRef<Result> results) {
  size_t nameWidth = 0, typeWidth = 0;
  for (const Result &result : results) {
    nameWidth = std::max(nameWidth, result.name.size());
    typeWidth = std::max(typeWidth, debugString(result.type).size());
  }
  for (const Result &result : results) {
    std::string type = debugString(result.type);
    os << llvm::left_justify(result.name, nameWidth) << "  " << type;
    Summary summary = summarize(result.tensor);
    std::string facts;
    llvm::raw_string_ostream factsOs(facts);
    if (summary.numFinite == 1 && result.tensor.getNumElements() == 1)
      factsOs << llvm::format("  %.6g", summary.mean);
    else if (summary.numFinite != 0)
      factsOs << llvm::format("  min %.6g  max %.6g  mean %.6g", summary.min,
                              summary.max, summary.mean);
    if (summary.numNotFinite != 0)
      factsOs << "  " << summary.numNotFinite << " not finite";
    if (summary.lastArgmax)
      factsOs << "  argmax of the last row " << *summary.lastArgmax;
    if (!result.path.empty())
      factsOs << "  -> " << result.path;
    if (!facts.empty())
      os.indent(typeWidth - type.size()) << facts;
    os << '\n';
  }
}

llvm::json::Array run::toJson(ArrayRef<Result> results) {
  llvm::json::Array array;
  for (const Result &result : results) {
    Summary summary = summarize(result.tensor);
    llvm::json::Object object{{"name", result.name},
                              {"type", debugString(result.type)},
                              {"not_finite", summary.numNotFinite}};
    if (summary.numFinite != 0) {
      object["min"] = summary.min;
      object["max"] = summary.max;
      object["mean"] = summary.mean;
    }
    if (summary.lastArgmax)
      object["last_argmax"] = *summary.lastArgmax;
    if (!result.path.empty())
      object["path"] = result.path;
    array.push_back(std::move(object));
  }
  return array;
}
