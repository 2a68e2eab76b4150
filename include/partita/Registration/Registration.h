// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What every tool, plugin and test registers.

#ifndef PARTITA_REGISTRATION_REGISTRATION_H
#define PARTITA_REGISTRATION_REGISTRATION_H

namespace mlir {
class DialectRegistry;
} // namespace mlir

namespace partita {

/// Adds Partita's dialects, and the external models by which its interfaces
/// reach its own ops and upstream's.
void registerDialects(mlir::DialectRegistry &registry);

/// Registers Partita's passes and pipelines.
void registerPasses();

} // namespace partita

#endif // PARTITA_REGISTRATION_REGISTRATION_H
