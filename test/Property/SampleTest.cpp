// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "SampleTest.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "partita/Registration/Registration.h"

#include <cstdlib>

using namespace mlir;
using namespace partita;
using namespace partita::interp;
using namespace partita::test;

static uint64_t fromEnvironment(const char *name, uint64_t otherwise) {
  const char *text = std::getenv(name);
  uint64_t value;
  return text && !StringRef(text).getAsInteger(10, value) ? value : otherwise;
}

SmallVector<Generator> test::allGenerators() {
  SmallVector<Generator> all(layerGenerators());
  llvm::append_range(all, shapeGenerators());
  return all;
}

std::string
test::nameOfGenerator(const testing::TestParamInfo<Generator> &info) {
  std::string name = info.param.name.str();
  std::replace(name.begin(), name.end(), '.', '_');
  return name;
}

SampleTest::SampleTest() {
  DialectRegistry registry;
  registerDialects(registry);
  registry.insert<arith::ArithDialect, func::FuncDialect, math::MathDialect>();
  context.appendDialectRegistry(registry);
  context.loadAllAvailableDialects();
}

void SampleTest::forEachSample(function_ref<void(Sample &, Random &)> test) {
  uint64_t seed = fromEnvironment("PARTITA_PROPERTY_SEED", 1);
  uint64_t count = fromEnvironment("PARTITA_PROPERTY_SAMPLES", 25);
  for (uint64_t i = 0; i < count; ++i) {
    Random random((seed << 32) + i);
    SampleBuilder builder(&context, random);
    GetParam().make(builder);
    Sample sample = builder.finish();
    ASSERT_EQ(sample.op->getName().getStringRef(), GetParam().name);
    std::string text;
    llvm::raw_string_ostream(text) << *sample.op;
    SCOPED_TRACE("sample " + std::to_string(i) + ": " + text);
    test(sample, random);
    if (HasFatalFailure())
      return;
  }
}

TensorList SampleTest::draw(const Sample &sample, Random &random) {
  TensorList tensors;
  for (const Draw &draw : sample.draws)
    tensors.push_back(draw(random));
  return tensors;
}
