// The upstream passes are there: an addition of constants folds.
// RUN: partita-opt %s --canonicalize --split-input-file | FileCheck %s

// CHECK-LABEL: @folds
// CHECK: %[[FOUR:.*]] = arith.constant 4
// CHECK: return %[[FOUR]]
func.func @folds() -> i32 {
  %two = arith.constant 2 : i32
  %sum = arith.addi %two, %two : i32
  return %sum : i32
}

// -----

// CHECK-LABEL: @second_chunk
// CHECK-NEXT: return
func.func @second_chunk() {
  %unused = arith.constant 1 : i32
  return
}
