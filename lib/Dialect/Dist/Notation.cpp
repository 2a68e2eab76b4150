// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Notation.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace partita;
using namespace partita::dist;

/// Parses an attribute that stands alone: what `parse` parses, in angles.
template <typename AttrT>
static Attribute
parseInAngles(AsmParser &parser,
              function_ref<ParseResult(AsmParser &, AttrT &)> parse) {
  AttrT attribute;
  if (parser.parseLess() || parse(parser, attribute) || parser.parseGreater())
    return {};
  return attribute;
}

static void printName(raw_ostream &os, StringRef name) {
  os << '"';
  llvm::printEscapedString(name, os);
  os << '"';
}

//===----------------------------------------------------------------------===//
// Meshes
//===----------------------------------------------------------------------===//

static ParseResult parseNumber(AsmParser &parser, StringRef keyword,
                               APFloat &number) {
  double value;
  if (parser.parseKeyword(keyword) || parser.parseEqual() ||
      parser.parseFloat(value))
    return failure();
  number = APFloat(value);
  return success();
}

static ParseResult parseLink(AsmParser &parser, LinkAttr &link) {
  SMLoc loc = parser.getCurrentLocation();
  APFloat bandwidth(0.0), latency(0.0);
  if (parseNumber(parser, "bandwidth", bandwidth) || parser.parseComma() ||
      parseNumber(parser, "latency", latency))
    return failure();
  link =
      parser.getChecked<LinkAttr>(loc, parser.getContext(), bandwidth, latency);
  return success(link != nullptr);
}

static void printLink(AsmPrinter &printer, LinkAttr link) {
  printer << "bandwidth = ";
  printer.printFloat(link.getBandwidth());
  printer << ", latency = ";
  printer.printFloat(link.getLatency());
}

Attribute LinkAttr::parse(AsmParser &parser, Type) {
  return parseInAngles<LinkAttr>(parser, parseLink);
}

void LinkAttr::print(AsmPrinter &printer) const {
  printer << '<';
  printLink(printer, *this);
  printer << '>';
}

static ParseResult parseMeshAxis(AsmParser &parser, MeshAxisAttr &axis) {
  std::string name;
  int64_t size;
  LinkAttr link;
  if (parser.parseString(&name) || parser.parseEqual() ||
      parser.parseInteger(size))
    return failure();
  if (succeeded(parser.parseOptionalLess()) &&
      (parseLink(parser, link) || parser.parseGreater()))
    return failure();
  axis = MeshAxisAttr::get(parser.getContext(), name, size, link);
  return success();
}

static void printMeshAxis(AsmPrinter &printer, MeshAxisAttr axis) {
  printName(printer.getStream(), axis.getName());
  printer << '=' << axis.getSize();
  if (LinkAttr link = axis.getLink()) {
    printer << " <";
    printLink(printer, link);
    printer << '>';
  }
}

Attribute MeshAxisAttr::parse(AsmParser &parser, Type) {
  return parseInAngles<MeshAxisAttr>(parser, parseMeshAxis);
}

void MeshAxisAttr::print(AsmPrinter &printer) const {
  printer << '<';
  printMeshAxis(printer, *this);
  printer << '>';
}

ParseResult dist::parseMeshAxes(AsmParser &parser, MeshAttr &mesh) {
  SMLoc loc = parser.getCurrentLocation();
  SmallVector<MeshAxisAttr> axes;
  if (parser.parseCommaSeparatedList(AsmParser::Delimiter::Square, [&] {
        return parseMeshAxis(parser, axes.emplace_back());
      }))
    return failure();
  mesh = parser.getChecked<MeshAttr>(loc, parser.getContext(), ArrayRef(axes));
  return success(mesh != nullptr);
}

void dist::printMeshAxes(AsmPrinter &printer, Operation *, MeshAttr mesh) {
  printer << '[';
  llvm::interleaveComma(mesh.getAxes(), printer, [&](MeshAxisAttr axis) {
    printMeshAxis(printer, axis);
  });
  printer << ']';
}

