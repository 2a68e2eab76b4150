// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The interpreter itself: calls, regions, the life of values, types and
// rounding, errors, and devices in lock step. A small dialect of the test's own
// stands for what other dialects will bring: collectives and ops with regions.

#include "partita/Interpreter/Interpreter.h"

#include "TensorTesting.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/OwningOpRef.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Support/DebugStringHelper.h"
#include "partita/Dialect/Xformer/Xformer.h"
#include "partita/Interfaces/InterpretableInterface.h"
#include "partita/Interpreter/Kernels/Elementwise.h"

using namespace mlir;
using namespace partita;
using namespace partita::interp;
using testing::ElementsAre;
using testing::HasSubstr;

namespace {

//===----------------------------------------------------------------------===//
// The test's dialect
//===----------------------------------------------------------------------===//

template <typename Concrete, template <typename> class... Traits>
struct TestOp : mlir::Op<Concrete, Traits...> {
  using mlir::Op<Concrete, Traits...>::Op;
  static ArrayRef<StringRef> getAttributeNames() { return {}; }
};

/// The sum over all devices, on every device.
struct AllReduceOp
    : TestOp<AllReduceOp, OpTrait::OneOperand, OpTrait::OneResult,
             OpTrait::ZeroRegions, InterpretableInterface::Trait> {
  using TestOp::TestOp;
  static StringRef getOperationName() { return "test.all_reduce"; }
  LogicalResult interpret(Evaluation &, unsigned) {
    llvm_unreachable("a collective runs on all devices");
  }
  // NOLINTNEXTLINE(bugprone-derived-method-shadowing-base-method)
  LogicalResult interpretOnAllDevices(Evaluation &evaluation) {
    HostTensor sum = evaluation.operand(0, 0);
    for (unsigned device = 1; device != evaluation.getNumDevices(); ++device)
      sum = combineElements(Binary::Add, sum, evaluation.operand(device, 0));
    for (unsigned device = 0; device != evaluation.getNumDevices(); ++device)
      evaluation.setResult(device, 0, sum);
    return success();
  }
};

/// The result of its region, applied to the operand `times` times.
struct RepeatOp : TestOp<RepeatOp, OpTrait::OneOperand, OpTrait::OneResult,
                         OpTrait::OneRegion, InterpretableInterface::Trait> {
  using TestOp::TestOp;
  static StringRef getOperationName() { return "test.repeat"; }
  LogicalResult interpret(Evaluation &, unsigned) {
    llvm_unreachable("an op with a region runs on all devices");
  }
  // NOLINTNEXTLINE(bugprone-derived-method-shadowing-base-method)
  LogicalResult interpretOnAllDevices(Evaluation &evaluation) {
    SmallVector<DeviceTensors> values(1);
    for (unsigned device = 0; device != evaluation.getNumDevices(); ++device)
      values[0].push_back(evaluation.operand(device, 0));
    int64_t times = (*this)->getAttrOfType<IntegerAttr>("times").getInt();
    for (int64_t i = 0; i != times; ++i) {
      auto results = evaluation.evaluateRegion((*this)->getRegion(0), values,
                                               evaluation.getActiveDevices());
      if (failed(results))
        return failure();
      values = std::move(*results);
    }
    for (unsigned device = 0; device != evaluation.getNumDevices(); ++device)
      evaluation.setResult(device, 0, values[0][device]);
    return success();
  }
};

struct YieldOp : TestOp<YieldOp, OpTrait::OneOperand, OpTrait::ZeroResults,
                        OpTrait::ZeroRegions, OpTrait::ZeroSuccessors,
                        OpTrait::IsTerminator, OpTrait::ReturnLike> {
  using TestOp::TestOp;
  static StringRef getOperationName() { return "test.yield"; }
};

/// An op that nobody gave a meaning.
struct OpaqueOp : TestOp<OpaqueOp, OpTrait::ZeroOperands, OpTrait::ZeroResults,
                         OpTrait::ZeroRegions> {
  using TestOp::TestOp;
  static StringRef getOperationName() { return "test.opaque"; }
};

/// An op whose meaning does not fit its type: it passes its operand on.
struct FaultyOp
    : TestOp<FaultyOp, OpTrait::VariadicOperands, OpTrait::OneResult,
             OpTrait::ZeroRegions, InterpretableInterface::Trait> {
  using TestOp::TestOp;
  static StringRef getOperationName() { return "test.faulty"; }
  LogicalResult interpret(Evaluation &evaluation, unsigned device) {
    if ((*this)->getNumOperands() != 0)
      evaluation.setResult(device, 0, evaluation.operand(device, 0));
    return success();
  }
};

/// Passes its operand on, and notes whether it might have written to it.
std::vector<bool> wasWritable;
struct ObserveOp : TestOp<ObserveOp, OpTrait::OneOperand, OpTrait::OneResult,
                          OpTrait::ZeroRegions, InterpretableInterface::Trait> {
  using TestOp::TestOp;
  static StringRef getOperationName() { return "test.observe"; }
  LogicalResult interpret(Evaluation &evaluation, unsigned device) {
    HostTensor tensor = evaluation.take(device, (*this)->getOperand(0));
    wasWritable.push_back(tensor.isWritable());
    evaluation.setResult(device, 0, std::move(tensor));
    return success();
  }
};

class TestDialect : public Dialect {
public:
  explicit TestDialect(MLIRContext *context)
      : Dialect("test", context, TypeID::get<TestDialect>()) {
    addOperations<AllReduceOp, RepeatOp, YieldOp, OpaqueOp, FaultyOp,
                  ObserveOp>();
  }
  static StringRef getDialectNamespace() { return "test"; }
};

//===----------------------------------------------------------------------===//
// Running text
//===----------------------------------------------------------------------===//

class InterpreterTest : public testing::Test {
protected:
  InterpreterTest()
      : handler(&context, [this](Diagnostic &diagnostic) {
          diagnostics += debugString(diagnostic.getLocation()) + ": " +
                         diagnostic.str() + "\n";
        }) {
    DialectRegistry registry;
    registry.insert<arith::ArithDialect, func::FuncDialect, TestDialect,
                    xformer::XformerDialect>();
    registerInterpretableModels(registry);
    context.appendDialectRegistry(registry);
    context.loadAllAvailableDialects();
    wasWritable.clear();
  }

