// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Roles.h"

#include "partita/Dialect/Xformer/Xformer.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace partita;
using namespace partita::xformer;

std::optional<unsigned> Role::findDim(StringRef name) const {
  for (auto [index, dim] : llvm::enumerate(dims))
    if (dim.name == name)
      return index;
  return std::nullopt;
}

ArrayRef<StringRef> partita::getRoleNames() {
  static constexpr StringRef names[] = {
      "query.weight",    "query.bias",     "key.weight",      "key.bias",
      "value.weight",    "value.bias",     "output.weight",   "output.bias",
      "attention.query", "attention.key",  "attention.value", "gate.weight",
      "gate.bias",       "up.weight",      "up.bias",         "down.weight",
      "down.bias",       "expert.gate",    "expert.up",       "expert.down",
      "router.weight",   "moe.dispatched", "moe.combined",    "embedding",
      "head.weight",     "head.bias",      "norm.input",      "norm.result",
      "norm.weight",     "norm.bias",      "input",           "input.mask",
      "parameter"};
  return names;
}

namespace {
/// Names of a layer's weight and bias.
struct LayerNames {
  StringRef weight, bias;
};

class RoleFinder {
public:
  std::vector<Role> run(FunctionOpInterface function);

private:
  void visit(AttentionOp op);
  void visitActivation(Operation *op, Value gate, Value up);
  void visit(EmbeddingOp op);
  void visit(MoeRouteOp op);
  void visitNorm(Operation *op);
  void visitLogits(Value logits);
  void visitArguments(FunctionOpInterface function);

  void addLayer(LinearOp layer, LayerNames names,
                ArrayRef<int64_t> inUnits = {},
                ArrayRef<int64_t> outUnits = {});
  void addExperts(MatmulOp product, StringRef name);
  void add(StringRef name, Value value, ArrayRef<RoleDim> dims,
           OpOperand *use = nullptr) {
    // A value that is used twice in the same way, as a tied weight is, has its
    // role once.
    if (use || seen.insert({value, name}).second)
      roles.push_back({name, value, use, {dims.begin(), dims.end()}});
  }

  std::vector<Role> roles;
  llvm::DenseSet<std::pair<Value, StringRef>> seen;
};
} // namespace

/// The layer that makes `value`, which is told apart into heads or rotated
/// after it; null if it is none.
static LinearOp findLayerBefore(Value value) {
  while (Operation *op = value.getDefiningOp()) {
    if (auto layer = dyn_cast<LinearOp>(op))
      return layer;
    if (!isa<SplitDimOp, MergeDimsOp, RotaryOp, TransposeOp, arith::ExtFOp,
             arith::TruncFOp>(op))
      return nullptr;
    value = op->getOperand(0);
  }
  return nullptr;
}

/// The layer whose input is made from `value` in the same way.
static LinearOp findLayerAfter(Value value) {
  while (value.hasOneUse()) {
    OpOperand &use = *value.use_begin();
    Operation *op = use.getOwner();
    if (auto layer = dyn_cast<LinearOp>(op))
      return use.getOperandNumber() == 0 ? layer : nullptr;
    if (!isa<SplitDimOp, MergeDimsOp, TransposeOp, DropoutOp, arith::ExtFOp,
             arith::TruncFOp>(op) ||
        use.getOperandNumber() != 0)
      return nullptr;
    value = op->getResult(0);
  }
  return nullptr;
}

void RoleFinder::addLayer(LinearOp layer, LayerNames names,
                          ArrayRef<int64_t> inUnits,
                          ArrayRef<int64_t> outUnits) {
  RoleDim in{"in", SmallVector<int64_t, 2>(inUnits)};
  RoleDim out{"out", SmallVector<int64_t, 2>(outUnits)};
  if (layer.getTransposeWeight())
    add(names.weight, layer.getWeight(), {out, in});
  else
    add(names.weight, layer.getWeight(), {in, out});
  if (layer.getBias())
    add(names.bias, layer.getBias(), {out});
}

void RoleFinder::addExperts(MatmulOp product, StringRef name) {
  if (product.getRhs().getType().getRank() != 3)
    return;
  RoleDim expert{"expert"}, in{"in"}, out{"out"};
  if (product.getTransposeRhs())
    add(name, product.getRhs(), {expert, out, in});
  else
    add(name, product.getRhs(), {expert, in, out});
}

//===----------------------------------------------------------------------===//
// Blocks
//===----------------------------------------------------------------------===//

void RoleFinder::visit(AttentionOp op) {
  // Query heads that share a key head stay together as far as they can.
  int64_t keyHeads = op.getNumKeyHeads();
  int64_t heads[] = {keyHeads, op.getNumHeads() / keyHeads};
  if (LinearOp layer = findLayerBefore(op.getQuery()))
    addLayer(layer, {"query.weight", "query.bias"}, {}, heads);
  if (LinearOp layer = findLayerBefore(op.getKey()))
    addLayer(layer, {"key.weight", "key.bias"}, {}, keyHeads);
  if (LinearOp layer = findLayerBefore(op.getValue()))
    addLayer(layer, {"value.weight", "value.bias"}, {}, keyHeads);
  if (LinearOp layer = findLayerAfter(op.getOutput()))
    addLayer(layer, {"output.weight", "output.bias"}, heads);
  RoleDim dims[] = {{"batch"}, {"sequence"}, {"heads"}, {"features"}};
  add("attention.query", op.getQuery(), dims, &op.getQueryMutable());
  add("attention.key", op.getKey(), dims, &op.getKeyMutable());
  add("attention.value", op.getValue(), dims, &op.getValueMutable());
  if (op.getKeyMask())
    add("input.mask", op.getKeyMask(), {{"batch"}, {"keys"}});
}