Attribute MeshAttr::parse(AsmParser &parser, Type) {
  return parseInAngles<MeshAttr>(parser, parseMeshAxes);
}

void MeshAttr::print(AsmPrinter &printer) const {
  printer << '<';
  printMeshAxes(printer, nullptr, *this);
  printer << '>';
}

//===----------------------------------------------------------------------===//
// Axes
//===----------------------------------------------------------------------===//

static void printPart(raw_ostream &os, AxisPartAttr part) {
  printName(os, part.getAxis());
  if (!part.isWhole())
    os << ":(" << part.getPre() << ')' << part.getSize();
}

/// Where `endsInColon` is given, a colon that is not that of a part belongs to
/// what follows; it is then consumed.
static ParseResult parsePartAndColon(AsmParser &parser, AxisPartAttr &part,
                                     bool *endsInColon) {
  SMLoc loc = parser.getCurrentLocation();
  std::string axis;
  int64_t pre, size;
  if (parser.parseString(&axis))
    return failure();
  bool isPart = false;
  if (succeeded(parser.parseOptionalColon())) {
    isPart = succeeded(parser.parseOptionalLParen());
    if (!isPart && !endsInColon)
      return parser.emitError(parser.getCurrentLocation(),
                              "expected a part such as (1)2");
    if (endsInColon)
      *endsInColon = !isPart;
  }
  if (isPart) {
    if (parser.parseInteger(pre) || parser.parseRParen() ||
        parser.parseInteger(size))
      return failure();
    // axis_c2: what would be verified is the whole axis, which is stored so.
    if (size == 0)
      return parser.emitError(loc, "expected a part of size 2 or more, got 0");
    part = parser.getChecked<AxisPartAttr>(loc, parser.getContext(),
                                           StringRef(axis), pre, size);
    if (endsInColon)
      *endsInColon = succeeded(parser.parseOptionalColon());
  } else {
    part = parser.getChecked<AxisPartAttr>(loc, parser.getContext(),
                                           StringRef(axis));
  }
  return success(part != nullptr);
}

static ParseResult parsePart(AsmParser &parser, AxisPartAttr &part) {
  return parsePartAndColon(parser, part, /*endsInColon=*/nullptr);
}

std::string AxisPartAttr::str() const {
  std::string text;
  llvm::raw_string_ostream os(text);
  printPart(os, *this);
  return text;
}

Attribute AxisPartAttr::parse(AsmParser &parser, Type) {
  return parseInAngles<AxisPartAttr>(parser, parsePart);
}

void AxisPartAttr::print(AsmPrinter &printer) const {
  printer << '<' << str() << '>';
}

ParseResult dist::parseAxes(AsmParser &parser, AxesAttr &axes) {
  SMLoc loc = parser.getCurrentLocation();
  SmallVector<AxisPartAttr> parts;
  if (parser.parseCommaSeparatedList(AsmParser::Delimiter::Braces, [&] {
        return parsePart(parser, parts.emplace_back());
      }))
    return failure();
  axes = parser.getChecked<AxesAttr>(loc, parser.getContext(), ArrayRef(parts));
  return success(axes != nullptr);
}

void dist::printAxes(AsmPrinter &printer, Operation *, AxesAttr axes) {
  printer << '{';
  llvm::interleaveComma(axes.getParts(), printer, [&](AxisPartAttr part) {
    printPart(printer.getStream(), part);
  });
  printer << '}';
}

Attribute AxesAttr::parse(AsmParser &parser, Type) {
  return parseInAngles<AxesAttr>(parser, parseAxes);
}

void AxesAttr::print(AsmPrinter &printer) const {
  printer << '<';
  printAxes(printer, nullptr, *this);
  printer << '>';
}

//===----------------------------------------------------------------------===//
// Combiners
//===----------------------------------------------------------------------===//

