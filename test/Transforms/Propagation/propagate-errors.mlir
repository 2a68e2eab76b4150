// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: partita-opt %s --dist-propagate -split-input-file -verify-diagnostics

// expected-error@below {{expected a 'dist.mesh' in the module; '--dist-annotate=mesh=data=2,tensor=2' makes one}}
module {
  func.func @no_mesh(%x: tensor<8xf32>) {
    return
  }
}

// -----

// expected-note@below {{the first is here}}
dist.mesh @a ["x"=2]
// expected-error@below {{'dist.mesh' op expected one mesh in a module, got another}}
dist.mesh @b ["x"=2]
func.func @two_meshes(%x: tensor<8xf32>) {
  return
}
