// The script behind -Dpartita_roundtrip=bytecode.
// DEFINE: %{through} = %python %partita_src/utils/through-bytecode.py

// Every chunk goes through bytecode, and the output is that of a run on the text.
// RUN: %{through} mlir-opt %s --split-input-file --canonicalize > %t.through
// RUN: mlir-opt %s --split-input-file --canonicalize > %t.direct
// RUN: cmp %t.through %t.direct
// RUN: cat %s | %{through} mlir-opt -split-input-file -o %t.file -canonicalize
// RUN: cmp %t.file %t.direct
// RUN: FileCheck %s < %t.through

// CHECK: @first
// CHECK: constant 4
// CHECK: @second

// What gets lost in the bytecode is lost in the output.
// RUN: env LOSES=four %{through} %S/Inputs/lossy-opt %s --split-input-file \
// RUN:   | FileCheck %s --check-prefix=LOST
// LOST: constant 5

// RUN: not env LOSES=everything %{through} %S/Inputs/lossy-opt %s --split-input-file 2>&1 \
// RUN:   | FileCheck %s --check-prefix=UNWRITTEN
// UNWRITTEN: no bytecode today
// UNWRITTEN: error: {{.*}}through-bytecode.mlir: printed as text, but not written as bytecode

// Diagnostics keep their file, line and status.
// RUN: echo 'module { foo.bar }' > %t.invalid.mlir
// RUN: not %{through} mlir-opt %t.invalid.mlir 2>&1 | FileCheck %s --check-prefix=INVALID
// INVALID: invalid.mlir:1:10: error:
// RUN: not %{through} mlir-opt %t.missing.mlir 2>&1 | FileCheck %s --check-prefix=MISSING
// MISSING: missing.mlir

// RUN: %{through} mlir-opt %s --split-input-file --verify-diagnostics --pass-pipeline 'builtin.module()'

func.func @first() -> i32 {
  %four = arith.constant 4 : i32
  return %four : i32
}

// -----

func.func @second() {
  return
}
