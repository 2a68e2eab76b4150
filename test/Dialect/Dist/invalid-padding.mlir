// RUN: partita-opt %s -split-input-file -verify-diagnostics

func.func @pad_c1(%x: tensor<2x3xf32>) {
  // expected-error@+1 {{'dist.pad' op expected a dimension of 'tensor<2x3xf32>', got dim 2}}
  %0 = dist.pad %x dim 2 by [3 -> 4] : tensor<2x3xf32> -> tensor<2x4xf32>
  return
}

// -----

func.func @pad_c2(%x: tensor<2x3xf32>) {
  // expected-error@+1 {{'dist.pad' op expected a padding of dimension 1 of 'tensor<2x3xf32>', got #dist.dim_padding<[5 -> 6]>}}
  %0 = dist.pad %x dim 1 by [5 -> 6] : tensor<2x3xf32> -> tensor<2x6xf32>
  return
}

// -----

func.func @pad_c3(%x: tensor<2x3xf32>) {
  // expected-error@+1 {{'dist.pad' op expected a result of type 'tensor<2x4xf32>', got 'tensor<2x5xf32>'}}
  %0 = dist.pad %x dim 1 by [3 -> 4] : tensor<2x3xf32> -> tensor<2x5xf32>
  return
}

// -----

func.func @unpad_c1(%x: tensor<2x3xf32>) {
  // expected-error@+1 {{'dist.unpad' op expected a dimension of 'tensor<2x3xf32>', got dim -1}}
  %0 = dist.unpad %x dim -1 of [2 -> 3] : tensor<2x3xf32> -> tensor<2x2xf32>
  return
}

// -----

func.func @unpad_c2(%x: tensor<2x3xf32>) {
  // expected-error@+1 {{'dist.unpad' op expected a padding of dimension 1 of 'tensor<2x3xf32>', got #dist.dim_padding<[3 -> 4]>}}
  %0 = dist.unpad %x dim 1 of [3 -> 4] : tensor<2x3xf32> -> tensor<2x2xf32>
  return
}

// -----

func.func @unpad_c3(%x: tensor<2x3xf32>) {
  // expected-error@+1 {{'dist.unpad' op expected a result of type 'tensor<2x2xf32>', got 'tensor<2x2xf16>'}}
  %0 = dist.unpad %x dim 1 of [2 -> 3] : tensor<2x3xf32> -> tensor<2x2xf16>
  return
}

// -----

func.func @fill_c1(%x: tensor<2x3xf32>, %m: tensor<3xi1>) {
  // expected-error@+1 {{'dist.fill' op expected a dimension of 'tensor<2x3xf32>', got dim 2}}
  %0 = dist.fill %x dim 2 keep %m else 0.0 : f32 : tensor<2x3xf32>, tensor<3xi1>
  return
}

// -----

func.func @fill_c2(%x: tensor<2x3xf32>, %m: tensor<2xi1>) {
  // expected-error@+1 {{'dist.fill' op expected a mask of 3 elements, as dimension 1 of 'tensor<2x3xf32>' has, got 'tensor<2xi1>'}}
  %0 = dist.fill %x dim 1 keep %m else 0.0 : f32 : tensor<2x3xf32>, tensor<2xi1>
  return
}

// -----

func.func @fill_c3(%x: tensor<2x3xf32>, %m: tensor<3xi1>) {
  // expected-error@+1 {{'dist.fill' op expected a value of type 'f32', got 0 : i32}}
  %0 = dist.fill %x dim 1 keep %m else 0 : i32 : tensor<2x3xf32>, tensor<3xi1>
  return
}
