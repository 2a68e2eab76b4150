// RUN: partita-opt %s -split-input-file -verify-diagnostics

func.func @moe_route_c1(%logits: tensor<f32>) {
  // expected-error@+1 {{'xformer.moe_route' op expected the logits to have at least 1 dimension, got scalar}}
  %w, %e = xformer.moe_route %logits : tensor<f32> -> tensor<f32>, tensor<i32>
  return
}

// -----

func.func @moe_route_c2_rank(%logits: tensor<2x16x8xf32>) {
  // expected-error@+1 {{'xformer.moe_route' op expected rank of the weights to be 3, got 1}}
  %w, %e = xformer.moe_route %logits : tensor<2x16x8xf32> -> tensor<2xf32>, tensor<2xi32>
  return
}

// -----

func.func @moe_route_c2_weights(%logits: tensor<2x16x8xf32>) {
  // expected-error@+1 {{'xformer.moe_route' op expected the weights to have shape 2x16x2, got 1x16x2}}
  %w, %e = xformer.moe_route %logits : tensor<2x16x8xf32> -> tensor<1x16x2xf32>, tensor<2x16x2xi32>
  return
}

// -----

func.func @moe_route_c2_experts(%logits: tensor<2x16x8xf32>) {
  // expected-error@+1 {{'xformer.moe_route' op expected the experts to have shape 2x16x2, got 2x16x3}}
  %w, %e = xformer.moe_route %logits : tensor<2x16x8xf32> -> tensor<2x16x2xf32>, tensor<2x16x3xi32>
  return
}

// -----

func.func @moe_route_c2_too_many(%logits: tensor<2x16x8xf32>) {
  // expected-error@+1 {{'xformer.moe_route' op expected to choose at least 1 and at most 8 experts, got 9}}
  %w, %e = xformer.moe_route %logits : tensor<2x16x8xf32> -> tensor<2x16x9xf32>, tensor<2x16x9xi32>
  return
}

// -----

func.func @moe_route_c2_none(%logits: tensor<2x16x8xf32>) {
  // expected-error@+1 {{'xformer.moe_route' op expected to choose at least 1 and at most 8 experts, got 0}}
  %w, %e = xformer.moe_route %logits : tensor<2x16x8xf32> -> tensor<2x16x0xf32>, tensor<2x16x0xi32>
  return
}

// -----

func.func @moe_route_c3(%logits: tensor<2x16x8xf32>) {
  // expected-error@+1 {{'xformer.moe_route' op expected the weights to have element type 'f32', got 'bf16'}}
  %w, %e = xformer.moe_route %logits : tensor<2x16x8xf32> -> tensor<2x16x2xbf16>, tensor<2x16x2xi32>
  return
}

// -----

func.func @moe_dispatch_c1_batch(%x: tensor<2x16x64xf32>, %e: tensor<3x16x2xi32>) {
  // expected-error@+1 {{'xformer.moe_dispatch' op expected the experts to have shape 2x16x2, got 3x16x2}}
  %0 = xformer.moe_dispatch %x, %e : (tensor<2x16x64xf32>, tensor<3x16x2xi32>) -> tensor<2x8x16x64xf32>
  return
}

// -----

func.func @moe_dispatch_c1_tokens(%x: tensor<2x16x64xf32>, %e: tensor<2x8x2xi32>) {
  // expected-error@+1 {{'xformer.moe_dispatch' op expected the experts to have shape 2x16x2, got 2x8x2}}
  %0 = xformer.moe_dispatch %x, %e : (tensor<2x16x64xf32>, tensor<2x8x2xi32>) -> tensor<2x8x16x64xf32>
  return
}

// -----

func.func @moe_dispatch_c2_shape(%x: tensor<2x16x64xf32>, %e: tensor<2x16x2xi32>) {
  // expected-error@+1 {{'xformer.moe_dispatch' op expected the result to have shape 2x8x16x64, got 1x8x16x64}}
  %0 = xformer.moe_dispatch %x, %e : (tensor<2x16x64xf32>, tensor<2x16x2xi32>) -> tensor<1x8x16x64xf32>
  return
}

