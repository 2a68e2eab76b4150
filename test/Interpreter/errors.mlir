// Errors that depend on values: each names the op and the value.
// RUN: interpret-functions %s --verify-diagnostics

func.func @embedding() -> tensor<2x2x1xf32> {
  %table = arith.constant dense<0.0> : tensor<3x1xf32>
  %ids = arith.constant dense<[[0, 1], [3, 9]]> : tensor<2x2xi32>
  // expected-error @+1 {{'xformer.embedding' op expected every id to be in [0, 3), got 3 at [1, 0]}}
  %0 = xformer.embedding %table, %ids : (tensor<3x1xf32>, tensor<2x2xi32>) -> tensor<2x2x1xf32>
  return %0 : tensor<2x2x1xf32>
}

func.func @embedding_negative() -> tensor<1xf32> {
  %table = arith.constant dense<0.0> : tensor<3x1xf32>
  %ids = arith.constant dense<-1> : tensor<i64>
  // expected-error @+1 {{expected every id to be in [0, 3), got -1 at []}}
  %0 = xformer.embedding %table, %ids : (tensor<3x1xf32>, tensor<i64>) -> tensor<1xf32>
  return %0 : tensor<1xf32>
}

func.func @cross_entropy() -> (tensor<f32>, tensor<f32>) {
  %x = arith.constant dense<0.0> : tensor<2x4xf32>
  %labels = arith.constant dense<[-100, 4]> : tensor<2xi32>
  // expected-error @+1 {{'xformer.cross_entropy' op expected every label to be in [0, 4) or -100, got 4 at [1]}}
  %sum, %count = xformer.cross_entropy %x, %labels ignore_index -100
    : (tensor<2x4xf32>, tensor<2xi32>) -> (tensor<f32>, tensor<f32>)
  return %sum, %count : tensor<f32>, tensor<f32>
}

func.func @moe_dispatch() -> tensor<1x2x1x1xf32> {
  %x = arith.constant dense<0.0> : tensor<1x1x1xf32>
  %e = arith.constant dense<2> : tensor<1x1x1xi32>
  // expected-error @+1 {{'xformer.moe_dispatch' op expected every expert to be in [0, 2), got 2 at [0, 0, 0]}}
  %0 = xformer.moe_dispatch %x, %e : (tensor<1x1x1xf32>, tensor<1x1x1xi32>) -> tensor<1x2x1x1xf32>
  return %0 : tensor<1x2x1x1xf32>
}

func.func @moe_combine() -> tensor<1x1x1xf32> {
  %x = arith.constant dense<0.0> : tensor<1x2x1x1xf32>
  %e = arith.constant dense<-5> : tensor<1x1x1xi32>
  %w = arith.constant dense<1.0> : tensor<1x1x1xf32>
  // expected-error @+1 {{'xformer.moe_combine' op expected every expert to be in [0, 2), got -5 at [0, 0, 0]}}
  %0 = xformer.moe_combine %x, %e, %w
    : (tensor<1x2x1x1xf32>, tensor<1x1x1xi32>, tensor<1x1x1xf32>) -> tensor<1x1x1xf32>
  return %0 : tensor<1x1x1xf32>
}

func.func @constant() -> tensor<4xf32> {
  // expected-error @+1 {{'arith.constant' op cannot be interpreted: expected the value to be a number or dense elements in memory, got sparse<0, 1.000000e+00> : tensor<4xf32>}}
  %0 = arith.constant sparse<[[0]], [1.0]> : tensor<4xf32>
  return %0 : tensor<4xf32>
}

func.func @rounding() -> bf16 {
  %x = arith.constant 1.0 : f32
  // expected-error @+1 {{'arith.truncf' op cannot be interpreted: expected rounding to nearest, got upward}}
  %0 = arith.truncf %x upward : f32 to bf16
  return %0 : bf16
}

func.func @no_meaning() -> i32 {
  %x = arith.constant 1 : i32
  // expected-error @+1 {{'arith.divsi' op has no reference semantics; attach a model of InterpretableInterface to it, or lower it to ops that have one}}
  %0 = arith.divsi %x, %x : i32
  return %0 : i32
}
