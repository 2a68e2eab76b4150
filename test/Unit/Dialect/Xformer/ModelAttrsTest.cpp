// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "partita/Dialect/Xformer/Xformer.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/Verifier.h"
#include "gtest/gtest.h"
#include <chrono>

using namespace mlir;
using namespace partita::xformer;

namespace {

/// Seconds that it takes to verify a declaration of `count` arguments of which
/// the first `numUnnamed` have no name.
double secondsToVerify(unsigned count, unsigned numUnnamed) {
  MLIRContext context;
  context.loadDialect<XformerDialect, func::FuncDialect>();
  OpBuilder builder(&context);
  Type type = RankedTensorType::get({2}, builder.getF32Type());
  OwningOpRef<func::FuncOp> function = func::FuncOp::create(
      builder, builder.getUnknownLoc(), "main",
      builder.getFunctionType(SmallVector<Type>(count, type), {}));
  function->setPrivate();
  SmallVector<Attribute> attributes(count, builder.getDictionaryAttr({}));
  for (unsigned i = numUnnamed; i < count; ++i)
    attributes[i] = builder.getDictionaryAttr(builder.getNamedAttr(
        parameterAttrName, builder.getStringAttr("w" + Twine(i))));
  function->setArgAttrsAttr(builder.getArrayAttr(attributes));

  auto begin = std::chrono::steady_clock::now();
  EXPECT_TRUE(succeeded(verify(*function)));
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin)
      .count();
}

// Names are compared in linear time, wherever the first of them stands. With
// quadratic time, the second function would take minutes.
TEST(ModelAttrsTest, ManyArguments) {
  EXPECT_LT(secondsToVerify(200000, 0), 30);
  EXPECT_LT(secondsToVerify(200000, 100000), 30);
}

} // namespace
