// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "partita/Report/ProgramReport.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/OwningOpRef.h"
#include "mlir/Parser/Parser.h"
#include "partita/Dialect/Dist/Dist.h"
#include "partita/Dialect/Xformer/Xformer.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace mlir;
using namespace partita;
using testing::ElementsAre;

namespace {

class ProgramReportTest : public testing::Test {
protected:
  ProgramReportTest() {
    context.loadDialect<arith::ArithDialect, func::FuncDialect, scf::SCFDialect,
                        dist::DistDialect, xformer::XformerDialect>();
  }

  /// The report of @main on mesh ["a"=2, "b"=4].
  ProgramReport report(llvm::StringRef source) {
    module = parseSourceString<ModuleOp>(
        ("dist.mesh @mesh [\"a\"=2, \"b\"=4]\n" + source).str(), &context);
    EXPECT_TRUE(module);
    return makeReport(module->lookupSymbol<FunctionOpInterface>("main"));
  }
  /// Kind, axes, size of a group, count and bytes of each collective.
  static std::vector<std::string> describe(const ProgramReport &report) {
    std::vector<std::string> lines;
    for (const CollectiveReport &each : report.collectives)
      lines.push_back(each.kind + " " + each.axes + " of " +
                      std::to_string(each.groupSize) + ": " +
                      std::to_string(each.count) + ", " +
                      std::to_string(static_cast<int64_t>(each.bytes)));
    return lines;
  }

