// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "partita/Interpreter/Distribution.h"

#include "Execution.h"
#include "mlir/IR/Diagnostics.h"
#include "partita/Interpreter/Kernels/Collectives.h"

#include <cstring>
#include <limits>
#include <map>

using namespace mlir;
using namespace partita;
using namespace partita::interp;
using dist::DimPaddingAttr;

//===----------------------------------------------------------------------===//
// Placements
//===----------------------------------------------------------------------===//

static Placement getPlacement(FunctionOpInterface function, Type type,
                              DictionaryAttr attributes) {
  Placement placement;
  placement.globalType = type;
  if (!attributes)
    return placement;
  if (auto global = attributes.getAs<TypeAttr>(dist::globalTypeAttrName)) {
    placement.globalType = global.getValue();
    placement.padding =
        attributes.getAs<dist::PaddingAttr>(dist::paddingAttrName);
    placement.sharding =
        attributes.getAs<dist::ShardingAttr>(dist::shardingAttrName);
    placement.mesh =
        dist::findMesh(function, placement.sharding.getMesh()).getMesh();
  }
  return placement;
}

Placement interp::getArgumentPlacement(FunctionOpInterface function,
                                       unsigned index) {
  return getPlacement(function, function.getArgumentTypes()[index],
                      function.getArgAttrDict(index));
}

Placement interp::getResultPlacement(FunctionOpInterface function,
                                     unsigned index) {
  return getPlacement(function, function.getResultTypes()[index],
                      function.getResultAttrDict(index));
}

/// Calls `visit` on the placements of all arguments and results.
static void visitPlacements(FunctionOpInterface function,
                            function_ref<void(const Placement &)> visit) {
  for (unsigned i = 0, e = function.getNumArguments(); i != e; ++i)
    visit(getArgumentPlacement(function, i));
  for (unsigned i = 0, e = function.getNumResults(); i != e; ++i)
    visit(getResultPlacement(function, i));
}

bool interp::isLocalProgram(FunctionOpInterface function) {
  bool isLocal = false;
  visitPlacements(function, [&](const Placement &placement) {
    isLocal |= static_cast<bool>(placement.sharding);
  });
  return isLocal;
}

llvm::Expected<dist::MeshAttr>
interp::getProgramMesh(FunctionOpInterface function) {
  dist::ShardingAttr first, other;
  dist::MeshAttr mesh;
  visitPlacements(function, [&](const Placement &placement) {
    if (!placement.sharding)
      return;
    if (!first) {
      first = placement.sharding;
      mesh = placement.mesh;
    } else if (placement.sharding.getMesh() != first.getMesh()) {
      other = placement.sharding;
    }
  });
  if (first && !other)
    return mesh;
  std::string what = "none";
  if (other)
    what = ("@" + first.getMesh().getValue() + " and @" +
            other.getMesh().getValue())
               .str();
  return llvm::createStringError(llvm::inconvertibleErrorCode(),
                                 "expected the arguments and results of '" +
                                     function.getName() +
                                     "' to lie on one mesh, got " + what);
}

//===----------------------------------------------------------------------===//
// Pads
//===----------------------------------------------------------------------===//

HostTensor interp::movePads(const HostTensor &input, unsigned axis,
                            DimPaddingAttr dim, bool isPadding) {
  Shape dims(input.getDims());
  dims[axis] = isPadding ? dim.getPaddedSize() : dim.getSize();
  HostTensor result = HostTensor::zeros(input.getKind(), dims);
  int64_t outer = 1, inner = elementSize(input.getKind());
  for (int64_t before : input.getDims().take_front(axis))
    outer *= before;
  for (int64_t after : input.getDims().drop_front(axis + 1))
    inner *= after;
  const char *from = static_cast<const char *>(input.bytes());
  char *to = static_cast<char *>(result.mutableBytes());

  for (int64_t begin = 0, end; begin != dim.getSize(); begin = end) {
    // Elements that follow one another in both move as one piece.
    int64_t padded = dim.getPaddedIndex(begin);
    for (end = begin + 1; end != dim.getSize(); ++end)
      if (dim.getPaddedIndex(end) != padded + (end - begin))
        break;
    int64_t source = isPadding ? begin : padded;
    int64_t target = isPadding ? padded : begin;
    for (int64_t i = 0; i != outer; ++i)
      std::memcpy(to + (i * dims[axis] + target) * inner,
                  from + (i * input.getDim(axis) + source) * inner,
                  (end - begin) * inner);
  }
  return result;
}

