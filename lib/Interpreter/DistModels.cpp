// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The meaning of the ops that depend on where a device is in a mesh. The
// devices of a program are those of the mesh, in its order.

#include "Models.h"
#include "mlir/IR/Diagnostics.h"
#include "partita/Dialect/Dist/Dist.h"
#include "partita/Interpreter/Distribution.h"
#include "partita/Interpreter/Kernels/Collectives.h"
#include "partita/Interpreter/Kernels/Shape.h"

using namespace mlir;
using namespace partita;
using namespace partita::interp;
using dist::AxesAttr;
using dist::MeshAttr;

namespace {
/// Devices of a group, by their index in it.
using Group = SmallVector<unsigned>;

/// The model of a collective: `function(op, evaluation, mesh)` sets the results
/// of all devices that run it.
template <auto function> struct CollectiveModel;

template <typename OpTy,
          LogicalResult (*function)(OpTy, Evaluation &, MeshAttr)>
struct CollectiveModel<function>
    : InterpretableInterface::ExternalModel<CollectiveModel<function>, OpTy> {
  using Op = OpTy;

  LogicalResult interpret(Operation *, Evaluation &, unsigned) const {
    llvm_unreachable("a collective is interpreted on all devices");
  }

  // Hiding the default is how a model replaces it.
  // NOLINTNEXTLINE(bugprone-derived-method-shadowing-base-method)
  LogicalResult interpretOnAllDevices(Operation *op,
                                      Evaluation &evaluation) const {
    auto collective = cast<OpTy>(op);
    MeshAttr mesh = dist::findMesh(op, collective.getMeshAttr()).getMesh();
    if (mesh.getDeviceCount() != evaluation.getNumDevices())
      return op->emitOpError("cannot be interpreted: expected the ")
             << mesh.getDeviceCount() << " devices of mesh "
             << collective.getMeshAttr() << ", got "
             << evaluation.getNumDevices();
    return function(collective, evaluation, mesh);
  }
};
} // namespace

//===----------------------------------------------------------------------===//
// Groups
//===----------------------------------------------------------------------===//

static Group groupOf(MeshAttr mesh, AxesAttr axes, unsigned device) {
  Group group;
  for (int64_t index = 0, end = mesh.getSize(axes.getParts()); index != end;
       ++index)
    group.push_back(mesh.getDevice(device, axes.getParts(), index));
  return group;
}

/// Calls `function` for every group over `axes` whose devices run the op. Fails
/// if only some devices of a group do.
static LogicalResult
forEachGroup(Evaluation &evaluation, MeshAttr mesh, AxesAttr axes,
             function_ref<void(ArrayRef<unsigned>)> function) {
  SmallVector<bool> isDone(evaluation.getNumDevices());
  for (unsigned device : evaluation.getActiveDevices()) {
    if (isDone[device])
      continue;
    Group group = groupOf(mesh, axes, device);
    if (failed(evaluation.meet(group)))
      return failure();
    function(group);
    for (unsigned member : group)
      isDone[member] = true;
  }
  return success();
}

static SmallVector<HostTensor> inputsOf(Evaluation &evaluation,
                                        ArrayRef<unsigned> group) {
  SmallVector<HostTensor> inputs;
  for (unsigned device : group)
    inputs.push_back(evaluation.operand(device, 0));
  return inputs;
}

//===----------------------------------------------------------------------===//
// Blocks
//===----------------------------------------------------------------------===//

static LogicalResult interpretSlice(dist::SliceOp op, Evaluation &evaluation,
                                    MeshAttr mesh) {
  int64_t dim = op.getDim(), size = op.getType().getDimSize(dim);
  // Devices that slice one tensor alike share the slice.
  llvm::DenseMap<std::pair<const void *, int64_t>, HostTensor> slices;
  for (unsigned device : evaluation.getActiveDevices()) {
    const HostTensor &input = evaluation.operand(device, 0);
    int64_t index = mesh.getIndex(device, op.getAxes().getParts());
    HostTensor &slice = slices[{input.bytes(), index}];
    if (!slice.isValid())
      slice = takeBlock(input, dim, index, size);
    evaluation.setResult(device, 0, slice);
  }
  return success();
}

