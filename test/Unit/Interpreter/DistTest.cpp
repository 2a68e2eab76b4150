// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Collectives on the devices of a mesh, against the formulas of their
// descriptions. In all of them device `3 a + b` of a mesh ["a"=2, "b"=3] has
// the coordinates (a, b).

#include "ProgramTesting.h"
#include "partita/Interfaces/InterpretableInterface.h"

using namespace partita;
using namespace partita::interp;
using testing::ElementsAre;
using testing::HasSubstr;

namespace {

/// A function on mesh ["a"=2, "b"=3] with one input, `x`, and one op.
std::string onMesh(llvm::StringRef type, llvm::StringRef op,
                   llvm::StringRef resultType) {
  return ("dist.mesh @mesh [\"a\"=2, \"b\"=3]\n"
          "func.func @main(%x: tensor<" +
          type + ">) -> tensor<" + resultType + "> {\n  %0 = dist." + op +
          "\n  return %0 : tensor<" + resultType + ">\n}")
      .str();
}

/// A tensor of numbers for each of six devices.
std::vector<HostTensor> sixInputs(llvm::ArrayRef<int64_t> dims) {
  std::vector<HostTensor> inputs;
  for (int device = 0; device != 6; ++device)
    inputs.push_back(
        randomFloats(ElementKind::F32, "x" + std::to_string(device), dims));
  return inputs;
}

using DistTest = ProgramTest;

// No op of the dialect was forgotten.
TEST_F(DistTest, EveryOpHasAMeaning) {
  for (mlir::RegisteredOperationName name : context.getRegisteredOperations())
    if (name.getDialectNamespace() == "dist" &&
        name.getStringRef() != "dist.mesh") {
      EXPECT_TRUE(name.hasInterface<InterpretableInterface>())
          << name.getStringRef().str();
    }
}

//===----------------------------------------------------------------------===//
// Blocks
//===----------------------------------------------------------------------===//

// Device (a, b) has block `2 b + a` of six over {"b", "a"}.
TEST_F(DistTest, Slices) {
  HostTensor x = randomFloats(ElementKind::F32, "x", {2, 12});
  auto results = runEach(onMesh("2x12xf32",
                                "slice %x dim 1 over @mesh {\"b\", \"a\"} "
                                ": tensor<2x12xf32> -> tensor<2x2xf32>",
                                "2x2xf32"),
                         std::vector(6, x));
  for (int a : {0, 1})
    for (int b : {0, 1, 2})
      EXPECT_THAT(results[3 * a + b],
                  HasBitsOf(x.slice(1, 2 * (2 * b + a), 2)));
  // Not over "a" alone: what is the same is one tensor.
  results = runEach(onMesh("2x12xf32",
                           "slice %x dim 1 over @mesh {\"b\"} "
                           ": tensor<2x12xf32> -> tensor<2x4xf32>",
                           "2x4xf32"),
                    std::vector(6, x));
  EXPECT_EQ(results[1].bytes(), results[4].bytes());
}

// A part of an axis: of eight devices, the second of three bits.
TEST_F(DistTest, SlicesOverPartsOfAxes) {
  HostTensor x = ids({4}, {1, 2, 3, 4});
  auto results = runEach(R"(
    dist.mesh @mesh ["x"=8]
    func.func @main(%x: tensor<4xi32>) -> tensor<2xi32> {
      %0 = dist.slice %x dim 0 over @mesh {"x":(2)2}
        : tensor<4xi32> -> tensor<2xi32>
      return %0 : tensor<2xi32>
    })",
                         std::vector(8, x));
  for (int device = 0; device != 8; ++device)
    EXPECT_THAT(results[device],
                HasBitsOf(x.slice(0, (device >> 1 & 1) * 2, 2)));
}

