// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "partita/Dialect/Dist/Dist.h"

#include "AxisParts.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace partita;
using namespace partita::dist;

//===----------------------------------------------------------------------===//
// AxisPartAttr
//===----------------------------------------------------------------------===//

LogicalResult AxisPartAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                   StringRef axis, int64_t pre, int64_t size) {
  if (axis.empty()) // axis_c1
    return emitError() << "expected the name of an axis that is not empty";
  int64_t product;
  bool isWhole = pre == 1 && size == 0;
  if (!isWhole &&
      (pre < 1 || size < 2 || llvm::MulOverflow(pre, size, product))) // axis_c2
    return emitError() << "expected a part \"" << axis
                       << "\":(pre)size with pre of at least 1, size of at "
                          "least 2 and a product below 2^63, got ("
                       << pre << ')' << size;
  return success();
}

/// Where the part ends in the factorization of its axis.
static int64_t endOf(AxisPartAttr part) {
  return part.isWhole() ? std::numeric_limits<int64_t>::max()
                        : part.getPre() * part.getSize();
}

bool AxisPartAttr::overlaps(AxisPartAttr other) const {
  return getAxis() == other.getAxis() && getPre() < endOf(other) &&
         other.getPre() < endOf(*this);
}

bool AxisPartAttr::isFollowedBy(AxisPartAttr other) const {
  return getAxis() == other.getAxis() && !other.isWhole() &&
         endOf(*this) == other.getPre();
}

bool AxisPartAttr::operator<(AxisPartAttr other) const {
  return std::tuple(getAxis(), getPre(), getSize()) <
         std::tuple(other.getAxis(), other.getPre(), other.getSize());
}

AxisPartAttr dist::join(AxisPartAttr major, AxisPartAttr minor) {
  assert(major.isFollowedBy(minor));
  return AxisPartAttr::get(major.getContext(), major.getAxis(), major.getPre(),
                           major.getSize() * minor.getSize());
}

SmallVector<AxisPartAttr, 4>
dist::detail::joinParts(ArrayRef<AxisPartAttr> parts) {
  SmallVector<AxisPartAttr, 4> joined;
  for (AxisPartAttr part : parts)
    if (!joined.empty() && joined.back().isFollowedBy(part))
      joined.back() = join(joined.back(), part);
    else
      joined.push_back(part);
  return joined;
}

PartsConflict dist::findConflict(SmallVector<AxisPartAttr> parts) {
  llvm::sort(parts);
  for (auto [major, minor] : llvm::zip(parts, llvm::drop_begin(parts))) {
    if (major.getAxis() != minor.getAxis())
      continue;
    if (major.overlaps(minor))
      return {PartsConflict::Overlap, major, minor};
    if (minor.getPre() % endOf(major) != 0)
      return {PartsConflict::Factorization, major, minor};
  }
  return {};
}

LogicalResult PartsConflict::report(InFlightDiagnostic diagnostic) const {
  if (kind == Overlap)
    return diagnostic << "expected no coordinates of an axis twice, got "
                      << major.str() << " and " << minor.str();
  return diagnostic << "expected parts of one factorization of an axis, got "
                    << major.str() << " and " << minor.str() << ", where "
                    << minor.getPre() << " is no multiple of " << endOf(major);
}

//===----------------------------------------------------------------------===//
// AxesAttr
//===----------------------------------------------------------------------===//

LogicalResult AxesAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                               ArrayRef<AxisPartAttr> parts) {
  // axes_c1, axes_c2
  return verifyNoConflict(SmallVector<AxisPartAttr>(parts), emitError);
}

AxesAttr AxesAttr::getSorted() const {
  SmallVector<AxisPartAttr> parts(getParts());
  llvm::sort(parts);
  return get(getContext(), parts);
}

bool AxesAttr::isDisjointFrom(AxesAttr other) const {
  SmallVector<AxisPartAttr> parts(getParts());
  llvm::append_range(parts, other.getParts());
  return !findConflict(std::move(parts));
}
