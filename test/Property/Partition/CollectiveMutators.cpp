// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Mistakes in communication: left out, once too often, among other devices, in
// another order, or at another time.

#include "Mutators.h"

#include "partita/Dialect/Dist/Dist.h"
#include "partita/Dialect/Xformer/Xformer.h"

using namespace mlir;
using namespace partita;
using namespace partita::dist;
using namespace partita::test;

//===----------------------------------------------------------------------===//
// Axes
//===----------------------------------------------------------------------===//

static constexpr llvm::StringLiteral axesName = "axes";

static MeshAttr getMesh(Operation *op) {
  return findMesh(op, op->getAttrOfType<FlatSymbolRefAttr>("mesh")).getMesh();
}

/// Other axes than `axes`, one of which is replaced by another of the mesh, of
/// the same size if it must be. Null if there is none.
static AxesAttr replaceAxis(MeshAttr mesh, AxesAttr axes, bool isSameSize,
                            Random &random) {
  if (axes.empty())
    return nullptr;
  SmallVector<AxisPartAttr> parts(axes.getParts());
  AxisPartAttr &part = parts[random.between(0, parts.size() - 1)];
  SmallVector<AxisPartAttr> candidates;
  for (MeshAxisAttr axis : mesh.getAxes()) {
    auto other = AxisPartAttr::get(axes.getContext(), axis.getName());
    if ((!isSameSize || mesh.getSize(other) == mesh.getSize(part)) &&
        llvm::none_of(parts, [&](AxisPartAttr p) { return p.overlaps(other); }))
      candidates.push_back(other);
  }
  if (candidates.empty())
    return nullptr;
  part = candidates[random.between(0, candidates.size() - 1)];
  return AxesAttr::get(axes.getContext(), parts);
}

static AxesAttr reverse(AxesAttr axes) {
  auto parts = llvm::to_vector(llvm::reverse(axes.getParts()));
  return AxesAttr::get(axes.getContext(), parts);
}

/// Sets the axes of `op`, unless they are null or what they were.
static bool setAxes(Operation *op, AxesAttr axes, Mutation &mutation) {
  if (!axes || axes == op->getAttr(axesName))
    return false;
  op->setAttr(axesName, axes);
  mutation.change(op);
  return true;
}

/// Lets `op` work among other devices, in groups of the same size.
template <typename OpTy>
static bool useOtherAxis(Operation *op, Mutation &mutation) {
  auto collective = dyn_cast<OpTy>(op);
  return collective && setAxes(op,
                               replaceAxis(getMesh(op), collective.getAxes(),
                                           /*isSameSize=*/!isa<AllReduceOp>(op),
                                           mutation.random),
                               mutation);
}

/// Lets `op` number the devices of a group in another order.
template <typename OpTy>
static bool reverseAxes(Operation *op, Mutation &mutation) {
  auto collective = dyn_cast<OpTy>(op);
  return collective && setAxes(op, reverse(collective.getAxes()), mutation);
}

//===----------------------------------------------------------------------===//
// Reductions
//===----------------------------------------------------------------------===//

static bool dropAllReduce(Operation *op, Mutation &mutation) {
  auto reduce = dyn_cast<AllReduceOp>(op);
  if (!reduce)
    return false;
  mutation.replace(reduce.getResult(), reduce.getInput());
  op->erase();
  return true;
}

static bool reduceOverFewer(Operation *op, Mutation &mutation) {
  auto reduce = dyn_cast<AllReduceOp>(op);
  if (!reduce)
    return false;
  SmallVector<AxisPartAttr> parts(reduce.getAxes().getParts());
  MeshAttr mesh = getMesh(op);
  if (parts.size() > 1) {
    parts.erase(parts.begin() + mutation.random.between(0, parts.size() - 1));
  } else if (parts.size() == 1 && mesh.getSize(parts[0]) % 2 == 0 &&
             mesh.getSize(parts[0]) > 2) {
    int64_t pre = parts[0].isWhole() ? 1 : parts[0].getPre();
    parts[0] = AxisPartAttr::get(op->getContext(), parts[0].getAxis(), pre, 2);
  } else {
    return false;
  }
  return setAxes(op, AxesAttr::get(op->getContext(), parts), mutation);
}

static bool reduceOverMore(Operation *op, Mutation &mutation) {
  auto reduce = dyn_cast<AllReduceOp>(op);
  if (!reduce)
    return false;
  SmallVector<AxisPartAttr> parts(reduce.getAxes().getParts());
  for (MeshAxisAttr axis : getMesh(op).getAxes()) {
    auto other = AxisPartAttr::get(op->getContext(), axis.getName());
    if (llvm::any_of(parts, [&](AxisPartAttr p) { return p.overlaps(other); }))
      continue;
    parts.push_back(other);
    return setAxes(op, AxesAttr::get(op->getContext(), parts).getSorted(),
                   mutation);
  }
  return false;
}

