// RUN: partita-opt %s -split-input-file -verify-diagnostics

func.func @layer_norm_c1(%x: tensor<f32>, %w: tensor<1xf32>) {
  // expected-error@+1 {{'xformer.layer_norm' op expected the input to have at least 1 dimension, got scalar}}
  %0 = xformer.layer_norm %x, %w epsilon 1.0e-5 : (tensor<f32>, tensor<1xf32>) -> tensor<f32>
  return
}

// -----

func.func @layer_norm_c2_weight(%x: tensor<2x64xf32>, %w: tensor<2xf32>) {
  // expected-error@+1 {{'xformer.layer_norm' op expected size of the weight to be 64, got 2}}
  %0 = xformer.layer_norm %x, %w epsilon 1.0e-5 : (tensor<2x64xf32>, tensor<2xf32>) -> tensor<2x64xf32>
  return
}

// -----

func.func @layer_norm_c2_bias(%x: tensor<2x64xf32>, %w: tensor<64xf32>, %b: tensor<2xf32>) {
  // expected-error@+1 {{'xformer.layer_norm' op expected size of the bias to be 64, got 2}}
  %0 = xformer.layer_norm %x, %w bias(%b) epsilon 1.0e-5
    : (tensor<2x64xf32>, tensor<64xf32>, tensor<2xf32>) -> tensor<2x64xf32>
  return
}

// -----

func.func @layer_norm_c3_weight(%x: tensor<2x64xbf16>, %w: tensor<64xf32>) {
  // expected-error@+1 {{'xformer.layer_norm' op expected the weight to have element type 'bf16', got 'f32'}}
  %0 = xformer.layer_norm %x, %w epsilon 1.0e-5 : (tensor<2x64xbf16>, tensor<64xf32>) -> tensor<2x64xbf16>
  return
}

// -----

func.func @layer_norm_c3_bias(%x: tensor<2x64xf32>, %w: tensor<64xf32>, %b: tensor<64xf16>) {
  // expected-error@+1 {{'xformer.layer_norm' op expected the bias to have element type 'f32', got 'f16'}}
  %0 = xformer.layer_norm %x, %w bias(%b) epsilon 1.0e-5
    : (tensor<2x64xf32>, tensor<64xf32>, tensor<64xf16>) -> tensor<2x64xf32>
  return
}

// -----

func.func @layer_norm_c4(%x: tensor<2x64xf32>, %w: tensor<64xf32>) {
  // expected-error@+1 {{'xformer.layer_norm' op expected epsilon to be finite and not negative, got -1.000000e-05}}
  %0 = xformer.layer_norm %x, %w epsilon -1.0e-5 : (tensor<2x64xf32>, tensor<64xf32>) -> tensor<2x64xf32>
  return
}

// -----

func.func @layer_norm_c4_infinite(%x: tensor<2x64xf32>, %w: tensor<64xf32>) {
  // expected-error@+1 {{'xformer.layer_norm' op expected epsilon to be finite and not negative, got}}
  %0 = xformer.layer_norm %x, %w epsilon 0x7FF0000000000000 : (tensor<2x64xf32>, tensor<64xf32>) -> tensor<2x64xf32>
  return
}

// -----

func.func @layer_norm_c5(%x: tensor<2x64xf32>, %w: tensor<64xf32>) {
  // expected-error@+1 {{'xformer.layer_norm' op expected result #0 to be of type 'tensor<2x64xf32>', got 'tensor<64x2xf32>'}}
  %0 = xformer.layer_norm %x, %w epsilon 1.0e-5 : (tensor<2x64xf32>, tensor<64xf32>) -> tensor<64x2xf32>
  return
}

// -----

func.func @rms_norm_c1(%x: tensor<f32>, %w: tensor<1xf32>) {
  // expected-error@+1 {{'xformer.rms_norm' op expected the input to have at least 1 dimension, got scalar}}
  %0 = xformer.rms_norm %x, %w epsilon 1.0e-5 : (tensor<f32>, tensor<1xf32>) -> tensor<f32>
  return
}

// -----

func.func @rms_norm_c2(%x: tensor<2x64xf32>, %w: tensor<32xf32>) {
  // expected-error@+1 {{'xformer.rms_norm' op expected size of the weight to be 64, got 32}}
  %0 = xformer.rms_norm %x, %w epsilon 1.0e-5 : (tensor<2x64xf32>, tensor<32xf32>) -> tensor<2x64xf32>
  return
}

// -----

func.func @rms_norm_c3(%x: tensor<2x64xf32>, %w: tensor<64xbf16>) {
  // expected-error@+1 {{'xformer.rms_norm' op expected the weight to have element type 'f32', got 'bf16'}}
  %0 = xformer.rms_norm %x, %w epsilon 1.0e-5 : (tensor<2x64xf32>, tensor<64xbf16>) -> tensor<2x64xf32>
  return
}

// -----

func.func @rms_norm_c4(%x: tensor<2x64xf32>, %w: tensor<64xf32>) {
  // expected-error@+1 {{'xformer.rms_norm' op expected epsilon to be finite and not negative, got -1.000000e+00}}
  %0 = xformer.rms_norm %x, %w epsilon -1.0 : (tensor<2x64xf32>, tensor<64xf32>) -> tensor<2x64xf32>
  return
}

// -----

func.func @rms_norm_c5(%x: tensor<2x64xf32>, %w: tensor<64xf32>) {
  // expected-error@+1 {{'xformer.rms_norm' op expected result #0 to be of type 'tensor<2x64xf32>', got 'tensor<2x64xbf16>'}}
  %0 = xformer.rms_norm %x, %w epsilon 1.0e-5 : (tensor<2x64xf32>, tensor<64xf32>) -> tensor<2x64xbf16>
  return
}

// -----

func.func @softmax_c1_too_large(%x: tensor<2x64xf32>) {
  // expected-error@+1 {{'xformer.softmax' op expected dim to be at least 0 and at most 1, got 2}}
  %0 = xformer.softmax %x dim 2 : tensor<2x64xf32>
  return
}

// -----

// Dimensions are not counted from the end.
func.func @softmax_c1_negative(%x: tensor<2x64xf32>) {
  // expected-error@+1 {{'xformer.softmax' op expected dim to be at least 0 and at most 1, got -1}}
  %0 = xformer.softmax %x dim -1 : tensor<2x64xf32>
  return
}

// -----

func.func @softmax_c1_scalar(%x: tensor<f32>) {
  // expected-error@+1 {{'xformer.softmax' op expected an input with at least 1 dimension, got 0}}
  %0 = xformer.softmax %x dim 0 : tensor<f32>
  return
}

// -----

func.func @softmax_types(%x: tensor<2x64xf32>) {
  // expected-error@+1 {{'xformer.softmax' op requires the same type for all operands and results}}
  %0 = "xformer.softmax"(%x) <{dim = 0}> : (tensor<2x64xf32>) -> tensor<2x32xf32>
  return
}
