// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "partita/Interpreter/Distribution.h"

#include "ProgramTesting.h"

using namespace mlir;
using namespace partita;
using namespace partita::interp;
using testing::ElementsAre;
using testing::HasSubstr;

namespace {

class DistributionTest : public ProgramTest {
protected:
  /// The placement of an argument on mesh ["a"=2, "b"=3] of which the text says
  /// its local type and its attributes.
  Placement parse(llvm::StringRef localType, llvm::StringRef attributes) {
    std::string source = ("dist.mesh @mesh [\"a\"=2, \"b\"=3]\n"
                          "func.func @main(%x: tensor<" +
                          localType + "> {" + attributes + "}) {\n  return\n}")
                             .str();
    module = parseSourceString<ModuleOp>(source, &context);
    EXPECT_TRUE(module) << diagnostics;
    return getArgumentPlacement(getMain(), 0);
  }
  FunctionOpInterface getMain() {
    return module->lookupSymbol<FunctionOpInterface>("main");
  }
};

// Device (a, b) holds block `b` of the rows and block `a` of the columns.
TEST_F(DistributionTest, CutsBlocks) {
  Placement placement = parse(
      "2x2xf32", "dist.sharding = #dist.sharding<@mesh, [{\"b\"}, {\"a\"}]>, "
                 "dist.global_type = tensor<6x4xf32>");
  HostTensor x = randomFloats(ElementKind::F32, "x", {6, 4});
  DeviceTensors devices = distribute(x, placement, 6);
  for (int a : {0, 1})
    for (int b : {0, 1, 2})
      EXPECT_THAT(devices[3 * a + b],
                  HasBitsOf(x.slice(0, 2 * b, 2).slice(1, 2 * a, 2)));
  EXPECT_THAT(cantFail(assemble(devices, placement)), HasBitsOf(x));
}

// What is whole on all devices is not copied, nor is a contiguous block.
TEST_F(DistributionTest, SharesBytes) {
  HostTensor x = randomFloats(ElementKind::F32, "x", {6, 4});
  const char *bytes = static_cast<const char *>(x.bytes());
  Placement whole =
      parse("6x4xf32", "dist.sharding = #dist.sharding<@mesh, [{}, {}]>, "
                       "dist.global_type = tensor<6x4xf32>");
  for (const HostTensor &tensor : distribute(x, whole, 6))
    EXPECT_EQ(tensor.bytes(), bytes);
  for (const HostTensor &tensor : distribute(x, parse("6x4xf32", ""), 6))
    EXPECT_EQ(tensor.bytes(), bytes);
  Placement rows =
      parse("2x4xf32", "dist.sharding = #dist.sharding<@mesh, [{\"b\"}, {}]>, "
                       "dist.global_type = tensor<6x4xf32>");
  DeviceTensors devices = distribute(x, rows, 6);
  for (int a : {0, 1})
    for (int b : {0, 1, 2})
      EXPECT_EQ(devices[3 * a + b].bytes(), bytes + 32 * b);
  // Columns are copied once for the devices that hold the same.
  Placement columns =
      parse("6x2xf32", "dist.sharding = #dist.sharding<@mesh, [{}, {\"a\"}]>, "
                       "dist.global_type = tensor<6x4xf32>");
  devices = distribute(x, columns, 6);
  EXPECT_EQ(devices[0].bytes(), devices[2].bytes());
  EXPECT_NE(devices[0].bytes(), devices[3].bytes());
}

// Three heads of two become four; the pads are zeros, and are gone afterwards.
TEST_F(DistributionTest, PadsAtoms) {
  Placement placement =
      parse("4x4xi32", "dist.sharding = #dist.sharding<@mesh, [{}, {\"a\"}]>, "
                       "dist.global_type = tensor<3x6xi32>, "
                       "dist.padding = #dist.padding<[[3 -> 4], [3 -> 4, 2]]>");
  HostTensor x = ids({3, 6}, {1, 2, 3, 4, 5, 6,    //
                              7, 8, 9, 10, 11, 12, //
                              13, 14, 15, 16, 17, 18});
  DeviceTensors devices = distribute(x, placement, 6);
  EXPECT_THAT(devices[0],
              HasBitsOf(ids({4, 4}, {1, 2, 3, 4, 7, 8, 9, 10, 13, 14, 15, 16, //
                                     0, 0, 0, 0})));
  EXPECT_THAT(devices[5], HasBitsOf(ids({4, 4}, {5, 6, 0, 0, 11, 12, 0, 0, 17,
                                                 18, 0, 0, 0, 0, 0, 0})));
  EXPECT_THAT(cantFail(assemble(devices, placement)), HasBitsOf(x));
}

// An atom in the middle of a dimension.
TEST_F(DistributionTest, PadsMinorAtoms) {
  Placement placement = parse(
      "2x12xi32", "dist.sharding = #dist.sharding<@mesh, [{\"b\"}, {}]>, "
                  "dist.global_type = tensor<5x8xi32>, "
                  "dist.padding = #dist.padding<[[5 -> 6], [4, 2 -> 3]]>");
  HostTensor x = randomIntegerTensor(1, "x", ElementKind::I32, {5, 8}, 1, 100);
  DeviceTensors devices = distribute(x, placement, 6);
  for (int row = 0; row != 6; ++row)
    for (int i = 0; i != 12; ++i) {
      bool isPad = row == 5 || i % 3 == 2;
      EXPECT_EQ(at(devices[row / 2], {row % 2, i}),
                isPad ? 0 : at(x, {row, i / 3 * 2 + i % 3}));
    }
  EXPECT_THAT(cantFail(assemble(devices, placement)), HasBitsOf(x));
}

// Where sizes do not divide and there is no padding, the last blocks are filled
// up.
TEST_F(DistributionTest, FillsUnevenBlocks) {
  Placement placement =
      parse("2xi32", "dist.sharding = #dist.sharding<@mesh, [{\"b\"}]>, "
                     "dist.global_type = tensor<4xi32>");
  HostTensor x = ids({4}, {1, 2, 3, 4});
  DeviceTensors devices = distribute(x, placement, 6);
  EXPECT_THAT(devices[2], HasBitsOf(ids({2}, {0, 0})));
  EXPECT_THAT(cantFail(assemble(devices, placement)), HasBitsOf(x));
}

// Contributions add up to the value, by whatever combiner.
TEST_F(DistributionTest, SplitsContributions) {
  HostTensor x = exactFloats(ElementKind::F32, "x", {4});
  for (llvm::StringRef combiner : {"", ":max", ":log_sum_exp"}) {
    Placement placement = parse(
        "2xf32",
        ("dist.sharding = #dist.sharding<@mesh, [{\"a\"}], partial={\"b\"" +
         combiner + "}>, dist.global_type = tensor<4xf32>")
            .str());
    DeviceTensors devices = distribute(x, placement, 6);
    EXPECT_EQ(values(devices[4]) == values(x.slice(0, 2, 2)),
              combiner == ":max");
    EXPECT_THAT(cantFail(assemble(devices, placement)), HasBitsOf(x));
  }
  Placement placement = parse(
      "4xf32", "dist.sharding = #dist.sharding<@mesh, [{}], partial={\"b\"}>, "
               "dist.global_type = tensor<4xf32>");
  DeviceTensors devices(6, floats({4}, {1, 2, 3, 4}));
  EXPECT_THAT(values(cantFail(assemble(devices, placement))),
              ElementsAre(3, 6, 9, 12));
}

TEST_F(DistributionTest, ComparesReplicas) {
  Placement placement =
      parse("2xi32", "dist.sharding = #dist.sharding<@mesh, [{\"a\"}]>, "
                     "dist.global_type = tensor<4xi32>");
  DeviceTensors devices = distribute(ids({4}, {1, 2, 3, 4}), placement, 6);
  devices[5] = ids({2}, {3, 5});
  EXPECT_EQ(toString(assemble(devices, placement).takeError()),
            "device 3 and device 5 should hold the same, but differ");
}

// A whole program: values as the user knows them go in and come out.
TEST_F(DistributionTest, RunsPrograms) {
  constexpr llvm::StringLiteral source = R"(
    dist.mesh @mesh ["a"=2, "b"=3]
    func.func @main(
        %x: tensor<2x2xf32> {dist.sharding = #dist.sharding<@mesh, [{"a"}, {"b"}]>,
                             dist.global_type = tensor<4x5xf32>,
                             dist.padding = #dist.padding<[[4], [5 -> 6]]>},
        %w: tensor<2x3xf32> {dist.sharding = #dist.sharding<@mesh, [{"b"}, {}]>,
                             dist.global_type = tensor<5x3xf32>,
                             dist.padding = #dist.padding<[[5 -> 6], [3]]>})
        -> (tensor<2x3xf32> {dist.sharding = #dist.sharding<@mesh, [{"a"}, {}]>,
                             dist.global_type = tensor<4x3xf32>}) {
      %0 = xformer.linear %x, %w : (tensor<2x2xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
      %1 = dist.all_reduce %0 over @mesh {"b"} : tensor<2x3xf32>
      return %REDUCED : tensor<2x3xf32>
    })";
  auto runWith = [&](llvm::StringRef returned) -> FailureOr<TensorList> {
    std::string text(source);
    module = parseSourceString<ModuleOp>(
        text.replace(text.find("%REDUCED"), 8, returned), &context);
    EXPECT_TRUE(module) << diagnostics;
    Interpreter interpreter({.numDevices = 6});
    return runDistributed(interpreter, getMain(),
                          {exactFloats(ElementKind::F32, "x", {4, 5}),
                           exactFloats(ElementKind::F32, "w", {5, 3})});
  };
  auto results = runWith("%1");
  ASSERT_TRUE(succeeded(results)) << diagnostics;
  EXPECT_TRUE(isLocalProgram(getMain()));
  EXPECT_EQ(cantFail(getProgramMesh(getMain())).getDeviceCount(), 6);

  module = parseSourceString<ModuleOp>(R"(
    func.func @main(%x: tensor<4x5xf32>, %w: tensor<5x3xf32>) -> tensor<4x3xf32> {
      %0 = xformer.linear %x, %w : (tensor<4x5xf32>, tensor<5x3xf32>) -> tensor<4x3xf32>
      return %0 : tensor<4x3xf32>
    })",
                                       &context);
  EXPECT_FALSE(isLocalProgram(getMain()));
  Interpreter interpreter;
  auto expected = interpreter.run(
      getMain(), {{exactFloats(ElementKind::F32, "x", {4, 5}),
                   exactFloats(ElementKind::F32, "w", {5, 3})}});
  EXPECT_THAT(results->front(), HasBitsOf((*expected)[0][0]));

  // Without its all-reduce it is found out, as the replicas differ.
  EXPECT_TRUE(failed(runWith("%0")));
  EXPECT_THAT(
      diagnostics,
      HasSubstr("'func.func' op result #0: device 0 and device 1 should "
                "hold the same, but differ\n"));
}

TEST_F(DistributionTest, ChecksShapes) {
  parse("2xi32", "dist.sharding = #dist.sharding<@mesh, [{\"a\"}]>, "
                 "dist.global_type = tensor<4xi32>");
  Interpreter interpreter({.numDevices = 6});
  EXPECT_TRUE(
      failed(runDistributed(interpreter, getMain(), {ids({2}, {1, 2})})));
  EXPECT_THAT(diagnostics,
              HasSubstr("'func.func' op expected input #0 to be 4xi32, got "
                        "2xi32\n"));
}

TEST_F(DistributionTest, NeedsOneMesh) {
  module = parseSourceString<ModuleOp>(R"(
    dist.mesh @mesh ["a"=2]
    dist.mesh @other ["a"=2]
    func.func @main(%x: tensor<2xf32> {dist.sharding = #dist.sharding<@mesh, [{"a"}]>,
                                       dist.global_type = tensor<4xf32>})
        -> (tensor<2xf32> {dist.sharding = #dist.sharding<@other, [{"a"}]>,
                           dist.global_type = tensor<4xf32>}) {
      return %x : tensor<2xf32>
    })",
                                       &context);
  ASSERT_TRUE(module) << diagnostics;
  EXPECT_EQ(toString(getProgramMesh(getMain()).takeError()),
            "expected the arguments and results of 'main' to lie on one mesh, "
            "got @mesh and @other");
}

} // namespace