// An uneven dimension is filled up with zeros, and cut when it is joined.
TEST_F(DistTest, FillsUnevenBlocks) {
  HostTensor x = ids({4}, {1, 2, 3, 4});
  auto blocks = runEach(onMesh("4xi32",
                               "slice %x dim 0 over @mesh {\"b\"} "
                               ": tensor<4xi32> -> tensor<2xi32>",
                               "2xi32"),
                        std::vector(6, x));
  EXPECT_THAT(blocks[2], HasBitsOf(ids({2}, {0, 0})));
  auto whole = runEach(onMesh("2xi32",
                              "all_gather %x dim 0 over @mesh {\"b\"} "
                              ": tensor<2xi32> -> tensor<4xi32>",
                              "4xi32"),
                       blocks);
  for (const HostTensor &tensor : whole)
    EXPECT_THAT(tensor, HasBitsOf(x));
}

// Block `2 b + a` of the result is the input of device (a, b).
TEST_F(DistTest, GathersInTheOrderOfTheAxes) {
  std::vector<HostTensor> inputs = sixInputs({3, 2});
  auto results = runEach(onMesh("3x2xf32",
                                "all_gather %x dim 1 over @mesh {\"b\", \"a\"} "
                                ": tensor<3x2xf32> -> tensor<3x12xf32>",
                                "3x12xf32"),
                         inputs);
  for (const HostTensor &result : results)
    for (int a : {0, 1})
      for (int b : {0, 1, 2})
        EXPECT_THAT(result.slice(1, 2 * (2 * b + a), 2),
                    HasBitsOf(inputs[3 * a + b]));
}

// Only the devices of one group see one another.
TEST_F(DistTest, GathersInGroups) {
  std::vector<HostTensor> inputs = sixInputs({1});
  auto results = runEach(onMesh("1xf32",
                                "all_gather %x dim 0 over @mesh {\"a\"} "
                                ": tensor<1xf32> -> tensor<2xf32>",
                                "2xf32"),
                         inputs);
  for (int a : {0, 1})
    for (int b : {0, 1, 2})
      EXPECT_THAT(values(results[3 * a + b]),
                  ElementsAre(values(inputs[b])[0], values(inputs[3 + b])[0]));
}

// Over {"b"}: row i of the result of (a, b) is row of device (a, i), columns of
// block b.
TEST_F(DistTest, ExchangesBlocks) {
  std::vector<HostTensor> inputs = sixInputs({1, 6});
  auto results = runEach(onMesh("1x6xf32",
                                "all_to_all %x dim 0 to 1 over @mesh {\"b\"} "
                                ": tensor<1x6xf32> -> tensor<3x2xf32>",
                                "3x2xf32"),
                         inputs);
  for (int a : {0, 1})
    for (int b : {0, 1, 2})
      for (int i : {0, 1, 2})
        EXPECT_THAT(results[3 * a + b].slice(0, i, 1),
                    HasBitsOf(inputs[3 * a + i].slice(1, 2 * b, 2)));
}

// Joined by {"a", "b"} and split by {"b", "a"}: device (a, b) keeps column
// `2 b + a` of all, in the order of the devices.
TEST_F(DistTest, ExchangesBlocksInAnotherOrder) {
  std::vector<HostTensor> inputs = sixInputs({1, 6});
  auto results =
      runEach(onMesh("1x6xf32",
                     "all_to_all %x dim 0 to 1 over @mesh {\"a\", \"b\"} "
                     "as {\"b\", \"a\"} : tensor<1x6xf32> -> tensor<6x1xf32>",
                     "6x1xf32"),
              inputs);
  for (int a : {0, 1})
    for (int b : {0, 1, 2})
      for (int device = 0; device != 6; ++device)
        EXPECT_EQ(at(results[3 * a + b], {device, 0}),
                  at(inputs[device], {0, 2 * b + a}));
}

//===----------------------------------------------------------------------===//
// Reductions
//===----------------------------------------------------------------------===//