  MLIRContext context;
  OwningOpRef<ModuleOp> module;
};

// Every kind by its formula, for a payload of 64 bytes.
TEST_F(ProgramReportTest, CountsBytes) {
  ProgramReport counted = report(R"(
    dist.mesh @other ["a"=2, "b"=4]
    func.func @main(%x: tensor<16xf32>, %y: tensor<4x4xf32>) {
      %0 = dist.all_reduce %x over @mesh {"b"} : tensor<16xf32>
      %1 = dist.all_gather %x dim 0 over @mesh {"a"} : tensor<16xf32> -> tensor<32xf32>
      %2 = dist.reduce_scatter %x dim 0 over @mesh {"b"} : tensor<16xf32> -> tensor<4xf32>
      %3 = dist.all_to_all %y dim 0 to 1 over @mesh {"a"} : tensor<4x4xf32> -> tensor<8x2xf32>
      %4 = dist.permute %x over @mesh shift {"a", "b"} by 1 : tensor<16xf32>
      %5 = dist.permute %x over @mesh reorder {"a", "b"} to {"b", "a"} : tensor<16xf32>
      %6 = dist.broadcast %x from 0 over @mesh {"a"} : tensor<16xf32>
      %7 = dist.slice %x dim 0 over @mesh {"a"} : tensor<16xf32> -> tensor<8xf32>
      dist.send %x over @mesh to @other channel 0 : tensor<16xf32>
      %8 = dist.recv over @mesh from @other channel 0 : tensor<8xf32>
      return
    })");
  EXPECT_THAT(describe(counted),
              ElementsAre("permute {\"a\", \"b\"} of 8: 2, 128",
                          "all_reduce {\"b\"} of 4: 1, 96",
                          "all_gather {\"a\"} of 2: 1, 64",
                          "broadcast {\"a\"} of 2: 1, 64",
                          "reduce_scatter {\"b\"} of 4: 1, 48",
                          "all_to_all {\"a\"} of 2: 1, 32",
                          "recv {} of 1: 1, 32", "send {} of 1: 1, 0"));
  EXPECT_EQ(counted.totalBytes(), 464);
  EXPECT_EQ(counted.numOps, 10);
  EXPECT_FALSE(counted.hasUnknownLoops);
}

// Started ops count; the type that arrives stands in their tokens.
TEST_F(ProgramReportTest, CountsStartedOps) {
  EXPECT_THAT(
      describe(report(R"(
    dist.mesh @other ["a"=2, "b"=4]
    func.func @main(%x: tensor<16xf32>) {
      %0 = dist.all_reduce start %x over @mesh {"b"}
        : tensor<16xf32> -> !dist.token<tensor<16xf32>>
      %1 = dist.recv start over @mesh from @other channel 0
        : !dist.token<tensor<16xbf16>>
      return
    })")),
      ElementsAre("all_reduce {\"b\"} of 4: 1, 96", "recv {} of 1: 1, 32"));
}

// Loops and callees count as often as they run.
TEST_F(ProgramReportTest, CountsRuns) {
  ProgramReport counted = report(R"(
    func.func @main(%x: tensor<16xf32>, %n: index) {
      %zero = arith.constant 0 : index
      %two = arith.constant 2 : index
      %six = arith.constant 6 : index
      scf.for %i = %zero to %six step %two {
        func.call @layer(%x) : (tensor<16xf32>) -> ()
        func.call @layer(%x) : (tensor<16xf32>) -> ()
      }
      scf.for %i = %zero to %n step %two {
        func.call @layer(%x) : (tensor<16xf32>) -> ()
      }
      return
    }
    func.func private @layer(%x: tensor<16xf32>) {
      %0 = dist.all_reduce %x over @mesh {"b"} : tensor<16xf32>
      return
    })");
  EXPECT_THAT(describe(counted),
              ElementsAre("all_reduce {\"b\"} of 4: 7, 672"));
  EXPECT_TRUE(counted.hasUnknownLoops);
}

// Parameters by what the user knows, and by what a device holds.
TEST_F(ProgramReportTest, CountsParameters) {
  ProgramReport counted = report(R"(
    func.func @main(%x: tensor<4xf32>,
        %w: tensor<3xbf16> {xformer.parameter = "w", dist.global_type = tensor<10xbf16>,
                            dist.padding = #dist.padding<[[10 -> 12]]>,
                            dist.sharding = #dist.sharding<@mesh, [{"b"}]>}) {
      return
    })");
  EXPECT_EQ(counted.numDevices, 8);
  EXPECT_EQ(counted.numParameters, 1);
  EXPECT_EQ(counted.parameterBytes, 20);
  EXPECT_EQ(counted.localParameterBytes, 6);
  std::string text;
  llvm::raw_string_ostream os(text);
  printReport(os, counted);
  EXPECT_EQ(text, "@main on 8 devices, [\"a\"=2, \"b\"=4]\n"
                  "1 parameter of 20 B, 6 B a device\n"
                  "0 ops a device; it receives 0 B\n"
                  "nothing is split over \"a\": devices that differ there only "
                  "do the same\n");
}

TEST_F(ProgramReportTest, Prints) {
  ProgramReport counted = report(R"(
    func.func @main(%x: tensor<1000x1000xf32>) {
      %0 = dist.all_reduce %x over @mesh {"b"} : tensor<1000x1000xf32>
      %1 = dist.all_gather %x dim 0 over @mesh {"a"}
        : tensor<1000x1000xf32> -> tensor<2000x1000xf32>
      return
    })");
  counted.reshards.push_back(
      {"h.*.mlp", "operand #0", "[{\"a\"}]", "[{}]", 12, 2500});
  std::string text;
  llvm::raw_string_ostream os(text);
  printReport(os, counted);
  EXPECT_EQ(text, "@main on 1 device\n"
                  "0 parameters of 0 B, 0 B a device\n"
                  "2 ops a device; it receives 10.00 MB\n"
                  "\n"
                  "collective  axes   devices   count  received\n"
                  "all_reduce  {\"b\"}        4       1  6.00 MB\n"
                  "all_gather  {\"a\"}        2       1  4.00 MB\n"
                  "\n"
                  "why values move, as it was decided\n"
                  "     12  2.50 kB    h.*.mlp: operand #0\n"
                  "                    [{\"a\"}] -> [{}]\n");
  llvm::json::Value json = toJson(counted);
  EXPECT_EQ(json.getAsObject()->getNumber("received_bytes_per_device"), 1e7);
  const auto *collectives = json.getAsObject()->getArray("collectives");
  ASSERT_EQ(collectives->size(), 2u);
  EXPECT_EQ((*collectives)[1].getAsObject()->getString("kind"), "all_gather");
  const auto *reshards = json.getAsObject()->getArray("reshards");
  ASSERT_EQ(reshards->size(), 1u);
  EXPECT_EQ(reshards->front().getAsObject()->getInteger("count"), 12);
  EXPECT_EQ(reshards->front().getAsObject()->getString("to"), "[{}]");
}

} // namespace