  /// Runs @main of `source`; nothing if there was an error.
  std::optional<SmallVector<TensorList>> run(StringRef source,
                                             SmallVector<TensorList> inputs,
                                             InterpreterOptions options = {}) {
    options.numDevices = std::max<unsigned>(inputs.size(), 1);
    module = parseSourceString<ModuleOp>(source, &context);
    EXPECT_TRUE(module) << diagnostics;
    interpreter = std::make_unique<Interpreter>(options);
    auto results = interpreter->run(
        module->lookupSymbol<FunctionOpInterface>("main"), std::move(inputs));
    if (failed(results))
      return std::nullopt;
    SmallVector<TensorList> lists = std::move(*results);
    return lists;
  }

  /// The results of @main on one device.
  TensorList runOnOne(StringRef source, TensorList inputs = {},
                      InterpreterOptions options = {}) {
    SmallVector<TensorList> perDevice;
    perDevice.push_back(std::move(inputs));
    auto results = run(source, std::move(perDevice), std::move(options));
    EXPECT_TRUE(results) << diagnostics;
    return results ? results->front() : TensorList();
  }

  /// The diagnostics of a run that fails.
  std::string runAndFail(StringRef source,
                         SmallVector<TensorList> inputs = {{}}) {
    EXPECT_FALSE(run(source, std::move(inputs)));
    return diagnostics;
  }

