// In f32 each result is rounded to its type, in f64 none is. 256 + 1 takes nine
// bits of precision; bf16 has eight and f16 eleven.
// RUN: interpret-functions %s | FileCheck %s --check-prefixes=CHECK,F32
// RUN: interpret-functions %s --f64 | FileCheck %s --check-prefixes=CHECK,F64

// CHECK-LABEL: @bf16
// F32-NEXT: tensor<2xf32> {{\[}}256, 2]
// F64-NEXT: tensor<2xf64> {{\[}}257, 2]
func.func @bf16() -> tensor<2xbf16> {
  %x = arith.constant dense<[256.0, 1.0]> : tensor<2xbf16>
  %y = arith.constant dense<1.0> : tensor<2xbf16>
  %0 = arith.addf %x, %y : tensor<2xbf16>
  return %0 : tensor<2xbf16>
}

// The sum of a product is rounded once, at its end: 256 + 1 + 1 is 258.
// CHECK-LABEL: @linear
// F32-NEXT: {{\[}}258]
// F64-NEXT: {{\[}}258]
func.func @linear() -> tensor<1xbf16> {
  %x = arith.constant dense<1.0> : tensor<3xbf16>
  %w = arith.constant dense<[[256.0], [1.0], [1.0]]> : tensor<3x1xbf16>
  %0 = xformer.linear %x, %w : (tensor<3xbf16>, tensor<3x1xbf16>) -> tensor<1xbf16>
  return %0 : tensor<1xbf16>
}

// Conversions round where the type is narrower, and then only in f32.
// CHECK-LABEL: @conversions
// F32-NEXT: {{\[}}256]
// F64-NEXT: {{\[}}257]
// F32-NEXT: {{\[}}2048]
// F64-NEXT: {{\[}}2049]
// F32-NEXT: {{\[}}inf]
// F64-NEXT: {{\[}}70000]
// F32-NEXT: {{\[}}256]
// F64-NEXT: {{\[}}257]
func.func @conversions() -> (tensor<1xbf16>, tensor<1xf16>, tensor<1xf16>, tensor<1xf32>) {
  %x = arith.constant dense<257.0> : tensor<1xf32>
  %y = arith.constant dense<2049.0> : tensor<1xf32>
  %z = arith.constant dense<70000.0> : tensor<1xf32>
  %0 = arith.truncf %x : tensor<1xf32> to tensor<1xbf16>
  %1 = arith.truncf %y : tensor<1xf32> to tensor<1xf16>
  %2 = arith.truncf %z to_nearest_even : tensor<1xf32> to tensor<1xf16>
  %3 = arith.extf %0 : tensor<1xbf16> to tensor<1xf32>
  return %0, %1, %2, %3 : tensor<1xbf16>, tensor<1xf16>, tensor<1xf16>, tensor<1xf32>
}
