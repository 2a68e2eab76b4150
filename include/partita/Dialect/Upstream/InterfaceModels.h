// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef PARTITA_DIALECT_UPSTREAM_INTERFACEMODELS_H
#define PARTITA_DIALECT_UPSTREAM_INTERFACEMODELS_H

namespace mlir {
class DialectRegistry;
} // namespace mlir

namespace partita {

/// Gives the upstream ops that appear in a model a sharding rule and work: the
/// elementwise ops of `arith` and `math`, and `arith.constant`.
///
/// Every dimension of an elementwise op is parallel. It counts one operation an
/// element if it has to do with floats (two for `math.fma`), none otherwise.
/// Dimensions of a constant are parallel and need the local form, since its
/// value has the shape of its type; a constant takes no work.
void registerUpstreamInterfaceModels(mlir::DialectRegistry &registry);

} // namespace partita

#endif // PARTITA_DIALECT_UPSTREAM_INTERFACEMODELS_H
