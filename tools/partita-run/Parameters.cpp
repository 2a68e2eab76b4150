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

/// The type of all that the tensors of `source` make up, of which an argument
/// of `type` is a part.
static RankedTensorType getWholeType(RankedTensorType type,
                                     const ParameterSource &source) {
  if (!source.part)
    return type;
  SmallVector<int64_t> shape(type.getShape());
  shape[source.part.getDim()] = source.part.getOf();
  return type.clone(shape);
}

/// Makes of `tensors` an argument of `type`, as `source` says.
static HostTensor assemble(SmallVector<HostTensor> tensors,
                           RankedTensorType type,
                           const ParameterSource &source) {
  HostTensor whole;
  if (source.isStacked) {
    Shape dims(getWholeType(type, source).getShape());
    dims.front() = 1;
    for (HostTensor &tensor : tensors)
      tensor = tensor.reshape(dims);
    whole = tensors.size() == 1 ? std::move(tensors.front())
                                : interp::concat(tensors, 0);
  } else {
    whole = std::move(tensors.front());
  }
  if (!source.part)
    return whole;
  return whole.slice(source.part.getDim(), source.part.getOffset(),
                     source.part.getSize());
}

/// The type of each tensor that an argument of `type` takes.
static RankedTensorType getTensorType(RankedTensorType type,
                                      const ParameterSource &source) {
  RankedTensorType whole = getWholeType(type, source);
  return source.isStacked ? whole.clone(whole.getShape().drop_front()) : whole;
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
  SmallVector<HostTensor> tensors;
  for (StringRef name : source.names) {
    llvm::Expected<StringRef> storedName = findStoredName(name, store);
    if (!storedName)
      return storedName.takeError();
    llvm::Expected<HostTensor> stored = store.find(*storedName);
    if (!stored)
      return stored.takeError();
    std::string origin =
        (store.getPath() + ": tensor " + quoted(*storedName)).str();
    llvm::Expected<HostTensor> tensor =
        fitTo(getTensorType(type, source), std::move(*stored), origin);
    if (!tensor)
      return tensor.takeError();
    tensors.push_back(std::move(*tensor));
  }
  // Tensors of one stack may be stored in several float types.
  for (HostTensor &tensor : tensors)
    if (tensor.getKind() != tensors.front().getKind())
      tensor = tensor.convertTo(tensors.front().getKind());
  return assemble(std::move(tensors), type, source);
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
  RankedTensorType tensorType = getTensorType(type, source);
  ElementKind kind = *interp::declaredKind(type);
  bool isNorm = isNormWeight(argument);
  SmallVector<HostTensor> tensors;
  for (StringRef name : source.names) {
    if (isNorm) {
      SmallVector<float> ones(tensorType.getNumElements(), 1);
      tensors.push_back(
          HostTensor::of<float>(tensorType.getShape(), ones).convertTo(kind));
    } else {
      tensors.push_back(
          randomNormalTensor(seed, name, kind, tensorType.getShape(), 0.02));
    }
  }
  return assemble(std::move(tensors), type, source);
}
