// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What users can name: inputs, parameters, outputs and values.

#ifndef PARTITA_LIB_TRANSFORMS_PROPAGATION_NAMEDTARGETS_H
#define PARTITA_LIB_TRANSFORMS_PROPAGATION_NAMEDTARGETS_H

#include "Annotations.h"

namespace llvm {
class GlobPattern;
} // namespace llvm

namespace mlir {
class ModuleOp;
} // namespace mlir

namespace partita {

/// Everything in a module that has a name.
class NamedTargets {
public:
  explicit NamedTargets(mlir::ModuleOp module);

  /// Calls `visit` on what the pattern matches. Returns whether anything is.
  bool
  visitMatches(const llvm::GlobPattern &pattern,
               llvm::function_ref<void(const AnnotationTarget &)> visit) const;
  llvm::SmallVector<llvm::StringRef> getNames() const;

private:
  void add(llvm::StringRef name, const AnnotationTarget &target) {
    targets.emplace_back(name, target);
  }
  void addAttribute(mlir::Attribute names, const AnnotationTarget &target);
  void addFunction(mlir::FunctionOpInterface function);

  std::vector<std::pair<llvm::StringRef, AnnotationTarget>> targets;
};

/// The name in a location, or nothing.
llvm::StringRef getName(mlir::Location location);

} // namespace partita

#endif // PARTITA_LIB_TRANSFORMS_PROPAGATION_NAMEDTARGETS_H