// By every combiner, over one axis, in both precisions.
TEST_F(DistTest, Reduces) {
  std::vector<HostTensor> inputs = sixInputs({4});
  auto reduce = [&](llvm::StringRef by, Precision precision) {
    return runEach(onMesh("4xf32",
                          ("all_reduce %x by " + by +
                           " over @mesh {\"b\"} : tensor<4xf32>")
                              .str(),
                          "4xf32"),
                   inputs, {.precision = precision});
  };
  for (Precision precision : {Precision::F32, Precision::F64}) {
    auto sum = reduce("sum", precision), max = reduce("max", precision);
    auto min = reduce("min", precision), lse = reduce("log_sum_exp", precision);
    for (int a : {0, 1})
      for (int i = 0; i != 4; ++i) {
        double x = at(inputs[3 * a], {i}), y = at(inputs[3 * a + 1], {i}),
               z = at(inputs[3 * a + 2], {i});
        for (int b : {0, 1, 2}) {
          int device = 3 * a + b;
          EXPECT_NEAR(at(sum[device], {i}), x + y + z, 1e-6);
          EXPECT_EQ(at(max[device], {i}), std::max({x, y, z}));
          EXPECT_EQ(at(min[device], {i}), std::min({x, y, z}));
          EXPECT_NEAR(at(lse[device], {i}),
                      std::log(std::exp(x) + std::exp(y) + std::exp(z)), 1e-6);
        }
      }
  }
}

// Sums go by the numbers of the devices, so that the order of the axes has no
// meaning: ((2^24 + 1) + 1) + ... is 2^24 in f32.
TEST_F(DistTest, SumsInTheOrderOfDevices) {
  std::vector<HostTensor> inputs(6, floats({1}, {1}));
  for (llvm::StringRef axes : {"{\"a\", \"b\"}", "{\"b\", \"a\"}"})
    for (auto [big, sum] : {std::pair(0, 1 << 24), std::pair(5, (1 << 24) + 4),
                            std::pair(3, (1 << 24) + 2)}) {
      std::vector<HostTensor> placed = inputs;
      placed[big] = floats({1}, {1 << 24});
      auto results = runEach(
          onMesh(
              "1xf32",
              ("all_reduce %x over @mesh " + axes + " : tensor<1xf32>").str(),
              "1xf32"),
          placed);
      for (const HostTensor &result : results)
        // An odd number of ones before the big number is rounded to even.
        EXPECT_THAT(values(result), ElementsAre(big == 5   ? (1 << 24) + 4
                                                : big == 3 ? (1 << 24) + 4
                                                           : sum));
    }
}

// The slice of the all-reduce, to the bit.
TEST_F(DistTest, ReducesAndScatters) {
  std::vector<HostTensor> inputs = sixInputs({2, 5});
  auto whole = runEach(
      onMesh("2x5xf32", "all_reduce %x over @mesh {\"b\"} : tensor<2x5xf32>",
             "2x5xf32"),
      inputs);
  auto blocks = runEach(onMesh("2x5xf32",
                               "reduce_scatter %x dim 1 over @mesh {\"b\"} "
                               ": tensor<2x5xf32> -> tensor<2x2xf32>",
                               "2x2xf32"),
                        inputs);
  for (int a : {0, 1}) {
    EXPECT_THAT(blocks[3 * a], HasBitsOf(whole[0 + 3 * a].slice(1, 0, 2)));
    EXPECT_THAT(blocks[3 * a + 1], HasBitsOf(whole[3 * a].slice(1, 2, 2)));
    EXPECT_EQ(at(blocks[3 * a + 2], {1, 0}), at(whole[3 * a], {1, 4}));
    EXPECT_EQ(at(blocks[3 * a + 2], {1, 1}), 0);
  }
}

