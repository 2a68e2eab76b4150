// Inputs and weights drawn at random fit the model.

// RUN: rm -rf %t
// RUN: partita-run %s --random-weights=1 --input ids=random:1 --input labels=random:2 \
// RUN:   --input positions=random:3 --input mask=random:4 --input seed=random:5 \
// RUN:   --input noise=random:6 --input experts=random:7 --output=%t/a | FileCheck %s
// CHECK:      ids        tensor<2x500xi32>      min 0  max 4  mean {{(1.[89]|2.[01])}}
// CHECK-NEXT: labels     tensor<2x500xi64>      min 0  max 2  mean {{(0.9|1)}}
// CHECK-NEXT: positions  tensor<500xi32>        min 0  max 499  mean 249.5
// CHECK-NEXT: mask       tensor<2x500xi1>       min 1  max 1  mean 1
// CHECK-NEXT: seed       tensor<i64>            5
// CHECK-NEXT: noise      tensor<1000xf32>       min -{{[2-4]}}.{{.*}}  max {{[2-4]}}.{{.*}}  mean {{-?0.0}}
// CHECK-NEXT: experts    tensor<1x100x1xi32>    min 0  max 3
// CHECK-NEXT: table      tensor<5x4xf32>        min -0.0{{.*}}  max 0.0
// CHECK-NEXT: norm       tensor<4xf32>          min 1  max 1  mean 1
// CHECK-NEXT: stacked    tensor<2x40xbf16>      min -0.0{{.*}}  max 0.0

// The same seeds give the same values, others do not, and a stacked tensor has
// those of the tensors it stacks.
// RUN: partita-run %s --random-weights=1 --input ids=random:1 --input labels=random:2 \
// RUN:   --input positions=random:3 --input mask=random:4 --input seed=random:5 \
// RUN:   --input noise=random:6 --input experts=random:7 --output=%t/b > %t.log
// RUN: partita-run %s --random-weights=2 --input ids=random:2 --input labels=random:2 \
// RUN:   --input positions=random:3 --input mask=random:4 --input seed=random:5 \
// RUN:   --input noise=random:6 --input experts=random:7 --output=%t/c > %t.log
// RUN: partita-run %s --function=parts --random-weights=1 --output=%t/d > %t.log
// RUN: diff -r %t/a %t/b
// RUN: not cmp -s %t/a/ids.npy %t/c/ids.npy
// RUN: not cmp -s %t/a/table.npy %t/c/table.npy
// RUN: cmp %t/a/noise.npy %t/c/noise.npy
// RUN: %python -c "import numpy as np; a = np.load('%t/a/stacked.npy'); \
// RUN:   assert (a[0] == np.load('%t/d/w0.npy')).all() and (a[1] == np.load('%t/d/w1.npy')).all(); \
// RUN:   assert (a[0] != a[1]).any()"

func.func @main(
    %ids: tensor<2x500xi32> {xformer.input = "ids"},
    %labels: tensor<2x500xi64> {xformer.input = "labels"},
    %positions: tensor<500xi32> {xformer.input = "positions"},
    %mask: tensor<2x500xi1> {xformer.input = "mask"},
    %seed: tensor<i64> {xformer.input = "seed"},
    %noise: tensor<1000xf32> {xformer.input = "noise"},
    %experts: tensor<1x100x1xi32> {xformer.input = "experts"},
    %table: tensor<5x4xf32> {xformer.parameter = "table"},
    %norm: tensor<4xf32> {xformer.parameter = "norm"},
    %stacked: tensor<2x40xbf16> {xformer.parameter = ["w.0", "w.1"]})
    -> (tensor<2x500xi32> {xformer.output = "ids"}, tensor<2x500xi64> {xformer.output = "labels"},
        tensor<500xi32> {xformer.output = "positions"}, tensor<2x500xi1> {xformer.output = "mask"},
        tensor<i64> {xformer.output = "seed"}, tensor<1000xf32> {xformer.output = "noise"},
        tensor<1x100x1xi32> {xformer.output = "experts"}, tensor<5x4xf32> {xformer.output = "table"},
        tensor<4xf32> {xformer.output = "norm"}, tensor<2x40xbf16> {xformer.output = "stacked"}) {
  // The ids reach the table through a callee and shape ops; a larger table that
  // they select from too does not count.
  %flat = xformer.merge_dims %ids dim 0 : (tensor<2x500xi32>) -> tensor<1000xi32>
  %x = func.call @look_up(%table, %flat) : (tensor<5x4xf32>, tensor<1000xi32>) -> tensor<1000x4xf32>
  %large = arith.constant dense<0.0> : tensor<9x1xf32>
  %y = xformer.embedding %large, %flat : (tensor<9x1xf32>, tensor<1000xi32>) -> tensor<1000x1xf32>

  %logits = arith.constant dense<0.0> : tensor<2x500x3xf32>
  %sum, %count = xformer.cross_entropy %logits, %labels ignore_index -100
    : (tensor<2x500x3xf32>, tensor<2x500xi64>) -> (tensor<f32>, tensor<f32>)
  %q = arith.constant dense<0.0> : tensor<2x500x1x2xf32>
  %r = xformer.rotary %q positions(%positions) theta 1.0e4
    : (tensor<2x500x1x2xf32>, tensor<500xi32>) -> tensor<2x500x1x2xf32>
  %d = xformer.dropout %noise seed(%seed) rate 1.0e-1 stream 0
    : (tensor<1000xf32>, tensor<i64>) -> tensor<1000xf32>
  %tokens = arith.constant dense<0.0> : tensor<1x100x1xf32>
  %e = xformer.moe_dispatch %tokens, %experts
    : (tensor<1x100x1xf32>, tensor<1x100x1xi32>) -> tensor<1x4x100x1xf32>
  %n = xformer.rms_norm %x, %norm epsilon 1.0e-5
    : (tensor<1000x4xf32>, tensor<4xf32>) -> tensor<1000x4xf32>
  return %ids, %labels, %positions, %mask, %seed, %noise, %experts, %table, %norm, %stacked
    : tensor<2x500xi32>, tensor<2x500xi64>, tensor<500xi32>, tensor<2x500xi1>, tensor<i64>,
      tensor<1000xf32>, tensor<1x100x1xi32>, tensor<5x4xf32>, tensor<4xf32>, tensor<2x40xbf16>
}

func.func private @look_up(%table: tensor<5x4xf32>, %ids: tensor<1000xi32>) -> tensor<1000x4xf32> {
  %slice = xformer.slice %ids dim 0 offset 0 : tensor<1000xi32> -> tensor<1000xi32>
  %0 = xformer.embedding %table, %slice : (tensor<5x4xf32>, tensor<1000xi32>) -> tensor<1000x4xf32>
  return %0 : tensor<1000x4xf32>
}

func.func @parts(%0: tensor<40xbf16> {xformer.parameter = "w.0"},
                 %1: tensor<40xbf16> {xformer.parameter = "w.1"})
    -> (tensor<40xbf16> {xformer.output = "w0"}, tensor<40xbf16> {xformer.output = "w1"}) {
  return %0, %1 : tensor<40xbf16>, tensor<40xbf16>
}
