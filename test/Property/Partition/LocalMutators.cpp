// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Mistakes in what each device computes, and in what a program says of its
// arguments and results.

#include "Mutators.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "partita/Dialect/Dist/Dist.h"
#include "partita/Dialect/Xformer/Xformer.h"

using namespace mlir;
using namespace partita;
using namespace partita::dist;
using namespace partita::test;
using namespace partita::xformer;

static bool isFunction(Operation *op) { return isa<FunctionOpInterface>(op); }

//===----------------------------------------------------------------------===//
// Operands
//===----------------------------------------------------------------------===//

static bool swapOperands(Operation *op, Mutation &mutation) {
  if (op->hasTrait<OpTrait::IsCommutative>())
    return false;
  for (unsigned a = 0; a != op->getNumOperands(); ++a)
    for (unsigned b = a + 1; b != op->getNumOperands(); ++b) {
      Value first = op->getOperand(a), second = op->getOperand(b);
      if (first == second || first.getType() != second.getType())
        continue;
      op->setOperand(a, second);
      op->setOperand(b, first);
      mutation.change(op);
      return true;
    }
  return false;
}

/// Lets an operand of `op` be one of the values before it that `isCandidate`.
static bool replaceOperand(
    Operation *op, Mutation &mutation,
    llvm::function_ref<bool(Value operand, Value other)> isCandidate) {
  if (isFunction(op) || op->getNumOperands() == 0)
    return false;
  unsigned index = mutation.random.between(0, op->getNumOperands() - 1);
  Value operand = op->getOperand(index);
  SmallVector<Value> candidates;
  auto take = [&](Value value) {
    if (value != operand && value.getType() == operand.getType() &&
        isCandidate(operand, value))
      candidates.push_back(value);
  };
  llvm::for_each(op->getBlock()->getArguments(), take);
  for (Operation &before : *op->getBlock()) {
    if (&before == op)
      break;
    llvm::for_each(before.getResults(), take);
  }
  if (candidates.empty())
    return false;
  op->setOperand(index,
                 candidates[mutation.random.between(0, candidates.size() - 1)]);
  mutation.change(op);
  return true;
}

/// What the same op gave in another layer, or at another place of this one.
static bool useStaleValue(Operation *op, Mutation &mutation) {
  return replaceOperand(op, mutation, [](Value operand, Value other) {
    Operation *a = operand.getDefiningOp(), *b = other.getDefiningOp();
    return a && b && a->getName() == b->getName();
  });
}

static bool useOtherArgument(Operation *op, Mutation &mutation) {
  return replaceOperand(op, mutation, [](Value operand, Value other) {
    return isa<BlockArgument>(operand) && isa<BlockArgument>(other);
  });
}

static bool useAnyValue(Operation *op, Mutation &mutation) {
  return replaceOperand(op, mutation, [](Value, Value) { return true; });
}

template <typename OpTy, typename Range>
static bool drop(OpTy op, Range &&operands, Mutation &mutation) {
  if (operands.empty())
    return false;
  operands.clear();
  mutation.change(op);
  return true;
}

/// Leaves out what an op may have or not.
static bool dropOptionalOperand(Operation *op, Mutation &mutation) {
  if (auto linear = dyn_cast<LinearOp>(op))
    return drop(linear, linear.getBiasMutable(), mutation);
  if (auto norm = dyn_cast<LayerNormOp>(op))
    return drop(norm, norm.getBiasMutable(), mutation);
  if (auto rotary = dyn_cast<RotaryOp>(op))
    return drop(rotary, rotary.getPositionsMutable(), mutation);
  if (auto embedding = dyn_cast<EmbeddingOp>(op))
    return drop(embedding, embedding.getRowIdsMutable(), mutation);
  if (auto bias = dyn_cast<RelativePositionBiasOp>(op))
    return drop(bias,
                mutation.random.coin() ? bias.getQueryPositionsMutable()
                                       : bias.getKeyPositionsMutable(),
                mutation);
  if (auto attention = dyn_cast<AttentionOp>(op))
    switch (mutation.random.between(0, 4)) {
    case 0:
      return drop(attention, attention.getBiasMutable(), mutation);
    case 1:
      return drop(attention, attention.getKeyMaskMutable(), mutation);
    case 2:
      return drop(attention, attention.getQueryPositionsMutable(), mutation);
    case 3:
      return drop(attention, attention.getKeyPositionsMutable(), mutation);
    default:
      return drop(attention, attention.getNormalizerMutable(), mutation);
    }
  return false;
}

//===----------------------------------------------------------------------===//
// Ops
//===----------------------------------------------------------------------===//

