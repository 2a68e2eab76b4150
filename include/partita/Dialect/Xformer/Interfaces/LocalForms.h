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
//   op                         | equal graph                           | along
//   ---------------------------+---------------------------------------+------
//   embedding(t, i)            | embedding(t, i, row_ids = n)          | v
//   rotary(x)                  | rotary(x, positions = n)              | s
//   relative_position_bias(t)  | relative_position_bias(t,             | q k
//                              |   query_positions = n,                |
//                              |   key_positions = n)                  |
//   linear(x, w, bias = b)     | add(linear(x, w), b)                  | k
//   attention(q, k, v) causal, | attention(q, k, v,                    | q
//     and attention_lse        |   query_positions = n) causal         |
//   attention(q, k, v)         | attention(q, k, v, normalizer =       | k
//                              |   attention_lse(q, k)); where causal, |
//                              |   both with key_positions = n         |
//   its second result          | attention_lse(q, k)                   | k
//   dropout(x)                 | dropout(x, indices = n...) of the     | all
//                              |   shape of x                          |
//   moe_dispatch(x, e)         | moe_dispatch(x, e, expert_ids = n)    | e
//   moe_combine(x, e, w)       | moe_combine(x, e, w, expert_ids = n)  | e
//   cross_entropy(x, y)        | nll(log_sum_exp(x),                   | v
//                              |   pick(x, y, class_ids = n), y)       |
//
// Operands that stand on both sides are left out, such as masks. Splitting one
// of two factors leaves out the operand of the other. For padding:
//
//   op                         | equal graph                           | along
//   ---------------------------+---------------------------------------+------
//   attention, attention_lse   | the same with key_mask = all true; or,| k
//                              |   where causal, key_positions = n     |
//   dropout(x)                 | as above                              | all
//
// One more holds for local programs, where attention_lse(q, k) and attention(q,
// k, v, normalizer = l) with another `l` have scores in common:
//
//   attention(q, k, v, normalizer = l) = rescale(o, s, l)
//     with o, s = attention(q, k, v), and s = attention_lse(q, k)

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
