// Parameters come from the checkpoint by name: exactly, or with one more or one
// less path component in front. Lists are stacked.

// RUN: rm -rf %t && mkdir %t
// RUN: %python %S/Inputs/make_safetensors.py %t/model.safetensors \
// RUN:   "{'a.b': [1, 2], 'model.c': [3], 'd': [4], 'e.0': [5, 6], 'e.1': [7, 8], 'e': [9, 9], 'f.0': [0, 10]}"
// RUN: partita-run %s --weights=%t | FileCheck %s
// CHECK:      a  tensor<2xf32>    min 1  max 2
// CHECK-NEXT: c  tensor<1xf32>    3
// CHECK-NEXT: d  tensor<1xf32>    4
// CHECK-NEXT: e  tensor<2x2xf32>  min 5  max 8  mean 6.5  argmax of the last row 1
// CHECK-NEXT: f  tensor<1x2xf32>  min 0  max 10

// RUN: %python %S/Inputs/make_safetensors.py %t/few.safetensors "{'a.b': [1, 2], 'c': [3], 'd': [4]}"
// RUN: not partita-run %s --weights=%t/few.safetensors 2>&1 | FileCheck %s --check-prefix=FEW
// FEW: partita-run: error: {{.*}}few.safetensors: {{.*}}'e.0'

// RUN: %python %S/Inputs/make_safetensors.py %t/shape.safetensors "{'a.b': [[1, 2]]}"
// RUN: not partita-run %s --weights=%t/shape.safetensors 2>&1 | FileCheck %s --check-prefix=SHAPE
// SHAPE: partita-run: error: {{.*}}shape.safetensors: tensor 'a.b': expected 2xf32, got 1x2xf32

// RUN: %python %S/Inputs/make_safetensors.py %t/part.safetensors \
// RUN:   "{'a.b': [1, 2], 'c': [3], 'd': [4], 'e.0': [5, 6], 'e.1': [7]}"
// RUN: not partita-run %s --weights=%t/part.safetensors 2>&1 | FileCheck %s --check-prefix=PART
// PART: partita-run: error: {{.*}}part.safetensors: tensor 'e.1': expected 2xf32, got 1xf32

// RUN: %python %S/Inputs/make_safetensors.py %t/vague.safetensors \
// RUN:   "{'a.b': [1, 2], 'model.c': [3], 'bert.c': [3]}"
// RUN: not partita-run %s --weights=%t/vague.safetensors 2>&1 | FileCheck %s --check-prefix=VAGUE
// VAGUE: partita-run: error: {{.*}}vague.safetensors: has no tensor 'c', and several that may be meant: 'bert.c' and 'model.c'

func.func @main(
    %a: tensor<2xf32> {xformer.parameter = "a.b"}, %c: tensor<1xf32> {xformer.parameter = "c"},
    %d: tensor<1xf32> {xformer.parameter = "model.d"},
    %e: tensor<2x2xf32> {xformer.parameter = ["e.0", "e.1"]},
    %f: tensor<1x2xf32> {xformer.parameter = ["f.0"]})
    -> (tensor<2xf32> {xformer.output = "a"}, tensor<1xf32> {xformer.output = "c"},
        tensor<1xf32> {xformer.output = "d"}, tensor<2x2xf32> {xformer.output = "e"},
        tensor<1x2xf32> {xformer.output = "f"}) {
  return %a, %c, %d, %e, %f
    : tensor<2xf32>, tensor<1xf32>, tensor<1xf32>, tensor<2x2xf32>, tensor<1x2xf32>
}
