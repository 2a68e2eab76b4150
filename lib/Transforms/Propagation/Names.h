// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Lists and names as users type them.

#ifndef PARTITA_LIB_TRANSFORMS_PROPAGATION_NAMES_H
#define PARTITA_LIB_TRANSFORMS_PROPAGATION_NAMES_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"

#include <string>

namespace partita {

/// The items of a list that commas separate, without blanks around them. Commas
/// in parentheses or brackets belong to an item. An empty text has no items.
llvm::SmallVector<llvm::StringRef> splitItems(llvm::StringRef text);

/// `; did you mean 'a' or 'b'?` with those of `names` that are most like
/// `name`, three at most; empty if none is like it. The `*` of a pattern are
/// passed over.
std::string suggest(llvm::StringRef name,
                    llvm::ArrayRef<llvm::StringRef> names);

} // namespace partita

#endif // PARTITA_LIB_TRANSFORMS_PROPAGATION_NAMES_H
