// The upstream ops that a model may use.
// RUN: interpret-functions %s | FileCheck %s
// RUN: interpret-functions %s --f64 | FileCheck %s

// CHECK-LABEL: @constants
// CHECK-NEXT: tensor<2x2x{{f32|f64}}> {{\[\[}}1.5, 1.5], [1.5, 1.5]]
// CHECK-NEXT: tensor<3xi1> {{\[}}1, 0, 1]
// CHECK-NEXT: tensor<2xi64> {{\[}}-1, 4294967296]
// CHECK-NEXT: tensor<i32> -7
// CHECK-NEXT: tensor<i1> 1
// CHECK-NEXT: tensor<i64> 12
// CHECK-NEXT: tensor<2x{{f32|f64}}> {{\[}}1, -2]
// CHECK-NEXT: tensor<0x{{f32|f64}}> {{\[}}]
// CHECK-NEXT: tensor<{{f32|f64}}> -0.25
func.func @constants() -> (tensor<2x2xf32>, tensor<3xi1>, tensor<2xi64>, i32, i1, index,
                           tensor<2xf32>, tensor<0xf32>, bf16) {
  %0 = arith.constant dense<1.5> : tensor<2x2xf32>
  %1 = arith.constant dense<[true, false, true]> : tensor<3xi1>
  %2 = arith.constant dense<[-1, 4294967296]> : tensor<2xi64>
  %3 = arith.constant -7 : i32
  %4 = arith.constant true
  %5 = arith.constant 12 : index
  %6 = arith.constant dense_resource<pair> : tensor<2xf32>
  %7 = arith.constant dense<> : tensor<0xf32>
  %8 = arith.constant -0.25 : bf16
  return %0, %1, %2, %3, %4, %5, %6, %7, %8
    : tensor<2x2xf32>, tensor<3xi1>, tensor<2xi64>, i32, i1, index, tensor<2xf32>, tensor<0xf32>, bf16
}

// CHECK-LABEL: @floats
// CHECK-NEXT: {{\[}}10, -1]
// CHECK-NEXT: {{\[}}2, -5]
// CHECK-NEXT: {{\[}}24, -6]
// CHECK-NEXT: {{\[}}1.5, -1.5]
// CHECK-NEXT: {{\[}}6, 2]
// CHECK-NEXT: {{\[}}4, -3]
// CHECK-NEXT: {{\[}}-6, 3]
func.func @floats() -> (tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>,
                        tensor<2xf32>, tensor<2xf32>) {
  %x = arith.constant dense<[6.0, -3.0]> : tensor<2xf32>
  %y = arith.constant dense<[4.0, 2.0]> : tensor<2xf32>
  %0 = arith.addf %x, %y : tensor<2xf32>
  %1 = arith.subf %x, %y : tensor<2xf32>
  %2 = arith.mulf %x, %y : tensor<2xf32>
  %3 = arith.divf %x, %y : tensor<2xf32>
  %4 = arith.maximumf %x, %y : tensor<2xf32>
  %5 = arith.minimumf %x, %y : tensor<2xf32>
  %6 = arith.negf %x : tensor<2xf32>
  return %0, %1, %2, %3, %4, %5, %6 : tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>,
                                      tensor<2xf32>, tensor<2xf32>, tensor<2xf32>
}

// Integers wrap around.
// CHECK-LABEL: @integers
// CHECK-NEXT: {{\[}}-2147483648, 5]
// CHECK-NEXT: {{\[}}2147483646, 3]
// CHECK-NEXT: {{\[}}2147483647, 4]
func.func @integers() -> (tensor<2xi32>, tensor<2xi32>, tensor<2xi32>) {
  %x = arith.constant dense<[2147483647, 4]> : tensor<2xi32>
  %one = arith.constant dense<1> : tensor<2xi32>
  %0 = arith.addi %x, %one : tensor<2xi32>
  %1 = arith.subi %x, %one : tensor<2xi32>
  %2 = arith.muli %x, %one : tensor<2xi32>
  return %0, %1, %2 : tensor<2xi32>, tensor<2xi32>, tensor<2xi32>
}

