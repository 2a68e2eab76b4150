// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Verification.h"

#include "mlir/IR/BuiltinTypes.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"

#include <cmath>

using namespace mlir;
using namespace partita;
using namespace partita::run;

/// How far two elements are apart.
static double distance(double actual, double expected) {
  if (actual == expected || (std::isnan(actual) && std::isnan(expected)))
    return 0;
  double difference = std::fabs(actual - expected);
  return std::isfinite(difference) ? difference
                                   : std::numeric_limits<double>::infinity();
}

Difference run::compare(const Result &actual, const Result &expected,
                        double tolerance) {
  Difference difference;
  difference.name = actual.name;
  HostTensor actualTensor = actual.tensor.convertTo(ElementKind::F64);
  HostTensor expectedTensor = expected.tensor.convertTo(ElementKind::F64);
  ArrayRef<double> actualElements = actualTensor.data<double>();
  ArrayRef<double> expectedElements = expectedTensor.data<double>();
  double magnitude = 0;
  for (auto [x, y] : llvm::zip_equal(actualElements, expectedElements)) {
    difference.largest = std::max(difference.largest, distance(x, y));
    if (std::isfinite(y))
      magnitude = std::max(magnitude, std::fabs(y));
  }
  if (difference.largest != 0)
    difference.relative = difference.largest / magnitude;

  bool isFloat = isFloatKind(actual.tensor.getKind());
  difference.isWithin =
      isFloat ? difference.relative <= tolerance : difference.largest == 0;
  if (!isFloat || actual.tensor.getRank() < 2 || actualElements.empty())
    return difference;
  int64_t size = actual.tensor.getDims().back();
  difference.numRows = actual.tensor.getNumElements() / size;
  for (int64_t row = 0; row != difference.numRows; ++row) {
    auto argmax = [&](ArrayRef<double> elements) {
      ArrayRef<double> slice = elements.slice(row * size, size);
      return llvm::max_element(slice) - slice.begin();
    };
    difference.numSameArgmax +=
        argmax(actualElements) == argmax(expectedElements);
  }
  return difference;
}

double run::getTolerance(FunctionOpInterface function,
                         interp::Precision precision) {
  if (precision == interp::Precision::F64)
    return 1e-9;
  double tolerance = 1e-4;
  auto visit = [&](Type type) {
    std::optional<ElementKind> kind = interp::declaredKind(type);
    if (kind == ElementKind::F16)
      tolerance = std::max(tolerance, 2e-2);
    if (kind == ElementKind::BF16)
      tolerance = std::max(tolerance, 5e-2);
  };
  llvm::for_each(function.getArgumentTypes(), visit);
  function->walk([&](Operation *op) {
    if (op != function)
      llvm::for_each(op->getResultTypes(), visit);
  });
  return tolerance;
}

void run::printDifferences(raw_ostream &os, ArrayRef<Difference> differences,
                           double tolerance) {
  size_t nameWidth = 0;
  for (const Difference &difference : differences)
    nameWidth = std::max(nameWidth, difference.name.size());
  for (const Difference &difference : differences) {
    os << "  " << llvm::left_justify(difference.name, nameWidth)
       << llvm::format("  relative error %.2g", difference.relative);
    if (difference.numRows != 0)
      os << "  argmax equal in " << difference.numSameArgmax << " of "
         << difference.numRows << " rows";
    if (!difference.isWithin)
      os << "  DIFFERS";
    os << '\n';
  }
  int64_t numWrong = llvm::count_if(
      differences, [](const Difference &each) { return !each.isWithin; });
  if (numWrong == 0)
    os << "equal to one device, up to a relative error of "
       << llvm::format("%.2g", tolerance) << '\n';
  else
    os << numWrong << " of " << differences.size()
       << " results differ from those of one device by more than a relative "
          "error of "
       << llvm::format("%.2g", tolerance) << '\n';
}

llvm::json::Array run::toJson(ArrayRef<Difference> differences) {
  llvm::json::Array array;
  for (const Difference &difference : differences) {
    llvm::json::Object object{{"name", difference.name},
                              {"ok", difference.isWithin}};
    // JSON has no infinity.
    if (std::isfinite(difference.largest)) {
      object["max_difference"] = difference.largest;
      if (std::isfinite(difference.relative))
        object["max_relative_error"] = difference.relative;
    }
    if (difference.numRows != 0) {
      object["rows"] = difference.numRows;
      object["same_argmax"] = difference.numSameArgmax;
    }
    array.push_back(std::move(object));
  }
  return array;
}