static ParseResult parseCombiner(AsmParser &parser, Combiner &combiner) {
  SMLoc loc = parser.getCurrentLocation();
  StringRef keyword;
  if (parser.parseKeyword(&keyword))
    return failure();
  for (Combiner candidate :
       {Combiner::Sum, Combiner::Max, Combiner::Min, Combiner::LogSumExp})
    if (keyword == stringify(candidate)) {
      combiner = candidate;
      return success();
    }
  return parser.emitError(loc, "expected sum, max, min or log_sum_exp, got ")
         << keyword;
}

ParseResult dist::parseCombinerName(AsmParser &parser,
                                    CombinerAttr &attribute) {
  Combiner combiner;
  if (parseCombiner(parser, combiner))
    return failure();
  attribute = CombinerAttr::get(parser.getContext(), combiner);
  return success();
}

void dist::printCombinerName(AsmPrinter &printer, Operation *,
                             CombinerAttr combiner) {
  printer << stringify(combiner.getValue());
}

Attribute CombinerAttr::parse(AsmParser &parser, Type) {
  Combiner combiner;
  if (parser.parseLess() || parseCombiner(parser, combiner) ||
      parser.parseGreater())
    return {};
  return get(parser.getContext(), combiner);
}

void CombinerAttr::print(AsmPrinter &printer) const {
  printer << '<' << stringify(getValue()) << '>';
}

//===----------------------------------------------------------------------===//
// Shardings
//===----------------------------------------------------------------------===//

static ParseResult parseDimSharding(AsmParser &parser, DimShardingAttr &dim) {
  SMLoc loc = parser.getCurrentLocation();
  SmallVector<AxisPartAttr> axes;
  bool isOpen = false;
  unsigned priority = 0;
  if (parser.parseLBrace())
    return failure();
  if (failed(parser.parseOptionalRBrace())) {
    do {
      isOpen = succeeded(parser.parseOptionalQuestion());
      if (!isOpen && parsePart(parser, axes.emplace_back()))
        return failure();
    } while (!isOpen && succeeded(parser.parseOptionalComma()));
    if (parser.parseRBrace())
      return failure();
  }
  SMLoc priorityLoc = parser.getCurrentLocation();
  StringRef keyword;
  if (succeeded(parser.parseOptionalKeyword(&keyword)) &&
      (!keyword.consume_front("p") || keyword.getAsInteger(10, priority)))
    return parser.emitError(priorityLoc, "expected a priority such as p1");
  dim = parser.getChecked<DimShardingAttr>(loc, parser.getContext(),
                                           ArrayRef(axes), isOpen, priority);
  return success(dim != nullptr);
}

static void printDimSharding(raw_ostream &os, DimShardingAttr dim) {
  os << '{';
  llvm::interleaveComma(dim.getAxes(), os,
                        [&](AxisPartAttr part) { printPart(os, part); });
  if (dim.getIsOpen())
    os << (dim.getAxes().empty() ? "?" : ", ?");
  os << '}';
  if (dim.getPriority() != 0)
    os << 'p' << dim.getPriority();
}

Attribute DimShardingAttr::parse(AsmParser &parser, Type) {
  return parseInAngles<DimShardingAttr>(parser, parseDimSharding);
}

void DimShardingAttr::print(AsmPrinter &printer) const {
  printer << '<';
  printDimSharding(printer.getStream(), *this);
  printer << '>';
}

static ParseResult parsePartial(AsmParser &parser, PartialAttr &partial) {
  AxisPartAttr axis;
  Combiner combiner = Combiner::Sum;
  bool hasCombiner = false;
  if (parsePartAndColon(parser, axis, &hasCombiner) ||
      (hasCombiner && parseCombiner(parser, combiner)))
    return failure();
  partial = PartialAttr::get(parser.getContext(), axis, combiner);
  return success();
}

static void printPartial(raw_ostream &os, PartialAttr partial) {
  printPart(os, partial.getAxis());
  if (partial.getCombiner() != Combiner::Sum)
    os << ':' << stringify(partial.getCombiner());
}

