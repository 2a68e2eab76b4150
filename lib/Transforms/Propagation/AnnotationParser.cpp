// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Annotations.h"
#include "Names.h"

#include "llvm/ADT/SmallVectorExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace partita;
using namespace partita::sharding;
using llvm::StringRef;

namespace {
/// Reads one annotation.
class AnnotationParser {
public:
  AnnotationParser(StringRef text, const Mesh &mesh) : text(text), mesh(mesh) {}

  llvm::Expected<NamedAnnotation> parse();

private:
  llvm::Error parseDim(StringRef item, DimAnnotation &dim) const;
  llvm::Expected<AxisPart> parsePart(StringRef item) const;
  llvm::Error makeError(const llvm::Twine &message) const {
    return llvm::createStringError(
        std::make_error_code(std::errc::invalid_argument),
        "annotation '" + text + "': " + message);
  }

  StringRef text;
  const Mesh &mesh;
};
} // namespace

llvm::Expected<AxisPart> AnnotationParser::parsePart(StringRef item) const {
  auto [name, range] = item.split(':');
  std::optional<unsigned> axis = mesh.findAxis(name.trim());
  if (!axis) {
    auto names = llvm::map_to_vector(
        mesh.getAxes(), [](const Axis &axis) { return StringRef(axis.name); });
    return makeError("expected an axis of the mesh, got '" + name.trim() + "'" +
                     suggest(name.trim(), names));
  }
  AxisPart part = mesh.getWhole(*axis);
  if (range.empty())
    return part;
  range = range.trim();
  if (!range.consume_front("(") || range.consumeInteger(10, part.pre) ||
      !range.consume_front(")") || range.getAsInteger(10, part.size))
    return makeError("expected a part of an axis as 'x:(1)2', got '" + item +
                     "'");
  return part;
}

llvm::Error AnnotationParser::parseDim(StringRef item,
                                       DimAnnotation &dim) const {
  StringRef whole = item;
  auto [rest, priority] = item.rsplit('@');
  if (rest.size() != item.size()) {
    if (priority.trim().getAsInteger(10, dim.priority))
      return makeError("expected a priority as 'x@1', got '" + whole + "'");
    item = rest.rtrim();
  }
  if (item.consume_back("!"))
    dim.isOpen = false;
  item = item.trim();
  if (item == "_" || item == "-") {
    dim.isOpen &= item == "_";
    if (dim.priority != 0)
      return makeError("expected a priority of axes only, got '" + whole + "'");
    return llvm::Error::success();
  }
  bool isList = item.consume_front("(");
  if (isList && !item.consume_back(")"))
    return makeError("expected ')' at the end of '" + whole + "'");
  llvm::SmallVector<StringRef> items{item};
  if (isList)
    items = splitItems(item);
  for (StringRef name : items) {
    llvm::Expected<AxisPart> part = parsePart(name);
    if (!part)
      return part.takeError();
    if (part->size != 1)
      dim.axes.push_back(*part);
  }
  return llvm::Error::success();
}

llvm::Expected<NamedAnnotation> AnnotationParser::parse() {
  NamedAnnotation annotation;
  annotation.text = text.str();
  auto [pattern, list] = text.rsplit("=[");
  if (pattern.trim().empty() || !list.consume_back("]"))
    return makeError("expected name=[axis, ..]");
  annotation.pattern = pattern.trim().str();
  AxisParts all;
  for (StringRef item : splitItems(list)) {
    if (llvm::Error error = parseDim(item, annotation.dims.emplace_back()))
      return error;
    all.append(annotation.dims.back().axes);
  }
  if (llvm::Error error = mesh.verify(all))
    return makeError(llvm::toString(std::move(error)));
  return annotation;
}

llvm::Expected<NamedAnnotation>
partita::parseNamedAnnotation(StringRef text, const Mesh &mesh) {
  return AnnotationParser(text.trim(), mesh).parse();
}
