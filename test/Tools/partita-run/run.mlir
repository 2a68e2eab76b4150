// A model with inputs and weights from files: its results are printed and
// written. 2 tokens, 3 features: logits[t, v] = table[ids[t]] . table[v].

// RUN: rm -rf %t && mkdir %t
// RUN: %python -c "import numpy as np; np.save('%t/ids.npy', np.array([[2, 0]]))"
// RUN: %python %S/Inputs/make_safetensors.py %t/model.safetensors \
// RUN:   "{'wte': [[1, 0, 0], [0, 2, 0], [3, 0, 1], [0, 0, -4]]}"

// RUN: partita-run %s --weights=%t/model.safetensors --input ids=%t/ids.npy --output=%t/deep/out \
// RUN:   | FileCheck %s
// CHECK:      logits  tensor<1x2x4xf32>  min -4  max 10  mean 1.625  argmax of the last row 2  -> {{.*}}out/logits.npy
// CHECK-NEXT: ids     tensor<1x2xi32>    min 0  max 2  mean 1  -> {{.*}}out/ids.npy
// CHECK-NOT:  {{.}}

// RUN: %python -c "import numpy as np; a = np.load('%t/deep/out/logits.npy'); print(a.dtype, a.tolist())" \
// RUN:   | FileCheck %s --check-prefix=FILE
// FILE: float32 {{\[\[\[}}3.0, 0.0, 10.0, -4.0], [1.0, 0.0, 3.0, 0.0]]]

// A directory does as well, bytecode too, and another precision.
// RUN: partita-opt %s --emit-bytecode -o %t/model.mlirbc
// RUN: partita-run %t/model.mlirbc --weights=%t --input ids=%t/ids.npy --precision=f64 --output=%t/wide \
// RUN:   | FileCheck %s --check-prefix=WIDE
// WIDE: logits tensor<1x2x4xf32> min -4 max 10
// RUN: %python -c "import numpy as np; print(np.load('%t/wide/logits.npy').dtype)" \
// RUN:   | FileCheck %s --check-prefix=DOUBLE
// DOUBLE: float64

func.func @main(
    %ids: tensor<1x2xi32> {xformer.input = "ids"},
    %table: tensor<4x3xf32> {xformer.parameter = "wte"})
    -> (tensor<1x2x4xf32> {xformer.output = "logits"}, tensor<1x2xi32> {xformer.output = "ids"}) {
  %x = xformer.embedding %table, %ids
    : (tensor<4x3xf32>, tensor<1x2xi32>) -> tensor<1x2x3xf32>
  %logits = xformer.linear %x, %table transpose_weight
    : (tensor<1x2x3xf32>, tensor<4x3xf32>) -> tensor<1x2x4xf32>
  return %logits, %ids : tensor<1x2x4xf32>, tensor<1x2xi32>
}
