// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Between the values that a user knows and what the devices of a local program
// hold of them: pads and cuts what goes in, joins what comes out.

#ifndef PARTITA_INTERPRETER_DISTRIBUTION_H
#define PARTITA_INTERPRETER_DISTRIBUTION_H

#include "partita/Dialect/Dist/Dist.h"
#include "partita/Interpreter/Interpreter.h"
#include "llvm/Support/Error.h"

namespace partita::interp {

/// How the value of an argument or a result lies on the devices of a program.
/// One that says nothing about it is whole on every device.
struct Placement {
  /// What the user knows: whole and without pads.
  mlir::Type globalType;
  /// Null if it is not padded.
  dist::PaddingAttr padding;
  /// Null if it is whole on every device; then there is no mesh either.
  dist::ShardingAttr sharding;
  dist::MeshAttr mesh;
};

Placement getArgumentPlacement(mlir::FunctionOpInterface function,
                               unsigned index);
Placement getResultPlacement(mlir::FunctionOpInterface function,
                             unsigned index);

/// True for a local program: an argument or a result of `function` says what it
/// is a part of.
bool isLocalProgram(mlir::FunctionOpInterface function);

/// The mesh on whose devices the local program `function` runs. Fails where
/// arguments and results name several, or none.
llvm::Expected<dist::MeshAttr>
getProgramMesh(mlir::FunctionOpInterface function);

/// Moves the elements of dimension `axis` of `input` to where `dim` has them in
/// the padded dimension, all other elements of which are zeros; or, if not
/// `isPadding`, back from there.
HostTensor movePads(const HostTensor &input, unsigned axis,
                    dist::DimPaddingAttr dim, bool isPadding);

/// What each of `numDevices` devices holds of `global`, whose shape is that of
/// the placement's type. Devices that hold the same share it, and a block that
/// is contiguous and not padded shares the bytes of `global`. Pads are zeros.
/// Of a value that is yet to be combined, the first device of a group holds it
/// and the others hold what adds nothing: zeros for a sum, minus infinity for a
/// `log_sum_exp`, and the value itself for a maximum or a minimum.
DeviceTensors distribute(const HostTensor &global, const Placement &placement,
                         unsigned numDevices);

/// The inverse. Fails if two devices that should hold the same do not, to the
/// bit; the message names them.
llvm::Expected<HostTensor> assemble(llvm::ArrayRef<HostTensor> devices,
                                    const Placement &placement);

/// Runs a local program on values that the user knows, and returns the results
/// as such. `interpreter` runs as many devices as the mesh has. An error was
/// reported, as a diagnostic at the program.
llvm::FailureOr<TensorList> runDistributed(Interpreter &interpreter,
                                           mlir::FunctionOpInterface function,
                                           TensorList inputs);

} // namespace partita::interp

#endif // PARTITA_INTERPRETER_DISTRIBUTION_H