/// `tensor` with its pads or, if not `isPadding`, without them.
static HostTensor moveAllPads(HostTensor tensor, dist::PaddingAttr padding,
                              bool isPadding) {
  if (padding)
    for (auto [axis, dim] : llvm::enumerate(padding.getDims()))
      if (dim.isPadded())
        tensor = movePads(tensor, axis, dim, isPadding);
  return tensor;
}

//===----------------------------------------------------------------------===//
// Blocks
//===----------------------------------------------------------------------===//

/// Which block a device holds: its index in each dimension, and that over the
/// axes of each partial value.
static SmallVector<int64_t> blockOf(const Placement &placement,
                                    int64_t device) {
  SmallVector<int64_t> block;
  for (dist::DimShardingAttr dim : placement.sharding.getDims())
    block.push_back(placement.mesh.getIndex(device, dim.getAxes()));
  for (dist::PartialAttr partial : placement.sharding.getPartial())
    block.push_back(placement.mesh.getIndex(device, partial.getAxis()));
  return block;
}

/// What a device contributes to a value that another device holds in full: what
/// combined with `value` gives it back.
static HostTensor contributeNothing(const HostTensor &value,
                                    Combiner combiner) {
  switch (combiner) {
  case Combiner::Sum:
    return HostTensor::zeros(value.getKind(), value.getDims());
  case Combiner::Max:
  case Combiner::Min:
    return value;
  case Combiner::LogSumExp:
    break;
  }
  // Inputs may have any float type.
  auto fill = [&](auto element) {
    using T = decltype(element);
    HostTensor tensor =
        HostTensor::allocate(ElementKindOf<T>::value, value.getDims());
    llvm::fill(tensor.mutableData<T>(), element);
    return tensor;
  };
  if (value.getKind() == ElementKind::F64)
    return fill(-std::numeric_limits<double>::infinity());
  return fill(-std::numeric_limits<float>::infinity());
}

DeviceTensors interp::distribute(const HostTensor &global,
                                 const Placement &placement,
                                 unsigned numDevices) {
  if (!placement.sharding)
    return DeviceTensors(numDevices, global);
  HostTensor padded =
      moveAllPads(global, placement.padding, /*isPadding=*/true);
  ArrayRef<dist::PartialAttr> partial = placement.sharding.getPartial();
  std::map<SmallVector<int64_t>, HostTensor> blocks;
  DeviceTensors devices(numDevices);
  for (auto [device, tensor] : llvm::enumerate(devices)) {
    SmallVector<int64_t> block = blockOf(placement, device);
    HostTensor &known = blocks[block];
    if (!known.isValid()) {
      known = padded;
      for (auto [dim, split] : llvm::enumerate(placement.sharding.getDims())) {
        int64_t count = placement.mesh.getSize(split.getAxes());
        if (count != 1)
          known = takeBlock(known, dim, block[dim],
                            llvm::divideCeil(padded.getDim(dim), count));
      }
      auto contributions =
          ArrayRef(block).drop_front(placement.sharding.getRank());
      if (llvm::any_of(contributions, [](int64_t index) { return index != 0; }))
        known = contributeNothing(known, partial.front().getCombiner());
    }
    tensor = known;
  }
  return devices;
}

/// The part of the padded value whose blocks in the dimensions before `dim` are
/// those of `block`: joins the blocks of the others.
static HostTensor join(const std::map<SmallVector<int64_t>, HostTensor> &blocks,
                       const Placement &placement, ArrayRef<int64_t> padded,
                       SmallVector<int64_t> &block) {
  size_t dim = block.size();
  if (dim == placement.sharding.getDims().size())
    return blocks.at(block);
  int64_t count =
      placement.mesh.getSize(placement.sharding.getDims()[dim].getAxes());
  SmallVector<HostTensor> parts;
  for (int64_t index = 0; index != count; ++index) {
    block.push_back(index);
    parts.push_back(join(blocks, placement, padded, block));
    block.pop_back();
  }
  return count == 1 ? parts.front() : joinBlocks(parts, dim, padded[dim]);
}

