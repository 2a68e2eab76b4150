// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Where the arguments of a local program come from, for whoever loads them.

#ifndef PARTITA_TOOLS_PARTITAC_WEIGHTMAP_H
#define PARTITA_TOOLS_PARTITAC_WEIGHTMAP_H

#include "mlir/Interfaces/FunctionInterfaces.h"

namespace partita::compile {

/// Writes, for each parameter of the local program `function`, a YAML mapping:
///
///   - argument: 3               # of the function
///     tensors: [h.0.attn.weight]  # in the checkpoint; several are stacked
///     part: dim = 0, offset = 0, size = 768, of = 2304  # if it is one
///     type: 768x768xf32         # all of that
///     padding: '[[768], [3 -> 4, 256]]'   # if it is padded first
///     sharding: '[{}, {"tensor"}]'        # how it is split then
///     local: 768x512xf32        # what a device holds
void writeWeightMap(llvm::raw_ostream &os, mlir::FunctionOpInterface function);

} // namespace partita::compile

#endif // PARTITA_TOOLS_PARTITAC_WEIGHTMAP_H
