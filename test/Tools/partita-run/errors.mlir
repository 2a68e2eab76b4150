// What is wrong with a command line or an input is one error that says what to
// do, and the exit code is not 0.

// RUN: rm -rf %t && mkdir %t
// RUN: %python -c "import numpy as np; np.save('%t/float.npy', np.zeros((1, 2), 'f4')); \
// RUN:   np.save('%t/long.npy', np.array([[0, 2**40]])); np.save('%t/wide.npy', np.zeros((2, 2), 'i4')); \
// RUN:   np.save('%t/two.npy', np.array([2, 0])); np.save('%t/ids.npy', np.array([[1, 4]]))"

// Arguments without a value are listed with what each needs.
// RUN: not partita-run %s --input ids=%t/ids.npy 2>&1 | FileCheck %s --check-prefix=MISSING
// MISSING:      partita-run: error: 'main' lacks the values of 3 of its 4 arguments
// MISSING-NEXT:   mask: tensor<2xi1>, give --input mask=FILE.npy or --input mask=random:SEED
// MISSING-NEXT:   arg3: tensor<i32>, give --input arg3=FILE.npy or --input arg3=random:SEED
// MISSING-NEXT:   1 parameter, give --weights=PATH or --random-weights=SEED
// MISSING-NOT:  {{.}}

// DEFINE: %{run} = not partita-run %s --random-weights=1 --input arg3=random:1
// RUN: %{run} --input mask=random:1 --input ids=%t/absent.npy 2>&1 | FileCheck %s --check-prefix=ABSENT
// ABSENT: partita-run: error: {{.*}}absent.npy: {{.*}}No such file or directory
// RUN: %{run} --input mask=random:1 --input ids=%t/float.npy 2>&1 | FileCheck %s --check-prefix=FLOAT
// FLOAT: partita-run: error: {{.*}}float.npy: expected 1x2xi32, got 1x2xf32
// RUN: %{run} --input mask=random:1 --input ids=%t/wide.npy 2>&1 | FileCheck %s --check-prefix=WIDE
// WIDE: partita-run: error: {{.*}}wide.npy: expected 1x2xi32, got 2x2xi32
// RUN: %{run} --input mask=random:1 --input ids=%t/long.npy 2>&1 | FileCheck %s --check-prefix=LONG
// LONG: error: {{.*}}long.npy: expected numbers in [-2147483648, 2147483647] for i32, got 1099511627776
// RUN: %{run} --input mask=%t/two.npy --input ids=random:1 2>&1 | FileCheck %s --check-prefix=MASK
// MASK: error: {{.*}}two.npy: expected numbers in [0, 1] for i1, got 2
// RUN: %{run} --input mask=random:1 --input ids=random:x 2>&1 | FileCheck %s --check-prefix=SEED
// SEED: error: expected a seed, a number of 64 bits, after 'random:' for input 'ids', got 'x'

// RUN: not partita-run %s --input ids 2>&1 | FileCheck %s --check-prefix=SYNTAX
// SYNTAX: error: expected --input NAME=FILE.npy or NAME=random:SEED, got 'ids'
// RUN: not partita-run %s --input ids=a.npy --input ids=b.npy 2>&1 | FileCheck %s --check-prefix=TWICE
// TWICE: error: expected one value for input 'ids', got several
// RUN: not partita-run %s --input idz=a.npy 2>&1 | FileCheck %s --check-prefix=UNKNOWN
// UNKNOWN: error: 'main' has no input 'idz'; its inputs are: ids, mask, arg3
// RUN: not partita-run %s --weights=%t --random-weights=1 2>&1 | FileCheck %s --check-prefix=BOTH
// BOTH: error: expected one of --weights and --random-weights, got both
// RUN: not partita-run %s --threads=0 2>&1 | FileCheck %s --check-prefix=THREADS
// THREADS: error: expected --threads to be at least 1, got 0
// RUN: not partita-run %s --function=other 2>&1 | FileCheck %s --check-prefix=FUNCTION
// FUNCTION: error: there is no function 'other'; there is 'main', 'typeless', 'unnamable', 'same', 'unknown_ids', 'declared'
// RUN: not partita-run %s --function=declared 2>&1 | FileCheck %s --check-prefix=DECLARED
// DECLARED: error: function 'declared' is declared here, but has no body
// RUN: not partita-run %s --function=typeless 2>&1 | FileCheck %s --check-prefix=TYPE
// TYPE: error: argument #0 of 'typeless' has type tensor<?xf32>, which has no values to give
// RUN: not partita-run %s --function=unnamable 2>&1 | FileCheck %s --check-prefix=NAME
// NAME: error: result #0 of 'unnamable' is named '../x', which cannot name a file; expected letters, digits, '_', '-' and '.'
// RUN: not partita-run %s --function=same 2>&1 | FileCheck %s --check-prefix=SAME
// SAME: error: result #1 of 'same' is named 'result1', as another one is; expected names that differ
// RUN: not partita-run %s --function=unknown_ids --input ids=random:1 2>&1 | FileCheck %s --check-prefix=IDS
// IDS: error: cannot draw input 'ids': the ops that use it do not say which integers are valid; give --input ids=FILE.npy

// A file that is not there, or is no program, is an error as well.
// RUN: not partita-run %t/absent.mlir 2>&1 | FileCheck %s --check-prefix=NOFILE
// NOFILE: partita-run: error: cannot open input file '{{.*}}absent.mlir': No such file or directory
// RUN: echo 'func.func @main(' > %t/broken.mlir && not partita-run %t/broken.mlir 2>&1 \
// RUN:   | FileCheck %s --check-prefix=BROKEN
// BROKEN: broken.mlir:{{.*}}: error: expected
// RUN: echo '' > %t/empty.mlir && not partita-run %t/empty.mlir 2>&1 | FileCheck %s --check-prefix=EMPTY
// EMPTY: error: there is no function 'main'; there is none at all

// An error while running names the place in the model; nothing is written.
// RUN: %{run} --input mask=random:1 --input ids=%t/ids.npy --output=%t/out 2>&1 \
// RUN:   | FileCheck %s --check-prefix=RUNNING
// RUNNING: error: 'xformer.embedding' op expected every id to be in [0, 4), got 4 at [0, 1]
// RUN: not ls %t/out

// A directory that cannot be made.
// RUN: %{run} --input mask=random:1 --input ids=random:1 --output=%t/ids.npy/out 2>&1 \
// RUN:   | FileCheck %s --check-prefix=OUTPUT
// OUTPUT: partita-run: error: {{.*}}ids.npy/out: cannot be made: Not a directory

func.func @main(
    %ids: tensor<1x2xi32> {xformer.input = "ids"},
    %table: tensor<4x3xf32> {xformer.parameter = "wte"},
    %mask: tensor<2xi1> {xformer.input = "mask"}, %unused: tensor<i32>) -> tensor<1x2x3xf32> {
  %x = xformer.embedding %table, %ids
    : (tensor<4x3xf32>, tensor<1x2xi32>) -> tensor<1x2x3xf32>
  return %x : tensor<1x2x3xf32>
}
func.func @typeless(%x: tensor<?xf32>) {
  return
}
func.func @unnamable(%x: f32) -> (f32 {xformer.output = "../x"}) {
  return %x : f32
}
func.func @same(%x: f32) -> (f32 {xformer.output = "result1"}, f32) {
  return %x, %x : f32, f32
}
func.func @unknown_ids(%ids: tensor<2xi32> {xformer.input = "ids"}) -> tensor<2xi32> {
  %0 = arith.addi %ids, %ids : tensor<2xi32>
  return %0 : tensor<2xi32>
}
func.func private @declared()