// -----

func.func @moe_dispatch_c2_element_type(%x: tensor<2x16x64xf32>, %e: tensor<2x16x2xi32>) {
  // expected-error@+1 {{'xformer.moe_dispatch' op expected the result to have element type 'f32', got 'f16'}}
  %0 = xformer.moe_dispatch %x, %e : (tensor<2x16x64xf32>, tensor<2x16x2xi32>) -> tensor<2x8x16x64xf16>
  return
}

// -----

func.func @moe_combine_c1(%y: tensor<2x8x16x64xf32>, %e: tensor<2x16x2xi32>, %w: tensor<2x16x3xf32>) {
  // expected-error@+1 {{'xformer.moe_combine' op expected the weights to have shape 2x16x2, got 2x16x3}}
  %0 = xformer.moe_combine %y, %e, %w
    : (tensor<2x8x16x64xf32>, tensor<2x16x2xi32>, tensor<2x16x3xf32>) -> tensor<2x16x64xf32>
  return
}

// -----

func.func @moe_combine_c2(%y: tensor<3x8x16x64xf32>, %e: tensor<2x16x2xi32>, %w: tensor<2x16x2xf32>) {
  // expected-error@+1 {{'xformer.moe_combine' op expected batch of the experts to be 3, got 2}}
  %0 = xformer.moe_combine %y, %e, %w
    : (tensor<3x8x16x64xf32>, tensor<2x16x2xi32>, tensor<2x16x2xf32>) -> tensor<2x16x64xf32>
  return
}

// -----

func.func @moe_combine_c3(%y: tensor<2x8x16x64xf32>, %e: tensor<2x16x2xi32>, %w: tensor<2x16x2xbf16>) {
  // expected-error@+1 {{'xformer.moe_combine' op expected the weights to have element type 'f32', got 'bf16'}}
  %0 = xformer.moe_combine %y, %e, %w
    : (tensor<2x8x16x64xf32>, tensor<2x16x2xi32>, tensor<2x16x2xbf16>) -> tensor<2x16x64xf32>
  return
}

// -----

func.func @moe_combine_c4(%y: tensor<2x8x16x64xf32>, %e: tensor<2x16x2xi32>, %w: tensor<2x16x2xf32>) {
  // expected-error@+1 {{'xformer.moe_combine' op expected result #0 to be of type 'tensor<2x16x64xf32>', got 'tensor<2x8x64xf32>'}}
  %0 = xformer.moe_combine %y, %e, %w
    : (tensor<2x8x16x64xf32>, tensor<2x16x2xi32>, tensor<2x16x2xf32>) -> tensor<2x8x64xf32>
  return
}

// -----

func.func @moe_dispatch_c3(%x: tensor<2x16x64xf32>, %experts: tensor<2x16x2xi32>, %e: tensor<3xi32>) {
  // expected-error@+1 {{'xformer.moe_dispatch' op expected number of expert ids to be 4, got 3}}
  %0 = xformer.moe_dispatch %x, %experts expert_ids(%e)
    : (tensor<2x16x64xf32>, tensor<2x16x2xi32>, tensor<3xi32>) -> tensor<2x4x16x64xf32>
  return
}

// -----

func.func @moe_combine_c5(%y: tensor<2x4x16x64xf32>, %experts: tensor<2x16x2xi32>, %weights: tensor<2x16x2xf32>, %e: tensor<3xi32>) {
  // expected-error@+1 {{'xformer.moe_combine' op expected number of expert ids to be 4, got 3}}
  %0 = xformer.moe_combine %y, %experts, %weights expert_ids(%e)
    : (tensor<2x4x16x64xf32>, tensor<2x16x2xi32>, tensor<2x16x2xf32>, tensor<3xi32>) -> tensor<2x16x64xf32>
  return
}
