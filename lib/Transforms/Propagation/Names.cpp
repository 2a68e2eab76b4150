// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Names.h"

#include "llvm/ADT/STLExtras.h"

using namespace partita;
using llvm::StringRef;

llvm::SmallVector<StringRef> partita::splitItems(StringRef text) {
  llvm::SmallVector<StringRef> items;
  if (text.trim().empty())
    return items;
  int depth = 0;
  size_t begin = 0;
  for (size_t at = 0; at < text.size(); ++at) {
    char character = text[at];
    depth += (character == '(' || character == '[') -
             (character == ')' || character == ']');
    if (character != ',' || depth != 0)
      continue;
    items.push_back(text.slice(begin, at).trim());
    begin = at + 1;
  }
  items.push_back(text.drop_front(begin).trim());
  return items;
}

/// How unlike `name` is to what `pattern` could match: a leading or trailing
/// `*` stands for anything before or behind.
static unsigned getDistance(StringRef pattern, StringRef name) {
  StringRef fixed = pattern;
  bool anyBefore = fixed.consume_front("*");
  bool anyBehind = fixed.consume_back("*");
  if (anyBefore && !anyBehind)
    name = name.take_back(fixed.size());
  else if (anyBehind && !anyBefore)
    name = name.take_front(fixed.size());
  return fixed.edit_distance(name);
}

std::string partita::suggest(StringRef name, llvm::ArrayRef<StringRef> names) {
  llvm::SmallVector<std::pair<unsigned, StringRef>> near;
  unsigned limit = std::max<size_t>(2, name.size() / 3);
  for (StringRef other : names)
    if (unsigned distance = getDistance(name, other); distance <= limit)
      near.emplace_back(distance, other);
  llvm::sort(near);
  near.erase(llvm::unique(near), near.end());
  if (near.size() > 3)
    near.resize(3);
  std::string text;
  for (auto [index, entry] : llvm::enumerate(near)) {
    text += index == 0                 ? "; did you mean '"
            : index + 1 == near.size() ? "' or '"
                                       : "', '";
    text += entry.second;
  }
  return text.empty() ? text : text + "'?";
}