/// Takes an operand of the same type for the result.
static bool leaveOut(Operation *op, Mutation &mutation) {
  if (op->getNumResults() != 1 || isa<CommunicationOpInterface>(op))
    return false;
  SmallVector<Value> candidates;
  for (Value operand : op->getOperands())
    if (operand.getType() == op->getResult(0).getType())
      candidates.push_back(operand);
  if (candidates.empty())
    return false;
  mutation.replace(
      op->getResult(0),
      candidates[mutation.random.between(0, candidates.size() - 1)]);
  op->erase();
  return true;
}

static bool applyTwice(Operation *op, Mutation &mutation) {
  if (op->getNumResults() != 1 || op->getNumOperands() == 0 ||
      isa<CommunicationOpInterface>(op) ||
      op->getOperand(0).getType() != op->getResult(0).getType())
    return false;
  OpBuilder builder(op->getContext());
  builder.setInsertionPointAfter(op);
  Operation *again = builder.clone(*op);
  op->getResult(0).replaceAllUsesWith(again->getResult(0));
  again->setOperand(0, op->getResult(0));
  mutation.change(again);
  return true;
}

template <typename OpTy, typename... Args>
static bool rewrite(Operation *op, Mutation &mutation, Args &&...args) {
  OpBuilder builder(op);
  Operation *other =
      OpTy::create(builder, op->getLoc(), std::forward<Args>(args)...);
  if (other->getResult(0).getType() != op->getResult(0).getType()) {
    other->erase();
    return false;
  }
  op->getResult(0).replaceAllUsesWith(other->getResult(0));
  mutation.change(other);
  op->erase();
  return true;
}

/// A sum for a product, one activation for another.
static bool computeOtherwise(Operation *op, Mutation &mutation) {
  if (isa<AddOp, MulOp, SubOp>(op)) {
    Value lhs = op->getOperand(0), rhs = op->getOperand(1);
    return isa<MulOp>(op)   ? rewrite<AddOp>(op, mutation, lhs, rhs)
           : isa<AddOp>(op) ? rewrite<SubOp>(op, mutation, lhs, rhs)
                            : rewrite<MulOp>(op, mutation, lhs, rhs);
  }
  if (isa<GeluOp, SiluOp>(op))
    return rewrite<ReluOp>(op, mutation, op->getResult(0).getType(),
                           op->getOperand(0));
  if (isa<ReluOp>(op))
    return rewrite<SiluOp>(op, mutation, op->getResult(0).getType(),
                           op->getOperand(0));
  return false;
}

//===----------------------------------------------------------------------===//
// Attributes
//===----------------------------------------------------------------------===//

/// A number that is not `attribute`, or null.
static Attribute getOther(Attribute attribute) {
  if (auto number = dyn_cast<FloatAttr>(attribute))
    return FloatAttr::get(number.getType(),
                          number.getValueAsDouble() == 0
                              ? 0.25
                              : 1.5 * number.getValueAsDouble());
  if (auto number = dyn_cast<IntegerAttr>(attribute)) {
    if (number.getType().isInteger(1))
      return IntegerAttr::get(number.getType(), 1 - number.getInt());
    return IntegerAttr::get(number.getType(), number.getValue() + 1);
  }
  if (auto activation = dyn_cast<ActivationAttr>(attribute))
    return ActivationAttr::get(attribute.getContext(),
                               activation.getValue() == Activation::Relu
                                   ? Activation::Silu
                                   : Activation::Relu);
  if (auto elements = dyn_cast<DenseElementsAttr>(attribute))
    if (elements.isSplat())
      if (Attribute other = getOther(elements.getSplatValue<Attribute>()))
        return DenseElementsAttr::get(elements.getType(), other);
  return nullptr;
}

static bool changeNumber(Operation *op, Mutation &mutation) {
  if (isFunction(op) || isa<MeshOp>(op))
    return false;
  SmallVector<NamedAttribute> candidates;
  for (NamedAttribute attribute : op->getAttrs())
    if (Attribute other = getOther(attribute.getValue()))
      candidates.push_back({attribute.getName(), other});
  if (candidates.empty())
    return false;
  NamedAttribute chosen =
      candidates[mutation.random.between(0, candidates.size() - 1)];
  op->setAttr(chosen.getName(), chosen.getValue());
  mutation.change(op);
  return true;
}

/// Sets a unit attribute, or takes it away.
static bool toggleFlag(Operation *op, Mutation &mutation) {
  static constexpr StringLiteral flags[] = {
      "causal",        "tanh",          "transpose_weight", "transpose_lhs",
      "transpose_rhs", "bidirectional", "renormalize",      "interleaved"};
  if (!isa<XformerDialect>(op->getDialect()))
    return false;
  SmallVector<StringRef> candidates;
  for (StringRef name : flags)
    if (llvm::is_contained(op->getName().getAttributeNames(), name))
      candidates.push_back(name);
  if (candidates.empty())
    return false;
  StringRef name =
      candidates[mutation.random.between(0, candidates.size() - 1)];
  if (op->hasAttr(name))
    op->removeAttr(name);
  else
    op->setAttr(name, UnitAttr::get(op->getContext()));
  mutation.change(op);
  return true;
}

