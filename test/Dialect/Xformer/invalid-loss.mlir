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

// -----

func.func @log_sum_exp_c1(%x: tensor<f32>) {
  // expected-error@+1 {{'xformer.log_sum_exp' op expected the input to have at least 1 dimension, got scalar}}
  %0 = xformer.log_sum_exp %x : (tensor<f32>) -> tensor<f32>
  return
}

// -----

func.func @log_sum_exp_c2(%x: tensor<2x16xbf16>) {
  // expected-error@+1 {{'xformer.log_sum_exp' op expected result #0 to be of type 'tensor<2xf32>', got 'tensor<16xf32>'}}
  %0 = xformer.log_sum_exp %x : (tensor<2x16xbf16>) -> tensor<16xf32>
  return
}

// -----

func.func @pick_c1(%x: tensor<2x16x512xf32>, %labels: tensor<2xi32>, %c: tensor<512xi32>) {
  // expected-error@+1 {{'xformer.pick' op expected an input with the shape of the labels (2) and the classes, got 2x16x512}}
  %0 = xformer.pick %x, %labels class_ids(%c) : (tensor<2x16x512xf32>, tensor<2xi32>, tensor<512xi32>) -> tensor<2xf32>
  return
}

// -----

func.func @pick_c2(%x: tensor<2x512xf32>, %labels: tensor<2xi32>, %c: tensor<2xi32>) {
  // expected-error@+1 {{'xformer.pick' op expected number of class ids to be 512, got 2}}
  %0 = xformer.pick %x, %labels class_ids(%c) : (tensor<2x512xf32>, tensor<2xi32>, tensor<2xi32>) -> tensor<2xf32>
  return
}

// -----

func.func @pick_c3(%x: tensor<2x512xbf16>, %labels: tensor<2xi32>, %c: tensor<512xi32>) {
  // expected-error@+1 {{'xformer.pick' op expected result #0 to be of type 'tensor<2xbf16>', got 'tensor<2xf32>'}}
  %0 = xformer.pick %x, %labels class_ids(%c) : (tensor<2x512xbf16>, tensor<2xi32>, tensor<512xi32>) -> tensor<2xf32>
  return
}

// -----

func.func @nll_c1_lse(%lse: tensor<2xf32>, %picked: tensor<2x16xf32>, %labels: tensor<2x16xi32>) {
  // expected-error@+1 {{'xformer.nll' op expected the log-sum-exp to have shape 2x16, got 2}}
  %sum, %count = xformer.nll %lse, %picked, %labels ignore_index -100
    : (tensor<2xf32>, tensor<2x16xf32>, tensor<2x16xi32>) -> (tensor<f32>, tensor<f32>)
  return
}

// -----

func.func @nll_c1_picked(%lse: tensor<2x16xf32>, %picked: tensor<16xf32>, %labels: tensor<2x16xi32>) {
  // expected-error@+1 {{'xformer.nll' op expected the picked logits to have shape 2x16, got 16}}
  %sum, %count = xformer.nll %lse, %picked, %labels ignore_index -100
    : (tensor<2x16xf32>, tensor<16xf32>, tensor<2x16xi32>) -> (tensor<f32>, tensor<f32>)
  return
}

// -----

func.func @nll_c2(%lse: tensor<2xf32>, %picked: tensor<2xbf16>, %labels: tensor<2xi32>) {
  // expected-error@+1 {{'xformer.nll' op result #0 must be static f32 tensor of rank 0, but got 'tensor<bf16>'}}
  %sum, %count = xformer.nll %lse, %picked, %labels ignore_index -100
    : (tensor<2xf32>, tensor<2xbf16>, tensor<2xi32>) -> (tensor<bf16>, tensor<f32>)
  return
}
