// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef PARTITA_INTERPRETER_KERNELS_EXPERTS_H
#define PARTITA_INTERPRETER_KERNELS_EXPERTS_H

#include "partita/Support/HostTensor.h"

namespace partita::interp {

struct MoeRouteResult {
  HostTensor weights, experts;
};

/// The `k` largest probabilities of every row of `logits [i..., experts]` in
/// falling order, the lower expert first among equals, divided by their sum if
/// `renormalize`: `[i..., k]` each, the experts as `idKind`.
MoeRouteResult moeRoute(const HostTensor &logits, int64_t k, bool renormalize,
                        ElementKind idKind);

/// Tokens `[batch, tokens, features]` to `[batch, numExperts, numSlots,
/// features]` by ids `experts [batch, tokens, k]`, each below `numExperts`; or,
/// with `expertIds [numExperts]`, any, of which these get slots.
HostTensor moeDispatch(const HostTensor &input, const HostTensor &experts,
                       int64_t numExperts, int64_t numSlots,
                       const HostTensor *expertIds = nullptr);

/// `[batch, experts, slots, features]` back to `[batch, tokens, features]`,
/// summed by `weights [batch, tokens, k]`.
HostTensor moeCombine(const HostTensor &input, const HostTensor &experts,
                      const HostTensor &weights,
                      const HostTensor *expertIds = nullptr);

} // namespace partita::interp

#endif // PARTITA_INTERPRETER_KERNELS_EXPERTS_H
