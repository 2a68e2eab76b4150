// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Parameters, from a checkpoint or at random.

#include "Arguments.h"

#include "partita/Dialect/Xformer/Xformer.h"
#include "partita/Frontend/Weights/WeightStore.h"
#include "partita/Interpreter/Kernels/Shape.h"
#include "partita/Support/FileError.h"
#include "partita/Support/RandomTensor.h"

using namespace mlir;
using namespace partita;
using namespace partita::run;

/// Joins the parts of a parameter of `type`, as `source` says.
static HostTensor join(SmallVector<HostTensor> parts, RankedTensorType type,
                       const ParameterSource &source) {
  if (!source.isStacked)
    return std::move(parts.front());
  Shape dims(type.getShape());
  dims.front() = 1;
  for (HostTensor &part : parts)
    part = part.reshape(dims);
  return parts.size() == 1 ? std::move(parts.front())
                           : interp::concat(parts, 0);
}

/// The type of each part of a parameter of `type`.
static RankedTensorType getPartType(RankedTensorType type,
                                    const ParameterSource &source) {
  return source.isStacked ? type.clone(type.getShape().drop_front()) : type;
}

//===----------------------------------------------------------------------===//
// Checkpoints
//===----------------------------------------------------------------------===//

/// The name without its first path component, or "".
static StringRef dropPrefix(StringRef name) { return name.split('.').second; }

/// The name under which `store` has the tensor `name`.
static llvm::Expected<StringRef> findStoredName(StringRef name,
                                                const WeightStore &store) {
  if (store.contains(name))
    return name;
  SmallVector<StringRef> candidates;
  for (StringRef stored : store.names())
    if (dropPrefix(stored) == name || dropPrefix(name) == stored)
      candidates.push_back(stored);
  if (candidates.size() > 1)
    return fileError(store.getPath(), "has no tensor " + quoted(name) +
                                          ", and several that may be meant: " +
                                          quoted(candidates[0]) + " and " +
                                          quoted(candidates[1]));
  // Where there is no candidate either, the store says what looks like it.
  return candidates.empty() ? name : candidates.front();
}

llvm::Expected<HostTensor> run::loadParameter(RankedTensorType type,
                                              const ParameterSource &source,
                                              const WeightStore &store) {
  SmallVector<HostTensor> parts;
  for (StringRef name : source.names) {
    llvm::Expected<StringRef> storedName = findStoredName(name, store);
    if (!storedName)
      return storedName.takeError();
    llvm::Expected<HostTensor> tensor = store.find(*storedName);
    if (!tensor)
      return tensor.takeError();
    std::string origin =
        (store.getPath() + ": tensor " + quoted(*storedName)).str();
    llvm::Expected<HostTensor> part =
        fitTo(getPartType(type, source), std::move(*tensor), origin);
    if (!part)
      return part.takeError();
    parts.push_back(std::move(*part));
  }
  // Parts of one stack may be stored in several float types.
  for (HostTensor &part : parts)
    if (part.getKind() != parts.front().getKind())
      part = part.convertTo(parts.front().getKind());
  return join(std::move(parts), type, source);
}

//===----------------------------------------------------------------------===//
// Random values
//===----------------------------------------------------------------------===//

/// True for a parameter that multiplies normalized values.
static bool isNormWeight(BlockArgument argument) {
  return llvm::any_of(argument.getUsers(), [&](Operation *user) {
    if (auto norm = dyn_cast<xformer::LayerNormOp>(user))
      return norm.getWeight() == argument;
    if (auto norm = dyn_cast<xformer::RmsNormOp>(user))
      return norm.getWeight() == argument;
    return false;
  });
}

HostTensor run::drawParameter(BlockArgument argument, RankedTensorType type,
                              const ParameterSource &source, uint64_t seed) {
  RankedTensorType partType = getPartType(type, source);
  ElementKind kind = *interp::declaredKind(type);
  bool isNorm = isNormWeight(argument);
  SmallVector<HostTensor> parts;
  for (StringRef name : source.names) {
    if (isNorm) {
      SmallVector<float> ones(partType.getNumElements(), 1);
      parts.push_back(
          HostTensor::of<float>(partType.getShape(), ones).convertTo(kind));
    } else {
      parts.push_back(
          randomNormalTensor(seed, name, kind, partType.getShape(), 0.02));
    }
  }
  return join(std::move(parts), type, source);
}
