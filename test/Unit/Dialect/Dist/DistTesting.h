// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A context with the dialects that the tests use, and attributes from text.

#ifndef PARTITA_TEST_UNIT_DIALECT_DIST_DISTTESTING_H
#define PARTITA_TEST_UNIT_DIALECT_DIST_DISTTESTING_H

#include "mlir/AsmParser/AsmParser.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Parser/Parser.h"
#include "partita/Dialect/Dist/Dist.h"

#include "gtest/gtest.h"

namespace partita::dist {

class DistTest : public testing::Test {
protected:
  DistTest() {
    context.loadDialect<DistDialect, mlir::arith::ArithDialect,
                        mlir::func::FuncDialect>();
  }

  /// The attribute that `text` is; it must be one.
  template <typename AttrT> AttrT parse(llvm::StringRef text) {
    auto attribute =
        llvm::dyn_cast_or_null<AttrT>(mlir::parseAttribute(text, &context));
    EXPECT_TRUE(attribute) << text.str();
    return attribute;
  }

  MeshAttr mesh(llvm::StringRef axes) {
    return parse<MeshAttr>(("#dist.mesh<" + axes + ">").str());
  }

  /// The parts of `{...}`.
  llvm::SmallVector<AxisPartAttr> parts(llvm::StringRef axes) {
    auto attribute = parse<AxesAttr>(("#dist.axes<" + axes + ">").str());
    return llvm::SmallVector<AxisPartAttr>(attribute.getParts());
  }

  ShardingAttr sharding(llvm::StringRef text) {
    return parse<ShardingAttr>(("#dist.sharding<@mesh, " + text + ">").str());
  }

  mlir::OwningOpRef<mlir::ModuleOp> module(llvm::StringRef text) {
    auto module = mlir::parseSourceString<mlir::ModuleOp>(text, &context);
    EXPECT_TRUE(module) << text.str();
    return module;
  }

  mlir::MLIRContext context;
};

} // namespace partita::dist

#endif // PARTITA_TEST_UNIT_DIALECT_DIST_DISTTESTING_H
