// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The notation of layouts:
//
//   layout  ::= `[` (dim (`,` dim)*)? `]` (`partial` `=` partial)?
//   dim     ::= `{` (part (`,` part)*)? `}`
//   partial ::= `{` part (`:` combiner)? (`,` part (`:` combiner)?)* `}`
//   part    ::= `"` axis `"` (`:` `(` pre `)` size)?

#include "partita/Sharding/Layout.h"

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace partita;
using namespace partita::sharding;
using llvm::SmallVector;
using llvm::StringRef;

namespace {

/// Reads one layout. Methods return false after the first error, which is then
/// in `message`.
class Parser {
public:
  Parser(const Mesh &mesh, StringRef text) : mesh(mesh), rest(text) {}

  bool parseLayout();

  SmallVector<AxisParts> dims;
  AxisParts partial;
  std::optional<Combiner> combiner;
  std::string message;

private:
  bool fail(const llvm::Twine &text) {
    message = text.str();
    return false;
  }
  bool accept(StringRef token) {
    rest = rest.ltrim();
    return rest.consume_front(token);
  }
  bool expect(StringRef token) {
    if (accept(token))
      return true;
    StringRef got = rest.empty() ? "the end" : rest.take_front(20);
    return fail("expected '" + token + "', got " +
                (rest.empty() ? got.str() : ("'" + got + "'").str()));
  }
  bool parseList(StringRef open, StringRef close,
                 llvm::function_ref<bool()> parseItem);
  bool parseSize(int64_t &size);
  bool parsePart(AxisPart &part);
  bool parsePartial();

  const Mesh &mesh;
  StringRef rest;
};

} // namespace

bool Parser::parseList(StringRef open, StringRef close,
                       llvm::function_ref<bool()> parseItem) {
  if (!expect(open))
    return false;
  if (accept(close))
    return true;
  do {
    if (!parseItem())
      return false;
  } while (accept(","));
  return expect(close);
}

bool Parser::parseSize(int64_t &size) {
  rest = rest.ltrim();
  StringRef digits = rest.take_while(llvm::isDigit);
  if (digits.empty() || digits.getAsInteger(10, size))
    return fail("expected a size, got '" + rest.take_front(20) + "'");
  rest = rest.drop_front(digits.size());
  return true;
}

bool Parser::parsePart(AxisPart &part) {
  if (!expect("\""))
    return false;
  auto [name, after] = rest.split('"');
  std::optional<unsigned> axis = mesh.findAxis(name);
  if (!axis)
    return fail("expected an axis of the mesh, got \"" + name + "\"");
  rest = after;
  part = mesh.getWhole(*axis);
  // A colon may also come before a combiner.
  if (!rest.ltrim().starts_with(":") ||
      !rest.ltrim().drop_front().ltrim().starts_with("("))
    return true;
  return expect(":") && expect("(") && parseSize(part.pre) && expect(")") &&
         parseSize(part.size);
}

bool Parser::parsePartial() {
  if (!parsePart(partial.emplace_back()))
    return false;
  Combiner own = Combiner::Sum;
  if (accept(":")) {
    rest = rest.ltrim();
    StringRef name =
        rest.take_while([](char c) { return llvm::isAlnum(c) || c == '_'; });
    std::optional<Combiner> known = symbolizeCombiner(name);
    if (!known)
      return fail("expected sum, max, min or log_sum_exp, got '" + name + "'");
    own = *known;
    rest = rest.drop_front(name.size());
  }
  if (combiner && *combiner != own)
    return fail("expected one combiner for all partial axes, got " +
                stringify(*combiner) + " and " + stringify(own));
  combiner = own;
  return true;
}

bool Parser::parseLayout() {
  auto parseDim = [&] {
    AxisParts &dim = dims.emplace_back();
    return parseList("{", "}", [&] { return parsePart(dim.emplace_back()); });
  };
  if (!parseList("[", "]", parseDim))
    return false;
  if (accept("partial") &&
      (!expect("=") || !parseList("{", "}", [&] { return parsePartial(); })))
    return false;
  rest = rest.ltrim();
  return rest.empty() || fail("expected the end, got '" + rest + "'");
}

llvm::Expected<Layout> Layout::parse(const Mesh &mesh, StringRef text) {
  Parser parser(mesh, text);
  if (!parser.parseLayout())
    return llvm::createStringError(
        std::make_error_code(std::errc::invalid_argument),
        parser.message + " in layout '" + text + "'");
  return get(mesh, parser.dims, parser.partial,
             parser.combiner.value_or(Combiner::Sum));
}
