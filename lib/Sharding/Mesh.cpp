// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "partita/Sharding/Mesh.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/raw_ostream.h"

#include <cmath>

using namespace partita::sharding;
using llvm::ArrayRef;
using llvm::SmallVector;
using llvm::StringRef;

static llvm::Error makeError(const llvm::Twine &message) {
  return llvm::createStringError(
      std::make_error_code(std::errc::invalid_argument), message);
}

int64_t partita::sharding::getSize(ArrayRef<AxisPart> parts) {
  int64_t size = 1;
  for (AxisPart part : parts)
    size *= part.size;
  return size;
}

AxisParts partita::sharding::joinParts(ArrayRef<AxisPart> parts) {
  AxisParts joined;
  for (AxisPart part : parts) {
    if (part.size == 1)
      continue;
    if (!joined.empty() && joined.back().isFollowedBy(part))
      joined.back().size *= part.size;
    else
      joined.push_back(part);
  }
  return joined;
}

//===----------------------------------------------------------------------===//
// Construction
//===----------------------------------------------------------------------===//

static llvm::Error verifyAxis(const Axis &axis) {
  if (axis.name.empty())
    return makeError("expected names of axes that are not empty");
  if (axis.size < 1)
    return makeError("expected a positive size of axis '" + axis.name +
                     "', got " + llvm::Twine(axis.size));
  if (!(axis.bandwidth > 0) || !std::isfinite(axis.bandwidth))
    return makeError("expected a positive bandwidth of axis '" + axis.name +
                     "'");
  if (!(axis.latency >= 0) || !std::isfinite(axis.latency))
    return makeError("expected a latency of axis '" + axis.name +
                     "' that is not negative");
  return llvm::Error::success();
}

llvm::Expected<Mesh> Mesh::get(ArrayRef<Axis> axes) {
  Mesh mesh;
  for (const Axis &axis : axes) {
    if (llvm::Error error = verifyAxis(axis))
      return error;
    if (mesh.findAxis(axis.name))
      return makeError("expected axes of different names, got '" + axis.name +
                       "' twice");
    if (axis.size > maxDevices / mesh.numDevices)
      return makeError("expected fewer than 2^31 devices");
    mesh.numDevices *= axis.size;
    mesh.axes.push_back(axis);
  }
  int64_t stride = mesh.numDevices;
  for (const Axis &axis : axes)
    mesh.strides.push_back(stride /= axis.size);
  return mesh;
}

llvm::Expected<Mesh> Mesh::parse(StringRef text) {
  SmallVector<StringRef> items;
  if (!text.empty())
    text.split(items, ',');
  SmallVector<Axis> axes;
  for (StringRef item : items) {
    auto [name, size] = item.split('=');
    Axis &axis = axes.emplace_back();
    axis.name = name.trim().str();
    if (size.trim().getAsInteger(10, axis.size))
      return makeError("expected an axis as name=size, got '" + item.trim() +
                       "'");
  }
  return get(axes);
}

//===----------------------------------------------------------------------===//
// Parts
//===----------------------------------------------------------------------===//

std::optional<unsigned> Mesh::findAxis(StringRef name) const {
  for (auto [index, axis] : llvm::enumerate(axes))
    if (axis.name == name)
      return index;
  return std::nullopt;
}

llvm::Error Mesh::verify(ArrayRef<AxisPart> parts) const {
  auto quote = [&](AxisPart part) {
    std::string text;
    llvm::raw_string_ostream os(text);
    print(os, part);
    return text;
  };
  for (AxisPart part : parts) {
    if (part.axis >= axes.size())
      return makeError("expected an axis below " + llvm::Twine(axes.size()) +
                       ", got " + llvm::Twine(part.axis));
    int64_t size = axes[part.axis].size;
    if (part.pre < 1 || part.size < 1 || size % part.pre != 0 ||
        size / part.pre % part.size != 0)
      return makeError("expected a part of axis \"" + axes[part.axis].name +
                       "\" of size " + llvm::Twine(size) + ", got " +
                       quote(part));
  }
  AxisParts sorted(parts);
  llvm::sort(sorted);
  for (auto [major, minor] : llvm::zip(sorted, llvm::drop_begin(sorted))) {
    if (major == minor)
      return makeError("expected " + quote(major) + " once, got it twice");
    if (major.overlaps(minor))
      return makeError("expected parts that do not overlap, got " +
                       quote(major) + " and " + quote(minor));
    if (major.axis == minor.axis && minor.pre % major.end() != 0)
      return makeError("expected parts that nest, got " + quote(major) +
                       " and " + quote(minor));
  }
  return llvm::Error::success();
}

AxisParts Mesh::getComplement(ArrayRef<AxisPart> parts) const {
  AxisParts sorted(parts);
  llvm::sort(sorted);
  AxisParts complement;
  const AxisPart *next = sorted.begin();
  for (unsigned axis = 0; axis != axes.size(); ++axis) {
    int64_t pre = 1;
    for (; next != sorted.end() && next->axis == axis; ++next) {
      complement.push_back({axis, pre, next->pre / pre});
      pre = next->end();
    }
    complement.push_back({axis, pre, axes[axis].size / pre});
  }
  return joinParts(complement);
}

//===----------------------------------------------------------------------===//
// Devices
//===----------------------------------------------------------------------===//

int64_t Mesh::getIndex(int64_t device, ArrayRef<AxisPart> parts) const {
  int64_t index = 0;
  for (AxisPart part : parts) {
    int64_t coordinate = device / strides[part.axis] % axes[part.axis].size;
    int64_t minor = axes[part.axis].size / part.end();
    index = index * part.size + coordinate / minor % part.size;
  }
  return index;
}

int64_t Mesh::getDevice(int64_t device, ArrayRef<AxisPart> parts,
                        int64_t index) const {
  for (AxisPart part : llvm::reverse(parts)) {
    int64_t step = strides[part.axis] * (axes[part.axis].size / part.end());
    int64_t old = device / step % part.size;
    device += (index % part.size - old) * step;
    index /= part.size;
  }
  return device;
}

SmallVector<SmallVector<int64_t>>
Mesh::getGroups(ArrayRef<AxisPart> parts) const {
  SmallVector<SmallVector<int64_t>> groups;
  int64_t size = getSize(parts);
  for (int64_t device = 0; device != numDevices; ++device) {
    if (getIndex(device, parts) != 0)
      continue;
    SmallVector<int64_t> &group = groups.emplace_back();
    for (int64_t index = 0; index != size; ++index)
      group.push_back(getDevice(device, parts, index));
  }
  return groups;
}

//===----------------------------------------------------------------------===//
// Printing
//===----------------------------------------------------------------------===//

void Mesh::print(llvm::raw_ostream &os, AxisPart part) const {
  os << '"' << axes[part.axis].name << '"';
  if (part != getWhole(part.axis))
    os << ":(" << part.pre << ')' << part.size;
}

void Mesh::print(llvm::raw_ostream &os, ArrayRef<AxisPart> parts) const {
  os << '{';
  llvm::interleaveComma(parts, os, [&](AxisPart part) { print(os, part); });
  os << '}';
}

void Mesh::print(llvm::raw_ostream &os) const {
  llvm::interleave(
      axes, os, [&](const Axis &axis) { os << axis.name << '=' << axis.size; },
      ",");
}