Attribute PartialAttr::parse(AsmParser &parser, Type) {
  return parseInAngles<PartialAttr>(parser, parsePartial);
}

void PartialAttr::print(AsmPrinter &printer) const {
  printer << '<';
  printPartial(printer.getStream(), *this);
  printer << '>';
}

static ParseResult parseSharding(AsmParser &parser, ShardingAttr &sharding) {
  SMLoc loc = parser.getCurrentLocation();
  StringAttr mesh;
  SmallVector<DimShardingAttr> dims;
  SmallVector<PartialAttr> partial;
  if (parser.parseSymbolName(mesh) || parser.parseComma() ||
      parser.parseCommaSeparatedList(AsmParser::Delimiter::Square, [&] {
        return parseDimSharding(parser, dims.emplace_back());
      }))
    return failure();
  if (succeeded(parser.parseOptionalComma()) &&
      (parser.parseKeyword("partial") || parser.parseEqual() ||
       parser.parseCommaSeparatedList(AsmParser::Delimiter::Braces, [&] {
         return parsePartial(parser, partial.emplace_back());
       })))
    return failure();
  sharding = parser.getChecked<ShardingAttr>(loc, FlatSymbolRefAttr::get(mesh),
                                             ArrayRef(dims), ArrayRef(partial));
  return success(sharding != nullptr);
}

Attribute ShardingAttr::parse(AsmParser &parser, Type) {
  return parseInAngles<ShardingAttr>(parser, parseSharding);
}

void ShardingAttr::print(AsmPrinter &printer) const {
  raw_ostream &os = printer.getStream();
  os << '<';
  printer.printSymbolName(getMesh().getValue());
  os << ", [";
  llvm::interleaveComma(
      getDims(), os, [&](DimShardingAttr dim) { printDimSharding(os, dim); });
  os << ']';
  if (!getPartial().empty()) {
    os << ", partial={";
    llvm::interleaveComma(getPartial(), os, [&](PartialAttr partial) {
      printPartial(os, partial);
    });
    os << '}';
  }
  os << '>';
}

//===----------------------------------------------------------------------===//
// Routes
//===----------------------------------------------------------------------===//

static ParseResult parseShift(AsmParser &parser, ShiftAttr &shift) {
  SMLoc loc = parser.getCurrentLocation();
  AxesAttr axes;
  int64_t by;
  if (parseAxes(parser, axes) || parser.parseKeyword("by") ||
      parser.parseInteger(by))
    return failure();
  shift = parser.getChecked<ShiftAttr>(loc, parser.getContext(), axes, by);
  return success(shift != nullptr);
}

static void printShift(AsmPrinter &printer, ShiftAttr shift) {
  printAxes(printer, nullptr, shift.getAxes());
  printer << " by " << shift.getBy();
}

static ParseResult parseReorder(AsmParser &parser, ReorderAttr &reorder) {
  SMLoc loc = parser.getCurrentLocation();
  AxesAttr from, to;
  if (parseAxes(parser, from) || parser.parseKeyword("to") ||
      parseAxes(parser, to))
    return failure();
  reorder = parser.getChecked<ReorderAttr>(loc, from, to);
  return success(reorder != nullptr);
}

static void printReorder(AsmPrinter &printer, ReorderAttr reorder) {
  printAxes(printer, nullptr, reorder.getFrom());
  printer << " to ";
  printAxes(printer, nullptr, reorder.getTo());
}

ParseResult dist::parsePairs(AsmParser &parser, PairsAttr &attribute) {
  SMLoc loc = parser.getCurrentLocation();
  SmallVector<std::pair<int64_t, int64_t>> pairs;
  auto parsePair = [&]() -> ParseResult {
    auto &[source, target] = pairs.emplace_back();
    return failure(parser.parseInteger(source) || parser.parseArrow() ||
                   parser.parseInteger(target));
  };
  if (parser.parseCommaSeparatedList(AsmParser::Delimiter::Square, parsePair))
    return failure();
  attribute =
      parser.getChecked<PairsAttr>(loc, parser.getContext(), ArrayRef(pairs));
  return success(attribute != nullptr);
}

