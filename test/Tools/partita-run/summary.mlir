// The summary of results, as text and as JSON, and where the time went.

// RUN: partita-run %s --stats | FileCheck %s
// CHECK:      x        tensor<2x2xf32>  min -1  max 2  mean 0.5  2 not finite  argmax of the last row 1
// CHECK-NEXT: nothing  tensor<0xf32>{{$}}
// CHECK-NEXT: nan      tensor<f32>      1 not finite
// CHECK-NEXT: result3  i32              -3
// CHECK-EMPTY:
// CHECK-NEXT: op              count  ms      %  GFLOP/s
// CHECK-DAG:  arith.constant      4 {{[0-9.]+ [0-9.]+$}}
// CHECK-DAG:  xformer.linear      1 {{[0-9.]+ [0-9.]+ [0-9.]+$}}
// CHECK:      total               5 {{[0-9.]+ 100.0 [0-9.]+$}}

// RUN: partita-run %s --stats --json > %t.json
// RUN: %python -c "import json; run = json.load(open('%t.json')); \
// RUN:   x, nothing, nan, result3 = run['results']; \
// RUN:   assert x == dict(name='x', type='tensor<2x2xf32>', min=-1, max=2, mean=.5, not_finite=2, last_argmax=1), x; \
// RUN:   assert nothing == dict(name='nothing', type='tensor<0xf32>', not_finite=0), nothing; \
// RUN:   assert nan == dict(name='nan', type='tensor<f32>', not_finite=1), nan; \
// RUN:   assert result3['mean'] == -3; \
// RUN:   assert run['function'] == 'main' and run['seconds'] > 0; \
// RUN:   linear, = (op for op in run['ops'] if op['op'] == 'xformer.linear'); \
// RUN:   assert linear['count'] == 1 and linear['flops'] == 16 and linear['seconds'] > 0"

func.func @main() -> (tensor<2x2xf32> {xformer.output = "x"},
                      tensor<0xf32> {xformer.output = "nothing"},
                      tensor<f32> {xformer.output = "nan"}, i32) {
  // Not a number, infinity, minus one and two.
  %x = arith.constant dense<[[0x7fc00000, 0x7f800000], [-1.0, 2.0]]> : tensor<2x2xf32>
  %nothing = arith.constant dense<> : tensor<0xf32>
  %nan = arith.constant dense<0x7fc00000> : tensor<f32>
  %three = arith.constant -3 : i32
  %unused = xformer.linear %x, %x : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2x2xf32>
  return %x, %nothing, %nan, %three : tensor<2x2xf32>, tensor<0xf32>, tensor<f32>, i32
}
