// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Laws about single ops that a proof may use: equations between graphs of
// global ops, those of partita/Dialect/Xformer/Interfaces/LocalForms.h. They
// are written down here once more, apart from the code that rewrites by them;
// each is run on random values in test/Property/LocalFormsTest.cpp.
//
// 1. Counting operands. An op that numbers the elements along a dimension from
//    0 on is the op that gets these numbers as an operand:
//
//      rotary(x) = rotary(x, positions = 0, 1, 2, ...)
//
//    The same for row_ids of embedding; query_positions and key_positions of
//    attention, attention_lse and relative_position_bias; expert_ids of
//    moe_dispatch and moe_combine; and all indices of dropout at once, where
//    global_shape is the shape of its input.
//
// 2. Bias. linear(x, w, bias = b) = add(linear(x, w), b)
//
// 3. Attention over keys in parts.
//
//      attention(q, k, v) = attention(q, k, v, normalizer = l)
//        with l = attention_lse(q, k), which is also its second result,
//        whether it is asked for or not
//
//    and, of what a device has: rescale(o, s, l) is
//    attention(q, k, v, normalizer = l) where o and s are the two results of
//    attention(q, k, v), whatever l is.
//
// 4. Cross-entropy.
//
//      cross_entropy(x, y) = nll(log_sum_exp(x), pick(x, y, class_ids = n), y)
//        with n = 0, 1, 2, ...
//
// 5. Masks. attention and attention_lse without a key_mask are those with one
//    that is true everywhere.
//
// 6. Counting on. The first n numbers of 0, 1, 2, ..., N - 1 are 0, ..., n - 1:
//    the former is the latter with pads at its end.

#ifndef PARTITA_LIB_VERIFY_LEMMAS_H
#define PARTITA_LIB_VERIFY_LEMMAS_H

#include "Terms.h"

namespace partita::verify {

/// Adds the right sides of the equations in which `application`, of a global
/// program, is the left side. Does nothing for the first law, since there is a
/// right side for every choice of operands; see `deriveApplication`. Does the
/// fifth where `hasPads`.
void addEqualApplications(TermTable &table, const Application &application,
                          bool hasPads);

/// Adds the applications of `op`, a local op, to `operands` that by the first
/// law are others that are known. Returns true if there are any.
bool deriveApplication(TermTable &table, mlir::Operation &op,
                       llvm::ArrayRef<const Term *> operands);

/// Whether `op`, which may stand in no program, is valid by itself.
bool isValid(mlir::Operation *op);

/// If `op` counts on, by the sixth law, from numbers of which there are `size`:
/// these. Null if it does not.
const Term *getShorterCount(TermTable &table, mlir::Operation &op,
                            int64_t size);

/// The op that computes the second result of `op` alone, by the third law, on
/// the operands of `op` itself, in no block. Null if there is none.
mlir::Operation *buildSecondResult(mlir::Operation &op);

/// Whether `op` may be one that `buildRescaled` knows.
bool isRescaling(mlir::Operation &op);

/// What `op` computes by the third law if it rescales what an op before it
/// gave: an op on operands of the two, in no block. Null if it does not.
mlir::Operation *buildRescaled(mlir::Operation &op);

} // namespace partita::verify

#endif // PARTITA_LIB_VERIFY_LEMMAS_H