  MLIRContext context;
  std::string diagnostics;
  ScopedDiagnosticHandler handler;
  OwningOpRef<ModuleOp> module;
  std::unique_ptr<Interpreter> interpreter;
};

// No op of the dialect was forgotten.
TEST_F(InterpreterTest, KnowsEveryXformerOp) {
  unsigned numOps = 0;
  for (RegisteredOperationName name : context.getRegisteredOperations())
    if (name.getDialectNamespace() == "xformer") {
      ++numOps;
      EXPECT_TRUE(name.hasInterface<InterpretableInterface>())
          << name.getStringRef().str();
    }
  EXPECT_GE(numOps, 28u);
}

//===----------------------------------------------------------------------===//
// Functions and regions
//===----------------------------------------------------------------------===//

TEST_F(InterpreterTest, RunsOpsInOrder) {
  TensorList results = runOnOne(R"(
    func.func @main(%x: tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>) {
      %sum = arith.addf %x, %x : tensor<2xf32>
      %product = arith.mulf %sum, %x : tensor<2xf32>
      return %product, %x : tensor<2xf32>, tensor<2xf32>
    })",
                                {floats({2}, {3, 4})});
  ASSERT_EQ(results.size(), 2u);
  EXPECT_THAT(values(results[0]), ElementsAre(18, 32));
  EXPECT_THAT(values(results[1]), ElementsAre(3, 4));
}

// A value that is returned twice, and an argument that is never used.
TEST_F(InterpreterTest, ReturnsValuesTwice) {
  TensorList results = runOnOne(R"(
    func.func @main(%x: f32, %unused: f32) -> (f32, f32) {
      %y = arith.negf %x : f32
      return %y, %y : f32, f32
    })",
                                {floats({}, {1}), floats({}, {2})});
  EXPECT_THAT(values(results[0]), ElementsAre(-1));
  EXPECT_THAT(values(results[1]), ElementsAre(-1));
}

// Callees have values of their own, and may call in turn.
TEST_F(InterpreterTest, Calls) {
  TensorList results = runOnOne(R"(
    func.func @main(%x: f32) -> f32 {
      %y:2 = func.call @both(%x, %x) : (f32, f32) -> (f32, f32)
      %z = arith.mulf %y#0, %y#1 : f32
      return %z : f32
    }
    func.func private @both(%x: f32, %y: f32) -> (f32, f32) {
      %twice = func.call @twice(%x) : (f32) -> f32
      %four = func.call @twice(%twice) : (f32) -> f32
      return %four, %y : f32, f32
    }
    func.func private @twice(%x: f32) -> f32 {
      %y = arith.addf %x, %x : f32
      return %y : f32
    })",
                                {floats({}, {3})});
  EXPECT_THAT(values(results[0]), ElementsAre(36));
}

// A region is evaluated as often as its op likes, uses values from around it,
// and these live as long as the op does.
TEST_F(InterpreterTest, EvaluatesRegions) {
  TensorList results = runOnOne(R"(
    func.func @main(%x: f32) -> f32 {
      %two = arith.addf %x, %x : f32
      %r = "test.repeat"(%x) ({
      ^bb0(%y: f32):
        %product = arith.mulf %y, %two : f32
        "test.yield"(%product) : (f32) -> ()
      }) {times = 5 : i64} : (f32) -> f32
      return %r : f32
    })",
                                {floats({}, {1})});
  EXPECT_THAT(values(results[0]), ElementsAre(32));
}

// An op that is the last to use a value may have its bytes; one that is not,
// or whose caller kept the input, may not. A use in a region counts.
TEST_F(InterpreterTest, GivesUpValuesAfterTheirLastUse) {
  HostTensor kept = floats({}, {1});
  TensorList inputs; // Not from a list in braces, which would keep copies.
  inputs.push_back(kept);
  inputs.push_back(floats({}, {2}));
  runOnOne(R"(
    func.func @main(%kept: f32, %given: f32) -> f32 {
      %0 = "test.observe"(%kept) : (f32) -> f32
      %1 = "test.observe"(%given) : (f32) -> f32
      %2 = arith.addf %1, %1 : f32
      %3 = "test.observe"(%2) : (f32) -> f32
      %4 = "test.observe"(%2) : (f32) -> f32
      %5 = arith.addf %3, %4 : f32
      %6 = "test.observe"(%5) : (f32) -> f32
      %7 = "test.repeat"(%6) ({
      ^bb0(%y: f32):
        "test.yield"(%5) : (f32) -> ()
      }) {times = 1 : i64} : (f32) -> f32
      return %7 : f32
    })",
           std::move(inputs));
  // %kept, %given, %2 for the first and for the last time (its result %3 still
  // has the bytes), %5, which the region needs.
  EXPECT_THAT(wasWritable, ElementsAre(false, true, false, false, false));
}

