// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What tests on random samples of every op share. Two environment variables
// look further than the suite does:
//
//   PARTITA_PROPERTY_SAMPLES=N   samples of each op (default: 25)
//   PARTITA_PROPERTY_SEED=N      where the random numbers begin (default: 1)

#ifndef PARTITA_TEST_PROPERTY_SAMPLETEST_H
#define PARTITA_TEST_PROPERTY_SAMPLETEST_H

#include "Samples.h"
#include "Splits.h"

#include "mlir/IR/MLIRContext.h"
#include "partita/Interfaces/ShardingRuleInterface.h"
#include "gtest/gtest.h"

namespace partita::test {

/// Relative to the largest element; sums here have few terms.
inline constexpr double f64Tolerance = 1e-12;

llvm::SmallVector<Generator> allGenerators();

/// `xformer_linear`.
std::string nameOfGenerator(const testing::TestParamInfo<Generator> &info);

/// Tests on samples of one op.
class SampleTest : public testing::TestWithParam<Generator> {
protected:
  SampleTest();

  /// Calls `test` with samples of the op, each with random numbers of its own.
  void forEachSample(llvm::function_ref<void(Sample &, Random &)> test);

  /// Values for the operands.
  static interp::TensorList draw(const Sample &sample, Random &random);

  static ShardingRule ruleOf(mlir::Operation *op) {
    return mlir::cast<ShardingRuleInterface>(op).getShardingRule();
  }

  /// Sums of whole numbers are the same in any order, so results must be too.
  /// Others are formed in f64, where nothing is rounded that a tolerance would
  /// have to hide.
  static Comparison comparisonFor(const Sample &sample) {
    return sample.exactSums ? Comparison{interp::Precision::F32, 0}
                            : Comparison{interp::Precision::F64, f64Tolerance};
  }

  mlir::MLIRContext context;
};

} // namespace partita::test

#endif // PARTITA_TEST_PROPERTY_SAMPLETEST_H
