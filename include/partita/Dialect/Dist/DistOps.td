// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The ops, from the global view to the local one; the definitions stand in one
// file a family.

#ifndef PARTITA_DIALECT_DIST_DISTOPS_TD
#define PARTITA_DIALECT_DIST_DISTOPS_TD

include "partita/Dialect/Dist/DistShardingOps.td"
include "partita/Dialect/Dist/DistPaddingOps.td"
include "partita/Dialect/Dist/DistCollectiveOps.td"
include "partita/Dialect/Dist/DistTransferOps.td"

#endif // PARTITA_DIALECT_DIST_DISTOPS_TD