static LogicalResult interpretAllGather(dist::AllGatherOp op,
                                        Evaluation &evaluation, MeshAttr mesh) {
  int64_t dim = op.getDim(), size = op.getArrivingType().getDimSize(dim);
  return forEachGroup(
      evaluation, mesh, op.getAxes(), [&](ArrayRef<unsigned> group) {
        HostTensor whole = joinBlocks(inputsOf(evaluation, group), dim, size);
        for (unsigned device : group)
          evaluation.setResult(device, 0, whole);
      });
}

static LogicalResult interpretAllToAll(dist::AllToAllOp op,
                                       Evaluation &evaluation, MeshAttr mesh) {
  int64_t joinDim = op.getJoinDim(), splitDim = op.getSplitDim();
  RankedTensorType type = op.getArrivingType();
  int64_t joined = type.getDimSize(joinDim), block = type.getDimSize(splitDim);
  return forEachGroup(
      evaluation, mesh, op.getAxes(), [&](ArrayRef<unsigned> group) {
        for (unsigned device : group) {
          int64_t index = mesh.getIndex(device, op.getSplitOrder().getParts());
          SmallVector<HostTensor> blocks;
          for (const HostTensor &input : inputsOf(evaluation, group))
            blocks.push_back(takeBlock(input, splitDim, index, block));
          evaluation.setResult(device, 0, joinBlocks(blocks, joinDim, joined));
        }
      });
}

//===----------------------------------------------------------------------===//
// Reductions
//===----------------------------------------------------------------------===//

/// What the inputs of a group give together: in the order of the devices'
/// numbers, as the order of the axes has no meaning.
static HostTensor reduce(Evaluation &evaluation, Combiner combiner,
                         ArrayRef<unsigned> group) {
  Group sorted(group);
  llvm::sort(sorted);
  return combine(combiner, inputsOf(evaluation, sorted));
}

static LogicalResult interpretAllReduce(dist::AllReduceOp op,
                                        Evaluation &evaluation, MeshAttr mesh) {
  return forEachGroup(
      evaluation, mesh, op.getAxes(), [&](ArrayRef<unsigned> group) {
        HostTensor result = reduce(evaluation, op.getCombiner(), group);
        for (unsigned device : group)
          evaluation.setResult(device, 0, result);
      });
}

static LogicalResult interpretReduceScatter(dist::ReduceScatterOp op,
                                            Evaluation &evaluation,
                                            MeshAttr mesh) {
  int64_t dim = op.getDim(), size = op.getArrivingType().getDimSize(dim);
  return forEachGroup(
      evaluation, mesh, op.getAxes(), [&](ArrayRef<unsigned> group) {
        HostTensor result = reduce(evaluation, op.getCombiner(), group);
        for (auto [index, device] : llvm::enumerate(group))
          evaluation.setResult(device, 0, takeBlock(result, dim, index, size));
      });
}

//===----------------------------------------------------------------------===//
// Whole values
//===----------------------------------------------------------------------===//

static LogicalResult interpretPermute(dist::PermuteOp op,
                                      Evaluation &evaluation, MeshAttr mesh) {
  for (unsigned device : evaluation.getActiveDevices()) {
    auto source = static_cast<unsigned>(op.getRoute().getSource(mesh, device));
    if (failed(evaluation.meet({device, source})))
      return failure();
    evaluation.setResult(device, 0, evaluation.operand(source, 0));
  }
  return success();
}

static LogicalResult interpretBroadcast(dist::BroadcastOp op,
                                        Evaluation &evaluation, MeshAttr mesh) {
  return forEachGroup(
      evaluation, mesh, op.getAxes(), [&](ArrayRef<unsigned> group) {
        const HostTensor &value = evaluation.operand(group[op.getRoot()], 0);
        for (unsigned device : group)
          evaluation.setResult(device, 0, value);
      });
}

/// What was started was done at once: a token is the value it stands for.
static void interpretWait(dist::WaitOp op, DeviceEvaluation &at) {
  if (op.getResult())
    at.set(op.getResult(), at.take(op.getToken()));
}

//===----------------------------------------------------------------------===//
// Transfers between programs
//===----------------------------------------------------------------------===//