// A sum in bf16 is rounded once.
TEST_F(DistTest, RoundsReductions) {
  std::vector<HostTensor> inputs(6, floats(ElementKind::BF16, {1}, {1}));
  inputs[0] = floats(ElementKind::BF16, {1}, {254});
  auto results =
      runEach(onMesh("1xbf16",
                     "all_reduce %x over @mesh {\"a\", \"b\"} : tensor<1xbf16>",
                     "1xbf16"),
              inputs);
  // 259 is between 258 and 260, which ends in an even digit; one by one it
  // would be stuck at 256.
  EXPECT_THAT(values(results[0]), ElementsAre(260));
}

//===----------------------------------------------------------------------===//
// Whole values
//===----------------------------------------------------------------------===//

// Where device (a, b) gets its value from, by every route.
TEST_F(DistTest, Permutes) {
  std::vector<HostTensor> inputs = sixInputs({2});
  auto permute = [&](llvm::StringRef route) {
    return runEach(
        onMesh("2xf32",
               ("permute %x over @mesh " + route + " : tensor<2xf32>").str(),
               "2xf32"),
        inputs);
  };
  auto shifted = permute("shift {\"b\"} by 1");
  auto reordered = permute("reorder {\"a\", \"b\"} to {\"b\", \"a\"}");
  auto paired = permute("pairs [0 -> 4, 4 -> 0]");
  for (int a : {0, 1})
    for (int b : {0, 1, 2}) {
      int device = 3 * a + b;
      EXPECT_THAT(shifted[device], HasBitsOf(inputs[3 * a + (b + 2) % 3]));
      // Index `2 b + a` over the new order was that over the old one.
      EXPECT_THAT(reordered[device], HasBitsOf(inputs[2 * b + a]));
      int source = device == 0 ? 4 : device == 4 ? 0 : device;
      EXPECT_THAT(paired[device], HasBitsOf(inputs[source]));
    }
}

TEST_F(DistTest, Broadcasts) {
  std::vector<HostTensor> inputs = sixInputs({2});
  auto results = runEach(
      onMesh("2xf32", "broadcast %x from 1 over @mesh {\"b\"} : tensor<2xf32>",
             "2xf32"),
      inputs);
  for (int a : {0, 1})
    for (int b : {0, 1, 2})
      EXPECT_THAT(results[3 * a + b], HasBitsOf(inputs[3 * a + 1]));
}

//===----------------------------------------------------------------------===//
// Started ops, and the global view
//===----------------------------------------------------------------------===//

// A token is waited for twice, passed to a callee, or not waited for.
TEST_F(DistTest, StartsAndWaits) {
  auto results = runEach(R"(
    dist.mesh @mesh ["a"=2]
    func.func @main(%x: tensor<1xf32>) -> tensor<1xf32> {
      %never = dist.permute start %x over @mesh shift {"a"} by 1
        : tensor<1xf32> -> !dist.token<tensor<1xf32>>
      %sum = dist.all_reduce start %x over @mesh {"a"}
        : tensor<1xf32> -> !dist.token<tensor<1xf32>>
      %0 = dist.wait %sum : !dist.token<tensor<1xf32>>
      %1 = func.call @finish(%sum) : (!dist.token<tensor<1xf32>>) -> tensor<1xf32>
      %2 = arith.addf %0, %1 : tensor<1xf32>
      return %2 : tensor<1xf32>
    }
    func.func private @finish(%token: !dist.token<tensor<1xf32>>) -> tensor<1xf32> {
      %0 = dist.wait %token : !dist.token<tensor<1xf32>>
      return %0 : tensor<1xf32>
    })",
                         {floats({1}, {1}), floats({1}, {2})});
  for (const HostTensor &result : results)
    EXPECT_THAT(values(result), ElementsAre(6));
}

