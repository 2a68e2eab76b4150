// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "partita/Dialect/Dist/Dist.h"

#include "Groups.h"

#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace partita;
using namespace partita::dist;

//===----------------------------------------------------------------------===//
// ShiftAttr
//===----------------------------------------------------------------------===//

LogicalResult ShiftAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                AxesAttr axes, int64_t by) {
  if (by < 0) // shift_c1
    return emitError() << "expected a shift that is not negative, got " << by
                       << "; a step back in a ring of n devices is a shift by "
                          "n - 1";
  return success();
}

LogicalResult
ShiftAttr::verifyOn(const MeshAttr &mesh,
                    function_ref<InFlightDiagnostic()> emitError) const {
  if (failed(mesh.verifyParts(getAxes().getParts(), emitError)))
    return failure();
  int64_t size = mesh.getSize(getAxes().getParts());
  if (getBy() >= size) // shift_c2
    return emitError() << "expected a shift below the " << size
                       << " devices of the ring, got " << getBy();
  return success();
}

int64_t ShiftAttr::getSource(const MeshAttr &mesh, int64_t device) const {
  ArrayRef<AxisPartAttr> axes = getAxes().getParts();
  int64_t size = mesh.getSize(axes);
  int64_t index = mesh.getIndex(device, axes);
  return mesh.getDevice(device, axes, (index - getBy() + size) % size);
}

bool ShiftAttr::isIdentity() const { return getBy() == 0; }

//===----------------------------------------------------------------------===//
// ReorderAttr
//===----------------------------------------------------------------------===//

void dist::detail::dropCommonEnds(AxesAttr &from, AxesAttr &to) {
  ArrayRef<AxisPartAttr> fromParts = from.getParts(), toParts = to.getParts();
  while (!fromParts.empty() && !toParts.empty() &&
         fromParts.front() == toParts.front()) {
    fromParts = fromParts.drop_front();
    toParts = toParts.drop_front();
  }
  while (!fromParts.empty() && !toParts.empty() &&
         fromParts.back() == toParts.back()) {
    fromParts = fromParts.drop_back();
    toParts = toParts.drop_back();
  }
  from = AxesAttr::get(from.getContext(), fromParts);
  to = AxesAttr::get(to.getContext(), toParts);
}

LogicalResult ReorderAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                  AxesAttr from, AxesAttr to) {
  return success(); // All that there is to check needs the mesh.
}

LogicalResult
ReorderAttr::verifyOn(const MeshAttr &mesh,
                      function_ref<InFlightDiagnostic()> emitError) const {
  if (failed(mesh.verifyParts(getFrom().getParts(), emitError)) ||
      failed(mesh.verifyParts(getTo().getParts(), emitError)))
    return failure();
  if (!haveSameCoordinates(mesh, getFrom(), getTo())) // reorder_c1
    return emitError() << "expected the same axes in another order, got "
                       << *this;
  return success();
}

int64_t ReorderAttr::getSource(const MeshAttr &mesh, int64_t device) const {
  return mesh.getDevice(device, getFrom().getParts(),
                        mesh.getIndex(device, getTo().getParts()));
}

bool ReorderAttr::isIdentity() const {
  return getFrom().empty() && getTo().empty();
}

//===----------------------------------------------------------------------===//
// PairsAttr
//===----------------------------------------------------------------------===//

std::pair<SmallVector<int64_t>, SmallVector<int64_t>>
dist::detail::sortPairs(ArrayRef<std::pair<int64_t, int64_t>> pairs) {
  SmallVector<std::pair<int64_t, int64_t>> sorted(pairs);
  llvm::sort(sorted);
  SmallVector<int64_t> sources, targets;
  for (auto [source, target] : sorted) {
    sources.push_back(source);
    targets.push_back(target);
  }
  return {std::move(sources), std::move(targets)};
}

LogicalResult PairsAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                ArrayRef<int64_t> sources,
                                ArrayRef<int64_t> targets) {
  for (auto [role, devices] :
       {std::pair("source", sources), std::pair("target", targets)}) {
    SmallVector<int64_t> sorted(devices);
    llvm::sort(sorted);
    if (!sorted.empty() && sorted.front() < 0) // pairs_c1
      return emitError() << "expected devices that are not negative, got "
                         << sorted.front();
    auto *twice = std::adjacent_find(sorted.begin(), sorted.end());
    if (twice != sorted.end()) // pairs_c2
      return emitError() << "expected device " << *twice << " to be a " << role
                         << " once";
  }
  return success();
}

LogicalResult
PairsAttr::verifyBetween(MeshAttr from, MeshAttr to,
                         function_ref<InFlightDiagnostic()> emitError) const {
  for (auto [mesh, devices] :
       {std::pair(from, getSources()), std::pair(to, getTargets())}) {
    int64_t count = mesh.getDeviceCount();
    for (int64_t device : devices)
      if (device >= count) // pairs_c3
        return emitError() << "expected a device of the mesh, which has "
                           << count << ", got " << device;
  }
  return success();
}

LogicalResult
PairsAttr::verifyOn(const MeshAttr &mesh,
                    function_ref<InFlightDiagnostic()> emitError) const {
  if (failed(verifyBetween(mesh, mesh, emitError)))
    return failure();
  SmallVector<int64_t> targets(getTargets());
  llvm::sort(targets);
  if (getSources() == ArrayRef(targets))
    return success();
  // pairs_c4: no device is in a list twice, so some source is no target.
  int64_t odd = *llvm::find_if(getSources(), [&](int64_t source) {
    return !std::binary_search(targets.begin(), targets.end(), source);
  });
  return emitError() << "expected pairs that form a permutation, got device "
                     << odd << " as a source only";
}

int64_t PairsAttr::getSource(const MeshAttr &mesh, int64_t device) const {
  auto *target = llvm::find(getTargets(), device);
  if (target == getTargets().end())
    return device;
  return getSources()[target - getTargets().begin()];
}

bool PairsAttr::isIdentity() const { return getSources() == getTargets(); }
