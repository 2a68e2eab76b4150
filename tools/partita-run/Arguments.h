// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The values of a model's arguments.

#ifndef PARTITA_TOOLS_PARTITA_RUN_ARGUMENTS_H
#define PARTITA_TOOLS_PARTITA_RUN_ARGUMENTS_H

#include "CommandLine.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "partita/Dialect/Xformer/Xformer.h"
#include "partita/Support/HostTensor.h"
#include "llvm/Support/Error.h"

namespace partita {
class WeightStore;
} // namespace partita

namespace partita::run {

/// A value for every argument of `function`, or an error that says which ones
/// lack one and how to give it, or what is wrong with one that was given. The
/// values are those that the user knows, also for a local program, whose
/// devices hold parts of them.
llvm::Expected<interp::TensorList>
readArguments(mlir::FunctionOpInterface function,
              const CommandLine &commandLine);

/// The name by which a user feeds argument `index`, if it is not a parameter:
/// its 'xformer.input', or "argN".
std::string getInputName(mlir::FunctionOpInterface function, unsigned index);

/// The tensors that make up a parameter.
struct ParameterSource {
  llvm::SmallVector<llvm::StringRef, 1> names;
  /// They are stacked along a new first dimension; else there is one.
  bool isStacked = false;
  /// The argument is this part of what they make up; null if it is all of it.
  xformer::PartAttr part = nullptr;
};

/// Where argument `index` comes from, or none if it is not a parameter.
std::optional<ParameterSource>
getParameterSource(mlir::FunctionOpInterface function, unsigned index);

/// `tensor`, of which messages speak as `source`, as a value of `type`: the
/// same shape, floats for floats, integers that fit for integers, and 0 or 1
/// for masks.
llvm::Expected<HostTensor> fitTo(mlir::Type type, HostTensor tensor,
                                 llvm::StringRef source);

/// A valid value of `type` for `argument` that depends on seed, name and index
/// only; see the tool's --help. Fails if nothing tells which values are valid.
llvm::Expected<HostTensor> drawInput(mlir::BlockArgument argument,
                                     mlir::Type type, llvm::StringRef name,
                                     uint64_t seed);

/// A random parameter of `type`.
HostTensor drawParameter(mlir::BlockArgument argument,
                         mlir::RankedTensorType type,
                         const ParameterSource &source, uint64_t seed);

/// A parameter of `type` from a checkpoint. A tensor that the checkpoint does
/// not have may be there under a name with one more path component in front, or
/// one less: `transformer.h.0.ln_1.weight` for `h.0.ln_1.weight`.
llvm::Expected<HostTensor> loadParameter(mlir::RankedTensorType type,
                                         const ParameterSource &source,
                                         const WeightStore &store);

} // namespace partita::run

#endif // PARTITA_TOOLS_PARTITA_RUN_ARGUMENTS_H