// A number with its highest bit set is negative, or a large one; an i1 too.
// CHECK-LABEL: @comparisons
// CHECK-NEXT: {{\[}}0, 1, 0]
// CHECK-NEXT: {{\[}}1, 0, 1]
// CHECK-NEXT: {{\[}}1, 0, 0]
// CHECK-NEXT: {{\[}}1, 1, 0]
// CHECK-NEXT: {{\[}}0, 0, 1]
// CHECK-NEXT: {{\[}}0, 1, 1]
// CHECK-NEXT: {{\[}}0, 0, 1]
// CHECK-NEXT: {{\[}}0, 1, 1]
// CHECK-NEXT: {{\[}}1, 0, 0]
// CHECK-NEXT: {{\[}}1, 1, 0]
// CHECK-NEXT: {{\[}}0, 1]
// CHECK-NEXT: {{\[}}1, 0]
func.func @comparisons() -> (tensor<3xi1>, tensor<3xi1>, tensor<3xi1>, tensor<3xi1>, tensor<3xi1>,
                             tensor<3xi1>, tensor<3xi1>, tensor<3xi1>, tensor<3xi1>, tensor<3xi1>,
                             tensor<2xi1>, tensor<2xi1>) {
  %x = arith.constant dense<[-1, 2, 3]> : tensor<3xi32>
  %y = arith.constant dense<[1, 2, -3]> : tensor<3xi32>
  %0 = arith.cmpi eq, %x, %y : tensor<3xi32>
  %1 = arith.cmpi ne, %x, %y : tensor<3xi32>
  %2 = arith.cmpi slt, %x, %y : tensor<3xi32>
  %3 = arith.cmpi sle, %x, %y : tensor<3xi32>
  %4 = arith.cmpi sgt, %x, %y : tensor<3xi32>
  %5 = arith.cmpi sge, %x, %y : tensor<3xi32>
  %6 = arith.cmpi ult, %x, %y : tensor<3xi32>
  %7 = arith.cmpi ule, %x, %y : tensor<3xi32>
  %8 = arith.cmpi ugt, %x, %y : tensor<3xi32>
  %9 = arith.cmpi uge, %x, %y : tensor<3xi32>
  %true = arith.constant dense<true> : tensor<2xi1>
  %mask = arith.constant dense<[true, false]> : tensor<2xi1>
  %10 = arith.cmpi slt, %true, %mask : tensor<2xi1>
  %11 = arith.cmpi eq, %true, %mask : tensor<2xi1>
  return %0, %1, %2, %3, %4, %5, %6, %7, %8, %9, %10, %11
    : tensor<3xi1>, tensor<3xi1>, tensor<3xi1>, tensor<3xi1>, tensor<3xi1>, tensor<3xi1>,
      tensor<3xi1>, tensor<3xi1>, tensor<3xi1>, tensor<3xi1>, tensor<2xi1>, tensor<2xi1>
}

// CHECK-LABEL: @functions
// CHECK-NEXT: 4
// CHECK-NEXT: 2
// CHECK-NEXT: 0.5
// CHECK-NEXT: 54.598{{[0-9]*}}
// CHECK-NEXT: 1.3862{{[0-9]*}}
// CHECK-NEXT: 0.99932{{[0-9]*}}
// CHECK-NEXT: 0.52049{{[0-9]*}}
// CHECK-NEXT: -0.75680{{[0-9]*}}
// CHECK-NEXT: -0.65364{{[0-9]*}}
func.func @functions() -> (f32, f32, f32, f32, f32, f32, f32, f32, f32) {
  %minus = arith.constant -4.0 : f32
  %x = math.absf %minus : f32
  %0 = math.sqrt %x : f32
  %1 = math.rsqrt %x : f32
  %2 = math.exp %x : f32
  %3 = math.log %x : f32
  %4 = math.tanh %x : f32
  %5 = math.erf %1 : f32
  %6 = math.sin %x : f32
  %7 = math.cos %x : f32
  return %x, %0, %1, %2, %3, %4, %5, %6, %7 : f32, f32, f32, f32, f32, f32, f32, f32, f32
}

// CHECK-LABEL: @calls
// CHECK-NEXT: 20
func.func @calls() -> f32 {
  %x = arith.constant 5.0 : f32
  %0 = func.call @double(%x) : (f32) -> f32
  %1 = func.call @double(%0) : (f32) -> f32
  return %1 : f32
}
func.func private @double(%x: f32) -> f32 {
  %0 = arith.addf %x, %x : f32
  return %0 : f32
}

{-#
  dialect_resources: {
    builtin: {
      pair: "0x040000000000803f000000c0"
    }
  }
#-}
