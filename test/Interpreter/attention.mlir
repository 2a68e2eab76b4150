// RUN: interpret-functions %s | FileCheck %s
// RUN: interpret-functions %s --f64 | FileCheck %s

// Scores 0 everywhere: the mean of the values, and the logarithm of their
// number, 2.
// CHECK-LABEL: @mean
// CHECK-NEXT: tensor<1x1x1x2x{{f32|f64}}> {{\[\[\[\[}}3, 6]]]]
// CHECK-NEXT: tensor<1x1x1x{{f32|f64}}> {{\[\[\[}}0.69314{{[0-9]*}}]]]
func.func @mean() -> (tensor<1x1x1x2xf32>, tensor<1x1x1xf32>) {
  %q = arith.constant dense<0.0> : tensor<1x1x1x1xf32>
  %k = arith.constant dense<1.0> : tensor<1x2x1x1xf32>
  %v = arith.constant dense<[[[[1.0, 2.0]], [[5.0, 10.0]]]]> : tensor<1x2x1x2xf32>
  %0, %lse = xformer.attention %q, %k, %v scale 1.0
    : (tensor<1x1x1x1xf32>, tensor<1x2x1x1xf32>, tensor<1x2x1x2xf32>)
    -> (tensor<1x1x1x2xf32>, tensor<1x1x1xf32>)
  return %0, %lse : tensor<1x1x1x2xf32>, tensor<1x1x1xf32>
}

// The scale, 40, makes scores 80 and -40 of the products 2 and -1: the first
// key takes all.
// CHECK-LABEL: @scaled
// CHECK-NEXT: {{\[\[\[\[}}1, 2]]]]
func.func @scaled() -> tensor<1x1x1x2xf32> {
  %q = arith.constant dense<1.0> : tensor<1x1x1x1xf32>
  %k = arith.constant dense<[[[[2.0]], [[-1.0]]]]> : tensor<1x2x1x1xf32>
  %v = arith.constant dense<[[[[1.0, 2.0]], [[5.0, 10.0]]]]> : tensor<1x2x1x2xf32>
  %0 = xformer.attention %q, %k, %v scale 40.0
    : (tensor<1x1x1x1xf32>, tensor<1x2x1x1xf32>, tensor<1x2x1x2xf32>) -> tensor<1x1x1x2xf32>
  return %0 : tensor<1x1x1x2xf32>
}

// Each query sees the keys up to its own.
// CHECK-LABEL: @causal
// CHECK-NEXT: {{\[\[\[\[}}2]], {{\[\[}}3]], {{\[\[}}5]]]]
func.func @causal() -> tensor<1x3x1x1xf32> {
  %q = arith.constant dense<0.0> : tensor<1x3x1x1xf32>
  %v = arith.constant dense<[[[[2.0]], [[4.0]], [[9.0]]]]> : tensor<1x3x1x1xf32>
  %0 = xformer.attention %q, %q, %v causal scale 1.0
    : (tensor<1x3x1x1xf32>, tensor<1x3x1x1xf32>, tensor<1x3x1x1xf32>) -> tensor<1x3x1x1xf32>
  return %0 : tensor<1x3x1x1xf32>
}

// The queries are those of positions 1 and -1, the keys those of 2, 0 and 1.
// The second query sees nothing: 0, and minus infinity.
// CHECK-LABEL: @positions
// CHECK-NEXT: {{\[\[\[\[}}6.5]], {{\[\[}}0]]]]
// CHECK-NEXT: {{\[\[\[}}0.69314{{[0-9]*}}, -inf]]]
func.func @positions() -> (tensor<1x2x1x1xf32>, tensor<1x1x2xf32>) {
  %q = arith.constant dense<0.0> : tensor<1x2x1x1xf32>
  %k = arith.constant dense<0.0> : tensor<1x3x1x1xf32>
  %v = arith.constant dense<[[[[2.0]], [[4.0]], [[9.0]]]]> : tensor<1x3x1x1xf32>
  %qp = arith.constant dense<[1, -1]> : tensor<2xi64>
  %kp = arith.constant dense<[2, 0, 1]> : tensor<3xi32>
  %0, %lse = xformer.attention %q, %k, %v query_positions(%qp) key_positions(%kp) causal scale 1.0
    : (tensor<1x2x1x1xf32>, tensor<1x3x1x1xf32>, tensor<1x3x1x1xf32>, tensor<2xi64>, tensor<3xi32>)
    -> (tensor<1x2x1x1xf32>, tensor<1x1x2xf32>)
  return %0, %lse : tensor<1x2x1x1xf32>, tensor<1x1x2xf32>
}

