// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "GraphBuilder.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/CheckedArithmetic.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace partita;
using namespace partita::hf;

/// More elements than any cluster holds: a config or an option is wrong. Sizes
/// in bytes and counts of operations stay within int64_t below it.
static constexpr int64_t maxElements = int64_t(1) << 48;

static constexpr int64_t ignoredLabel = -100;

GraphBuilder::GraphBuilder(MLIRContext &context, StringRef name,
                           Type elementType)
    : builder(&context), elementType(elementType), name(name) {
  module = ModuleOp::create(getLocation());
  builder.setInsertionPointToStart(module->getBody());
  function = func::FuncOp::create(builder, getLocation(), "main",
                                  builder.getFunctionType({}, {}));
  body = function.addEntryBlock();
  builder.setInsertionPointToStart(body);
}

GraphBuilder::Module GraphBuilder::enter(const Twine &module) {
  size_t outer = path.size();
  if (outer != 0)
    path += '.';
  path += module.str();
  return Module(*this, outer);
}

Location GraphBuilder::getLocation() {
  return NameLoc::get(builder.getStringAttr(path.empty() ? name : path));
}

RankedTensorType GraphBuilder::tensorOf(ArrayRef<int64_t> shape) {
  return RankedTensorType::get(shape, elementType);
}

ArrayRef<int64_t> GraphBuilder::shapeOf(Value value) {
  return cast<RankedTensorType>(value.getType()).getShape();
}

void GraphBuilder::checkSize(Type type) {
  std::optional<int64_t> count = 1;
  for (int64_t size : cast<RankedTensorType>(type).getShape())
    count = count ? llvm::checkedMul(*count, size) : std::nullopt;
  if ((count && *count <= maxElements) || !oversized.empty())
    return;
  llvm::raw_string_ostream(oversized)
      << "'" << (path.empty() ? name : path) << "' needs a " << type
      << ", expected at most 2^48 elements";
}

//===----------------------------------------------------------------------===//
// Arguments and results
//===----------------------------------------------------------------------===//

Value GraphBuilder::addArgument(Type type, StringRef location,
                                StringRef attribute, Attribute value) {
  checkSize(type);
  argumentAttributes.push_back(
      builder.getDictionaryAttr(builder.getNamedAttr(attribute, value)));
  return body->addArgument(type, NameLoc::get(builder.getStringAttr(location)));
}

Value GraphBuilder::addInput(StringRef name, ArrayRef<int64_t> shape,
                             Type elementType) {
  return addArgument(RankedTensorType::get(shape, elementType), name,
                     xformer::inputAttrName, builder.getStringAttr(name));
}

Value GraphBuilder::addIds(StringRef name, ArrayRef<int64_t> shape) {
  return addInput(name, shape, builder.getI32Type());
}

Value GraphBuilder::addMask(StringRef name, ArrayRef<int64_t> shape) {
  return addInput(name, shape, builder.getI1Type());
}

Value GraphBuilder::parameter(StringRef name, ArrayRef<int64_t> shape) {
  Module scope = enter(name);
  Value &argument = parameters[path];
  if (!argument)
    argument = addArgument(tensorOf(shape), path, xformer::parameterAttrName,
                           builder.getStringAttr(path));
  assert(shapeOf(argument) == shape && "one parameter of two shapes");
  return argument;
}

Value GraphBuilder::stackedParameter(StringRef module, StringRef name,
                                     int64_t count, ArrayRef<int64_t> shape) {
  SmallVector<Attribute> names;
  for (int64_t i = 0; i < count; ++i) {
    Module scope = enter(module + "." + Twine(i) + "." + name);
    names.push_back(builder.getStringAttr(path));
  }
  SmallVector<int64_t> stacked = {count};
  llvm::append_range(stacked, shape);
  Module scope = enter(module + "." + name);
  return addArgument(tensorOf(stacked), path, xformer::parameterAttrName,
                     builder.getArrayAttr(names));
}

void GraphBuilder::addOutput(StringRef name, Value value) {
  results.push_back(value);
  resultAttributes.push_back(builder.getDictionaryAttr(builder.getNamedAttr(
      xformer::outputAttrName, builder.getStringAttr(name))));
}

OwningOpRef<ModuleOp> GraphBuilder::finish() {
  func::ReturnOp::create(builder, getLocation(), results);
  function.setFunctionType(builder.getFunctionType(
      body->getArgumentTypes(), TypeRange(ValueRange(results))));
  function.setArgAttrsAttr(builder.getArrayAttr(argumentAttributes));
  function.setResAttrsAttr(builder.getArrayAttr(resultAttributes));
  return std::move(module);
}

//===----------------------------------------------------------------------===//
// Layers with parameters
//===----------------------------------------------------------------------===//

Value GraphBuilder::embedding(StringRef module, Value ids, int64_t rows,
                              int64_t width) {
  Module scope = enter(module);
  return create<xformer::EmbeddingOp>(parameter("weight", {rows, width}), ids);
}

