// --repeat runs the model again and again: the result is that of one run, the
// statistics add up, and no run at all is refused.

// RUN: partita-run %s --input x=random:1 --repeat=3 --stats | FileCheck %s
// CHECK: y tensor<4xf32>
// CHECK: xformer.relu 3

// RUN: partita-run %s --input x=random:1 --repeat=3 --json | FileCheck %s --check-prefix=JSON
// JSON: "seconds": {{[0-9]}}

// RUN: not partita-run %s --input x=random:1 --repeat=0 2>&1 | FileCheck %s --check-prefix=NONE
// NONE: error: expected --repeat to be at least 1, got 0

func.func @main(%x: tensor<4xf32> {xformer.input = "x"})
    -> (tensor<4xf32> {xformer.output = "y"}) {
  %y = xformer.relu %x : tensor<4xf32>
  return %y : tensor<4xf32>
}