// The mask hides the middle key of the first sequence and all of the second.
// CHECK-LABEL: @masked
// CHECK-NEXT: {{\[\[\[\[}}5.5]]], {{\[\[\[}}0]]]]
func.func @masked() -> tensor<2x1x1x1xf32> {
  %q = arith.constant dense<0.0> : tensor<2x1x1x1xf32>
  %k = arith.constant dense<0.0> : tensor<2x3x1x1xf32>
  %v = arith.constant dense<[[[[2.0]], [[4.0]], [[9.0]]], [[[1.0]], [[1.0]], [[1.0]]]]>
    : tensor<2x3x1x1xf32>
  %m = arith.constant dense<[[true, false, true], [false, false, false]]> : tensor<2x3xi1>
  %0 = xformer.attention %q, %k, %v key_mask(%m) scale 1.0
    : (tensor<2x1x1x1xf32>, tensor<2x3x1x1xf32>, tensor<2x3x1x1xf32>, tensor<2x3xi1>)
    -> tensor<2x1x1x1xf32>
  return %0 : tensor<2x1x1x1xf32>
}

// Four query heads share two key heads, two neighbours each; a bias of 1000 a
// head makes the first and last query head look at the second key.
// CHECK-LABEL: @grouped
// CHECK-NEXT: {{\[\[\[\[}}2], [1.5], [15], [20]]]]
func.func @grouped() -> tensor<1x1x4x1xf32> {
  %q = arith.constant dense<0.0> : tensor<1x1x4x1xf32>
  %k = arith.constant dense<0.0> : tensor<1x2x2x1xf32>
  %v = arith.constant dense<[[[[1.0], [10.0]], [[2.0], [20.0]]]]> : tensor<1x2x2x1xf32>
  %b = arith.constant dense<[[[[0.0, 1000.0]], [[0.0, 0.0]], [[0.0, 0.0]], [[0.0, 1000.0]]]]>
    : tensor<1x4x1x2xf32>
  %0 = xformer.attention %q, %k, %v bias(%b) scale 1.0
    : (tensor<1x1x4x1xf32>, tensor<1x2x2x1xf32>, tensor<1x2x2x1xf32>, tensor<1x4x1x2xf32>)
    -> tensor<1x1x4x1xf32>
  return %0 : tensor<1x1x4x1xf32>
}

// Two queries see one key of score 0, or none. Their parts of sums whose
// log-sum-exps are log 2 and log 4: half, and nothing; where nothing is seen by
// anyone, 0.
// CHECK-LABEL: @normalizer
// CHECK-NEXT: {{\[\[\[}}0, -inf]]]
// CHECK-NEXT: {{\[\[\[\[(3|2.999999[0-9]*)\]\], \[\[}}0]]]]
// CHECK-NEXT: {{\[\[\[\[(3|2.999999[0-9]*)\]\], \[\[}}0]]]]
// CHECK-NEXT: {{\[\[\[\[}}0]], {{\[\[}}0]]]]
func.func @normalizer() -> (tensor<1x1x2xf32>, tensor<1x2x1x1xf32>, tensor<1x2x1x1xf32>, tensor<1x2x1x1xf32>) {
  %q = arith.constant dense<0.0> : tensor<1x2x1x1xf32>
  %k = arith.constant dense<0.0> : tensor<1x1x1x1xf32>
  %v = arith.constant dense<6.0> : tensor<1x1x1x1xf32>
  %qp = arith.constant dense<[1, -1]> : tensor<2xi32>
  %kp = xformer.iota : tensor<1xi32>
  %o, %lse = xformer.attention %q, %k, %v query_positions(%qp) key_positions(%kp) causal scale 1.0
    : (tensor<1x2x1x1xf32>, tensor<1x1x1x1xf32>, tensor<1x1x1x1xf32>, tensor<2xi32>, tensor<1xi32>)
    -> (tensor<1x2x1x1xf32>, tensor<1x1x2xf32>)
  %l = xformer.attention_lse %q, %k query_positions(%qp) key_positions(%kp) causal scale 1.0
    : (tensor<1x2x1x1xf32>, tensor<1x1x1x1xf32>, tensor<2xi32>, tensor<1xi32>) -> tensor<1x1x2xf32>
  %all = arith.constant dense<[[[0.69314718055994531, 1.3862943611198906]]]> : tensor<1x1x2xf32>
  %0 = xformer.attention %q, %k, %v query_positions(%qp) key_positions(%kp) normalizer(%all) causal scale 1.0
    : (tensor<1x2x1x1xf32>, tensor<1x1x1x1xf32>, tensor<1x1x1x1xf32>, tensor<2xi32>, tensor<1xi32>, tensor<1x1x2xf32>)
    -> tensor<1x2x1x1xf32>
  %1 = xformer.rescale %o, %lse, %all : (tensor<1x2x1x1xf32>, tensor<1x1x2xf32>, tensor<1x1x2xf32>) -> tensor<1x2x1x1xf32>
  %nothing = arith.constant dense<0xFF800000> : tensor<1x1x2xf32>
  %2 = xformer.attention %q, %k, %v normalizer(%nothing) scale 1.0
    : (tensor<1x2x1x1xf32>, tensor<1x1x1x1xf32>, tensor<1x1x1x1xf32>, tensor<1x1x2xf32>) -> tensor<1x2x1x1xf32>
  return %l, %0, %1, %2 : tensor<1x1x2xf32>, tensor<1x2x1x1xf32>, tensor<1x2x1x1xf32>, tensor<1x2x1x1xf32>
}