Value GraphBuilder::positions(StringRef module, int64_t tokens,
                              int64_t positions, int64_t width) {
  Module scope = enter(module);
  return slice(parameter("weight", {positions, width}), 0, 0, tokens);
}

Value GraphBuilder::linear(StringRef module, Value x, int64_t outputs,
                           Bias hasBias, WeightLayout layout) {
  Module scope = enter(module);
  int64_t inputs = shapeOf(x).back();
  bool transposed = layout == WeightLayout::OutIn;
  Value weight = transposed ? parameter("weight", {outputs, inputs})
                            : parameter("weight", {inputs, outputs});
  Value bias = hasBias == Bias::Yes ? parameter("bias", {outputs}) : Value();
  return create<xformer::LinearOp>(x, weight, bias, transposed);
}

Value GraphBuilder::project(StringRef module, Value x, Value weight,
                            Value bias) {
  Module scope = enter(module);
  return create<xformer::LinearOp>(x, weight, bias, /*transpose_weight=*/true);
}

Value GraphBuilder::layerNorm(StringRef module, Value x, double epsilon) {
  Module scope = enter(module);
  int64_t width = shapeOf(x).back();
  Value weight = parameter("weight", {width});
  Value bias = parameter("bias", {width});
  return create<xformer::LayerNormOp>(x, weight, bias,
                                      builder.getF64FloatAttr(epsilon));
}

Value GraphBuilder::rmsNorm(StringRef module, Value x, double epsilon) {
  Module scope = enter(module);
  Value weight = parameter("weight", {shapeOf(x).back()});
  return create<xformer::RmsNormOp>(x, weight,
                                    builder.getF64FloatAttr(epsilon));
}

//===----------------------------------------------------------------------===//
// Ops
//===----------------------------------------------------------------------===//

Value GraphBuilder::add(Value lhs, Value rhs) {
  if (lhs.getType() == rhs.getType())
    return create<arith::AddFOp>(lhs, rhs);
  return create<xformer::AddOp>(lhs, rhs);
}

Value GraphBuilder::scale(Value x, double factor) {
  auto value = DenseElementsAttr::get(
      tensorOf({}), builder.getFloatAttr(elementType, factor));
  return create<xformer::MulOp>(x, create<arith::ConstantOp>(value));
}

Value GraphBuilder::activate(xformer::Activation activation, Value x) {
  switch (activation) {
  case xformer::Activation::Relu:
    return create<xformer::ReluOp>(x);
  case xformer::Activation::Silu:
    return create<xformer::SiluOp>(x);
  case xformer::Activation::Gelu:
  case xformer::Activation::GeluTanh:
    return create<xformer::GeluOp>(x,
                                   activation == xformer::Activation::GeluTanh);
  }
  llvm_unreachable("all activations are handled");
}

Value GraphBuilder::gate(xformer::Activation activation, Value gate,
                         Value value) {
  return create<xformer::GatedOp>(activation, gate, value);
}

Value GraphBuilder::slice(Value x, int64_t dim, int64_t offset, int64_t size) {
  auto type = cast<RankedTensorType>(x.getType());
  if (type.getDimSize(dim) == size)
    return x;
  SmallVector<int64_t> shape(type.getShape());
  shape[dim] = size;
  return create<xformer::SliceOp>(type.clone(shape), x, dim, offset);
}

Value GraphBuilder::splitHeads(Value x, int64_t heads) {
  ArrayRef<int64_t> shape = shapeOf(x);
  return create<xformer::SplitDimOp>(
      tensorOf({shape[0], shape[1], heads, shape[2] / heads}), x, 2);
}

Value GraphBuilder::mergeHeads(Value x) {
  return create<xformer::MergeDimsOp>(x, 2);
}

Value GraphBuilder::attention(Value query, Value key, Value value,
                              const AttentionOptions &options) {
  SmallVector<int64_t> shape(shapeOf(query));
  shape.back() = shapeOf(value).back();
  return create<xformer::AttentionOp>(tensorOf(shape), /*lse=*/Type(), query,
                                      key, value, options.bias, options.keyMask,
                                      /*query_positions=*/Value(),
                                      /*key_positions=*/Value(),
                                      /*normalizer=*/Value(), options.causal,
                                      llvm::APFloat(options.scale))
      .getOutput();
}

Value GraphBuilder::nextLabels(Value labels) {
  auto type = cast<RankedTensorType>(labels.getType());
  int64_t batch = type.getDimSize(0), tokens = type.getDimSize(1);
  Value ignored = create<arith::ConstantOp>(DenseElementsAttr::get(
      type.clone(ArrayRef<int64_t>{batch, 1}),
      builder.getIntegerAttr(type.getElementType(), ignoredLabel)));
  Value next = slice(labels, 1, 1, tokens - 1);
  return create<xformer::ConcatOp>(ValueRange{next, ignored}, 1);
}

Value GraphBuilder::meanCrossEntropy(Value logits, Value labels) {
  auto loss =
      create<xformer::CrossEntropyOp>(logits, labels, uint64_t(ignoredLabel));
  return create<arith::DivFOp>(loss.getSum(), loss.getCount());
}
