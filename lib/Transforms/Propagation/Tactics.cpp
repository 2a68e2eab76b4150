// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Tactics.h"

#include "BuiltinTactics.h"
#include "Names.h"
#include "Roles.h"

#include "llvm/ADT/SmallVectorExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/YAMLTraits.h"

using namespace partita;
using llvm::StringRef;

LLVM_YAML_IS_SEQUENCE_VECTOR(partita::TacticAnnotation)
LLVM_YAML_IS_SEQUENCE_VECTOR(partita::Tactic)

namespace llvm::yaml {
template <> struct MappingTraits<TacticAnnotation> {
  static void mapping(IO &io, TacticAnnotation &annotation) {
    io.mapRequired("role", annotation.role);
    io.mapRequired("dim", annotation.dim);
    io.mapOptional("axis", annotation.axis);
    io.mapOptional("priority", annotation.priority, 0u);
    io.mapOptional("closed", annotation.closed, false);
    io.mapOptional("gather", annotation.gather, false);
  }
};
template <> struct MappingTraits<Tactic> {
  static void mapping(IO &io, Tactic &tactic) {
    io.mapRequired("tactic", tactic.name);
    io.mapRequired("axes", tactic.axes);
    io.mapRequired("annotations", tactic.annotations);
  }
};
} // namespace llvm::yaml

template <typename... Values> static llvm::Error makeError(Values &&...values) {
  std::string text;
  llvm::raw_string_ostream os(text);
  (os << ... << values);
  return llvm::createStringError(
      std::make_error_code(std::errc::invalid_argument), text);
}

std::string TacticUse::str() const {
  return name + "(" + llvm::join(axes, ", ") + ")";
}

//===----------------------------------------------------------------------===//
// Files
//===----------------------------------------------------------------------===//

/// Keeps the first message of the parser, which would print it.
static void keepFirst(const llvm::SMDiagnostic &diagnostic, void *context) {
  auto &text = *static_cast<std::string *>(context);
  if (!text.empty())
    return;
  llvm::raw_string_ostream(text)
      << diagnostic.getLineNo() << ':' << diagnostic.getColumnNo() + 1 << ": "
      << diagnostic.getMessage();
}

/// Checks what the form alone does not say.
static llvm::Error verifyTactic(const Tactic &tactic, StringRef file) {
  auto report = [&](auto &&...values) {
    return makeError(file, ": tactic '", tactic.name, "': ", values...);
  };
  for (const TacticAnnotation &annotation : tactic.annotations) {
    if (!llvm::is_contained(getRoleNames(), annotation.role))
      return report("expected a role, got '", annotation.role, "'",
                    suggest(annotation.role, getRoleNames()));
    if (!annotation.axis.empty() &&
        !llvm::is_contained(tactic.axes, annotation.axis))
      return report("expected one of its axes, got '", annotation.axis, "'");
    if (annotation.axis.empty() && !annotation.closed)
      return report("expected an axis, or 'closed: true', for role '",
                    annotation.role, "'");
  }
  return llvm::Error::success();
}

llvm::Expected<std::vector<Tactic>> partita::parseTactics(StringRef text,
                                                          StringRef name) {
  std::string message;
  std::vector<Tactic> tactics;
  llvm::yaml::Input input(text, nullptr, keepFirst, &message);
  input >> tactics;
  if (input.error() || !message.empty())
    return makeError(name, ":",
                     message.empty() ? "1:1: expected a list of tactics"
                                     : message);
  for (const Tactic &tactic : tactics)
    if (llvm::Error error = verifyTactic(tactic, name))
      return error;
  return tactics;
}

const std::vector<Tactic> &partita::getBuiltinTactics() {
  static const std::vector<Tactic> tactics =
      llvm::cantFail(parseTactics(builtinTactics, "tactics.yaml"));
  return tactics;
}

//===----------------------------------------------------------------------===//
// Uses
//===----------------------------------------------------------------------===//

/// Adds the tactics of a file; one of a name that is known replaces it.
static llvm::Error readFile(StringRef path, std::vector<Tactic> &known) {
  auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/true);
  if (!buffer)
    return makeError(path, ": ", buffer.getError().message());
  llvm::Expected<std::vector<Tactic>> tactics =
      parseTactics((*buffer)->getBuffer(), path);
  if (!tactics)
    return tactics.takeError();
  for (Tactic &tactic : *tactics) {
    llvm::erase_if(
        known, [&](const Tactic &other) { return other.name == tactic.name; });
    known.push_back(std::move(tactic));
  }
  return llvm::Error::success();
}

llvm::Expected<std::vector<TacticUse>>
partita::parseTacticUses(StringRef text, std::vector<Tactic> &known) {
  std::vector<TacticUse> uses;
  for (StringRef item : splitItems(text)) {
    if (item.ends_with(".yaml") || item.ends_with(".yml")) {
      if (llvm::Error error = readFile(item, known))
        return error;
      continue;
    }
    auto [name, rest] = item.split('(');
    TacticUse use{name.rtrim().str(), {}};
    if (!rest.consume_back(")"))
      return makeError("expected a tactic as name(axis, ..), got '", item, "'");
    for (StringRef axis : splitItems(rest))
      use.axes.push_back(axis.str());
    auto tactic = llvm::find_if(
        known, [&](const Tactic &tactic) { return tactic.name == use.name; });
    if (tactic == known.end()) {
      auto names = llvm::map_to_vector(
          known, [](const Tactic &tactic) { return StringRef(tactic.name); });
      std::string fix = suggest(use.name, names);
      if (fix.empty())
        fix = "; known are '" + llvm::join(names, "', '") +
              "', and those of a YAML file that is named before them";
      return makeError("expected a tactic, got '", use.name, "'", fix);
    }
    if (use.axes.size() != tactic->axes.size())
      return makeError("expected ", tactic->axes.size(), " axes for tactic '",
                       use.name, "', got ", use.axes.size());
    uses.push_back(std::move(use));
  }
  return uses;
}
