// A local program runs on all devices of its mesh: what goes in is padded and
// cut, what comes out is joined.

// RUN: rm -rf %t && split-file %s %t
// RUN: %python %S/Inputs/make_safetensors.py %t/model.safetensors \
// RUN:   "{'up': [[1, 2, 3], [4, 5, 6]], 'down': [[1, 0], [0, 1], [1, 1]]}"
// RUN: %python -c "import numpy as np; np.save('%t/x.npy', np.array([[1, 2], [3, 4]], 'f4'))"

// x up = [[9, 12, 15], [19, 26, 33]], and times down [[24, 27], [52, 59]].
// RUN: partita-run %t/good.mlir --weights=%t/model.safetensors --input x=%t/x.npy --output=%t/out \
// RUN:   | FileCheck %s
// CHECK:      y  tensor<2x2xf32>  min 24  max 59  mean 40.5  argmax of the last row 1  -> {{.*}}out/y.npy
// CHECK-NEXT: on 4 devices
// CHECK-NOT:  {{.}}
// RUN: %python -c "import numpy as np; print(np.load('%t/out/y.npy').tolist())" | FileCheck %s --check-prefix=FILE
// FILE: {{\[\[}}24.0, 27.0], [52.0, 59.0]]

// The same beside one device, with weights from a file and random ones.
// RUN: partita-run %t/good.mlir --weights=%t/model.safetensors --input x=%t/x.npy --verify \
// RUN:   | FileCheck %s --check-prefix=EQUAL
// EQUAL:      on 4 devices
// EQUAL-NEXT:   y  relative error 0  argmax equal in 2 of 2 rows
// EQUAL-NEXT: equal to one device, up to a relative error of 0.0001
// EQUAL-NOT:  {{.}}
// RUN: partita-run %t/good.mlir --random-weights=1 --input x=random:1 --verify --device-threads=4 --json > %t.json
// RUN: %python -c "import json; run = json.load(open('%t.json')); assert run['devices'] == 4; \
// RUN:   assert run['tolerance'] == 1e-4; y, = run['verification']; \
// RUN:   assert y['name'] == 'y' and y['ok'] and y['rows'] == y['same_argmax'] == 2, y; \
// RUN:   assert 0 <= y['max_difference'] <= 1e-6 and y['max_relative_error'] < 1e-5, y"
// RUN: partita-run %t/good.mlir --random-weights=1 --input x=random:1 --verify --precision=f64 \
// RUN:   | FileCheck %s --check-prefix=WIDE
// WIDE: equal to one device, up to a relative error of 1e-09

// A folder stands for the program in it.
// RUN: mkdir %t/out.partita && cp %t/good.mlir %t/out.partita/local.mlir
// RUN: partita-run %t/out.partita --random-weights=1 --input x=random:1 --verify \
// RUN:   | FileCheck %s --check-prefix=FOLDER
// FOLDER: equal to one device

// A program that computes something else: it sums over all devices.
// RUN: sed 's/all_reduce %1 over @mesh {/&"data", /' %t/good.mlir > %t/wrong.mlir
// RUN: not partita-run %t/wrong.mlir --weights=%t/model.safetensors --input x=%t/x.npy --verify \
// RUN:   | FileCheck %s --check-prefix=WRONG
// WRONG:        y  relative error 1  argmax equal in 2 of 2 rows  DIFFERS
// WRONG-NEXT: 1 of 1 results differ from those of one device by more than a relative error of 0.0001
// RUN: partita-run %t/wrong.mlir --weights=%t/model.safetensors --input x=%t/x.npy --verify --tolerance=2 \
// RUN:   | FileCheck %s --check-prefix=TOLERANT
// TOLERANT: equal to one device, up to a relative error of 2
// RUN: not partita-run %t/wrong.mlir --random-weights=1 --input x=random:1 --verify --json > %t.json
// RUN: %python -c "import json; y, = json.load(open('%t.json'))['verification']; assert not y['ok']"

// One that lacks its all-reduce is found out without --verify.
// RUN: not partita-run %t/partial.mlir --random-weights=1 --input x=random:1 2>&1 \
// RUN:   | FileCheck %s --check-prefix=PARTIAL
// PARTIAL: partial.mlir:{{.*}}: error: 'func.func' op result #0: device 0 and device 1 should hold the same, but differ

//--- good.mlir
dist.mesh @mesh ["data"=2, "tensor"=2]
func.func @main(
    %x: tensor<1x2xf32> {xformer.input = "x", dist.global_type = tensor<2x2xf32>,
                         dist.sharding = #dist.sharding<@mesh, [{"data"}, {}]>},
    %up: tensor<2x2xf32> {xformer.parameter = "up", dist.global_type = tensor<2x3xf32>,
                          dist.padding = #dist.padding<[[2], [3 -> 4]]>,
                          dist.sharding = #dist.sharding<@mesh, [{}, {"tensor"}]>},
    %down: tensor<2x2xf32> {xformer.parameter = "down", dist.global_type = tensor<3x2xf32>,
                            dist.padding = #dist.padding<[[3 -> 4], [2]]>,
                            dist.sharding = #dist.sharding<@mesh, [{"tensor"}, {}]>})
    -> (tensor<1x2xf32> {xformer.output = "y", dist.global_type = tensor<2x2xf32>,
                         dist.sharding = #dist.sharding<@mesh, [{"data"}, {}]>}) {
  %0 = xformer.linear %x, %up : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<1x2xf32>
  %1 = xformer.linear %0, %down : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<1x2xf32>
  %2 = dist.all_reduce %1 over @mesh {"tensor"} : tensor<1x2xf32>
  return %2 : tensor<1x2xf32>
}
module @global attributes {dist.global} {
  func.func @main(%x: tensor<2x2xf32> {xformer.input = "x"},
                  %up: tensor<2x3xf32> {xformer.parameter = "up"},
                  %down: tensor<3x2xf32> {xformer.parameter = "down"})
      -> (tensor<2x2xf32> {xformer.output = "y"}) {
    %0 = xformer.linear %x, %up : (tensor<2x2xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
    %1 = xformer.linear %0, %down : (tensor<2x3xf32>, tensor<3x2xf32>) -> tensor<2x2xf32>
    return %1 : tensor<2x2xf32>
  }
}

//--- partial.mlir
dist.mesh @mesh ["tensor"=2]
func.func @main(
    %x: tensor<2x1xf32> {xformer.input = "x", dist.global_type = tensor<2x2xf32>,
                         dist.sharding = #dist.sharding<@mesh, [{}, {"tensor"}]>},
    %w: tensor<1x2xf32> {xformer.parameter = "w", dist.global_type = tensor<2x2xf32>,
                         dist.sharding = #dist.sharding<@mesh, [{"tensor"}, {}]>})
    -> (tensor<2x2xf32> {dist.global_type = tensor<2x2xf32>,
                         dist.sharding = #dist.sharding<@mesh, [{}, {}]>}) {
  %0 = xformer.linear %x, %w : (tensor<2x1xf32>, tensor<1x2xf32>) -> tensor<2x2xf32>
  return %0 : tensor<2x2xf32>
}
