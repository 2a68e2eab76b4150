// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The notation of attributes, shared by the attributes and by the custom
// directives of the ops.

#ifndef PARTITA_LIB_DIALECT_DIST_NOTATION_H
#define PARTITA_LIB_DIALECT_DIST_NOTATION_H

#include "partita/Dialect/Dist/Dist.h"

namespace partita::dist {

// The directives of the ops. Each parser reports what it does not understand.

mlir::ParseResult parseMeshAxes(mlir::AsmParser &parser, MeshAttr &mesh);
void printMeshAxes(mlir::AsmPrinter &printer, mlir::Operation *, MeshAttr mesh);

/// `{"x", "y":(1)2}`
mlir::ParseResult parseAxes(mlir::AsmParser &parser, AxesAttr &axes);
void printAxes(mlir::AsmPrinter &printer, mlir::Operation *, AxesAttr axes);

/// `max`
mlir::ParseResult parseCombinerName(mlir::AsmParser &parser,
                                    CombinerAttr &combiner);
void printCombinerName(mlir::AsmPrinter &printer, mlir::Operation *,
                       CombinerAttr combiner);

/// `shift ...`, `reorder ...` or `pairs ...`
mlir::ParseResult parseRoute(mlir::AsmParser &parser,
                             RouteAttrInterface &route);
void printRoute(mlir::AsmPrinter &printer, mlir::Operation *,
                RouteAttrInterface route);

/// `[3 -> 4, 192]`
mlir::ParseResult parseDimPadding(mlir::AsmParser &parser,
                                  DimPaddingAttr &padding);
void printDimPadding(mlir::AsmPrinter &printer, mlir::Operation *,
                     DimPaddingAttr padding);

/// `[0 -> 1, 1 -> 0]`
mlir::ParseResult parsePairs(mlir::AsmParser &parser, PairsAttr &pairs);
void printPairs(mlir::AsmPrinter &printer, mlir::Operation *, PairsAttr pairs);

/// The type of an input, and of the result unless another one follows `->`.
mlir::ParseResult parseSameType(mlir::AsmParser &parser, mlir::Type &input,
                                mlir::Type &result);
void printSameType(mlir::AsmPrinter &printer, mlir::Operation *,
                   mlir::Type input, mlir::Type result);

/// The type of a token, of which the result has the value's type.
mlir::ParseResult parseWaitTypes(mlir::AsmParser &parser, mlir::Type &token,
                                 mlir::Type &result);
void printWaitTypes(mlir::AsmPrinter &printer, mlir::Operation *,
                    mlir::Type token, mlir::Type result);

} // namespace partita::dist

#endif // PARTITA_LIB_DIALECT_DIST_NOTATION_H