//===----------------------------------------------------------------------===//
// Types
//===----------------------------------------------------------------------===//

// In f32 every result is rounded to its type: 256 + 1 is 256 in bf16.
TEST_F(InterpreterTest, RoundsResults) {
  constexpr StringLiteral source = R"(
    func.func @main(%x: bf16, %y: f16) -> (bf16, f16) {
      %a = arith.addf %x, %x : bf16
      %one = arith.constant 1.0 : bf16
      %b = arith.addf %a, %one : bf16
      %two = arith.constant 1.0 : f16
      %c = arith.addf %y, %two : f16
      return %b, %c : bf16, f16
    })";
  TensorList inputs = {floats({}, {128}), floats({}, {2048})};
  TensorList narrow = runOnOne(source, inputs);
  EXPECT_EQ(narrow[0].describe(), "f32");
  EXPECT_THAT(values(narrow[0]), ElementsAre(256));
  EXPECT_THAT(values(narrow[1]), ElementsAre(2048));

  TensorList exact = runOnOne(source, inputs, {.precision = Precision::F64});
  EXPECT_EQ(exact[0].describe(), "f64");
  EXPECT_THAT(values(exact[0]), ElementsAre(257));
  EXPECT_THAT(values(exact[1]), ElementsAre(2049));
}

// Inputs are rounded to their types as well, but not in f64.
TEST_F(InterpreterTest, RoundsInputs) {
  constexpr StringLiteral source = R"(
    func.func @main(%x: bf16) -> bf16 {
      return %x : bf16
    })";
  EXPECT_THAT(values(runOnOne(source, {floats({}, {257})})[0]),
              ElementsAre(256));
  EXPECT_THAT(values(runOnOne(source, {floats({}, {257})},
                              {.precision = Precision::F64})[0]),
              ElementsAre(257));
}

// Any float type will do for a float input.
TEST_F(InterpreterTest, WidensInputs) {
  for (ElementKind kind : {ElementKind::BF16, ElementKind::F16,
                           ElementKind::F32, ElementKind::F64}) {
    TensorList results = runOnOne(R"(
      func.func @main(%x: tensor<1xf32>) -> tensor<1xf32> {
        %y = arith.addf %x, %x : tensor<1xf32>
        return %y : tensor<1xf32>
      })",
                                  {floats(kind, {1}, {1.5})});
    EXPECT_EQ(results[0].describe(), "1xf32");
    EXPECT_THAT(values(results[0]), ElementsAre(3));
  }
}

// A declared f64 is computed in f64 whatever the precision.
TEST_F(InterpreterTest, KeepsDoubles) {
  TensorList results = runOnOne(R"(
    func.func @main(%x: f64) -> (f64, f32) {
      %one = arith.constant 1.0 : f64
      %y = arith.addf %x, %one : f64
      %z = arith.truncf %y : f64 to f32
      return %y, %z : f64, f32
    })",
                                {floats(ElementKind::F64, {}, {1 << 24})});
  EXPECT_EQ(results[0].data<double>().front(), (1 << 24) + 1);
  EXPECT_EQ(results[1].data<float>().front(), 1 << 24);
}

// An f32 input that is used as it is stays a view of its file.
TEST_F(InterpreterTest, BorrowsInputs) {
  static const float bytes[2] = {1, 2};
  HostTensor borrowed =
      HostTensor::borrow(ElementKind::F32, {2}, bytes, nullptr);
  TensorList results = runOnOne(R"(
    func.func @main(%x: tensor<2xf32>) -> tensor<2xf32> {
      return %x : tensor<2xf32>
    })",
                                {borrowed});
  EXPECT_EQ(results[0].bytes(), bytes);
}

//===----------------------------------------------------------------------===//
// Devices
//===----------------------------------------------------------------------===//

