// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "partita/Dialect/Dist/Dist.h"

#include "Notation.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

#include "partita/Dialect/Dist/DistAttrInterfaces.cpp.inc"
#include "partita/Dialect/Dist/DistDialect.cpp.inc"
#include "partita/Dialect/Dist/DistOpInterfaces.cpp.inc"
#define GET_ATTRDEF_CLASSES
#include "partita/Dialect/Dist/DistAttrs.cpp.inc"
#define GET_TYPEDEF_CLASSES
#include "partita/Dialect/Dist/DistTypes.cpp.inc"

using namespace mlir;
using namespace partita;
using namespace partita::dist;

void DistDialect::initialize() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "partita/Dialect/Dist/DistAttrs.cpp.inc"
      >();
  addTypes<
#define GET_TYPEDEF_LIST
#include "partita/Dialect/Dist/DistTypes.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "partita/Dialect/Dist/DistOps.cpp.inc"
      >();
}

#define GET_OP_CLASSES
#include "partita/Dialect/Dist/DistOps.cpp.inc"
