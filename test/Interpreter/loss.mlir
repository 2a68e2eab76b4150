// RUN: interpret-functions %s | FileCheck %s
// RUN: interpret-functions %s --f64 | FileCheck %s

// Two labels of probability 1/2 each have -log 1/2 = 0.69; the third is ignored.
// CHECK-LABEL: @cross_entropy
// CHECK-NEXT: 1.38629{{[0-9]*}}
// CHECK-NEXT: 2
func.func @cross_entropy() -> (tensor<f32>, tensor<f32>) {
  %x = arith.constant dense<[[3.0, 3.0], [-7.0, -7.0], [0.0, 1.0]]> : tensor<3x2xf32>
  %labels = arith.constant dense<[1, 0, -100]> : tensor<3xi64>
  %sum, %count = xformer.cross_entropy %x, %labels ignore_index -100
    : (tensor<3x2xf32>, tensor<3xi64>) -> (tensor<f32>, tensor<f32>)
  return %sum, %count : tensor<f32>, tensor<f32>
}

// Nothing but ignored labels: no terms.
// CHECK-LABEL: @all_ignored
// CHECK-NEXT: f{{32|64}}> 0
// CHECK-NEXT: f{{32|64}}> 0
func.func @all_ignored() -> (tensor<f32>, tensor<f32>) {
  %x = arith.constant dense<[[3.0, 3.0]]> : tensor<1x2xf32>
  %labels = arith.constant dense<[1]> : tensor<1xi32>
  %sum, %count = xformer.cross_entropy %x, %labels ignore_index 1
    : (tensor<1x2xf32>, tensor<1xi32>) -> (tensor<f32>, tensor<f32>)
  return %sum, %count : tensor<f32>, tensor<f32>
}

// The parts of the first loss above, on the classes 1 and 0 in this order; the
// log-sum-exp of nothing but zeros.
// CHECK-LABEL: @parts
// CHECK-NEXT: [3.69314{{[0-9]*}}, -6.30685{{[0-9]*}}, -inf]
// CHECK-NEXT: [4, -8, 0]
// CHECK-NEXT: f{{32|64}}> 1.38629{{[0-9]*}}
// CHECK-NEXT: f{{32|64}}> 2
func.func @parts() -> (tensor<3xf32>, tensor<3xf32>, tensor<f32>, tensor<f32>) {
  %x = arith.constant dense<[[3.0, 3.0], [-7.0, -7.0], [0xFF800000, 0xFF800000]]> : tensor<3x2xf32>
  %lse = xformer.log_sum_exp %x : (tensor<3x2xf32>) -> tensor<3xf32>
  %y = arith.constant dense<[[4.0, 3.0], [-7.0, -8.0], [1.0, 2.0]]> : tensor<3x2xf32>
  %labels = arith.constant dense<[1, 0, -100]> : tensor<3xi64>
  %classes = xformer.iota first 1 step -1 : tensor<2xi32>
  %picked = xformer.pick %y, %labels class_ids(%classes) : (tensor<3x2xf32>, tensor<3xi64>, tensor<2xi32>) -> tensor<3xf32>
  %all = xformer.iota : tensor<2xi32>
  %same = xformer.pick %x, %labels class_ids(%all) : (tensor<3x2xf32>, tensor<3xi64>, tensor<2xi32>) -> tensor<3xf32>
  %sum, %count = xformer.nll %lse, %same, %labels ignore_index -100 : (tensor<3xf32>, tensor<3xf32>, tensor<3xi64>) -> (tensor<f32>, tensor<f32>)
  return %lse, %picked, %sum, %count : tensor<3xf32>, tensor<3xf32>, tensor<f32>, tensor<f32>
}
