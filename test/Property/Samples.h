// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Random ops, one a sample, on random small shapes, with values that make float
// sums exact. This is the only place in the property tests that knows ops; what
// is tested about them, it learns from their interfaces.

#ifndef PARTITA_TEST_PROPERTY_SAMPLES_H
#define PARTITA_TEST_PROPERTY_SAMPLES_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinOps.h"
#include "partita/Support/HostTensor.h"

#include <functional>
#include <random>

namespace partita::test {

/// Random numbers that are the same on every machine.
class Random {
public:
  explicit Random(uint64_t seed) : engine(seed) {}

  /// A number from `low` to `high`, both included.
  int64_t between(int64_t low, int64_t high) {
    return low + static_cast<int64_t>(engine() % (high - low + 1));
  }
  bool coin() { return between(0, 1); }
  /// One of `choices`.
  template <typename T> T pick(std::initializer_list<T> choices) {
    return choices.begin()[between(0, choices.size() - 1)];
  }

private:
  std::mt19937_64 engine;
};

/// Draws the values of one operand.
using Draw = std::function<HostTensor(Random &)>;

/// An op whose operands are the arguments of the function it stands in.
struct Sample {
  mlir::OwningOpRef<mlir::ModuleOp> module;
  mlir::Operation *op = nullptr;
  /// One an operand.
  llvm::SmallVector<Draw> draws;
  /// Whether all sums that the op forms are of whole numbers, and so the same
  /// in any order. The order may depend on the shape: a matrix product picks
  /// its loops by it.
  bool exactSums = true;
};

/// Makes a sample: creates its operands in order, then the op.
class SampleBuilder {
public:
  SampleBuilder(mlir::MLIRContext *context, Random &random);

  Random &random;

  /// A size of a dimension, small, and often one that several numbers divide.
  int64_t size() { return random.pick<int64_t>({1, 2, 3, 4, 4, 5, 6, 6}); }
  /// As many sizes as lie between `low` and `high`.
  Shape sizes(int64_t low, int64_t high);
  bool coin() { return random.coin(); }

  /// A float operand of small whole numbers.
  mlir::Value floats(llvm::ArrayRef<int64_t> shape);
  /// The same from any numbers.
  mlir::Value floatsOf(llvm::ArrayRef<int64_t> shape,
                       std::initializer_list<float> choices);
  /// The same in f32, whatever the float type of the sample.
  mlir::Value f32Of(llvm::ArrayRef<int64_t> shape,
                    std::initializer_list<float> choices);
  /// Ids from 0 to `count - 1`.
  mlir::Value ids(llvm::ArrayRef<int64_t> shape, int64_t count);
  /// Ids of `count` rows, classes or experts: consecutive ones, or any of the
  /// first few, some of them twice.
  mlir::Value rowIds(int64_t count);
  mlir::Value mask(llvm::ArrayRef<int64_t> shape);
  mlir::Value operand(mlir::Type type, Draw draw);

  /// The float type of the sample, and tensors of it and of ids.
  mlir::FloatType floatType() const { return element; }
  mlir::RankedTensorType floatTensor(llvm::ArrayRef<int64_t> shape);
  mlir::RankedTensorType idTensor(llvm::ArrayRef<int64_t> shape);

  mlir::UnitAttr unit(bool set) {
    return set ? builder.getUnitAttr() : mlir::UnitAttr();
  }
  mlir::FloatAttr number(double value) {
    return builder.getF64FloatAttr(value);
  }
  mlir::IntegerAttr integer(int64_t value) {
    return builder.getI64IntegerAttr(value);
  }
  mlir::OpBuilder &getBuilder() { return builder; }

  template <typename OpTy, typename... Args> void create(Args &&...args) {
    setOp(OpTy::create(builder, builder.getUnknownLoc(),
                       std::forward<Args>(args)...));
  }
  void setOp(mlir::Operation *op) { sample.op = op; }
  void setInexact() { sample.exactSums = false; }

  Sample finish();

private:
  Sample sample;
  mlir::func::FuncOp function;
  mlir::OpBuilder builder;
  mlir::FloatType element;
};

/// Makes random samples of the op called `name`.
struct Generator {
  llvm::StringRef name;
  void (*make)(SampleBuilder &);
};
llvm::ArrayRef<Generator> layerGenerators();
llvm::ArrayRef<Generator> shapeGenerators();

} // namespace partita::test

#endif // PARTITA_TEST_PROPERTY_SAMPLES_H