static bool changePermutation(Operation *op, Mutation &mutation) {
  auto transpose = dyn_cast<TransposeOp>(op);
  if (!transpose)
    return false;
  SmallVector<int64_t> permutation(transpose.getPermutation());
  ArrayRef<int64_t> shape = transpose.getInput().getType().getShape();
  for (size_t a = 0; a != permutation.size(); ++a)
    for (size_t b = a + 1; b != permutation.size(); ++b)
      if (shape[permutation[a]] == shape[permutation[b]] &&
          shape[permutation[a]] != 1) {
        std::swap(permutation[a], permutation[b]);
        transpose.setPermutation(permutation);
        mutation.change(op);
        return true;
      }
  return false;
}

//===----------------------------------------------------------------------===//
// Pads
//===----------------------------------------------------------------------===//

static bool dropFill(Operation *op, Mutation &mutation) {
  return isa<FillOp>(op) && leaveOut(op, mutation);
}

static bool fillWithOther(Operation *op, Mutation &mutation) {
  return isa<FillOp>(op) && changeNumber(op, mutation);
}

/// A mask that keeps all, or all but other elements.
static bool changeMask(Operation *op, Mutation &mutation) {
  auto fill = dyn_cast<FillOp>(op);
  if (!fill)
    return false;
  OpBuilder builder(op);
  int64_t size = fill.getKeep().getType().getDimSize(0);
  SmallVector<bool> kept(size, true);
  if (mutation.random.coin())
    kept[mutation.random.between(0, size - 1)] = false;
  auto mask = arith::ConstantOp::create(
      builder, op->getLoc(),
      DenseElementsAttr::get(RankedTensorType::get(size, builder.getI1Type()),
                             kept));
  op->setOperand(1, mask);
  mutation.change(op);
  return true;
}

/// The same sizes, with the pads elsewhere.
static DimPaddingAttr moveOtherwise(DimPaddingAttr padding) {
  if (!padding || !padding.isPadded())
    return nullptr;
  auto *context = padding.getContext();
  int64_t size = padding.getSize(), padded = padding.getPaddedSize();
  auto atEnd = DimPaddingAttr::get(context, {size}, {padded});
  if (atEnd != padding)
    return atEnd;
  int64_t common = std::gcd(size, padded);
  return common == 1 ? nullptr
                     : DimPaddingAttr::get(context, {common, size / common},
                                           {common, padded / common});
}

static bool padOtherwise(Operation *op, Mutation &mutation) {
  if (!isa<PadOp, UnpadOp>(op))
    return false;
  DimPaddingAttr other =
      moveOtherwise(op->getAttrOfType<DimPaddingAttr>("padding"));
  if (!other || other == op->getAttr("padding"))
    return false;
  op->setAttr("padding", other);
  mutation.change(op);
  return true;
}

//===----------------------------------------------------------------------===//
// Arguments and results
//===----------------------------------------------------------------------===//

/// An attribute of an argument or a result, and what uses the value.
namespace {
struct Place {
  FunctionOpInterface function;
  unsigned index;
  bool isArgument;

  Attribute get(StringRef name) {
    return isArgument ? function.getArgAttr(index, name)
                      : function.getResultAttr(index, name);
  }
  void set(StringRef name, Attribute value, Mutation &mutation) {
    StringAttr key = StringAttr::get(function->getContext(), name);
    Block &body = function.getFunctionBody().front();
    mutation.places.push_back(function->getLoc());
    if (isArgument) {
      function.setArgAttr(index, key, value);
      mutation.changeUsers(function.getArgument(index));
    } else {
      function.setResultAttr(index, key, value);
      mutation.places.push_back(body.getTerminator()->getLoc());
    }
  }
};
} // namespace

static std::optional<Place> pickPlace(Operation *op, bool isArgument,
                                      Mutation &mutation) {
  auto function = dyn_cast<FunctionOpInterface>(op);
  int64_t count = !function    ? 0
                  : isArgument ? function.getNumArguments()
                               : function.getNumResults();
  if (count == 0)
    return std::nullopt;
  unsigned index = mutation.random.between(0, count - 1);
  return Place{function, index, isArgument};
}