static bool reduceTwice(Operation *op, Mutation &mutation) {
  auto reduce = dyn_cast<AllReduceOp>(op);
  if (!reduce)
    return false;
  OpBuilder builder(op->getContext());
  builder.setInsertionPointAfter(op);
  Operation *again = builder.clone(*op);
  op->getResult(0).replaceAllUsesWith(again->getResult(0));
  again->setOperand(0, op->getResult(0));
  mutation.change(again);
  return true;
}

static bool combineOtherwise(Operation *op, Mutation &mutation) {
  auto attribute = op->getAttrOfType<CombinerAttr>("combiner");
  if (!attribute)
    return false;
  Combiner other = attribute.getValue() == Combiner::Sum
                       ? mutation.random.pick({Combiner::Max, Combiner::Min})
                       : mutation.random.pick({Combiner::Sum, Combiner::Min});
  op->setAttr("combiner", CombinerAttr::get(op->getContext(), other));
  mutation.change(op);
  return true;
}

/// Each device keeps its block of its own contribution.
static bool scatterWithoutReduction(Operation *op, Mutation &mutation) {
  auto scatter = dyn_cast<ReduceScatterOp>(op);
  if (!scatter)
    return false;
  OpBuilder builder(op);
  auto slice = SliceOp::create(
      builder, op->getLoc(), scatter.getInput(), scatter.getDim(),
      findMesh(op, scatter.getMeshAttr()), scatter.getAxes());
  scatter.getResult().replaceAllUsesWith(slice.getResult());
  mutation.change(slice);
  op->erase();
  return true;
}

/// Adds to the contribution of each device what is to be added to their sum.
static bool addBeforeReduction(Operation *op, Mutation &mutation) {
  auto reduce = dyn_cast<AllReduceOp>(op);
  if (!reduce || !reduce.getResult().hasOneUse())
    return false;
  auto add = dyn_cast<xformer::AddOp>(*reduce.getResult().user_begin());
  if (!add || add.getType() != reduce.getResult().getType())
    return false;
  mutation.change(add);
  add.getResult().replaceAllUsesWith(reduce.getResult());
  add->replaceUsesOfWith(reduce.getResult(), reduce.getInput());
  op->moveAfter(add);
  op->setOperand(0, add.getResult());
  mutation.change(op);
  return true;
}

/// Applies an op to contributions that applies to what they combine to.
static bool reduceLater(Operation *op, Mutation &mutation) {
  auto reduce = dyn_cast<AllReduceOp>(op);
  if (!reduce || !reduce.getResult().hasOneUse())
    return false;
  Operation *user = *reduce.getResult().user_begin();
  if (user->getNumResults() != 1 || isa<DistDialect>(user->getDialect()) ||
      user->getBlock() != op->getBlock() ||
      user->getResult(0).getType() != reduce.getResult().getType())
    return false;
  user->getResult(0).replaceAllUsesWith(reduce.getResult());
  user->replaceUsesOfWith(reduce.getResult(), reduce.getInput());
  op->moveAfter(user);
  op->setOperand(0, user->getResult(0));
  mutation.change(op);
  mutation.change(user);
  return true;
}

//===----------------------------------------------------------------------===//
// Gathers, exchanges and slices
//===----------------------------------------------------------------------===//

/// Each device takes its own block for those of all others.
static bool repeatInsteadOfGather(Operation *op, Mutation &mutation) {
  auto gather = dyn_cast<AllGatherOp>(op);
  if (!gather)
    return false;
  int64_t count = getMesh(op).getSize(gather.getAxes().getParts());
  OpBuilder builder(op);
  SmallVector<Value> blocks(count, gather.getInput());
  auto concat = xformer::ConcatOp::create(
      builder, op->getLoc(), gather.getResult().getType(), blocks,
      builder.getI64IntegerAttr(gather.getDim()));
  gather.getResult().replaceAllUsesWith(concat.getResult());
  mutation.change(concat);
  op->erase();
  return true;
}

/// All devices take the block of the first.
static bool takeFirstBlock(Operation *op, Mutation &mutation) {
  auto slice = dyn_cast<SliceOp>(op);
  if (!slice)
    return false;
  OpBuilder builder(op);
  auto first = xformer::SliceOp::create(
      builder, op->getLoc(), slice.getType(), slice.getInput(), slice.getDim(),
      mutation.random.coin() ? slice.getType().getDimSize(slice.getDim()) : 0);
  slice.getResult().replaceAllUsesWith(first.getResult());
  mutation.change(first);
  op->erase();
  return true;
}

static bool splitInOtherOrder(Operation *op, Mutation &mutation) {
  auto exchange = dyn_cast<AllToAllOp>(op);
  if (!exchange || exchange.getAxes().getParts().size() < 2)
    return false;
  exchange.setSplitAxesAttr(reverse(exchange.getSplitOrder()));
  mutation.change(op);
  return true;
}

