// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The local forms that need no op of another kind: where a rule asks for the
// local form because a slice must know its place, the op has an operand that
// tells it. Here the op with that operand, on each slice, is compared with the
// op without it on everything.

#include "Samples.h"
#include "Splits.h"

#include "mlir/IR/MLIRContext.h"
#include "mlir/Parser/Parser.h"
#include "partita/Registration/Registration.h"
#include "gtest/gtest.h"

#include <cmath>
#include <numeric>

using namespace mlir;
using namespace partita;
using namespace partita::interp;
using namespace partita::test;

namespace {

/// In f64, so that only the order of sums makes a difference.
constexpr double tolerance = 1e-12;

class LocalFormsTest : public testing::Test {
protected:
  LocalFormsTest() {
    DialectRegistry registry;
    registerDialects(registry);
    registry.insert<func::FuncDialect>();
    context.appendDialectRegistry(registry);
    context.loadAllAvailableDialects();
  }

  /// The results of the one function in `text`.
  TensorList call(StringRef text, TensorList inputs) {
    auto module = parseSourceString<ModuleOp>(text, &context);
    EXPECT_TRUE(module);
    InterpreterOptions options;
    options.precision = Precision::F64;
    SmallVector<TensorList> lists;
    lists.push_back(std::move(inputs));
    auto results = Interpreter(options).run(
        *module->getOps<func::FuncOp>().begin(), std::move(lists));
    EXPECT_TRUE(succeeded(results));
    return std::move(results->front());
  }

  /// Numbers between -2 and 2.
  HostTensor floats(ArrayRef<int64_t> shape) {
    HostTensor tensor = HostTensor::allocate(ElementKind::F32, shape);
    for (float &value : tensor.mutableData<float>())
      value = random.between(-1000, 1000) / 500.f;
    return tensor;
  }

  /// `begin`, `begin + 1`, ...
  static HostTensor positions(int64_t begin, int64_t count) {
    HostTensor tensor = HostTensor::allocate(ElementKind::I32, {count});
    MutableArrayRef<int32_t> values = tensor.mutableData<int32_t>();
    std::iota(values.begin(), values.end(), begin);
    return tensor;
  }

  Random random{1};
  MLIRContext context;
};

constexpr const char *attention = R"(
  func.func @main(%q: tensor<2x6x4x3xf32>, %k: tensor<2x6x2x3xf32>, %v: tensor<2x6x2x5xf32>)
      -> (tensor<2x6x4x5xf32>, tensor<2x4x6xf32>) {
    %0, %1 = xformer.attention %q, %k, %v causal scale 0.5
      : (tensor<2x6x4x3xf32>, tensor<2x6x2x3xf32>, tensor<2x6x2x5xf32>)
      -> (tensor<2x6x4x5xf32>, tensor<2x4x6xf32>)
    return %0, %1 : tensor<2x6x4x5xf32>, tensor<2x4x6xf32>
  })";

// A slice of the queries with their positions gives the slice of the results.
TEST_F(LocalFormsTest, AttentionByQueries) {
  HostTensor q = floats({2, 6, 4, 3}), k = floats({2, 6, 2, 3}),
             v = floats({2, 6, 2, 5});
  TensorList whole = call(attention, {q, k, v});
  for (int64_t begin = 0; begin < 6; begin += 2) {
    TensorList local = call(R"(
      func.func @main(%q: tensor<2x2x4x3xf32>, %k: tensor<2x6x2x3xf32>, %v: tensor<2x6x2x5xf32>, %p: tensor<2xi32>)
          -> (tensor<2x2x4x5xf32>, tensor<2x4x2xf32>) {
        %0, %1 = xformer.attention %q, %k, %v query_positions(%p) causal scale 0.5
          : (tensor<2x2x4x3xf32>, tensor<2x6x2x3xf32>, tensor<2x6x2x5xf32>, tensor<2xi32>)
          -> (tensor<2x2x4x5xf32>, tensor<2x4x2xf32>)
        return %0, %1 : tensor<2x2x4x5xf32>, tensor<2x4x2xf32>
      })",
                            {q.slice(1, begin, 2), k, v, positions(begin, 2)});
    EXPECT_EQ(difference(local[0], whole[0].slice(1, begin, 2), tolerance), "");
    EXPECT_EQ(difference(local[1], whole[1].slice(2, begin, 2), tolerance), "");
  }
}