/// Another sharding under which a value has the same local type, or null.
static ShardingAttr shardOtherwise(ShardingAttr sharding, MeshAttr mesh,
                                   Random &random) {
  SmallVector<DimShardingAttr> dims(sharding.getDims());
  SmallVector<ShardingAttr> candidates;
  auto add = [&] {
    auto other =
        ShardingAttr::get(sharding.getMesh(), dims, sharding.getPartial());
    if (other != sharding)
      candidates.push_back(other);
  };
  MLIRContext *context = sharding.getContext();
  for (auto [index, dim] : llvm::enumerate(sharding.getDims())) {
    SmallVector<AxisPartAttr> parts(dim.getAxes());
    dims[index] =
        DimShardingAttr::get(context, llvm::to_vector(llvm::reverse(parts)));
    add();
    for (AxisPartAttr &part : parts) {
      AxisPartAttr kept = part;
      for (MeshAxisAttr axis : mesh.getAxes()) {
        part = AxisPartAttr::get(context, axis.getName());
        bool isFree = mesh.getSize(part) == mesh.getSize(kept);
        sharding.visitParts(
            [&](AxisPartAttr used) { isFree &= !used.overlaps(part); });
        if (!isFree)
          continue;
        dims[index] = DimShardingAttr::get(context, parts);
        add();
      }
      part = kept;
    }
    dims[index] = dim;
  }
  // What one dimension is split over, the other is, and back.
  for (unsigned a = 0; a != dims.size(); ++a)
    for (unsigned b = a + 1; b != dims.size(); ++b)
      if (sharding.getBlockCount(mesh, a) == sharding.getBlockCount(mesh, b)) {
        std::swap(dims[a], dims[b]);
        add();
        std::swap(dims[a], dims[b]);
      }
  return candidates.empty()
             ? nullptr
             : candidates[random.between(0, candidates.size() - 1)];
}

template <bool isArgument>
static bool changeSharding(Operation *op, Mutation &mutation) {
  std::optional<Place> place = pickPlace(op, isArgument, mutation);
  if (!place)
    return false;
  auto sharding = dyn_cast_or_null<ShardingAttr>(place->get(shardingAttrName));
  if (!sharding)
    return false;
  ShardingAttr other = shardOtherwise(
      sharding, findMesh(op, sharding.getMesh()).getMesh(), mutation.random);
  if (!other)
    return false;
  place->set(shardingAttrName, other, mutation);
  return true;
}

template <bool isArgument>
static bool changePadding(Operation *op, Mutation &mutation) {
  std::optional<Place> place = pickPlace(op, isArgument, mutation);
  if (!place)
    return false;
  auto padding = dyn_cast_or_null<PaddingAttr>(place->get(paddingAttrName));
  if (!padding)
    return false;
  SmallVector<DimPaddingAttr> dims(padding.getDims());
  for (DimPaddingAttr &dim : dims)
    if (DimPaddingAttr other = moveOtherwise(dim); other && other != dim) {
      dim = other;
      place->set(paddingAttrName, PaddingAttr::get(op->getContext(), dims),
                 mutation);
      return true;
    }
  return false;
}

/// Takes each of two arguments of one type for the other.
static bool swapArguments(Operation *op, Mutation &mutation) {
  std::optional<Place> place = pickPlace(op, /*isArgument=*/true, mutation);
  if (!place)
    return false;
  Value first = place->function.getArgument(place->index);
  SmallVector<Value> candidates;
  for (Value second : place->function.getArguments())
    if (second != first && second.getType() == first.getType())
      candidates.push_back(second);
  if (candidates.empty())
    return false;
  Value second = candidates[mutation.random.between(0, candidates.size() - 1)];
  mutation.changeUsers(first);
  mutation.changeUsers(second);
  SmallVector<OpOperand *> uses;
  for (OpOperand &use : first.getUses())
    uses.push_back(&use);
  second.replaceAllUsesWith(first);
  for (OpOperand *use : uses)
    use->set(second);
  return true;
}

ArrayRef<Mutator> test::localMutators() {
  static const Mutator mutators[] = {
      {"operands swapped", swapOperands},
      {"value of another layer", useStaleValue},
      {"another argument", useOtherArgument},
      {"another value", useAnyValue},
      {"bias, mask or positions left out", dropOptionalOperand},
      {"op left out", leaveOut},
      {"op applied twice", applyTwice},
      {"another op", computeOtherwise},
      {"another number", changeNumber},
      {"flag set or dropped", toggleFlag},
      {"another permutation", changePermutation},
      {"fill left out", dropFill},
      {"filled with another number", fillWithOther},
      {"another mask", changeMask},
      {"pads at another place", padOtherwise},
      {"argument under another sharding", changeSharding<true>},
      {"result under another sharding", changeSharding<false>},
      {"argument under another padding", changePadding<true>},
      {"result under another padding", changePadding<false>},
      {"arguments swapped", swapArguments},
  };
  return mutators;
}
