// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What collectives do to the tensors of a group. Blocks are as in the `dist`
// dialect: those of a dimension that does not divide are filled up with zeros.

#ifndef PARTITA_INTERPRETER_KERNELS_COLLECTIVES_H
#define PARTITA_INTERPRETER_KERNELS_COLLECTIVES_H

#include "partita/Interfaces/Combiner.h"
#include "partita/Support/HostTensor.h"

namespace partita::interp {

/// Combines tensors of one type, at least one, element by element.
///   sum          in the order of the list, each step rounded to the element
///                type; integers wrap around
///   max, min     NaN if one is; +0 is greater than -0; integers are signed,
///                and i1 is 0 or 1
///   log_sum_exp  m + log(sum of exp(x - m)) in f64, where m is the maximum,
///                and m itself where it is infinite; floats only
HostTensor combine(Combiner combiner, llvm::ArrayRef<HostTensor> inputs);

/// Block `index` of dimension `dim`, in blocks of `size`: elements from
/// `index * size` on, and zeros beyond the end of the dimension.
HostTensor takeBlock(const HostTensor &input, unsigned dim, int64_t index,
                     int64_t size);

/// Blocks of one type, at least one, one after the other along `dim`, cut to
/// `size` there.
HostTensor joinBlocks(llvm::ArrayRef<HostTensor> blocks, unsigned dim,
                      int64_t size);

} // namespace partita::interp

#endif // PARTITA_INTERPRETER_KERNELS_COLLECTIVES_H
