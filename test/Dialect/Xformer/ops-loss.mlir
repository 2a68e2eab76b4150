// RUN: partita-opt %s | partita-opt | FileCheck %s
// RUN: partita-opt %s --mlir-print-op-generic | partita-opt | FileCheck %s
// RUN: partita-opt %s --emit-bytecode | partita-opt | FileCheck %s

// CHECK-LABEL: func @cross_entropy(
// CHECK-SAME: %[[LOGITS:.*]]: tensor<2x16x512xf32>, %[[LABELS:.*]]: tensor<2x16xi32>
func.func @cross_entropy(%logits: tensor<2x16x512xf32>, %labels: tensor<2x16xi32>) -> (tensor<f32>, tensor<f32>) {
  // CHECK: %[[SUM:.*]], %[[COUNT:.*]] = xformer.cross_entropy %[[LOGITS]], %[[LABELS]] ignore_index -100
  // CHECK-SAME: : (tensor<2x16x512xf32>, tensor<2x16xi32>) -> (tensor<f32>, tensor<f32>)
  // CHECK: return %[[SUM]], %[[COUNT]]
  %sum, %count = xformer.cross_entropy %logits, %labels ignore_index -100
    : (tensor<2x16x512xf32>, tensor<2x16xi32>) -> (tensor<f32>, tensor<f32>)
  return %sum, %count : tensor<f32>, tensor<f32>
}

// One position, one label; the sums are f32 for any type of logits.
// CHECK-LABEL: func @cross_entropy_one_label(
func.func @cross_entropy_one_label(%logits: tensor<512xbf16>, %label: tensor<i64>) -> tensor<f32> {
  // CHECK: xformer.cross_entropy %{{.*}}, %{{.*}} ignore_index 0 : (tensor<512xbf16>, tensor<i64>) -> (tensor<f32>, tensor<f32>)
  %sum, %count = xformer.cross_entropy %logits, %label ignore_index 0
    : (tensor<512xbf16>, tensor<i64>) -> (tensor<f32>, tensor<f32>)
  return %sum : tensor<f32>
}

// CHECK-LABEL: func @log_sum_exp(
// CHECK-SAME: %[[X:.*]]: tensor<2x16x512xf32>, %[[ROW:.*]]: tensor<512xbf16>
func.func @log_sum_exp(%x: tensor<2x16x512xf32>, %row: tensor<512xbf16>) -> (tensor<2x16xf32>, tensor<f32>) {
  // CHECK: xformer.log_sum_exp %[[X]] : (tensor<2x16x512xf32>) -> tensor<2x16xf32>
  %0 = xformer.log_sum_exp %x : (tensor<2x16x512xf32>) -> tensor<2x16xf32>
  // CHECK: xformer.log_sum_exp %[[ROW]] : (tensor<512xbf16>) -> tensor<f32>
  %1 = xformer.log_sum_exp %row : (tensor<512xbf16>) -> tensor<f32>
  return %0, %1 : tensor<2x16xf32>, tensor<f32>
}

// CHECK-LABEL: func @pick(
// CHECK-SAME: %[[X:.*]]: tensor<2x16x512xf32>, %[[LABELS:.*]]: tensor<2x16xi32>, %[[C:.*]]: tensor<512xi32>
func.func @pick(%x: tensor<2x16x512xf32>, %labels: tensor<2x16xi32>, %c: tensor<512xi32>) -> tensor<2x16xf32> {
  // CHECK: xformer.pick %[[X]], %[[LABELS]] class_ids(%[[C]]) : (tensor<2x16x512xf32>, tensor<2x16xi32>, tensor<512xi32>) -> tensor<2x16xf32>
  %0 = xformer.pick %x, %labels class_ids(%c)
    : (tensor<2x16x512xf32>, tensor<2x16xi32>, tensor<512xi32>)
    -> tensor<2x16xf32>
  return %0 : tensor<2x16xf32>
}

// CHECK-LABEL: func @nll(
// CHECK-SAME: %[[LSE:.*]]: tensor<2x16xf32>, %[[PICKED:.*]]: tensor<2x16xf32>, %[[LABELS:.*]]: tensor<2x16xi32>
func.func @nll(%lse: tensor<2x16xf32>, %picked: tensor<2x16xf32>, %labels: tensor<2x16xi32>) -> (tensor<f32>, tensor<f32>) {
  // CHECK: xformer.nll %[[LSE]], %[[PICKED]], %[[LABELS]] ignore_index -100 : (tensor<2x16xf32>, tensor<2x16xf32>, tensor<2x16xi32>) -> (tensor<f32>, tensor<f32>)
  %sum, %count = xformer.nll %lse, %picked, %labels ignore_index -100
    : (tensor<2x16xf32>, tensor<2x16xf32>, tensor<2x16xi32>)
    -> (tensor<f32>, tensor<f32>)
  return %sum, %count : tensor<f32>, tensor<f32>
}
