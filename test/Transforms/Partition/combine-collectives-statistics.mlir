// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// REQUIRES: pass-statistics
// RUN: partita-opt %S/Inputs/reductions.mlir --dist-combine-collectives -o /dev/null \
// RUN:   --mlir-pass-statistics --mlir-pass-statistics-display=list 2>&1 | FileCheck %s

// CHECK: CombineCollectives
// CHECK-NEXT: (S) 1 collectives-after
// CHECK-NEXT: (S) 2 collectives-before