constexpr StringLiteral columnParallel = R"(
  func.func @main(%x: tensor<3x8xf32>, %w: tensor<8x#xf32>, %v: tensor<#x5xf32>)
      -> tensor<3x5xf32> {
    %h = xformer.linear %x, %w
      : (tensor<3x8xf32>, tensor<8x#xf32>) -> tensor<3x#xf32>
    %a = xformer.relu %h : tensor<3x#xf32>
    %p = xformer.linear %a, %v
      : (tensor<3x#xf32>, tensor<#x5xf32>) -> tensor<3x5xf32>
    %y = "test.all_reduce"(%p) : (tensor<3x5xf32>) -> tensor<3x5xf32>
    return %y : tensor<3x5xf32>
  })";

// Two layers, split by columns and then by rows over 1 to 4 devices, give the
// same bits on every device, in both precisions.
TEST_F(InterpreterTest, RunsDevicesInLockStep) {
  HostTensor x = exactFloats(ElementKind::F32, "x", {3, 8});
  HostTensor w = exactFloats(ElementKind::F32, "w", {8, 12});
  HostTensor v = exactFloats(ElementKind::F32, "v", {12, 5});
  for (Precision precision : {Precision::F32, Precision::F64}) {
    HostTensor expected;
    for (int64_t numDevices : {1, 2, 3, 4}) {
      int64_t size = 12 / numDevices;
      std::string source(columnParallel);
      for (size_t i; (i = source.find('#')) != std::string::npos;)
        source.replace(i, 1, std::to_string(size));
      SmallVector<TensorList> inputs;
      for (int64_t device = 0; device != numDevices; ++device)
        inputs.push_back({x, w.slice(1, device * size, size),
                          v.slice(0, device * size, size)});
      auto results = run(source, inputs, {.precision = precision});
      ASSERT_TRUE(results) << diagnostics;
      ASSERT_EQ(static_cast<int64_t>(results->size()), numDevices);
      if (numDevices == 1)
        expected = results->front().front();
      for (const TensorList &list : *results)
        EXPECT_THAT(list.front(), HasBitsOf(expected));
    }
  }
}

// Devices have values of their own, also in callees and regions.
TEST_F(InterpreterTest, KeepsDevicesApart) {
  auto results = run(R"(
    func.func @main(%x: f32) -> (f32, f32) {
      %y = func.call @square(%x) : (f32) -> f32
      %z = "test.repeat"(%y) ({
      ^bb0(%a: f32):
        %sum = arith.addf %a, %x : f32
        "test.yield"(%sum) : (f32) -> ()
      }) {times = 2 : i64} : (f32) -> f32
      %total = "test.all_reduce"(%z) : (f32) -> f32
      return %z, %total : f32, f32
    }
    func.func private @square(%x: f32) -> f32 {
      %y = arith.mulf %x, %x : f32
      return %y : f32
    })",
                     {{floats({}, {1})}, {floats({}, {2})}, {floats({}, {3})}});
  ASSERT_TRUE(results) << diagnostics;
  for (auto [list, expected] :
       llvm::zip_equal(*results, std::array{3, 8, 15})) {
    EXPECT_THAT(values(list[0]), ElementsAre(expected));
    EXPECT_THAT(values(list[1]), ElementsAre(26));
  }
}

// Weights that devices share are widened once for all of them.
TEST_F(InterpreterTest, SharesWhatDevicesShare) {
  HostTensor weight = floats(ElementKind::BF16, {2}, {1, 2});
  auto results = run(R"(
    func.func @main(%x: tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>) {
      %y = arith.negf %x : tensor<2xf32>
      return %x, %y : tensor<2xf32>, tensor<2xf32>
    })",
                     {{weight}, {weight}});
  ASSERT_TRUE(results) << diagnostics;
  EXPECT_EQ((*results)[0][0].bytes(), (*results)[1][0].bytes());
  EXPECT_THAT(values((*results)[1][1]), ElementsAre(-1, -2));
}

//===----------------------------------------------------------------------===//
// Statistics
//===----------------------------------------------------------------------===//

