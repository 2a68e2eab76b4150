// RUN: partita-opt %s -split-input-file -verify-diagnostics

func.func @cross_entropy_c1_shape(%logits: tensor<2x16x512xf32>, %labels: tensor<2x15xi32>) {
  // expected-error@+1 {{'xformer.cross_entropy' op expected logits with the shape of the labels (2x15) and the vocabulary, got 2x16x512}}
  %sum, %count = xformer.cross_entropy %logits, %labels ignore_index -100
    : (tensor<2x16x512xf32>, tensor<2x15xi32>) -> (tensor<f32>, tensor<f32>)
  return
}

// -----

func.func @cross_entropy_c1_scalar(%logits: tensor<f32>, %labels: tensor<i32>) {
  // expected-error@+1 {{'xformer.cross_entropy' op expected logits with the shape of the labels (scalar) and the vocabulary, got scalar}}
  %sum, %count = xformer.cross_entropy %logits, %labels ignore_index -100
    : (tensor<f32>, tensor<i32>) -> (tensor<f32>, tensor<f32>)
  return
}

// -----

// The sums are in f32 also where the logits are not.
func.func @cross_entropy_c2_element_type(%logits: tensor<2x512xbf16>, %labels: tensor<2xi32>) {
  // expected-error@+1 {{'xformer.cross_entropy' op result #0 must be static f32 tensor of rank 0, but got 'tensor<bf16>'}}
  %sum, %count = xformer.cross_entropy %logits, %labels ignore_index -100
    : (tensor<2x512xbf16>, tensor<2xi32>) -> (tensor<bf16>, tensor<bf16>)
  return
}

// -----

func.func @cross_entropy_c2_rank(%logits: tensor<2x512xf32>, %labels: tensor<2xi32>) {
  // expected-error@+1 {{'xformer.cross_entropy' op result #1 must be static f32 tensor of rank 0, but got 'tensor<2xf32>'}}
  %sum, %count = xformer.cross_entropy %logits, %labels ignore_index -100
    : (tensor<2x512xf32>, tensor<2xi32>) -> (tensor<f32>, tensor<2xf32>)
  return
}