llvm::Expected<HostTensor> interp::assemble(ArrayRef<HostTensor> devices,
                                            const Placement &placement) {
  auto isSame = [](const HostTensor &lhs, const HostTensor &rhs) {
    return lhs.bytes() == rhs.bytes() ||
           std::memcmp(lhs.bytes(), rhs.bytes(), lhs.getNumBytes()) == 0;
  };
  // Of the devices that hold the same block, the first.
  std::map<SmallVector<int64_t>, unsigned> holders;
  for (auto [device, tensor] : llvm::enumerate(devices)) {
    SmallVector<int64_t> block;
    if (placement.sharding)
      block = blockOf(placement, device);
    unsigned holder = holders.try_emplace(block, device).first->second;
    if (!isSame(devices[holder], tensor))
      return llvm::createStringError(llvm::inconvertibleErrorCode(),
                                     "device " + llvm::Twine(holder) +
                                         " and device " + llvm::Twine(device) +
                                         " should hold the same, but differ");
  }
  if (!placement.sharding)
    return devices.front();

  // Blocks whose partial values are combined, in the order of the devices.
  size_t rank = placement.sharding.getRank();
  std::map<SmallVector<int64_t>, SmallVector<HostTensor>> contributions;
  SmallVector<unsigned> order;
  for (const auto &entry : holders)
    order.push_back(entry.second);
  llvm::sort(order);
  for (unsigned device : order) {
    SmallVector<int64_t> block = blockOf(placement, device);
    block.truncate(rank);
    contributions[block].push_back(devices[device]);
  }
  std::map<SmallVector<int64_t>, HostTensor> blocks;
  for (const auto &[block, tensors] : contributions)
    blocks[block] =
        tensors.size() == 1
            ? tensors.front()
            : combine(placement.sharding.getPartial().front().getCombiner(),
                      tensors);

  auto type = cast<RankedTensorType>(placement.globalType);
  if (placement.padding)
    type = placement.padding.getPaddedType(type);
  SmallVector<int64_t> block;
  return moveAllPads(join(blocks, placement, type.getShape(), block),
                     placement.padding, /*isPadding=*/false);
}

//===----------------------------------------------------------------------===//
// Whole programs
//===----------------------------------------------------------------------===//

FailureOr<TensorList> interp::runDistributed(Interpreter &interpreter,
                                             FunctionOpInterface function,
                                             TensorList inputs) {
  unsigned numDevices = interpreter.getOptions().numDevices;
  SmallVector<TensorList> lists(numDevices);
  for (auto [index, input] : llvm::enumerate(inputs)) {
    Placement placement = getArgumentPlacement(function, index);
    ArrayRef<int64_t> dims = shapeOf(placement.globalType);
    if (input.getDims() != dims)
      return function->emitOpError("expected input #")
             << index << " to be "
             << describeShape(*declaredKind(placement.globalType), dims)
             << ", got " << input.describe();
    DeviceTensors tensors = distribute(input, placement, numDevices);
    input = HostTensor();
    for (auto [list, tensor] : llvm::zip_equal(lists, tensors))
      list.push_back(std::move(tensor));
  }
  auto outputs = interpreter.run(function, std::move(lists));
  if (failed(outputs))
    return failure();
  TensorList results;
  for (unsigned index = 0; index != function.getNumResults(); ++index) {
    SmallVector<HostTensor> tensors;
    for (TensorList &list : *outputs)
      tensors.push_back(std::move(list[index]));
    llvm::Expected<HostTensor> result =
        assemble(tensors, getResultPlacement(function, index));
    if (!result)
      return function->emitOpError("result #")
             << index << ": " << llvm::toString(result.takeError());
    results.push_back(std::move(*result));
  }
  return results;
}
