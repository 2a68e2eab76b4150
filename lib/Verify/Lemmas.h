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
//    The same for: row_ids of embedding; query_positions and key_positions of
//    relative_position_bias.
//
// 2. Bias. linear(x, w, bias = b) = add(linear(x, w), b)

#ifndef PARTITA_LIB_VERIFY_LEMMAS_H
#define PARTITA_LIB_VERIFY_LEMMAS_H

#include "Terms.h"

namespace partita::verify {

/// Adds the right sides of the equations in which `application`, of a global
/// program, is the left side. Does nothing for the first law, since there is a
/// right side for every choice of operands; see `deriveApplication`.
void addEqualApplications(TermTable &table, const Application &application);

/// Adds the applications of `op`, a local op, to `operands` that by the first
/// law are others that are known. Returns true if there are any.
bool deriveApplication(TermTable &table, mlir::Operation &op,
                       llvm::ArrayRef<const Term *> operands);

} // namespace partita::verify

#endif // PARTITA_LIB_VERIFY_LEMMAS_H