void dist::printPairs(AsmPrinter &printer, Operation *, PairsAttr pairs) {
  printer << '[';
  llvm::interleaveComma(llvm::zip(pairs.getSources(), pairs.getTargets()),
                        printer, [&](auto pair) {
                          printer << std::get<0>(pair) << " -> "
                                  << std::get<1>(pair);
                        });
  printer << ']';
}

Attribute ShiftAttr::parse(AsmParser &parser, Type) {
  return parseInAngles<ShiftAttr>(parser, parseShift);
}

void ShiftAttr::print(AsmPrinter &printer) const {
  printer << '<';
  printShift(printer, *this);
  printer << '>';
}

Attribute ReorderAttr::parse(AsmParser &parser, Type) {
  return parseInAngles<ReorderAttr>(parser, parseReorder);
}

void ReorderAttr::print(AsmPrinter &printer) const {
  printer << '<';
  printReorder(printer, *this);
  printer << '>';
}

Attribute PairsAttr::parse(AsmParser &parser, Type) {
  return parseInAngles<PairsAttr>(parser, parsePairs);
}

void PairsAttr::print(AsmPrinter &printer) const {
  printer << '<';
  printPairs(printer, nullptr, *this);
  printer << '>';
}

/// Parses an attribute by `parse` into `route`.
template <typename AttrT>
static ParseResult parseInto(AsmParser &parser, RouteAttrInterface &route,
                             ParseResult (*parse)(AsmParser &, AttrT &)) {
  AttrT attribute;
  if (parse(parser, attribute))
    return failure();
  route = attribute;
  return success();
}

ParseResult dist::parseRoute(AsmParser &parser, RouteAttrInterface &route) {
  SMLoc loc = parser.getCurrentLocation();
  StringRef keyword;
  if (parser.parseKeyword(&keyword))
    return failure();
  if (keyword == ShiftAttr::getMnemonic())
    return parseInto(parser, route, parseShift);
  if (keyword == ReorderAttr::getMnemonic())
    return parseInto(parser, route, parseReorder);
  if (keyword == PairsAttr::getMnemonic())
    return parseInto(parser, route, parsePairs);
  return parser.emitError(loc, "expected shift, reorder or pairs, got ")
         << keyword;
}

void dist::printRoute(AsmPrinter &printer, Operation *,
                      RouteAttrInterface route) {
  llvm::TypeSwitch<Attribute>(route)
      .Case([&](ShiftAttr shift) {
        printer << "shift ";
        printShift(printer, shift);
      })
      .Case([&](ReorderAttr reorder) {
        printer << "reorder ";
        printReorder(printer, reorder);
      })
      .Case([&](PairsAttr pairs) {
        printer << "pairs ";
        printPairs(printer, nullptr, pairs);
      });
}

//===----------------------------------------------------------------------===//
// Types
//===----------------------------------------------------------------------===//

ParseResult dist::parseSameType(AsmParser &parser, Type &input, Type &result) {
  if (parser.parseType(input))
    return failure();
  result = input;
  return failure(succeeded(parser.parseOptionalArrow()) &&
                 parser.parseType(result));
}

void dist::printSameType(AsmPrinter &printer, Operation *, Type input,
                         Type result) {
  printer << input;
  if (result != input)
    printer << " -> " << result;
}

ParseResult dist::parseWaitTypes(AsmParser &parser, Type &token, Type &result) {
  TokenType type;
  if (parser.parseType(type))
    return failure();
  token = type;
  result = type.getValue();
  return success();
}

void dist::printWaitTypes(AsmPrinter &printer, Operation *, Type token, Type) {
  printer.printType(token);
}
