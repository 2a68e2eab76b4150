// RUN: interpret-functions %s | FileCheck %s
// RUN: interpret-functions %s --f64 | FileCheck %s

// CHECK-LABEL: @activations
// CHECK-NEXT: {{\[}}-0.15865{{[0-9]*}}, 0, 0.84134{{[0-9]*}}, 100]
// CHECK-NEXT: {{\[}}-0.15880{{[0-9]*}}, 0, 0.84119{{[0-9]*}}, 100]
// CHECK-NEXT: {{\[}}-0.26894{{[0-9]*}}, 0, 0.73105{{[0-9]*}}, 100]
// CHECK-NEXT: {{\[}}0, 0, 1, 100]
func.func @activations() -> (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) {
  %x = arith.constant dense<[-1.0, 0.0, 1.0, 100.0]> : tensor<4xf32>
  %0 = xformer.gelu %x : tensor<4xf32>
  %1 = xformer.gelu %x tanh : tensor<4xf32>
  %2 = xformer.silu %x : tensor<4xf32>
  %3 = xformer.relu %x : tensor<4xf32>
  return %0, %1, %2, %3 : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>
}

// The activation of the gate, times the value.
// CHECK-LABEL: @gated
// CHECK-NEXT: {{\[}}0, 10]
// CHECK-NEXT: {{\[}}-2.6894{{[0-9]*}}, 7.3105{{[0-9]*}}]
// CHECK-NEXT: {{\[}}-1.5865{{[0-9]*}}, 8.4134{{[0-9]*}}]
// CHECK-NEXT: {{\[}}-1.5880{{[0-9]*}}, 8.4119{{[0-9]*}}]
func.func @gated() -> (tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) {
  %g = arith.constant dense<[-1.0, 1.0]> : tensor<2xf32>
  %v = arith.constant dense<10.0> : tensor<2xf32>
  %0 = xformer.gated relu %g, %v : tensor<2xf32>
  %1 = xformer.gated silu %g, %v : tensor<2xf32>
  %2 = xformer.gated gelu %g, %v : tensor<2xf32>
  %3 = xformer.gated gelu_tanh %g, %v : tensor<2xf32>
  return %0, %1, %2, %3 : tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>
}

// A row, a column and a scalar, repeated.
// CHECK-LABEL: @broadcast
// CHECK-NEXT: {{\[\[}}11, 22], [13, 24]]
// CHECK-NEXT: {{\[\[}}-9, -8], [-17, -16]]
// CHECK-NEXT: {{\[\[}}8, 16], [24, 32]]
// CHECK-NEXT: {{\[\[}}8, 4], [2.66666{{[0-9]*}}, 2]]
// CHECK-NEXT: {{\[\[}}10, 10], [20, 20]]
func.func @broadcast() -> (tensor<2x2xf32>, tensor<2x2xf32>, tensor<2x2xf32>, tensor<2x2xf32>,
                           tensor<2x2xf32>) {
  %x = arith.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>
  %row = arith.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %column = arith.constant dense<[[10.0], [20.0]]> : tensor<2x1xf32>
  %scalar = arith.constant dense<8.0> : tensor<f32>
  %0 = xformer.add %x, %row : (tensor<2x2xf32>, tensor<2xf32>) -> tensor<2x2xf32>
  %1 = xformer.sub %x, %column : (tensor<2x2xf32>, tensor<2x1xf32>) -> tensor<2x2xf32>
  %2 = xformer.mul %x, %scalar : (tensor<2x2xf32>, tensor<f32>) -> tensor<2x2xf32>
  %3 = xformer.div %scalar, %x : (tensor<f32>, tensor<2x2xf32>) -> tensor<2x2xf32>
  %4 = xformer.max %column, %x : (tensor<2x1xf32>, tensor<2x2xf32>) -> tensor<2x2xf32>
  return %0, %1, %2, %3, %4 : tensor<2x2xf32>, tensor<2x2xf32>, tensor<2x2xf32>,
                              tensor<2x2xf32>, tensor<2x2xf32>
}

// What is kept is divided by 1 - rate. The slice draws as its place in the
// whole does.
// CHECK-LABEL: @dropout
// CHECK-NEXT: {{\[\[}}0, 6], [0, 0]]
// CHECK-NEXT: {{\[\[}}6], [0]]
// CHECK-NEXT: {{\[}}3, 3]
func.func @dropout() -> (tensor<2x2xf32>, tensor<2x1xf32>, tensor<2xf32>) {
  %x = arith.constant dense<3.0> : tensor<2x2xf32>
  %part = arith.constant dense<3.0> : tensor<2x1xf32>
  %row = arith.constant dense<3.0> : tensor<2xf32>
  %seed = arith.constant dense<42> : tensor<i64>
  %rows = xformer.iota : tensor<2xi32>
  %column = xformer.iota first 1 : tensor<1xi64>
  %0 = xformer.dropout %x seed(%seed) rate 5.0e-1 stream 4
    : (tensor<2x2xf32>, tensor<i64>) -> tensor<2x2xf32>
  %1 = xformer.dropout %part seed(%seed) indices(%rows, %column) of [2, 2] rate 5.0e-1 stream 4
    : (tensor<2x1xf32>, tensor<i64>, tensor<2xi32>, tensor<1xi64>) -> tensor<2x1xf32>
  %2 = xformer.dropout %row seed(%seed) rate 0.0 stream 0
    : (tensor<2xf32>, tensor<i64>) -> tensor<2xf32>
  return %0, %1, %2 : tensor<2x2xf32>, tensor<2x1xf32>, tensor<2xf32>
}

// log(1 + 1), log(e + 0) and log(0 + 0).
// CHECK-LABEL: @log_add_exp
// CHECK-NEXT: [0.69314{{[0-9]*}}, 1, -inf]
func.func @log_add_exp() -> tensor<3xf32> {
  %x = arith.constant dense<[0.0, 0xFF800000, 0xFF800000]> : tensor<3xf32>
  %y = arith.constant dense<[0.0, 1.0, 0xFF800000]> : tensor<3xf32>
  %0 = xformer.log_add_exp %x, %y : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
  return %0 : tensor<3xf32>
}
