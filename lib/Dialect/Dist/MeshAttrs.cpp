// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "partita/Dialect/Dist/Dist.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"

using namespace mlir;
using namespace partita;
using namespace partita::dist;

// The signature is what MLIR generates a declaration of.
// NOLINTBEGIN(performance-unnecessary-value-param)
LogicalResult LinkAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                               APFloat bandwidth, APFloat latency) {
  // NOLINTEND(performance-unnecessary-value-param)
  if (!bandwidth.isFinite() || bandwidth.isNegative() ||
      bandwidth.isZero()) // link_c1
    return emitError() << "expected a bandwidth that is positive and finite, "
                          "got "
                       << bandwidth.convertToDouble();
  if (!latency.isFinite() ||
      (latency.isNegative() && !latency.isZero())) // link_c2
    return emitError() << "expected a latency that is finite and not negative, "
                          "got "
                       << latency.convertToDouble();
  return success();
}

LogicalResult MeshAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                               ArrayRef<MeshAxisAttr> axes) {
  llvm::StringSet<> names;
  int64_t devices = 1;
  for (MeshAxisAttr axis : axes) {
    if (axis.getName().empty()) // mesh_c1
      return emitError() << "expected names of axes that are not empty";
    if (!names.insert(axis.getName()).second) // mesh_c1
      return emitError() << "expected axes of different names, got \""
                         << axis.getName() << "\" twice";
    if (axis.getSize() < 1) // mesh_c2
      return emitError() << "expected the size of axis \"" << axis.getName()
                         << "\" to be positive, got " << axis.getSize();
    // mesh_c3: no product below overflows, as both factors are below 2^31.
    constexpr int64_t maxDevices = std::numeric_limits<int32_t>::max();
    if (axis.getSize() <= maxDevices)
      devices *= axis.getSize();
    if (axis.getSize() > maxDevices || devices > maxDevices)
      return emitError() << "expected a mesh of fewer than 2^31 devices";
  }
  return success();
}

int64_t MeshAttr::getDeviceCount() const {
  int64_t count = 1;
  for (MeshAxisAttr axis : getAxes())
    count *= axis.getSize();
  return count;
}

std::optional<int64_t> MeshAttr::getAxisSize(StringRef name) const {
  for (MeshAxisAttr axis : getAxes())
    if (axis.getName() == name)
      return axis.getSize();
  return std::nullopt;
}

int64_t MeshAttr::getSize(AxisPartAttr part) const {
  if (!part.isWhole())
    return part.getSize();
  std::optional<int64_t> size = getAxisSize(part.getAxis());
  assert(size && "expected an axis of the mesh");
  return *size;
}

int64_t MeshAttr::getSize(ArrayRef<AxisPartAttr> parts) const {
  int64_t size = 1;
  for (AxisPartAttr part : parts)
    size *= getSize(part);
  return size;
}

namespace {
/// The coordinate on a part, as a digit of a device's number.
struct Digit {
  int64_t size;
  int64_t stride;

  int64_t of(int64_t device) const { return device / stride % size; }
};
} // namespace

static Digit digitOf(MeshAttr mesh, AxisPartAttr part) {
  int64_t stride = 1;
  for (MeshAxisAttr axis : llvm::reverse(mesh.getAxes())) {
    if (axis.getName() == part.getAxis()) {
      if (part.isWhole())
        return {axis.getSize(), stride};
      int64_t minor = axis.getSize() / (part.getPre() * part.getSize());
      return {part.getSize(), stride * minor};
    }
    stride *= axis.getSize();
  }
  llvm_unreachable("expected an axis of the mesh");
}

int64_t MeshAttr::getIndex(int64_t device, ArrayRef<AxisPartAttr> parts) const {
  int64_t index = 0;
  for (AxisPartAttr part : parts) {
    Digit digit = digitOf(*this, part);
    index = index * digit.size + digit.of(device);
  }
  return index;
}

int64_t MeshAttr::getDevice(int64_t device, ArrayRef<AxisPartAttr> parts,
                            int64_t index) const {
  for (AxisPartAttr part : llvm::reverse(parts)) {
    Digit digit = digitOf(*this, part);
    device += (index % digit.size - digit.of(device)) * digit.stride;
    index /= digit.size;
  }
  return device;
}

SmallVector<AxisPartAttr, 4>
MeshAttr::getCanonical(ArrayRef<AxisPartAttr> parts) const {
  SmallVector<AxisPartAttr, 4> canonical = detail::joinParts(parts);
  for (AxisPartAttr &part : canonical)
    if (part.getPre() == 1 && part.getSize() == getAxisSize(part.getAxis()))
      part = AxisPartAttr::get(getContext(), part.getAxis());
  return canonical;
}

LogicalResult
MeshAttr::verifyParts(ArrayRef<AxisPartAttr> parts,
                      function_ref<InFlightDiagnostic()> emitError) const {
  for (AxisPartAttr part : parts) {
    std::optional<int64_t> size = getAxisSize(part.getAxis());
    if (!size) { // mesh_use_c2
      InFlightDiagnostic diagnostic = emitError();
      diagnostic << "expected an axis of the mesh, which has ";
      if (getAxes().empty())
        diagnostic << "none";
      llvm::interleaveComma(getAxes(), diagnostic, [&](MeshAxisAttr axis) {
        diagnostic << '"' << axis.getName() << '"';
      });
      return diagnostic << ", got \"" << part.getAxis() << '"';
    }
    if (part.isWhole())
      continue;
    if (*size % (part.getPre() * part.getSize()) != 0) // mesh_use_c3
      return emitError() << "expected a part whose sizes divide " << *size
                         << ", the size of axis \"" << part.getAxis()
                         << "\", got " << part.str();
    if (part.getSize() == *size) // mesh_use_c4
      return emitError() << "expected \"" << part.getAxis()
                         << "\" for the whole axis, got " << part.str();
  }
  return success();
}