// Ops are counted once a device and evaluation, and time is counted once: that
// of a callee does not belong to the call.
TEST_F(InterpreterTest, CollectsStatistics) {
  constexpr StringLiteral source = R"(
    func.func @main(%x: f32) -> f32 {
      %y = func.call @callee(%x) : (f32) -> f32
      %z = func.call @callee(%y) : (f32) -> f32
      return %z : f32
    }
    func.func private @callee(%x: f32) -> f32 {
      %y = arith.addf %x, %x : f32
      %z = arith.addf %y, %x : f32
      return %z : f32
    })";
  auto start = std::chrono::steady_clock::now();
  run(source, {{floats({}, {1})}, {floats({}, {2})}},
      {.collectStatistics = true});
  std::chrono::duration<double> wall = std::chrono::steady_clock::now() - start;
  const Statistics &statistics = interpreter->getStatistics();
  ASSERT_EQ(statistics.getOps().size(), 2u);
  EXPECT_EQ(statistics.getOps().lookup("func.call").count, 4);
  EXPECT_EQ(statistics.getOps().lookup("arith.addf").count, 8);
  EXPECT_GT(statistics.getOps().lookup("arith.addf").seconds, 0);
  EXPECT_GE(statistics.getOps().lookup("func.call").seconds, 0);
  EXPECT_LE(statistics.totalSeconds(), wall.count());

  runOnOne(source, {floats({}, {1})});
  EXPECT_TRUE(interpreter->getStatistics().getOps().empty());
}

//===----------------------------------------------------------------------===//
// Errors
//===----------------------------------------------------------------------===//

// Nothing runs if an op, here one in a callee's region, has no meaning.
TEST_F(InterpreterTest, NamesOpsWithoutMeaning) {
  EXPECT_THAT(
      runAndFail(R"(
    func.func @main(%x: f32) -> f32 {
      %y = "test.observe"(%x) : (f32) -> f32
      %z = func.call @callee(%y) : (f32) -> f32
      return %z : f32
    }
    func.func private @callee(%x: f32) -> f32 {
      %y = "test.repeat"(%x) ({
      ^bb0(%a: f32):
        "test.opaque"() : () -> () loc("h.3.attn")
        "test.yield"(%a) : (f32) -> ()
      }) {times = 2 : i64} : (f32) -> f32
      return %y : f32
    })",
                 {{floats({}, {1})}}),
      "loc(\"h.3.attn\"): 'test.opaque' op has no reference semantics; attach "
      "a "
      "model of InterpretableInterface to it, or lower it to ops that have "
      "one\n");
  EXPECT_TRUE(wasWritable.empty());
}

TEST_F(InterpreterTest, RefusesBranches) {
  context.allowUnregisteredDialects();
  EXPECT_THAT(runAndFail(R"(
    func.func @main() {
      "other.branch"()[^bb1] : () -> ()
    ^bb1:
      return
    })"),
              HasSubstr("'func.func' op cannot be interpreted: expected a body "
                        "of one block, got branches between blocks"));
  EXPECT_THAT(runAndFail(R"(
    func.func @main(%x: f32) -> f32 {
      %y = "test.repeat"(%x) ({
      ^bb0(%a: f32):
        "other.branch"()[^bb1] : () -> ()
      ^bb1:
        "test.yield"(%a) : (f32) -> ()
      }) {times = 2 : i64} : (f32) -> f32
      return %y : f32
    })"),
              HasSubstr("'test.repeat' op cannot be interpreted: expected "
                        "regions of one block, got branches between blocks"));
}

TEST_F(InterpreterTest, RefusesDeclarations) {
  EXPECT_THAT(
      runAndFail("func.func private @main()"),
      HasSubstr("'func.func' op cannot be interpreted: it has no body"));
}

TEST_F(InterpreterTest, RefusesTypesWithoutValues) {
  EXPECT_THAT(runAndFail(R"(
    func.func @main(%x: tensor<?xf32>) {
      return
    })"),
              HasSubstr("'func.func' op cannot be interpreted: an argument has "
                        "type 'tensor<?xf32>'; expected a number or a tensor "
                        "of static shape, of f64, f32, bf16, f16, i64, i32, "
                        "i8, i1 or index"));
  EXPECT_THAT(runAndFail(R"(
    func.func @main() {
      %0 = arith.constant 1 : i7
      return
    })"),
              HasSubstr("'arith.constant' op cannot be interpreted: a result "
                        "has type 'i7'"));
}

