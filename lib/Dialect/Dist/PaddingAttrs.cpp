// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "partita/Dialect/Dist/Dist.h"

#include "Notation.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace partita;
using namespace partita::dist;

//===----------------------------------------------------------------------===//
// DimPaddingAttr
//===----------------------------------------------------------------------===//

std::pair<SmallVector<int64_t>, SmallVector<int64_t>>
dist::detail::joinAtoms(ArrayRef<int64_t> sizes, ArrayRef<int64_t> padded) {
  SmallVector<int64_t> joined, joinedPadded;
  bool lastIsPadded = true;
  for (auto [size, paddedSize] : llvm::zip_equal(sizes, padded)) {
    bool isPadded = size != paddedSize;
    if (!isPadded && size == 1)
      continue;
    int64_t product;
    if (!isPadded && !lastIsPadded &&
        !llvm::MulOverflow(joined.back(), size, product)) {
      joined.back() = joinedPadded.back() = product;
      continue;
    }
    joined.push_back(size);
    joinedPadded.push_back(paddedSize);
    lastIsPadded = isPadded;
  }
  return {joined, joinedPadded};
}

LogicalResult
DimPaddingAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                       ArrayRef<int64_t> sizes, ArrayRef<int64_t> padded) {
  int64_t product = 1;
  for (auto [size, paddedSize] : llvm::zip_equal(sizes, padded)) {
    if (size < 1 || paddedSize < size) // dim_padding_c1
      return emitError() << "expected a positive size and one that is not "
                            "below it, got "
                         << size << " -> " << paddedSize;
    if (llvm::MulOverflow(product, paddedSize, product)) // dim_padding_c2
      return emitError() << "expected a padded size below 2^63";
  }
  return success();
}

DimPaddingAttr DimPaddingAttr::getNone(MLIRContext *context, int64_t size) {
  return get(context, size, size);
}

static int64_t product(ArrayRef<int64_t> sizes) {
  int64_t result = 1;
  for (int64_t size : sizes)
    result *= size;
  return result;
}

int64_t DimPaddingAttr::getSize() const { return product(getSizes()); }

int64_t DimPaddingAttr::getPaddedSize() const {
  return product(getPaddedSizes());
}

int64_t DimPaddingAttr::getPaddedIndex(int64_t index) const {
  int64_t result = 0, stride = 1;
  for (auto [size, padded] :
       llvm::reverse(llvm::zip_equal(getSizes(), getPaddedSizes()))) {
    result += index % size * stride;
    index /= size;
    stride *= padded;
  }
  return result;
}

//===----------------------------------------------------------------------===//
// PaddingAttr
//===----------------------------------------------------------------------===//

bool PaddingAttr::isPadded() const {
  return llvm::any_of(getDims(),
                      [](DimPaddingAttr dim) { return dim.isPadded(); });
}

RankedTensorType PaddingAttr::getPaddedType(RankedTensorType type) const {
  return type.clone(llvm::map_to_vector(
      getDims(), [](DimPaddingAttr dim) { return dim.getPaddedSize(); }));
}

RankedTensorType PaddingAttr::getUnpaddedType(RankedTensorType type) const {
  return type.clone(llvm::map_to_vector(
      getDims(), [](DimPaddingAttr dim) { return dim.getSize(); }));
}

//===----------------------------------------------------------------------===//
// Notation
//===----------------------------------------------------------------------===//

ParseResult dist::parseDimPadding(AsmParser &parser, DimPaddingAttr &padding) {
  SMLoc loc = parser.getCurrentLocation();
  SmallVector<int64_t> sizes, padded;
  auto parseAtom = [&]() -> ParseResult {
    if (parser.parseInteger(sizes.emplace_back()))
      return failure();
    padded.push_back(sizes.back());
    return failure(succeeded(parser.parseOptionalArrow()) &&
                   parser.parseInteger(padded.back()));
  };
  if (parser.parseCommaSeparatedList(AsmParser::Delimiter::Square, parseAtom))
    return failure();
  padding = parser.getChecked<DimPaddingAttr>(
      loc, parser.getContext(), ArrayRef(sizes), ArrayRef(padded));
  return success(padding != nullptr);
}

void dist::printDimPadding(AsmPrinter &printer, Operation *,
                           DimPaddingAttr padding) {
  printer << '[';
  llvm::interleaveComma(llvm::zip(padding.getSizes(), padding.getPaddedSizes()),
                        printer, [&](auto atom) {
                          auto [size, padded] = atom;
                          printer << size;
                          if (padded != size)
                            printer << " -> " << padded;
                        });
  printer << ']';
}

Attribute DimPaddingAttr::parse(AsmParser &parser, Type) {
  DimPaddingAttr padding;
  if (parser.parseLess() || parseDimPadding(parser, padding) ||
      parser.parseGreater())
    return {};
  return padding;
}

void DimPaddingAttr::print(AsmPrinter &printer) const {
  printer << '<';
  printDimPadding(printer, nullptr, *this);
  printer << '>';
}

Attribute PaddingAttr::parse(AsmParser &parser, Type) {
  SmallVector<DimPaddingAttr> dims;
  if (parser.parseLess() ||
      parser.parseCommaSeparatedList(
          AsmParser::Delimiter::Square,
          [&] { return parseDimPadding(parser, dims.emplace_back()); }) ||
      parser.parseGreater())
    return {};
  return PaddingAttr::get(parser.getContext(), dims);
}

void PaddingAttr::print(AsmPrinter &printer) const {
  printer << "<[";
  llvm::interleaveComma(getDims(), printer, [&](DimPaddingAttr dim) {
    printDimPadding(printer, nullptr, dim);
  });
  printer << "]>";
}