// Slices of the keys, with their positions, combine by their log-sum-exps; some
// queries see no key of some slice.
TEST_F(LocalFormsTest, AttentionByKeys) {
  HostTensor q = floats({2, 6, 4, 3}), k = floats({2, 6, 2, 3}),
             v = floats({2, 6, 2, 5});
  TensorList whole = call(attention, {q, k, v});
  SmallVector<TensorList> parts;
  for (int64_t begin = 0; begin < 6; begin += 2)
    parts.push_back(call(
        R"(
      func.func @main(%q: tensor<2x6x4x3xf32>, %k: tensor<2x2x2x3xf32>, %v: tensor<2x2x2x5xf32>, %p: tensor<2xi32>)
          -> (tensor<2x6x4x5xf32>, tensor<2x4x6xf32>) {
        %0, %1 = xformer.attention %q, %k, %v key_positions(%p) causal scale 0.5
          : (tensor<2x6x4x3xf32>, tensor<2x2x2x3xf32>, tensor<2x2x2x5xf32>, tensor<2xi32>)
          -> (tensor<2x6x4x5xf32>, tensor<2x4x6xf32>)
        return %0, %1 : tensor<2x6x4x5xf32>, tensor<2x4x6xf32>
      })",
        {q, k.slice(1, begin, 2), v.slice(1, begin, 2), positions(begin, 2)}));

  HostTensor output = HostTensor::zeros(ElementKind::F64, {2, 6, 4, 5});
  HostTensor lse = HostTensor::zeros(ElementKind::F64, {2, 4, 6});
  MutableArrayRef<double> o = output.mutableData<double>();
  MutableArrayRef<double> l = lse.mutableData<double>();
  for (int64_t b = 0; b < 2; ++b)
    for (int64_t h = 0; h < 4; ++h)
      for (int64_t i = 0; i < 6; ++i) {
        int64_t row = (b * 4 + h) * 6 + i;
        double sum = 0;
        for (const TensorList &part : parts)
          sum += std::exp(part[1].data<double>()[row]);
        l[row] = std::log(sum);
        for (int64_t d = 0; d < 5; ++d) {
          int64_t element = ((b * 6 + i) * 4 + h) * 5 + d;
          for (const TensorList &part : parts)
            o[element] += std::exp(part[1].data<double>()[row] - l[row]) *
                          part[0].data<double>()[element];
        }
      }
  EXPECT_EQ(difference(output, whole[0], tolerance), "");
  EXPECT_EQ(difference(lse, whole[1], tolerance), "");
}

TEST_F(LocalFormsTest, RotaryBySequence) {
  HostTensor x = floats({2, 6, 3, 4});
  TensorList whole = call(R"(
    func.func @main(%x: tensor<2x6x3x4xf32>) -> tensor<2x6x3x4xf32> {
      %0 = xformer.rotary %x theta 100.0 : (tensor<2x6x3x4xf32>) -> tensor<2x6x3x4xf32>
      return %0 : tensor<2x6x3x4xf32>
    })",
                          {x});
  for (int64_t begin = 0; begin < 6; begin += 2) {
    TensorList local = call(R"(
      func.func @main(%x: tensor<2x2x3x4xf32>, %p: tensor<2xi32>) -> tensor<2x2x3x4xf32> {
        %0 = xformer.rotary %x positions(%p) theta 100.0
          : (tensor<2x2x3x4xf32>, tensor<2xi32>) -> tensor<2x2x3x4xf32>
        return %0 : tensor<2x2x3x4xf32>
      })",
                            {x.slice(1, begin, 2), positions(begin, 2)});
    EXPECT_EQ(difference(local[0], whole[0].slice(1, begin, 2), 0), "");
  }
}

TEST_F(LocalFormsTest, RelativePositionBiasByQueriesAndKeys) {
  HostTensor table = floats({8, 3});
  TensorList whole = call(R"(
    func.func @main(%t: tensor<8x3xf32>) -> tensor<1x3x6x4xf32> {
      %0 = xformer.relative_position_bias %t bidirectional max_distance 16
        : (tensor<8x3xf32>) -> tensor<1x3x6x4xf32>
      return %0 : tensor<1x3x6x4xf32>
    })",
                          {table});
  for (int64_t query = 0; query < 6; query += 3)
    for (int64_t key = 0; key < 4; key += 2) {
      TensorList local = call(R"(
        func.func @main(%t: tensor<8x3xf32>, %q: tensor<3xi32>, %k: tensor<2xi32>) -> tensor<1x3x3x2xf32> {
          %0 = xformer.relative_position_bias %t query_positions(%q) key_positions(%k) bidirectional max_distance 16
            : (tensor<8x3xf32>, tensor<3xi32>, tensor<2xi32>) -> tensor<1x3x3x2xf32>
          return %0 : tensor<1x3x3x2xf32>
        })",
                              {table, positions(query, 3), positions(key, 2)});
      EXPECT_EQ(
          difference(local[0], whole[0].slice(2, query, 3).slice(3, key, 2), 0),
          "");
    }
}

TEST_F(LocalFormsTest, DropoutByAnyDimension) {
  HostTensor x = floats({4, 6}), seed = HostTensor::of<int64_t>({}, {7});
  TensorList whole = call(R"(
    func.func @main(%x: tensor<4x6xf32>, %s: tensor<i64>) -> tensor<4x6xf32> {
      %0 = xformer.dropout %x seed(%s) rate 0.5 stream 3
        : (tensor<4x6xf32>, tensor<i64>) -> tensor<4x6xf32>
      return %0 : tensor<4x6xf32>
    })",
                          {x, seed});
  for (int64_t row = 0; row < 4; row += 2)
    for (int64_t column = 0; column < 6; column += 3) {
      TensorList local = call(R"(
        func.func @main(%x: tensor<2x3xf32>, %s: tensor<i64>, %o: tensor<2xi64>) -> tensor<2x3xf32> {
          %0 = xformer.dropout %x seed(%s) origin(%o) of [4, 6] rate 0.5 stream 3
            : (tensor<2x3xf32>, tensor<i64>, tensor<2xi64>) -> tensor<2x3xf32>
          return %0 : tensor<2x3xf32>
        })",
                              {x.slice(0, row, 2).slice(1, column, 3), seed,
                               HostTensor::of<int64_t>({2}, {row, column})});
      EXPECT_EQ(difference(local[0],
                           whole[0].slice(0, row, 2).slice(1, column, 3), 0),
                "");
    }
}

} // namespace