TEST_F(InterpreterTest, ChecksInputs) {
  constexpr StringLiteral source = R"(
    func.func @main(%x: tensor<2xf32>, %y: i32) {
      return
    })";
  HostTensor x = floats({2}, {1, 2});
  EXPECT_THAT(runAndFail(source, {{x}}),
              HasSubstr("expected 2 inputs on device 0, got 1"));
  EXPECT_THAT(runAndFail(source, {{x, ids({}, {1})}, {x, x}}),
              HasSubstr("expected input #1 on device 1 to be i32, got 2xf32"));
  EXPECT_THAT(
      runAndFail(source, {{floats({1, 2}, {1, 2}), ids({}, {1})}}),
      HasSubstr("expected input #0 on device 0 to be 2xf32, got 1x2xf32"));
  EXPECT_THAT(runAndFail(source, {{x, HostTensor::of<int64_t>({}, {1})}}),
              HasSubstr("expected input #1 on device 0 to be i32, got i64"));
  EXPECT_THAT(
      runAndFail(source, {{x, HostTensor()}}),
      HasSubstr("expected input #1 on device 0 to be i32, got nothing"));

  Interpreter two({.numDevices = 2});
  EXPECT_TRUE(failed(
      two.run(module->lookupSymbol<FunctionOpInterface>("main"), {{x, x}})));
  EXPECT_THAT(diagnostics, HasSubstr("expected inputs for 2 devices, got 1"));
}

TEST_F(InterpreterTest, EndsEndlessRecursion) {
  EXPECT_THAT(runAndFail(R"(
    func.func @main() {
      func.call @main() : () -> ()
      return
    })"),
              HasSubstr("'func.call' op nests calls deeper than 128; is the "
                        "recursion endless?"));
}

// A model that does not deliver what the op's type says is caught.
TEST_F(InterpreterTest, ChecksModels) {
  EXPECT_THAT(runAndFail(R"(
    func.func @main(%x: tensor<2xf32>) {
      %0 = "test.faulty"(%x) : (tensor<2xf32>) -> tensor<3xf32>
      return
    })",
                         {{floats({2}, {1, 2})}}),
              HasSubstr("'test.faulty' op has a faulty model: expected result "
                        "#0 to be 3xf32, got 2xf32"));
  EXPECT_THAT(runAndFail(R"(
    func.func @main(%x: i32) {
      %0 = "test.faulty"(%x) : (i32) -> f32
      return
    })",
                         {{ids({}, {1})}}),
              HasSubstr("expected result #0 to be f32, got i32"));
  EXPECT_THAT(runAndFail(R"(
    func.func @main() {
      %0 = "test.faulty"() : () -> f32
      return
    })"),
              HasSubstr("expected result #0 to be f32, got nothing"));
}

// An error in values says where, and on which device if there are several.
TEST_F(InterpreterTest, NamesTheDevice) {
  constexpr StringLiteral source = R"(
    func.func @main(%table: tensor<3x1xf32>, %ids: tensor<2x2xi32>) {
      %0 = xformer.embedding %table, %ids
        : (tensor<3x1xf32>, tensor<2x2xi32>) -> tensor<2x2x1xf32> loc("wte")
      return
    })";
  HostTensor table = floats({3, 1}, {1, 2, 3});
  HostTensor good = ids({2, 2}, {0, 1, 2, 0}), bad = ids({2, 2}, {0, 1, 2, 3});
  EXPECT_EQ(runAndFail(source, {{table, bad}}),
            "loc(\"wte\"): 'xformer.embedding' op expected every id to be in "
            "[0, 3), got 3 at [1, 1]\n");
  diagnostics.clear();
  EXPECT_EQ(runAndFail(source, {{table, good}, {table, bad}}),
            "loc(\"wte\"): 'xformer.embedding' op on device 1: expected every "
            "id to be in [0, 3), got 3 at [1, 1]\n");
}

} // namespace
