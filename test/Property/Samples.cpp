// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Samples.h"

using namespace mlir;
using namespace partita;
using namespace partita::test;

SampleBuilder::SampleBuilder(MLIRContext *context, Random &random)
    : random(random), builder(context) {
  Location loc = builder.getUnknownLoc();
  sample.module = ModuleOp::create(loc);
  builder.setInsertionPointToStart(sample.module->getBody());
  function = func::FuncOp::create(builder, loc, "main",
                                  builder.getFunctionType({}, {}));
  builder.setInsertionPointToStart(function.addEntryBlock());
  element =
      random.pick<FloatType>({builder.getF32Type(), builder.getF32Type(),
                              builder.getBF16Type(), builder.getF16Type()});
}

Shape SampleBuilder::sizes(int64_t low, int64_t high) {
  Shape shape;
  for (int64_t i = random.between(low, high); i != 0; --i)
    shape.push_back(size());
  return shape;
}

RankedTensorType SampleBuilder::floatTensor(ArrayRef<int64_t> shape) {
  return RankedTensorType::get(shape, element);
}

RankedTensorType SampleBuilder::idTensor(ArrayRef<int64_t> shape) {
  return RankedTensorType::get(shape, builder.getI32Type());
}

Value SampleBuilder::operand(Type type, Draw draw) {
  sample.draws.push_back(std::move(draw));
  return function.getBody().addArgument(type, builder.getUnknownLoc());
}

/// Draws a tensor whose elements are `element(random)`.
template <typename T, typename Element>
static Draw drawEach(ArrayRef<int64_t> shape, const Element &element) {
  return [shape = Shape(shape), element](Random &random) {
    HostTensor tensor = HostTensor::allocate(ElementKindOf<T>::value, shape);
    for (T &value : tensor.mutableData<T>())
      value = element(random);
    return tensor;
  };
}

Value SampleBuilder::floats(ArrayRef<int64_t> shape) {
  return floatsOf(shape, {-3, -2, -1, 0, 1, 2, 3});
}

/// Draws a tensor whose elements are `choices`.
static Draw drawOneOf(ArrayRef<int64_t> shape,
                      std::initializer_list<float> choices) {
  std::vector<float> values(choices);
  return drawEach<float>(shape, [values](Random &random) {
    return values[random.between(0, values.size() - 1)];
  });
}

Value SampleBuilder::floatsOf(ArrayRef<int64_t> shape,
                              std::initializer_list<float> choices) {
  return operand(floatTensor(shape), drawOneOf(shape, choices));
}

Value SampleBuilder::f32Of(ArrayRef<int64_t> shape,
                           std::initializer_list<float> choices) {
  return operand(RankedTensorType::get(shape, builder.getF32Type()),
                 drawOneOf(shape, choices));
}

Value SampleBuilder::ids(ArrayRef<int64_t> shape, int64_t count) {
  return operand(idTensor(shape),
                 drawEach<int32_t>(shape, [count](Random &random) {
                   return static_cast<int32_t>(random.between(0, count - 1));
                 }));
}

Value SampleBuilder::rowIds(int64_t count) {
  return operand(idTensor({count}), [count](Random &random) {
    HostTensor tensor = HostTensor::allocate(ElementKind::I32, {count});
    bool consecutive = random.coin();
    int32_t next = random.between(0, 2);
    for (int32_t &id : tensor.mutableData<int32_t>())
      id = consecutive ? next++ : random.between(0, count + 1);
    return tensor;
  });
}

Value SampleBuilder::mask(ArrayRef<int64_t> shape) {
  return operand(RankedTensorType::get(shape, builder.getI1Type()),
                 drawEach<uint8_t>(shape, [](Random &random) {
                   return uint8_t(random.between(0, 3) != 0);
                 }));
}

Sample SampleBuilder::finish() {
  func::ReturnOp::create(builder, builder.getUnknownLoc(),
                         sample.op->getResults());
  function.setType(builder.getFunctionType(
      function.getBody().getArgumentTypes(), sample.op->getResultTypes()));
  return std::move(sample);
}