// On one device, which holds it whole, a value is what it is under any
// sharding.
TEST_F(DistTest, RunsTheGlobalView) {
  constexpr llvm::StringLiteral source = R"(
    dist.mesh @mesh ["a"=2]
    func.func @main(%x: tensor<2xf32>) -> tensor<2xf32> {
      %0 = dist.constraint %x <@mesh, [{"a"}]> : tensor<2xf32>
      %1 = dist.reshard %0 to <@mesh, [{}]> : tensor<2xf32>
      return %1 : tensor<2xf32>
    })";
  HostTensor x = floats({2}, {1, 2});
  EXPECT_THAT(runEach(source, {x})[0], HasBitsOf(x));
  EXPECT_THAT(
      runAndFail(source, {{x}, {x}}),
      HasSubstr("'dist.constraint' op is about a global value: expected to "
                "interpret it on one device, got 2; partition the program "
                "first\n"));
}

TEST_F(DistTest, ChecksTheNumberOfDevices) {
  EXPECT_THAT(
      runAndFail(onMesh("1xf32",
                        "all_reduce %x over @mesh {\"a\"} : tensor<1xf32>",
                        "1xf32"),
                 {{floats({1}, {1})}}),
      HasSubstr("'dist.all_reduce' op cannot be interpreted: expected the 6 "
                "devices of mesh @mesh, got 1\n"));
}

//===----------------------------------------------------------------------===//
// Devices at the same time
//===----------------------------------------------------------------------===//

// Four threads give what one gives, also where devices share their inputs and
// ops work in place.
TEST_F(DistTest, ComputesDevicesAtTheSameTime) {
  constexpr llvm::StringLiteral source = R"(
    dist.mesh @mesh ["a"=2, "b"=3]
    func.func @main(%x: tensor<8x6xf32>, %w: tensor<6x16xbf16>) -> tensor<8x16xf32> {
      %wide = arith.extf %w : tensor<6x16xbf16> to tensor<6x16xf32>
      %0 = dist.slice %wide dim 0 over @mesh {"b"} : tensor<6x16xf32> -> tensor<2x16xf32>
      %1 = dist.slice %x dim 1 over @mesh {"b"} : tensor<8x6xf32> -> tensor<8x2xf32>
      %2 = xformer.linear %1, %0 : (tensor<8x2xf32>, tensor<2x16xf32>) -> tensor<8x16xf32>
      %3 = xformer.silu %2 : tensor<8x16xf32>
      %4 = dist.all_reduce %3 over @mesh {"b"} : tensor<8x16xf32>
      return %4 : tensor<8x16xf32>
    })";
  llvm::SmallVector<TensorList> inputs;
  HostTensor w = randomFloats(ElementKind::BF16, "w", {6, 16});
  for (int device = 0; device != 6; ++device)
    inputs.push_back({randomFloats(ElementKind::F32, "x", {8, 6}), w});
  auto expected = run(source, inputs);
  ASSERT_TRUE(expected) << diagnostics;
  for (int repetition = 0; repetition != 20; ++repetition) {
    auto results = run(source, inputs, {.numDeviceThreads = 4});
    ASSERT_TRUE(results) << diagnostics;
    for (auto [list, wanted] : llvm::zip_equal(*results, *expected))
      EXPECT_THAT(list.front(), HasBitsOf(wanted.front()));
  }
}

// Of several devices that fail, the first is reported, however many threads.
TEST_F(DistTest, ReportsTheFirstDeviceThatFails) {
  constexpr llvm::StringLiteral source = R"(
    func.func @main(%table: tensor<3x1xf32>, %ids: tensor<1xi32>) {
      %0 = xformer.embedding %table, %ids
        : (tensor<3x1xf32>, tensor<1xi32>) -> tensor<1x1xf32> loc("wte")
      return
    })";
  HostTensor table = floats({3, 1}, {1, 2, 3});
  llvm::SmallVector<TensorList> inputs;
  for (int id : {0, 7, 1, 8, 2, 9})
    inputs.push_back({table, ids({1}, {id})});
  for (unsigned numThreads : {1, 2, 6})
    EXPECT_EQ(runAndFail(source, inputs, {.numDeviceThreads = numThreads}),
              "loc(\"wte\"): 'xformer.embedding' op on device 1: expected "
              "every id to be in [0, 3), got 7 at [0]\n");
}

} // namespace