/// The device that is paired with `device` in `from`, in the same place of
/// `to`; none if it is in no pair.
static std::optional<int64_t> partnerOf(unsigned device, ArrayRef<int64_t> from,
                                        ArrayRef<int64_t> to) {
  const int64_t *it = llvm::find(from, device);
  if (it == from.end())
    return std::nullopt;
  return to[it - from.begin()];
}

static LogicalResult interpretSend(dist::SendOp op, Evaluation &evaluation,
                                   MeshAttr mesh) {
  dist::PairsAttr pairs = op.getPairsAttr();
  for (unsigned device : evaluation.getActiveDevices()) {
    std::optional<int64_t> target = device;
    if (pairs)
      target = partnerOf(device, pairs.getSources(), pairs.getTargets());
    if (target)
      evaluation.send({op.getMesh(), op.getPeer(),
                       static_cast<int64_t>(op.getChannel()), device},
                      *target, evaluation.operand(device, 0));
    if (op.getToken())
      evaluation.setResult(device, 0, HostTensor::zeros(ElementKind::I1, {}));
  }
  return success();
}

static LogicalResult interpretRecv(dist::RecvOp op, Evaluation &evaluation,
                                   MeshAttr mesh) {
  dist::PairsAttr pairs = op.getPairsAttr();
  RankedTensorType type = op.getArrivingType();
  for (unsigned device : evaluation.getActiveDevices()) {
    std::optional<int64_t> source = device;
    if (pairs)
      source = partnerOf(device, pairs.getTargets(), pairs.getSources());
    if (!source) {
      evaluation.setResult(
          device, 0, HostTensor::zeros(*declaredKind(type), type.getShape()));
      continue;
    }
    FailureOr<HostTensor> tensor = evaluation.receive(
        {op.getPeer(), op.getMesh(), static_cast<int64_t>(op.getChannel()),
         static_cast<unsigned>(*source)},
        device);
    if (failed(tensor))
      return failure();
    evaluation.setResult(device, 0, std::move(*tensor));
  }
  return success();
}

//===----------------------------------------------------------------------===//
// The global view
//===----------------------------------------------------------------------===//

/// A sharding does not change a global value, and one device holds it whole.
template <typename OpTy>
static LogicalResult interpretSharding(OpTy op, DeviceEvaluation &at) {
  if (at.getNumDevices() != 1)
    return op->emitOpError("is about a global value: expected to interpret it "
                           "on one device, got ")
           << at.getNumDevices() << "; partition the program first";
  at.set(op.getResult(), at.take(op.getInput()));
  return success();
}

//===----------------------------------------------------------------------===//
// Pads
//===----------------------------------------------------------------------===//

static void interpretPad(dist::PadOp op, DeviceEvaluation &at) {
  at.set(op.getResult(), movePads(at[op.getInput()], op.getDim(),
                                  op.getPadding(), /*isPadding=*/true));
}

static void interpretUnpad(dist::UnpadOp op, DeviceEvaluation &at) {
  at.set(op.getResult(), movePads(at[op.getInput()], op.getDim(),
                                  op.getPadding(), /*isPadding=*/false));
}

static void interpretFill(dist::FillOp op, DeviceEvaluation &at) {
  Attribute value = op.getValue();
  auto number = dyn_cast<FloatAttr>(value);
  HostTensor scalar =
      number ? HostTensor::of<double>({}, {number.getValueAsDouble()})
             : HostTensor::of<int64_t>({}, {cast<IntegerAttr>(value).getInt()});
  at.set(op.getResult(),
         fill(at.take(op.getInput()), op.getDim(), at[op.getKeep()], scalar));
}

//===----------------------------------------------------------------------===//
// Registration
//===----------------------------------------------------------------------===//

template <auto... functions>
static void attachCollectives(MLIRContext *context) {
  (CollectiveModel<functions>::Op::template attachInterface<
       CollectiveModel<functions>>(*context),
   ...);
}

void interp::attachDistModels(MLIRContext *context) {
  attachCollectives<interpretSlice, interpretAllGather, interpretAllToAll,
                    interpretAllReduce, interpretReduceScatter,
                    interpretPermute, interpretBroadcast, interpretSend,
                    interpretRecv>(context);
  attach<interpretWait, interpretPad, interpretUnpad, interpretFill,
         interpretSharding<dist::ConstraintOp>,
         interpretSharding<dist::ReshardOp>>(context);
}