void RoleFinder::visitActivation(Operation *op, Value gate, Value up) {
  Value result = op->getResult(0);
  auto findProduct = [](Value value) {
    return value ? value.getDefiningOp<MatmulOp>() : MatmulOp();
  };
  if (MatmulOp product = findProduct(up)) {
    if (!result.hasOneUse())
      return;
    auto down = dyn_cast<MatmulOp>(*result.user_begin());
    if (!down || down.getLhs() != result)
      return;
    addExperts(product, "expert.up");
    if (MatmulOp product = findProduct(gate))
      addExperts(product, "expert.gate");
    return addExperts(down, "expert.down");
  }
  LinearOp down = findLayerAfter(result);
  LinearOp upLayer = findLayerBefore(up);
  if (!down || !upLayer)
    return;
  addLayer(upLayer, {"up.weight", "up.bias"});
  if (gate)
    if (LinearOp gateLayer = findLayerBefore(gate))
      addLayer(gateLayer, {"gate.weight", "gate.bias"});
  addLayer(down, {"down.weight", "down.bias"});
}

void RoleFinder::visit(EmbeddingOp op) {
  // A table of a few rows, such as that of sentence numbers, is no vocabulary.
  int64_t rows = op.getTable().getType().getDimSize(0);
  if (rows >= 16)
    add("embedding", op.getTable(), {{"vocabulary"}, {"features"}});
}

void RoleFinder::visit(MoeRouteOp op) {
  if (LinearOp layer = findLayerBefore(op.getLogits()))
    addLayer(layer, {"router.weight", "router.bias"});
}

void RoleFinder::visitNorm(Operation *op) {
  Value input = op->getOperand(0);
  if (cast<RankedTensorType>(input.getType()).getRank() == 3) {
    RoleDim dims[] = {{"batch"}, {"sequence"}, {"features"}};
    add("norm.input", input, dims);
    add("norm.result", op->getResult(0), dims);
  }
  add("norm.weight", op->getOperand(1), {{"features"}});
  if (op->getNumOperands() > 2)
    add("norm.bias", op->getOperand(2), {{"features"}});
}

void RoleFinder::visitLogits(Value logits) {
  while (Operation *op = logits.getDefiningOp()) {
    if (auto layer = dyn_cast<LinearOp>(op))
      return addLayer(layer, {"head.weight", "head.bias"});
    if (!isa<arith::ExtFOp, arith::TruncFOp>(op))
      return;
    logits = op->getOperand(0);
  }
}

void RoleFinder::visitArguments(FunctionOpInterface function) {
  for (BlockArgument argument : function.getArguments()) {
    auto type = dyn_cast<RankedTensorType>(argument.getType());
    if (!type)
      continue;
    unsigned index = argument.getArgNumber();
    if (function.getArgAttr(index, "xformer.parameter")) {
      SmallVector<RoleDim, 4> dims;
      for (int64_t dim = 0; dim < type.getRank(); ++dim)
        dims.push_back({std::to_string(dim)});
      add("parameter", argument, dims);
    } else if (function.getArgAttr(index, "xformer.input") &&
               type.getRank() == 2 &&
               !seen.contains({argument, "input.mask"})) {
      add("input", argument, {{"batch"}, {"sequence"}});
    }
  }
}

std::vector<Role> RoleFinder::run(FunctionOpInterface function) {
  function->walk([&](Operation *op) {
    if (auto attention = dyn_cast<AttentionOp>(op))
      visit(attention);
    else if (auto gated = dyn_cast<GatedOp>(op))
      visitActivation(op, gated->getOperand(0), gated->getOperand(1));
    else if (isa<GeluOp, SiluOp, ReluOp>(op))
      visitActivation(op, nullptr, op->getOperand(0));
    else if (auto embedding = dyn_cast<EmbeddingOp>(op))
      visit(embedding);
    else if (auto route = dyn_cast<MoeRouteOp>(op))
      visit(route);
    else if (isa<MoeDispatchOp>(op))
      add("moe.dispatched", op->getResult(0),
          {{"batch"}, {"expert"}, {"slot"}, {"features"}});
    else if (isa<MoeCombineOp>(op))
      add("moe.combined", op->getResult(0),
          {{"batch"}, {"sequence"}, {"features"}});
    else if (isa<LayerNormOp, RmsNormOp>(op))
      visitNorm(op);
    else if (auto loss = dyn_cast<CrossEntropyOp>(op))
      visitLogits(loss.getLogits());
    else if (op->hasTrait<OpTrait::ReturnLike>() &&
             op->getParentOp() == function)
      for (auto [index, value] : llvm::enumerate(op->getOperands()))
        if (auto name = function.getResultAttrOfType<StringAttr>(
                index, "xformer.output");
            name && name.getValue() == "logits")
          visitLogits(value);
  });
  visitArguments(function);
  return std::move(roles);
}

std::vector<Role> partita::findRoles(FunctionOpInterface function) {
  return RoleFinder().run(function);
}
