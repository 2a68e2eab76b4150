// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// How partial values become one. Rules, shardings and collectives all speak of
// it, so it stands in a header that knows nothing else.

#ifndef PARTITA_INTERFACES_COMBINER_H
#define PARTITA_INTERFACES_COMBINER_H

#include "llvm/ADT/StringRef.h"
#include <optional>

namespace partita {

/// How the parts of a split reduction factor are combined. `LogSumExp` combines
/// what is weighted by a softmax, such as an attention output o with its
/// log-sum-exp l: l = log(sum of exp(l_i)), o = sum of exp(l_i - l) o_i.
enum class Combiner { Sum, Max, Min, LogSumExp };

/// `sum`, `max`, `min` or `log_sum_exp`.
llvm::StringRef stringify(Combiner combiner);

/// The combiner that `stringify` calls `name`, or none.
std::optional<Combiner> symbolizeCombiner(llvm::StringRef name);

} // namespace partita

#endif // PARTITA_INTERFACES_COMBINER_H
