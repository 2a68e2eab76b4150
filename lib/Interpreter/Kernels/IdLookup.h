// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Where ids stand in a list of ids. A device's part of a table, of classes or
// of experts is usually a range of ids, which takes no search.

#ifndef PARTITA_LIB_INTERPRETER_KERNELS_IDLOOKUP_H
#define PARTITA_LIB_INTERPRETER_KERNELS_IDLOOKUP_H

#include "KernelUtils.h"

#include <algorithm>

namespace partita::interp {

class IdLookup {
public:
  /// Looks up in `ids`, of one dimension.
  explicit IdLookup(const HostTensor &ids) : IdLookup(idsOf(ids)) {}
  explicit IdLookup(llvm::ArrayRef<int64_t> ids)
      : first(ids.empty() ? 0 : ids.front()), count(ids.size()) {
    bool isRange = true;
    for (auto [index, id] : llvm::enumerate(ids))
      isRange &= distance(id) == index;
    if (isRange)
      return;
    for (auto [index, id] : llvm::enumerate(ids))
      sorted.push_back({id, static_cast<int64_t>(index)});
    llvm::sort(sorted);
  }

  /// Calls `function` with every index at which `id` stands, in rising order.
  template <typename Function>
  void forEach(int64_t id, Function function) const {
    if (sorted.empty()) {
      if (distance(id) < count)
        function(static_cast<int64_t>(distance(id)));
      return;
    }
    auto entry = llvm::lower_bound(sorted, std::pair<int64_t, int64_t>(id, 0));
    for (; entry != sorted.end() && entry->first == id; ++entry)
      function(entry->second);
  }

private:
  /// How far `id` is above the first one, modulo 2^64.
  uint64_t distance(int64_t id) const {
    return static_cast<uint64_t>(id) - static_cast<uint64_t>(first);
  }

  int64_t first;
  uint64_t count;
  /// Ids and their indices; empty if the ids are a range.
  llvm::SmallVector<std::pair<int64_t, int64_t>, 0> sorted;
};

} // namespace partita::interp

#endif // PARTITA_LIB_INTERPRETER_KERNELS_IDLOOKUP_H
