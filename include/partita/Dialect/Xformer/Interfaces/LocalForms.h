// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The local forms of the `xformer` ops: equations between global graphs, which
// hold for all values that the left side accepts. The partitioner applies them
// from left to right; whoever proves a local program may rely on them and on
// nothing else about these ops. All are run on random samples in
// test/Property/LocalFormsTest.cpp.
//
// `n` is short for an iota, 0, 1, ..., as long as the dimension it stands for.
//
//   op                            | equal graph                        |
//   factors
//   ------------------------------+------------------------------------+--------
//   embedding(t, i)               | embedding(t, i, row_ids = n)       | v
//   rotary(x)                     | rotary(x, positions = n)           | s
//   relative_position_bias(t)     | relative_position_bias(t,          | q k
//                                 |   query_positions = n,             |
//                                 |   key_positions = n)               |
//   linear(x, w, bias = b)        | add(linear(x, w), b)               | k
//
// Splitting one of two factors leaves out the operand of the other.

#ifndef PARTITA_DIALECT_XFORMER_INTERFACES_LOCALFORMS_H
#define PARTITA_DIALECT_XFORMER_INTERFACES_LOCALFORMS_H

namespace mlir {
class MLIRContext;
} // namespace mlir

namespace partita::xformer {

/// Gives the ops in this table their `LocalFormInterface`.
/// `registerXformerInterfaceModels` does it too.
void attachLocalForms(mlir::MLIRContext &context);

} // namespace partita::xformer

#endif // PARTITA_DIALECT_XFORMER_INTERFACES_LOCALFORMS_H
