// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Random programs on random meshes under random annotations: the local program
// is proven, and it computes on all devices what the global one does on one.
// Two environment variables look further than the suite does:
//
//   PARTITA_PARTITION_CASES=N   how many cases (default: 2000)
//   PARTITA_PARTITION_SEED=N    the number of the first (default: 1); a case
//                               depends on its number only

#include "Cases.h"

#include "gtest/gtest.h"

using namespace mlir;
using namespace partita;
using namespace partita::test;

namespace {

class DifferentialTest : public testing::Test {
protected:
  DifferentialTest() { setUp(context); }

  static std::string print(ModuleOp module) {
    std::string text;
    llvm::raw_string_ostream os(text);
    module->print(os, OpPrintingFlags().elideLargeElementsAttrs(64));
    return text;
  }

  /// Whether the case was partitioned, proven and run; failures are reported.
  void runCase(uint64_t seed) {
    Random random(seed * 1000003);
    Program program =
        seed % 10 == 0
            ? makeRandomModel(&context, (seed / 10) % numFamilies, random)
            : makeRandomGraph(&context, random);
    if (seed % 20 == 0)
      program.name += " " + applyTactics(*program.module, random);
    else
      annotate(*program.module, random);
    OwningOpRef<ModuleOp> annotated = program.module->clone();
    SCOPED_TRACE("PARTITA_PARTITION_SEED=" + std::to_string(seed) + ": " +
                 program.name);

    std::string error = partitionModule(*program.module);
    // There are sizes that several ops take apart in ways that do not go
    // together once they are padded.
    for (const char *known :
         {"expected a dimension that can be padded",
          "cannot be split as its operands and results are"})
      if (error.find(known) != std::string::npos) {
        ++numUneven;
        return;
      }
    if (!error.empty()) {
      ADD_FAILURE() << "it is not partitioned: " << error << "\n"
                    << print(*annotated);
      return;
    }
    if (error = proveModule(*program.module); !error.empty())
      ADD_FAILURE() << "it is not proven: " << error << "\n"
                    << print(*annotated) << print(*program.module);

    interp::TensorList inputs;
    for (const Draw &draw : program.draws)
      inputs.push_back(draw(random));
    // Bit for bit, where sums do not depend on their order.
    bool isExact = program.hasExactSums;
    numExact += isExact;
    auto precision = isExact ? interp::Precision::F32 : interp::Precision::F64;
    auto expected = runGlobal(*program.module, inputs, error, precision);
    if (!expected) {
      ADD_FAILURE() << "the global program does not run: " << error;
      return;
    }
    auto actual = runLocal(*program.module, inputs, error, precision);
    if (!actual)
      ADD_FAILURE() << "the local program does not run: " << error << "\n"
                    << print(*annotated) << print(*program.module);
    else if (error = compareResults(*actual, *expected, isExact ? 0 : 1e-8);
             !error.empty())
      ADD_FAILURE() << "the local program computes something else: " << error
                    << "\n"
                    << print(*annotated) << print(*program.module);
  }

  MLIRContext context;
  uint64_t numUneven = 0, numExact = 0;
};

TEST_F(DifferentialTest, LocalProgramsComputeWhatGlobalOnesDo) {
  uint64_t count = getNumber("PARTITA_PARTITION_CASES", 2000);
  uint64_t first = getNumber("PARTITA_PARTITION_SEED", 1);
  for (uint64_t seed = first; seed != first + count; ++seed) {
    runCase(seed);
    // One is enough to look into.
    if (HasFailure())
      break;
  }
  EXPECT_GE(numExact, count / 20);
  EXPECT_LE(numUneven, 1 + count / 50);
  RecordProperty("uneven", numUneven);
}

} // namespace