static bool exchangeInOtherOrder(Operation *op, Mutation &mutation) {
  auto exchange = dyn_cast<AllToAllOp>(op);
  if (!exchange || exchange.getAxes().getParts().size() < 2)
    return false;
  exchange.setSplitAxesAttr(exchange.getSplitOrder());
  return setAxes(op, reverse(exchange.getAxes()), mutation);
}

//===----------------------------------------------------------------------===//
// Permutations
//===----------------------------------------------------------------------===//

static bool dropPermute(Operation *op, Mutation &mutation) {
  auto permute = dyn_cast<PermuteOp>(op);
  if (!permute)
    return false;
  mutation.replace(permute.getResult(), permute.getInput());
  op->erase();
  return true;
}

static bool permuteBack(Operation *op, Mutation &mutation) {
  auto permute = dyn_cast<PermuteOp>(op);
  if (!permute)
    return false;
  Attribute inverse;
  if (auto reorder = dyn_cast<ReorderAttr>(permute.getRoute()))
    inverse = ReorderAttr::get(reorder.getTo(), reorder.getFrom());
  if (auto pairs = dyn_cast<PairsAttr>(permute.getRoute())) {
    SmallVector<std::pair<int64_t, int64_t>> back;
    for (auto [source, target] :
         llvm::zip_equal(pairs.getSources(), pairs.getTargets()))
      back.push_back({target, source});
    inverse = PairsAttr::get(op->getContext(), back);
  }
  if (auto shift = dyn_cast<ShiftAttr>(permute.getRoute()))
    inverse = ShiftAttr::get(op->getContext(), shift.getAxes(),
                             getMesh(op).getSize(shift.getAxes().getParts()) -
                                 shift.getBy());
  if (!inverse || inverse == permute.getRoute())
    return false;
  op->setAttr("route", inverse);
  mutation.change(op);
  return true;
}

static bool permuteOverOther(Operation *op, Mutation &mutation) {
  auto permute = dyn_cast<PermuteOp>(op);
  auto shift = permute ? dyn_cast<ShiftAttr>(permute.getRoute()) : ShiftAttr();
  if (!shift)
    return false;
  AxesAttr axes = replaceAxis(getMesh(op), shift.getAxes(),
                              /*isSameSize=*/true, mutation.random);
  if (!axes)
    return false;
  op->setAttr("route", ShiftAttr::get(op->getContext(), axes, shift.getBy()));
  mutation.change(op);
  return true;
}

/// Moves what is at its place.
static bool insertPermute(Operation *op, Mutation &mutation) {
  if (isa<FunctionOpInterface>(op) || op->getNumResults() != 1 ||
      !isa<RankedTensorType>(op->getResult(0).getType()))
    return false;
  auto module = op->getParentOfType<ModuleOp>();
  auto meshes = module.getOps<MeshOp>();
  if (meshes.empty())
    return false;
  MeshOp mesh = *meshes.begin();
  ArrayRef<MeshAxisAttr> axes = mesh.getMesh().getAxes();
  StringRef axis = axes[mutation.random.between(0, axes.size() - 1)].getName();
  MLIRContext *context = op->getContext();
  auto group = AxesAttr::get(context, AxisPartAttr::get(context, axis));
  OpBuilder builder(context);
  builder.setInsertionPointAfter(op);
  auto permute = PermuteOp::create(builder, op->getLoc(), op->getResult(0),
                                   mesh, ShiftAttr::get(context, group, 1));
  op->getResult(0).replaceAllUsesExcept(permute.getResult(), permute);
  mutation.change(permute);
  return true;
}

ArrayRef<Mutator> test::collectiveMutators() {
  static const Mutator mutators[] = {
      {"all_reduce left out", dropAllReduce},
      {"all_reduce over another axis", useOtherAxis<AllReduceOp>},
      {"all_reduce over fewer axes", reduceOverFewer},
      {"all_reduce over more axes", reduceOverMore},
      {"all_reduce twice", reduceTwice},
      {"another combiner", combineOtherwise},
      {"added before the all_reduce", addBeforeReduction},
      {"all_reduce after the next op", reduceLater},
      {"reduce_scatter that only slices", scatterWithoutReduction},
      {"reduce_scatter over another axis", useOtherAxis<ReduceScatterOp>},
      {"reduce_scatter in another order", reverseAxes<ReduceScatterOp>},
      {"all_gather over another axis", useOtherAxis<AllGatherOp>},
      {"all_gather in another order", reverseAxes<AllGatherOp>},
      {"own block instead of all_gather", repeatInsteadOfGather},
      {"all_to_all over another axis", useOtherAxis<AllToAllOp>},
      {"all_to_all that joins in another order", exchangeInOtherOrder},
      {"all_to_all that splits in another order", splitInOtherOrder},
      {"slice over another axis", useOtherAxis<SliceOp>},
      {"slice in another order", reverseAxes<SliceOp>},
      {"one block for all devices", takeFirstBlock},
      {"permute left out", dropPermute},
      {"permute back", permuteBack},
      {"permute over another axis", permuteOverOther},
      {"permute added", insertPermute},
  };
  return mutators;
}
