// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Proves that a local program computes what its global program does.
//
// The proof walks the local program once, as all devices run it, and says for
// every value of which global value it is the shard: a term of the global
// program, a layout and a padding. On a mesh x=2, where the global program is
// `y = relu(linear(a, w))`:
//
//   local program                    | what its value is a shard of
//   ---------------------------------+---------------------------------------
//   %a: tensor<8x2>                  | argument 0 under [{}, {"x"}]
//   %w: tensor<2x4>                  | argument 1 under [{"x"}, {}]
//   %0 = xformer.linear %a, %w       | linear(0, 1) under [{}, {}], pending
//                                    |   over "x": the rule of the op says so
//   %1 = dist.all_reduce %0 over "x" | linear(0, 1) under [{}, {}]
//   %2 = xformer.relu %1             | relu(linear(0, 1)) under [{}, {}]
//
// An op that is left out, added, moved or changed makes a term that the global
// program does not have, or a layout that the next op does not accept: without
// the all_reduce, `relu` would get a pending sum, in which it is not linear.
//
// Nothing of this comes from the partitioner. It rests on the sharding rules,
// each of which is run against its op, on the meaning of the collectives, and
// on a few laws about single ops (lib/Verify/Lemmas.h).

#ifndef PARTITA_VERIFY_VERIFY_H
#define PARTITA_VERIFY_VERIFY_H

#include "mlir/Support/LLVM.h"

namespace mlir {
class ModuleOp;
} // namespace mlir

namespace partita::verify {

/// What a proof went through.
struct ProofStatistics {
  unsigned functions = 0;
  unsigned ops = 0;
  unsigned collectives = 0;
  unsigned terms = 0;
};

/// Proves each function of `module` against the one of the same name in the
/// module inside of it that is marked `dist.global`: given shards of the global
/// arguments, as the attributes of its own arguments say, it returns the shards
/// of the global results that the attributes of its results say. Also proves
/// that all devices run the same ops in the same order, so that the members of
/// every collective meet in it.
///
/// Fails with a diagnostic at the first op of a function that is not proven.
llvm::LogicalResult proveLocalProgram(mlir::ModuleOp module,
                                      ProofStatistics &statistics);

} // namespace partita::verify

#endif // PARTITA_VERIFY_VERIFY_H
