// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A law about a loop of a local program: attention to keys that go around.
//
//   o, s = attention(q, k, v)
//   do n - 1 times, beginning with these o, s, k and v:
//     k, v = those of the device `by` places before in a ring of n
//     p, t = attention(q, k, v)
//     r = log_add_exp(s, t)
//     o = rescale(o, s, r) + rescale(p, t, r), s = r
//
// gives the o and s of attention(q, K, V), where K and V are all k and v of the
// ring, gathered. For if `by` and n have no common divisor, each device has had
// the keys of each other once; and the sums over the keys of two parts are
// combined by their log-sum-exps, in any order. Masks and positions of keys go
// around with them; the other operands of attention must be the same for all
// keys.

#ifndef PARTITA_LIB_VERIFY_RING_H
#define PARTITA_LIB_VERIFY_RING_H

#include "mlir/Dialect/SCF/IR/SCF.h"
#include "partita/Dialect/Dist/Dist.h"
#include "partita/Dialect/Xformer/Xformer.h"

namespace partita::verify {

/// A loop of the form above.
struct Ring {
  /// Of the keys that each device begins with.
  xformer::AttentionOp first;
  /// Which operands of it go around.
  llvm::SmallVector<unsigned, 4> moving;
  mlir::FlatSymbolRefAttr mesh;
  dist::AxesAttr axes;
  /// The devices of a ring.
  int64_t size = 1;
  /// The results of the loop that are output and log-sum-exp.
  unsigned output = 0, lse = 0;
};

/// The ring that `loop` is; `getSize` gives the number of devices over axes.
std::optional<Ring>
matchRing(mlir::scf::ForOp loop,
          llvm::function_ref<int64_t(dist::AxesAttr)> getSize);

/// The dimension of operand `index` of `op` that counts keys.
unsigned getKeyDim(xformer::AttentionOp op, unsigned index);

/// Whether both results of `op` begin a loop.
bool mayBeginRing(mlir::Operation &op);

} // namespace partita::verify

#endif // PARTITA_LIB_VERIFY_RING_H
